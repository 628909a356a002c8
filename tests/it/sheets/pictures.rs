//! Pictures: as wide as two phones' points, as high as they need, of the figures the ledger has.

use duban::exports::{Format, Unmade};

use insta::assert_snapshot as snapshot;

use super::{day, item, made, sample};
use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const CONTACT: &str = "紫岩县联络员A";

/// Width and height out of a PNG's head.
fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "a PNG");
    let at = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().expect("four bytes"));
    (at(16), at(20))
}

#[tokio::test]
async fn every_picture_of_the_sample_is_drawn() {
    let pool = sample().await;
    let sixteen = Some(item(&pool, 16).await);
    for (name, subject, rows) in [
        ("course-picture", sixteen, 10),
        ("open-picture", None, 15),
        ("unit-picture", None, 30),
        ("category-picture", None, 13),
        ("curve-picture", None, 10),
    ] {
        let (written, png) = made(&pool, name, Format::Png, subject, day()).await.expect(name);
        let (wide, high) = size(&png);
        assert_eq!(wide, 780, "{name}");
        assert!((500..2200).contains(&high), "{name}: {high}");
        assert_eq!(written.rows, rows, "{name}");
        assert!(png.len() < 200_000, "{name} is {} bytes", png.len());
    }
}

#[tokio::test]
async fn a_day_before_the_ledger_begins_is_refused_with_a_sentence() {
    let pool = sample().await;
    let early = "2016-01-01".parse().expect("a date");
    for name in ["open-picture", "unit-picture", "category-picture", "curve-picture"] {
        let error = made(&pool, name, Format::Png, None, early).await.expect_err(name);
        let told = &error.downcast_ref::<Unmade>().expect("a sentence").0.zh;
        assert!(told.contains("截至 2016-01-01"), "{name}: {told}");
    }
}

#[tokio::test]
async fn a_picture_is_asked_for_by_its_name_or_a_number() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    snapshot!(bot.say(CLERK, "图").await, @r"
    可以看的图
    图 11　一项历次进度和阶段目标
    图 在办　在办事项的进度和阶段目标
    图 单位　各牵头单位的事项怎样了
    图 类别　各类别的事项怎样了
    图 曲线　逐月应完成、完成、销号的项数
    [在办图→图 在办] [单位图→图 单位]
    [类别图→图 类别] [曲线图→图 曲线]
    ");
    snapshot!(bot.say(CONTACT, "图").await, @r"
    可以看的图
    图 16　一项历次进度和阶段目标
    图 类别　各类别的事项怎样了
    图 曲线　逐月应完成、完成、销号的项数
    [类别图→图 类别] [曲线图→图 曲线]
    ");
    let (said, png) = bot.document(CONTACT, "图 16").await;
    snapshot!(said, @r"
    「进度图」第16项，截至 2018-08-31 09:00。
    📎 进度图_第16项_20180831.png
    ");
    assert_eq!(size(&png).0, 780);
    let (said, _) = bot.document(CLERK, "图 单位 8月1日").await;
    snapshot!(said, @r"
    「单位图」，截至 2018-08-01。
    📎 单位图_20180801.png
    ");
    bot.document(CONTACT, "图 曲线").await;
    bot.document(CLERK, "picture categories").await;

    snapshot!(bot.say(CONTACT, "图 单位").await, @"「单位图」不对你的岗位开放。发送“图”看你能要什么。");
    snapshot!(bot.say(CONTACT, "图 30").await, @"第 30 项与你单位无关，不能查看。发送“我的”看本单位的事项。");
    snapshot!(bot.say(CONTACT, "图 大屏").await, @r"
    没有叫“大屏”的图。看一项的进度发“图 16”；你还可以看下面这些。
    [类别图→图 类别] [曲线图→图 曲线]
    ");
    snapshot!(bot.say(CONTACT, "图 999").await, @"没有第 999 项。发送“我的”看本单位的事项。");
    snapshot!(bot.say(CLERK, "图 曲线 2019-01-01").await, @"2019-01-01 还没到，账上没有。");
    bot.unit_group("-1", "紫岩县").await;
    snapshot!(bot.say_in("-1", CONTACT, "图 曲线").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：图 曲线");
    snapshot!(bot.say_in("-1", CONTACT, "图 16").await, @"正在做「进度图」第16项（png，截至 2018-08-31），做好发到这里。");
    assert_eq!(bot.count("SELECT count(*) FROM document").await, 5);
}
