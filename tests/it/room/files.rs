//! Kept files leave only for people who may see their item, and never as a page.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use duban::domain::{Message, Text};

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

#[tokio::test]
async fn a_list_of_files_links_to_them() {
    let town = Town::demo().await;
    let mut browser = town.seated("demo-a").await;
    town.bot_says(1, "me:demo-a", Message::from(Text::plain("1. 照片 ").file("320ea98b0ab4"))).await;
    let page = browser.get("/").await.text;
    assert!(page.contains("href=\"/files/320ea98b0ab4\" download>320ea98b0ab4</a>"), "{page}");
}
