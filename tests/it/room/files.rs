//! Kept files leave only for people who may see their item, and never as a page; what people send in the
//! room goes the way of every file.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use duban::domain::document::Enclosed;
use duban::domain::{Message, Text};
use duban::workers::fetcher::Fetcher;

use super::visitor::Town;

const DIGEST: &str = "320ea98b0ab4000000000000000000000000000000000000000000000000aaaa";

async fn town(data: &tempfile::TempDir) -> Town {
    let town = Town::open(|plan| {
        plan.is_demo = true;
        plan.settings.data_dir = data.path().to_owned();
    })
    .await;
    sqlx::raw_sql(
        "INSERT INTO round (id, name) VALUES ('00000000-0000-0000-0000-000000000051', '一');
         INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on)
         VALUES ('00000000-0000-0000-0000-000000000061', '00000000-0000-0000-0000-000000000051', 16, '提标',
                 '00000000-0000-0000-0000-00000000000a', '2018-06-30', 'by_deadline', 'in_progress', 85, '2017-11-18');
         INSERT INTO attachment (id, item, unit, post, platform, chat, account, file, name, shape, state, sha256, bytes, mime, sent_at)
         VALUES ('00000000-0000-0000-0000-0000000000f1', '00000000-0000-0000-0000-000000000061',
                 '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0001-00000000000a', 'room', 'x', 'x', 'f',
                 '整改 \"后\".pdf', 'document', 'stored',
                 '320ea98b0ab4000000000000000000000000000000000000000000000000aaaa', 8, 'application/pdf', now())",
    )
    .execute(&town.pool)
    .await
    .unwrap();
    let folder = data.path().join("files").join(&DIGEST[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&DIGEST[2..]), b"%PDF-1.7").unwrap();
    town
}

#[tokio::test]
async fn those_who_may_see_the_item_may_have_the_file() {
    let data = tempfile::tempdir().unwrap();
    let town = town(&data).await;
    let mut own = town.seated("demo-a").await;
    for digest in [DIGEST, &DIGEST[..12]] {
        let answer = own.get(&format!("/files/{digest}")).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "%PDF-1.7"));
        assert_eq!(answer.headers[CONTENT_TYPE], "application/pdf");
        assert_eq!(answer.headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        let disposition = answer.headers[CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(
            disposition,
            "attachment; filename=\"320ea98b0ab4.pdf\"; filename*=UTF-8''%E6%95%B4%E6%94%B9%20%22%E5%90%8E%22%2Epdf"
        );
    }
    assert_eq!(town.browser().get(&format!("/files/{DIGEST}")).await.status, StatusCode::UNAUTHORIZED);
    let mut other = town.seated("demo-b").await;
    let refused = other.get(&format!("/files/{DIGEST}")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    for missing in ["320ea98b0ab", "ffffffffffff", "%2e%2e%2fpostgres", "320EA98B0AB4", "320ea98b0ab4'--"] {
        let answer = own.get(&format!("/files/{missing}")).await;
        assert_eq!((answer.status, answer.text), (StatusCode::NOT_FOUND, refused.text.clone()), "{missing}");
    }
    // A co-unit is concerned as well; whoever holds the post no more is not.
    sqlx::raw_sql("INSERT INTO item_co_unit VALUES ('00000000-0000-0000-0000-000000000061', '00000000-0000-0000-0000-00000000000b', 1)")
        .execute(&town.pool)
        .await
        .unwrap();
    assert_eq!(other.get(&format!("/files/{DIGEST}")).await.status, StatusCode::OK);
    sqlx::raw_sql("UPDATE holder SET ended_at = now() WHERE account = 'demo-b'")
        .execute(&town.pool)
        .await
        .unwrap();
    assert_eq!(other.get(&format!("/files/{DIGEST}")).await.status, StatusCode::NOT_FOUND);
    // What was refused meanwhile, and what the disk has lost.
    std::fs::remove_dir_all(data.path().join("files")).unwrap();
    let lost = own.get(&format!("/files/{DIGEST}")).await;
    assert!(lost.status == StatusCode::NOT_FOUND && lost.text.contains("从备份恢复"), "{}", lost.text);
    sqlx::raw_sql("UPDATE attachment SET state = 'refused'").execute(&town.pool).await.unwrap();
    assert_eq!(own.get(&format!("/files/{DIGEST}")).await.text, refused.text);
}

/// What waits in the data folder for being fetched.
fn waiting(data: &tempfile::TempDir) -> usize {
    std::fs::read_dir(data.path().join("files/waiting")).map_or(0, Iterator::count)
}

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF one";

#[tokio::test]
async fn what_is_sent_with_a_report_is_its_evidence() {
    let data = tempfile::tempdir().unwrap();
    let town = town(&data).await;
    sqlx::raw_sql("DELETE FROM attachment").execute(&town.pool).await.unwrap();
    let mut own = town.seated("demo-a").await;
    let form = [("as", "demo-a"), ("chat", "me"), ("text", "16项90%，设备到货")];
    let sent = own
        .send(&form, &[("../现场.jpg", "image/jpeg", JPEG), ("b.pdf", "application/pdf", b"%PDF-1.7 b")])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert!(own.get("/").await.text.contains("📎 现场.jpg"));
    let (number, update) = town.heard(0).await.remove(0);
    assert_eq!(update.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["现场.jpg", "b.pdf"]);
    town.app.desk.handle(&update, town.app.clock.now()).await;
    assert_eq!(
        town.count(
            "SELECT count(*) FROM attachment a JOIN report r ON r.item = a.item AND r.version = a.report"
        )
        .await,
        2
    );
    let fetcher = Fetcher::new(Arc::clone(&town.app));
    while fetcher.step().await.unwrap() > 0 {}
    assert_eq!(town.count("SELECT count(*) FROM attachment WHERE state = 'stored'").await, 2);
    let digest = sqlx::query_scalar::<_, String>("SELECT sha256 FROM attachment WHERE name = 'b.pdf'");
    let digest = digest.fetch_one(&town.pool).await.unwrap();
    let answer = own.get(&format!("/files/{digest}")).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "%PDF-1.7 b"));

    // Content that is not what its name says is not kept, and a file that is gone is told of.
    let form = [("as", "demo-a"), ("chat", "me"), ("text", "16项 整改后")];
    own.send(&form, &[("c.jpg", "image/jpeg", b"MZ\x90 a program"), ("d.jpg", "image/jpeg", JPEG)]).await;
    let (_, update) = town.heard(number).await.remove(0);
    std::fs::remove_file(data.path().join("files/waiting").join(&update.files[1].file)).unwrap();
    town.app.desk.handle(&update, town.app.clock.now()).await;
    while fetcher.step().await.unwrap() > 0 {}
    assert_eq!(
        town.count("SELECT count(*) FROM attachment WHERE state = 'unkept' AND name = 'c.jpg'").await,
        1
    );
    assert_eq!(
        town.count("SELECT count(*) FROM attachment WHERE state = 'failed' AND name = 'd.jpg'").await,
        1
    );
}

#[tokio::test]
async fn what_is_marked_as_secret_is_neither_written_nor_named() {
    let data = tempfile::tempdir().unwrap();
    let town = town(&data).await;
    let mut own = town.seated("demo-a").await;
    for (words, name) in [("16项90%", "机密.jpg"), ("16项90%，见机密文件", "a.jpg")] {
        let form = [("as", "demo-a"), ("chat", "me"), ("text", words)];
        let sent = own.send(&form, &[("harmless.jpg", "image/jpeg", JPEG), (name, "image/jpeg", JPEG)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        assert_eq!(waiting(&data), 0, "{words} {name}");
    }
    let page = own.get("/").await.text;
    assert!(page.contains("带密级标志，没有保存") && !page.contains("harmless"), "{page}");
    assert_eq!(
        town.count("SELECT count(*) FROM room_line l WHERE l::text LIKE '%机密%' OR l::text LIKE '%16项%'")
            .await,
        0
    );
    for (_, update) in town.heard(0).await {
        town.app.desk.handle(&update, town.app.clock.now()).await;
    }
    assert_eq!(town.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'secret_mark'").await, 2);
    assert_eq!(town.count("SELECT count(*) FROM outbox WHERE payload::text LIKE '%密级标志%'").await, 2);
    assert_eq!(town.count("SELECT count(*) FROM report").await, 0);
}

#[tokio::test]
async fn only_who_sits_in_the_chat_sends_and_only_so_much() {
    let data = tempfile::tempdir().unwrap();
    let town = town(&data).await;
    let photo = [("a.jpg", "image/jpeg", JPEG)];
    let form = [("as", "demo-a"), ("chat", "me"), ("text", "")];
    assert_eq!(town.browser().send(&form, &photo).await.status, StatusCode::UNAUTHORIZED);
    let mut own = town.seated("demo-a").await;
    let mut elsewhere = own.clone();
    elsewhere.headers = vec![("sec-fetch-site", "cross-site")];
    assert_eq!(elsewhere.send(&form, &photo).await.status, StatusCode::FORBIDDEN);
    assert_eq!(own.send(&[("as", "demo-b"), ("chat", "me")], &photo).await.status, StatusCode::CONFLICT);
    // Files before the seat they are for are not taken.
    assert_eq!(own.send(&[], &photo).await.status, StatusCode::CONFLICT);
    let none = own.send(&form, &[("", "application/octet-stream", b"")]).await;
    assert!(
        none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("还没有选文件"),
        "{}",
        none.text
    );
    let many: Vec<_> = (0..11).map(|_| photo[0]).collect();
    let many = own.send(&form, &many).await;
    assert!(many.text.contains("一次最多发 10 个文件"), "{}", many.text);
    let large = vec![0; 21 * 1024 * 1024];
    let all = [("a.pdf", "application/pdf", &large[..]); 3];
    let refused = own.send(&form, &all).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("不超过 20 MB") && refused.text.contains("60 MB"), "{}", refused.text);
    // Words alone have their small limit as before.
    let words =
        own.post("/room/say", &[("as", "demo-a"), ("chat", "me"), ("text", &"长".repeat(60_000))]).await;
    assert_eq!(words.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!((waiting(&data), town.count("SELECT count(*) FROM room_line").await), (0, 0));

    // One that is too large, or of no kind that is taken, is not written; the bot says so.
    let files =
        [("a.pdf", "application/pdf", &large[..]), ("b.exe", "", b"MZ"), ("c.mp4", "video/mp4", b"x")];
    assert_eq!(own.send(&form, &files).await.status, StatusCode::SEE_OTHER);
    assert_eq!(waiting(&data), 0);
    let (_, update) = town.heard(0).await.remove(0);
    assert!(update.files.iter().all(|file| file.unfit().is_some()), "{:?}", update.files);
    // Without script the form goes back to its page; with it the page stays.
    own.headers.push(("hx-request", "true"));
    assert_eq!(own.send(&form, &photo).await.status, StatusCode::NO_CONTENT);
    assert_eq!(waiting(&data), 1);
}

#[tokio::test]
async fn a_list_of_files_links_to_them() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    town.bot_says(1, "me:demo-a", Message::from(Text::plain("1. 照片 ").file("320ea98b0ab4"))).await;
    let page = browser.get("/").await.text;
    assert!(page.contains("href=\"/files/320ea98b0ab4\" download>320ea98b0ab4</a>"), "{page}");
}

#[tokio::test]
async fn a_document_is_for_whoever_asked_those_who_see_all_and_those_its_item_concerns() {
    let data = tempfile::tempdir().unwrap();
    let town = town(&data).await;
    sqlx::raw_sql(
        "DELETE FROM attachment;
         INSERT INTO document (id, paper, format, round, as_of, post, platform, chat, lang, asked_at)
         VALUES ('00000000-0000-0000-0000-0000000000d1', 'ledger', 'png', '00000000-0000-0000-0000-000000000051',
                 '2018-08-31', '00000000-0000-0000-0001-00000000000a', 'room', 'me:demo-a', 'zh-CN', now());
         INSERT INTO document_end (document, is_made, name, mime, sha256, bytes, known_at)
         VALUES ('00000000-0000-0000-0000-0000000000d1', true, '台账.png', 'image/png',
                 '320ea98b0ab4000000000000000000000000000000000000000000000000aaaa', 8, now())",
    )
    .execute(&town.pool)
    .await
    .unwrap();
    let mut own = town.seated("demo-a").await;
    let mut other = town.seated("demo-b").await;
    let address = format!("/files/{DIGEST}");
    assert_eq!(own.get(&address).await.status, StatusCode::OK);
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    sqlx::raw_sql(
        "INSERT INTO item_co_unit VALUES ('00000000-0000-0000-0000-000000000061', '00000000-0000-0000-0000-00000000000b', 1);
         UPDATE document SET subject = '00000000-0000-0000-0000-000000000061'",
    )
    .execute(&town.pool)
    .await
    .unwrap();
    assert_eq!(other.get(&address).await.status, StatusCode::OK);
    // Shown in the line, and to be saved.
    let file =
        Enclosed { sha256: DIGEST.into(), name: "台账.png".into(), mime: "image/png".into(), bytes: 8 };
    town.bot_says(1, "me:demo-a", Message { file: Some(Box::new(file.clone())), ..Message::plain("好了") })
        .await;
    let file = Enclosed { name: "<台账>.xlsx".into(), mime: "application/zip".into(), ..file };
    town.bot_says(2, "me:demo-a", Message { file: Some(Box::new(file)), ..Message::plain("好了") }).await;
    let page = own.get("/").await.text;
    assert!(page.contains(&format!("<img src=\"{address}\" alt=\"台账.png\"")), "{page}");
    assert!(page.contains(&format!("<a href=\"{address}\" download>📎 &#60;台账&#62;.xlsx</a>")), "{page}");
}
