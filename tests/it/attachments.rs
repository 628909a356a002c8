//! Files as people send them: with a report, after it, alone, in albums of any order, in groups; and those
//! that must not be sent at all.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use duban::domain::attachment::{Attachment, Shape};
use insta::assert_snapshot as snapshot;

use crate::harness::{Bot, china};

const CONTACT: &str = "紫岩县联络员A";
const OTHER: &str = "洵口县联络员A";
const CLERK: &str = "调度专员A";
const GROUP: &str = "-2";
pub const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF one";

pub fn photo(id: &str) -> Attachment {
    Attachment {
        file: id.into(),
        unique: format!("u{id}"),
        name: String::new(),
        mime: String::new(),
        bytes: Some(1000),
        caption: String::new(),
        album: None,
        shape: Shape::Photo,
    }
}

pub fn document(id: &str, name: &str) -> Attachment {
    Attachment { name: name.into(), shape: Shape::Document, ..photo(id) }
}

fn of_album(album: &str, id: &str) -> Attachment {
    Attachment { album: Some(album.into()), ..photo(id) }
}

async fn contact() -> Bot {
    let bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    for id in ["a", "b", "c", "d"] {
        bot.fake.contents.lock().unwrap().insert(id.into(), [JPEG, id.as_bytes()].concat());
    }
    bot
}

/// Where files stand: item, report, stage, state.
async fn files(bot: &Bot) -> String {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT concat_ws(' ', a.file, COALESCE(i.number::text, '-'), COALESCE(a.report::text, '-'), COALESCE(a.stage, '-'), a.state)
         FROM attachment a LEFT JOIN item i ON i.id = a.item ORDER BY a.id",
    )
    .fetch_all(&bot.pool)
    .await
    .unwrap();
    rows.join(", ")
}

#[tokio::test]
async fn a_photo_with_a_report_as_its_caption_is_the_reports_evidence() {
    let mut bot = contact().await;
    snapshot!(bot.send(CONTACT, "16项90%，设备已到货，整改后照片", &[photo("a")]).await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备已到货，整改后照片
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    📎 附 1 个文件 · 整改后
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(files(&bot).await, @"a 16 11 after waiting");
    bot.fetch_all().await;
    bot.expect_silence();
    snapshot!(bot.say(CONTACT, "材料 16").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」材料 1 个
    1. 照片 整改后 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B 320ea98b0ab4 · 填报 90%
    ");
    snapshot!(bot.say(CLERK, "files 16").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」材料 1 个
    1. 照片 整改后 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B 320ea98b0ab4 · 填报 90%
    ");
    let kept: String =
        sqlx::query_scalar("SELECT sha256 FROM attachment").fetch_one(&bot.pool).await.unwrap();
    let path = bot.data.path().join("files").join(&kept[..2]).join(&kept[2..]);
    assert_eq!(std::fs::read(path).unwrap(), [JPEG, b"a"].concat());
    // By command as well, with the stage asked by buttons and never by the bot itself.
    snapshot!(bot.send(CONTACT, "进度 16 91 调试", &[document("b", "调试记录.jpg")]).await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 90% → 91%
    说明：调试
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    📎 附 1 个文件
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "整改后").await;
    snapshot!(answer, @"第 16 项的 1 个文件已标为“整改后”。");
}

#[tokio::test]
async fn a_file_without_words_goes_to_the_report_just_made() {
    let mut bot = contact().await;
    bot.say(CONTACT, "16项90%设备已到货").await;
    snapshot!(bot.send(CONTACT, "", &[photo("a")]).await, @r"
    已附到第 16 项刚才的填报（1 个文件）
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "整改前").await;
    snapshot!(answer, @"第 16 项的 1 个文件已标为“整改前”。");
    snapshot!(bot.send(CONTACT, "现场情况", &[photo("b")]).await, @r"
    已附到第 16 项刚才的填报（1 个文件）
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    bot.fetch_all().await;
    snapshot!(bot.say(CONTACT, "材料 16").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」材料 2 个
    1. 照片 整改前 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B 320ea98b0ab4 · 填报 90%
    2. 照片「现场情况」 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B b8a2378cbba6 · 填报 90%
    ");
    // Taken back: on record, and said so.
    bot.say(CONTACT, "撤回 16").await;
    snapshot!(bot.say(CONTACT, "材料 16").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」材料 2 个
    1. 照片 整改前 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B 320ea98b0ab4 · 填报已撤回
    2. 照片「现场情况」 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B b8a2378cbba6 · 填报已撤回
    ");
}

#[tokio::test]
async fn a_file_without_a_report_is_asked_about() {
    let mut bot = contact().await;
    snapshot!(bot.send(CONTACT, "", &[photo("a")]).await, @r"
    收到 1 个文件，附到哪一项？点一个，或发：附到 编号
    [16 紫岩县污水处理厂提标改造→附到 16 ·]
    [24 乡镇污水处理设施运行率低→附到 24 ·]
    [32 乡镇水源保护区划定滞后→附到 32 ·]
    [51 露天矿山生态恢复滞后→附到 51 ·]
    [59 临江路段缺少事故应急池→附到 59 ·]
    ");
    bot.fetch_all().await;
    assert!(bot.fake.asked_for.lock().unwrap().is_empty(), "not fetched before it has a place");
    snapshot!(bot.send(CONTACT, "整改后", &[photo("b")]).await, @r"
    收到 2 个文件，附到哪一项？点一个，或发：附到 编号
    [16 紫岩县污水处理厂提标改造→附到 16 ·]
    [24 乡镇污水处理设施运行率低→附到 24 ·]
    [32 乡镇水源保护区划定滞后→附到 32 ·]
    [51 露天矿山生态恢复滞后→附到 51 ·]
    [59 临江路段缺少事故应急池→附到 59 ·]
    ");
    let late = bot.button(CONTACT, "16");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "16").await;
    snapshot!(answer, @"已附到第 16 项 2018-08-23 的填报（2 个文件 · 整改后）");
    snapshot!(files(&bot).await, @"a 16 10 - waiting, b 16 10 after waiting");
    let (toast, _) = bot.press(CONTACT, CONTACT, &late).await;
    snapshot!(toast, @"这些文件已经附上，或过了太久，没有变动。看附了哪些请发：材料 编号");
    snapshot!(bot.say(CONTACT, "附到 16").await, @"没有等着附上的文件。请先发照片或文件，再发：附到 16");
    bot.send(CONTACT, "", &[photo("c")]).await;
    snapshot!(bot.say(CONTACT, "附到 16 整改后").await, @"已附到第 16 项 2018-08-23 的填报（1 个文件 · 整改后）");
    bot.send(CONTACT, "", &[photo("d")]).await;
    bot.app.clock.forward_to(china("2018-08-31 09:40"));
    snapshot!(bot.say(CONTACT, "附到 16").await, @"没有等着附上的文件。请先发照片或文件，再发：附到 16");
    snapshot!(bot.send(CONTACT, "37项 整改后", &[photo("d")]).await, @"第 37 项不是你单位牵头或配合的事项，文件没有保存。发送“我的”看本单位的事项。");
}

#[tokio::test]
async fn a_caption_may_name_the_item_alone() {
    for caption in
        ["16项 整改后", "第16项整改后照片", "16", "附到 16 整改后", "材料 16 整改后", "attach 16 after"]
    {
        let mut bot = contact().await;
        let answer = bot.send(CONTACT, caption, &[photo("a")]).await;
        assert!(answer.contains("已附到第 16 项"), "{caption}: {answer}");
        let stage = if caption == "16" { "-" } else { "after" };
        assert_eq!(files(&bot).await, format!("a 16 10 {stage} waiting"), "{caption}");
    }
}

#[tokio::test]
async fn all_files_of_an_album_end_at_the_same_report_in_any_order() {
    let album = ["a", "b", "c"].map(|id| of_album("7", id));
    for worded in 0..3 {
        let mut bot = contact().await;
        for (at, file) in album.iter().enumerate() {
            let text = if at == worded { "16项90%设备已到货" } else { "" };
            bot.send(CONTACT, text, std::slice::from_ref(file)).await;
        }
        bot.fetch_all().await;
        assert_eq!(files(&bot).await, "a 16 11 - stored, b 16 11 - stored, c 16 11 - stored", "{worded}");
    }
    let mut bot = contact().await;
    snapshot!(bot.send(CONTACT, "16项90%设备已到货", &album).await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备已到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    📎 附 1 个文件（同组的会一起附上）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    let mut bot = contact().await;
    snapshot!(bot.send(CONTACT, "", &album).await, @r"
    收到 1 个文件（同组的会一起附上），附到哪一项？点一个，或发：附到 编号
    [16 紫岩县污水处理厂提标改造→附到 16 ·]
    [24 乡镇污水处理设施运行率低→附到 24 ·]
    [32 乡镇水源保护区划定滞后→附到 32 ·]
    [51 露天矿山生态恢复滞后→附到 51 ·]
    [59 临江路段缺少事故应急池→附到 59 ·]
    ");
}

#[tokio::test]
async fn in_the_units_group_only_the_album_of_a_report_is_taken() {
    let mut bot = contact().await;
    bot.unit_group(GROUP, "紫岩县").await;
    assert_eq!(bot.send_in(GROUP, CONTACT, "", &[photo("a")]).await, "");
    assert_eq!(bot.send_in(GROUP, CONTACT, "今天的现场", &[photo("a")]).await, "");
    assert_eq!(files(&bot).await, "");
    for (text, id) in [("", "b"), ("16项90%设备已到货", "c"), ("", "d")] {
        let answer = bot.send_in(GROUP, CONTACT, text, &[of_album("7", id)]).await;
        assert_eq!(answer.is_empty(), text.is_empty(), "{answer}");
    }
    bot.fetch_all().await;
    snapshot!(files(&bot).await, @"b 16 11 - stored, c 16 11 - stored, d 16 11 - stored");
    // Chatter with an album: kept for a while, fetched never, forgotten.
    assert_eq!(bot.send_in(GROUP, CONTACT, "", &[of_album("8", "a")]).await, "");
    bot.fetch_all().await;
    assert!(!bot.fake.asked_for.lock().unwrap().contains(&"a".to_owned()));
    let later = china("2018-09-03 09:00");
    duban::store::cleaning::step(&bot.pool, later, duban::app::real_now()).await.unwrap();
    assert_eq!(bot.count("SELECT count(*) FROM attachment WHERE item IS NULL").await, 0);
    // In reply to the bot: as in private.
    let mut reply =
        bot.update(CONTACT, GROUP, What::Said { text: String::new(), addressed: true, edited: false });
    reply.files = vec![photo("a")];
    assert_eq!(bot.deliver(&reply).await, Outcome::Settled);
    snapshot!(bot.read(GROUP), @r"
    已附到第 16 项刚才的填报（1 个文件）
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    // Strangers to the unit, and groups nobody confirmed.
    let mut bot = contact().await.person(OTHER).await;
    bot.unit_group(GROUP, "紫岩县").await;
    assert_eq!(bot.send_in(GROUP, OTHER, "", &[of_album("9", "a")]).await, "");
    assert_eq!(bot.send_in("-3", CONTACT, "", &[of_album("9", "a")]).await, "");
    assert_eq!(files(&bot).await, "");
}

#[tokio::test]
async fn pieces_of_an_album_that_crossed_find_each_other() {
    let mut bot = contact().await;
    bot.unit_group(GROUP, "紫岩县").await;
    bot.send_in(GROUP, CONTACT, "16项90%设备已到货", &[of_album("7", "a")]).await;
    bot.send_in(GROUP, CONTACT, "", &[of_album("7", "b")]).await;
    // As two replicas leave it that decided at the same moment.
    sqlx::raw_sql("UPDATE attachment SET item = NULL, report = NULL WHERE file = 'b'; DELETE FROM job")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.fetch_all().await; // finds it
    bot.fetch_all().await; // and fetches it
    assert_eq!(files(&bot).await, "a 16 11 - waiting, b 16 11 - stored");
}

#[tokio::test]
async fn files_wait_for_the_report_they_belong_to() {
    let mut bot = contact().await;
    snapshot!(bot.send(CONTACT, "进度 16 90", &[photo("a")]).await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    做了什么？一句话就行。
    上次报的：安装调试
    📎 1 个文件登记后一起附上
    [同上次→答 · 同上月] [取消→取消]
    ");
    snapshot!(bot.send(CONTACT, "", &[photo("b")]).await, @"收到 2 个文件，回答完上面的问题就一起附上。");
    snapshot!(bot.send(CONTACT, "设备已到货", &[photo("c")]).await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备已到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    📎 附 3 个文件
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    snapshot!(files(&bot).await, @"a 16 11 - waiting, b 16 11 - waiting, c 16 11 - waiting");
}

#[tokio::test]
async fn what_is_marked_as_secret_is_not_taken_and_not_named() {
    let mut bot = contact().await;
    snapshot!(bot.send(CONTACT, "16项90%设备已到货", &[document("a", "机密★1年整改方案.pdf")]).await, @r"
    文件名或说明带有密级标志（秘密、机密、绝密、★、内部），这条消息没有登记，文件没有下载，名称也没有保存。涉密材料请按保密规定线下报送，不要发到聊天软件。
    如果只是误写，请去掉标志后重发。
    ");
    for (caption, name) in [("秘密★ 16项90%", ""), ("", "整改方案（秘密）.docx"), ("16项 内部资料", "a.pdf")]
    {
        let answer = bot.send(CONTACT, caption, &[document("a", name)]).await;
        assert!(answer.contains("密级标志") && !answer.contains("整改方案"), "{answer}");
    }
    let quoted = Attachment { caption: "16项90%\n> 秘密★ 引自来文".into(), ..photo("a") };
    assert!(bot.send(CONTACT, "16项90%", &[quoted]).await.contains("密级标志"));
    bot.fetch_all().await;
    assert_eq!(files(&bot).await, "");
    assert!(bot.fake.asked_for.lock().unwrap().is_empty());
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE post IS NOT NULL AND percent = 90 AND recorded_at > '2018-08-31'").await, 0);
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'secret_mark'").await, 5);
    for table in ["audit", "refusal", "outbox", "inbox", "attachment"] {
        let sql = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%整改方案%'");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&bot.pool).await.unwrap();
        assert_eq!(found, 0, "{table}");
    }
    // A unit whose name holds the letters is no mark.
    let answer = bot.send(CONTACT, "16项90%保密办已验收", &[document("a", "保密协议.pdf")]).await;
    assert!(answer.contains("📎 附 1 个文件"), "{answer}");
}

#[tokio::test]
async fn a_mark_on_one_file_holds_for_its_whole_album() {
    let mut bot = contact().await;
    // The mark comes in the middle; what came before was already kept.
    bot.say(CONTACT, "16项90%设备已到货").await;
    bot.send(CONTACT, "", &[of_album("7", "a")]).await;
    bot.fetch_all().await;
    let kept: String =
        sqlx::query_scalar("SELECT sha256 FROM attachment").fetch_one(&bot.pool).await.unwrap();
    let path = bot.data.path().join("files").join(&kept[..2]).join(&kept[2..]);
    assert!(path.exists());
    bot.send(CONTACT, "秘密★长期", &[of_album("7", "b")]).await;
    assert_eq!(bot.send(CONTACT, "", &[of_album("7", "c")]).await, "");
    bot.fetch_all().await;
    snapshot!(files(&bot).await, @" - - - refused,  - - - refused");
    assert!(!path.exists());
    assert_eq!(bot.count("SELECT count(*) FROM attachment WHERE sha256 IS NOT NULL OR name <> ''").await, 0);
    assert_eq!(bot.say(CONTACT, "材料 16").await.lines().count(), 1);
}

#[tokio::test]
async fn what_cannot_be_taken_is_told_and_the_report_stands() {
    let mut bot = contact().await;
    let video = [Attachment { shape: Shape::Other, ..photo("a") }];
    snapshot!(bot.send(CONTACT, "16项90%设备已到货", &video).await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备已到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    视频、语音没有保存：只收图片（jpg、png、webp、heic）和文档（pdf、ofd、doc、docx、xls、xlsx、ppt、pptx、wps、et、dps），不含宏，每个不超过 20 MB。
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(bot.send(CONTACT, "", &video).await, @"视频、语音没有保存：只收图片（jpg、png、webp、heic）和文档（pdf、ofd、doc、docx、xls、xlsx、ppt、pptx、wps、et、dps），不含宏，每个不超过 20 MB。");
    snapshot!(bot.send(CONTACT, "", &[document("a", "setup.exe")]).await, @"这种文件没有保存：只收图片（jpg、png、webp、heic）和文档（pdf、ofd、doc、docx、xls、xlsx、ppt、pptx、wps、et、dps），不含宏，每个不超过 20 MB。");
    let large = Attachment { bytes: Some(21 << 20), ..document("a", "方案.pdf") };
    snapshot!(bot.send(CONTACT, "", &[large]).await, @"文件太大，没有保存：只收图片（jpg、png、webp、heic）和文档（pdf、ofd、doc、docx、xls、xlsx、ppt、pptx、wps、et、dps），不含宏，每个不超过 20 MB。");
    snapshot!(bot.send(CONTACT, "我的", &[photo("a")]).await, @r"
    紫岩县 在办 5 项：牵头 1，配合 4（截至 2018-08-31 09:00）
    🔴 逾期 1　⚪ 未报 1　🟡 临期 1　🟢 正常 2
    🔴 逾期 1 项
    【16】紫岩县污水处理厂提标改造 90%
    已过 62 天 · 2018-06-30 · 另：滞后
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65% 〔配合〕
    还有 91 天 · 2018-11-30 · 市水利局
    🟡 临期 1 项
    【59】临江路段缺少事故应急池 90% 〔配合〕
    还有 30 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    🟢 正常 2 项
    【24】乡镇污水处理设施运行率低 76% 〔配合〕
    还有 122 天 · 2018-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48% 〔配合〕
    还有 487 天 · 2019-12-31 · 市国土资源局
    [查 16→查 16] [查 32→查 32] [查 59→查 59] [查 24→查 24]
    ---
    随消息发来的文件没有保存。要附到事项，请发文件并写上编号，如：16项 整改后
    ");
    assert_eq!(files(&bot).await, "");
    let many: Vec<Attachment> = (0..21).map(|n| photo(&format!("f{n}"))).collect();
    let answers = bot.send(CONTACT, "", &many).await;
    assert!(answers.ends_with("一次填报最多附 20 个文件，多出的没有保存。"), "{answers}");
    assert_eq!(bot.count("SELECT count(*) FROM attachment").await, 20);
}

#[tokio::test]
async fn only_those_concerned_attach_and_see() {
    let mut bot = contact().await.person(OTHER).await;
    bot.send(CONTACT, "16项90%设备已到货", &[photo("a")]).await;
    let theirs = bot.button(CONTACT, "整改后");
    let (toast, _) = bot.press(OTHER, OTHER, &theirs).await;
    snapshot!(toast, @"这些文件不是你附的，或已不在，没有变动。");
    snapshot!(bot.say(OTHER, "材料 16").await, @"第 16 项与你单位无关，不能查看。发送“我的”看本单位的事项。");
    snapshot!(bot.send(OTHER, "16项 整改后", &[photo("b")]).await, @"第 16 项不是你单位牵头或配合的事项，文件没有保存。发送“我的”看本单位的事项。");
    snapshot!(bot.send("无名", "", &[photo("b")]).await, @"这个账号还没有绑定岗位。请向整改办要一个绑定码，然后发送：绑定 绑定码");
    snapshot!(bot.send(CLERK, "", &[photo("b")]).await, @"“附到”由联络员使用，你的岗位不能用。发送“帮助”看你可以做什么。");
    assert_eq!(files(&bot).await, "a 16 11 - waiting");
    bot.unit_group(GROUP, "紫岩县").await;
    assert!(bot.say_in("-3", CONTACT, "材料 16").await.contains("请私聊我"));
    assert!(bot.say_in(GROUP, CONTACT, "材料 16").await.contains("材料 1 个"));
}

#[tokio::test]
async fn a_redelivery_adds_no_file() {
    let mut bot = contact().await;
    let what = What::Said { text: "16项90%设备已到货".into(), addressed: true, edited: false };
    let mut update = bot.update(CONTACT, CONTACT, what);
    update.files = vec![photo("a")];
    for _ in 0..3 {
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    assert_eq!(bot.read(CONTACT).matches("已登记").count(), 1);
    assert_eq!(files(&bot).await, "a 16 11 - waiting");
    assert_eq!(bot.count("SELECT count(*) FROM job").await, 1);
}

#[tokio::test]
async fn hostile_names_stay_out_of_the_file_system() {
    let names =
        ["../../../../tmp/passwd.jpg", "/etc/a.jpg", "a\u{0}b.jpg", "\u{202e}gpj.txt.jpg", "C:\\x\\y.jpg"];
    let long = format!("{}.jpg", "长".repeat(5000));
    let mut bot = contact().await;
    for name in names.iter().copied().chain([long.as_str()]) {
        let file = document("a", name).tidy().unwrap();
        let answer = bot.send(CONTACT, "16项90%设备已到货，更正", &[file]).await;
        assert!(answer.contains("📎"), "{answer}");
    }
    bot.fetch_all().await;
    let mut found = Vec::new();
    let mut folders = vec![bot.data.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => found.push(entry.file_name().into_string().unwrap()),
            }
        }
    }
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].len() == 62 && found[0].bytes().all(|b| b.is_ascii_hexdigit()), "{found:?}");
    assert_eq!(bot.count("SELECT count(*) FROM attachment WHERE state = 'stored'").await, 6);
    assert_eq!(bot.count("SELECT max(length(name))::bigint FROM attachment").await, 80);
}
