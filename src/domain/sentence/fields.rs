//! What the free text of a report tells besides the percent: the next step, what holds the item up and
//! why, and the help wanted. Clause by clause; nothing is made up where nothing is said.

use super::line::{Line, Span};
use super::trouble_words::{ASKING, CAUSES, LABELS, LACKING, NO_TROUBLE, NOT_WANTED, TROUBLE, WANTED};
use super::{Cause, DateWord, Fields, Next, date_words, words};

pub(super) fn fields_of(line: &Line) -> Fields {
    let clauses = line.clauses(line.all());
    let mut fields = Fields { next: next_step(line, &clauses), ..Fields::default() };
    for clause in &clauses {
        let body = without_label(line, *clause);
        if fields.help.is_none() && wants_help(line, *clause) {
            fields.help = Some(line.written(body));
            continue;
        }
        let Some(cause) = trouble_in(line, *clause) else { continue };
        // A clause that says why tells more than one that only complains.
        let is_better =
            fields.cause.is_none() || (fields.cause == Some(Cause::Other) && cause != Cause::Other);
        if is_better {
            fields.cause = Some(cause);
            fields.difficulty = Some(line.written(body));
        }
    }
    fields
}

/// Without `存在问题：` at its head.
fn without_label(line: &Line, clause: Span) -> Span {
    match line.any_at(clause.from, LABELS) {
        Some(end) if line.at(end) == Some(':') && end + 1 < clause.to => Span::new(end + 1, clause.to),
        _ => clause,
    }
}

fn wants_help(line: &Line, clause: Span) -> bool {
    let Some(asking) = line.find(clause, ASKING) else { return false };
    let rest = Span::new(asking.to, clause.to);
    line.has(rest, WANTED) && !line.has(clause, NOT_WANTED)
}

fn trouble_in(line: &Line, clause: Span) -> Option<Cause> {
    if line.has(clause, NO_TROUBLE) {
        return None;
    }
    let is_trouble = line.has(clause, TROUBLE);
    let is_lacking = is_trouble || line.has(clause, LACKING);
    CAUSES
        .iter()
        .find(|signs| line.has(clause, signs.phrases) || (is_lacking && line.has(clause, signs.topics)))
        .map(|signs| signs.cause)
        .or(is_trouble.then_some(Cause::Other))
}

/// The first clause that names a day to come, or is marked as the next step.
fn next_step(line: &Line, clauses: &[Span]) -> Option<Next> {
    clauses.iter().enumerate().find_map(|(n, clause)| {
        let is_planned = line.has(*clause, words::PLANNED) || line.has(*clause, &["前", "之前"]);
        if line.has(*clause, words::OVER) || (ends_in_past(line, *clause) && !is_planned) {
            return None;
        }
        match date_words::find(line, *clause, is_planned).filter(|found| is_planned || lies_ahead(found.word))
        {
            Some(found) => {
                let what = step(line, *clause, found.span);
                // 预计9月20日，开始调试: the day stands in a clause of its own.
                let following =
                    clauses.get(n + 1).filter(|_| what.is_empty() && line.at(clause.to) == Some(','));
                let what = following.map_or(what, |next| line.written(*next));
                Some(Next { date: Some(found.word), what })
            }
            None => {
                line.any_at(clause.from, words::NEXT_STEP)?;
                let what = strip_marks(line, *clause);
                (!what.is_empty()).then_some(Next { date: None, what })
            }
        }
    })
}

/// 设备到货了
fn ends_in_past(line: &Line, clause: Span) -> bool {
    line.before(clause.to) == Some('了')
}

fn lies_ahead(word: DateWord) -> bool {
    match word {
        DateWord::Days(days) => days > 0,
        DateWord::Weekday { weeks, .. } => weeks.is_none_or(|weeks| weeks >= 0),
        DateWord::EndOfWeekAhead(weeks) => weeks >= 0,
        DateWord::PartOfMonthAhead { months, .. } | DateWord::DayOfMonthAhead { months, .. } => months >= 0,
        _ => true,
    }
}

fn strip_marks(line: &Line, span: Span) -> String {
    let from = line.skip_words(span.from, span.to, words::STEP_MARKS);
    line.written(Span::new(from, span.to))
}

/// The clause without the day and the words that lead to it.
fn step(line: &Line, clause: Span, date: Span) -> String {
    let mut to = line.skip_gaps_back(date.from, clause.from);
    while let Some(start) = line.any_before(to, clause.from, words::BEFORE_DATE) {
        to = line.skip_gaps_back(start, clause.from);
    }
    let head = strip_marks(line, Span::new(clause.from, to));
    let mut from = line.skip_gaps(date.to, clause.to);
    while let Some(end) = line.any_within(from, clause.to, words::BEHIND_DATE) {
        from = line.skip_gaps(end, clause.to);
    }
    let tail = if head.is_empty() {
        strip_marks(line, Span::new(from, clause.to))
    } else {
        line.written(Span::new(from, clause.to))
    };
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
    let joint = if is_latin(head.chars().last()) && is_latin(tail.chars().next()) { " " } else { "" };
    format!("{head}{joint}{tail}")
}
