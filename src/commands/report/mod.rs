//! 进度: a contact reports progress on an item of the own unit, by command, in a free sentence or step by
//! step; the answer echoes what was understood. A co-unit's report keeps its text and never moves the
//! percent. Words become drafts here; `take` judges them, `ask` words what has to be asked back.

mod ask;
pub(super) mod echo;
mod guide;
pub(super) mod sentence;
pub(super) mod take;

pub(super) use ask::question;

use chrono::NaiveDate;

use super::words::{Slip, SlipKind, Words};
use super::{Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::dialogue::{Details, Draft};
use crate::domain::item::REPORT_TEXT_MAX;
use crate::domain::people::Who;
use crate::domain::sentence::{self as words_of, Fields, Percent, Sentence};
use crate::domain::workday::Calendar;
use crate::domain::{Both, Role};

pub const COMMAND: Command = Command {
    words: &["进度", "report"],
    glued: true,
    usage: Both {
        zh: "进度 16 90 设备已到货，9月15日调试", en: "report 16 90 equipment delivered"
    },
    about: Both {
        zh: "填报进度：编号 百分比 说明；只发“进度”一步步填",
        en: "report progress: number, percent, what was done; “report” alone goes step by step",
    },
    who: Who::Roles(&[Role::Contact]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// The word that allows a lower percent than before.
const CORRECTION: [&str; 2] = ["更正", "correction"];
/// 无变化, as it stands behind an item's number.
const UNCHANGED: [&str; 7] = ["无变化", "没变化", "没有变化", "无进展", "没进展", "不变", "no change"];
/// 同上月
const SAME: [&str; 4] = ["同上月", "同上期", "同上", "same as last month"];

/// Reports as they were said, with days still in words.
#[derive(Clone)]
pub(super) struct Spoken(Vec<(Draft, Fields)>);

/// `16`, `16 90 [更正] text`, `16 无变化`; what is left out is asked for.
pub(super) fn parse(words: &mut Words) -> Result<Spoken, Slip> {
    let line = words.clone().rest();
    let mut draft = Draft { item: Some(words.item()?), ..Draft::default() };
    let takes = |words: &mut Words, list: &[&str]| list.iter().any(|word| words.take(word));
    if takes(words, &UNCHANGED) {
        draft.unchanged = true;
    } else if takes(words, &SAME) {
        draft.same = true;
    } else if !words.is_empty() {
        draft.percent = Some(words.percent()?);
        draft.correction = takes(words, &CORRECTION);
    }
    draft.text = words.clone().rest();
    if draft.text.chars().count() > REPORT_TEXT_MAX {
        return Err(words.slip(SlipKind::TextTooLong));
    }
    if let Some(other) = another_item(&draft.text) {
        // 16 90 到货，22号35%: two reports, if both are clear.
        return match words_of::understand(&line) {
            Sentence::Reports(reports) if reports.len() > 1 => Ok(spoken(reports)),
            _ => Err(words.slip_on(other, SlipKind::TwoItems)),
        };
    }
    let fields = words_of::fields(&draft.text);
    Ok(Spoken(vec![(draft, fields)]))
}

/// The piece of the text that is a second report: a line that starts with the command word again, or
/// `22号35%` inside it.
fn another_item(text: &str) -> Option<&str> {
    text.split(['\n', '，', ',', '；', ';', '。']).map(str::trim).find(|piece| {
        let mut words = Words::new(piece);
        let commanded = ["进度", "report", "item"].iter().any(|word| words.start_with(word, true));
        let dressed = piece.contains(['号', '项', '#']) && piece.contains(['%', '％']);
        (commanded || dressed) && words.item().is_ok() && words.percent().is_ok()
    })
}

/// Reports of a free sentence.
pub(super) fn spoken(reports: Vec<words_of::Report>) -> Spoken {
    let is_brief = reports.len() > 1;
    let drafts = reports.into_iter().map(|report| {
        let percent = report.percent.map(|percent| match percent {
            Percent::Exact(value) | Percent::About(value) => value,
        });
        let draft = Draft {
            item: report.item,
            percent,
            text: report.text,
            unchanged: report.change == words_of::Change::Unchanged,
            same: report.change == words_of::Change::SameAsLast,
            correction: report.is_correction,
            is_brief,
            is_all: report.is_all,
            applies: report.applies,
            ..Draft::default()
        };
        (draft, report.fields)
    });
    Spoken(drafts.collect())
}

/// One report, read by another command.
pub(super) fn one(draft: Draft, fields: Fields) -> Spoken {
    Spoken(vec![(draft, fields)])
}

impl Spoken {
    /// The numbers of the items that are named.
    pub(super) fn items(&self) -> impl Iterator<Item = i32> {
        self.0.iter().filter_map(|(draft, _)| Some(draft.item.as_ref()?.number))
    }

    /// Drafts with the days that the words mean today.
    pub(super) fn drafts(self, call: &Call<'_>) -> Vec<Draft> {
        let (today, calendar) = (call.now.today(), &call.basis.calendar);
        self.0
            .into_iter()
            .map(|(draft, fields)| Draft { details: details(fields, today, calendar), ..draft })
            .collect()
    }
}

/// The fields of a report with their day.
fn details(fields: Fields, today: NaiveDate, calendar: &Calendar) -> Details {
    let next = fields.next.map(|next| {
        let on = next.date.map(|date| date.resolve(today, &|day| calendar.is_workday(day)));
        (next.what, on)
    });
    let (next_step, next_on) = next.unwrap_or_default();
    Details {
        next_step,
        next_on,
        cause: fields.cause,
        difficulty: fields.difficulty.unwrap_or_default(),
        help: fields.help.unwrap_or_default(),
    }
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return guide::offer(call).await;
    }
    let spoken = parse(&mut call.words).map_err(|slip| call.slip(&slip))?;
    let drafts = spoken.drafts(&call);
    take::take(&mut call, drafts, take::Of::Words).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<Draft>, SlipKind> {
        let (command, mut words) = super::super::find(line).expect("the report command");
        assert_eq!(command.words, COMMAND.words);
        parse(&mut words)
            .map(|spoken| spoken.0.into_iter().map(|(draft, _)| draft).collect())
            .map_err(|slip| slip.kind)
    }

    #[test]
    fn two_items_in_one_message_are_two_reports_and_plain_text_is_one() {
        for line in ["进度 16 90% 设备到货，22号35%", "report 16 90% delivered; item 22 35% moving"] {
            let read = read(line).expect(line);
            let named: Vec<_> = read.iter().map(|d| (d.item.as_ref().map(|i| i.number), d.percent)).collect();
            assert_eq!(named, [(Some(16), Some(90)), (Some(22), Some(35))], "{line}");
        }
        for line in
            ["进度 16 90 2号机组到货，完成率90%", "进度 16 90 9月15日调试", "进度 16 90 第二批设备到货"]
        {
            assert_eq!(read(line).map(|drafts| drafts.len()), Ok(1), "{line}");
        }
    }

    #[test]
    fn what_is_left_out_stays_open_and_a_correction_needs_no_text() {
        let one = |line| read(line).expect(line).remove(0);
        assert_eq!((one("进度 16").percent, one("进度 16 90").text.as_str()), (None, ""));
        assert!(one("进度 16 无变化").unchanged && one("进度 16 同上月").same);
        assert!(one("report 16 no change").unchanged);
        let corrected = one("进度 16 80 更正 上次看错了");
        assert!(corrected.correction && corrected.text == "上次看错了");
        assert_eq!(read("进度 16 9O 到货"), Err(SlipKind::BadPercent));
        assert_eq!(read(&format!("进度 16 80 {}", "长".repeat(2001))), Err(SlipKind::TextTooLong));
    }
}
