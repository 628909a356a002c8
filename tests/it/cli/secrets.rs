//! Whatever fails and however much is logged: what is secret is never shown.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Desk, Told};

/// A part of every secret here.
const SECRET: &str = "s3crEt";
const TOKEN: &str = "4711:AA-s3crEt_token";

impl Told {
    fn discreet(self) -> Told {
        assert!(!self.out.contains(SECRET) && !self.err.contains(SECRET), "{self:#?}");
        self.no_trouble()
    }
}

/// A desk where everything is logged.
fn loud() -> Desk {
    Desk::new().with("RUST_LOG", "trace")
}

/// A server that asks for the password and does not like it. Returns its port and how often it was told one.
async fn strict_postgres() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let port = listener.local_addr().expect("an address").port();
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if refuse(stream).await.is_ok_and(|said| said.contains(SECRET)) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    (port, told)
}

/// Plays PostgreSQL's part up to the refusal; what the client gave as its password.
async fn refuse(mut stream: TcpStream) -> std::io::Result<String> {
    const SSL_REQUEST: i32 = 80_877_103;
    loop {
        let length = stream.read_i32().await?;
        let mut startup = vec![0; length as usize - 4];
        stream.read_exact(&mut startup).await?;
        if startup[..4] != SSL_REQUEST.to_be_bytes() {
            break;
        }
        stream.write_all(b"N").await?;
    }
    stream.write_all(b"R\0\0\0\x08\0\0\0\x03").await?; // the password in clear, please
    let _kind = stream.read_u8().await?;
    let length = stream.read_i32().await?;
    let mut password = vec![0; length as usize - 4];
    stream.read_exact(&mut password).await?;
    let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"u\"\0\0";
    stream.write_all(b"E").await?;
    stream.write_i32(fields.len() as i32 + 4).await?;
    stream.write_all(fields).await?;
    stream.shutdown().await?;
    Ok(String::from_utf8_lossy(&password).into_owned())
}

#[tokio::test]
async fn a_password_of_the_database_is_not_shown() {
    let (port, told) = strict_postgres().await;
    let desk = loud().with("DATABASE_URL", &format!("postgres://u:{SECRET}@127.0.0.1:{port}/duban"));
    let advice = ["数据库连不上", "请检查 DATABASE_URL", "password authentication failed"];
    desk.duban(&["doctor"]).await.refused().discreet().telling(&["✗ 数据库连不上"]).telling(&advice);
    for words in [&["serve"][..], &["migrate"], &["with-database", "env"]] {
        desk.duban(words).await.refused().discreet().saying(&advice);
    }
    assert!(told.load(Ordering::Relaxed) >= 4, "the password was not tried");

    // Nobody there: the reason, not only that time was up.
    let port = Desk::free_port();
    let nobody = loud().with("DATABASE_URL", &format!("postgres://u:{SECRET}@127.0.0.1:{port}/duban"));
    let told = nobody.duban(&["migrate"]).await.refused().discreet();
    told.saying(&["请检查 DATABASE_URL", "refused"]);

    for wrong in [
        &format!("postgres://u:{SECRET}#x@127.0.0.1/duban"),
        &format!("postgres://u:{SECRET}@127.0.0.1:port/duban"),
        &format!("mysql://u:{SECRET}@127.0.0.1/duban"),
        &format!("postgres://127.0.0.1:{port}/duban?pasword={SECRET}"),
        SECRET,
    ] {
        let desk = loud().with("DATABASE_URL", wrong);
        desk.duban(&["migrate"]).await.refused().discreet().saying(&["DATABASE_URL"]);
    }
}

#[tokio::test]
async fn secrets_of_telegram_and_the_proxy_are_not_shown() {
    // No token, a slip in it, a secret Telegram would not take, an address it could not call.
    let desk = loud();
    let told = desk.duban(&["telegram", "setup"]).await.refused();
    told.saying(&["还没有机器人令牌", "@BotFather", "DUBAN_TELEGRAM_TOKEN"]);
    let desk = loud().with("DUBAN_TELEGRAM_TOKEN", SECRET);
    desk.duban(&["telegram", "setup"]).await.refused().discreet().saying(&["DUBAN_TELEGRAM_TOKEN 格式不对"]);
    let with_token = |name, value: &str| loud().with("DUBAN_TELEGRAM_TOKEN", TOKEN).with(name, value);
    for (name, value, sentence) in [
        ("DUBAN_PUBLIC_URL", "duban", "DUBAN_PUBLIC_URL 不是网址"),
        ("DUBAN_PUBLIC_URL", "http://10.0.0.1", "须为公网 https 地址"),
        ("DUBAN_PUBLIC_URL", "https://duban.example.gov.cn", "未设 DUBAN_TELEGRAM_SECRET"),
        ("DUBAN_TELEGRAM_API_URL", "duban", "DUBAN_TELEGRAM_API_URL 不是网址"),
        ("DUBAN_PROXY", "ftp://u:s3crEt@127.0.0.1", "DUBAN_PROXY 不是可用的代理地址"),
    ] {
        let told = with_token(name, value).duban(&["telegram", "setup"]).await.refused();
        told.discreet().saying(&[sentence]);
    }
    let desk = with_token("DUBAN_PUBLIC_URL", "https://duban.example.gov.cn")
        .with("DUBAN_TELEGRAM_SECRET", "s3crEt 空格");
    let told = desk.duban(&["telegram", "setup"]).await.refused().discreet();
    told.saying(&["DUBAN_TELEGRAM_SECRET 只能含"]);
    // A value that is no text is told by its name.
    let desk = loud();
    let mut command = desk.command(super::DUBAN);
    let bytes = [SECRET.as_bytes(), b"\xff"].concat();
    command.env("DUBAN_TELEGRAM_SECRET", OsStr::from_bytes(&bytes)).args(["telegram", "setup"]);
    desk.run(command).await.refused().discreet().saying(&["DUBAN_TELEGRAM_SECRET"]);

    // A proxy that is not there: setup, doctor and a running service.
    let url = crate::harness::database("template_sample").await;
    let desk = with_token("DUBAN_PROXY", &format!("http://u:{SECRET}@127.0.0.1:{}", Desk::free_port()))
        .with("DUBAN_TELEGRAM_SECRET", "s3crEt_webhook")
        .with("DUBAN_METRICS_TOKEN", "s3crEt_metrics")
        .with("DUBAN_HEARTBEAT_URL", "http://127.0.0.1:1/s3crEt")
        .with("DATABASE_URL", &url);
    let told = desk.duban(&["telegram", "setup"]).await.refused().discreet();
    told.saying(&["连不上 Telegram"]);
    let told = desk.duban(&["doctor"]).await.refused().discreet();
    told.telling(&["✗ Telegram", "连不上 Telegram", "请检查 DUBAN_TELEGRAM_TOKEN、DUBAN_PROXY"]);
    let mut service = desk.start(&["serve", "--poll"]);
    service.until_it_says("is not reached yet").await;
    service.until_it_says("fetching updates failed").await;
    service.signal(Signal::SIGTERM);
    service.until_it_says("正在停止").await;
    assert!(!service.said().contains(SECRET), "{}", service.said());
    assert_eq!(service.end().await, Some(0));
}
