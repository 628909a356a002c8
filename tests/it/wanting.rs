//! What is not understood is answered for the role; and where documents may be had.

use duban::domain::What;
use insta::assert_snapshot as snapshot;
use sqlx::Row;

use crate::harness::Bot;

const OFFICE: &str = "调度专员A";
const CONTACT: &str = "滨江区联络员A";

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
    snapshot!(said, @r"
    调度专员A：没看懂这句话，什么都没有做。看事项：查 16；要文件：导出；其他用法请发：帮助
    滨江区联络员A：没看懂这句话，什么都没有做。报进度：进度 16 90 设备已到货；其他用法请发：帮助
    滨江区分管副区长：没看懂这句话，什么都没有做。看本单位的事项：我的；其他用法请发：帮助
    督办专员A：没看懂这句话，什么都没有做。看事项：查 16；要文件：导出；其他用法请发：帮助
    ");
}

/// In the room the unit's own group of the office is the office's own; another unit's is not.
#[tokio::test]
async fn the_offices_own_group_may_have_its_documents() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    let unit = "SELECT p.unit FROM post p WHERE p.title = $1";
    for (account, line) in [(OFFICE, "导出 总结"), (CONTACT, "导出 总结"), (CONTACT, "导出 项目卡 22")]
    {
        let unit = sqlx::query(unit).bind(account).fetch_one(&bot.pool).await.unwrap().get(0);
        let what = What::Said { text: line.into(), addressed: true, edited: false };
        let mut update = bot.update(account, &format!("-{account}"), what);
        update.unit = Some(unit);
        bot.deliver(&update).await;
    }
    snapshot!(bot.read(&format!("-{OFFICE}")), @"正在做「整改情况报告」（docx，截至 2018-08-31），做好发到这里。");
    snapshot!(bot.read(&format!("-{CONTACT}")), @r"
    这件事只在私聊里办，群里不处理。请私聊我发送：导出 总结
    ---
    正在做「项目卡」第22项（docx，截至 2018-08-31），做好发到这里。
    ");
    // On other platforms by the office's word.
    bot.say_in("-9", OFFICE, "群设置 整改办群").await;
    snapshot!(bot.say_in("-9", OFFICE, "导出 总结").await, @"正在做「整改情况报告」（docx，截至 2018-08-31），做好发到这里。");
    bot.leave_unread = true;
}
