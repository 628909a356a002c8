//! What is said about one item: the letters from behind its number to the next one. Finds the percent
//! that is the item's own among all figures, the change, and the text that is kept.

use super::figures::{Figure, percent_at};
use super::line::{Line, Span};
use super::{Change, correcting, date_words, words};

/// What a segment tells, before it is judged.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub percent: Option<Figure>,
    /// More than one percent that could be the item's.
    pub rivals: Vec<i64>,
    /// The percent follows its item at once, has a clause of its own, or is called 进度.
    pub is_percent_sure: bool,
    pub change: Change,
    /// The change is told of the item as a whole, not of a part of its work.
    pub is_change_sure: bool,
    pub applies: bool,
    /// 完成, and nothing that says of what.
    pub is_done: bool,
    pub is_correction: bool,
    pub text: String,
}

/// How well a figure is tied to the item; the best tied ones count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// Right behind the item, or alone in its clause.
    Own,
    /// 进度90%
    Keyed,
    Loose,
}

/// Over the gaps and the first comma behind an item.
pub(super) fn skip_soft(line: &Line, at: usize, to: usize) -> usize {
    let mut at = line.skip_gaps(at, to);
    while at < to && line.at(at) == Some(',') {
        at = line.skip_gaps(at + 1, to);
    }
    at
}

/// The percent right behind an item, over 进度到.
pub(super) fn direct_percent(line: &Line, at: usize, to: usize) -> Option<Figure> {
    let start = skip_soft(line, at, to);
    let at = line.skip_words(start, to, words::FILLERS);
    // 完成80左右: the filler may belong to the hedge, so both places are tried.
    percent_at(line, at, to).or_else(|| percent_at(line, start, to)).filter(|figure| !is_old(line, figure))
}

/// A word of no change that is no condition and no other word.
fn change_in(line: &Line, clause: Span) -> Option<(Change, Span)> {
    let free = |found: &Span| line.any_before(found.from, clause.from, words::IFS).is_none();
    if let Some(found) = line.find(clause, words::NO_CHANGE).filter(free) {
        return Some((Change::Unchanged, found));
    }
    let found = line.find(clause, words::SAME_AS_LAST)?;
    let next = line.at(found.to).filter(|_| found.to < clause.to);
    let is_short = found.to - found.from == 2;
    let is_other = line.any_at(found.to, words::NOT_SAME).is_some()
        || (is_short && next.is_some_and(char::is_alphanumeric));
    (!is_other).then_some((Change::SameAsLast, found))
}

/// 无变化 or 同上月 right behind an item.
pub(super) fn direct_change(line: &Line, at: usize, to: usize) -> Option<Change> {
    let clause = line.first_clause(Span::new(skip_soft(line, at, to), to))?;
    let (change, found) = change_in(line, clause)?;
    let is_near = [words::FILLERS, words::AROUND_NO_CHANGE]
        .into_iter()
        .any(|table| line.skip_words(clause.from, clause.to, table) >= found.from);
    is_near.then_some(change)
}

/// Whether a clause says nothing but no change.
pub(super) fn is_all_change(line: &Line, clause: Span) -> Option<Change> {
    let (change, found) = change_in(line, clause)?;
    let around = |span: Span| line.is_only(span, words::AROUND_NO_CHANGE);
    (around(Span::new(clause.from, found.from)) && around(Span::new(found.to, clause.to))).then_some(change)
}

pub(super) fn is_all_done(line: &Line, clause: Span) -> bool {
    let both: Vec<&str> = [words::DONE, words::AROUND_DONE].concat();
    line.has(clause, words::DONE) && line.is_only(clause, &both)
}

fn is_old(line: &Line, figure: &Figure) -> bool {
    let before = line.skip_gaps_back(figure.span.from, 0);
    let behind = line.skip_gaps(figure.span.to, line.len());
    line.any_before(before, 0, words::OLD_PERCENT).is_some()
        || matches!(line.at(behind), Some('→' | '>'))
        || (line.at(behind) == Some('=') && line.at(behind + 1) == Some('>'))
}

fn key_before(line: &Line, at: usize, from: usize) -> bool {
    let end = line.skip_gaps_back(at, from);
    let lead: Vec<&str> = [words::OPENERS, words::FILLERS].concat();
    let opens = |at: usize| line.skip_words(from, at, &lead) >= at;
    line.any_before(end, from, words::PERCENT_KEYS).is_some()
        || line.any_before(end, from, words::OPENING_KEYS).is_some_and(opens)
}

/// 上月报的是90%: said of an earlier month, and nothing of its having moved.
fn is_of_last_month(line: &Line, before: Span) -> bool {
    line.find(before, words::ONCE).is_some_and(|once| !line.has(Span::new(once.to, before.to), words::SINCE))
}

/// The figures of a clause that may be the item's, with their ties.
fn figures_in(line: &Line, clause: Span, direct: Option<Figure>) -> Vec<(Tie, Figure)> {
    let mut all: Vec<Figure> = Vec::new();
    let mut at = clause.from;
    while at < clause.to {
        let figure = direct.filter(|direct| direct.span.from == at).or_else(|| {
            let figure = percent_at(line, at, clause.to)?;
            // 设备到货 90: a last number apart may be the percent; it is loose and will be asked about.
            let is_last = figure.span.to == clause.to
                && line.before(at).is_some_and(char::is_whitespace)
                && line.at(at).is_some_and(|c| c.is_ascii_digit());
            let counts = figure.is_marked || is_last || key_before(line, at, clause.from);
            counts.then_some(figure)
        });
        match figure {
            Some(figure) => {
                at = figure.span.to.max(at + 1);
                all.push(figure);
            }
            None => at += 1,
        }
    }
    let is_own_clause = is_only_figures(line, clause, &all);
    let tie = |figure: &Figure| {
        if is_own_clause || direct.is_some_and(|direct| direct.span == figure.span) {
            Tie::Own
        } else if key_before(line, figure.span.from, clause.from) {
            Tie::Keyed
        } else {
            Tie::Loose
        }
    };
    let is_level = |figure: &Figure| {
        let before = line.skip_gaps_back(figure.span.from, clause.from);
        line.any_before(before, clause.from, words::NO_LEVEL).is_none_or(|at| {
            // 完成率 is the progress, 到位率 is not.
            line.before(before) == Some('率')
                && line.any_before(at + 1, clause.from, &["完成率", "整改率"]).is_some()
        }) && !line.has(Span::new(clause.from, figure.span.from), words::PLANNED)
            && !is_of_last_month(line, Span::new(clause.from, figure.span.from))
            && !is_old(line, figure)
    };
    all.iter().filter(|figure| is_level(figure)).map(|figure| (tie(figure), *figure)).collect()
}

/// Whether a clause is nothing but percents and the words that go with them.
fn is_only_figures(line: &Line, clause: Span, figures: &[Figure]) -> bool {
    let around: Vec<&str> = [words::FILLERS, words::AROUND_PERCENT].concat();
    let mut at = clause.from;
    for figure in figures {
        if !line.is_only(Span::new(at, figure.span.from), &around) {
            return false;
        }
        at = figure.span.to;
    }
    !figures.is_empty() && line.is_only(Span::new(at, clause.to), &around)
}

/// What may follow a percent and adds nothing to it.
const BEHIND_PERCENT: &[&str] = &["了", "complete", "completed", "done"];

pub(super) fn read(line: &Line, body: Span) -> Told {
    let body = Span::new(skip_soft(line, body.from, body.to), body.to);
    let clauses = line.clauses(body);
    let is_correction = correcting::is_correction(line, body);
    let direct = direct_percent(line, body.from, body.to);
    let mut found: Vec<(Tie, Figure)> = if is_correction {
        correcting::right_percent(line, body)
            .or(direct)
            .map(|figure| (Tie::Own, figure))
            .into_iter()
            .collect()
    } else {
        clauses.iter().flat_map(|clause| figures_in(line, *clause, direct)).collect()
    };
    let best = found.iter().map(|(tie, _)| *tie).min();
    found.retain(|(tie, _)| Some(*tie) == best);
    let percent = found.first().map(|(_, figure)| *figure);
    let mut rivals: Vec<i64> = Vec::new();
    for (_, figure) in &found {
        if !rivals.contains(&figure.value) {
            rivals.push(figure.value);
        }
    }
    if rivals.len() < 2 {
        rivals.clear();
    }
    let change = change_of(line, &clauses, percent.is_some());
    Told {
        percent: percent.filter(|_| rivals.is_empty()),
        is_percent_sure: best.is_some_and(|tie| tie < Tie::Loose),
        change,
        is_change_sure: direct_change(line, body.from, body.to).is_some()
            || clauses.iter().any(|clause| is_all_change(line, *clause).is_some()),
        applies: clauses.iter().any(|clause| applies(line, *clause)),
        is_done: found.is_empty()
            && change == Change::Progress
            && clauses.first().is_some_and(|clause| is_all_done(line, *clause)),
        is_correction,
        text: text_of(line, body, &clauses, &found, is_correction),
        rivals,
    }
}

/// Beside a percent, 没有进展 has to stand for the item: 征迁没有进展 is about the 征迁 only.
fn change_of(line: &Line, clauses: &[Span], has_percent: bool) -> Change {
    clauses
        .iter()
        .enumerate()
        .find_map(|(n, clause)| {
            let (change, _) = change_in(line, *clause)?;
            let stands = is_all_change(line, *clause).is_some() || (n == 0 && !has_percent);
            stands.then_some(change)
        })
        .unwrap_or_default()
}

/// 验收材料已报; not what is only planned or still missing.
fn applies(line: &Line, clause: Span) -> bool {
    let is_open = line
        .has(clause, &["没", "未", "尚", "准备", "等", "编", "整理", "收集", "not", "preparing"])
        || line.has(clause, words::PLANNED)
        || date_words::find(line, clause, false)
            .is_some_and(|found| line.before(found.span.to) != Some('日'));
    line.has(clause, words::APPLIES) && !is_open
}

/// The text as written, without the percent where it stands at the head or alone in its clause.
fn text_of(
    line: &Line,
    body: Span,
    clauses: &[Span],
    found: &[(Tie, Figure)],
    is_correction: bool,
) -> String {
    let mut kept = String::new();
    for (n, clause) in clauses.iter().enumerate() {
        let own: Vec<Figure> = found
            .iter()
            .map(|(_, figure)| *figure)
            .filter(|figure| clause.from <= figure.span.from && figure.span.to <= clause.to)
            .collect();
        let all: Vec<Figure> = every_figure(line, *clause);
        let figures = if all.len() > own.len() { &all } else { &own };
        let behind: Vec<&str> = [BEHIND_PERCENT, words::WRONG_FIGURE].concat();
        let ends =
            figures.last().is_some_and(|last| line.is_only(Span::new(last.span.to, clause.to), &behind));
        let is_bare = !own.is_empty() && ends && is_only_figures(line, *clause, figures);
        if is_bare || (is_correction && correcting::is_only_correction(line, *clause)) {
            continue;
        }
        let head = own.first().filter(|figure| {
            n == 0 && line.is_only(Span::new(clause.from, figure.span.from), words::FILLERS)
        });
        let from = head.map_or(clause.from, |figure| {
            let behind: Vec<&str> = [BEHIND_PERCENT, words::CORRECTION].concat();
            line.skip_words(figure.span.to, clause.to, &behind)
        });
        // 完成90%的工程量: cutting the percent out would leave no sentence.
        let from = if line.at(from) == Some('的') { clause.from } else { from };
        if from < clause.to {
            let end = clauses.get(n + 1).map_or(body.to, |next| next.from);
            kept.push_str(&line.raw(Span::new(from, end)));
        }
    }
    let trimmed =
        kept.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '、'));
    if trimmed.chars().any(char::is_alphanumeric) { trimmed.to_owned() } else { String::new() }
}

fn every_figure(line: &Line, clause: Span) -> Vec<Figure> {
    let mut all = Vec::new();
    let mut at = clause.from;
    while at < clause.to {
        match percent_at(line, at, clause.to).filter(|figure| figure.is_marked) {
            Some(figure) => {
                at = figure.span.to.max(at + 1);
                all.push(figure);
            }
            None => at += 1,
        }
    }
    all
}
