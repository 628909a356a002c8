//! How the server is set up. All of it is passed at each start, so that a newer version of this
//! program brings its settings to an old data folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;

/// What the data is worth, and so where it lies and how carefully it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// A service's data, kept in this folder.
    Durable(PathBuf),
    /// A test's data: in memory where possible, gone when this process ends, however it ends.
    Throwaway,
}

const ALWAYS: &[(&str, &str)] = &[
    // Only over the socket, and only for those who may enter its folder.
    ("listen_addresses", ""),
    ("port", "5432"),
    ("unix_socket_permissions", "0700"),
    ("cluster_name", "duban"), // shows in the list of processes
];

const DURABLE: &[(&str, &str)] = &[
    ("fsync", "on"),
    ("max_connections", "100"),
    ("max_wal_size", "2GB"), // fewer checkpoints while importing
    // A file for each day of the week, emptied when its day comes again.
    ("logging_collector", "on"),
    ("log_directory", ".."), // seen from the data
    ("log_filename", "server-%u.log"),
    ("log_rotation_age", "1d"),
    ("log_rotation_size", "0"),
    ("log_truncate_on_rotation", "on"),
    ("log_checkpoints", "off"), // else a line every five minutes
];

const THROWAWAY: &[(&str, &str)] = &[
    // A crash may lose everything.
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("max_connections", "300"), // each of the tests running at once brings its own pools
    ("max_wal_size", "128MB"),  // the log of changes would lie in memory too
];

impl Profile {
    pub(super) fn is_throwaway(&self) -> bool {
        *self == Profile::Throwaway
    }

    pub(super) fn settings(&self, socket: &Path, binaries: &Binaries) -> Vec<(&'static str, String)> {
        let own = match self {
            Profile::Durable(_) => DURABLE,
            Profile::Throwaway => THROWAWAY,
        };
        let fixed = ALWAYS.iter().chain(own);
        let mut all: Vec<_> = fixed.map(|(name, value)| (*name, (*value).to_owned())).collect();
        if !self.is_throwaway() {
            all.push(("shared_buffers", format!("{}MB", buffers_mib(memory_mib()))));
            all.push(("wal_compression", binaries.packing().to_owned()));
        }
        // It is a list of folders: quotes keep a comma in the path from splitting it.
        let socket = socket.display().to_string().replace('"', "\"\"");
        all.push(("unix_socket_directories", format!("\"{socket}\"")));
        all
    }
}

/// An eighth of the memory, which the server shares with this program and the system's own cache. A year of a
/// small office fits into the least; only what is used is ever taken.
fn buffers_mib(memory_mib: Option<u64>) -> u64 {
    memory_mib.map_or(BUFFERS_MIB.0, |mib| (mib / 8).clamp(BUFFERS_MIB.0, BUFFERS_MIB.1))
}

/// The least and the most.
const BUFFERS_MIB: (u64, u64) = (128, 2048);

/// The machine's memory, or what a container may have of it; `None` where the system does not say.
fn memory_mib() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok()?;
    let machine = machine.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let machine = machine.trim().strip_suffix(" kB")?.parse::<u64>().ok()? >> 10;
    let container = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let container = container.and_then(|max| Some(max.trim().parse::<u64>().ok()? >> 20));
    Some(container.map_or(machine, |container| container.min(machine)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_an_eighth_of_the_memory_within_bounds() {
        assert_eq!(buffers_mib(None), 128);
        assert_eq!(buffers_mib(Some(512)), 128);
        assert_eq!(buffers_mib(Some(8 * 1024)), 1024);
        assert_eq!(buffers_mib(Some(256 * 1024)), 2048);
    }
}
