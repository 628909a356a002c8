//! `duban serve` as a process of its own, as people run it: started, stopped, killed.

use std::fs::File;
use std::net::TcpListener;
use std::ops::Range;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::http::Connection;

/// The webhook secret it is started with.
pub const SECRET: &str = "bench-webhook-secret";
/// Starting takes a fraction of a second; a busy machine may need longer.
const START_LIMIT: Duration = Duration::from_secs(30);
/// The service gives requests and sends in flight five seconds to end.
const STOP_LIMIT: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(5);
/// Below the ports the system gives to outgoing connections: one that comes again and again while nobody
/// listens would in the end be given the very port, meet itself, and hold the port when the service returns.
const PORTS: Range<u16> = 18_000..32_000;
/// How much of the log is shown where a start fails.
const LOG_END: usize = 20;

/// How the service is started, every time in the same way.
pub struct Setup {
    pub database_url: String,
    pub port: u16,
    pub api_url: String,
    folder: PathBuf,
}

impl Setup {
    /// A free port, and a log in this folder.
    pub fn new(folder: &Path, database_url: String, api_url: String) -> Result<Setup> {
        // Two programs at once begin at different places.
        let first = std::process::id() as usize % PORTS.len();
        let port = PORTS
            .skip(first)
            .chain(PORTS.take(first))
            .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .context("no port is free")?;
        Ok(Setup { database_url, port, api_url, folder: folder.to_owned() })
    }

    /// Where every start writes its log, one after the other.
    pub fn log(&self) -> PathBuf {
        self.folder.join("duban.log")
    }

    /// Its last lines; the folder goes when the program ends.
    pub fn log_end(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_END)..].join("\n")
    }
}

/// A running service; dropped, it is killed.
pub struct Service {
    child: Child,
}

impl Service {
    /// Starts it and waits until it is ready.
    pub async fn start(setup: &Setup) -> Result<Service> {
        let log = File::options().create(true).append(true).open(setup.log())?;
        let child = Command::new(env!("CARGO_BIN_EXE_duban"))
            .arg("serve")
            .env("DATABASE_URL", &setup.database_url)
            .env("DUBAN_LISTEN", format!("127.0.0.1:{}", setup.port))
            .env("DUBAN_DATA_DIR", &setup.folder)
            .env("DUBAN_TELEGRAM_TOKEN", "7255925334:bench-token")
            .env("DUBAN_TELEGRAM_SECRET", SECRET)
            .env("DUBAN_TELEGRAM_API_URL", &setup.api_url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("cannot start duban")?;
        let mut service = Service { child };
        let begun = Instant::now();
        while !is_ready(setup.port).await {
            if let Some(status) = service.ended()? {
                bail!("duban ended at its start ({status}); the end of its log:\n{}", setup.log_end());
            }
            if begun.elapsed() > START_LIMIT {
                bail!("duban was not ready after {START_LIMIT:?}; the end of its log:\n{}", setup.log_end());
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(service)
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<String>> {
        Ok(self.child.try_wait()?.map(|status| match status.signal() {
            Some(signal) => format!("signal {signal}"),
            None => format!("{status}"),
        }))
    }

    /// The clean way: SIGTERM, as service managers do.
    pub async fn stop(mut self) -> Result<()> {
        kill(self.pid(), Signal::SIGTERM)?;
        let begun = Instant::now();
        while self.ended()?.is_none() {
            if begun.elapsed() > STOP_LIMIT {
                bail!("duban did not stop within {STOP_LIMIT:?}");
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }
}

impl Drop for Service {
    /// `kill -9`, and nothing is left of it.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether `/readyz` says 200.
pub async fn is_ready(port: u16) -> bool {
    let request = format!("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    match Connection::open(port).await {
        Ok(mut connection) => connection.ask(request.as_bytes()).await.is_ok_and(|status| status == 200),
        Err(_) => false,
    }
}
