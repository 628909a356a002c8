//! Which system user the server runs as.
//!
//! PostgreSQL refuses to run as root, so root hands it to another user; everybody else runs it as
//! themselves.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::{Uid, User, geteuid};

/// Users that root hands the server to, the best first: packages of PostgreSQL make `postgres`,
/// and every system has `nobody`.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

const ROOT: u32 = 0;

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    gid: u32,
    /// We are root and this is somebody else.
    dropped: bool,
}

impl Account {
    /// `data` is the server's data folder; when it exists already, its owner runs the server.
    pub fn pick(data: &Path) -> Result<Account> {
        let me = geteuid();
        let owner = fs::metadata(data).ok().map(|data| data.uid());
        if me.is_root() {
            let user = match owner {
                Some(owner) if owner != ROOT => user_with(Uid::from_raw(owner))?,
                _ => unprivileged_user()?,
            };
            let account = Account::of(user, true);
            if owner == Some(ROOT) {
                account.own_all(data)?; // as a copy that root made comes out
            }
            return Ok(account);
        }
        if let Some(owner) = owner.filter(|owner| *owner != me.as_raw()) {
            let data = data.display();
            bail!(
                "数据目录 {data} 属于 uid 为 {owner} 的用户：请用当初启动它的用户（可能是 root）运行 / \
                 the data folder {data} belongs to the user with uid {owner}: \
                 run as the user who first started it (perhaps root)"
            );
        }
        Ok(Account::of(user_with(me)?, false))
    }

    fn of(user: User, dropped: bool) -> Account {
        Account { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw(), dropped }
    }

    /// A command that runs as this user, apart from our terminal and our environment's PG… settings.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        // Our own folder may be closed to this user. A process group of its own, because Ctrl-C in
        // a terminal goes to all of ours at once, and it is us who stop the server, in order.
        command.current_dir("/").process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.env("LC_ALL", "C"); // exists everywhere, and the log stays in one language
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        if self.dropped {
            command.uid(self.uid).gid(self.gid); // std drops root's supplementary groups as well
        }
        command
    }

    /// Tried rather than computed from the mode bits: access lists and the like count too.
    pub fn can_enter(&self, folder: &Path) -> bool {
        let mut command = self.command("true");
        let entered = command.current_dir(folder).stderr(Stdio::null()).status();
        entered.is_ok_and(|status| status.success())
    }

    pub fn owns(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|found| found.uid() == self.uid)
    }

    /// Makes a folder that only this user (and root) can enter. One that is there already must be
    /// this user's: in a shared place like /tmp anybody could have put it there.
    pub fn private_folder(&self, path: &Path) -> Result<()> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => self.own(path)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| cannot_make(path)),
        }
        let found = fs::symlink_metadata(path)?;
        if geteuid().is_root() && found.is_dir() && found.uid() == ROOT {
            self.own(path)?; // root was interrupted between making it and giving it away
        }
        ensure!(
            found.is_dir() && self.owns(path),
            "{path} 属于别的用户，不是 {user}：请用当初启动它的用户运行，或移走它 / \
             {path} belongs to another user than {user}: run as the user who first started it, \
             or move it away",
            path = path.display(),
            user = self.name
        );
        fs::set_permissions(path, Permissions::from_mode(0o700)).with_context(|| cannot_make(path))
    }

    pub fn own(&self, path: &Path) -> Result<()> {
        if self.dropped {
            chown(path, Some(self.uid), Some(self.gid)).with_context(|| cannot_make(path))?;
        }
        Ok(())
    }

    fn own_all(&self, path: &Path) -> Result<()> {
        lchown(path, Some(self.uid), Some(self.gid)).with_context(|| cannot_make(path))?;
        if fs::symlink_metadata(path)?.is_dir() {
            for entry in fs::read_dir(path)? {
                self.own_all(&entry?.path())?;
            }
        }
        Ok(())
    }
}

fn cannot_make(path: &Path) -> String {
    let path = path.display();
    format!("无法建立 {path} 或把它交给数据库用户 / cannot make {path} or give it to the database's user")
}

fn unprivileged_user() -> Result<User> {
    for name in UNPRIVILEGED {
        if let Ok(Some(user)) = User::from_name(name) {
            return Ok(user);
        }
    }
    bail!(
        "PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户：\
         请先 useradd --system postgres / PostgreSQL cannot run as root, and there is no user \
         postgres or nobody here: run useradd --system postgres first"
    )
}

fn user_with(uid: Uid) -> Result<User> {
    User::from_uid(uid).ok().flatten().with_context(|| {
        format!(
            "uid {uid} 在本机没有用户名，PostgreSQL 因此拒绝运行：请以有名字的用户运行，\
             或用 DATABASE_URL 指向已有的数据库 / uid {uid} has no user name here, and PostgreSQL \
             refuses to run without one: run as a named user, or point DATABASE_URL at a server"
        )
    })
}
