//! The folder of files: each content once, under its SHA-256 (`files/ab/cdef…`). What arrives is written
//! beside it first and moved when it is whole and of a kind that is kept, so a crash leaves no half file
//! under a name that counts. Names people gave never reach the file system.

mod kinds;

pub use kinds::{Kind, Unkept};

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::code::hex;

/// What was left half by somebody who went is swept away after this time.
const LEFTOVER: Duration = Duration::from_secs(24 * 60 * 60);
/// What people sent over our own doorstep waits so long for being fetched: over a weekend.
const HELD: Duration = Duration::from_secs(72 * 60 * 60);
/// Read at a time.
const PIECE: usize = 64 * 1024;

/// Where what waits for being fetched lies.
const WAITING: &str = "waiting";

/// The folder of a data folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// A file on its way in, under a name of its own. It is gone with this value unless it was kept.
pub struct Part {
    path: PathBuf,
}

/// A file that arrived whole.
pub struct Arrived {
    pub sha256: String,
    pub bytes: u64,
    pub kind: Kind,
}

/// Why a file is not kept.
#[derive(Debug)]
pub enum Refused {
    Kind(Unkept),
    /// The disk, not the file.
    Disk(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        Refused::Disk(error)
    }
}

impl Folder {
    /// The folder inside this data folder; made when the first file comes.
    pub fn of(data_dir: &Path) -> Folder {
        Folder { root: data_dir.join("files") }
    }

    /// Where a content lies. `None`: that is no digest.
    pub fn path(&self, sha256: &str) -> Option<PathBuf> {
        let is_digest =
            sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
        is_digest.then(|| self.root.join(&sha256[..2]).join(&sha256[2..]))
    }

    /// A new, empty file for what arrives, open for writing.
    pub fn begin(&self) -> io::Result<(Part, File)> {
        let parts = self.root.join("parts");
        make(&parts)?;
        let path = parts.join(Uuid::now_v7().simple().to_string());
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok((Part { path }, file))
    }

    /// Looks at what arrived and keeps it, if it is of a kind that is kept and no larger than `limit`.
    /// `name` is what the sender called it: its ending must fit the content.
    pub fn keep(&self, part: &Part, name: &str, limit: u64) -> Result<Arrived, Refused> {
        let mut file = File::open(&part.path)?;
        let bytes = file.metadata()?.len();
        if bytes > limit {
            return Err(Refused::Kind(Unkept::TooBig));
        }
        let kind = kinds::look(&mut file, name)?.map_err(Refused::Kind)?;
        Ok(Arrived { sha256: self.settle(part)?, bytes, kind })
    }

    /// Keeps what we have written ourselves, whatever it is and however large. Returns its SHA-256 and its
    /// size in bytes.
    pub fn keep_own(&self, part: &Part) -> io::Result<(String, u64)> {
        let bytes = fs::metadata(&part.path)?.len();
        Ok((self.settle(part)?, bytes))
    }

    /// Moves what is whole to where its content belongs.
    fn settle(&self, part: &Part) -> io::Result<String> {
        let sha256 = digest(&part.path)?;
        let to = self.path(&sha256).ok_or_else(|| io::Error::other("a digest is no digest"))?;
        if let Some(folder) = to.parent().filter(|_| !to.exists()) {
            make(folder)?;
            File::open(&part.path)?.sync_all()?;
            fs::rename(&part.path, &to)?;
            // The name is on the disk before anybody is told that the file is kept.
            File::open(folder)?.sync_all()?;
        }
        Ok(sha256)
    }

    /// Holds what arrived over our own doorstep until it is fetched like from any platform. Returns the id by
    /// which it is found.
    pub fn hold(&self, part: Part) -> io::Result<String> {
        make(&self.root.join(WAITING))?;
        let id = Uuid::now_v7().simple().to_string();
        fs::rename(&part.path, self.root.join(WAITING).join(&id))?;
        Ok(id)
    }

    /// Where what is held under this id lies. `None`: that is no such id.
    pub fn held(&self, id: &str) -> Option<PathBuf> {
        let id = Uuid::try_parse(id).ok()?.simple().to_string();
        Some(self.root.join(WAITING).join(id))
    }

    /// Does not hold it any longer.
    pub fn release(&self, id: &str) {
        if let Some(path) = self.held(id) {
            // What cannot be removed is swept later.
            let _ = fs::remove_file(path);
        }
    }

    /// Takes a content out.
    pub fn remove(&self, sha256: &str) -> io::Result<()> {
        match self.path(sha256).map(fs::remove_file) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Sweeps away what was left half, or was held for nothing, long ago; returns how many.
    pub fn sweep(&self) -> io::Result<usize> {
        Ok(self.sweep_older("parts", LEFTOVER)? + self.sweep_older(WAITING, HELD)?)
    }

    fn sweep_older(&self, folder: &str, age: Duration) -> io::Result<usize> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut swept = 0;
        for entry in entries {
            let entry = entry?;
            let written = entry.metadata()?.modified()?;
            if SystemTime::now().duration_since(written).is_ok_and(|old| old > age) {
                fs::remove_file(entry.path())?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Moved, or not wanted; what cannot be removed is swept later.
        let _ = fs::remove_file(&self.path);
    }
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn put(folder: &Folder, bytes: &[u8], name: &str) -> Result<Arrived, Refused> {
        let (part, mut file) = folder.begin().unwrap();
        file.write_all(bytes).unwrap();
        folder.keep(&part, name, 1000)
    }

    #[test]
    fn the_same_content_lies_there_once_and_nothing_is_left_half() {
        let data = tempfile::tempdir().unwrap();
        let folder = Folder::of(data.path());
        let one = put(&folder, b"%PDF-1.7 one", "../../one.pdf").unwrap();
        let two = put(&folder, b"%PDF-1.7 one", "").unwrap();
        assert_eq!(one.sha256, two.sha256);
        assert_eq!(fs::read(folder.path(&one.sha256).unwrap()).unwrap(), b"%PDF-1.7 one");
        assert!(matches!(put(&folder, &[b'%'; 1001], ""), Err(Refused::Kind(Unkept::TooBig))));
        assert!(matches!(put(&folder, b"MZ\x90", "a.jpg"), Err(Refused::Kind(_))));
        assert_eq!(fs::read_dir(data.path().join("files/parts")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(data.path().join("files")).unwrap().count(), 2);
        folder.remove(&one.sha256).unwrap();
        folder.remove(&one.sha256).unwrap();
        assert!(!folder.path(&one.sha256).unwrap().exists());
        assert_eq!(folder.sweep().unwrap(), 0);
    }

    #[test]
    fn what_is_held_is_found_by_its_id_alone_and_released() {
        let data = tempfile::tempdir().unwrap();
        let folder = Folder::of(data.path());
        let (part, mut file) = folder.begin().unwrap();
        file.write_all(b"%PDF-1.7 one").unwrap();
        let id = folder.hold(part).unwrap();
        assert_eq!(fs::read(folder.held(&id).unwrap()).unwrap(), b"%PDF-1.7 one");
        for bad in ["", "..", "../parts/a", "f"] {
            assert_eq!(folder.held(bad), None, "{bad}");
        }
        assert_eq!(folder.sweep().unwrap(), 0);
        folder.release(&id);
        assert!(!folder.held(&id).unwrap().exists());
    }

    #[test]
    fn only_a_digest_has_a_place() {
        let folder = Folder::of(Path::new("data"));
        for bad in ["", "..", "ab/cd", &"A".repeat(64), &"g".repeat(64), &"a".repeat(65)] {
            assert_eq!(folder.path(bad), None, "{bad}");
        }
    }
}
