//! Pictures inside documents: the drawing, the media part, its type and its relationship belong together.

use duban::exports::TEMPLATES;

use super::{CLERK, CONTACT, OTHER, office, parts};
use crate::exporting::words;

/// Pictures of a docx file: what they say to those who do not see them, and their width in millimetres.
fn pictures(file: &[u8]) -> Vec<(String, u64)> {
    let parts = parts(file);
    let part = |name: &str| {
        let found = parts.iter().find(|(other, _)| other == name);
        &found.unwrap_or_else(|| panic!("{name} is missing")).1
    };
    let text = |name: &str| String::from_utf8(part(name).clone()).unwrap();
    let between = |text: &str, from: &str| {
        let rest = text.split(from).nth(1).unwrap_or_else(|| panic!("{from} is missing in {text}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let relations = text("word/_rels/document.xml.rels");
    let document = text("word/document.xml");
    let found: Vec<(String, u64)> = document
        .split("<w:drawing>")
        .skip(1)
        .map(|drawing| {
            let relation = between(drawing, "r:embed=\"");
            let target = between(&between_tags(&relations, &relation), "Target=\"");
            let png = part(&format!("word/{target}"));
            let size = resvg::tiny_skia::Pixmap::decode_png(png).expect("a PNG");
            let (wide, high) = (between(drawing, "cx=\""), between(drawing, "cy=\""));
            let (wide, high): (u64, u64) = (wide.parse().unwrap(), high.parse().unwrap());
            // As it was drawn, to the last pixel.
            let off = (wide * u64::from(size.height())).abs_diff(high * u64::from(size.width()));
            assert!(off < wide * 2, "{wide} × {high} is not {} × {}", size.width(), size.height());
            (between(drawing, "descr=\""), wide / 36_000)
        })
        .collect();
    let types = text("[Content_Types].xml");
    assert_eq!(types.matches("Extension=\"png\"").count(), usize::from(!found.is_empty()), "{types}");
    let media = parts.iter().filter(|(name, _)| name.starts_with("word/media/")).count();
    assert_eq!(media, found.len());
    found
}

/// The element of a relationship.
fn between_tags(relations: &str, id: &str) -> String {
    let found = relations.split('<').find(|element| element.contains(&format!("Id=\"{id}\"")));
    found.unwrap_or_else(|| panic!("{id} is not in {relations}")).to_owned()
}

#[tokio::test]
async fn the_summary_and_the_card_have_their_pictures_with_words_for_them() {
    let mut bot = office().await;
    let (_, file) = bot.document(CLERK, "导出 总结").await;
    let found = pictures(&file);
    let widths: Vec<u64> = found.iter().map(|(_, wide)| *wide).collect();
    assert!(widths.iter().all(|wide| (80..=156).contains(wide)), "{widths:?}");
    let [categories, months, units] = &found[..] else { panic!("{found:?}") };
    assert!(
        categories.0.starts_with("各类别整改情况（完成/总数）：") && units.0.contains("紫岩县1/2"),
        "{found:?}"
    );
    assert_eq!(months.0, "逐月进展，截至2018-08-31：共60项，完成45项，其中已销号37项");
    assert!(
        words(&file)
            .contains("截至2018年8月31日，2017年省级环保督察反馈问题共60项，完成整改45项，正在整改15项")
    );
    let (_, file) = bot.document(CONTACT, "导出 项目卡 34").await;
    assert_eq!(pictures(&file), [("第34项历次进度和阶段目标，现为82%".to_owned(), 130)]);
}

#[tokio::test]
async fn an_office_template_puts_a_picture_where_and_as_wide_as_it_likes_or_nowhere() {
    let mut bot = office().await;
    let folder = bot.data.path().join("templates");
    std::fs::create_dir(&folder).unwrap();
    let card = TEMPLATES.iter().find(|template| template.name == "项目卡").unwrap();
    let with = |text: &str| {
        let mut zip = zip::ZipWriter::new(std::fs::File::create(folder.join("项目卡.docx")).unwrap());
        for (name, content) in parts(&card.file().unwrap()) {
            let xml = String::from_utf8(content).unwrap();
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            let xml = xml.replace("{{图：进度 130}}", text);
            std::io::Write::write_all(&mut zip, xml.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
    };
    // Cut into runs, as an office program does; half-width colon; too wide for the sheet.
    with("图{{图</w:t></w:r><w:r><w:t>:进度 300}}示");
    let (_, file) = bot.document(CONTACT, "导出 项目卡 34").await;
    assert_eq!(pictures(&file).iter().map(|(_, wide)| *wide).collect::<Vec<_>>(), [156]);
    assert!(words(&file).contains("\n图示\n"), "{}", words(&file));
    with("");
    let (_, file) = bot.document(CONTACT, "导出 项目卡 34").await;
    assert_eq!(pictures(&file), []);
    for (text, told) in [
        ("{{图：曲线}}", "没有叫“曲线”的图，这里可以用：进度"),
        ("{{图：进度 满页}}", "宽度要写毫米数，如 {{图：进度 120}}"),
    ] {
        with(text);
        bot.say(CONTACT, "导出 项目卡 34").await;
        bot.make_all().await;
        let said = bot.read(CONTACT);
        assert!(said.contains("模板 templates/项目卡.docx 有误") && said.contains(told), "{said}");
        assert!(card.check(bot.data.path()).is_err());
    }
}

#[tokio::test]
async fn the_summary_counts_what_was_done_and_a_correction_makes_a_note() {
    let mut bot = office().await;
    for said in [
        "记 会议 8月20日 领导小组第三次会议",
        "记 会议 推进会",
        "记 调研 到滨江区",
        "记 督查 到紫岩县 第16项",
        "记 研判 16、37项",
        "记 培训 联络员培训",
        "记 宣传 电视台 2篇 清河行动",
        "记 宣传 报纸 3篇 清河行动",
        "记 宣传 网站 4篇 清河行动",
        "记 宣传 公众号 5篇 清河行动",
        "记 宣传 其他 电台访谈",
    ] {
        let told = bot.say(CLERK, said).await;
        assert!(told.starts_with("✅ 已记"), "{said} → {told}");
    }
    bot.say(CLERK, "记 撤销 2").await;
    for (draft, steps) in [("预警通知 16、22", 1), ("通报 请对照整改", 2), ("约谈 16 说明原因", 3)]
    {
        // Who has got one this year is shown first.
        if bot.say(CLERK, draft).await.contains("还要再拟") {
            bot.say(CLERK, "是").await;
        }
        bot.say(OTHER, &format!("发文 {steps} 批准 分管副市长 8月31日")).await;
        bot.say(OTHER, &format!("发文 {steps} 安排 9月10日15时 市政府三楼会议室")).await;
        bot.say(OTHER, &format!("发文 {steps} 核稿")).await;
        let signed = bot.say(OTHER, &format!("发文 {steps} 签发")).await;
        assert!(signed.contains("安整改办"), "{draft} → {signed}");
    }
    bot.read(CLERK);
    let (_, file) = bot.document(CLERK, "导出 总结").await;
    let text = words(&file);
    let units = bot
        .count(
            "SELECT count(*) FROM notice_copy c JOIN notice n ON n.id = c.notice WHERE n.form = 'circular'",
        )
        .await;
    for part in [
        "累计召开会议1次，开展分析研判1次，实地调研1次，组织业务培训1次".to_owned(),
        "印发预警通知和提醒函1批2份，通报".to_owned(),
        format!("通报1期{units}份，约谈通知1批1份。开展专项督查1次。"),
        "电视台播出2篇，报纸刊发3篇，网站发布4篇，“一台一报一网”合计9篇，公众号推送5篇，其他媒体刊发1篇"
            .to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    assert!(!text.contains("请补充"), "{text}");
    assert_eq!(
        bot.count("SELECT (figures -> '一台一报一网')::bigint FROM document_end WHERE is_made").await,
        9
    );
    // What is revoked later is told as a difference.
    bot.say(CLERK, "记 撤销 8").await;
    bot.advance("2018-09-03 10:00").await;
    bot.read(CLERK);
    let (said, file) = bot.document(CLERK, "导出 总结 8月31日").await;
    assert!(said.contains("报纸由 3 变为 0") && said.contains("一台一报一网由 9 变为 6"), "{said}");
    assert!(words(&file).contains("报纸由 3 变为 0"));
}
