//! Groups: the office says what each is for; what is shown follows from who reads along; groups that are
//! lost are told.

use std::sync::atomic::Ordering;

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use duban::domain::message::Membership;
use duban::platforms::Sent;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const OTHER_CLERK: &str = "调度专员B";
const CONTACT: &str = "紫岩县联络员A";
const GROUP: &str = "-1";
const SECRET: &str = "紫岩县污水处理厂";

async fn town() -> Bot {
    Bot::new()
        .await
        .person(CLERK)
        .await
        .person(OTHER_CLERK)
        .await
        .person(CONTACT)
        .await
        .person("滨江区联络员A")
        .await
}

/// The bot's place in a group changes.
async fn change(bot: &mut Bot, who: &str, title: &str, change: Membership) {
    let mut update = bot.update(who, GROUP, What::Membership(change));
    update.chat_title = title.into();
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
}

/// How buttons name the only group.
async fn reference(bot: &Bot) -> String {
    let id: String = sqlx::query_scalar("SELECT right(id::text, 8) FROM chat WHERE NOT is_private")
        .fetch_one(&bot.pool)
        .await
        .unwrap();
    format!("@{id}")
}

#[tokio::test]
async fn a_contact_adds_the_bot_and_the_office_confirms_by_button() {
    let mut bot = town().await;
    change(&mut bot, CONTACT, "紫岩整改群", Membership::Added).await;
    snapshot!(bot.read(GROUP), @r"
    大家好，我是督办助手。联络员一句话就能报进度，我只在被问到时说话。发送“帮助”看用法。
    本群经整改办确认前，这里只显示编号和百分比。
    ");
    assert!(!bot.say_in(GROUP, CONTACT, "查 16").await.contains(SECRET));
    bot.notices().await;
    let reference = reference(&bot).await;
    // Whoever of the office was bound last, as there is no group of the office yet.
    let asked = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    snapshot!(asked.replace(&reference, "@REF"), @r"
    机器人被拉进了群「紫岩整改群」（操作人：紫岩县联络员A）。请确认用途，确认前那里只显示编号和百分比。单位群请发：群设置 @REF 单位群 单位名
    [单位群：紫岩县→群设置 @REF 单位群 紫岩县]
    [整改办群→群设置 @REF 整改办群] [领导群→群设置 @REF 领导群]
    ");
    let says = format!("群设置 {reference} 单位群 紫岩县");
    snapshot!(bot.press(CLERK, CLERK, &says).await.1, @"✅ 「紫岩整改群」已设为 单位群：紫岩县。");
    let (toast, _) = bot.press(OTHER_CLERK, OTHER_CLERK, &says).await;
    snapshot!(toast, @"已由 调度专员A 于 2018-08-31 09:00 设为 单位群：紫岩县，不用再设。");
    bot.notices().await;
    snapshot!(bot.read(GROUP), @"整改办已把本群设为 单位群：紫岩县。发送“帮助”看用法。");
    assert!(bot.say_in(GROUP, CONTACT, "查 16").await.contains(SECRET));
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'chat_set'").await, 1);
}

#[tokio::test]
async fn a_clerk_who_adds_the_bot_is_asked_in_the_group() {
    let mut bot = town().await;
    change(&mut bot, CLERK, "整改办", Membership::Added).await;
    snapshot!(bot.read(GROUP), @r"
    大家好，我是督办助手。联络员一句话就能报进度，我只在被问到时说话。发送“帮助”看用法。
    本群经整改办确认前，这里只显示编号和百分比。
    请整改办确认用途，单位群请发：群设置 单位群 单位名
    [整改办群→群设置 整改办群] [领导群→群设置 领导群]
    ");
    // An outsider's press is refused in a toast; the group reads nothing.
    let (toast, answer) = bot.press(GROUP, CONTACT, "群设置 整改办群").await;
    snapshot!(toast, @"“群设置”由整改办使用，你的岗位不能用。发送“帮助”看你可以做什么。");
    assert_eq!(answer, "");
    snapshot!(bot.press(GROUP, CLERK, "群设置 整改办群").await.1, @"✅ 本群已设为 整改办群。");
    assert!(bot.say_in(GROUP, CLERK, "查 16").await.contains(SECRET));
    // Whoever sees less sees no more because of the group.
    assert!(!bot.say_in(GROUP, "滨江区联络员A", "查 16").await.contains(SECRET));
    snapshot!(bot.say_in(GROUP, CLERK, "群设置").await, @r"
    本群：整改办群
    这里显示全部事项，整改办的提醒和待办发到这里。
    由 调度专员A 于 2018-08-31 09:00 设置。
    [解除设置→群设置 解除]
    ");
}

#[tokio::test]
async fn in_a_group_of_two_units_only_what_concerns_both_is_shown() {
    let mut bot = town().await;
    snapshot!(bot.say_in(GROUP, CLERK, "群设置 单位群 紫岩县 市环保局").await, @"✅ 本群已设为 单位群：市环保局、紫岩县。");
    // Item 16 is led by the one and shared by the other.
    assert!(bot.say_in(GROUP, CONTACT, "查 16").await.contains(SECRET));
    // What concerns only the speaker's own unit stays hidden from the other one.
    let only_own = "SELECT i.number FROM item i JOIN item_co_unit c ON c.item = i.id JOIN unit u ON u.id = c.unit
                    WHERE u.name = '紫岩县' AND i.status <> 'signed_off'
                      AND NOT EXISTS (SELECT 1 FROM item_co_unit o JOIN unit v ON v.id = o.unit WHERE o.item = i.id AND v.name = '市环保局')
                      AND NOT EXISTS (SELECT 1 FROM unit v WHERE v.id = i.lead_unit AND v.name = '市环保局')
                    ORDER BY 1 LIMIT 1";
    let number: i32 = sqlx::query_scalar(only_own).fetch_one(&bot.pool).await.unwrap();
    assert!(bot.say_in(GROUP, CONTACT, &format!("查 {number}")).await.contains("请私聊"));
    // One more unit shows less, so it may join; another purpose has to wait for a release.
    assert!(bot.say_in(GROUP, CLERK, "群设置 单位群 紫岩县 市环保局 滨江区").await.contains('✅'));
    assert!(!bot.say_in(GROUP, CONTACT, "查 16").await.contains(SECRET));
    let refused = bot.say_in(GROUP, OTHER_CLERK, "群设置 单位群 滨江区").await;
    let reference = reference(&bot).await;
    snapshot!(refused.replace(&reference, "@REF"), @r"
    这个群已由 调度专员A 于 2018-08-31 09:00 设为 单位群：滨江区、市环保局、紫岩县，没有改。群里的人可能看过那边的内容；确实要换，请先解除。
    [解除设置→群设置 @REF 解除]
    ");
    snapshot!(bot.press(GROUP, CLERK, &format!("群设置 {reference} 解除")).await.1, @"✅ 本群已解除，只显示编号和百分比。");
    let (toast, _) = bot.press(GROUP, OTHER_CLERK, "群设置 解除").await;
    snapshot!(toast, @"这个群现在没有设置：已由 调度专员A 于 2018-08-31 09:00 处理。");
    assert!(bot.say_in(GROUP, CLERK, "群设置 领导群").await.contains("✅ 本群已设为 领导群"));
    assert!(
        !bot.say_in(GROUP, CLERK, "查 16").await.contains(SECRET),
        "leaders see what they hold, in private"
    );
}

#[tokio::test]
async fn what_is_written_wrongly_changes_nothing() {
    let mut bot = town().await;
    for said in [
        "群设置 单位群",
        "群设置 单位群 月球",
        "群设置 乱写",
        "群设置 @00000000 整改办群",
        "群设置 @%' 整改办群",
        "群设置 @",
        "群设置 单位群 紫岩县 '; DROP TABLE chat",
    ] {
        let answer = bot.say_in(GROUP, CLERK, said).await;
        assert!(answer.contains("没有改") || answer.contains("没有"), "{said}: {answer}");
    }
    assert_eq!(bot.count("SELECT count(*) FROM chat WHERE confirmed").await, 0);
    snapshot!(bot.say(CLERK, "群设置").await, @"机器人还没有被拉进任何群。拉进群后，会在这里请你确认用途。");
    snapshot!(bot.say(CLERK, "群设置 整改办群").await, @"请在那个群里发，或先私聊发“群设置”，从列表里选群。没有改。");
    change(&mut bot, "路人", "一个\n\n很长很长很长很长很长很长很长很长很长很长很长的群名", Membership::Added)
        .await;
    bot.read(GROUP);
    bot.notices().await;
    let reference = reference(&bot).await;
    let asked = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    snapshot!(asked.replace(&reference, "@REF"), @r"
    机器人被拉进了群「一个 很长很长很长很长很长很长很长很长很长很长很…」（操作人：路人，未绑定）。请确认用途，确认前那里只显示编号和百分比。单位群请发：群设置 @REF 单位群 单位名
    [整改办群→群设置 @REF 整改办群] [领导群→群设置 @REF 领导群]
    ");
    snapshot!(bot.say(CLERK, "群设置").await.replace(&reference, "@REF"), @r"
    机器人所在的群（1）
    「一个 很长很长很长很长很长很长很长很长很长很长很…」 未确认 @REF
    在群里设置，或在这里发：群设置 @编号 单位群 单位名
    [一个 很长很长很长很… → 整改办群→群设置 @REF 整改办群] [一个 很长很长很长很… → 领导群→群设置 @REF 领导群]
    ");
}

#[tokio::test]
async fn two_clerks_setting_a_group_up_at_the_same_moment_are_told_who_was_faster() {
    let mut bot = town().await;
    let said = |text: &str| What::Said { text: text.into(), addressed: false, edited: false };
    let updates = [
        bot.update(CLERK, GROUP, said("群设置 单位群 紫岩县")),
        bot.update(OTHER_CLERK, GROUP, said("群设置 单位群 滨江区")),
    ];
    let now = bot.app.clock.now();
    let fates =
        futures_util::future::join_all(updates.iter().map(|update| bot.app.desk.handle(update, now))).await;
    assert_eq!(fates, [Outcome::Settled; 2]);
    bot.send_all().await;
    let said = bot.read(GROUP);
    assert_eq!(said.matches("✅").count(), 1, "{said}");
    assert_eq!(bot.count("SELECT sum(cardinality(units))::bigint FROM chat").await, 1);
}

#[tokio::test]
async fn a_deaf_bot_says_so() {
    let mut bot = town().await;
    bot.fake.is_deaf.store(true, Ordering::Relaxed);
    snapshot!(bot.say_in(GROUP, CLERK, "群设置").await, @r"
    本群：未确认
    这里只显示编号和百分比。
    机器人开着隐私模式：群里只听得到命令、回复和 @。要听到普通句子，请把它设为群管理员，或用 BotFather 的 /setprivacy 关闭后重新拉入群。
    设为单位群请发：群设置 单位群 紫岩县
    [整改办群→群设置 整改办群] [领导群→群设置 领导群]
    ");
}

#[tokio::test]
async fn where_the_platform_decides_who_is_in_a_group_there_is_nothing_to_set() {
    let mut bot = town().await;
    bot.fake.knows_groups.store(true, Ordering::Relaxed);
    snapshot!(bot.say_in(GROUP, CLERK, "群设置 整改办群").await, @"聊天室的群由岗位决定谁在里面，不用设置，没有改。");
    assert_eq!(bot.count("SELECT count(*) FROM chat").await, 0);
}

#[tokio::test]
async fn a_group_that_is_lost_is_told_once_and_kept_in_mind_when_it_comes_back() {
    let mut bot = town().await;
    bot.say_in(GROUP, CLERK, "群设置 单位群 紫岩县").await;
    for _ in 0..2 {
        change(&mut bot, "路人", "紫岩整改群", Membership::Removed).await;
    }
    bot.notices().await;
    let told = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    snapshot!(told, @"机器人被移出群「紫岩整改群」（单位群），发到那里的消息送不到。需要的话请把它拉回群里。");
    change(&mut bot, "路人", "紫岩整改群", Membership::Added).await;
    bot.read(GROUP);
    bot.notices().await;
    let reference = reference(&bot).await;
    let told = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    snapshot!(told.replace(&reference, "@REF"), @r"
    机器人又被拉进了群「紫岩整改群」（操作人：路人，未绑定）。原来的设置（单位群）仍然有效；群里的人如有变化，请解除后重新确认。
    [解除设置→群设置 @REF 解除]
    ");
}

#[tokio::test]
async fn who_joins_a_units_group_from_another_unit_is_told_to_the_office() {
    let mut bot = town().await;
    let joining = |bot: &mut Bot| {
        let accounts = ["路人", CONTACT, CLERK, "滨江区联络员A"].map(str::to_owned).to_vec();
        let mut update = bot.update("路人", GROUP, What::Joined(accounts));
        update.chat_title = "紫岩整改群".into();
        update
    };
    let update = joining(&mut bot);
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    bot.say_in(GROUP, CLERK, "群设置 单位群 紫岩县").await;
    bot.notices().await;
    bot.expect_silence();
    let update = joining(&mut bot);
    for _ in 0..2 {
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    bot.notices().await;
    let reference = reference(&bot).await;
    let told = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    snapshot!(told.replace(&reference, "@REF"), @r"
    别的单位的人进了单位群「紫岩整改群」：滨江区联络员A。那里会显示该单位的事项；不该在的请移出，确需同群请先解除、再把各单位都写上。
    [解除设置→群设置 @REF 解除]
    ");
}

#[tokio::test]
async fn whoever_blocks_the_bot_is_told_to_the_office_by_event_or_by_a_failed_send() {
    let mut bot = town().await;
    let blocked = bot.update(CONTACT, CONTACT, What::Membership(Membership::Blocked));
    assert_eq!(bot.deliver(&blocked).await, Outcome::Settled);
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Gone("blocked".into()));
    bot.say(CONTACT, "我的").await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Gone("blocked".into()));
    bot.say("滨江区联络员A", "我的").await;
    bot.notices().await;
    let told = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    assert_eq!(told.matches("紫岩县联络员A 停用了机器人的私聊").count(), 1, "{told}");
    assert_eq!(told.matches("滨江区联络员A 停用了机器人的私聊").count(), 1, "{told}");
}

#[tokio::test]
async fn a_group_that_moves_takes_purpose_and_units_along() {
    let mut bot = town().await;
    bot.say_in(GROUP, CLERK, "群设置 单位群 紫岩县").await;
    let moved = bot.update(CONTACT, GROUP, What::Moved { to: "-100".into() });
    for _ in 0..2 {
        bot.deliver(&moved).await;
    }
    assert!(bot.say_in("-100", CONTACT, "查 16").await.contains(SECRET));
    bot.notices().await;
    let told = [bot.read(CLERK), bot.read(OTHER_CLERK)].concat();
    assert_eq!(told.matches("升级换了编号").count(), 1, "{told}");
}

#[tokio::test]
async fn an_answer_stays_in_its_topic_and_the_offices_news_go_where_it_set_the_group_up() {
    let mut bot = town().await;
    let said = What::Said { text: "群设置 整改办群".into(), addressed: false, edited: false };
    let mut update = bot.update(CLERK, GROUP, said);
    update.chat.thread = Some("42".into());
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    bot.press(CONTACT, CONTACT, "解绑 确认").await;
    bot.notices().await;
    assert!(bot.read(GROUP).contains("自行解绑了"));
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE chat = '-1' AND thread = '42'").await, 2);
}
