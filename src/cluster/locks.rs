//! The locks in a data folder. All are held on open files, so they fall with their process, even
//! at kill -9; the files themselves stay and mean nothing.
//!
//! `service.lock`: at most one service per folder.
//! `start.lock`:   "my turn": held while somebody decides to start or stop the server.
//! `users.lock`:   shared by all who use the server. Who can have it alone is the last user, and
//!                 only the last user stops the server.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{folder, poll};

/// Somebody else's turn includes their `initdb` or crash recovery, which a slow disk stretches.
const TURN_LIMIT: Duration = Duration::from_secs(360);

/// The right to be *the* service of a data folder, held as long as this value lives.
#[derive(Debug)]
pub struct ServiceLock {
    _held: Lock,
}

impl ServiceLock {
    /// Refused with a sentence while another process has it.
    pub fn take(folder: &Path) -> Result<ServiceLock> {
        let folder = folder::make(folder)?;
        let path = folder.join("service.lock");
        let mut lock = Lock::open(&path)?;
        if !lock.try_alone()? {
            let holder = std::fs::read_to_string(&path).unwrap_or_default();
            bail!(
                "数据目录 {folder} 已有一个 duban 服务在用（进程 {pid}）：先停掉它，或换一个数据目录 / \
                 another duban service (process {pid}) runs on the data folder {folder}: \
                 stop it first, or choose another folder",
                folder = folder.display(),
                pid = holder.trim()
            );
        }
        lock.0.set_len(0)?;
        writeln!(lock.0, "{}", process::id())?;
        Ok(ServiceLock { _held: lock })
    }
}

/// One process's part in using the server.
#[derive(Debug)]
pub(super) struct Users {
    folder: PathBuf,
    shared: Lock,
    turn: Option<Lock>,
    /// Nobody else used the server when we came.
    pub alone: bool,
}

impl Users {
    /// Waits for our turn, which is then ours until `settled`.
    pub async fn join(folder: &Path) -> Result<Users> {
        let turn = wait_for_turn(folder).await?;
        let shared = Lock::open(&folder.join("users.lock"))?;
        let alone = shared.try_alone()?;
        shared.0.lock_shared()?; // never waits: others take it alone only in their turn
        Ok(Users { folder: folder.to_owned(), shared, turn: Some(turn), alone })
    }

    /// The server is up: others may have their turn.
    pub fn settled(&mut self) {
        self.turn = None;
    }

    /// Says whether we were the last user; if so it is our turn, and nobody can join until this
    /// value is dropped.
    pub async fn leave(&mut self) -> Result<bool> {
        if self.turn.is_none() {
            self.turn = Some(wait_for_turn(&self.folder).await?);
        }
        self.last_to_leave()
    }

    /// As `leave`, but leaves things as they are rather than wait.
    pub fn try_leave(&mut self) -> Result<bool> {
        if self.turn.is_none() {
            let turn = Lock::open(&self.folder.join("start.lock"))?;
            if !turn.try_alone()? {
                return Ok(false);
            }
            self.turn = Some(turn);
        }
        self.last_to_leave()
    }

    fn last_to_leave(&mut self) -> Result<bool> {
        let last = self.shared.try_alone()?;
        if !last {
            self.shared.0.unlock()?;
            self.turn = None;
        }
        Ok(last)
    }
}

/// Whether a living process uses the server of this folder.
pub(super) fn in_use(folder: &Path) -> bool {
    let file = File::open(folder.join("users.lock"));
    file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

async fn wait_for_turn(folder: &Path) -> Result<Lock> {
    let path = folder.join("start.lock");
    let turn = Lock::open(&path)?;
    let got = turn.try_alone()? || poll(TURN_LIMIT, || turn.try_alone().unwrap_or(false)).await;
    ensure!(
        got,
        "另一个 duban 进程启动或停止数据库已超过 {limit} 秒（{path}）：请检查或结束它 / \
         another duban process has been starting or stopping the database for over {limit} s \
         ({path}): look at it, or end it",
        limit = TURN_LIMIT.as_secs(),
        path = path.display()
    );
    Ok(turn)
}

/// An open file that may be locked.
#[derive(Debug)]
struct Lock(File);

impl Lock {
    fn open(path: &Path) -> Result<Lock> {
        let mut options = File::options();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).with_context(|| {
            let path = path.display();
            format!(
                "无法写 {path}：请用拥有该目录的用户运行，或换一个数据目录 / cannot write {path}: \
                 run as the user who owns the folder, or choose another folder"
            )
        })?;
        Ok(Lock(file))
    }

    fn try_alone(&self) -> Result<bool> {
        match self.0.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error).context("无法加锁 / cannot lock a file"),
        }
    }
}

impl Drop for Lock {
    /// Closing the file is not enough: a process that another thread is just starting has it open
    /// too, until its program runs.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
