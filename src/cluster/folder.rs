//! Where a cluster's files lie.
//!
//! `<folder>/*.lock`          see `locks`
//! `<folder>/postgres/`       "home": the server's own, closed to everybody else
//! `<folder>/postgres/data/`  what `initdb` makes
//! `<folder>/postgres/*.log`  what the server says; its socket lies here too
//! `<folder>/postgres.moved`  instead of the above: home had to be elsewhere, and where it is

use std::env;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::account::Account;

/// The longest path of a socket: macOS has room for 104 bytes and a closing zero, Linux for 108.
const LONGEST_SOCKET_PATH: usize = 103;

/// What PostgreSQL calls the socket in its folder; the number is the port in `Cluster::url`.
pub(super) const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// Others may pass through but not look around; what is private lies in a folder of its own.
pub(super) const PASS_THROUGH: u32 = 0o711;

#[derive(Debug)]
pub(super) struct Place {
    pub folder: PathBuf,
    pub home: PathBuf,
    pub account: Account,
    /// What the person should know about the choice of place.
    pub notes: Vec<String>,
}

impl Place {
    /// Finds home, or makes it.
    pub fn settle(folder: &Path) -> Result<Place> {
        let folder = make(folder)?;
        let pointer = folder.join("postgres.moved");
        let wanted = folder.join("postgres");
        if pointer.exists() {
            let home = PathBuf::from(fs::read_to_string(&pointer)?.trim_end());
            ensure!(
                home.join("data").exists(),
                "{pointer} 说数据库在 {home}，那里却没有：请恢复它；若不要旧数据，删掉 {pointer} / \
                 {pointer} says the database is in {home}, but it is not: bring it back, or delete \
                 {pointer} to begin anew without the old data",
                pointer = pointer.display(),
                home = home.display()
            );
            let account = Account::pick(&home.join("data"))?;
            let notes = vec![moved_note(&account, &wanted, &home)];
            return Ok(Place { folder, home, account, notes });
        }

        let account = Account::pick(&wanted.join("data"))?;
        let mut notes = Vec::new();
        let home = if account.can_enter(&folder) {
            account.private_folder(&wanted)?;
            wanted
        } else if wanted.join("data").exists() {
            let (folder, user) = (folder.display(), &account.name);
            bail!(
                "数据库用户 {user} 进不了 {folder}，数据已在其中：请放开各级上层目录（chmod o+x） / \
                 the database's user {user} cannot enter {folder}, where the data lies already: \
                 open it and the folders above it (chmod o+x)"
            );
        } else {
            let home = home_elsewhere(&folder, &account)?;
            notes.push(moved_note(&account, &wanted, &home));
            home
        };
        Ok(Place { folder, home, account, notes })
    }

    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// After `initdb`: from now on a missing home is a loss and not a beginning.
    pub fn record(&self) -> Result<()> {
        if !self.home.starts_with(&self.folder) {
            let pointer = self.folder.join("postgres.moved");
            fs::write(&pointer, format!("{}\n", self.home.display()))
                .with_context(|| format!("无法写 / cannot write {}", pointer.display()))?;
        }
        Ok(())
    }

    /// The folder of the socket: home, unless its path is too long for one (or no text, so that no
    /// URL could name it). A running server's `postmaster.pid` tells others which it was.
    pub fn socket_folder(&self) -> Result<PathBuf> {
        if fits_a_socket(&self.home) {
            return Ok(self.home.clone());
        }
        let name = format!("duban-socket-{}", short_name(&self.home));
        let mut bases = [env::temp_dir(), "/tmp".into()].into_iter();
        let short = bases.find_map(|base| {
            let path = base.join(&name);
            fits_a_socket(&path).then_some(path)
        });
        let short = short.context("临时目录的路径太长 / the path of the temp folder is too long")?;
        self.account.private_folder(&short)?;
        Ok(short)
    }

    /// Once the server has stopped, if it had one of its own.
    pub fn remove_socket_folder(&self, socket: &Path) {
        if socket != self.home {
            let _ = fs::remove_dir(socket);
        }
    }
}

/// Whether there are data, or a note of where they went.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join("postgres/data").exists() || folder.join("postgres.moved").exists()
}

/// Makes the folder a person named, if need be, and returns its full path.
pub(super) fn make(folder: &Path) -> Result<PathBuf> {
    let cannot = || {
        let folder = folder.display();
        format!("无法建立数据目录 {folder}：请换一个 / cannot make the data folder {folder}: choose another")
    };
    if !folder.exists() {
        if let Some(parent) = folder.parent().filter(|parent| *parent != Path::new("")) {
            make(parent)?;
        }
        fs::create_dir(folder).with_context(cannot)?;
        set_mode(folder, PASS_THROUGH).with_context(cannot)?;
    }
    fs::canonicalize(folder).with_context(cannot)
}

/// Whatever the umask says.
pub(super) fn set_mode(folder: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(mode))
}

/// For root only: a place that the database's user can reach. Always the same for one folder.
fn home_elsewhere(folder: &Path, account: &Account) -> Result<PathBuf> {
    let name = format!("duban-{}", short_name(folder));
    for base in [PathBuf::from("/var/lib"), env::temp_dir()] {
        let home = base.join(&name);
        if account.private_folder(&home).is_ok() && account.can_enter(&home) {
            return Ok(home);
        }
    }
    let (folder, user) = (folder.display(), &account.name);
    bail!(
        "数据库用户 {user} 进不了 {folder}，/var/lib 与临时目录也不行：请换一个数据目录 / \
         the database's user {user} can enter neither {folder} nor a folder of its own in /var/lib \
         or the temp folder: choose another data folder"
    )
}

fn moved_note(account: &Account, wanted: &Path, home: &Path) -> String {
    let (user, wanted, home) = (&account.name, wanted.display(), home.display());
    format!(
        "数据库用户 {user} 进不了 {wanted} 的上层目录，数据库放在 {home}，并已记下，下次仍用它 / \
         the database's user {user} cannot reach {wanted}, so the database is in {home}; \
         this is recorded, and the next start finds it"
    )
}

fn fits_a_socket(folder: &Path) -> bool {
    let path = folder.join(SOCKET_NAME);
    path.to_str().is_some() && path.as_os_str().len() <= LONGEST_SOCKET_PATH
}

/// A short name for a path that stays the same in every build (FNV-1a; std promises no such hash).
fn short_name(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{hash:016x}")
}
