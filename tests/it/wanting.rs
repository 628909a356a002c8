//! Documents that are asked for in one's own words, and where; what is not understood is answered for the role.

use duban::domain::What;
use insta::assert_snapshot as snapshot;
use sqlx::Row;

use crate::harness::Bot;

const OFFICE: &str = "调度专员A";
const CONTACT: &str = "滨江区联络员A";

#[tokio::test]
async fn a_document_is_asked_for_without_its_command() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    snapshot!(bot.say(OFFICE, "导出总结").await, @"");
    snapshot!(bot.say(OFFICE, "把台账发我一份").await, @"");
    snapshot!(bot.say(OFFICE, "卷宗 21").await, @"");
    snapshot!(bot.say(CONTACT, "把台账发我一份").await, @"");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_is_not_understood_is_answered_for_the_role() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    for post in ["滨江区分管副区长", "督办专员A"] {
        bot.bind(post, post).await;
    }
    let mut said = String::new();
    for account in [OFFICE, CONTACT, "滨江区分管副区长", "督办专员A"] {
        said += &format!("{account}：{}\n", bot.say(account, "今天食堂吃什么").await);
    }
    snapshot!(said, @"");
}

/// In the room the unit's own group of the office is the office's own; another unit's is not.
#[tokio::test]
async fn the_offices_own_group_may_have_its_documents() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    let unit = "SELECT p.unit FROM post p WHERE p.title = $1";
    for (account, line) in [(OFFICE, "导出 总结"), (CONTACT, "导出 总结"), (CONTACT, "导出 项目卡 22")] {
        let unit = sqlx::query(unit).bind(account).fetch_one(&bot.pool).await.unwrap().get(0);
        let what = What::Said { text: line.into(), addressed: true, edited: false };
        let mut update = bot.update(account, &format!("-{account}"), what);
        update.unit = Some(unit);
        bot.deliver(&update).await;
    }
    snapshot!(bot.read(&format!("-{OFFICE}")), @"");
    snapshot!(bot.read(&format!("-{CONTACT}")), @"");
    // On other platforms by the office's word.
    bot.say_in("-9", OFFICE, "群设置 整改办群").await;
    snapshot!(bot.say_in("-9", OFFICE, "导出 总结").await, @"");
    bot.leave_unread = true;
}
