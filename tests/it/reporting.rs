//! A contact reports in one sentence, sees what was understood, and slips are told in one sentence.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";

#[tokio::test]
async fn a_contact_reports_progress_and_sees_what_was_understood() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 16 90 设备已到货，9月15日调试").await, @"");
    snapshot!(bot.say(CONTACT, "／进度　第十六项　百分之九十五　开始调试").await, @"");
    snapshot!(bot.say(CONTACT, "report 16 96 testing").await, @"");
    snapshot!(bot.say(CONTACT, "进度16项100%工程完工").await, @"");
    assert_eq!(bot.count("SELECT count(*) FROM report r JOIN item i ON i.id = r.item WHERE i.number = 16 AND r.effective_on = '2018-08-31'").await, 4);
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 16").await, 100);
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'report'").await, 4);
}

#[tokio::test]
async fn a_co_unit_keeps_its_text_and_never_moves_the_percent() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 24 99 我县8个站已移交运营").await, @"");
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 24").await, 76);
    assert_eq!(bot.count("SELECT count(*) FROM report r JOIN item i ON i.id = r.item WHERE i.number = 24 AND r.part = 'co' AND r.percent IS NULL").await, 1);
}

#[tokio::test]
async fn another_units_item_is_refused_in_a_sentence_and_audited_once_a_minute() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 37 90 渗滤液处理完").await, @"");
    assert!(!bot.say(CONTACT, "进度 37 91 再试一次").await.is_empty());
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'report_not_yours'").await, 2);
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 37").await, 60);
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 09:02"));
    duban::store::audit::seal(&bot.pool, bot.app.clock.now().utc, bot.app.clock.now().utc).await.unwrap();
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'refused'").await, 1);
    assert_eq!(bot.count("SELECT (details->>'count')::bigint FROM audit WHERE action = 'refused'").await, 2);
}

#[tokio::test]
async fn slips_are_answered_with_the_place_and_the_usage() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度").await, @"");
    snapshot!(bot.say(CONTACT, "进度 那个 90 到货").await, @"");
    snapshot!(bot.say(CONTACT, "进度 16 9O% 到货").await, @"");
    snapshot!(bot.say(CONTACT, "进度 16 90").await, @"");
    snapshot!(bot.say(CONTACT, "进度 16 120 到货").await, @"");
    snapshot!(bot.say(CONTACT, "进度 16 -5 到货").await, @"");
    snapshot!(bot.say(CONTACT, "进度 99 90 到货").await, @"");
    snapshot!(bot.say(CONTACT, "进度 39 100 又停了").await, @"");
    snapshot!(bot.say(CONTACT, "进度 16 90 到货，22号35%").await, @"");
    snapshot!(bot.say(CONTACT, "你好").await, @"");
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 0);
}

#[tokio::test]
async fn going_backwards_needs_the_word_and_a_button_offers_it() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 16 80 上次看错了").await, @"");
    let (toast, answer) = bot.press(CONTACT, CONTACT, "进度 16 80 更正").await;
    assert_eq!(toast, "");
    snapshot!(answer, @"");
}

#[tokio::test]
async fn an_edited_report_is_asked_about_and_changes_nothing() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "进度 16 90 设备已到货").await;
    let edit = |text: &str| What::Said { text: text.into(), addressed: true, edited: true };
    let update = bot.update(CONTACT, CONTACT, edit("进度 16 95 设备已到货"));
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    snapshot!(bot.read(CONTACT), @"");
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 16").await, 90);
    // A preview that loaded late also counts as an edit: same words, no question.
    let update = bot.update(CONTACT, CONTACT, edit("进度 16 90 设备已到货"));
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    bot.expect_silence();
}

#[tokio::test]
async fn a_redelivery_changes_nothing() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let what = What::Said { text: "进度 16 90 设备已到货".into(), addressed: true, edited: false };
    let update = bot.update(CONTACT, CONTACT, what);
    for _ in 0..3 {
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    assert_eq!(bot.read(CONTACT).matches("已登记").count(), 1);
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 1);
}

#[tokio::test]
async fn only_contacts_report() {
    let mut bot = Bot::new().await.person("调度专员A").await;
    snapshot!(bot.say("调度专员A", "进度 16 90 代报").await, @"");
    snapshot!(bot.say("路人", "进度 16 90 到货").await, @"");
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 0);
}

#[tokio::test]
async fn in_a_group_chatter_is_left_in_silence() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    for chatter in ["16号设备到了", "进度不错啊", "我的天", "查一下再说", "@张三 进度怎么样", "收到"] {
        assert_eq!(bot.say_in("-1", CONTACT, chatter).await, "", "{chatter}");
    }
    assert_eq!(bot.count("SELECT count(*) FROM inbox WHERE account = 'fake'").await, 0);
}

#[tokio::test]
async fn an_unconfirmed_group_reads_number_and_percent_only() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say_in("-1", CONTACT, "进度 16 90 设备已到货").await, @"");
    snapshot!(bot.say_in("-1", CONTACT, "查 16").await, @"");
    snapshot!(bot.say_in("-1", CONTACT, "我的").await, @"");
    bot.unit_group("-2", "紫岩县").await;
    snapshot!(bot.say_in("-2", CONTACT, "进度 16 91 安装").await, @"");
}
