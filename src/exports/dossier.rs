//! 卷宗: everything of an item's way to sign-off in one archive: the card, the record from the application to the
//! sign-off, the files people sent, and a list with the SHA-256 of each.

use std::io::{Read, Write};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::docx::{Body, Data, Fields, Template};
use super::{Call, Export, Format, Unmade, Written, card};
use crate::domain::acceptance::Course;
use crate::domain::code::hex;
use crate::domain::document::{About, Paper};
use crate::domain::people::Who;
use crate::domain::time::official;
use crate::domain::{Both, FileState};
use crate::files::Folder;
use crate::store::{acceptance, files, items};

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
    },
    write: |call| Box::pin(write(call)),
};

/// Files of one item that are packed.
const FILES: i64 = 2000;

pub const TEMPLATE: Template = Template {
    name: "验收销号记录",
    fields: Fields {
        texts: &["编号", "事项", "牵头单位", "时限", "完成", "验收", "销号", "截至"],
        lists: &[("记录", &["日期", "环节", "办理", "内容"])],
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
    },
};

/// Whether a name may stand in an archive as it is.
fn safe(name: &str) -> String {
    name.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "-")
}

async fn write(mut call: Call<'_>) -> anyhow::Result<Written> {
    let gone = || Unmade("这一项已不在台账上，请核对编号。".to_owned());
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
        .text("截至", call.now.spoken())
        .list("记录", steps(&course));
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
    for (at, file) in (1..).zip(kept.iter().filter(|file| file.state == FileState::Stored)) {
        let Some(digest) = &file.sha256 else { continue };
        let ending = file.name.rsplit_once('.').map_or("jpg", |(_, ending)| ending);
        let stage = file.stage.map_or("材料", |stage| stage.word().zh);
        let title = match file.name.as_str() {
            "" => format!("{stage}.{ending}"),
            name => name.to_owned(),
        };
        let name = format!("材料/{at:03}_{}", safe(&title));
        let lies = folder.path(digest).filter(|path| path.exists()).ok_or_else(|| {
            Unmade(format!("材料「{title}」在数据目录里读不到，卷宗没有做。请联系维护人员从备份恢复。"))
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
            return Err(
                Unmade(format!("材料「{title}」与登记的校验值不符，卷宗没有做。请联系维护人员。")).into()
            );
        }
        listed(&name, &found, bytes, &format!("{} {}", file.post, stage));
    }
    let packed = count;
    zip.start_file("目录.csv", options)?;
    zip.write_all(manifest.as_bytes())?;
    zip.finish()?;
    Ok(Written {
        note: format!("共 {packed} 个文件，校验值见“目录.csv”。"), ..Written::rows(packed)
    })
}

/// From the application to the sign-off, in order.
fn steps(course: &Course) -> Vec<Data> {
    let row = |on: chrono::NaiveDate, step: &str, by: String, text: &str| {
        Data::default().text("日期", on.to_string()).text("环节", step).text("办理", by).text("内容", text)
    };
    let mut rows = Vec::new();
    if let Some(applied) = &course.application {
        rows.push(row(
            applied.applied_on,
            "申请",
            format!("{} {}", applied.unit.name, applied.by),
            &applied.summary,
        ));
    }
    if let Some(check) = &course.check {
        let said = format!("{} {}", check.conclusion.word().zh, check.text);
        rows.push(row(check.checked_on, "核查", format!("{} {}", check.unit.name, check.by), said.trim()));
    }
    if let Some(window) = &course.window {
        let said =
            format!("{}至{}，{}个工作日", official(window.starts_on), official(window.ends_on), window.days);
        rows.push(row(window.starts_on, "公示", "整改办".to_owned(), &said));
    }
    for objection in &course.objections {
        rows.push(row(objection.raised_on, "异议", String::new(), &objection.text));
        if let Some(settled) = &objection.settled {
            let how = if settled.upheld { "成立" } else { "不成立" };
            rows.push(row(settled.on, "异议处理", String::new(), &format!("{how}：{}", settled.text)));
        }
    }
    if let Some(on) = course.days.signed_off_on {
        rows.push(row(on, "销号", "整改办".to_owned(), &format!("第{}次销号", course.sign_offs.max(1))));
    }
    rows
}
