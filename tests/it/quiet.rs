//! The manners: what one person is told unasked is one message per slot, a counted number a month, and
//! nothing that is not said is lost.

use duban::domain::What;
use duban::domain::message::Membership;
use duban::platforms::Sent;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const BJ: &str = "滨江区联络员A";
const ZY: &str = "紫岩县联络员A";
const SL: &str = "市水利局联络员A";
const JT: &str = "市交通运输局联络员A";

/// The last of August in the evening: the office has urged everybody; it all waits for Monday.
async fn evening() -> Bot {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await.person(SL).await.person(ZY).await;
    bot.sweep().await;
    bot.advance("2018-08-31 20:00").await;
    assert!(bot.say(CLERK, "催报 发送").await.contains("已提醒"));
    bot
}

/// The next three messages, the office's and the digests, do not get through.
fn away(bot: &Bot) {
    bot.fake.outcomes.lock().unwrap().extend([(); 3].map(|()| Sent::Again("away".into())));
}

#[tokio::test]
async fn whoever_stands_in_reads_everything_in_one_message() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月5日 由 市水利局联络员A 代").await;
    bot.advance("2018-09-01 12:00").await;
    bot.expect_silence();
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(SL), @r"
    滨江区联络员A 请假（2018-09-01 至 2018-09-05），期间由你代：提醒发给你，可以直接替 滨江区 填报。牵头在办 3 项：22、30、34，发送“查 编号”看情况。

    ▍市水利局
    ⏰ 1 项需要留意
    【32】乡镇水源保护区划定滞后：8 月没有填报，上次 2018-07-24
    有进展或难处回一句就行，例：进度 32 65 本月做了什么

    ▍滨江区（代 滨江区联络员A）
    ⏰ 3 项需要留意
    【22】预警 · 八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）
    【34】网箱户转产与渔船清理未到位：82%，期限 2018-09-15，还有 12 天（9 个工作日）
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 27 天
    有进展或难处回一句就行，例：进度 22 35 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 22→签收 22]
    ");
    snapshot!(bot.read(CLERK), @"滨江区联络员A 请假 2018-09-01 至 2018-09-05，由 市水利局联络员A 代。");
    let merged = "SELECT count(*) FROM outbox WHERE state = 'withdrawn' AND reason = 'merged'";
    assert_eq!(bot.count(merged).await, 3);
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 2, "one message to each post");
    let once = "SELECT count(*) FROM outbox o JOIN spoken s USING (seq) WHERE o.on_doubt = 'hold'";
    assert_eq!(bot.count(once).await, 1, "several in one are never sent twice");
    bot.advance("2018-09-04 09:00").await;
    assert!(bot.read(CLERK).contains("提醒送达情况"));
    assert!(bot.read(ZY).contains("【16】"));
    bot.expect_silence();
}

#[tokio::test]
async fn a_single_warning_is_rather_sent_twice_than_never() {
    let mut bot = Bot::new().await.person(JT).await;
    bot.sweep().await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Doubt("cut".into()));
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.send_all().await;
    assert_eq!(bot.read(JT).matches('【').count(), 1);
    assert_eq!(bot.count("SELECT count(*) FROM warning_fate WHERE fate = 'sent'").await, 1);
}

#[tokio::test]
async fn one_message_a_slot_and_the_rest_in_the_afternoon() {
    let mut bot = evening().await;
    bot.advance("2018-09-03 09:00").await;
    assert_eq!(bot.read(BJ).matches("本月向你发出 1 条").count(), 1);
    bot.read(SL);
    bot.read(ZY);
    bot.bind(JT, JT).await;
    // Urged at once, and heard in the afternoon; what was reported meanwhile is left out.
    assert!(bot.say(CLERK, "催报 发送").await.contains("已提醒"));
    bot.notices().await;
    bot.say(BJ, "22项无变化").await;
    bot.advance("2018-09-03 14:59").await;
    assert_eq!((bot.read(BJ), bot.read(SL)), Default::default());
    assert!(bot.read(JT).contains("【59】"), "who was not spoken to in the morning hears it at once");
    bot.advance("2018-09-03 15:00").await;
    snapshot!(bot.read(BJ), @r"
    ⏰ 本期还有 2 项没有报
    【34】网箱户转产与渔船清理未到位：82%，上次 2018-08-23
    【30】红石岭水源输水干渠未封闭：88%，上次 2018-08-24
    回一句就行，没有变化就发“34项无变化”，例：进度 34 82 本月做了什么
    本月向你发出 2 条，上限 6 条
    ");
    assert!(bot.read(SL).contains("本月向你发出 2 条"));
    assert!(bot.read(ZY).contains("本月向你发出 2 条"));
    assert_eq!(bot.count("SELECT count(*) FROM warning_fate WHERE reason = 'mended'").await, 1);
}

#[tokio::test]
async fn what_could_not_leave_before_the_evening_waits_and_is_apart_again() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月3日 由 市水利局联络员A 代").await;
    away(&bot);
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE merged_into IS NOT NULL").await, 3);
    // The platform is back when it is night, and BJ is back in the morning.
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.advance("2018-09-03 19:00").await;
    bot.expect_silence();
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE merged_into IS NOT NULL").await, 0);
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 0, "nothing was said");
    bot.advance("2018-09-04 09:00").await;
    assert!(bot.read(BJ).contains("【34】"));
    bot.read(CLERK);
    let own = bot.read(SL);
    assert!(own.contains("【32】") && !own.contains("【34】"), "{own}");
    assert!(bot.read(ZY).contains("【16】"));
}

#[tokio::test]
async fn a_successor_hears_what_was_in_line_and_nobody_elses() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月3日 由 市水利局联络员A 代").await;
    away(&bot);
    bot.advance("2018-09-03 09:00").await;
    // Unbound while it waits in line: it finds whoever comes next.
    bot.say(CLERK, "解绑 市水利局联络员A 确认").await;
    bot.bind("新来的", SL).await;
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.notices().await;
    let read = bot.read("新来的");
    assert!(read.contains("【32】") && read.contains("【34】"), "{read}");
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 2, "one message to each post");
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_digest_in_doubt_is_not_sent_twice_and_each_warning_in_it_says_so() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月3日 由 市水利局联络员A 代").await;
    away(&bot);
    bot.advance("2018-09-03 09:00").await;
    // As a sender killed on the way leaves it.
    sqlx::raw_sql(
        "UPDATE outbox SET next_try_at = NULL;
         UPDATE outbox SET state = 'sending' WHERE state = 'due' AND chat = '市水利局联络员A';
         UPDATE sender_lease SET until = now() - interval '1 second'",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let mut two = Bot::on(bot.url.clone()).await;
    two.app.clock.forward_to(bot.app.clock.now().utc);
    two.notices().await;
    assert_eq!((bot.read(SL), two.read(SL)), Default::default());
    assert_eq!(bot.count("SELECT count(*) FROM warning_fate WHERE fate = 'unclear'").await, 5);
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 2, "it may have been heard");
    two.read(CLERK);
    let asked = bot.update(CLERK, CLERK, What::Said { text: "放行".into(), addressed: true, edited: false });
    two.deliver(&asked).await;
    let list = two.read(CLERK);
    for number in ["【30】", "【32】", "【34】"] {
        assert!(list.contains(number) && list.contains("是否送到不清楚"), "{list}");
    }
    (bot.leave_unread, two.leave_unread) = (true, true);
}

#[tokio::test]
async fn the_nights_notices_are_one_message_and_not_counted() {
    let mut bot = Bot::new().await.person(CLERK).await.person(ZY).await;
    bot.sweep().await;
    bot.say(ZY, "进度 16 86 设备到货").await;
    bot.advance("2018-08-31 20:00").await;
    bot.say(CLERK, "审核 16 退回 请写明安装进度").await;
    bot.say(CLERK, "代 紫岩县 填报 16 88 调试").await;
    bot.notices().await;
    assert_eq!(bot.read(ZY), "");
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(ZY), @r"
    ↩️ 第 16 项「紫岩县污水处理厂提标改造」
    2018-08-31 的填报退回，原因：请写明安装进度
    请在 2018-09-07 前重报（5 个工作日）。

    整改办代你单位填报了第 16 项「紫岩县污水处理厂提标改造」：88% 调试
    如不对，请发：更正 16

    ⏰ 1 项需要留意
    【16】预警 · 紫岩县污水处理厂提标改造：88%，期限 2018-06-30，已逾期 65 天
    有进展或难处回一句就行，例：进度 16 88 本月做了什么
    本月向你发出 1 条，上限 6 条
    [重报→进度 16]
    [签收 16→签收 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 1, "the warning counts, the notices do not");
}

/// As if this post had been spoken to so often this September.
async fn has_heard(bot: &Bot, post: &str, times: i32) {
    sqlx::query(
        "INSERT INTO spoken (seq, post, said_on, slot)
         SELECT -n, p.id, '2018-09-01'::date + n / 2, n % 2
         FROM post p, generate_series(1, $2) n WHERE p.title = $1",
    )
    .bind(post)
    .bind(times)
    .execute(&bot.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn above_the_budget_the_office_decides_and_next_month_it_comes_by_itself() {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await;
    bot.sweep().await;
    has_heard(&bot, BJ, 6).await;
    bot.advance("2018-09-03 09:00").await;
    assert_eq!(bot.read(BJ), "");
    snapshot!(bot.say(CLERK, "放行").await, @r"
    没有送达的提醒 11 条
    【22】滨江区 滞后：滨江区联络员A 本月已到上限，等到 2018-10-08 09:00
    【30】滨江区 临期提醒：滨江区联络员A 本月已到上限，等到 2018-10-08 09:00
    【34】滨江区 临期提醒：滨江区联络员A 本月已到上限，等到 2018-10-08 09:00
    【48】市工信局 滞后：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【23】高新区 滞后：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【25】恒河示范区 未报：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【59】市交通运输局 临期提醒：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【32】市水利局 未报：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【53】洵口县 滞后：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【37】市住建局 逾期：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    【16】紫岩县 逾期：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    [放行 22→放行 22] [放行 30→放行 30] [放行 34→放行 34]
    ");
    snapshot!(bot.say(BJ, "为什么没提醒 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」的提醒记录
    2018-08-31 临期提醒（滨江区）
    · 2018-09-03 09:00 没有发：滨江区联络员A 本月已到上限，等到 2018-10-08 09:00
    ");
    snapshot!(bot.say(CLERK, "放行 34").await, @"✅ 第 34 项的提醒已放行给滨江区的联络员，马上发出，计入其本月条数。已记录在案。");
    bot.notices().await;
    snapshot!(bot.read(BJ), @r"
    ⏰ 提醒：1 项临近期限
    【34】网箱户转产与渔船清理未到位：82%，期限 2018-09-15，还有 12 天（9 个工作日）
    有进展或难处回一句就行，例：进度 34 82 本月做了什么
    本月向你发出 7 条，上限 6 条（发文不受限；其余超出的由整改办放行）
    ");
    snapshot!(bot.say(CLERK, "为什么没提醒34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」的提醒记录
    2018-08-31 临期提醒（滨江区）
    · 2018-09-03 09:00 没有发：滨江区联络员A 本月已到上限，等到 2018-10-08 09:00
    · 2018-09-03 09:00 由 调度专员A 放行
    · 2018-09-03 09:00 已发给 滨江区联络员A
    ");
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'let_through'").await, 1);
    bot.say(CLERK, "放行 34").await;
    // Urged about what nobody has reported: it waits for October, and comes then.
    bot.advance("2018-09-20 10:00").await;
    bot.say(CLERK, "催报 发送").await;
    bot.advance("2018-09-28 09:00").await;
    bot.advance("2018-10-07 12:00").await;
    assert_eq!(bot.read(BJ), "");
    bot.advance("2018-10-08 09:00").await;
    let october = bot.read(BJ);
    assert!(october.contains("【22】") && october.contains("本月向你发出 1 条"), "{october}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn quiet_holds_what_is_said_unasked_and_nothing_else() {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await;
    bot.sweep().await;
    snapshot!(bot.say(BJ, "免打扰").await, @r"
    现在没有设免打扰。要设请发，最长到月底：免打扰 到 9月10日
    [到月底→免打扰 月底]
    ");
    snapshot!(bot.say(BJ, "免打扰 到 9月10日").await, @r"
    ✅ 免打扰到 2018-08-31（最长到月底，下月要续请再发），当天也算。期间不主动提醒；仍会发给你的：你问的、你填报的审核结果、请假和交接的通知、签发的文件。暂缓的提醒整改办看得到，结束后合成一条发给你。期限照算。
    [关闭免打扰→免打扰 关]
    ");
    bot.advance("2018-09-01 09:00").await;
    snapshot!(bot.say(BJ, "免打扰 到 9月10日").await, @r"
    ✅ 免打扰到 2018-09-10，当天也算。期间不主动提醒；仍会发给你的：你问的、你填报的审核结果、请假和交接的通知、签发的文件。暂缓的提醒整改办看得到，结束后合成一条发给你。期限照算。
    [关闭免打扰→免打扰 关]
    ");
    bot.say(BJ, "进度 30 90 焊接").await;
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    bot.say(CLERK, "审核 30 退回 请写明长度").await;
    bot.notices().await;
    assert!(bot.read(BJ).contains("退回"), "a verdict on the own report comes");
    assert!(bot.say(BJ, "我的").await.contains("【34】"), "an answer comes");
    assert!(bot.say(CLERK, "放行").await.contains("设了免打扰，等到 2018-09-11 09:00"));
    bot.advance("2018-09-10 16:00").await;
    assert_eq!(bot.read(BJ), "");
    bot.advance("2018-09-11 09:00").await;
    let after = bot.read(BJ);
    assert!(after.contains("【34】") && after.contains("本月向你发出 1 条"), "{after}");
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'quiet'").await, 2);
    bot.leave_unread = true;
}

#[tokio::test]
async fn quiet_ends_when_the_person_says_so_or_somebody_else_comes() {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await;
    bot.advance("2018-09-01 09:00").await;
    bot.say(BJ, "免打扰 月底").await;
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    snapshot!(bot.say(BJ, "免打扰").await, @r"
    免打扰到 2018-09-30，当天也算。要设请发，最长到月底：免打扰 到 9月10日
    [关闭免打扰→免打扰 关] [到月底→免打扰 月底]
    ");
    snapshot!(bot.say(BJ, "免打扰 关").await, @"✅ 免打扰已关，提醒照常。期间暂缓的合成一条，在工作时间发给你。");
    bot.notices().await;
    assert!(bot.read(BJ).contains("【34】"));
    for said in ["免打扰 到 8月1日", "免打扰 很久", "免打扰 到 13月1日"] {
        let answer = bot.say(BJ, said).await;
        assert!(answer.contains("没有设置"), "{said}: {answer}");
    }
    assert!(bot.say(CLERK, "免打扰 月底").await.contains("你的岗位不能用"));
    assert!(bot.say(BJ, "quiet until 9/7").await.contains("2018-09-07"));
    bot.say(CLERK, "解绑 滨江区联络员A 确认").await;
    let invited = bot.say(CLERK, "邀请 滨江区联络员A").await;
    let code: String =
        invited.split("start=").nth(1).unwrap().chars().take_while(|c| c.is_ascii_graphic()).collect();
    let answer = bot.say("新来的", &format!("绑定 {code}")).await;
    assert!(answer.contains("滨江区"), "{answer}");
    assert_eq!(bot.count("SELECT count(*) FROM post WHERE quiet_until IS NOT NULL").await, 0);
    bot.leave_unread = true;
}

#[tokio::test]
async fn at_night_the_office_waits_for_the_morning_or_says_now() {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await;
    bot.advance("2018-08-31 21:00").await;
    snapshot!(bot.say(CLERK, "放行 34").await, @r"
    ✅ 第 34 项的提醒已放行给滨江区的联络员，2018-09-03 09:00 发出，计入其本月条数。已记录在案。
    [现在就发→放行 34 现在]
    ");
    bot.notices().await;
    bot.expect_silence();
    snapshot!(bot.tap(CLERK, CLERK, "现在就发").await.1, @"✅ 第 34 项的提醒已放行给滨江区的联络员，马上发出，计入其本月条数。已记录在案。");
    bot.notices().await;
    let read = bot.read(BJ);
    assert!(read.contains("【34】") && !read.contains("【30】"), "{read}");
    let hours = "SELECT count(*) FROM audit WHERE action = 'let_through' AND details ->> 'how' = 'now'";
    assert_eq!(bot.count(hours).await, 1);
    bot.advance("2018-09-03 09:00").await;
    let read = bot.read(BJ);
    assert!(!read.contains("【34】") && read.contains("【30】"), "{read}");
}

#[tokio::test]
async fn who_cannot_be_reached_hears_it_the_morning_after() {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await;
    bot.sweep().await;
    let blocked = bot.update(BJ, BJ, What::Membership(Membership::Blocked));
    bot.deliver(&blocked).await;
    bot.advance("2018-09-03 09:00").await;
    assert!(bot.read(CLERK).contains("停用了机器人的私聊"));
    bot.expect_silence();
    let list = bot.say(CLERK, "放行").await;
    assert!(list.contains("停用了机器人的私聊，2018-09-04 09:00 再试"), "{list}");
    assert!(list.contains("市交通运输局 临期提醒：没有人可以收"), "{list}");
    snapshot!(bot.say(CLERK, "放行 59").await, @"第 59 项的提醒没有人可以收：联络员没有绑定，或请假没有人代。请电话联系，或先邀请联络员。全部记录请发：为什么没提醒 59");
    let back = bot.update(BJ, BJ, What::Membership(Membership::Unblocked));
    bot.deliver(&back).await;
    bot.bind(JT, JT).await;
    bot.advance("2018-09-04 09:00").await;
    assert!(bot.read(BJ).contains("【34】"));
    assert!(bot.read(JT).contains("【59】"));
    snapshot!(bot.say(CLERK, "为什么没提醒 59").await, @r"
    📋 提醒送达情况（截至 2018-09-03 17:00）
    应发 11 条：已发 0，暂缓 11。
    [看原因、放行→放行]
    ---
    第 59 项「临江路段缺少事故应急池」的提醒记录
    2018-08-31 临期提醒（市交通运输局）
    · 2018-09-03 09:00 没有发：没有人可以收（没有绑定，或请假没有人代），2018-09-04 09:00 再试，请电话
    · 2018-09-04 09:00 已发给 市交通运输局联络员A
    ");
}

#[tokio::test]
async fn a_record_is_for_those_concerned_and_holds_no_texts() {
    let mut bot = evening().await;
    bot.advance("2018-09-03 09:00").await;
    for who in [BJ, SL, ZY] {
        bot.read(who);
    }
    assert!(bot.say(SL, "为什么没提醒 34").await.contains("与你单位无关"));
    assert!(bot.say("生人", "为什么没提醒 34").await.contains("还没有绑定"));
    assert!(bot.say(ZY, "为什么没提醒 39").await.contains("还没有触发过提醒"));
    snapshot!(bot.say(BJ, "why 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」的提醒记录
    2018-08-31 临期提醒（滨江区）
    · 2018-09-03 09:00 已发给 滨江区联络员A
    ");
    bot.unit_group("-1", "滨江区").await;
    assert!(bot.say_in("-1", BJ, "为什么没提醒 34").await.contains("提醒记录"));
    assert!(bot.say_in("-2", BJ, "为什么没提醒 34").await.contains("私聊"));
    let texts = "SELECT count(*) FROM warning_fate f WHERE f.reason ~ '[^a-z_]' OR f.fate ~ '[^a-z_]'";
    assert_eq!(bot.count(texts).await, 0, "codes only");
}

#[tokio::test]
async fn two_replicas_addressing_at_once_speak_once() {
    let mut one = evening().await;
    let mut two = Bot::on(one.url.clone()).await;
    one.app.clock.forward_to(crate::harness::china("2018-09-03 09:00"));
    two.app.clock.forward_to(crate::harness::china("2018-09-03 09:00"));
    tokio::join!(one.send_all(), two.send_all());
    tokio::join!(one.notices(), two.notices());
    for who in [BJ, SL, ZY] {
        assert_eq!(
            one.read(who).matches("本月向你发出 1 条").count() + two.read(who).matches("条").count(),
            1
        );
    }
}

/// What each chat was told since the last look.
fn told(bot: &Bot) -> std::collections::BTreeMap<String, usize> {
    let mut told = std::collections::BTreeMap::new();
    for (chat, _) in bot.fake.attempts.lock().unwrap().drain(..) {
        *told.entry(chat).or_default() += 1;
    }
    told
}

#[tokio::test]
async fn after_a_holiday_or_a_month_everybody_is_told_once() {
    for back in ["2018-10-05 11:00", "2018-10-06 23:00", "2018-10-08 08:00"] {
        let mut bot = evening().await.person(JT).await;
        bot.say(CLERK, "代 滨江区 填报 22 36 征迁").await;
        told(&bot);
        // Stopped: neither sweep nor sender. Back on a rest day, at night or in the morning.
        bot.advance(back).await;
        assert_eq!(told(&bot), Default::default(), "{back}");
        bot.say(CLERK, "催报 发送").await;
        told(&bot);
        bot.advance("2018-10-08 09:00").await;
        bot.notices().await;
        let after = told(&bot);
        assert!(after.contains_key(BJ) && after.contains_key(JT) && after.contains_key(ZY), "{after:?}");
        assert!(after.values().all(|times| *times == 1), "{back}: {after:?}");
        bot.advance("2018-10-08 14:00").await;
        assert_eq!(told(&bot), Default::default(), "{back}");
        let silent = "SELECT count(*) FROM warning w WHERE NOT EXISTS (SELECT 1 FROM warning_fate f WHERE f.warning = w.id)
                      AND NOT EXISTS (SELECT 1 FROM outbox o WHERE w.id = ANY(o.warnings) AND o.state = 'due')";
        assert_eq!(bot.count(silent).await, 0, "nothing is lost");
        bot.leave_unread = true;
    }
}
