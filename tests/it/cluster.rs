//! The embedded PostgreSQL, with the real programs and real processes that get killed.
//!
//! A test that needs a process to kill runs itself once more with `OWNER_OF` set; that copy only
//! opens the cluster, says so, and waits to be killed.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use duban::cluster::{Binaries, Cluster, OpenOptions, Profile, ServiceLock, Step};
use nix::unistd::{Pid, getpgid};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::sync::Notify;

/// Tells the copy of a test which folder to open; `throwaway` for none.
const OWNER_OF: &str = "DUBAN_TEST_OWNER_OF";
const THROWAWAY: &str = "throwaway";

/// A line the copy prints: the URL and the server's home follow.
const OPENED: &str = "opened ";

/// Servers start in less than a second; a loaded machine is no reason to fail.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn data_survives_a_restart() -> Result<()> {
    let folder = Folder::new()?;
    let (cluster, steps) = folder.open().await?;
    assert_eq!(steps, [Step::Initialising, Step::Starting, Step::Ready]);
    assert_eq!(cluster.notes(), [""; 0]);
    execute(&cluster.url(), "CREATE TABLE kept (n int)").await?;
    let url = cluster.url();
    cluster.stop().await?;
    assert!(!answers(&url).await, "the server still runs");

    let (cluster, steps) = folder.open().await?;
    assert_eq!(steps, [Step::Starting, Step::Ready]);
    execute(&cluster.url(), "SELECT n FROM kept").await?;
    cluster.stop().await
}

#[tokio::test]
async fn a_durable_server_is_safe_and_private() -> Result<()> {
    let folder = Folder::new()?;
    let (cluster, _) = folder.open().await?;
    for (setting, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("lc_monetary", "C"),
        ("server_encoding", "UTF8"),
    ] {
        assert_eq!(shown(&cluster.url(), setting).await?, value, "{setting}");
    }
    assert_eq!(fs::metadata(cluster.home())?.mode() & 0o777, 0o700);
    // Ctrl-C in a terminal goes to a whole process group; the server must not be in ours.
    let pid_file = fs::read_to_string(cluster.home().join("data/postmaster.pid"))?;
    let server = Pid::from_raw(first_line(&pid_file)?.parse()?);
    assert_ne!(getpgid(Some(server))?, getpgid(None)?);
    execute(&cluster.url_for("postgres"), "CREATE DATABASE \"another one\"").await?;
    execute(&cluster.url_for("another one"), "SELECT 1").await?;
    cluster.stop().await
}

#[tokio::test]
async fn the_last_user_stops_the_server_whoever_started_it() -> Result<()> {
    let folder = Folder::new()?;
    let (command, _) = folder.open().await?;
    let (service, steps) = folder.open().await?;
    assert_eq!(steps, [Step::Attached, Step::Ready]);
    assert_eq!(service.url(), command.url());

    let url = service.url();
    command.stop().await?;
    execute(&url, "SELECT 1").await?;
    service.stop().await?;
    assert!(!answers(&url).await, "the server still runs");
    Ok(())
}

#[tokio::test]
async fn those_who_come_together_start_one_server() -> Result<()> {
    let folder = Folder::new()?;
    let (one, two, three) = tokio::try_join!(folder.open(), folder.open(), folder.open())?;
    let all = [one, two, three];
    let started = all.iter().filter(|(_, steps)| steps.contains(&Step::Starting));
    assert_eq!(started.count(), 1);
    for (cluster, _) in all {
        execute(&cluster.url(), "SELECT 1").await?;
        cluster.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_dropped_cluster_stops_its_server_too() -> Result<()> {
    let folder = Folder::new()?;
    let (cluster, _) = folder.open().await?;
    let url = cluster.url();
    drop(cluster);
    let (cluster, steps) = folder.open().await?; // waits for the end, then starts
    assert_eq!(steps, [Step::Starting, Step::Ready]);
    assert_eq!(cluster.url(), url);
    cluster.stop().await
}

#[tokio::test]
async fn an_abandoned_start_leaves_no_server() -> Result<()> {
    let folder = Folder::new()?;
    let starting = Notify::new();
    let progress = |step| {
        if step == Step::Starting {
            starting.notify_one();
        }
    };
    let profile = Profile::Durable(folder.path().to_owned());
    tokio::select! {
        opened = open(profile, &progress) => { opened?; }
        () = starting.notified() => {}
    }
    let (cluster, steps) = folder.open().await?;
    assert_eq!(steps, [Step::Starting, Step::Ready]);
    cluster.stop().await
}

#[tokio::test]
async fn a_server_left_by_a_killed_process_is_adopted() -> Result<()> {
    play_owner_if_asked().await?;
    let folder = Folder::new()?;
    let mut owner = Owner::run("a_server_left_by_a_killed_process_is_adopted", folder.path())?;
    execute(&owner.url, "CREATE TABLE kept (n int)").await?;
    owner.kill()?;
    execute(&owner.url, "SELECT n FROM kept").await?;

    let (cluster, steps) = folder.open().await?;
    assert_eq!(steps, [Step::Adopted, Step::Ready]);
    execute(&cluster.url(), "SELECT n FROM kept").await?;
    cluster.stop().await?;
    assert!(!answers(&owner.url).await, "the server still runs");
    Ok(())
}

#[tokio::test]
async fn a_killed_server_is_started_anew() -> Result<()> {
    let folder = Folder::new()?;
    let (cluster, _) = folder.open().await?;
    execute(&cluster.url(), "CREATE TABLE kept (n int)").await?;
    let pid_file = cluster.home().join("data/postmaster.pid");
    let before = fs::read_to_string(&pid_file)?;
    kill_server(&before)?;
    eventually("the server is gone", async || !answers(&cluster.url()).await).await?;
    drop(cluster);

    // Its number now belongs to somebody else: this test, say.
    let (_, rest) = before.split_once('\n').context("more than a line")?;
    fs::write(&pid_file, format!("{}\n{rest}", std::process::id()))?;
    let (cluster, steps) = folder.open().await?;
    assert_eq!(steps, [Step::Starting, Step::Ready]);
    execute(&cluster.url(), "SELECT n FROM kept").await?;
    cluster.stop().await
}

#[tokio::test]
async fn a_throwaway_server_ends_with_its_owner() -> Result<()> {
    play_owner_if_asked().await?;
    let mut owner = Owner::run("a_throwaway_server_ends_with_its_owner", Path::new(THROWAWAY))?;
    execute(&owner.url, "SELECT 1").await?;
    assert!(owner.home.exists());
    owner.kill()?;
    eventually("the server is gone", async || !answers(&owner.url).await).await?;
    eventually("its folder is gone", async || !folder_of(&owner.home).exists()).await
}

#[tokio::test]
async fn a_throwaway_server_is_fast_and_leaves_nothing() -> Result<()> {
    let left_behind = format!("duban-throwaway-{}-0", dead_process()?);
    let left_behind = env::temp_dir().join(left_behind);
    fs::create_dir(&left_behind)?;

    let cluster = open(Profile::Throwaway, &|_| ()).await?;
    assert!(!left_behind.exists(), "what a dead process left is still there");
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(shown(&cluster.url(), setting).await?, "off", "{setting}");
    }
    let folder = folder_of(cluster.home());
    let url = cluster.url();
    cluster.stop().await?;
    assert!(!answers(&url).await, "the server still runs");
    assert!(!folder.exists(), "{folder:?} is still there");
    Ok(())
}

#[test]
fn a_second_service_on_a_folder_is_refused() -> Result<()> {
    let folder = Folder::new()?;
    let first = ServiceLock::take(folder.path())?;
    let refusal = ServiceLock::take(folder.path()).expect_err("it is taken").to_string();
    assert!(refusal.contains(&folder.path().display().to_string()), "{refusal}");
    assert!(refusal.contains(&std::process::id().to_string()), "{refusal}");
    drop(first);
    ServiceLock::take(folder.path())?;
    Ok(())
}

#[tokio::test]
async fn data_of_another_major_version_is_refused() -> Result<()> {
    let folder = Folder::new()?;
    let (cluster, _) = folder.open().await?;
    let version = cluster.home().join("data/PG_VERSION");
    cluster.stop().await?;
    fs::write(version, "9\n")?;
    let refusal = folder.refusal().await;
    assert!(refusal.contains("PostgreSQL 9"), "{refusal}");
    assert!(refusal.contains("DUBAN_PG_BIN"), "{refusal}");
    Ok(())
}

#[tokio::test]
async fn a_failing_start_shows_what_the_server_said() -> Result<()> {
    let folder = Folder::new()?;
    let (cluster, _) = folder.open().await?;
    let settings = cluster.home().join("data/postgresql.conf");
    cluster.stop().await?;
    fs::write(settings, "no_such_setting = 1\n")?;
    let refusal = folder.refusal().await;
    assert!(refusal.contains("did not start"), "{refusal}");
    assert!(refusal.contains("no_such_setting"), "{refusal}");
    Ok(())
}

#[tokio::test]
async fn a_failing_initdb_shows_what_it_said() -> Result<()> {
    let folder = Folder::new()?;
    let bin = fake_postgres(folder.path(), "99.1")?;
    let initdb = "#!/bin/sh\necho 'No space left on device' >&2; exit 1\n";
    write_program(&bin.join("initdb"), initdb)?;
    let options = OpenOptions { profile: Profile::Durable(folder.path().join("data")), pg_bin: Some(bin) };
    let refusal = Cluster::open(options, &|_| ()).await.expect_err("it fails");
    let refusal = format!("{refusal:#}");
    assert!(refusal.contains("Initdb could not"), "{refusal}");
    assert!(refusal.contains("The disk is full"), "{refusal}");
    Ok(())
}

#[test]
fn programs_too_old_or_missing_are_refused() -> Result<()> {
    let folder = Folder::new()?;
    let old = fake_postgres(folder.path(), "14.2")?;
    let refusal = format!("{:#}", Binaries::find(Some(&old)).expect_err("it is old"));
    assert!(refusal.contains("is PostgreSQL 14; 15 or newer"), "{refusal}");
    let empty = folder.path();
    let refusal = format!("{:#}", Binaries::find(Some(empty)).expect_err("it is empty"));
    assert!(refusal.contains("DUBAN_PG_BIN"), "{refusal}");
    assert!(Binaries::find(None)?.major >= 15);
    Ok(())
}

/// Root hands the server to a user who cannot reach such a folder; other users can use it as it is.
#[tokio::test]
async fn a_folder_out_of_the_servers_reach_is_moved() -> Result<()> {
    let folder = Folder::new()?;
    let closed = folder.path().join("closed");
    fs::create_dir(&closed)?;
    fs::set_permissions(&closed, Permissions::from_mode(0o700))?;
    let profile = Profile::Durable(closed.join("data"));
    let cluster = open(profile.clone(), &|_| ()).await?;
    execute(&cluster.url(), "CREATE TABLE kept (n int)").await?;
    let home = cluster.home().to_owned();
    let inside = fs::canonicalize(&closed)?;
    let is_root = fs::metadata(&closed)?.uid() == 0;
    assert_eq!(home.starts_with(&inside), !is_root);
    assert_eq!(cluster.notes().len(), usize::from(is_root));
    cluster.stop().await?;

    let again = open(profile.clone(), &|_| ()).await?;
    assert_eq!(again.home(), home);
    execute(&again.url(), "SELECT n FROM kept").await?;
    again.stop().await?;

    if is_root {
        fs::remove_dir_all(&home)?; // a loss must not look like a first start
        let refusal = open(profile, &|_| ()).await.expect_err("the data is gone");
        assert!(refusal.to_string().contains("postgres.moved"), "{refusal}");
    }
    Ok(())
}

#[tokio::test]
async fn any_name_of_a_folder_will_do() -> Result<()> {
    let folder = Folder::new()?;
    let long = folder.path().join("很长的目录名".repeat(5)).join("x".repeat(60));
    let odd = folder.path().join("督办, \"数据\" 100%");
    let not_text = match cfg!(target_os = "linux") {
        true => folder.path().join(OsStr::from_bytes(b"\xb6\xbd\xb0\xec")), // 督办 in GBK
        false => folder.path().join("only Linux has names that are no text"),
    };
    for path in [long, odd, not_text] {
        let cluster = open(Profile::Durable(path.clone()), &|_| ()).await?;
        execute(&cluster.url(), "SELECT 1").await?;
        assert!(cluster.home().starts_with(fs::canonicalize(path)?));
        cluster.stop().await?;
    }
    Ok(())
}

/// A data folder for one test, which the server's user can reach even if root made it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Result<Folder> {
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        Ok(Folder(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    async fn open(&self) -> Result<(Cluster, Vec<Step>)> {
        let steps = Mutex::new(Vec::new());
        let record = |step| steps.lock().expect("no panic while locked").push(step);
        let cluster = open(Profile::Durable(self.path().to_owned()), &record).await?;
        Ok((cluster, steps.into_inner()?))
    }

    async fn refusal(&self) -> String {
        let opened = self.open().await;
        format!("{:#}", opened.expect_err("it is refused"))
    }
}

async fn open(profile: Profile, progress: &(dyn Fn(Step) + Sync)) -> Result<Cluster> {
    let pg_bin = env::var_os("DUBAN_PG_BIN").map(PathBuf::from);
    Cluster::open(OpenOptions { profile, pg_bin }, progress).await
}

/// Another process that opened a cluster.
struct Owner {
    process: Child,
    url: String,
    home: PathBuf,
}

impl Owner {
    fn run(test: &str, folder: &Path) -> Result<Owner> {
        let mut process = Command::new(env::current_exe()?)
            .args([&format!("cluster::{test}"), "--exact", "--nocapture"])
            .env(OWNER_OF, folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = BufReader::new(process.stdout.take().context("it is piped")?);
        let told = stdout.lines().map_while(Result::ok);
        let told = told.filter_map(|line| Some(line.split_once(OPENED)?.1.to_owned()));
        let told = told.take(1).next().context("the copy did not open the cluster")?;
        let (url, home) = told.split_once(' ').context("two words")?;
        Ok(Owner { process, url: url.to_owned(), home: home.into() })
    }

    fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

/// In the copy that `Owner::run` started, this does not return.
async fn play_owner_if_asked() -> Result<()> {
    let Some(folder) = env::var_os(OWNER_OF) else {
        return Ok(());
    };
    let profile = match folder.to_str() {
        Some(THROWAWAY) => Profile::Throwaway,
        _ => Profile::Durable(folder.into()),
    };
    let cluster = open(profile, &|_| ()).await?;
    println!("\n{OPENED}{} {}", cluster.url(), cluster.home().display());
    std::future::pending().await
}

async fn execute(url: &str, sql: &'static str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(sql).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn shown(url: &str, setting: &str) -> Result<String> {
    let mut connection = PgConnection::connect(url).await?;
    let query = sqlx::query_scalar("SELECT current_setting($1)").bind(setting);
    Ok(query.fetch_one(&mut connection).await?)
}

async fn answers(url: &str) -> bool {
    execute(url, "SELECT 1").await.is_ok()
}

/// Asks until it is so; fails when it takes too long.
async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) -> Result<()> {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while !is_so().await {
        ensure!(begun.elapsed() < PATIENCE, "waited too long until {what}");
        tick.tick().await;
    }
    Ok(())
}

fn folder_of(home: &Path) -> PathBuf {
    home.parent().expect("home lies in the folder").to_owned()
}

fn dead_process() -> Result<u32> {
    let mut process = Command::new("true").spawn()?;
    process.wait()?;
    Ok(process.id())
}

fn first_line(pid_file: &str) -> Result<&str> {
    pid_file.lines().next().context("the pid is on the first line")
}

fn kill_server(pid_file: &str) -> Result<()> {
    let pid = first_line(pid_file)?;
    let killed = Command::new("sh").args(["-c", "kill -9 \"$1\"", "sh", pid]).status()?;
    ensure!(killed.success(), "cannot kill {pid}");
    Ok(())
}

/// A folder of programs that say they are some version.
fn fake_postgres(folder: &Path, version: &str) -> Result<PathBuf> {
    let bin = folder.join("bin");
    fs::create_dir(&bin)?;
    fs::set_permissions(&bin, Permissions::from_mode(0o755))?;
    write_program(&bin.join("initdb"), "#!/bin/sh\n")?;
    let postgres = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
    write_program(&bin.join("postgres"), &postgres)?;
    Ok(bin)
}

/// Another process does the writing: a file that is open for writing here while some other test
/// starts a process cannot be run.
fn write_program(path: &Path, text: &str) -> Result<()> {
    let script = "printf %s \"$2\" > \"$1\" && chmod 755 \"$1\"";
    let mut shell = Command::new("sh");
    let written = shell.args(["-c", script, "sh"]).arg(path).arg(text).status()?;
    ensure!(written.success(), "cannot write {}", path.display());
    Ok(())
}
