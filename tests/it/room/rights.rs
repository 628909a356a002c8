//! Who may see and do what.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};
use duban::domain::What;

use super::visitor::{Town, settings};
use crate::harness::china;

#[tokio::test]
async fn signing_in_makes_an_account_and_hands_the_code_to_the_bot() {
    let town = Town::real().await;
    let mut browser = town.browser();
    let page = browser.get("/").await;
    assert!(page.text.contains("绑定码") && !page.text.contains("/room/sit"), "{}", page.text);

    let answer = browser.post("/room/sign-in", &[("code", " abcde-FGHJK\n"), ("name", "王敏")]).await;
    assert_eq!((answer.status, &answer.headers[LOCATION]), (StatusCode::SEE_OTHER, &"/".parse().unwrap()));
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(token.len(), 64);

    let heard = town.heard(0).await;
    let [(_, update)] = &heard[..] else { panic!("{heard:?}") };
    let said = What::Said { text: "绑定 abcde-FGHJK".into(), addressed: true, edited: false };
    assert_eq!((&update.what, update.display_name.as_str(), update.private), (&said, "王敏", true));
    let account = update.account.clone().unwrap();
    assert_eq!(update.chat.chat, format!("me:{account}"));
    let kept: String =
        sqlx::query_scalar("SELECT digest FROM room_session").fetch_one(&town.pool).await.unwrap();
    assert!(kept.len() == 64 && kept != token, "the token itself is never stored");

    let page = browser.get("/").await;
    assert!(page.text.contains("绑定 abcde-FGHJK") && page.text.contains("未绑定岗位"));
    assert!(!page.text.contains("整改工作群"), "somebody unknown sees nobody's group");
    browser.post("/room/sign-out", &[]).await;
    assert!(browser.cookie.is_none());
    assert_eq!(town.count("SELECT count(*) FROM room_session").await, 0);
}

#[tokio::test]
async fn over_https_the_cookie_is_for_this_host_and_https_only() {
    let town = Town::open(|plan| {
        plan.settings = settings(&[("DUBAN_ROOM", "on"), ("DUBAN_PUBLIC_URL", "https://duban.example/")]);
    })
    .await;
    let mut browser = town.browser();
    browser.headers = vec![("sec-fetch-site", ""), ("origin", "https://duban.example")];
    let answer = browser.post("/room/sign-in", &[("code", "ABCDE"), ("name", "王敏")]).await;
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-duban_seat=") && cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn a_wrong_or_expired_cookie_sits_nowhere() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    assert!(browser.get("/").await.text.contains("紫岩县整改群"));

    sqlx::query("UPDATE room_session SET expires_at = created_at").execute(&town.pool).await.unwrap();
    for cookie in [browser.cookie.clone().unwrap(), "duban_seat=0000".into(), "duban_seat=".into()] {
        let mut browser = town.browser();
        browser.cookie = Some(cookie);
        assert!(browser.get("/").await.text.contains("你想以谁的身份坐下"));
        assert_eq!(browser.say("demo-a", "me", "我的").await.status, StatusCode::UNAUTHORIZED);
        let stream = browser.get("/room/stream?chat=me&as=demo-a&after=0&chats=3").await;
        assert_eq!(stream.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(town.count("SELECT count(*) FROM room_line").await, 0);
}

#[tokio::test]
async fn nobody_reads_or_writes_anothers_chat() {
    let town = Town::demo().await;
    town.seated("demo-b").await.say("demo-b", "unit", "白沙内部的话").await;
    let unit = "unit:00000000-0000-0000-0000-00000000000b";
    let mut browser = town.seated("demo-a").await;
    for chat in [unit, "me:demo-b", "me:demo-a", "", "everybody"] {
        assert_eq!(browser.say("demo-a", chat, "偷听").await.status, StatusCode::FORBIDDEN, "{chat}");
        assert_eq!(browser.get(&format!("/?chat={chat}")).await.status, StatusCode::FORBIDDEN, "{chat}");
        let stream = browser.get(&format!("/room/stream?chat={chat}&as=demo-a&after=0&chats=3")).await;
        assert_eq!(stream.status, StatusCode::FORBIDDEN, "{chat}");
    }
    // A page made for somebody else: this browser changed seats in another tab.
    assert_eq!(browser.say("demo-b", "unit", "冒名").await.status, StatusCode::CONFLICT);
    let stream = browser.get("/room/stream?chat=unit&as=demo-b&after=0&chats=3").await;
    assert_eq!(stream.status, StatusCode::CONFLICT);
    for chat in ["me", "unit", "all"] {
        assert!(!browser.get(&format!("/?chat={chat}")).await.text.contains("白沙内部的话"));
    }
    assert_eq!(town.count("SELECT count(*) FROM room_line").await, 1);

    // Who leaves the post leaves its groups.
    sqlx::query("UPDATE holder SET ended_at = bound_at").execute(&town.pool).await.unwrap();
    for chat in ["unit", "all"] {
        assert_eq!(browser.say("demo-a", chat, "还在吗").await.status, StatusCode::FORBIDDEN, "{chat}");
    }
    assert_eq!(browser.get("/?chat=all").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_site_cannot_speak_for_a_visitor() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let strange: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", ""), ("origin", "http://localhost:9090")],
        &[("sec-fetch-site", ""), ("origin", "null")],
        &[("sec-fetch-site", "")],
    ];
    for headers in strange {
        browser.headers = headers.to_vec();
        for path in
            ["/room/say", "/room/press", "/room/sit", "/room/clock", "/room/sign-in", "/room/sign-out"]
        {
            let answer = browser.post(path, &[("as", "demo-a"), ("chat", "me"), ("text", "我的")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
    }
    assert_eq!(town.count("SELECT count(*) FROM room_line").await, 0);
    // A browser that only names its origin, as they do without https.
    browser.headers = vec![("sec-fetch-site", ""), ("origin", "http://localhost:8080")];
    assert_eq!(browser.say("demo-a", "me", "我的").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_demo_answers_only_to_this_machines_own_names() {
    let town = Town::demo().await;
    let mut browser = town.browser();
    for host in ["rebound.example:8080", "10.0.0.5:8080", ""] {
        browser.headers = vec![("host", host)];
        assert_eq!(browser.get("/").await.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        let sit = browser.post("/room/sit", &[("account", "demo-a")]).await;
        assert_eq!(sit.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    browser.headers = vec![("host", "127.0.0.1:8080")];
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn outside_the_demo_nobody_sits_down_as_somebody_or_moves_the_clock() {
    let town = Town::real().await;
    let mut browser = town.browser();
    browser.post("/room/sign-in", &[("code", "ABCDE"), ("name", "王敏")]).await;
    assert_eq!(browser.post("/room/sit", &[("account", "demo-a")]).await.status, StatusCode::NOT_FOUND);
    let clock = browser.post("/room/clock", &[("chat", "me"), ("to", "week")]).await;
    assert_eq!(clock.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/").await.text.contains("台账时钟"));
}

#[tokio::test]
async fn a_room_that_is_off_says_what_this_is_and_is_not_there() {
    let town = Town::open(|_| ()).await;
    let mut browser = town.browser();
    let page = browser.get("/").await;
    assert!(page.status == StatusCode::OK && page.text.contains("DUBAN_ROOM=on"), "{}", page.text);
    for path in ["/room/say", "/room/press", "/room/sign-in", "/room/sit", "/room/clock"] {
        assert_eq!(browser.post(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(browser.get("/room/stream").await.status, StatusCode::NOT_FOUND);
    assert!(town.app.platform("room").is_none());
}

#[tokio::test]
async fn the_clock_only_moves_forward() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let now = || town.app.clock.now().spoken();
    let mut moved = town.app.clock_bell.listen();
    let refused: [&[(&str, &str)]; 6] = [
        &[("to", "day"), ("day", "2018-08-31")],
        &[("to", "day"), ("day", "2018-08-30")],
        &[("to", "day"), ("day", "2019-09-02")],
        &[("to", "day"), ("day", "+262142-12-31")],
        &[("to", "day")],
        &[("to", "yesterday")],
    ];
    for wish in refused {
        let answer = browser.post("/room/clock", &[&[("chat", "me")], wish].concat()).await;
        assert_eq!(
            (answer.status, now()),
            (StatusCode::UNPROCESSABLE_ENTITY, "2018-08-31 09:00".into()),
            "{wish:?}"
        );
    }
    assert!(!moved.has_changed().unwrap());
    // Monday the 3rd is a holiday in this town.
    for (wish, then) in [
        (&[("to", "next_day")][..], "2018-09-01 09:00"),
        (&[("to", "next_workday")], "2018-09-04 09:00"),
        (&[("to", "week")], "2018-09-11 09:00"),
        (&[("to", "day"), ("day", "2018-12-25")], "2018-12-25 09:00"),
    ] {
        let answer = browser.post("/room/clock", &[&[("chat", "unit")], wish].concat()).await;
        assert_eq!((answer.status, now()), (StatusCode::SEE_OTHER, then.into()), "{wish:?}");
        assert!(moved.has_changed().unwrap());
        moved.mark_unchanged();
    }
    town.app.clock.forward_to(china("2018-01-01 09:00"));
    assert_eq!(now(), "2018-12-25 09:00");
}

#[tokio::test]
async fn every_answer_is_strict_and_files_are_kept_by_their_hash() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    let page = browser.get("/").await;
    for answer in [&page, &browser.get("/assets/room.css").await, &browser.say("x", "me", "").await] {
        let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    assert_eq!(page.headers[CACHE_CONTROL], "no-store");
    let named = page.text.split('"').filter(|part| part.starts_with("/assets/")).map(str::to_owned);
    let named: Vec<String> = named.collect();
    assert_eq!(named.len(), 5, "{named:?}");
    for file in named {
        let answer = browser.get(&file).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert!(answer.headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"), "{file}");
    }
    assert_eq!(browser.get("/assets/room.css?v=old").await.headers[CACHE_CONTROL], "no-cache");
    assert_eq!(browser.get("/assets/..%2Faskama.toml").await.status, StatusCode::NOT_FOUND);
    for inline in ["<script>", " style=", " onclick=", "javascript:"] {
        assert!(!page.text.contains(inline), "{inline}");
    }
}
