//! The office invites in chat, people bind, unbind and come back; codes shown to a group are worth nothing.

use chrono::TimeDelta;
use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const OTHER_CLERK: &str = "调度专员B";
const CONTACT: &str = "紫岩县联络员A";

/// The code in an answer.
pub fn code_in(answer: &str) -> String {
    let is_code = |word: &&str| {
        word.len() == 11
            && word.as_bytes()[5] == b'-'
            && word.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    let code = answer.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').find(is_code);
    code.unwrap_or_else(|| panic!("no code in: {answer}")).to_owned()
}

/// An answer that is the same in every run.
pub fn without_code(answer: &str) -> String {
    answer.replace(&code_in(answer), "CODE")
}

/// A code for a post, as the office gets it in private.
pub async fn invited(bot: &mut Bot, post: &str) -> String {
    code_in(&bot.say(CLERK, &format!("邀请 {post}")).await)
}

#[tokio::test]
async fn the_office_invites_in_private_and_hears_who_came() {
    let mut bot = Bot::new().await.person(CLERK).await;
    let answer = bot.say(CLERK, "邀请 紫岩县 联络员").await;
    snapshot!(without_code(&answer), @r"
    邀请 紫岩县联络员A（紫岩县，联络员）
    绑定码：CODE
    24 小时内有效（到 2018-09-01 09:00），只能用一次。请转给本人，由本人私聊我发送：绑定 CODE
    或点开链接：https://fake.example/start=CODE
    ");
    let code = code_in(&answer);
    snapshot!(bot.say("小王", &format!("绑定 {code}")).await, @r"
    ✅ 已绑定：紫岩县联络员A（紫岩县，联络员）。
    发送“帮助”看可以做什么。
    ");
    bot.notices().await;
    snapshot!(bot.read(CLERK), @"小王 在 fake 上绑定了 紫岩县联络员A（紫岩县）。");
    // Nobody can read the code afterwards, and it binds nobody else.
    let kept = bot
        .count("SELECT count(*) FROM outbox WHERE payload::text LIKE '%-%' AND payload::text ~ '[A-Z2-9]{5}-[A-Z2-9]{5}'")
        .await;
    assert_eq!(kept, 0);
    assert!(bot.say("小李", &format!("绑定 {code}")).await.contains("没有绑定"));
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'invite'").await, 1);
}

#[tokio::test]
async fn posts_are_found_as_people_name_them() {
    let mut bot = Bot::new().await.person(CLERK).await;
    for said in
        ["紫岩县 联络员A", "紫岩县联络员A", "紫岩 联络员", "zyx contact", "ＺＹＸ　联络员Ａ", "紫岩县联络员"]
    {
        let answer = bot.say(CLERK, &format!("邀请 {said}")).await;
        assert!(answer.contains("邀请 紫岩县联络员A（紫岩县，联络员）"), "{said}: {answer}");
    }
    snapshot!(bot.say(CLERK, "邀请 滨江区 联络员").await, @r"
    “滨江区 联络员”有 2 个岗位，是哪一个？
    [滨江区联络员A→邀请 BJQ 滨江区联络员A]
    [滨江区联络员B→邀请 BJQ 滨江区联络员B]
    ");
    snapshot!(bot.say(CLERK, "邀请 月球 联络员").await, @"没有找到“月球 联络员”这个岗位，什么都没有做。写法：单位名 岗位，如 紫岩县 联络员A。");
    snapshot!(bot.say(CLERK, "邀请").await, @"请写明是哪个岗位，例：邀请 紫岩县 联络员A");
    snapshot!(bot.say(CLERK, "邀请 审计员A").await, @"督查和审计监督整改办，绑定码不由整改办发，请系统管理员用命令行 duban invite 发。");
    let long = "长".repeat(3000);
    assert!(bot.say(CLERK, &format!("邀请 {long}")).await.contains("…”这个岗位"));
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'invite_overseer'").await, 1);
}

#[tokio::test]
async fn in_a_group_no_code_is_given_and_strangers_invite_nobody() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    snapshot!(bot.say_in("-1", CLERK, "邀请 紫岩县 联络员A").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：邀请 紫岩县 联络员A");
    snapshot!(bot.say(CONTACT, "邀请 紫岩县 联络员A").await, @"“邀请”由整改办使用，你的岗位不能用。发送“帮助”看你可以做什么。");
    assert!(bot.say("路人", "邀请 紫岩县 联络员A").await.contains("没有绑定"));
    assert_eq!(bot.count("SELECT count(*) FROM binding_code").await, 0);
}

#[tokio::test]
async fn a_redelivered_invitation_makes_one_code() {
    let mut bot = Bot::new().await.person(CLERK).await;
    let said = What::Said { text: "邀请 紫岩县 联络员A".into(), addressed: true, edited: false };
    let update = bot.update(CLERK, CLERK, said);
    for _ in 0..3 {
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    assert_eq!(bot.count("SELECT count(*) FROM binding_code").await, 1);
    assert_eq!(bot.read(CLERK).matches("绑定码：").count(), 1);
}

#[tokio::test]
async fn a_code_pasted_into_a_group_is_used_up_or_void() {
    let mut bot = Bot::new().await.person(CLERK).await;
    let code = invited(&mut bot, CONTACT).await;
    snapshot!(bot.say_in("-1", "小王", &format!("绑定 {code}")).await, @r"
    ✅ 已绑定：紫岩县联络员A（紫岩县，联络员）。
    发送“帮助”看可以做什么。
    绑定码已用掉，别人不能再用；以后请在私聊里绑定。
    ");
    let other = invited(&mut bot, "滨江区联络员A").await;
    // The clerk posts it for somebody else: it must not bind the clerk, nor wait for whoever is fastest.
    snapshot!(bot.say_in("-1", CLERK, &format!("绑定 {other}")).await, @"这个绑定码（滨江区联络员A）已在群里露面，现已作废，没有绑定任何人。请整改办在私聊里重发一个，由本人私聊我绑定。");
    assert!(bot.say("小李", &format!("绑定 {other}")).await.contains("没有绑定"));
    assert!(bot.say(CLERK, "我是谁").await.contains(CLERK));
    bot.notices().await;
    bot.read(CLERK);
}

#[tokio::test]
async fn changing_to_another_post_is_confirmed_first() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    let code = invited(&mut bot, "滨江区联络员A").await;
    let asked = bot.say(CONTACT, &format!("绑定 {code}")).await;
    snapshot!(asked.replace(&code.replace('-', ""), "CODE"), @r"
    你将绑定 滨江区联络员A（滨江区，联络员）。
    一个账号只能绑一个岗位：你现在的岗位 紫岩县联络员A 会随之解绑。
    [确认改绑→绑定 CODE 确认] [取消→绑定 算了]
    ");
    assert!(bot.say(CONTACT, "我是谁").await.contains("紫岩县联络员A"));
    let says = format!("绑定 {code} 确认");
    let (_, answer) = bot.press(CONTACT, CONTACT, &says).await;
    assert!(answer.contains("✅ 已绑定：滨江区联络员A"), "{answer}");
    // Pressed late or twice: the code is gone, and nothing changes.
    let (_, again) = bot.press(CONTACT, CONTACT, &says).await;
    assert!(again.contains("已用过"), "{again}");
    assert_eq!(bot.count("SELECT count(*) FROM holder WHERE ended_at IS NULL").await, 2);
    bot.notices().await;
    snapshot!(bot.read(CLERK), @"紫岩县联络员A 在 fake 上绑定了 滨江区联络员A（滨江区）。");
}

#[tokio::test]
async fn one_person_holds_a_post_on_several_platforms() {
    let mut bot = Bot::new().await.person(CLERK).await;
    let void = invited(&mut bot, CONTACT).await;
    let here = invited(&mut bot, CONTACT).await;
    assert!(
        bot.say("小张", &format!("绑定 {void}")).await.contains("已用过"),
        "a new code voids the one before"
    );
    assert!(bot.say("小王", &format!("绑定 {here}")).await.contains("已绑定"));
    let there = invited(&mut bot, CONTACT).await;
    let said = What::Said { text: format!("绑定 {there}"), addressed: true, edited: false };
    let mut update = bot.update("小王", "me:小王", said);
    update.chat.platform = "other".into();
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    assert_eq!(bot.count("SELECT count(*) FROM holder WHERE ended_at IS NULL AND account = '小王'").await, 2);
    // Unbinding here leaves the other one.
    let (_, answer) = bot.press("小王", "小王", "解绑 确认").await;
    snapshot!(answer, @"✅ 已解绑：紫岩县联络员A。以后要再用，请向整改办要绑定码。");
    assert_eq!(bot.count("SELECT count(*) FROM holder WHERE ended_at IS NULL AND account = '小王'").await, 1);
    bot.notices().await;
    assert!(bot.read(CLERK).contains("在 fake 上自行解绑了；这个岗位还有别的平台绑定"));
    let again = invited(&mut bot, CONTACT).await;
    assert!(bot.say("小王", &format!("绑定 {again}")).await.contains("已绑定"), "rebinding");
    bot.notices().await;
    bot.read(CLERK);
}

#[tokio::test]
async fn unbinding_asks_first_and_says_who_was_faster() {
    let mut bot = Bot::new().await.person(CLERK).await.person(OTHER_CLERK).await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "解绑").await, @r"
    要解除这个账号在 fake 上对 紫岩县联络员A 的绑定吗？解除后收不到提醒，也不能填报；再用要向整改办要新的绑定码。要把岗位交给别人，请发：交接
    [确认解绑→解绑 确认] [取消→解绑 算了]
    ");
    snapshot!(bot.say_in("-1", CONTACT, "解绑").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：解绑");
    snapshot!(bot.say(CONTACT, "解绑 滨江区联络员A").await, @"别人的岗位只有整改办能解绑。解除自己的绑定请只发：解绑");
    snapshot!(bot.say(CLERK, "解绑 紫岩县 联络员A").await, @r"
    要解除 紫岩县联络员A 的绑定吗？现在绑定的是 紫岩县联络员A（fake）。解除后该岗位收不到提醒，直到有人重新绑定。
    [确认解绑→答 · 是] [取消→取消]
    ");
    for line in ["解绑 算了", "解绑 ZYX 紫岩县联络员A 算了", "unbind no"] {
        assert_eq!(bot.press(CLERK, CLERK, line).await.1, "好的，没有变动。", "{line}");
    }
    let says = "解绑 ZYX 紫岩县联络员A 确认";
    snapshot!(bot.press(CLERK, CLERK, says).await.1, @"✅ 已解绑 紫岩县联络员A：紫岩县联络员A（fake）。要请新人，请发：邀请 紫岩县联络员A");
    let (toast, _) = bot.press(OTHER_CLERK, OTHER_CLERK, says).await;
    snapshot!(toast, @"紫岩县联络员A 现在没有人绑定：已由 调度专员A 于 2018-08-31 09:00 处理。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"你在 紫岩县联络员A 的绑定已由整改办（调度专员A）解除。如有疑问请联系整改办。");
    assert!(bot.say(CONTACT, "我的").await.contains("没有绑定"));
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'unbind'").await, 1);
}

#[tokio::test]
async fn two_clerks_pressing_at_the_same_moment_unbind_once() {
    let mut bot = Bot::new().await.person(CLERK).await.person(OTHER_CLERK).await.person(CONTACT).await;
    let says =
        || What::Pressed { press_id: "p".into(), data: "解绑 ZYX 紫岩县联络员A 确认".into() };
    let updates = [bot.update(CLERK, CLERK, says()), bot.update(OTHER_CLERK, OTHER_CLERK, says())];
    let now = bot.app.clock.now();
    let all = updates.iter().map(|update| bot.app.desk.handle(update, now));
    assert_eq!(futures_util::future::join_all(all).await, [Outcome::Settled, Outcome::Settled]);
    bot.send_all().await;
    bot.leave_unread = true;
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'unbind'").await, 1);
    let said = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    assert_eq!(said.matches("✅ 已解绑").count(), 1, "{said}");
}

#[tokio::test]
async fn at_night_the_office_is_told_in_the_morning() {
    let mut bot = Bot::new().await.person(CLERK).await;
    let code = invited(&mut bot, CONTACT).await;
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 23:00"));
    assert!(bot.say("小王", &format!("绑定 {code}")).await.contains("已绑定"), "answers know no night");
    bot.notices().await;
    bot.expect_silence();
    // Meanwhile the office has a group: it is told there.
    sqlx::query(
        "INSERT INTO chat (id, platform, chat, is_private, confirmed, purpose, set_at)
         VALUES (gen_random_uuid(), 'fake', '-7', false, true, 'office', $1)",
    )
    .bind(bot.app.clock.now().utc - TimeDelta::hours(1))
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.advance("2018-09-03 09:01").await;
    assert!(bot.read("-7").contains("小王 在 fake 上绑定了 紫岩县联络员A"));
    bot.leave_unread = true;
}
