//! Talking to the server: its URLs, whether it answers, and the one database it must have.

use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// The superuser of a private cluster, and the name of the database the application uses.
pub(super) const USER: &str = "duban";
pub(super) const DATABASE: &str = "duban";

/// Exists in every cluster.
const MAINTENANCE_DATABASE: &str = "postgres";

/// A server on the same machine that says nothing for this long is not answering.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// "Starting up" or "shutting down".
const CANNOT_CONNECT_NOW: &str = "57P03";
const TOO_MANY_CONNECTIONS: &str = "53300";

/// Everything is said, because sqlx takes what is missing from the environment (`PGPORT` …).
pub(super) fn url(socket: &Path, database: &str) -> String {
    format!(
        "postgres://{USER}@localhost:5432/{database}?host={socket}&sslmode=disable",
        database = percent_encoded(database),
        socket = percent_encoded(&socket.to_string_lossy()),
    )
}

/// Whether the server accepts connections by now; if so, it has our database afterwards.
pub(super) async fn answers(socket: &Path) -> Result<bool> {
    let connecting = tokio::time::timeout(ANSWER_LIMIT, ensure_database(socket));
    match connecting.await {
        Ok(Ok(())) => Ok(true),
        Ok(Err(error)) if is_passing(&error) => Ok(false),
        Ok(Err(error)) => Err(error).with_context(|| {
            let socket = socket.display();
            format!("数据库在 {socket} 拒绝了我们 / the database at {socket} refused us")
        }),
        Err(_elapsed) => Ok(false),
    }
}

async fn ensure_database(socket: &Path) -> sqlx::Result<()> {
    let options = PgConnectOptions::from_str(&url(socket, MAINTENANCE_DATABASE))?;
    let mut connection = options.connect().await?;
    let found: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(DATABASE)
        .fetch_optional(&mut connection)
        .await?;
    if found.is_none() {
        sqlx::raw_sql("CREATE DATABASE duban").execute(&mut connection).await?;
    }
    connection.close().await
}

/// Errors that waiting may cure.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() != io::ErrorKind::PermissionDenied,
        sqlx::Error::Database(error) => {
            let code = error.code();
            matches!(code.as_deref(), Some(CANNOT_CONNECT_NOW | TOO_MANY_CONNECTIONS))
        }
        _ => false,
    }
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlx_reads_the_url_back() {
        let socket = Path::new("/家 目录/a&b?c=%,d#");
        let options = PgConnectOptions::from_str(&url(socket, "a b#1")).expect("parses");
        assert_eq!(options.get_socket().map(AsRef::as_ref), Some(socket));
        assert_eq!(options.get_database(), Some("a b#1"));
        assert_eq!(options.get_username(), "duban");
        assert_eq!(options.get_port(), 5432);
    }
}
