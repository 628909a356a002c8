//! Wiring only: arguments, logs, the runtime.

use clap::Parser;

fn main() -> std::process::ExitCode {
    let arguments = duban::cli::Arguments::parse();
    duban::logging::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            duban::cli::tell(format_args!("运行环境起不来 / the runtime does not start: {error}"));
            return std::process::ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(duban::cli::run(arguments));
    // Whoever was told to stop does not wait for a file that is still being read.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) => {
            duban::cli::tell(format_args!("✗ {error:#}"));
            std::process::ExitCode::FAILURE
        }
    }
}
