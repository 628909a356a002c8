//! Logs: readable sentences with fields, to stderr; JSON when nobody looks. Never message texts, names,
//! tokens or passwords.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts the log; `RUST_LOG` chooses what is shown.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // It would quote what DATABASE_URL says after a misspelt `password=`.
    let quiet = "sqlx_postgres::options=off".parse().expect("a directive, written above");
    let filter = filter.add_directive(quiet);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (in tests) keeps the first.
    let _ = if std::io::stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
}
