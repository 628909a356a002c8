//! What a report costs in statements, counted on the wire between the service and PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::harness::{Bot, database};

const CONTACT: &str = "紫岩县联络员A";

/// A line to PostgreSQL that counts what is executed: `Execute` of a prepared statement, and simple
/// queries such as BEGIN. Returns the URL of the tapped line.
async fn tapped(url: &str, executed: Arc<AtomicUsize>) -> (String, tempfile::TempDir) {
    let options: PgConnectOptions = url.parse().unwrap();
    let server = options.get_socket().expect("a socket").join(".s.PGSQL.5432");
    let folder = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    let tapped =
        url.replace(&*options.get_socket().unwrap().to_string_lossy(), &folder.path().to_string_lossy());
    assert_ne!(tapped, url);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&server).await.unwrap();
            let executed = Arc::clone(&executed);
            tokio::spawn(async move { listen(client, server, &executed).await });
        }
    });
    (tapped, folder)
}

async fn listen(client: UnixStream, server: UnixStream, executed: &AtomicUsize) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    // The first message has no letter before its length.
    let mut has_letter = false;
    loop {
        if has_letter {
            let letter = from_client.read_u8().await?;
            if matches!(letter, b'E' | b'Q') {
                executed.fetch_add(1, Ordering::SeqCst);
            }
            to_server.write_u8(letter).await?;
        }
        has_letter = true;
        let length = from_client.read_i32().await?;
        let mut body = vec![0; length as usize - 4];
        from_client.read_exact(&mut body).await?;
        to_server.write_i32(length).await?;
        to_server.write_all(&body).await?;
    }
}

async fn cost(bot: &mut Bot, executed: &AtomicUsize, text: &str) -> usize {
    let what = What::Said { text: text.into(), addressed: true, edited: false };
    let update = bot.update(CONTACT, CONTACT, what);
    let before = executed.load(Ordering::SeqCst);
    assert_eq!(bot.app.desk.handle(&update, bot.app.clock.now()).await, Outcome::Settled);
    executed.load(Ordering::SeqCst) - before
}

#[tokio::test]
async fn a_report_costs_at_most_two_reads_and_one_commit() {
    let executed = Arc::new(AtomicUsize::new(0));
    let (url, _folder) = tapped(&database("template_sample").await, Arc::clone(&executed)).await;
    let mut bot = Bot::on(url).await.person(CONTACT).await;
    bot.leave_unread = true;
    // Connections are opened and statements prepared by the first one.
    cost(&mut bot, &executed, "进度 16 86 设备到货").await;
    // Facts with the item, and the unit's last report where it has a say; BEGIN, lock, claim, write, COMMIT.
    for (text, reads) in [("进度 16 87 设备到货", 1), ("16项到88%，开始安装", 1), ("16项无变化", 2)]
    {
        assert_eq!(cost(&mut bot, &executed, text).await, reads + 5, "{text}");
    }
    // Chatter costs no more than looking who speaks.
    let what = What::Said { text: "下午三点开会".into(), addressed: false, edited: false };
    let update = bot.update(CONTACT, "-9", what);
    let before = executed.load(Ordering::SeqCst);
    assert_eq!(bot.app.desk.handle(&update, bot.app.clock.now()).await, Outcome::Settled);
    assert_eq!(executed.load(Ordering::SeqCst) - before, 1);
}
