//! 公示表: what is in publicity on the day it is asked for, in the columns of such tables. It names units; persons
//! whom the ledger knows and telephone numbers are masked, and the office is asked to read it for others.

use super::docx::{Body, Data, Fields, Template};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Needs, Paper};
use crate::domain::mask::Mask;
use crate::domain::people::Who;
use crate::domain::time::official;
use crate::domain::{Both, Role};
use crate::store::{people, summary};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "publicity",
        words: &["公示", "publicity", "公示表"],
        title: Both { zh: "验收销号公示表", en: "publicity table" },
        about: Both {
            zh: "正在公示的事项，供网站公开", en: "the items in publicity, for the public site"
        },
        usage: Both { zh: "导出 公示", en: "export publicity" },
        formats: &[Format::Docx],
        who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
        of: About::Round,
        needs: Needs::Published,
    },
    write: |call| Box::pin(write(call)),
};

pub const TEMPLATE: Template = Template {
    name: "验收销号公示表",
    fields: Fields {
        texts: &["轮次", "截至", "办公室", "成文日期"],
        lists: &[("事项", &["编号", "问题", "目标", "情况", "牵头单位", "完成时间", "公示期"])],
        pictures: &[],
    },
    body: || {
        Body::wide()
            .title("{{轮次}}反馈问题整改验收销号公示表")
            .under("（截至{{截至}}）")
            .table(
                "事项",
                &[
                    ("序号", 2, "{{编号}}"),
                    ("反馈问题", 7, "{{问题}}"),
                    ("整改目标", 6, "{{目标}}"),
                    ("整改完成情况", 8, "{{情况}}"),
                    ("责任单位", 3, "{{牵头单位}}"),
                    ("完成时间", 3, "{{完成时间}}"),
                    ("公示期", 5, "{{公示期}}"),
                ],
            )
            .note("公示期间如有异议，请向{{办公室}}反映（电话、邮箱请在此补充）。")
            .signature("{{办公室}}", "{{成文日期}}")
    },
};

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let today = call.now.today();
    let rows = summary::published(call.db, call.round, today).await?;
    if rows.is_empty() {
        return Err(Unmade::lacking(Needs::Published, today).into());
    }
    let round = summary::round_name(call.db, call.round).await?;
    let office = super::office(call.db).await?;
    let mask = Mask::of(&people::everybody(&mut *call.db).await?);
    let mut names = 0;
    let mut public = |text: &str| {
        let (text, count) = mask.public(text);
        names += count;
        text
    };
    let data = Data::default()
        .text("轮次", round)
        .text("截至", official(today))
        .text("办公室", office)
        .text("成文日期", official(today))
        .list(
            "事项",
            rows.iter().map(|row| {
                Data::default()
                    .text("编号", row.number.to_string())
                    .text(
                        "问题",
                        public(if row.description.is_empty() { &row.title } else { &row.description }),
                    )
                    .text("目标", public(&row.goal))
                    .text("情况", public(&row.wording))
                    .text("牵头单位", &row.unit)
                    .text("完成时间", row.completed_on.map_or("—".to_owned(), official))
                    .text(
                        "公示期",
                        format!(
                            "{}至{}（{}个工作日）",
                            official(row.starts_on),
                            official(row.ends_on),
                            row.days
                        ),
                    )
            }),
        );
    TEMPLATE.write(call.data_dir, &data, call.out)?;
    let told = match names {
        0 => "没有发现台账认识的人名".to_owned(),
        names => format!("台账认识的人名已遮去 {names} 处"),
    };
    Ok(Written {
        note: format!(
            "{told}，电话号码已遮。台账不认识的人名查不出来：公开前请通读一遍，并补上联系电话和邮箱。"
        ),
        ..Written::rows(rows.len() as u64)
    })
}
