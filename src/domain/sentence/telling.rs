//! Finds the items a message reports on and cuts it into their segments. A number is an item only where it
//! leads a clause and nothing speaks for a day, a count or a clock.

use super::figures::{Dress, Item, MOST_ITEMS, SMALL, items_at, percent_at};
use super::judging::{Judged, judge};
use super::line::{Line, Span, ends_thought};
use super::segment::{direct_change, direct_percent};
use super::{DateWord, Sentence, date_words, without_item, words};

/// Where a segment begins and which items it is about.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub items: Vec<Item>,
    /// Start of the clause.
    pub from: usize,
    /// Start of what is said.
    pub body: usize,
    /// A name before the item that belongs to the text: 洵口县第16项.
    pub prefix: Option<Span>,
    pub is_correction: bool,
    pub is_commanded: bool,
}

/// Letters before 第16项 that may be a unit's name.
const LONGEST_PREFIX: usize = 14;

pub(super) fn names_items(line: &Line) -> bool {
    !heads(line).is_empty()
}

pub(super) fn tell(line: &Line) -> Option<Sentence> {
    let heads = heads(line);
    let Some(first) = heads.first() else {
        return without_item::tell(line).map(|one| sentence(vec![one]));
    };
    if heads.len() >= MOST_ITEMS {
        return None;
    }
    let before = Span::new(0, first.from);
    let mut judged = Vec::new();
    for (n, head) in heads.iter().enumerate() {
        let to = heads.get(n + 1).map_or(line.len(), |next| next.from);
        let before = if n == 0 && !line.is_only(before, &lead_words()) { Some(before) } else { None };
        judged.extend(judge(line, head, Span::new(head.body, to), before));
    }
    (!judged.is_empty()).then(|| sentence(judged))
}

/// What may stand before an item's number.
fn lead_words() -> Vec<&'static str> {
    [words::OPENERS, words::COMMANDS, words::CORRECTION].concat()
}

/// Over greetings and 截至8月底.
fn skip_lead(line: &Line, clause: Span) -> usize {
    let lead = lead_words();
    let at = line.skip_words(clause.from, clause.to, &lead);
    let date = line.any_within(at, clause.to, words::AS_OF).unwrap_or(at);
    match date_words::at(line, date).filter(|(word, end)| *end < clause.to && is_with_month(*word)) {
        Some((_, end)) => line.skip_words(end, clause.to, &lead),
        None => at,
    }
}

/// 16号 is no such date.
fn is_with_month(word: DateWord) -> bool {
    matches!(word, DateWord::Day { .. } | DateWord::PartOfMonth { .. } | DateWord::PartOfMonthAhead { .. })
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

/// The items that lead clauses, and those that follow each other in one: 16号90%、22号35%.
fn heads(line: &Line) -> Vec<Head> {
    let mut found: Vec<Head> = Vec::new();
    for clause in line.clauses(line.all()) {
        if found.len() >= MOST_ITEMS {
            break;
        }
        if found.last().is_some_and(|last| clause.from < last.body) {
            continue;
        }
        let is_thought = clause.from == 0 || thought_begins(line, clause.from);
        found.extend(head_at(line, clause, is_thought, found.is_empty()));
        let body = found.last().filter(|last| last.from >= clause.from).map_or(clause.to, |last| last.body);
        for at in body..clause.to {
            let is_start = line.before(at).is_some_and(super::line::is_gap) && at > body;
            let is_taken = found.last().is_some_and(|last| at < last.body);
            if !is_start || is_taken {
                continue;
            }
            let items = items_at(line, at, clause.to);
            let is_dressed = items.first().is_some_and(|item| item.dress != Dress::Bare);
            if let Some(end) = items.last().map(|item| item.span.to).filter(|_| is_dressed)
                && has_direct(line, end, clause.to)
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
    let start = skip_lead(line, clause);
    let opening = Span::new(clause.from, start);
    let is_commanded = line.has(opening, words::COMMANDS);
    let is_correction = line.has(opening, words::CORRECTION);
    let leading = items_at(line, start, line.len());
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
