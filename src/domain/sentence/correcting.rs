//! Corrections (更正): 上面那条写错了，是80不是90. Of two figures the right one is told by the word before
//! it, never by the order.

use super::figures::{Dress, Figure, item_at, percent_at};
use super::line::{Line, Span};
use super::{ItemWord, Percent, Sentence, telling, words};

/// Corrects the last report, where the sentence names no item of its own.
pub(super) fn correct_last(line: &Line) -> Option<Sentence> {
    let all = line.all();
    if !is_correction(line, all) || telling::names_items(line) {
        return None;
    }
    let item = right_item(line, all);
    let percent = right_percent(line, all).filter(|_| item.is_none()).map(told);
    let clauses = line.clauses(all);
    let is_bare = clauses.iter().all(|clause| is_only_correction(line, *clause));
    let is_about_last = line.has(all, words::LAST_SAID) && line.has(all, words::CORRECTION);
    if percent.is_none() && item.is_none() && !is_bare && !is_about_last {
        return None;
    }
    let kept: Vec<String> = clauses
        .into_iter()
        .filter(|clause| {
            !is_only_correction(line, *clause) && (item.is_none() || right_item(line, *clause).is_none())
        })
        .map(|clause| line.written(clause))
        .collect();
    Some(Sentence::CorrectLast { percent, item, text: kept.join("，") })
}

pub(super) fn told(figure: Figure) -> Percent {
    if figure.is_about { Percent::About(figure.value) } else { Percent::Exact(figure.value) }
}

/// A word of correction, or 是80不是90.
pub(super) fn is_correction(line: &Line, span: Span) -> bool {
    let is_pair = || {
        wrong_figure(line, span)
            && (right_figure(line, span, RIGHT).is_some() || right_item(line, span).is_some())
    };
    line.has(span, words::CORRECTION) || is_pair()
}

const RIGHT: &[&str] = words::RIGHT_FIGURE;

fn wrong_figure(line: &Line, span: Span) -> bool {
    (span.from..span.to).any(|at| {
        line.any_at(at, words::WRONG_FIGURE).is_some_and(|end| {
            let at = line.skip_gaps(end, span.to);
            percent_at(line, at, span.to).is_some() || item_at(line, at, span.to).is_some()
        })
    })
}

/// The figure that is said to be right.
pub(super) fn right_percent(line: &Line, span: Span) -> Option<Figure> {
    right_figure(line, span, RIGHT).or_else(|| {
        // 打错了，八成: the only figure there is, at the head of a clause.
        line.has(span, words::CORRECTION)
            .then(|| {
                line.clauses(span).into_iter().find_map(|clause| {
                    let at = line.skip_words(clause.from, clause.to, words::FILLERS);
                    percent_at(line, at, clause.to)
                })
            })
            .flatten()
    })
}

fn right_figure(line: &Line, span: Span, table: &[&str]) -> Option<Figure> {
    (span.from..span.to)
        .find_map(|at| {
            let at = right_at(line, at, span, table)?;
            percent_at(line, at, span.to)
        })
        .or_else(|| {
            // 80不是90, 80 not 90
            (span.from..span.to).find_map(|at| {
                let figure = percent_at(line, at, span.to)?;
                let is_first = line
                    .any_before(line.skip_gaps_back(at, span.from), span.from, words::WRONG_FIGURE)
                    .is_none();
                let next = line.skip_gaps(figure.span.to, span.to);
                (is_first && line.any_at(next, words::WRONG_FIGURE).is_some()).then_some(figure)
            })
        })
}

fn right_item(line: &Line, span: Span) -> Option<ItemWord> {
    (span.from..span.to).find_map(|at| {
        let at = right_at(line, at, span, RIGHT)?;
        item_at(line, at, span.to).filter(|item| item.dress != Dress::Bare).map(|item| item.word)
    })
}

/// Behind 是, 应为, 改成 – but not behind 不是.
fn right_at(line: &Line, at: usize, span: Span, table: &[&str]) -> Option<usize> {
    let end = line.any_at(at, table)?;
    let is_wrong =
        line.before(at) == Some('不') || line.any_before(end, span.from, words::WRONG_FIGURE).is_some();
    (!is_wrong).then(|| line.skip_words(end, span.to, &["为", "是", "到", "第"]))
}

/// Whether a clause only corrects: words of correction and figures.
pub(super) fn is_only_correction(line: &Line, clause: Span) -> bool {
    let around: Vec<&str> = [words::CORRECTION, words::AROUND_CORRECTION, words::FILLERS].concat();
    let mut at = clause.from;
    while at < clause.to {
        let next = line.skip_words(at, clause.to, &around);
        let past = percent_at(line, next, clause.to).map_or(next, |figure| figure.span.to);
        if past == at {
            return false;
        }
        at = past;
    }
    true
}
