//! Judges what is said about an item: a clear report, one to be asked about, or no report at all; and
//! whether it is so plain that a bot may act on it unasked.

use crate::domain::numeral;

use super::correcting::told;
use super::figures::Dress;
use super::line::{Line, Span};
use super::segment::{self, Told, direct_change, direct_percent, skip_soft};
use super::telling::Head;
use super::{Change, Doubt, Fields, Percent, Report, Why, fields, words};

/// A segment judged.
pub(super) enum Judged {
    Clear(Report),
    Doubt(Doubt),
}

/// What is known of a segment beside its words.
struct Seen {
    dress: Dress,
    /// A percent with its sign, or no change, follows the item at once.
    is_direct: bool,
    /// Nothing is said but the item.
    is_empty: bool,
    has_work: bool,
}

/// `before` is what stands before the first item and is more than a greeting.
pub(super) fn judge(line: &Line, head: &Head, body: Span, before: Option<Span>) -> Vec<Judged> {
    let behind = Span::new(skip_soft(line, head.body, body.to), body.to);
    let is_bare = line.is_only(behind, &[]);
    let lead = head.prefix.or(before);
    // 90%，16项: all that is said stands before the item.
    let (body, lead) = match lead {
        Some(lead) if is_bare => (lead, None),
        _ => (body, lead),
    };
    let whole = Span::new(lead.map_or(head.body, |lead| lead.from).min(body.from), body.to);
    let told = segment::read(line, body);
    let seen = Seen {
        dress: head.items.first().map_or(Dress::Bare, |item| item.dress),
        is_direct: direct_percent(line, body.from, body.to).is_some_and(|figure| figure.is_marked)
            || direct_change(line, body.from, body.to).is_some(),
        is_empty: is_bare && body.from == head.body,
        has_work: line.has(body, words::WORK),
    };
    let fields = fields::fields_of(&Line::new(&told.text));
    if is_chatter(line, head, whole, &seen) || !is_report(line, head, body, &told, &fields, &seen) {
        return Vec::new();
    }
    let text = match lead {
        Some(lead) if Some(lead) == head.prefix => format!("{} {}", line.written(lead), told.text),
        Some(lead) => format!("{}{}", line.raw(lead).trim_start(), told.text),
        None => told.text.clone(),
    };
    let is_quiet =
        !line.has(whole, words::SPOKEN_TO) && !before.is_some_and(|before| line.has(before, words::BLOCKERS));
    let report = Report {
        is_all: false,
        item: None,
        percent: told.percent.map(self::told),
        change: told.change,
        is_unmistakable: is_quiet && is_plain(line, body, &told, &fields, &seen),
        text: text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，')).to_owned(),
        fields,
        is_correction: told.is_correction || head.is_correction,
        applies: told.applies,
    };
    let why = doubt_of(&told, &report, &seen);
    head.items
        .iter()
        .map(|item| {
            let report = Report { item: Some(item.word.clone()), ..report.clone() };
            match &why {
                Some(why) => Judged::Doubt(in_doubt(why.clone(), report)),
                None => Judged::Clear(report),
            }
        })
        .collect()
}

fn says_something(told: &Told) -> bool {
    told.percent.is_some() || !told.rivals.is_empty() || told.change != Change::Progress
}

/// A wish, a condition, or a day on which something takes place.
fn is_chatter(line: &Line, head: &Head, whole: Span, seen: &Seen) -> bool {
    let is_dayish = line.any_at(line.skip_gaps(head.body, line.len()), words::DAYISH).is_some();
    line.has(whole, words::SUPPOSED) || (seen.dress == Dress::Day && is_dayish && !seen.is_direct)
}

fn is_report(line: &Line, head: &Head, body: Span, told: &Told, fields: &Fields, seen: &Seen) -> bool {
    if says_something(told) {
        return true;
    }
    let is_growth = line.has(body, words::NO_LEVEL) && line.has(body, &["%", "百分点", "percent"]);
    let is_told = told.applies
        || told.is_done
        || told.is_correction
        || seen.is_empty
        || seen.has_work
        || *fields != Fields::default()
        || is_growth
        || (head.is_commanded && !told.text.is_empty());
    is_told && !line.has(body, words::REQUESTS)
}

/// Names its item and says in so many words where it stands.
fn is_plain(line: &Line, body: Span, told: &Told, fields: &Fields, seen: &Seen) -> bool {
    let is_named = matches!(seen.dress, Dress::Ordinal | Dress::Counted) || seen.is_direct;
    let is_said = match told.percent {
        Some(figure) => figure.is_marked && !figure.is_about,
        None => {
            (told.change != Change::Progress && told.is_change_sure)
                || told.applies
                || (seen.has_work && tells_work(line, body, fields))
        }
    };
    is_named && is_said
}

/// Work is told as it went, without a plan or a complaint in its place.
fn tells_work(line: &Line, body: Span, fields: &Fields) -> bool {
    // 90%的设备已到货: a figure of a part is easily read as the item's.
    line.has(body, words::AS_IT_WENT)
        && !line.has(body, &["%"])
        && fields.cause.is_none()
        && fields.help.is_none()
}

/// In doubt nothing is said about the percent.
pub(super) fn in_doubt(why: Why, report: Report) -> Doubt {
    Doubt { why, report: Report { percent: None, is_unmistakable: false, ..report } }
}

fn doubt_of(told: &Told, report: &Report, seen: &Seen) -> Option<Why> {
    if !told.rivals.is_empty() {
        return Some(Why::WhichPercent(told.rivals.clone()));
    }
    // 16 90 22 35: figures are left that nothing explains.
    let numbers = bare_numbers(&told.text);
    if let (Some(figure), false) = (told.percent, numbers.is_empty()) {
        return Some(Why::WhichPercent([vec![figure.value], numbers].concat()));
    }
    match report.percent {
        Some(Percent::About(value)) => return Some(Why::AboutPercent(value)),
        // 管网铺设90%: of the pipes, or of the item?
        Some(Percent::Exact(value)) if !told.is_percent_sure => return Some(Why::AboutPercent(value)),
        _ => {}
    }
    if seen.is_empty && !report.is_correction {
        return Some(Why::OnlyItem);
    }
    if told.is_done {
        return Some(Why::DoneOrSignOff);
    }
    let is_sure = seen.is_direct || told.percent.is_some();
    (seen.dress == Dress::Day && !is_sure).then_some(Why::ItemOrDay)
}

/// The numbers of a text that has nothing else in it.
fn bare_numbers(text: &str) -> Vec<i64> {
    if text.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    text.split(|c: char| !c.is_ascii_digit()).filter_map(numeral::number).collect()
}
