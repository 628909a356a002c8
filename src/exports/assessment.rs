//! 考核表: how the items of each unit came out in a quarter, with the evidence of every point that is lost. A
//! draft for the units to be heard on; the office decides what becomes of it.

use std::io;

use anyhow::Context;
use rust_xlsxwriter::Workbook;

use super::sheet::{Sheet as Table, Value, text};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::assessment::edition::{Appeal, Sheet, Term};
use crate::domain::assessment::{Deduction, Draft, Indicator, Weights, quarter, weights};
use crate::domain::document::{About, Figures, Needs, Paper};
use crate::domain::people::Who;
use crate::domain::{Both, Role};
use crate::store::summary::round_name;
use crate::store::{assessed, assessments};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "assessment",
        words: &["考核表", "assessment", "考核", "考核草案"],
        title: Both { zh: "季度考核表", en: "quarterly assessment" },
        about: Both {
            zh: "按单位算一个季度的整改结果，逐条列扣分依据，可加日期",
            en: "how each unit's items came out in a quarter, with the evidence; a day may be said",
        },
        usage: Both { zh: "导出 考核表", en: "export assessment" },
        formats: &[Format::Xlsx],
        who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
        of: About::Day,
        needs: Needs::Items,
    },
    write: |call| Box::pin(write(call)),
};

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let day = call.as_of;
    let (_, last) = quarter(day);
    let term = Term::of(day);
    let name = format!("{}年第{}季度", term.year, term.quarter);
    let round = round_name(call.db, call.round).await?;
    // On its last day a quarter is what the office froze of it, with what was heard since.
    let frozen = match day == last {
        true => assessments::editions(call.db, &[call.round], Some(term), None).await?.into_iter().next(),
        false => None,
    };
    let so_far = if day < last { format!("（截至 {day}，本季度未满）") } else { String::new() };
    let state = match &frozen {
        Some(edition) if edition.published_at.is_some() => format!("第 {} 版，已发布。", edition.number),
        Some(edition) => format!("第 {} 版，还没有发布。", edition.number),
        None => "这是草案：先送单位核对，申诉答复后再定。".to_owned(),
    };
    let is_final = frozen.as_ref().is_some_and(|edition| edition.published_at.is_some());
    let (what, below) = match is_final {
        true => ("结果", "按台账顺序，不作排名"),
        false => ("草案", "草案，供单位核对和申诉，未经整改办确定不得公布；按台账顺序，不作排名"),
    };
    let mut tables = Tables::begun(&format!("{round}{name}整改考核{what}{so_far}"), below)?;
    let weights = match &frozen {
        Some(edition) => {
            for Sheet { draft, appeals, .. } in assessments::sheets(call.db, edition, None).await? {
                tables.add(draft, &appeals)?;
            }
            edition.weights
        }
        None => {
            let known = (day, call.now.utc);
            let mut on_draft = |draft| tables.add(draft, &[]);
            assessed::each_draft(call.db, call.round, known, call.basis, call.rows, &mut on_draft).await?;
            weights(call.basis.of(call.round))
        }
    };
    if tables.units == 0 {
        return Err(Unmade::lacking(Needs::Items, day).into());
    }
    let Tables { units, lost, .. } = tables;
    let figures = tables.finish(&weights, call.out)?;
    Ok(Written {
        rows: units,
        figures,
        note: format!("{name}{so_far}：{units} 个单位，{lost} 处扣分都列了依据。{state}"),
    })
}

/// What there is of each unit and the evidence behind it, written side by side: a unit is held at a time.
struct Tables {
    book: Workbook,
    scores: Table,
    evidence: Table,
    /// Evidence that filled a sheet.
    full: Vec<Table>,
    units: u64,
    lost: usize,
    figures: Figures,
}

impl Tables {
    fn begun(title: &str, below: &str) -> anyhow::Result<Tables> {
        let mut book = Workbook::new();
        let mut scores = Table::streamed(&mut book, "各单位")?;
        scores.title(title, below, 8)?;
        let indicators = Indicator::ALL.map(|indicator| (indicator.word().zh, 14));
        scores.headings(
            [("牵头单位", 20), ("事项数", 8)].into_iter().chain(indicators).chain([("合计（百分制）", 14)]),
        )?;
        scores.freeze(1)?;
        let evidence = evidence(&mut book, 1)?;
        let (full, figures) = (Vec::new(), Figures::new());
        Ok(Tables { book, scores, evidence, full, units: 0, lost: 0, figures })
    }

    fn add(&mut self, draft: Draft, appeals: &[Appeal]) -> anyhow::Result<()> {
        let parts = draft.parts.iter().map(|part| match part {
            Some((got, full)) => {
                let told = Value::Text(format!("{got}/{full}").into());
                if got < full { Value::Marked(Box::new(told)) } else { told }
            }
            None => text("不涉及"),
        });
        let total = draft.total.map_or(text("不涉及"), Value::Points);
        let items = Value::Number(i32::try_from(draft.items)?);
        self.scores.row([text(&draft.unit_name), items].into_iter().chain(parts).chain([total]))?;
        for (place, lost) in (1..).zip(&draft.deductions) {
            let heard = appeals.iter().find(|appeal| appeal.place == place);
            self.lost(&draft.unit_name, lost, heard)?;
        }
        self.units += 1;
        self.lost += draft.deductions.len();
        self.figures.extend(draft.total.map(|total| (draft.unit_name, total.into())));
        Ok(())
    }

    fn lost(&mut self, unit: &str, lost: &Deduction, heard: Option<&Appeal>) -> anyhow::Result<()> {
        if self.evidence.is_full() {
            let next = evidence(&mut self.book, self.full.len() + 2)?;
            self.full.push(std::mem::replace(&mut self.evidence, next));
        }
        let Deduction { indicator, number, title, why, points, struck, .. } = lost;
        // What an appeal struck is not lost.
        let points = if struck.is_empty() { points } else { &0.0 };
        let heard = heard.map_or_else(
            || struck.clone(),
            |appeal| match &appeal.decided {
                None => format!("{}（待答复）", appeal.text),
                Some((true, answer)) => format!("{}（成立，不扣：{answer}）", appeal.text),
                Some((false, answer)) => format!("{}（不成立：{answer}）", appeal.text),
            },
        );
        let word = text(indicator.word().zh);
        let (number, points) = (Value::Number(*number), Value::Points(*points));
        let values = [text(unit), word, number, text(title), points, text(&why.zh), text(&heard)];
        self.evidence.row(values.into_iter())
    }

    /// The figures it says.
    fn finish(mut self, weights: &Weights, out: &mut (dyn io::Write + Send)) -> anyhow::Result<Figures> {
        let explained = explained(&mut self.book, weights)?;
        for table in [self.scores].into_iter().chain(self.full).chain([self.evidence, explained]) {
            table.put_into(&mut self.book);
        }
        self.book.save_to_writer(out).context("the workbook cannot be written")?;
        Ok(self.figures)
    }
}

/// The sheet of evidence; a spreadsheet holds a million lines, what is more goes on in another one.
fn evidence(book: &mut Workbook, nth: usize) -> anyhow::Result<Table> {
    let name = if nth == 1 { "扣分依据".to_owned() } else { format!("扣分依据{nth}") };
    let mut sheet = Table::streamed(book, &name)?;
    sheet.headings(
        [
            ("牵头单位", 20),
            ("指标", 12),
            ("序号", 6),
            ("整改事项", 32),
            ("扣分", 8),
            ("依据", 56),
            ("单位意见", 30),
        ]
        .into_iter(),
    )?;
    sheet.freeze(2)?;
    Ok(sheet)
}

fn explained(book: &mut Workbook, weights: &Weights) -> anyhow::Result<Table> {
    let mut sheet = Table::streamed(book, "口径")?;
    sheet.headings([("指标", 12), ("权重", 8), ("怎样算", 80)].into_iter())?;
    let told = [
        "时限已到的事项：完成（含公示、销号）不扣；已申请待核查扣三成；逾期按天数扣五成至全部（90 天封顶）。批准延期的按新时限。",
        "时限未到的在办事项：上报进度比阶段目标每差 1 个百分点扣四十分之一，差 40 个百分点扣完。",
        "本季度截止的应报期次中未按期填报的比例；经批准免报的、没有发出或没有送到单位的期次不算。",
        "本季度有结论的现场核查中未通过的比例；要求补充材料不算。",
        "已销号事项本季度反弹重开的扣完。",
    ];
    for ((indicator, weight), told) in Indicator::ALL.into_iter().zip(weights).zip(told) {
        sheet.row([text(indicator.word().zh), Value::Number(*weight), text(told)].into_iter())?;
    }
    for told in [
        "每项指标按涉及事项所占份额扣分，事项多少不影响结果；长期坚持事项按半项计。单位不涉及的指标不计，合计折成百分制。",
        "只算牵头事项，不算配合；只看事项结果，不看个人，不看聊天。",
        "权重由整改办用“口径 考核权重 40 25 15 10 10”调整，按上面的次序。",
    ] {
        sheet.row([text("说明"), text(""), text(told)].into_iter())?;
    }
    Ok(sheet)
}
