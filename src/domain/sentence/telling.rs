//! Finds the items a message reports on, cuts it into their segments, and judges each: a clear report,
//! one to be asked about, or no report at all. A number is an item only where it leads a clause.

use super::correcting::told;
use super::figures::{Dress, Item, items_at, percent_at};
use super::line::{Line, Span, ends_thought};
use super::segment::{self, Told, direct_change, direct_percent, skip_soft};
use super::{Change, Doubt, Percent, Report, Sentence, Why, fields, without_item, words};

/// Where a segment begins and which items it is about.
#[derive(Debug, Clone)]
struct Head {
    items: Vec<Item>,
    /// Start of the clause.
    from: usize,
    /// Start of what is said.
    body: usize,
    /// A name before the item that belongs to the text: 洵口县第16项.
    prefix: Option<Span>,
    is_correction: bool,
    is_commanded: bool,
}

/// A segment judged.
enum Judged {
    Clear(Report),
    Doubt(Doubt),
}

/// Letters before 第16项 that may be a unit's name.
const LONGEST_PREFIX: usize = 14;
/// Below this an undressed count (3项, 三项) counts things more often than it names an item.
const SMALL: i32 = 10;

pub(super) fn names_items(line: &Line) -> bool {
    !heads(line).is_empty()
}

pub(super) fn tell(line: &Line) -> Option<Sentence> {
    let heads = heads(line);
    if heads.is_empty() {
        return without_item::tell(line).map(sentence_of);
    }
    let mut judged = Vec::new();
    for (n, head) in heads.iter().enumerate() {
        let to = heads.get(n + 1).map_or(line.len(), |next| next.from);
        judged.extend(judge(line, head, Span::new(head.body, to)));
    }
    (!judged.is_empty()).then(|| sentence(judged))
}

fn sentence(judged: Vec<Judged>) -> Sentence {
    let (mut doubts, mut clear) = (Vec::new(), Vec::new());
    for one in judged {
        match one {
            Judged::Clear(report) => clear.push(report),
            Judged::Doubt(doubt) => doubts.push(doubt),
        }
    }
    if doubts.is_empty() { Sentence::Reports(clear) } else { Sentence::Doubtful { doubts, clear } }
}

fn sentence_of(one: Result<Report, Doubt>) -> Sentence {
    match one {
        Ok(report) => Sentence::Reports(vec![report]),
        Err(doubt) => Sentence::Doubtful { doubts: vec![doubt], clear: Vec::new() },
    }
}

/// The items that lead clauses, and those that follow each other in one: 16号90%、22号35%.
fn heads(line: &Line) -> Vec<Head> {
    let mut found: Vec<Head> = Vec::new();
    for clause in line.clauses(line.all()) {
        if found.last().is_some_and(|last| clause.from < last.body) {
            continue;
        }
        let is_thought = clause.from == 0 || thought_begins(line, clause.from);
        found.extend(head_at(line, clause, is_thought, found.is_empty()));
        let body = found.last().filter(|last| last.from >= clause.from).map_or(clause.to, |last| last.body);
        for at in body..clause.to {
            let is_start = line.before(at).is_some_and(super::line::is_gap) && at > body;
            let inner = Span::new(at, clause.to);
            if !is_start {
                continue;
            }
            let items = items_at(line, at, clause.to);
            let is_dressed = items.first().is_some_and(|item| item.dress != Dress::Bare);
            if let Some(end) = items.last().map(|item| item.span.to).filter(|_| is_dressed)
                && has_direct(line, end, inner.to)
            {
                found.push(Head {
                    items,
                    from: at,
                    body: end,
                    prefix: None,
                    is_correction: false,
                    is_commanded: false,
                });
            }
        }
    }
    found
}

fn thought_begins(line: &Line, at: usize) -> bool {
    let before = (0..at).rev().filter_map(|at| line.at(at)).find(|c| !matches!(c, ' ' | '\u{3000}'));
    before.is_none_or(|c| ends_thought(c) || c == '.')
}

/// A percent with its sign, or no change, right behind an item.
fn has_direct(line: &Line, at: usize, to: usize) -> bool {
    direct_percent(line, at, to).is_some_and(|figure| figure.is_marked)
        || direct_change(line, at, to).is_some()
}

fn head_at(line: &Line, clause: Span, is_thought: bool, is_first: bool) -> Option<Head> {
    let lead: Vec<&str> = [words::OPENERS, words::COMMANDS, words::CORRECTION].concat();
    let start = line.skip_words(clause.from, clause.to, &lead);
    let opening = Span::new(clause.from, start);
    let is_commanded = line.has(opening, words::COMMANDS);
    let is_correction = line.has(opening, words::CORRECTION);
    let leading = items_at(line, start, line.len().min(clause.to + 1));
    let leading = if leading.is_empty() && start > clause.from {
        items_at(line, clause.from, clause.to)
    } else {
        leading
    };
    if let Some(end) = leading.last().map(|item| item.span.to) {
        let head =
            Head { items: leading, from: clause.from, body: end, prefix: None, is_correction, is_commanded };
        return leads(line, &head, is_thought, is_first).then_some(head);
    }
    // 洵口县第16项90%
    (clause.from + 1..clause.to.min(clause.from + LONGEST_PREFIX)).find_map(|at| {
        let items = items_at(line, at, clause.to);
        let prefix = Span::new(start, at);
        let end = items.last()?.span.to;
        let is_name = items.iter().all(|item| item.dress == Dress::Ordinal)
            && start < at
            && !line.has(prefix, words::BLOCKERS)
            && !(start..at).any(|at| line.at(at).is_some_and(|c| c.is_ascii_digit()));
        is_name.then_some(Head {
            items,
            from: clause.from,
            body: end,
            prefix: Some(prefix),
            is_correction,
            is_commanded,
        })
    })
}

/// Whether a number at the head of a clause names an item.
fn leads(line: &Line, head: &Head, is_thought: bool, is_first: bool) -> bool {
    let Some(item) = head.items.first() else { return false };
    let to = line.len();
    let is_direct = has_direct(line, head.body, to);
    match item.dress {
        Dress::Ordinal => true,
        Dress::Counted => {
            let is_list = head.items.len() > 1;
            let is_count = !is_list && line.any_at(head.body, &["均", "都"]).is_some();
            let is_small = item.word.number <= SMALL && (item.is_spelled || !is_first);
            !is_count && (is_direct || !is_small)
        }
        // 16号 between clauses is a day unless the report follows at once.
        Dress::Day => {
            is_direct || (is_first && !percent_at(line, head.body, to).is_some_and(|f| f.is_marked))
        }
        Dress::Bare => {
            let next = line.at(head.body);
            let is_closed = next.is_none_or(|c| super::line::is_gap(c) || c == ',');
            let is_reported = is_direct
                || head.is_commanded
                || (is_thought && direct_percent(line, head.body, to).is_some());
            let is_itself = percent_at(line, item.span.from, to)
                .is_some_and(|figure| figure.is_marked && !figure.is_about)
                && line.at(item.span.to).is_some_and(|c| c == '%' || c == '成');
            let is_glued = line.word_at(head.body, "百分之").is_some()
                || (is_direct && direct_change(line, head.body, to).is_some());
            (is_closed || is_glued)
                && is_reported
                && !is_itself
                && !is_clock(line, head.body)
                && (is_first || is_direct || is_thought)
        }
    }
}

/// 16:30, 3:0
fn is_clock(line: &Line, at: usize) -> bool {
    let minutes = || line.number_at(at + 1).filter(|(n, end)| *n < 60 && line.at(*end) != Some('%'));
    line.at(at) == Some(':') && minutes().is_some()
}

fn judge(line: &Line, head: &Head, body: Span) -> Vec<Judged> {
    let segment = Span::new(head.from, body.to);
    let told = segment::read(line, body);
    let has_figure = told.percent.is_some() || !told.rivals.is_empty();
    let is_report_word = has_figure || told.change != Change::Progress;
    let is_request = line.has(segment, words::REQUESTS) && !is_report_word;
    if is_request || line.has(segment, &["如果", "要是", "假如", "就好了", "的话"]) {
        return Vec::new();
    }
    let is_direct = has_direct(line, head.body, body.to);
    let dress = head.items.first().map_or(Dress::Bare, |item| item.dress);
    let at = skip_soft(line, head.body, body.to);
    let is_empty = line.is_only(Span::new(at, body.to), &[]) && head.prefix.is_none();
    let is_dayish = line.any_at(line.skip_gaps(head.body, body.to), words::DAYISH).is_some();
    if dress == Dress::Day && is_dayish && !is_direct {
        return Vec::new();
    }
    let fields = fields::fields_of(&Line::new(&told.text));
    let has_field = fields != super::Fields::default();
    let has_work = line.has(body, words::WORK);
    let is_growth = line.has(body, words::NO_LEVEL) && line.has(body, &["%", "百分点", "percent"]);
    let is_report = is_report_word
        || told.applies
        || told.is_done
        || is_empty
        || told.is_correction
        || has_work
        || has_field
        || is_growth
        || (head.is_commanded && !told.text.is_empty());
    if !is_report {
        return Vec::new();
    }
    let mut text = told.text.clone();
    if let Some(prefix) = head.prefix {
        text = format!("{} {text}", line.written(prefix)).trim_end().to_owned();
    }
    let is_named = matches!(dress, Dress::Ordinal | Dress::Counted) || is_direct;
    let is_said = match told.percent {
        Some(figure) => figure.is_marked && !figure.is_about,
        None => {
            told.change != Change::Progress
                || told.applies
                || (has_work && !is_request && tells_work(line, body, &fields))
        }
    };
    let report = Report {
        item: None,
        percent: told.percent.map(self::told),
        change: told.change,
        text,
        fields,
        is_correction: told.is_correction || head.is_correction,
        applies: told.applies,
        is_unmistakable: is_named && is_said && !line.has(segment, words::SPOKEN_TO),
    };
    let why = doubt_of(&told, &report, dress, is_direct, is_empty);
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

/// Work is told as it went, without a plan or a complaint in its place.
fn tells_work(line: &Line, body: Span, fields: &super::Fields) -> bool {
    let is_told = line.has(
        body,
        &["已", "正在", "完成", "了", "开始", "本月", "delivered", "arrived", "installed", "started"],
    );
    is_told && fields.cause.is_none() && fields.help.is_none()
}

/// In doubt nothing is said about the percent.
pub(super) fn in_doubt(why: Why, report: Report) -> Doubt {
    Doubt { why, report: Report { percent: None, is_unmistakable: false, ..report } }
}

fn doubt_of(told: &Told, report: &Report, dress: Dress, is_direct: bool, is_empty: bool) -> Option<Why> {
    if !told.rivals.is_empty() {
        return Some(Why::WhichPercent(told.rivals.clone()));
    }
    if let Some(Percent::About(value)) = report.percent {
        return Some(Why::AboutPercent(value));
    }
    if is_empty && !report.is_correction {
        return Some(Why::OnlyItem);
    }
    if told.is_done {
        return Some(Why::DoneOrSignOff);
    }
    let is_sure = is_direct || (told.percent.is_some() && told.is_percent_sure);
    (dress == Dress::Day && !is_sure).then_some(Why::ItemOrDay)
}
