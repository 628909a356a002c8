//! The server's process: making its data, starting it, knowing whether it lives, stopping it.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Command as AsyncCommand;

use super::binaries::Binaries;
use super::folder::{Place, SOCKET_NAME};
use super::settings::Profile;
use super::{POLL, database, poll};

/// Recovery after a power cut replays up to 2 GB of changes, slowly on a slow disk.
const START_LIMIT: Duration = Duration::from_secs(300);

/// A fast shutdown writes what is in memory to disk; beyond this, recovery at the next start is
/// the better way, as service managers lose patience too.
const FAST_STOP_LIMIT: Duration = Duration::from_secs(20);

/// An immediate shutdown only has to tell the server's own processes.
const IMMEDIATE_STOP_LIMIT: Duration = Duration::from_secs(10);

/// Enough of the log to see the cause, little enough to read in a terminal.
const SHOWN_LOG_LINES: usize = 12;
const SHOWN_LOG_BYTES: u64 = 4096;

/// What the log says when the disk is full.
const DISK_FULL: [&str; 2] = ["No space left on device", "Check free disk space"];

/// What the log says when helper processes of a killed server still hold its shared memory.
pub(super) const HELPERS_LIVE: &str = "shared memory block";

#[derive(Debug)]
pub(super) struct Server {
    data: PathBuf,
    /// Set when this process started it.
    child: Option<Child>,
}

impl Server {
    /// The server of this place, whether it runs or not.
    pub fn of(place: &Place) -> Server {
        Server { data: place.data(), child: None }
    }

    /// Starts it. `ready` tells when it has started.
    pub fn start(&mut self, place: &Place, binaries: &Binaries, profile: &Profile) -> Result<()> {
        check_major(&self.data, binaries)?;
        let socket = place.socket_folder()?;
        // What a killed server left. PostgreSQL would clean up by itself, but not if another
        // process of this user has the old number by now, as happens when a container restarts.
        // Its own lock on shared memory still keeps two servers from one folder.
        for stale in [self.data.join("postmaster.pid"), socket.join(format!("{SOCKET_NAME}.lock"))] {
            let _ = fs::remove_file(stale);
        }
        let log = place.home.join("server.log");
        let _ = fs::remove_file(&log);
        // New, so that root never writes through a link that the server's user has put there.
        let log = File::create_new(&log).with_context(|| format!("{}", log.display()))?;
        let mut command = place.account.command(binaries.bin.join("postgres"));
        command.arg("-D").arg(&self.data);
        for (name, value) in profile.settings(&socket, binaries) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let child = command.stderr(log).spawn();
        self.child = Some(child.with_context(|| cannot_run(&command, place))?);
        Ok(())
    }

    /// Waits until it accepts connections and returns the folder of its socket, or `None` when it
    /// does not run (any more).
    pub async fn ready(&mut self, place: &Place) -> Result<Option<PathBuf>> {
        let begun = Instant::now();
        let mut tick = tokio::time::interval(POLL);
        while begun.elapsed() < START_LIMIT {
            tick.tick().await;
            let alive = self.pid().is_some();
            // Asked even when no such process is to be seen: it may be in another container.
            let socket = PidFile::read(&self.data).and_then(|file| file.socket);
            let socket = socket.filter(|socket| place.account.owns(socket));
            if let Some(socket) = socket
                && database::answers(&socket).await?
            {
                return Ok(Some(socket));
            }
            if !alive {
                return Ok(None);
            }
        }
        let limit = START_LIMIT.as_secs();
        Err(failure(
            &format!("数据库 {limit} 秒仍未就绪 / The database was not ready after {limit} s"),
            &log_of_this_start(&place.home),
        ))
    }

    /// Its process, if that lives and can be seen from here.
    pub fn pid(&mut self) -> Option<Pid> {
        match &mut self.child {
            Some(child) => {
                let lives = child.try_wait().is_ok_and(|ended| ended.is_none());
                lives.then(|| Pid::from_raw(child.id().cast_signed()))
            }
            None => {
                PidFile::read(&self.data).map(|file| file.pid).filter(|pid| is_server_of(*pid, &self.data))
            }
        }
    }

    /// Fast shutdown: clients are sent away, what they committed is kept. Does not wait.
    pub fn interrupt(&mut self) {
        self.signal(Signal::SIGINT);
    }

    pub async fn stop(&mut self) -> Result<()> {
        for (signal, limit) in [(Signal::SIGINT, FAST_STOP_LIMIT), (Signal::SIGQUIT, IMMEDIATE_STOP_LIMIT)] {
            self.signal(signal);
            if poll(limit, || self.pid().is_none()).await {
                return Ok(());
            }
            tracing::warn!(%signal, "the database did not stop in time");
        }
        let pid = self.pid().map_or(0, Pid::as_raw);
        bail!(
            "数据库停不下来：请手工结束进程 {pid} / \
             the database does not stop: end the process {pid} by hand"
        )
    }

    fn signal(&mut self, signal: Signal) {
        if let Some(pid) = self.pid() {
            let _ = kill(pid, signal); // fails only when it has just ended
        }
    }
}

/// `initdb`, beside the final place first, so that a half-made folder is never taken for a whole.
pub(super) async fn initialise(place: &Place, binaries: &Binaries, profile: &Profile) -> Result<()> {
    for entry in fs::read_dir(&place.home)?.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"new-") {
            let _ = fs::remove_dir_all(entry.path()); // of a start that was interrupted
        }
    }
    let fresh = place.home.join(format!("new-{}", std::process::id()));
    let mut command = place.account.command(binaries.bin.join("initdb"));
    command.args(["--username", database::USER, "--no-instructions"]);
    command.args(["--encoding", "UTF8", "--locale", "C"]);
    // No passwords: only who can enter the folder of the socket can connect at all.
    command.args(["--auth-local", "trust", "--auth-host", "reject"]);
    if profile.is_throwaway() {
        command.arg("--no-sync");
    }
    command.arg("-D").arg(&fresh);
    let shown = cannot_run(&command, place);
    let mut command = AsyncCommand::from(command);
    let output = command.kill_on_drop(true).output().await.context(shown)?;
    ensure!(
        output.status.success(),
        failure(
            "initdb 未能建立数据库 / Initdb could not make the database",
            &String::from_utf8_lossy(&output.stderr)
        )
    );
    fs::rename(&fresh, place.data())?;
    place.record()
}

/// A data folder serves only the major version that made it.
fn check_major(data: &Path, binaries: &Binaries) -> Result<()> {
    let made_by = fs::read_to_string(data.join("PG_VERSION")).with_context(|| {
        let data = data.display();
        format!("{data} 不是 PostgreSQL 的数据目录 / {data} is no data folder of PostgreSQL")
    })?;
    let (made_by, ours, bin) = (made_by.trim(), binaries.major, binaries.bin.display());
    ensure!(
        made_by == ours.to_string(),
        "数据目录 {data} 由 PostgreSQL {made_by} 建立，而找到的是 {ours}（{bin}）：\
         用 DUBAN_PG_BIN 指向 {made_by} 版的 bin 目录，或先用旧版 pg_dump 导出，再导入新目录 / \
         the data folder {data} was made by PostgreSQL {made_by}, but {bin} is {ours}: point \
         DUBAN_PG_BIN at the bin folder of version {made_by}, or pg_dump with the old version and \
         restore into a new folder",
        data = data.display()
    );
    Ok(())
}

/// What `postmaster.pid` says; the server writes it in steps.
struct PidFile {
    pid: Pid,
    /// The folder of its socket, while it calls itself ready. Connecting before only fills the log.
    socket: Option<PathBuf>,
}

impl PidFile {
    fn read(data: &Path) -> Option<PidFile> {
        let text = fs::read(data.join("postmaster.pid")).ok()?;
        let text = String::from_utf8_lossy(&text); // it names `data` too, which need not be text
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let pid = lines.first()?.trim().parse().ok()?;
        let socket = match lines[..] {
            [_, _, _, _, socket, _, _, "ready", ..] => Some(PathBuf::from(socket)),
            _ => None,
        };
        Some(PidFile { pid: Pid::from_raw(pid), socket })
    }
}

/// Numbers are used again, so look at what runs under this one: the server was started with `-D`
/// and its folder. One that has ended but was not yet waited for shows no arguments.
fn is_server_of(pid: Pid, data: &Path) -> bool {
    let data = data.as_os_str().as_encoded_bytes();
    if Path::new("/proc/self").exists() {
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        return arguments.split(|byte| *byte == 0).any(|arg| arg == data);
    }
    let mut ps = Command::new("ps");
    let ps = ps.args(["-o", "command=", "-p", &pid.to_string()]).output();
    ps.is_ok_and(|ps| ps.stdout.windows(data.len()).any(|part| part == data))
}

fn cannot_run(command: &Command, place: &Place) -> String {
    let program = Path::new(command.get_program()).display();
    let user = &place.account.name;
    format!("用户 {user} 无法运行 {program} / the user {user} cannot run {program}")
}

/// The error when a server we started has ended by itself.
pub(super) fn failed_to_start(place: &Place) -> Error {
    let home = place.home.display();
    failure(
        &format!("数据库没能启动，日志在 {home} / The database did not start; its log is in {home}"),
        &log_of_this_start(&place.home),
    )
}

/// A plain sentence first, and the end of what the server said after it.
fn failure(sentence: &str, log: &str) -> Error {
    let full_disk = match DISK_FULL.iter().any(|words| log.contains(words)) {
        true => "\n磁盘已满：请腾出空间再试 / The disk is full: make room on it and try again",
        false => "",
    };
    let lines: Vec<&str> = log.lines().collect();
    let shown = lines[lines.len().saturating_sub(SHOWN_LOG_LINES)..].join("\n  ");
    anyhow!("{sentence}{full_disk}\n  {shown}")
}

/// The end of what this start said: the server begins with `server.log` and then, unless it fails
/// before, goes on with the one of the weekday.
fn log_of_this_start(home: &Path) -> String {
    let first = home.join("server.log");
    let written = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    let later = fs::read_dir(home).into_iter().flatten().flatten();
    let later = later.map(|entry| entry.path()).filter(|path| {
        let is_log = path.extension().is_some_and(|kind| kind == "log");
        is_log && *path != first && written(path) >= written(&first)
    });
    let logs = std::iter::once(first.clone()).chain(later);
    logs.map(|log| end_of(&log).unwrap_or_default()).collect()
}

fn end_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(SHOWN_LOG_BYTES)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(String::from_utf8_lossy(&end).into_owned())
}
