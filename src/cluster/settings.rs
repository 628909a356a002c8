//! How the server is set up. All of it is passed at each start, so that a newer version of this
//! program brings its settings to an old data folder.

use std::path::{Path, PathBuf};

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
    ("shared_buffers", "128MB"), // a year's data fits; a small machine can spare it
    ("max_connections", "100"),
    ("wal_compression", "on"),
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

    pub(super) fn settings(&self, socket: &Path) -> Vec<(&'static str, String)> {
        let own = match self {
            Profile::Durable(_) => DURABLE,
            Profile::Throwaway => THROWAWAY,
        };
        let fixed = ALWAYS.iter().chain(own);
        let mut all: Vec<_> = fixed.map(|(name, value)| (*name, (*value).to_owned())).collect();
        // It is a list of folders: quotes keep a comma in the path from splitting it.
        let socket = socket.display().to_string().replace('"', "\"\"");
        all.push(("unix_socket_directories", format!("\"{socket}\"")));
        all
    }
}
