//! 卷宗: the whole way of an item, however often it was gone.

use insta::assert_snapshot as snapshot;

use super::{CLERK, CONTACT, HEAD, OTHER, apply, office, parts};
use crate::exporting::words;

/// The record out of the archive.
fn record(file: &[u8]) -> String {
    words(&parts(file).into_iter().find(|(name, _)| name == "02_验收销号记录.docx").unwrap().1)
}

#[tokio::test]
async fn the_file_of_an_item_has_every_application_and_all_that_followed() {
    let mut bot = office().await;
    bot.say(CLERK, "督办 34、22 给 滨江区、市水利局 9月10日前报销号计划").await;
    bot.say(OTHER, "发文 1 核稿").await;
    bot.say(OTHER, "发文 1 签发").await;
    bot.notices().await;
    bot.say(CONTACT, "签收 安整改办督〔2018〕1号 9月10日").await;
    bot.say(CONTACT, "回复 安整改办督〔2018〕1号 正在核对船舶清单").await;
    bot.say(OTHER, "发文 1 退回 滨江区 请写明日期").await;
    bot.say(CONTACT, "回复 安整改办督〔2018〕1号 9月5日前申请销号").await;
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.say(HEAD, "延期 34 确认").await;
    bot.say(CLERK, "延期 34 批准 市政府批复〔2018〕9号").await;
    bot.advance("2018-09-03 10:00").await;
    let photo = crate::attachments::photo("a");
    bot.fake.contents.lock().unwrap().insert("a".into(), crate::attachments::JPEG.to_vec());
    bot.send(CONTACT, "进度 34 90 船舶正在拖离 整改中", &[photo]).await;
    bot.fetch_all().await;
    apply(&mut bot, "船舶已清零").await;
    bot.say(CLERK, "核查 34 不通过 仍有旧船未清").await;
    bot.advance("2018-09-05 10:00").await;
    apply(&mut bot, "旧船也已拖离").await;
    bot.say(CLERK, "核查 34 通过 现场看了三处").await;
    bot.say(CLERK, "公示 34 确认").await;
    bot.advance("2018-09-06 10:00").await;
    bot.say(CLERK, "异议 34 码头有异味 确认").await;
    bot.advance("2018-09-07 10:00").await;
    bot.say(CLERK, "异议 34 处理 现场复查，无异味").await;
    bot.advance("2018-10-08 10:00").await;
    bot.read(OTHER);
    assert!(bot.say(OTHER, "销号 34 确认").await.starts_with("✅ 第 34 项已销号"));
    bot.advance("2019-01-08 10:00").await;
    bot.say(CLERK, "回头看 34 反弹 到 2019-06-30 因 旧船停回码头 确认").await;
    bot.advance("2019-01-09 10:00").await;
    apply(&mut bot, "又已清零").await;
    sqlx::raw_sql(
        "UPDATE application_standard SET files = ARRAY(SELECT id FROM attachment WHERE state = 'stored')
         WHERE standard = 'effect' AND application = (SELECT id FROM application WHERE post IS NOT NULL ORDER BY id LIMIT 1)",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.read(CONTACT);
    let (said, file) = bot.document(CONTACT, "导出 卷宗 34").await;
    snapshot!(said, @r"
    「销号卷宗」第34项，截至 2019-01-09 10:00。
    共 3 个文件，校验值见“目录.csv”。
    📎 销号卷宗_第34项_20190109.zip
    ");
    let record = record(&file);
    let (way, rest) = record.split_once("申请说明\n").unwrap();
    snapshot!(way, @r"

    第34项验收销号记录
    （截至2019-01-09 10:00）
    整改事项
    网箱户转产与渔船清理未到位
    牵头单位
    滨江区
    整改时限
    2019年6月30日
    完成时间
    2019年1月9日
    验收时间
    —
    销号时间
    —
    办理过程
    日期
    环节
    单位、岗位
    内容
    2018-08-31
    申请延期
    滨江区联络员A
    由2018年9月15日延至2018年12月31日，当时进度82%：汛期停工
    2018-08-31
    延期确认
    滨江区分管副区长
    单位负责人确认
    2018-08-31
    延期审批
    市整改办 调度专员A
    已批准，新时限2018年12月31日：市政府批复〔2018〕9号
    2018-09-03
    申请销号
    滨江区联络员A
    船舶已清零（2018年9月3日退回整改：仍有旧船未清）
    2018-09-03
    现场核查
    市整改办 调度专员A
    核查不通过：仍有旧船未清
    2018-09-05
    申请销号
    滨江区联络员A
    旧船也已拖离（2018年10月8日销号）
    2018-09-05
    现场核查
    市整改办 调度专员A
    核查通过：现场看了三处
    2018-09-05
    公示
    市整改办 调度专员A
    2018年9月5日至2018年9月18日，10个工作日
    2018-09-06
    异议
    市整改办 调度专员A
    码头有异味（2018年9月6日公示中止）
    2018-09-07
    异议处理
    市整改办 调度专员A
    已处理：现场复查，无异味
    2018-09-07
    公示
    市整改办 调度专员A
    2018年9月7日至2018年9月20日，10个工作日
    2018-10-08
    销号
    市整改办 调度专员B
    第1次销号
    2019-01-08
    回头看
    市整改办 调度专员A
    应于2019年1月8日回头看，已反弹：旧船停回码头
    2019-01-08
    反弹重开
    市整改办 调度专员A
    旧船停回码头
    2019-01-09
    申请销号
    滨江区联络员A
    又已清零
    ");
    // Three applications with seven points each; the file is named by its number in the archive.
    let (said, papers) = rest.split_once("有关发文及回复\n").unwrap();
    assert_eq!(said.matches("已落实").count(), 21, "{said}");
    assert_eq!(said.matches("整改成效\n已落实\n001\n").count(), 1, "{said}");
    // What a unit answers whom the item does not concern is its own.
    assert!(!record.contains("市水利局"), "{record}");
    snapshot!(papers, @r"
    文号、情况
    受送达单位
    发出、签收
    回复
    办结
    安整改办督〔2018〕1号网箱户转产与渔船清理未到位：整改时限2018年9月15日，上报进度82%，最近填报2018年8月23日
    滨江区
    发出 2018-08-31 09:00签收 滨江区联络员A2018-08-31 09:00承诺 2018-09-10
    滨江区联络员A 2018-08-31 09:00：正在核对船舶清单（2018-08-31 09:00退回：请写明日期）滨江区联络员A 2018-08-31 09:00：9月5日前申请销号
    —
    ");
    let listed: Vec<String> = parts(&file).into_iter().map(|(name, _)| name).collect();
    snapshot!(listed.join("\n"), @r"
    01_项目卡.docx
    02_验收销号记录.docx
    材料/001_整改中.jpg
    目录.csv
    ");
}
