//! Reports that name no item: 90%, 同上月, 完成, 八十左右. Taken only where nearly the whole message is
//! that; the facts, or a question, say which item is meant.

use super::correcting::told;
use super::judging::{Judged, in_doubt};
use super::line::{Line, Span};
use super::segment::{self, is_all_change, is_all_done};
use super::{Change, Doubt, ItemWord, Percent, Report, Why, fields, words};

/// A report of more clauses than this names its item.
const MOST_CLAUSES: usize = 4;
const HIGHEST_ITEM: i64 = 9999;

pub(super) fn tell(line: &Line) -> Option<Judged> {
    let all = line.all();
    let clauses = line.clauses(all);
    let first = *clauses.first()?;
    let asks =
        line.has(all, &["吗", "什么", "哪", "谁", "?", "多少", "怎么"]) || line.has(all, words::REQUESTS);
    if asks || clauses.len() > MOST_CLAUSES {
        return None;
    }
    if let Some(doubt) = bare_number(line, first) {
        return Some(Judged::Doubt(doubt));
    }
    let told = segment::read(line, all);
    let fields = fields::fields_of(&Line::new(&told.text));
    let report = Report {
        percent: told.percent.map(self::told),
        change: told.change,
        text: told.text,
        fields,
        applies: told.applies,
        ..Report::default()
    };
    let spoken_to = line.has(all, words::SPOKEN_TO);
    // 60项整改完成率75%: a count of other things.
    let counts =
        |to: usize| (0..to).any(|at| line.number_at(at).is_some_and(|(_, end)| line.at(end) == Some('项')));
    if let Some(figure) = told.percent.filter(|figure| !counts(figure.span.from)) {
        let is_alone = first.from <= figure.span.from && figure.span.to <= first.to && told.is_percent_sure;
        let is_progress = told.is_percent_sure && line.has(all, &["进度", "完成", "progress", "complete"]);
        let is_told = !spoken_to && (figure.is_marked || figure.is_about) && (is_alone || is_progress);
        return is_told.then(|| match report.percent {
            Some(Percent::About(value)) => Judged::Doubt(in_doubt(Why::AboutPercent(value), report)),
            _ => Judged::Clear(report),
        });
    }
    if !told.rivals.is_empty() {
        let is_short = clauses.len() <= 2 && !spoken_to;
        return is_short.then(|| Judged::Doubt(in_doubt(Why::WhichPercent(told.rivals), report)));
    }
    if let Some(change) = is_all_change(line, first) {
        return Some(Judged::Clear(Report { change, ..report }));
    }
    let report = Report { change: Change::Progress, ..report };
    if is_all_done(line, first) {
        return Some(Judged::Doubt(in_doubt(Why::DoneOrSignOff, report)));
    }
    let start = line.skip_words(first.from, first.to, words::AROUND_DONE);
    (report.applies && line.any_at(start, words::APPLIES).is_some()).then_some(Judged::Clear(report))
}

/// "90", or "90 设备到货".
fn bare_number(line: &Line, first: Span) -> Option<Doubt> {
    let (value, end) =
        line.number_at(first.from).filter(|(n, end)| (0..=HIGHEST_ITEM).contains(n) && *end <= first.to)?;
    let rest = Span::new(end, line.len());
    let is_number = line.is_only(rest, &[]);
    let is_report = line.at(end).is_some_and(char::is_whitespace)
        && line.has(rest, words::WORK)
        && super::figures::percent_at(line, first.from, line.len()).is_some_and(|figure| !figure.is_marked);
    if !is_number && !is_report {
        return None;
    }
    let text = line.written(rest).trim_end_matches(['.', '。', '!', '！']).to_owned();
    let report = Report { fields: fields::fields_of(&Line::new(&text)), text, ..Report::default() };
    if value > 100 {
        let item = i32::try_from(value).ok().map(|number| ItemWord { number, round: None });
        return is_number.then(|| in_doubt(Why::OnlyItem, Report { item, ..report }));
    }
    Some(in_doubt(Why::PercentOrItem(value), report))
}
