//! Finding PostgreSQL's programs on this machine.
//!
//! `Cluster::open` asks only when it has to start a server: attaching to a running one needs none.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The oldest major version that is tested and still gets fixes from the PostgreSQL project.
const OLDEST_MAJOR: u32 = 15;

/// Where packages put the programs when they are not on PATH: a folder, how the names in it that
/// hold one version each begin, and with that `<folder>/<name>/bin`.
const USUAL_PLACES: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", ""),          // Debian, Ubuntu
    ("/usr", "pgsql-"),                   // the PostgreSQL project's RPMs
    ("/opt/homebrew/opt", "postgresql@"), // macOS, Apple silicon
    ("/usr/local/opt", "postgresql@"),    // macOS, Intel
];

const NONE_FOUND: &str = "\
本机没有 PostgreSQL {OLDEST} 或更新的程序。用一条命令装上即可 / \
No PostgreSQL {OLDEST} or newer on this machine. One command installs it:
  Debian/Ubuntu:  sudo apt-get install postgresql
  Fedora:         sudo dnf install postgresql-server
  macOS:          brew install postgresql@17
已装在别处：用 DUBAN_PG_BIN 指出其 bin 目录；已有数据库服务：用 DATABASE_URL 指出。 / \
Installed elsewhere: name its bin folder in DUBAN_PG_BIN. A server of your own: DATABASE_URL.";

/// A folder with `initdb` and `postgres` in it, of a version we can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    pub bin: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// Takes `pg_bin` (`$DUBAN_PG_BIN`) at its word when given; otherwise looks on PATH, then in
    /// the usual places, and takes the first that is new enough.
    pub fn find(pg_bin: Option<&Path>) -> Result<Binaries> {
        match pg_bin {
            Some(bin) => Self::in_folder(bin).context(
                "请改正 DUBAN_PG_BIN，或去掉它让程序自己找 / \
                 Correct DUBAN_PG_BIN, or unset it to let the program look by itself",
            ),
            None => Self::first_usable(on_path().into_iter().chain(usual_places())),
        }
    }

    fn first_usable(folders: impl Iterator<Item = PathBuf>) -> Result<Binaries> {
        let mut refused = String::new();
        for folder in folders.filter(|folder| folder.join("initdb").exists()) {
            match Self::in_folder(&folder) {
                Ok(found) => return Ok(found),
                Err(reason) => refused.push_str(&format!("\n  {reason}")),
            }
        }
        let advice = NONE_FOUND.replace("{OLDEST}", &OLDEST_MAJOR.to_string());
        bail!("{advice}{refused}")
    }

    fn in_folder(folder: &Path) -> Result<Binaries> {
        let shown = folder.display();
        for program in ["initdb", "postgres"] {
            ensure!(
                folder.join(program).exists(),
                "{shown} 里没有 {program} / there is no {program} in {shown}"
            );
        }
        let output = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .with_context(|| format!("{shown}/postgres 无法运行 / cannot be run"))?;
        let answer = String::from_utf8_lossy(&output.stdout);
        let major = major_in(&answer).with_context(|| {
            format!("{shown}/postgres --version 的回答看不懂 / gives no version: {answer:?}")
        })?;
        ensure!(
            major >= OLDEST_MAJOR,
            "{shown} 是 PostgreSQL {major}，需要 {OLDEST_MAJOR} 或更新 / \
             {shown} is PostgreSQL {major}; {OLDEST_MAJOR} or newer is needed"
        );
        Ok(Binaries { bin: folder.to_owned(), major })
    }

    /// How full pages are packed in the log of changes: by lz4 where the server was built with it, which costs a
    /// fraction of PostgreSQL's own way. Its `pg_config` knows; where there is none, nothing is assumed.
    pub(super) fn packing(&self) -> &'static str {
        let output = Command::new(self.bin.join("pg_config")).arg("--configure").output();
        let has_lz4 =
            output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("--with-lz4"));
        if has_lz4 { "lz4" } else { "pglz" }
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` -> 15; betas read `17beta1`.
fn major_in(answer: &str) -> Option<u32> {
    let (_, version) = answer.split_once("(PostgreSQL) ")?;
    digits(version)
}

fn digits(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text[..end.unwrap_or(text.len())].parse().ok()
}

/// `pg_ctl` on PATH lies (perhaps through a link) beside the others; `pg_config` tells where.
fn on_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let beside_pg_ctl = env::split_paths(&path)
        .filter_map(|folder| fs::canonicalize(folder.join("pg_ctl")).ok())
        .filter_map(|pg_ctl| Some(pg_ctl.parent()?.to_owned()));
    let told = Command::new("pg_config").arg("--bindir").output();
    let told = told.ok().filter(|output| output.status.success());
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().into());
    beside_pg_ctl.chain(told).collect()
}

/// The usual places, the newest version of each first.
fn usual_places() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (folder, prefix) in USUAL_PLACES {
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut versions: Vec<(u32, PathBuf)> = names
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let version = digits(name.strip_prefix(prefix)?)?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        versions.sort_by_key(|(version, _)| Reverse(*version));
        found.extend(versions.into_iter().map(|(_, bin)| bin));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_postgres_says() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(major_in(debian), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 19beta2\n"), Some(19));
        assert_eq!(major_in("something else"), None);
    }

    #[test]
    fn finding_none_names_the_command_that_installs_it() {
        let error = Binaries::first_usable(std::iter::empty()).expect_err("none");
        let sentence = error.to_string();
        for word in ["apt-get install", "brew install", "DUBAN_PG_BIN", "DATABASE_URL"] {
            assert!(sentence.contains(word), "{word} is missing in: {sentence}");
        }
    }
}
