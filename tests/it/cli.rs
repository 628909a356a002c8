//! The command line as a person meets it: the real program, in a folder of its own, with nothing from our
//! environment. Whatever a test starts is ended and removed with its [`Desk`].

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use chrono::Datelike;
use duban::app::real_now;
use duban::domain::Now;
use nix::sys::signal::{Signal, kill};
use nix::sys::statvfs::statvfs;
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

mod demo;
mod ledger;
mod secrets;
mod serving;
mod upkeep;
mod words;

/// Everything is over in a second or two; a loaded machine is no reason to fail.
const PATIENCE: Duration = Duration::from_secs(90);

/// A new cluster takes 40 MB of memory, and a test at most two.
const ROOM_NEEDED: u64 = 256 * 1024 * 1024;

/// A place to type commands at.
pub struct Desk {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Desk {
    /// With a data folder that does not exist yet.
    pub fn new() -> Desk {
        let memory = Path::new("/dev/shm");
        let room = statvfs(memory).map_or(0, |found| found.blocks_available() * found.fragment_size());
        let folder = match room >= ROOM_NEEDED {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        };
        let folder = folder.expect("a folder");
        // The server's user must get through, if root runs this.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("opens it");
        let data = folder.path().join("data").display().to_string();
        Desk { folder, settings: Vec::new() }
            .with("DUBAN_DATA_DIR", &data)
            .with("DUBAN_LISTEN", "127.0.0.1:0")
    }

    /// On a copy of one of the harness's databases.
    pub async fn on(template: &str) -> Desk {
        let url = crate::harness::database(template).await;
        Desk::new().with("DATABASE_URL", &url)
    }

    pub fn with(mut self, name: &str, value: &str) -> Desk {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file in the folder where commands are typed.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).expect("writes");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("reads")
    }

    /// Everything but our own environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null()).kill_on_drop(true);
        for name in ["PATH", "TMPDIR", "DUBAN_PG_BIN"] {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a program to its end.
    pub async fn run(&self, mut command: Command) -> Told {
        let output = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = output.unwrap_or_else(|_| panic!("{command:?} did not end")).expect("it runs");
        Told {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Runs `duban` to its end.
    pub async fn duban(&self, words: &[&str]) -> Told {
        let mut command = self.command(DUBAN);
        command.args(words);
        self.run(command).await
    }

    /// Brings a calendar for this year and the next, which a doctor that looks at the real day would miss.
    pub async fn bring_calendar(&self) {
        let year = Now::at(real_now()).today().year();
        self.write("years.csv", format!("{year}-01-01,休,元旦\n{}-01-01,休,元旦\n", year + 1));
        self.duban(&["calendar", "import", "years.csv"]).await.well();
    }

    /// Starts a `duban` that stays.
    pub fn start(&self, words: &[&str]) -> Running {
        let log = self.path(&format!("{}.log", words.join("-")));
        let said = fs::File::create(&log).expect("a log");
        let mut command = self.command(DUBAN);
        command.args(words).stdout(said.try_clone().expect("the log again")).stderr(said);
        Running { child: command.spawn().expect("it starts"), log }
    }

    /// A port of this machine that nobody listens on just now.
    pub fn free_port() -> u16 {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    }

    /// No PostgreSQL works on this desk's data.
    pub async fn expect_no_server(&self) {
        until("PostgreSQL has stopped", async || self.servers().is_empty()).await;
    }

    pub async fn expect_server(&self) {
        assert_ne!(self.servers(), [], "PostgreSQL does not run");
    }

    /// PostgreSQL and its `initdb`: they alone have the folder among their arguments.
    fn servers(&self) -> Vec<Pid> {
        let folder = self.folder.path().as_os_str().as_encoded_bytes();
        let names = |text: &[u8]| text.windows(folder.len()).any(|part| part == folder);
        if let Ok(processes) = fs::read_dir("/proc") {
            let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
            return pids
                .filter(|pid: &i32| names(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()))
                .map(Pid::from_raw)
                .collect();
        }
        let listed = std::process::Command::new("ps").args(["-A", "-o", "pid=,command="]).output();
        let listed = listed.expect("a list of processes").stdout;
        let lines = listed.split(|byte| *byte == b'\n').filter(|line| names(line));
        lines
            .filter_map(|line| std::str::from_utf8(line).ok()?.split_whitespace().next()?.parse().ok())
            .map(Pid::from_raw)
            .collect()
    }
}

impl Drop for Desk {
    /// A test that failed may have left a server.
    fn drop(&mut self) {
        let begun = Instant::now();
        for pid in self.servers() {
            let _ = kill(pid, Signal::SIGQUIT);
        }
        while !self.servers().is_empty() && begun.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
    }
}

pub const DUBAN: &str = env!("CARGO_BIN_EXE_duban");

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Told {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Told {
    /// It did what was asked.
    pub fn well(self) -> Told {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// It did not, and said so in a sentence.
    pub fn refused(self) -> Told {
        assert_eq!(self.code, Some(1), "{self:#?}");
        self.no_trouble()
    }

    /// Nobody is shown the insides.
    pub fn no_trouble(self) -> Told {
        for word in ["panicked", "RUST_BACKTRACE", "stack backtrace"] {
            assert!(!self.err.contains(word) && !self.out.contains(word), "{self:#?}");
        }
        self
    }

    /// stderr has all of these.
    pub fn saying(self, words: &[&str]) -> Told {
        for word in words {
            assert!(self.err.contains(word), "“{word}” is missing: {self:#?}");
        }
        self
    }

    /// stdout has all of these.
    pub fn telling(self, words: &[&str]) -> Told {
        for word in words {
            assert!(self.out.contains(word), "“{word}” is missing: {self:#?}");
        }
        self
    }
}

/// A `duban` that stays until it is told to stop.
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Everything said so far.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub async fn until_it_says(&mut self, words: &str) {
        self.until_said(words, |said| said.contains(words).then_some(())).await;
    }

    /// Waits until it serves; the address of its door.
    pub async fn address(&mut self) -> String {
        // A line is written piece by piece: the address is whole when something follows it.
        let whole = |said: &str| {
            let (_, rest) = said.split_once("http://")?;
            Some(rest.split_once(char::is_whitespace)?.0.to_owned())
        };
        self.until_said("http://…", whole).await
    }

    /// Waits until what it has said so far holds something.
    async fn until_said<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = find(&self.said()) {
                return found;
            }
            let ended = self.child.try_wait().expect("asks");
            assert_eq!(ended, None, "it ended before “{what}”: {}", self.said());
            assert!(begun.elapsed() < PATIENCE, "“{what}” never came: {}", self.said());
            pause().await;
        }
    }

    pub fn signal(&self, signal: Signal) {
        let pid = self.child.id().expect("it runs");
        kill(Pid::from_raw(pid.cast_signed()), signal).expect("it takes signals");
    }

    /// Waits for its end; its exit code and everything it said.
    pub async fn ended(self) -> (Option<i32>, String) {
        let log = self.log.clone();
        (self.end().await, fs::read_to_string(log).unwrap_or_default())
    }

    /// Waits for its end; its exit code, `None` if it was killed.
    pub async fn end(mut self) -> Option<i32> {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it does not end: {}", self.said())).expect("waits").code()
    }
}

/// Looks again and again until it is so.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
        pause().await;
    }
}

/// Between two looks.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// One plain HTTP request; the whole answer, or nothing when nobody answers.
pub async fn http(address: &str, request: &str, headers: &[(&str, &str)], body: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address).await else { return String::new() };
    let mut text = format!("{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(text.as_bytes()).await.expect("asks");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("is answered");
    String::from_utf8_lossy(&answer).into_owned()
}
