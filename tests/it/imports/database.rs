//! A throw-away PostgreSQL for these tests: one server per run, one migrated database per test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

static SOCKET: OnceLock<PathBuf> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

fn command(program: &str) -> Command {
    let bin = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is installed")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .max()
        .expect("a version of PostgreSQL");
    let mut command = Command::new("setpriv");
    if nix::unistd::Uid::effective().is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    // The server ends with the thread that started it, and that one with the process.
    command.args(["--pdeathsig", "INT"]).arg(bin.join(program));
    command
}

fn server() -> &'static PathBuf {
    SOCKET.get_or_init(|| {
        let base = if PathBuf::from("/dev/shm").is_dir() { "/dev/shm" } else { "/tmp" };
        let begins = "duban-imports-";
        for old in std::fs::read_dir(base).expect("a folder").flatten() {
            let name = old.file_name().to_string_lossy().into_owned();
            let pid = name.strip_prefix(begins);
            if pid.is_some_and(|pid| !PathBuf::from(format!("/proc/{pid}")).exists()) {
                _ = std::fs::remove_dir_all(old.path());
            }
        }
        let dir = PathBuf::from(format!("{base}/{begins}{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder");
        if nix::unistd::Uid::effective().is_root() {
            let made = Command::new("chown").arg("postgres").arg(&dir).status().expect("chown");
            assert!(made.success());
        }
        let data = dir.join("data");
        let made = command("initdb")
            .args(["-A", "trust", "-U", "postgres", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let socket = dir.clone();
        std::thread::spawn(move || {
            let mut postgres = command("postgres");
            postgres.arg("-D").arg(&data).arg("-k").arg(&socket);
            postgres.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_min_messages=fatal"]);
            postgres.spawn().and_then(|mut child| child.wait()).expect("postgres runs")
        });
        dir
    })
}

async fn connect(name: &str) -> sqlx::Result<PgPool> {
    let options = PgConnectOptions::new_without_pgpass().socket(server()).username("postgres").database(name);
    PgPoolOptions::new().max_connections(4).connect_with(options).await
}

pub async fn database() -> PgPool {
    let begun = Instant::now();
    let root = loop {
        match connect("postgres").await {
            Ok(root) => break root,
            Err(why) => assert!(begun.elapsed() < Duration::from_secs(30), "no server: {why}"),
        }
        std::thread::yield_now();
    };
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&root).await.expect("a database");
    let pool = connect(&name).await.expect("the new database");
    sqlx::migrate!().run(&pool).await.expect("migrated");
    pool
}
