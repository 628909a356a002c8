//! 发文 as a file: notices, letters, circulars and interview notices, signed or still a draft; and the delivery
//! record (送达回证) of one, a form for each copy. Nothing in it says that somebody read it.

use chrono::{DateTime, Utc};

use super::docx::{Body, Data, Fields, Template};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Needs, Paper};
use crate::domain::notice::{Answer, Form, Notice, NoticeCopy, State, text};
use crate::domain::people::Who;
use crate::domain::time::official;
use crate::domain::{Both, Now, Role};
use crate::store::notices;

/// Drafts are the office's; what is out may be read by those who oversee it.
const WHO: Who = Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]);
/// A unit may have its own copies as files.
const READERS: Who =
    Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor, Role::Contact, Role::UnitHead]);

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "notice",
        words: &["督办", "notice", "发文", "通报", "约谈"],
        title: Both { zh: "发文", en: "notice" },
        about: Both {
            zh: "督办通知、预警通知、提醒函、通报、约谈通知",
            en: "a notice, letter, circular or interview notice",
        },
        usage: Both { zh: "导出 督办 稿3", en: "export notice 3" },
        formats: &[Format::Docx],
        who: READERS,
        of: About::Notice,
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(write(call)),
};

pub const RECORD: Export = Export {
    paper: Paper {
        name: "delivery-record",
        words: &["回证", "delivery"],
        title: Both { zh: "送达回证", en: "delivery record" },
        about: Both {
            zh: "一件发文每一份的送达、签收、回复时间",
            en: "when each copy was delivered, signed for, answered",
        },
        usage: Both { zh: "导出 回证 稿3", en: "export delivery 3" },
        formats: &[Format::Docx],
        who: WHO,
        of: About::Notice,
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(record(call)),
};

pub const TEMPLATE: Template = Template {
    name: "发文",
    fields: Fields {
        texts: &[
            "发文机关",
            "文种",
            "字号",
            "标题",
            "主送",
            "依据",
            "引语",
            "时间地点",
            "要求",
            "期限",
            "回复要求",
            "落款",
            "成文日期",
            "截至",
            "作废日期",
            "作废原因",
            "抄送",
            "印发机关",
            "印发日期",
        ],
        lists: &[
            ("已作废", &[]),
            ("事项", &["编号", "情况"]),
            ("附表", &["单位", "总数", "完成", "销号", "在办", "未报", "滞后", "逾期"]),
            ("有依据", &[]),
            ("有事项", &[]),
            ("有时间地点", &[]),
            ("有期限", &[]),
            ("有附表", &[]),
            ("是草稿", &[]),
            ("有抄送", &[]),
        ],
        pictures: &[],
    },
    body: || {
        Body::default()
            .each("已作废", |body| body.head("已作废（{{作废日期}}）：{{作废原因}}。本件不再执行。"))
            .masthead("{{发文机关}}{{文种}}")
            .number("{{字号}}")
            .title("{{标题}}")
            .addressee("{{主送}}：")
            .each("有依据", |body| body.text("{{依据}}"))
            .each("有事项", |body| body.text("{{引语}}"))
            .each("事项", |body| body.text("第{{编号}}项：{{情况}}。"))
            .each("有时间地点", |body| body.text("时间地点：{{时间地点}}。"))
            .last("工作要求：{{要求}}")
            .each("有期限", |body| body.last("{{回复要求}}"))
            .signature("{{落款}}", "{{成文日期}}")
            .each("是草稿", |body| body.note("草稿，签发时编号。"))
            .each("有附表", |body| {
                body.annex("附表：各牵头单位整改情况").table(
                    "附表",
                    &[
                        ("牵头单位", 5, "{{单位}}"),
                        ("总数", 2, "{{总数}}"),
                        ("完成", 2, "{{完成}}"),
                        ("销号", 2, "{{销号}}"),
                        ("在办", 2, "{{在办}}"),
                        ("未报", 2, "{{未报}}"),
                        ("滞后", 2, "{{滞后}}"),
                        ("逾期", 2, "{{逾期}}"),
                    ],
                )
            })
            .imprint("有抄送", "抄送：{{抄送}}。", "{{印发机关}}", "{{印发日期}}印发")
    },
};

pub const RECORD_TEMPLATE: Template = Template {
    name: "送达回证",
    fields: Fields {
        texts: &["字号", "标题", "文种", "签发日期", "截至"],
        lists: &[(
            "份",
            &["序号", "受送达单位", "送达", "接收人", "签收", "承诺日期", "回复", "回复内容", "升级", "办结"],
        )],
        pictures: &[],
    },
    body: || {
        Body::wide()
            .title("送达回证")
            .under("（{{文种}}　{{字号}}　{{标题}}）")
            .table(
                "份",
                &[
                    ("序号", 2, "{{序号}}"),
                    ("受送达单位", 4, "{{受送达单位}}"),
                    ("发出时间", 5, "{{送达}}"),
                    ("接收岗位", 4, "{{接收人}}"),
                    ("签收", 5, "{{签收}}"),
                    ("承诺日期", 5, "{{承诺日期}}"),
                    ("回复", 5, "{{回复}}"),
                    ("回复内容", 7, "{{回复内容}}"),
                    ("升级（另行发文）", 5, "{{升级}}"),
                    ("办结", 5, "{{办结}}"),
                ],
            )
            .note("签发日期：{{签发日期}}。截至{{截至}}。发出时间为平台收下消息的时间，不表示已阅。")
    },
};

async fn found(call: &mut Call<'_>) -> anyhow::Result<Notice> {
    let gone = || Unmade::new("没有找到这件发文，请核对件号。", "There is no such notice.");
    let id = call.subject.ok_or_else(gone)?;
    if let Some(notice) = notices::notice(call.db, id).await? {
        return Ok(notice);
    }
    // A unit's own copy; whoever is 抄送 has it as it went to the others.
    let notice = notices::of_copy(call.db, id).await?.ok_or_else(gone)?;
    let own = notice.copies.iter().find(|copy| copy.id == id).ok_or_else(gone)?;
    let (unit, is_cc) = (own.unit.id, own.is_cc);
    let mut notice = notice.for_unit(unit);
    notice.copies.retain(|copy| is_cc || copy.id == id);
    Ok(notice)
}

fn day(at: DateTime<Utc>) -> String {
    official(Now::at(at).today())
}

async fn write(mut call: Call<'_>) -> anyhow::Result<Written> {
    let notice = found(&mut call).await?;
    let office = super::office(call.db).await?;
    let standing = &notice.standing;
    let copies = notice.addressed().count() as u64;
    let units: Vec<&str> = notice.addressed().map(|copy| copy.unit.name.as_str()).collect();
    let kind = match notice.form {
        Form::Circular => "通报",
        Form::Letter => "函",
        Form::Warning | Form::Supervision | Form::Interview => "文件",
    };
    let as_of = official(notice.as_of);
    // A circular begins with its figures; the others with the plan they rest on.
    let (basis, leading) = match notice.form {
        Form::Circular => (notice.basis.clone(), "存在以下问题：".to_owned()),
        _ => (
            format!("根据{}，现就有关事项通知如下。", notice.basis),
            format!("截至{as_of}，有关事项情况如下："),
        ),
    };
    let annex = notice.figures.iter().flat_map(|figures| &figures.units).map(|row| {
        let text = |number: i64| number.to_string();
        Data::default()
            .text("单位", &row.unit.name)
            .text("总数", text(row.total))
            .text("完成", text(row.completed))
            .text("销号", text(row.signed_off))
            .text("在办", text(row.total - row.completed))
            .text("未报", text(row.missing))
            .text("滞后", text(row.lagging))
            .text("逾期", text(row.overdue))
    });
    let signed_on = standing.signed.as_ref().map_or("（签发日期）".to_owned(), |signed| day(signed.at));
    let data = Data::default()
        .text("发文机关", &office)
        .text("文种", kind)
        .text("字号", standing.number.as_deref().unwrap_or("（签发时编号）"))
        .text("标题", &notice.title)
        .text("主送", units.join("、"))
        .text("依据", basis)
        .text("引语", leading)
        .text("时间地点", standing.appointment.trim_end_matches('。'))
        .part("有时间地点", !standing.appointment.is_empty())
        .text("要求", ended(&standing.demand))
        .text("期限", standing.answer_by.map_or(String::new(), official))
        .text("回复要求", standing.answer_by.map_or(String::new(), |by| text::limit(notice.form, by)))
        .text("落款", &office)
        .text("成文日期", &signed_on)
        .text("截至", as_of)
        .part("已作废", standing.state == State::Void)
        .text("作废日期", standing.ended_at.map_or(String::new(), day))
        .text("作废原因", standing.void_reason.trim_end_matches('。'))
        .text("抄送", &standing.cc)
        .part("有抄送", !standing.cc.is_empty())
        .text("印发机关", &office)
        .text("印发日期", signed_on)
        .part("有依据", !notice.basis.is_empty())
        .part("有事项", !notice.lines.is_empty())
        .part("有附表", notice.figures.is_some())
        .list("附表", annex)
        .part("有期限", standing.answer_by.is_some())
        .part("是草稿", standing.number.is_none())
        .list(
            "事项",
            notice
                .lines
                .iter()
                .map(|line| Data::default().text("编号", line.number.to_string()).text("情况", &line.fact)),
        );
    TEMPLATE.write(call.data_dir, &data, call.out)?;
    Ok(Written::rows(copies))
}

/// A sentence of the office's own with its full stop.
fn ended(said: &str) -> String {
    let is_ended = said.ends_with(['。', '！', '？', '；', '.']) || said.is_empty();
    if is_ended { said.to_owned() } else { format!("{said}。") }
}

async fn record(mut call: Call<'_>) -> anyhow::Result<Written> {
    let notice = found(&mut call).await?;
    let standing = &notice.standing;
    let data = Data::default()
        .text("字号", standing.number.as_deref().unwrap_or("未编号"))
        .text("标题", &notice.title)
        .text("文种", notice.form.word().zh)
        .text("签发日期", standing.signed.as_ref().map_or("尚未签发".to_owned(), |signed| day(signed.at)))
        .text("截至", call.now.spoken())
        .list("份", (1..).zip(&notice.copies).map(|(at, copy)| one(at, copy)));
    RECORD_TEMPLATE.write(call.data_dir, &data, call.out)?;
    Ok(Written::rows(notice.copies.len() as u64))
}

/// What a unit answered, with the files that came along and why it was sent back.
pub(super) fn said(answer: &Answer) -> String {
    let names: Vec<&str> = answer.files.iter().map(|file| file.name.as_str()).collect();
    let with = if names.is_empty() { String::new() } else { format!("（附件：{}）", names.join("、")) };
    let returned = answer.returned.as_ref().map_or(String::new(), |returned| {
        format!("（{}退回：{}）", Now::at(returned.at).spoken(), returned.reason)
    });
    format!("{}{with}{returned}", answer.text)
}

/// One under the other.
pub(super) fn lines(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { "—".to_owned() } else { all.join("\n") }
}

/// One copy.
pub(super) fn one(at: usize, copy: &NoticeCopy) -> Data {
    let moment = |at: DateTime<Utc>| Now::at(at).spoken();
    let none = || "—".to_owned();
    let standing = &copy.standing;
    let to = copy.sent.as_ref().map_or_else(none, |sent| {
        let to = sent.to.clone().unwrap_or_default();
        match &sent.for_post {
            Some(post) => format!("{to}（代{post}）"),
            None => to,
        }
    });
    let stamped = |stamp: &Option<crate::domain::notice::Stamp>| {
        stamp.as_ref().map_or_else(none, |stamp| format!("{}\n{}", stamp.title, moment(stamp.at)))
    };
    let cc = if copy.is_cc { "（抄送）" } else { "" };
    let sent = match (&copy.sent, &copy.delivered) {
        (Some(sent), _) => moment(sent.at),
        (None, Some(delivered)) => format!("{}\n{}", official(delivered.on), delivered.how),
        (None, None) => "未送达".to_owned(),
    };
    let escalated = copy.escalated.as_ref().map_or_else(none, |escalated| {
        format!("{}\n{}", moment(escalated.at), escalated.by.clone().unwrap_or_default())
    });
    Data::default()
        .text("序号", at.to_string())
        .text("受送达单位", format!("{}{cc}", copy.unit.name))
        .text("送达", sent)
        .text("接收人", to)
        .text("签收", stamped(&standing.signed))
        .text("承诺日期", standing.promised_on.map_or_else(none, |on| on.to_string()))
        .text(
            "回复",
            lines(copy.answers.iter().map(|answer| format!("{}\n{}", answer.by, moment(answer.at)))),
        )
        .text(
            "回复内容",
            lines(copy.answers.iter().map(|answer| format!("{}：{}", day(answer.at), said(answer)))),
        )
        .text("升级", escalated)
        .text("办结", stamped(&standing.closed))
}
