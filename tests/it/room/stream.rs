//! The live stream: everything that follows the page, once, in order, whatever happens in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use duban::domain::Message;
use futures_util::StreamExt;

use super::visitor::Town;

/// Nothing in these tests takes long; a stream that says nothing is a failure, not a wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a stream says until it has said `end`, or has ended.
pub async fn until(stream: Response<Body>, end: &str) -> String {
    assert_eq!(stream.status(), StatusCode::OK);
    let mut chunks = stream.into_body().into_data_stream();
    let mut said = String::new();
    let reading = async {
        while !said.contains(end) {
            match chunks.next().await {
                Some(chunk) => said.push_str(&String::from_utf8_lossy(&chunk.expect("a chunk"))),
                None => break,
            }
        }
    };
    assert!(tokio::time::timeout(PATIENCE, reading).await.is_ok(), "nothing more after: {said}");
    said
}

/// The numbers of the lines in a piece of page or stream, in order.
fn lines(text: &str) -> Vec<i64> {
    text.split("id=\"line-").skip(1).filter_map(|part| part.split('"').next()?.parse().ok()).collect()
}

#[tokio::test]
async fn an_edited_line_is_shown_in_its_old_place() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    town.bot_says(1, "me:demo-a", Message::plain("卡片 85%")).await;
    let stream = browser.open("/room/stream?chat=me&as=demo-a&after=1&chats=3").await;
    let (live, ()) = tokio::join!(until(stream, "卡片 91%"), async {
        for percent in [90, 91] {
            let message = Message::plain(format!("卡片 {percent}%"));
            let body = duban::domain::message::Body::Edit { message_id: "1".into(), message };
            town.send(2, "me:demo-a", body).await;
        }
    });
    assert!(live.contains("event: edit") && !live.contains("event: line"), "{live}");
    assert_eq!(town.count("SELECT count(*) FROM room_line").await, 1);
    assert!(browser.get("/").await.text.contains("卡片 91%"));
    // A page that comes again after the edit was missed gets it; what a person said is never edited.
    let stream = browser.open("/room/stream?chat=me&as=demo-a&after=1&chats=3").await;
    assert!(until(stream, "event: clock").await.contains("卡片 91%"));
    browser.say("demo-a", "me", "查 16").await;
    let said: i64 = sqlx::query_scalar("SELECT seq FROM room_line WHERE kind = 'said'")
        .fetch_one(&town.pool)
        .await
        .unwrap();
    let body =
        duban::domain::message::Body::Edit { message_id: said.to_string(), message: Message::plain("改") };
    town.send(3, "me:demo-a", body).await;
    assert!(browser.get("/").await.text.contains("查 16"));
}

#[tokio::test]
async fn a_line_said_after_the_page_arrives_by_the_stream() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    town.bot_says(1, "me:demo-a", Message::plain("页面里的")).await;
    let page = browser.get("/").await.text;
    let connect =
        page.split("sse-connect=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    // Said between the page and the stream.
    town.bot_says(2, "me:demo-a", Message::plain("路上的")).await;
    let stream = browser.open(&connect).await;
    let later = until(stream, "event: clock").await;
    assert!(later.contains("路上的") && !later.contains("页面里的"), "{later}");
    assert_eq!((lines(&page), lines(&later)), (vec![1], vec![2]));
    assert!(later.contains("8月31日") && later.contains("event: marks"));

    // Said while the stream is open, elsewhere first: that is a mark, not a line.
    let stream = browser.open(&connect).await;
    let (said, ()) = tokio::join!(until(stream, "现场的"), async {
        town.bot_says(3, "all", Message::plain("别处的")).await;
        town.bot_says(4, "me:demo-a", Message::plain("现场的")).await;
    });
    assert!(!said.contains("别处的"));
    assert_eq!(lines(&said), [2, 4]);
}

/// Four people and the bot talk at once; the reader is cut off again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_often_a_reader_is_cut_off_every_line_comes_once_and_in_order() {
    const EACH: usize = 40;
    let town = Arc::new(Town::demo().await);
    let outbox = Arc::new(AtomicI64::new(1));
    let mut browser = town.seated("demo-a").await;
    let mut seen = lines(&browser.get("/?chat=all").await.text);
    assert!(seen.is_empty(), "nobody has spoken yet");
    let talking: Vec<_> = (0..5)
        .map(|_| {
            let (town, outbox) = (Arc::clone(&town), Arc::clone(&outbox));
            tokio::spawn(async move {
                for _ in 0..EACH {
                    let id = outbox.fetch_add(1, Ordering::Relaxed);
                    town.bot_says(id, "all", Message::plain(format!("第 {id} 句"))).await;
                    if id % 9 == 0 {
                        town.bot_says(1000 + id, "me:demo-b", Message::plain("别处的话")).await;
                    }
                }
            })
        })
        .collect();
    while seen.len() < 5 * EACH {
        // As browsers do: the address stays, a header names the last line that came.
        browser.last_event_id = seen.last().map(i64::to_string);
        let stream = browser.open("/room/stream?chat=all&as=demo-a&after=0&chats=3").await;
        // Cut off somewhere within: only whole events count.
        let said = until(stream, "</article>").await;
        let whole = &said[..said.rfind("\n\n").map_or(0, |end| end + 2)];
        for event in whole.split("\n\n").filter(|event| event.contains("event: line")) {
            let id: i64 = event.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().parse().unwrap();
            assert_eq!(lines(event), [id]);
            seen.push(id);
        }
    }
    for talker in talking {
        talker.await.unwrap();
    }
    let all: Vec<i64> = sqlx::query_scalar("SELECT seq FROM room_line WHERE chat = 'all' ORDER BY seq")
        .fetch_all(&town.pool)
        .await
        .unwrap();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_seat_or_post_that_is_left_ends_the_reading() {
    let town = Town::demo().await;
    for leave in
        ["DELETE FROM room_session", "UPDATE holder SET ended_at = bound_at WHERE account = 'demo-b'"]
    {
        let account = if leave.contains("holder") { "demo-b" } else { "demo-a" };
        let browser = town.seated(account).await;
        let stream = browser.open(&format!("/room/stream?chat=unit&as={account}&after=0&chats=3")).await;
        sqlx::query(leave).execute(&town.pool).await.unwrap();
        let unit = format!("unit:00000000-0000-0000-0000-00000000000{}", account.chars().last().unwrap());
        town.bot_says(account.len() as i64 + leave.len() as i64, &unit, Message::plain("之后的话")).await;
        let said = until(stream, "no such words: read to the end").await;
        assert!(said.contains("event: gone") && !said.contains("之后的话"), "{said}");
    }
}

#[tokio::test]
async fn somebody_who_gets_bound_sees_the_new_chats_without_reloading() {
    let town = Town::real().await;
    let mut browser = town.browser();
    browser.post("/room/sign-in", &[("code", "ABCDE"), ("name", "孙宁")]).await;
    let account = town.heard(0).await[0].1.account.clone().unwrap();
    let stream = browser.open(&format!("/room/stream?chat=me&as={account}&after=0&chats=1")).await;
    sqlx::query("UPDATE holder SET account = $1, display_name = '孙宁' WHERE account = 'demo-a'")
        .bind(&account)
        .execute(&town.pool)
        .await
        .unwrap();
    town.bot_says(1, &format!("me:{account}"), Message::plain("✅ 已绑定")).await;
    let said = until(stream, "event: chats").await;
    assert!(said.contains("✅ 已绑定"));
    let stream = browser.open(&format!("/room/stream?chat=me&as={account}&after=0&chats=1")).await;
    assert!(until(stream, "event: marks").await.contains("紫岩县整改群"));
}
