//! Several items told in one breath: 22、30都无变化; 16-22项无变化; 都没变化 of all. Never with a percent,
//! which is each item's own.

use super::line::{Line, Span};
use super::segment::is_all_change;
use super::{ItemWord, Report};

/// Between two numbers of a list.
const JOINTS: &[char] = &['、', ',', ' ', '和', '与', '及', '跟'];
/// Between the first and the last number of a range.
const UNTIL: &[&str] = &["到", "至", "-", "~", "—", "——", "–", "to"];
/// Words for everything the unit has to report.
const ALL: &[&str] =
    &["全部事项", "所有事项", "各项", "全部", "所有", "都", "均", "all items", "everything", "all"];
const TOGETHER: &[&str] = &["都", "均", "全部", "both", "all", "are", "is"];
/// More in one breath is hardly what somebody has looked at.
const MOST: usize = 20;

/// The numbers at the head of a message.
struct Numbers {
    found: Vec<i32>,
    has_range: bool,
    /// 项 stands behind one of them.
    is_dressed: bool,
    end: usize,
}

/// `None`: not such a list. Empty: a list that tells something else of its items, or names too many. A
/// list of one is read elsewhere.
pub(super) fn unchanged(line: &Line) -> Option<Vec<Report>> {
    let numbers = numbers(line)?;
    let (count, at) = (numbers.found.len(), numbers.end);
    // With a word behind a number the sentence is read like any other.
    if count == 1 || (numbers.is_dressed && !numbers.has_range) {
        return None;
    }
    let table = if count == 0 { ALL } else { TOGETHER };
    let behind = line.skip_words(at, line.len(), table);
    let is_named = numbers.is_dressed || behind > at;
    if count == 0 && !is_named {
        return None;
    }
    let rest = Span::new(behind, line.len());
    let change = is_all_change(line, rest);
    // 9-15无变化: rather a day.
    if change.is_some() && numbers.has_range && !is_named {
        return Some(Vec::new());
    }
    let change = change.filter(|_| count <= MOST);
    let Some(change) = change else {
        // 22、30都到货了: a list, and neither of its numbers a percent.
        return (count > 0 && is_named).then(Vec::new);
    };
    let report = |item| Report {
        item,
        change,
        text: line.written(rest).trim_end_matches(['。', '！', '!', '.']).to_owned(),
        is_all: count == 0,
        is_unmistakable: false,
        ..Report::default()
    };
    if count == 0 {
        return Some(vec![report(None)]);
    }
    Some(numbers.found.iter().map(|number| report(Some(ItemWord { number: *number, round: None }))).collect())
}

/// `None`: the message begins with a number that is no item's.
fn numbers(line: &Line) -> Option<Numbers> {
    let start = line.skip_gaps(0, line.len());
    let mut numbers = Numbers { found: Vec::new(), has_range: false, is_dressed: false, end: start };
    let ahead = line.any_at(start, &["第", "items "]).filter(|at| range(line, *at).is_some());
    let mut at = ahead.unwrap_or(start);
    numbers.is_dressed = ahead.is_some();
    while let Some((first, end)) = line.number_at(at) {
        let (last, end) = range(line, at).unwrap_or((first, end));
        numbers.has_range |= last > first;
        // One more than is taken shows that there are too many.
        let room = (MOST + 1).saturating_sub(numbers.found.len());
        for number in (first..=last).take(room) {
            numbers.found.push(i32::try_from(number).ok().filter(|number| *number > 0)?);
        }
        let word = line.word_at(end, "项");
        if word.is_none() && line.at(end) == Some('号') {
            return None;
        }
        numbers.is_dressed |= word.is_some();
        numbers.end = word.unwrap_or(end);
        let next = (numbers.end..line.len()).find(|at| !line.at(*at).is_some_and(|c| JOINTS.contains(&c)))?;
        // 16 90: an item and its percent.
        let is_joined = (numbers.end..next).any(|at| line.at(at) != Some(' '));
        if !is_joined || line.number_at(next).is_none() {
            break;
        }
        at = next;
    }
    Some(numbers)
}

/// The last number of a range that starts at `at`, and where it ends: 16-22, 16项到22.
fn range(line: &Line, at: usize) -> Option<(i64, usize)> {
    let (first, end) = line.number_at(at)?;
    let blank = |at: usize| if line.at(at) == Some(' ') { at + 1 } else { at };
    let end = blank(line.word_at(end, "项").unwrap_or(end));
    let next = blank(line.any_at(end, UNTIL)?);
    let (last, end) = line.number_at(line.word_at(next, "第").unwrap_or(next))?;
    (last > first).then_some((last, end))
}
