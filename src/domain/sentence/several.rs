//! Several items told in one breath without a word behind their numbers: 22、30都无变化; 都没变化 of all.

use super::line::{Line, Span};
use super::segment::is_all_change;
use super::{ItemWord, Report};

/// Between two numbers of a list.
const JOINTS: &[char] = &['、', ',', ' ', '和', '与', '及', '跟'];
/// Words for everything the unit has to report.
const ALL: &[&str] =
    &["全部事项", "所有事项", "各项", "全部", "所有", "都", "均", "all items", "everything", "all"];
const TOGETHER: &[&str] = &["都", "均", "全部", "both", "all", "are", "is"];
const MOST: usize = 20;

/// `None`: not such a list. Empty: a list that tells something else of its items. A list of one is read
/// elsewhere.
pub(super) fn unchanged(line: &Line) -> Option<Vec<Report>> {
    let mut at = line.skip_gaps(0, line.len());
    let mut numbers = Vec::new();
    while let Some((number, end)) = line.number_at(at) {
        numbers.push(i32::try_from(number).ok().filter(|n| *n > 0)?);
        at = end;
        // With a word behind a number the sentence is read like any other.
        if matches!(line.at(at), Some('项' | '号')) {
            return None;
        }
        let next = (at..line.len()).find(|at| !line.at(*at).is_some_and(|c| JOINTS.contains(&c)))?;
        // 16 90: an item and its percent.
        let is_joined = (at..next).any(|at| line.at(at) != Some(' '));
        if !is_joined || line.number_at(next).is_none() {
            break;
        }
        at = next;
    }
    if numbers.len() > MOST || numbers.len() == 1 {
        return None;
    }
    let table = if numbers.is_empty() { ALL } else { TOGETHER };
    let behind = line.skip_words(at, line.len(), table);
    if numbers.is_empty() && behind == at {
        return None;
    }
    let rest = Span::new(behind, line.len());
    let Some(change) = is_all_change(line, rest) else {
        // 22、30都到货了: a list, and neither of its numbers a percent.
        return (!numbers.is_empty() && behind > at).then(Vec::new);
    };
    let report = |item| Report {
        item,
        change,
        text: line.written(rest).trim_end_matches(['。', '！', '!', '.']).to_owned(),
        is_all: numbers.is_empty(),
        is_unmistakable: false,
        ..Report::default()
    };
    if numbers.is_empty() {
        return Some(vec![report(None)]);
    }
    Some(numbers.iter().map(|number| report(Some(ItemWord { number: *number, round: None }))).collect())
}
