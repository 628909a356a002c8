//! 卷宗: everything of an item's way to sign-off in one archive: the card; the record of every application, check,
//! publicity, objection, sign-off, look back, relapse and extension, with what the units said to each standard and
//! the notices about the item with their answers; the files people sent; and a list with the SHA-256 of each.

use std::io::{Read, Write};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::docx::{Body, Data, Fields, Template};
use super::{Call, Export, Format, Unmade, Written, card, notice};
use crate::domain::acceptance::{Outcome, Step, Trod};
use crate::domain::code::hex;
use crate::domain::document::{About, Needs, Paper};
use crate::domain::notice::State;
use crate::domain::people::Who;
use crate::domain::time::official;
use crate::domain::{Both, FileState, Item, Now};
use crate::files::Folder;
use crate::store::{acceptance, dossier, files, items, notices};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "dossier",
        words: &["卷宗", "dossier"],
        title: Both { zh: "销号卷宗", en: "sign-off file" },
        about: Both {
            zh: "一项的项目卡、验收销号记录和全部材料，附校验清单",
            en: "an item's card, its way to sign-off and all files, with a manifest",
        },
        usage: Both { zh: "导出 卷宗 16", en: "export dossier 16" },
        formats: &[Format::Zip],
        who: Who::Bound,
        of: About::Item,
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(write(call)),
};

/// Files of one item that are packed.
const FILES: i64 = 2000;

pub const TEMPLATE: Template = Template {
    name: "验收销号记录",
    fields: Fields {
        texts: &["编号", "事项", "牵头单位", "时限", "完成", "验收", "销号", "截至"],
        lists: &[
            ("记录", &["日期", "环节", "办理", "内容"]),
            ("说明", &["日期", "标准", "落实", "材料"]),
            (
                "发文",
                &[
                    "文号",
                    "标题",
                    "情况",
                    "受送达单位",
                    "送达",
                    "接收人",
                    "签收",
                    "承诺日期",
                    "回复",
                    "升级",
                    "办结",
                ],
            ),
            ("有说明", &[]),
            ("有发文", &[]),
        ],
        pictures: &[],
    },
    body: || {
        Body::default()
            .title("第{{编号}}项验收销号记录")
            .under("（截至{{截至}}）")
            .form(&[
                ("整改事项", "{{事项}}"),
                ("牵头单位", "{{牵头单位}}"),
                ("整改时限", "{{时限}}"),
                ("完成时间", "{{完成}}"),
                ("验收时间", "{{验收}}"),
                ("销号时间", "{{销号}}"),
            ])
            .head("办理过程")
            .table(
                "记录",
                &[
                    ("日期", 3, "{{日期}}"),
                    ("环节", 2, "{{环节}}"),
                    ("单位、岗位", 4, "{{办理}}"),
                    ("内容", 8, "{{内容}}"),
                ],
            )
            .each("有说明", |body| {
                body.head("申请说明").table(
                    "说明",
                    &[
                        ("申请日期", 3, "{{日期}}"),
                        ("销号标准", 5, "{{标准}}"),
                        ("落实情况", 7, "{{落实}}"),
                        ("材料", 2, "{{材料}}"),
                    ],
                )
            })
            .each("有发文", |body| {
                body.head("有关发文及回复").table(
                    "发文",
                    &[
                        ("文号、情况", 6, "{{文号}}\n{{情况}}"),
                        ("受送达单位", 2, "{{受送达单位}}"),
                        ("发出、签收", 4, "发出 {{送达}}\n签收 {{签收}}\n承诺 {{承诺日期}}"),
                        ("回复", 6, "{{回复}}"),
                        ("办结", 3, "{{办结}}"),
                    ],
                )
            })
    },
};

/// Whether a name may stand in an archive as it is.
fn safe(name: &str) -> String {
    name.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "-")
}

async fn write(mut call: Call<'_>) -> anyhow::Result<Written> {
    let gone = || Unmade::new("这一项已不在台账上，请核对编号。", "This item is not in the ledger any more.");
    let id = call.subject.ok_or_else(gone)?;
    let item = items::by_id(&mut *call.db, id).await?.ok_or_else(gone)?;
    let course = acceptance::course(call.db, id, call.now.today()).await?;
    let kept = files::of_item(&mut *call.db, id, FILES).await?;
    let day = |on: Option<chrono::NaiveDate>| on.map_or("—".to_owned(), official);
    let data = Data::default()
        .text("编号", item.number.to_string())
        .text("事项", &item.title)
        .text("牵头单位", &item.lead.name)
        .text("时限", official(course.days.deadline))
        .text("完成", day(course.days.completed_on))
        .text("验收", day(course.days.accepted_on))
        .text("销号", day(course.days.signed_off_on))
        .text("截至", call.now.spoken());
    let steps = dossier::steps(call.db, id).await?;
    let kept: Vec<files::Listed> = kept.into_iter().filter(|file| file.state == FileState::Stored).collect();
    let said = said(call.db, &steps, &kept).await?;
    let papers = papers(call.db, &item).await?;
    let data = data
        .part("有说明", !said.is_empty())
        .part("有发文", !papers.is_empty())
        .list("记录", steps.iter().map(row))
        .list("说明", said)
        .list("发文", papers);
    let mut record = Vec::new();
    TEMPLATE.write(call.data_dir, &data, &mut record)?;
    let mut sheet = Vec::new();
    card::fill(&mut call, &mut sheet).await?;

    let mut zip = ZipWriter::new_stream(&mut *call.out);
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let mut manifest = String::from("\u{FEFF}序号,文件,SHA-256,字节,来源\r\n");
    let mut count = 0u64;
    let mut listed = |name: &str, digest: &str, bytes: u64, from: &str| {
        count += 1;
        let from = from.replace('"', "”");
        manifest.push_str(&format!("{count},\"{name}\",{digest},{bytes},\"{from}\"\r\n"));
        count
    };
    for (name, content) in [("01_项目卡.docx", &sheet), ("02_验收销号记录.docx", &record)] {
        zip.start_file(name, options)?;
        zip.write_all(content)?;
        listed(name, &hex(&Sha256::digest(content)), content.len() as u64, "台账");
    }
    let folder = Folder::of(call.data_dir);
    for (at, file) in (1..).zip(&kept) {
        let Some(digest) = &file.sha256 else { continue };
        let ending = file.name.rsplit_once('.').map_or("jpg", |(_, ending)| ending);
        let stage = file.stage.map_or("材料", |stage| stage.word().zh);
        let of = file.answers.as_ref().map_or(stage.to_owned(), |number| format!("回复 {number}"));
        let title = match file.name.as_str() {
            "" => format!("{stage}.{ending}"),
            name => name.to_owned(),
        };
        let name = format!("材料/{at:03}_{}", safe(&title));
        let lies = folder.path(digest).filter(|path| path.exists()).ok_or_else(|| {
            Unmade::new(
                format!("材料「{title}」在数据目录里读不到，卷宗没有做。请联系维护人员从备份恢复。"),
                format!("“{title}” cannot be read in the data folder: have it restored from the backup."),
            )
        })?;
        let (mut content, mut hash, mut bytes) = (std::fs::File::open(lies)?, Sha256::new(), 0u64);
        zip.start_file(name.as_str(), options)?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = content.read(&mut piece)?;
            if read == 0 {
                break;
            }
            hash.update(&piece[..read]);
            bytes += read as u64;
            zip.write_all(&piece[..read])?;
        }
        let found = hex(&hash.finalize());
        if found != *digest {
            return Err(Unmade::new(
                format!("材料「{title}」与登记的校验值不符，卷宗没有做。请联系维护人员。"),
                format!("“{title}” is not what was registered: tell the administrator."),
            )
            .into());
        }
        listed(&name, &found, bytes, &format!("{} {of}", file.post));
    }
    let packed = count;
    zip.start_file("目录.csv", options)?;
    zip.write_all(manifest.as_bytes())?;
    zip.finish()?;
    Ok(Written {
        note: format!("共 {packed} 个文件，校验值见“目录.csv”。"), ..Written::rows(packed)
    })
}

/// One step of the way, as a row.
fn row(trod: &Trod) -> Data {
    let Trod { text, number, .. } = trod;
    let day = |on: Option<NaiveDate>| on.map_or("—".to_owned(), official);
    let (from, until) = (day(trod.from), day(trod.until));
    let with = |head: String| match text.is_empty() {
        true => head,
        false => format!("{head}：{text}"),
    };
    let said = match trod.step {
        Step::Applied(None) => text.clone(),
        Step::Applied(Some(ended)) => {
            let why = if trod.ended.is_empty() { String::new() } else { format!("：{}", trod.ended) };
            format!("{text}\n（{until}{}{why}）", ended.word().zh)
        }
        Step::Checked(conclusion) => with(conclusion.word().zh.to_owned()),
        Step::Published => format!("{from}至{until}，{number}个工作日"),
        Step::Found => text.clone(),
        Step::Objected => format!("{text}\n（{until}公示中止）"),
        Step::Settled { upheld } => with(if upheld { "属实" } else { "已处理" }.to_owned()),
        Step::SignedOff if trod.post.is_empty() => format!("第{number}次销号（台账导入）"),
        Step::SignedOff => format!("第{number}次销号"),
        Step::Rechecked(looked) => with(format!("应于{from}回头看，{}", looked.word().zh)),
        Step::Worded | Step::Relapsed => text.clone(),
        Step::ExtensionAsked => with(format!("由{from}延至{until}，当时进度{number}%")),
        Step::ExtensionConfirmed => "单位负责人确认".to_owned(),
        Step::ExtensionDecided(outcome @ Outcome::Approved) => {
            with(format!("{}，新时限{until}", outcome.word().zh))
        }
        Step::ExtensionDecided(outcome) => with(outcome.word().zh.to_owned()),
    };
    Data::default()
        .text("日期", trod.on.to_string())
        .text("环节", trod.step.word().zh)
        .text("办理", by(trod))
        .text("内容", said)
}

/// The unit and its post, where the post's title does not name the unit.
fn by(trod: &Trod) -> String {
    match trod.post.starts_with(&trod.unit) {
        true => trod.post.clone(),
        false => format!("{} {}", trod.unit, trod.post).trim().to_owned(),
    }
}

/// What the unit said to each standard in every application, with the numbers of the files it named.
async fn said(db: &mut PgConnection, steps: &[Trod], kept: &[files::Listed]) -> sqlx::Result<Vec<Data>> {
    let mut rows = Vec::new();
    let numbers = |files: &[Uuid]| {
        let named = (1..).zip(kept).filter(|(_, file)| files.contains(&file.id));
        listed_in_a_cell(named.map(|(at, _)| format!("{at:03}")).collect())
    };
    for application in steps.iter().filter(|trod| matches!(trod.step, Step::Applied(_))) {
        for (point, answer) in acceptance::answers(db, application.id).await? {
            let standard = match point.measure.as_str() {
                "" => point.standard.word().zh.to_owned(),
                measure => format!("{}：{measure}", point.standard.word().zh),
            };
            let done = if answer.not_needed { "不涉及" } else { "已落实" };
            rows.push(
                Data::default()
                    .text("日期", application.on.to_string())
                    .text("标准", standard)
                    .text("落实", format!("{done} {}", answer.note).trim())
                    .text("材料", numbers(&answer.files)),
            );
        }
        let files = numbers(&acceptance::files(db, application.id).await?);
        if !files.is_empty() {
            rows.push(
                Data::default()
                    .text("日期", application.on.to_string())
                    .text("标准", "其他材料")
                    .text("落实", "")
                    .text("材料", files),
            );
        }
    }
    Ok(rows)
}

/// Numbers in one cell, which is never empty.
fn listed_in_a_cell(numbers: Vec<String>) -> String {
    if numbers.is_empty() { "—".to_owned() } else { numbers.join("、") }
}

/// The notices about the item, copy by copy with every answer. Of one that is about other items as well, only the
/// copies of units this item concerns: what the others wrote is theirs.
async fn papers(db: &mut PgConnection, item: &Item) -> sqlx::Result<Vec<Data>> {
    let mut rows = Vec::new();
    for id in notices::about(db, item.id).await? {
        let Some(notice) = notices::notice(db, id).await? else { continue };
        let number = notice.standing.number.clone().unwrap_or_default();
        let ending = if notice.standing.state == State::Void { "（已作废）" } else { "" };
        let line = notice.lines.iter().find(|line| line.item == item.id);
        let is_alone = notice.lines.len() == 1;
        let concerned =
            |unit: Uuid| is_alone || item.part_of(unit).is_some() || item.acceptance_unit == Some(unit);
        for (at, copy) in (1..).zip(notice.copies.iter().filter(|copy| concerned(copy.unit.id))) {
            let told = notice::lines(copy.answers.iter().map(|answer| {
                let (by, at) = (&answer.by, Now::at(answer.at).spoken());
                format!("{by} {at}：{}", notice::said(answer))
            }));
            rows.push(
                notice::one(at, copy)
                    .text("文号", format!("{number}{ending}"))
                    .text("标题", &notice.title)
                    .text("情况", line.map_or("", |line| &line.fact))
                    .text("回复", told),
            );
        }
    }
    Ok(rows)
}
