//! 台账: one row per rectification item. Called by `read`, row by row; what the columns may be called
//! is in `headings`, whether units and leaders exist is the plan's question.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::cells::{Cell, Percent, list, milestones, percent, whole_percent};
use super::dates::date;
use super::readings::Readings;
use super::row::Row;
use super::words;
use crate::domain::item::{Milestone, Status};
use crate::domain::ledger_file::{BadCells, ItemRow, Sentence, sentence};
use crate::domain::numeral::{half_width, item_number};

/// The rows so far, and the percents only their column can explain.
#[derive(Default)]
pub(super) struct Ledger {
    pub items: Vec<ItemRow>,
    seen: HashMap<i32, usize>,
    bare: Vec<Bare>,
    /// First row and number of rows with a day of completion or sign-off that their status has not come to.
    early: Option<(usize, usize)>,
    /// A percent above 1 without a sign: the column counts to 100.
    counts_to_100: bool,
    pub readings: Readings,
}

/// Where the percent belongs; a file with a row that did not get in is refused as a whole.
struct Bare {
    index: usize,
    value: f64,
    /// To say what is wrong, should the column not explain it.
    said: BadCells,
}

/// Columns as the reading names them, in both languages.
const NUMBER: (&str, &str) = ("编号", "numbers");
const DEADLINE: (&str, &str) = ("时限", "deadlines");
const KIND: (&str, &str) = ("类型", "kinds");
const STATUS: (&str, &str) = ("状态", "statuses");
const LEAD: (&str, &str) = ("责任单位", "units");
const PERCENT: (&str, &str) = ("进度", "percents");

/// The number of an item: `16`, `第十六项`, `（三）`, `五、`, or 16 as a spreadsheet's number.
pub(super) fn number(cell: &Cell<'_>) -> Result<i32, Sentence> {
    let text = half_width(&cell.text());
    let is_mark = |c: char| c.is_whitespace() || "()、.。".contains(c);
    item_number(text.trim_matches(is_mark)).ok_or_else(|| {
        sentence!("编号应是 1 起的整数，如 16 或 第十六项", "a number is a whole number from 1, like 16")
    })
}

impl Ledger {
    pub fn row(&mut self, row: &Row<'_>, bad: &mut BadCells) {
        let number = row.need("number", bad, number);
        let title = row.need_text("title", bad);
        let deadline = row.need("deadline", bad, date);
        let units = row.need("lead_unit", bad, |cell| Ok(list(&cell.text())));
        let worded = row.text("deadline_text", bad).filter(|text| !text.is_empty());
        let kind = row.read("kind", bad, |cell| words::kind(&cell.text()));
        let status = row.read("status", bad, |cell| words::status(&cell.text()));
        let (completed_on, signed_off_on) = self.days(row, status, bad);
        let steps = row.cell("milestones").map(|_| {
            let found = row.read("milestones", bad, |cell| milestones(&cell.text())).unwrap_or_default();
            found.into_iter().map(|(due_on, percent)| Milestone { due_on, percent }).collect::<Vec<_>>()
        });
        let co = row.text("co_units", bad).map(|text| list(&text));
        let percent = self.percent(row, status, bad);
        let superior_number = row.text("superior_number", bad);
        let (description, category) = (row.text("description", bad), row.text("category", bad));
        let (region, goal) = (row.text("region", bad), row.text("goal", bad));
        let (measures, responsible_post) = (row.text("measures", bad), row.text("responsible_post", bad));
        let leader_post = row.text("leader_post", bad);
        let acceptance_unit = row.text("acceptance_unit", bad);
        if let Some(number) = number
            && let Some(first) = self.seen.insert(number, row.number)
        {
            let why =
                sentence!("编号 {number} 与第 {first} 行重复", "number {number} is in row {first} already");
            row.bad(bad, "number", why);
        }
        self.saw(row, "number", NUMBER, number.map(|number| number.to_string()));
        self.saw(row, "deadline", DEADLINE, deadline.as_ref().map(|(on, _)| on.to_string()));
        self.saw(row, "kind", KIND, kind.map(|kind| kind.word().zh.to_owned()));
        self.saw(row, "status", STATUS, status.map(|status| status.word().zh.to_owned()));
        let (Some(number), Some(title), Some((deadline, wording)), Some(units)) =
            (number, title, deadline, units)
        else {
            return;
        };
        // 责任单位 often lists everybody, the lead unit first.
        let mut units = units.into_iter();
        let Some(lead_unit) = units.next() else {
            row.bad(bad, "lead_unit", sentence!("没有单位名称", "there is no unit's name"));
            return;
        };
        let others: Vec<String> = units.collect();
        if !others.is_empty() {
            let all = others.join("、");
            self.saw(row, "lead_unit", LEAD, Some(format!("牵头 {lead_unit}，配合 {all}")));
        }
        let co_units = if others.is_empty() { co } else { Some([others, co.unwrap_or_default()].concat()) };
        self.items.push(ItemRow {
            row: row.number,
            number,
            superior_number,
            title,
            description,
            category,
            region,
            goal,
            measures,
            deadline,
            deadline_text: worded.or(wording),
            kind,
            lead_unit,
            co_units,
            responsible_post,
            leader_post,
            acceptance_unit,
            status,
            percent,
            completed_on,
            signed_off_on,
            milestones: steps,
        });
    }

    /// What a cell means, where it says so in other words.
    fn saw(&mut self, row: &Row<'_>, key: &str, name: (&'static str, &'static str), meaning: Option<String>) {
        if let (Some(cell), Some(meaning)) = (row.cell(key), meaning) {
            self.readings.saw(name, &cell.text(), &meaning);
        }
    }

    /// When the item was completed and when it was signed off, as far as its status has come to that. A
    /// ledger with one column for both means by it, in an item that is not signed off, the day of completion.
    fn days(
        &mut self,
        row: &Row<'_>,
        status: Option<Status>,
        bad: &mut BadCells,
    ) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let mut day = |key| row.read(key, bad, |cell| date(cell).map(|(on, _)| on));
        let (mut completed_on, mut signed_off_on) = (day("completed_on"), day("signed_off_on"));
        let Some(status) = status else { return (completed_on, signed_off_on) };
        if row.cell("completed_on").is_none() && status.is_completed() && status != Status::SignedOff {
            completed_on = signed_off_on.take();
        }
        let said = [completed_on, signed_off_on];
        completed_on = completed_on.filter(|_| status.is_said_done());
        signed_off_on = signed_off_on.filter(|_| status == Status::SignedOff);
        if [completed_on, signed_off_on] != said {
            self.early = Some(self.early.map_or((row.number, 1), |(first, count)| (first, count + 1)));
        }
        (completed_on, signed_off_on)
    }

    /// The percent of a row that goes into `items` next, checked against its status.
    fn percent(&mut self, row: &Row<'_>, status: Option<Status>, bad: &mut BadCells) -> Option<i16> {
        let completed = status.filter(|status| status.is_completed());
        match row.read("percent", bad, percent)? {
            Percent::Sure(percent) => {
                let has_sign = row.cell("percent").is_some_and(|cell| cell.text().contains(['%', '％']));
                self.counts_to_100 |= percent > 1 && !has_sign;
                if let Some(status) = completed.filter(|_| percent < 100) {
                    let word = status.word();
                    let (zh, en) = (word.zh, word.en);
                    let why = sentence!(
                        "状态是“{zh}”而进度只有 {percent}%，两者矛盾",
                        "the status is “{en}” but the percent only {percent}"
                    );
                    row.bad(bad, "percent", why);
                }
                let text = row.cell("percent").map(|cell| cell.text().into_owned()).unwrap_or_default();
                if text.trim_end_matches('%') != percent.to_string() {
                    self.readings.saw(PERCENT, &text, &format!("{percent}%"));
                }
                Some(percent)
            }
            Percent::Bare(1.0) if completed.is_some() => Some(100),
            Percent::Bare(value) => {
                let mut said = BadCells::default();
                let meant = (value * 100.0).round();
                let why = sentence!(
                    "{value} 是 {value}% 还是 {meant}%？请写明百分号",
                    "is {value} meant as {value}% or {meant}%? write the percent sign"
                );
                row.bad(&mut said, "percent", why);
                self.bare.push(Bare { index: self.items.len(), value, said });
                None
            }
        }
    }

    /// What is worth knowing about the rows as a whole.
    pub fn note(&self) -> Option<Sentence> {
        let (first, count) = self.early?;
        Some(sentence!(
            "{count} 行的状态还没有完成或销号，却有完成或销号时间，时间没有导入；第一处在第 {first} 行",
            "{count} rows have a date of completion or sign-off and a status that is not there yet; the date was not imported; the first is row {first}"
        ))
    }

    /// Explains the bare percents by their column: fractions only are fractions, ones among whole
    /// numbers are one percent; anything else is asked about.
    pub fn finish(mut self, bad: &mut BadCells) -> (Vec<ItemRow>, Vec<Sentence>) {
        let fractions = self.bare.iter().any(|bare| bare.value < 1.0);
        for bare in self.bare {
            let explained = match (fractions, self.counts_to_100) {
                (true, false) if bare.value < 1.0 => whole_percent(bare.value * 100.0).ok(),
                (false, _) => Some(1),
                _ => None,
            };
            match (explained, self.items.get_mut(bare.index)) {
                (Some(percent), Some(item)) => {
                    item.percent = Some(percent);
                    self.readings.saw(PERCENT, &bare.value.to_string(), &format!("{percent}%"));
                }
                (Some(_), None) => {}
                (None, _) => bad.append(bare.said),
            }
        }
        (self.items, self.readings.told())
    }
}
