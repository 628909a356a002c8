//! 延期 where something is asked back: reasons, what an approval rests on, whose turn it is, whose application it was.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";
const HEAD: &str = "滨江区分管副区长";
const OFFICE: &str = "调度专员A";

async fn asked() -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.notices().await;
    bot
}

#[tokio::test]
async fn who_does_not_agree_is_asked_why_and_the_contact_reads_it() {
    let mut bot = asked().await;
    snapshot!(bot.tap(HEAD, HEAD, "不同意").await.1, @"");
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE closed_on IS NULL").await, 1);
    snapshot!(bot.say(HEAD, "谢谢").await, @"");
    snapshot!(bot.say(HEAD, "太久了，最多到年底").await, @"");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    // The office was never asked.
    assert!(!bot.read(OFFICE).contains("34"));
    assert_eq!(bot.count("SELECT count(*) FROM dialogue").await, 0);
    snapshot!(bot.say(CONTACT, "延期 34").await, @"");
    bot.say(HEAD, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.say(OFFICE, "延期 34 不批").await;
    snapshot!(bot.say(OFFICE, "取消").await, @"已取消，没有登记。");
    snapshot!(bot.say(OFFICE, "延期 34 不批").await, @"");
    snapshot!(bot.say(OFFICE, "工期可以压缩").await, @"");
}

#[tokio::test]
async fn what_an_approval_rests_on_is_asked_and_may_be_added() {
    let mut bot = asked().await;
    bot.say(HEAD, "延期 34 确认").await;
    bot.notices().await;
    snapshot!(bot.say(OFFICE, "延期 34 依据 市政府批复").await, @"");
    snapshot!(bot.tap(OFFICE, OFFICE, "✅ 34 批准").await.1, @"");
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE outcome = 'approved'").await, 0);
    snapshot!(bot.tap(OFFICE, OFFICE, "整改办批准").await.1, @"");
    snapshot!(bot.say(CONTACT, "延期 34 依据 市政府批复").await, @"");
    snapshot!(bot.say(OFFICE, "延期 34 依据").await, @"");
    snapshot!(bot.say(OFFICE, "省整改办函〔2018〕9号同意").await, @"");
    let card = bot.say(OFFICE, "查 34").await;
    assert!(card.contains("已批准（整改办批准；省整改办函〔2018〕9号同意）"), "{card}");
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'extension_basis'").await, 1);
}

#[tokio::test]
async fn a_list_says_how_extensions_stand() {
    let mut bot = asked().await;
    bot.say(CONTACT, "延期 22 到 2019-03-31 因 管线迁改").await;
    bot.say(HEAD, "延期 22 确认").await;
    bot.say(OFFICE, "延期 22 批准 市政府批复〔2018〕9号").await;
    bot.say(CONTACT, "延期 22 到 2019-06-30 因 管线又改").await;
    snapshot!(bot.say(OFFICE, "清单 延期").await, @"");
    bot.say(HEAD, "延期 34 确认").await;
    bot.say(HEAD, "延期 22 不同意 不能再拖").await;
    snapshot!(bot.say(CONTACT, "清单 延期").await, @"");
}

#[tokio::test]
async fn the_office_hears_when_it_is_its_turn() {
    let mut bot = asked().await;
    assert!(!bot.read(OFFICE).contains("34"));
    bot.say(CONTACT, "延期 34 撤回").await;
    bot.notices().await;
    assert!(!bot.read(OFFICE).contains("34"));
    // Nobody is there to confirm: the office is next.
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @"");
    bot.say(CONTACT, "延期 34 撤回").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @"");
}

#[tokio::test]
async fn what_the_head_asked_for_is_not_taken_back_unheard() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(HEAD, "延期 34 到 2018-12-31 因 汛期停工").await;
    snapshot!(bot.say(CONTACT, "延期 34 撤回").await, @"");
    bot.say(CONTACT, "不").await;
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE closed_on IS NULL").await, 1);
    bot.say(CONTACT, "延期 34 撤回 先按原期限办").await;
    snapshot!(bot.tap(CONTACT, CONTACT, "撤回").await.1, @"");
    bot.notices().await;
    snapshot!(bot.read(HEAD), @"");
    snapshot!(bot.read(OFFICE), @"");
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_named() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "延期 34 到 2018-13-40 因 汛期停工").await, @"");
    snapshot!(bot.say(CONTACT, "延期 34 到9月31日，因为汛期停工").await, @"");
    snapshot!(bot.say(CONTACT, "34项申请延期到2月30日因为汛期停工").await, @"");
}
