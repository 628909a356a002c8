//! Where a throwaway cluster lies, and its removal.
//!
//! A test may be killed at any time, so a guard outlives it: a small shell that waits for the end
//! of a pipe that only our process holds open, then ends the server and removes the folder.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::folder::{PASS_THROUGH, Place, set_mode};
use super::{locks, poll};

/// In memory, on Linux.
const SHARED_MEMORY: &str = "/dev/shm";

/// An empty cluster takes 40 MB and each test's database 8; Docker gives containers 64 MB only.
#[cfg(target_os = "linux")]
const ROOM_NEEDED: u64 = 512 * 1024 * 1024;

/// Followed by the process id and a number.
const PREFIX: &str = "duban-throwaway-";

/// The guard gives the server ten seconds to end.
const GUARD_LIMIT: Duration = Duration::from_secs(15);

/// `$1` is the server's home and `$2` the folder. An immediate shutdown, because nobody needs the data any more.
const GUARD: &str = r#"
read -r _
pid_file="$1/data/postmaster.pid"
if read -r pid 2>/dev/null < "$pid_file"; then
    kill -QUIT "$pid"
    tries=100
    while [ -e "$pid_file" ] && kill -0 "$pid" && [ $tries -gt 0 ]; do
        sleep 0.1
        tries=$((tries - 1))
    done
fi
rm -rf "$1" "$2"
"#;

/// A fresh folder of this process.
pub(super) fn folder() -> Result<PathBuf> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("{PREFIX}{}-{number}", process::id());
    let (memory, temp) = (PathBuf::from(SHARED_MEMORY), env::temp_dir());
    remove_left_behind(&memory);
    remove_left_behind(&temp);
    let in_memory = memory.join(&name);
    if has_room(&memory) && make(&in_memory).is_ok() {
        return Ok(in_memory);
    }
    let on_disk = temp.join(&name);
    make(&on_disk).with_context(|| {
        let temp = temp.display();
        format!("无法写临时目录 / cannot write the temp folder {temp}")
    })?;
    Ok(on_disk)
}

/// Only if there is none: in a shared place, one that is there is somebody else's.
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    set_mode(folder, PASS_THROUGH)
}

#[cfg(target_os = "linux")]
fn has_room(memory: &Path) -> bool {
    use nix::sys::statvfs::statvfs;
    statvfs(memory).is_ok_and(|found| found.blocks_available() * found.fragment_size() >= ROOM_NEEDED)
}

#[cfg(not(target_os = "linux"))]
fn has_room(_there_is_none: &Path) -> bool {
    false
}

/// Of tests whose guard was killed as well.
fn remove_left_behind(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        let Some(owner) = owner.and_then(|pid| pid.parse().ok()) else {
            continue;
        };
        let is_dead = kill(Pid::from_raw(owner), None) == Err(Errno::ESRCH);
        // Asked as well, because the owner may live in another container.
        if is_dead && !locks::in_use(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path()); // a server in it ends when it misses its files
        }
    }
}

#[derive(Debug)]
pub(super) struct Guard {
    shell: Child,
}

impl Guard {
    pub fn watch(place: &Place) -> Result<Guard> {
        place.account.own(&place.folder)?; // so that the guard, which runs as this user, can remove it
        let mut command = place.account.command("sh");
        command.args(["-c", GUARD, "duban-guard"]);
        command.arg(&place.home).arg(&place.folder);
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        let shell = command.spawn().context("无法运行 / cannot run sh")?;
        Ok(Guard { shell })
    }

    /// Has the guard do its work now. (It also does when this value is merely dropped.)
    pub async fn finish(mut self) -> Result<()> {
        drop(self.shell.stdin.take());
        let ended = poll(GUARD_LIMIT, || matches!(self.shell.try_wait(), Ok(Some(_)))).await;
        ensure!(ended, "临时数据库未能清除 / the throwaway database could not be removed");
        Ok(())
    }
}
