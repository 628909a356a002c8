//! Questions (37项现在什么情况, 洵口还剩几项). A question is answered and changes nothing, so it may be
//! recognised more freely than a report; still it has to ask for something of the ledger.

use super::date_words;
use super::figures::{Dress, Item, item_at};
use super::line::{Line, Span};
use super::{DateWord, Question, Scope, Year, words};
use crate::domain::Flag;

/// Words of a flag, as asked for.
const FLAGS: &[(Flag, &[&str])] = &[
    (Flag::Overdue, &["逾期", "超期", "过期", "overdue", "past due"]),
    (Flag::DueSoon, &["临期", "快到期", "即将到期", "要到期", "due soon"]),
    (Flag::Lagging, &["滞后", "落后", "lagging", "behind schedule", "behind"]),
    (Flag::Returned, &["退回", "被退", "returned", "sent back"]),
];
/// A longer message is no question to a ledger.
const LONGEST: usize = 40;
/// A longer word behind 找 at once is a sentence.
const LONGEST_WORD: usize = 6;
/// A longer name is no unit's.
const LONGEST_UNIT: usize = 12;

pub(super) fn ask(line: &Line) -> Option<Question> {
    let all = line.all();
    if line.len() > LONGEST * 2 {
        return None;
    }
    find_words(line)
        .or_else(|| shown_item(line))
        .or_else(|| asked_item(line))
        .or_else(|| {
            (line.len() <= LONGEST * 2 && line.has(all, words::CLOSES)).then_some(Question::WindowCloses)
        })
        .or_else(|| mine(line))
        .or_else(|| unreported(line))
        .or_else(|| remaining(line))
        .or_else(|| flagged(line))
}

fn is_over(line: &Line, at: usize) -> bool {
    line.is_only(Span::new(at, line.len()), &["的", "了", "吧", "情况", "进度", "进展", "please"])
}

/// 37呢
fn is_over_with_ne(line: &Line, at: usize) -> bool {
    line.word_at(at, "呢").is_some_and(|end| is_over(line, end))
}

/// 找 渗滤液, 搜索渗滤液, 渗滤液是哪项.
fn find_words(line: &Line) -> Option<Question> {
    let all = line.all();
    if let Some(end) = line.any_at(0, words::FIND) {
        let is_long = end > 1;
        let is_apart = line.at(end).is_some_and(|c| c.is_whitespace() || c == ':');
        let wanted = line.written(Span::new(end, line.len()));
        // 找渗滤液: a short word and nothing else.
        let is_word = (2..=LONGEST_WORD).contains(&wanted.chars().count())
            && wanted.chars().all(|c| c.is_alphanumeric() && !"了来去签谈".contains(c))
            && !line.at(end).is_some_and(|c| c.is_ascii())
            && line.any_at(end, words::NOT_FOUND).is_none();
        let is_short = !wanted.is_empty() && wanted.chars().count() <= LONGEST;
        return ((is_apart || is_long || is_word) && is_short && line.clauses(all).len() == 1)
            .then_some(Question::Find(wanted));
    }
    let asked = line.find(all, &["是哪项", "是哪一项", "是第几项", "是几号"])?;
    let wanted = line.written(Span::new(0, asked.from));
    (!wanted.is_empty() && wanted.chars().count() <= LONGEST_UNIT && is_over(line, asked.to))
        .then_some(Question::Find(wanted))
}

/// 查 16, 查 16 8月15日.
fn shown_item(line: &Line) -> Option<Question> {
    let start = line.skip_words(0, line.len(), &["请", "帮我", "麻烦", "please", "can you"]);
    let end = line.any_at(start, words::SHOW)?;
    let item = item_at(line, line.skip_gaps(end, line.len()), line.len())?;
    let at = line.skip_words(item.span.to, line.len(), words::AS_OF);
    if let Some((date, end)) = date_words::at(line, at) {
        return is_over(line, end).then_some(Question::ItemAsOf(item.word, date));
    }
    let is_known = is_over(line, at) || line.has(Span::new(at, line.len()), words::HOW_IS);
    is_known.then_some(Question::Item(item.word))
}

/// 37项现在什么情况, how is 37 doing.
fn asked_item(line: &Line) -> Option<Question> {
    let first = line.clauses(line.all()).into_iter().next()?;
    let lead: Vec<&str> =
        [words::OPENERS, words::HOW_IS, &["那", "那么", "请问", "了解", "tell me", "about"]].concat();
    let start = line.skip_words(first.from, first.to, &lead);
    let item = item_at(line, start, first.to)?;
    let rest = Span::new(item.span.to, line.len());
    let asked = line.find(rest, words::HOW_IS);
    let is_led = line.has(Span::new(first.from, start), words::HOW_IS);
    let is_marked = line.at(line.len() - 1) == Some('?') || line.before(line.len()) == Some('吗');
    let is_dressed = matches!(item.dress, Dress::Ordinal | Dress::Counted);
    let is_asked = match item.dress {
        _ if is_over_with_ne(line, item.span.to) => true,
        _ if is_led => is_over(line, item.span.to) || asked.is_some(),
        Dress::Bare => asked.is_some_and(|asked| is_near(line, &item, asked)),
        Dress::Day => asked.is_some_and(|asked| is_near(line, &item, asked)),
        _ => asked.is_some() || (is_marked && is_dressed),
    };
    if !is_asked {
        return None;
    }
    let date = date_words::find(line, rest, false).map(|found| found.word).filter(|_| asked.is_some());
    Some(match date.filter(|date| looks_back(*date)) {
        Some(date) => Question::ItemAsOf(item.word, date),
        None => Question::Item(item.word),
    })
}

/// 16号现在什么情况: what is asked follows the item, with little between.
fn is_near(line: &Line, item: &Item, asked: Span) -> bool {
    line.is_only(
        Span::new(item.span.to, asked.from),
        &["现在", "目前", "的", "到底", "进度", "进展", "整改", "是", "now", "is"],
    )
}

/// A day on which one can ask how things stood.
fn looks_back(date: DateWord) -> bool {
    match date {
        DateWord::Days(days) => days < 0,
        DateWord::Day { year, .. } | DateWord::PartOfMonth { year, .. } => year != Year::Ahead(1),
        DateWord::Weekday { weeks, .. } => weeks.is_some_and(|weeks| weeks < 0),
        DateWord::PartOfMonthAhead { months, .. } | DateWord::DayOfMonthAhead { months, .. } => months < 0,
        _ => false,
    }
}

fn mine(line: &Line) -> Option<Question> {
    let all = line.all();
    (line.has(all, words::MINE)
        && line.is_only(all, &[words::MINE, &["?", "呢", "please", "show", "查"]].concat()))
    .then_some(Question::Mine)
}

fn unreported(line: &Line) -> Option<Question> {
    let asked = line.find(line.all(), words::UNREPORTED)?;
    let is_chinese = line.at(asked.from).is_some_and(|c| !c.is_ascii());
    let is_question =
        is_chinese || line.has(line.all(), &["who", "what", "which", "list", "?"]) || asked.from == 0;
    is_question.then(|| scope(line, asked)).flatten().map(Question::Unreported)
}

fn remaining(line: &Line) -> Option<Question> {
    let asked = line.find(line.all(), words::REMAINING)?;
    scope(line, asked).map(Question::Remaining)
}

fn flagged(line: &Line) -> Option<Question> {
    let all = line.all();
    let (flag, found) =
        FLAGS.iter().find_map(|(flag, table)| line.find(all, table).map(|found| (*flag, found)))?;
    let which = line.find(all, words::WHICH).or_else(|| line.find(all, &["what's", "whats"]));
    let is_bare = line.is_only(
        all,
        &[
            FLAGS.iter().flat_map(|(_, table)| table.iter().copied()).collect(),
            vec!["items", "事项", "清单", "的"],
        ]
        .concat(),
    );
    let start = which.map_or(found.from, |which| which.from.min(found.from));
    if which.is_none() && !is_bare {
        return None;
    }
    scope(line, Span::new(start, found.to)).map(|scope| Question::Flagged(flag, scope))
}

/// Whose items: what stands before the question, or behind an English `in`.
fn scope(line: &Line, asked: Span) -> Option<Scope> {
    let all = line.all();
    if line.has(all, words::OWN) {
        return Some(Scope::Own);
    }
    let mut to = asked.from;
    let from = line.skip_words(0, to, words::AROUND_UNIT);
    while let Some(start) = line.any_before(line.skip_gaps_back(to, from), from, words::AROUND_UNIT) {
        to = start;
    }
    let mut name = line.written(Span::new(from, to));
    if name.is_empty() || name.is_ascii() {
        let place = line.find(Span::new(asked.from, line.len()), &["in", "for", "at", "of"]);
        let end = line.find(all, &["?"]).map_or(line.len(), |found| found.from);
        name = place.map_or(String::new(), |place| line.written(Span::new(place.to, end)));
        if matches!(name.to_lowercase().as_str(), "total" | "all" | "them" | "this month") {
            name.clear();
        }
    }
    match name.chars().count() {
        0 => Some(Scope::All),
        _ if line.clauses(Span::new(0, asked.to)).len() > 1 => None,
        1..=LONGEST_UNIT => Some(Scope::Unit(name)),
        n if name.is_ascii() && n <= LONGEST => Some(Scope::Unit(name)),
        _ => None,
    }
}
