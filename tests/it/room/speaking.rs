//! What people say reaches the bot once and is shown as it was written; what they press must have
//! been shown to them.

use axum::http::StatusCode;
use duban::domain::message::Body;
use duban::domain::{Button, Message, What};

use super::visitor::Town;

#[tokio::test]
async fn what_is_said_is_handed_to_the_bot_until_its_fate_is_known() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let answer = browser.say("demo-a", "unit", "  进度 16 90\r\n设备已到货\u{0} ").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.say("demo-a", "all", "@督办助手 总览").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.say("demo-a", "me", "我的").await.status, StatusCode::SEE_OTHER);

    let heard = town.heard(0).await;
    let words: Vec<_> = heard.iter().map(|(_, update)| (update.chat.chat.as_str(), &update.what)).collect();
    let said = |text: &str, addressed| What::Said { text: text.into(), addressed, edited: false };
    assert_eq!(
        words,
        [
            ("unit:00000000-0000-0000-0000-00000000000a", &said("进度 16 90\n设备已到货", false)),
            ("all", &said("总览", true)),
            ("me:demo-a", &said("我的", true)),
        ]
    );
    assert_eq!(heard[0].1.display_name, "紫岩县 王敏");
    assert_eq!(heard[0].1.update_id, heard[0].0.to_string());
    assert_eq!(town.heard(0).await, heard, "not settled, so told again");
    assert_eq!(town.heard(heard[1].0).await, heard[2..], "what is settled is not told again");
    assert_eq!(town.count("SELECT count(*) FROM room_line WHERE NOT handled").await, 1);
}

#[tokio::test]
async fn words_are_shown_and_never_run() {
    let town = Town::demo().await;
    sqlx::query("UPDATE holder SET display_name = '<b>王</b>\"敏'").execute(&town.pool).await.unwrap();
    let mut browser = town.seated("demo-a").await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";
    browser.say("demo-a", "all", evil).await;
    let button = Button::new("<i>按</i>", "查 \"><script>3</script>");
    town.bot_says(1, "all", Message::plain(evil).row([button])).await;

    let page = browser.get("/?chat=all&draft=%3C/textarea%3E%3Cscript%3E4%3C/script%3E").await.text;
    assert_eq!(page.matches("<script").count(), 3, "only our own three files");
    for raw in ["<img", "<b>王", "<i>按", "</textarea><"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert_eq!(page.matches("&#60;script&#62;alert(1)&#60;/script&#62;").count(), 2);
    let live = browser.open("/room/stream?chat=all&as=demo-a&after=0&chats=3").await;
    let live = super::stream::until(live, "event: clock").await;
    assert!(live.contains("&#60;script&#62;") && !live.contains("<script") && !live.contains("<img"));
}

#[tokio::test]
async fn only_a_button_that_was_really_shown_here_can_be_pressed() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let message = |says: &str| Message::plain("看哪一项？").row([Button::new("看一看", says)]);
    town.bot_says(1, "me:demo-a", message("查 16")).await;
    town.bot_says(2, "me:demo-b", message("查 21")).await;
    browser.say("demo-a", "me", "查 16").await;
    let press = |line: &'static str, says: &'static str, chat: &'static str| {
        [("as", "demo-a"), ("chat", chat), ("line", line), ("says", says)]
    };
    let forged = [
        press("1", "进度 16 100 造假", "me"),
        press("2", "查 21", "me"),
        press("1", "查 16", "all"),
        press("3", "查 16", "me"),
        press("99", "查 16", "me"),
    ];
    for form in forged {
        assert_eq!(browser.post("/room/press", &form).await.status, StatusCode::FORBIDDEN, "{form:?}");
    }
    assert_eq!(
        browser.post("/room/press", &press("x", "查 16", "me")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(town.heard(0).await.len(), 1);

    assert_eq!(browser.post("/room/press", &press("1", "查 16", "me")).await.status, StatusCode::SEE_OTHER);
    let heard = town.heard(3).await;
    let pressed = What::Pressed { press_id: heard[0].0.to_string(), data: "查 16".into() };
    assert_eq!(heard[0].1.what, pressed);
    assert!(browser.get("/").await.text.contains("看一看"), "everybody sees what was pressed");
}

#[tokio::test]
async fn the_bots_words_are_shown_once_and_a_toast_only_to_who_pressed() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let hello = Message::plain("总览在此").row([Button::new("再看", "总览")]);
    for _ in 0..3 {
        town.bot_says(7, "all", hello.clone()).await;
    }
    assert_eq!(town.count("SELECT count(*) FROM room_line").await, 1);
    let form = [("as", "demo-a"), ("chat", "all"), ("line", "1"), ("says", "总览")];
    let line: i64 = sqlx::query_scalar("SELECT seq FROM room_line").fetch_one(&town.pool).await.unwrap();
    let line = line.to_string();
    let form = form.map(|(name, value)| (name, if name == "line" { line.as_str() } else { value }));
    assert_eq!(browser.post("/room/press", &form).await.status, StatusCode::SEE_OTHER);
    let press_id = town.heard(0).await[0].0.to_string();
    for _ in 0..2 {
        town.send(8, "all", Body::Toast { press_id: press_id.clone(), text: "已在查".into() }).await;
    }
    town.send(9, "all", Body::Toast { press_id: "4711".into(), text: "没有人按过".into() }).await;
    town.send(10, "all", Body::Toast { press_id, text: String::new() }).await;

    let own = browser.open("/room/stream?chat=all&as=demo-a&after=0&chats=3").await;
    let own = super::stream::until(own, "event: clock").await;
    assert_eq!(own.matches("event: toast").count(), 1, "{own}");
    let other = town.seated("demo-b").await.open("/room/stream?chat=all&as=demo-b&after=0&chats=3").await;
    let other = super::stream::until(other, "event: clock").await;
    assert!(other.contains("总览在此") && !other.contains("已在查"), "{other}");
    assert!(!browser.get("/?chat=all").await.text.contains("已在查"), "a toast is for the moment");
}

#[tokio::test]
async fn what_is_too_long_empty_or_too_much_is_told_in_a_sentence() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let fits = "长".repeat(4000);
    assert_eq!(browser.say("demo-a", "me", &fits).await.status, StatusCode::SEE_OTHER);
    let answer = browser.say("demo-a", "me", &format!("{fits}了")).await;
    assert!(
        answer.status == StatusCode::UNPROCESSABLE_ENTITY
            && answer.text.contains("最多 4000 字，这条有 4001 字")
    );
    let answer = browser.say("demo-a", "me", &"长".repeat(200_000)).await;
    assert!(
        answer.status == StatusCode::PAYLOAD_TOO_LARGE && answer.text.contains("内容太长"),
        "{}",
        answer.text
    );
    assert_eq!(browser.say("demo-a", "me", " \n\u{7} ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 1..20 {
        assert_eq!(browser.say("demo-a", "me", "我的").await.status, StatusCode::SEE_OTHER);
    }
    let answer = browser.say("demo-a", "me", "我的").await;
    assert!(answer.status == StatusCode::TOO_MANY_REQUESTS && answer.text.contains("等答复后再发"));
    assert_eq!(town.seated("demo-b").await.say("demo-b", "me", "我的").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn in_a_group_an_answer_names_what_it_answers_when_others_spoke_meanwhile() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    browser.say("demo-a", "all", "总览").await;
    let reply = |id: i64| {
        let mut message = Message::plain(format!("答 {id}"));
        message.reply_to = Some("1".into());
        message
    };
    town.bot_says(1, "all", reply(1)).await;
    town.bot_says(2, "all", reply(2)).await;
    let page = browser.get("/?chat=all").await.text;
    assert_eq!(page.matches("<blockquote").count(), 1, "the first stands right below its question");
    assert!(page.contains("紫岩县 王敏</b>：总览"));
}

#[tokio::test]
async fn a_long_chat_is_read_page_by_page() {
    let town = Town::demo().await;
    for id in 1..=230 {
        town.bot_says(id, "all", Message::plain(format!("第 {id} 句。"))).await;
    }
    let mut browser = town.seated("demo-a").await;
    let mut path = "/?chat=all".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = browser.get(&path).await.text;
        pages.push(page.matches("class=\"line bot\"").count());
        let Some(older) = page.split("href=\"").find(|part| part.contains("&amp;before=")) else { break };
        path = older.split('"').next().unwrap().replace("&amp;", "&");
        assert!(!page.contains("第 1 句。"));
    }
    assert_eq!(pages, [100, 100, 30]);
}
