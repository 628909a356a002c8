//! Papers: opened by readers that are not ours, and compared with the ledger; what stands in them beside words.

mod dossier;
mod pictures;
mod public;

use std::io::{Cursor, Read};

use calamine::{Reader, Xlsx};
use duban::exports::{EXPORTS, Format};
use zip::ZipArchive;

use crate::exporting::words;
use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const OTHER: &str = "调度专员B";
const CONTACT: &str = "滨江区联络员A";
const HEAD: &str = "滨江区分管副区长";

/// An office of two, and the unit of item 34 with its head; nobody minds what is left unread.
async fn office() -> Bot {
    let mut bot = Bot::new().await.person(CLERK).await.person(OTHER).await.person(CONTACT).await;
    bot.bind(HEAD, HEAD).await;
    bot.leave_unread = true;
    bot.say(CLERK, "发文 代字 安整改办 安澜市环保督察整改办").await;
    bot
}

/// Item 34 from the last report to the application.
async fn apply(bot: &mut Bot, summary: &str) {
    bot.say(CONTACT, &format!("进度 34 100 {summary}")).await;
    bot.say(CONTACT, "没错").await;
    bot.say(CONTACT, &format!("申请销号 34 全部完成 {summary}")).await;
    let said = bot.say(CONTACT, "提交").await;
    assert!(said.contains("已申请销号"), "{said}");
}

/// The parts of an archive.
pub fn parts(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// A document as text, by a reader that has not written it.
fn read(format: Format, file: &[u8]) -> String {
    match format {
        Format::Xlsx => {
            let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
            let names = book.sheet_names();
            let sheets = names.iter().map(|name| book.worksheet_range(name).unwrap());
            let rows = sheets.flat_map(|sheet| {
                sheet
                    .rows()
                    .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"))
                    .collect::<Vec<_>>()
            });
            rows.collect::<Vec<_>>().join("\n")
        }
        Format::Csv => {
            let text = String::from_utf8(file.to_vec()).unwrap();
            let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            rows.records()
                .map(|row| row.unwrap().iter().collect::<Vec<_>>().join("|"))
                .collect::<Vec<_>>()
                .join("\n")
        }
        Format::Docx => words(file),
        Format::Zip => {
            let told = parts(file).into_iter().map(|(name, content)| match name.ends_with(".docx") {
                true => format!("{name}\n{}", words(&content)),
                false => name,
            });
            told.collect::<Vec<_>>().join("\n")
        }
        Format::Png => {
            let picture = resvg::tiny_skia::Pixmap::decode_png(file).unwrap();
            let colours: std::collections::HashSet<_> =
                picture.pixels().iter().map(|pixel| (pixel.red(), pixel.green(), pixel.blue())).collect();
            assert!(colours.len() > 10, "nothing is drawn");
            format!("{} px", picture.width())
        }
    }
}

/// `DUBAN_LOOK=FOLDER` leaves the documents there, to be looked at in an office program.
#[tokio::test]
async fn every_document_is_opened_by_another_reader_and_says_what_the_ledger_says() {
    let mut bot = office().await;
    bot.say(CLERK, "督办 34 9月10日前完成销号").await;
    bot.say(OTHER, "发文 1 核稿").await;
    bot.say(OTHER, "发文 1 签发").await;
    bot.notices().await;
    apply(&mut bot, "船舶和管理房已清零").await;
    bot.say(CLERK, "核查 34 通过").await;
    bot.say(CLERK, "公示 34 确认").await;
    bot.say(CLERK, "通报 请各单位对照整改").await;
    bot.tap(CLERK, CLERK, "拟稿").await;
    bot.say(CLERK, "约谈 16 说明逾期原因").await;
    bot.read(CLERK);
    let total = bot.count("SELECT count(*) FROM item").await;
    let done =
        bot.count("SELECT count(*) FROM item WHERE status IN ('completed', 'publicity', 'signed_off')").await;
    let overdue = bot.count("SELECT count(*) FROM item WHERE flag = 'overdue'").await;
    let title: String =
        sqlx::query_scalar("SELECT title FROM item WHERE number = 34").fetch_one(&bot.pool).await.unwrap();
    let number = "安整改办督〔2018〕1号".to_owned();
    for export in EXPORTS {
        let paper = &export.paper;
        let subjects: &[&str] = match paper.name {
            "notice" => &["稿1", "稿2", "稿3"],
            "delivery-record" => &["稿1"],
            "card" | "dossier" | "course-picture" => &["34"],
            _ => &[""],
        };
        for (subject, format) in subjects.iter().flat_map(|s| paper.formats.iter().map(move |f| (*s, *f))) {
            let line = match paper.is_picture() {
                true => format!("图 {} {subject}", paper.words[0]),
                false => format!("导出 {} {subject} {}", paper.words[0], format.code()),
            };
            let (_, file) = bot.document(CLERK, &line).await;
            if let Some(folder) = std::env::var_os("DUBAN_LOOK") {
                let name = format!("{}{subject}.{}", paper.title.zh, format.code());
                std::fs::write(std::path::Path::new(&folder).join(name), &file).unwrap();
            }
            let text = read(format, &file);
            let said: Vec<String> = match (paper.name, subject) {
                ("summary", _) => vec![
                    format!("共{total}项，完成整改{done}项，正在整改{}项", total - done),
                    format!("超过时限{overdue}项"),
                    "督办通知1批1份".to_owned(),
                ],
                ("ledger" | "upward", _) => {
                    assert_eq!(text.lines().count() as i64, total + 1, "{line}");
                    vec![title.clone()]
                }
                ("monthly", _) => {
                    assert_eq!(text.lines().count() as i64, total + 3, "{line}");
                    vec![title.clone()]
                }
                ("notice", "稿1") => vec![number.clone(), "第34项".to_owned(), "滨江区：".to_owned()],
                ("notice", "稿2") => {
                    vec![
                        format!("共{total}项，完成{done}项"),
                        "附表".to_owned(),
                        "草稿，签发时编号".to_owned(),
                    ]
                }
                ("notice", _) => vec!["约谈通知".to_owned(), "第16项".to_owned()],
                ("delivery-record", _) => vec![number.clone(), CONTACT.to_owned()],
                ("publicity", _) => vec!["\n34\n".to_owned(), "10个工作日".to_owned()],
                ("card", _) => vec![title.clone(), "100%".to_owned()],
                ("dossier", _) => {
                    vec!["目录.csv".to_owned(), "申请销号".to_owned(), "核查通过".to_owned(), number.clone()]
                }
                ("assessment", _) => vec!["滨江区|".to_owned(), "扣分".to_owned()],
                (name, _) if name.ends_with("-picture") => vec!["780 px".to_owned()],
                (name, _) => panic!("nobody looks into {name}"),
            };
            for said in said {
                assert!(text.contains(&said), "{line}: {said} is not in\n{text}");
            }
        }
    }
}
