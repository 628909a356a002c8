//! Items and percents in the letters of a message: 16项, 第十六项, 16号, #16; 90%, 九成五, 八十左右.
//! Says what stands there, not what it is for.

use super::ItemWord;
use super::line::{Line, Span, VEILED};
use super::words;

/// How an item is named; the plainer, the more else has to speak for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dress {
    /// 第16项, 编号16, #16, item 16
    Ordinal,
    /// 16项: may count things
    Counted,
    /// 16号: may be a day
    Day,
    /// 16
    Bare,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub word: ItemWord,
    pub dress: Dress,
    pub span: Span,
    /// Said in Chinese numerals: 三项手续 counts, 3项 seldom does.
    pub is_spelled: bool,
}

/// A percent as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figure {
    pub value: i64,
    pub is_about: bool,
    /// With a sign, 成 or 百分之; a bare number may be something else.
    pub is_marked: bool,
    pub span: Span,
}

/// A list of more is a document.
pub(super) const MOST_ITEMS: usize = 30;
/// Letters of a title in brackets.
const LONGEST_TITLE: usize = 40;
/// Up to this an undressed count (3项, 三项) counts things more often than it names an item.
pub(super) const SMALL: i32 = 10;
/// Larger numbers are years, telephones, sums.
const HIGHEST_ITEM: i64 = 9999;
const PREFIXES: &[&str] = &[
    "整改事项",
    "整改任务",
    "事项",
    "编号",
    "序号",
    "问题",
    "第",
    "#",
    "no.",
    "no",
    "item",
    "number",
    "item no.",
    "items",
];

pub(super) fn item_at(line: &Line, at: usize, to: usize) -> Option<Item> {
    let prefix = line.any_at(at, PREFIXES);
    let start = prefix.map_or(at, |end| line.skip_words(end, to, &["#", "no.", "第"]));
    let is_spelled = !line.at(start)?.is_ascii_digit();
    let (number, end) =
        line.number_at(start).filter(|(n, end)| (1..=HIGHEST_ITEM).contains(n) && *end <= to)?;
    // 两项 always counts; the second item is 第二项.
    if line.at(start) == Some('两') || line.has_fraction_at(end) {
        return None;
    }
    let behind = if prefix.is_none() && line.at(end) == Some(' ') { line.skip_gaps(end, to) } else { end };
    let (dress, end) = match line.at(behind).filter(|_| behind < to) {
        Some('项') => (if prefix.is_some() { Dress::Ordinal } else { Dress::Counted }, behind + 1),
        Some('号') if behind == end => {
            (if prefix.is_some() { Dress::Ordinal } else { Dress::Day }, behind + 1)
        }
        _ if prefix.is_some() && is_closed(line, end, at) => (Dress::Ordinal, end),
        _ if prefix.is_none() => (Dress::Bare, end),
        _ => return None,
    };
    if !names_item(line, dress, end) {
        return None;
    }
    let nouns = if dress == Dress::Ordinal { line.any_at(end, words::ITEM_NOUNS) } else { None };
    let (round, end) = round_at(line, nouns.unwrap_or(end), to);
    let end = title_end(line, end, to).filter(|_| dress != Dress::Bare).unwrap_or(end);
    let number = i32::try_from(number).ok()?;
    Some(Item { word: ItemWord { number, round }, dress, span: Span::new(at, end), is_spelled })
}

/// Behind 编号16 the number is over; behind 第16 it goes on: 第16页.
fn is_closed(line: &Line, end: usize, at: usize) -> bool {
    let next = line.at(end);
    let is_gap = next.is_none_or(|c| !c.is_alphanumeric() && c != '%');
    is_gap
        || (line.at(at) != Some('第')
            && next != Some('%')
            && !next.is_some_and(|c| c.is_ascii_alphanumeric()))
}

fn names_item(line: &Line, dress: Dress, end: usize) -> bool {
    let is_project = line.at(end) == Some('目') && line.any_at(end, &["目前", "目标"]).is_none();
    match dress {
        Dress::Ordinal | Dress::Day if line.before(end) == Some('号') => {
            line.any_at(end, words::OTHER_NUMBERED).is_none()
        }
        Dress::Counted => !is_project && line.any_at(end, words::COUNTED_NOUNS).is_none(),
        _ => !is_project,
    }
}

/// The item's title in brackets or quotes behind its number: 第16项（泵站）.
fn title_end(line: &Line, at: usize, to: usize) -> Option<usize> {
    let close = match line.at(at)? {
        '(' => (at..to).find(|at| line.at(*at) == Some(')'))? + 1,
        VEILED => (at..to).find(|at| line.at(*at) != Some(VEILED)).unwrap_or(to),
        _ => return None,
    };
    (close - at <= LONGEST_TITLE).then_some(close)
}

/// `@2017年省督察` behind the number.
fn round_at(line: &Line, end: usize, to: usize) -> (Option<String>, usize) {
    if line.at(end) != Some('@') {
        return (None, end);
    }
    let stop = (end + 1..to)
        .find(|at| line.at(*at).is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '。' | ':' | '、')))
        .unwrap_or(to);
    let name = line.written(Span::new(end + 1, stop));
    if name.is_empty() { (None, end) } else { (Some(name), stop) }
}

/// One item or several that share what follows: 16、22、35项.
pub(super) fn items_at(line: &Line, at: usize, to: usize) -> Vec<Item> {
    let mut found: Vec<Item> = item_at(line, at, to).into_iter().collect();
    while let Some(last) = found.last().filter(|_| found.len() < MOST_ITEMS) {
        let next = line.skip_gaps(last.span.to, to);
        let word = line.any_within(next, to, &["和", "与", "及", "以及", "跟", "and", "&"]);
        let is_comma = line.at(next) == Some(',') && next < to;
        let is_joined = word.is_some() || is_comma || line.at(last.span.to) == Some('、');
        let next = line.skip_gaps(word.unwrap_or(if is_comma { next + 1 } else { next }), to);
        let Some(item) = item_at(line, next, to).filter(|_| is_joined && !is_figure(line, next, to)) else {
            break;
        };
        let (a, b) = (last.dress, item.dress);
        let is_alike =
            a == b || a == Dress::Bare || b == Dress::Bare || (a, b) == (Dress::Ordinal, Dress::Counted);
        // A comma joins only what can hardly be anything else; 16项，20号调试 is no list.
        let is_list =
            !is_comma || (a == b && matches!(a, Dress::Ordinal | Dress::Counted) && item.word.number > SMALL);
        if !is_alike || !is_list {
            break;
        }
        found.push(item);
    }
    // 16、90 is no list, items 16 and 22 is one.
    if found.iter().all(|item| item.dress == Dress::Bare) {
        found.truncate(1);
    }
    let dress = found.iter().map(|item| item.dress).find(|dress| *dress != Dress::Bare);
    if let Some(dress) = dress.filter(|_| found.len() > 1) {
        found.iter_mut().for_each(|item| item.dress = dress);
    }
    found
}

fn is_figure(line: &Line, at: usize, to: usize) -> bool {
    percent_at(line, at, to).is_some_and(|figure| figure.is_marked)
}

/// A percent at `at`, with 约 before and 左右 behind it. A bare number counts, unmarked, unless it
/// measures something.
pub(super) fn percent_at(line: &Line, at: usize, to: usize) -> Option<Figure> {
    let hedge = line.any_at(at, words::ABOUT_BEFORE);
    let start = hedge.map_or(at, |end| line.skip_words(end, to, &["是", "在", "有", "到", "at"]));
    let (value, end, is_marked, is_rough) = figure_at(line, start)?;
    let range = range_end(line, end, value).filter(|_| !follows_from(line, at));
    let (end, is_marked) = range.map_or((end, is_marked), |(end, marked)| (end, is_marked || marked));
    let behind = line.any_at(end, words::ABOUT_BEHIND);
    let end = behind.unwrap_or(end);
    let is_about = hedge.is_some() || is_rough || range.is_some() || behind.is_some();
    let fits = if is_marked {
        !is_share(line, end)
    } else {
        (0..=100).contains(&value) && stands_alone(line, Span::new(start, end), to)
    };
    (fits && end <= to).then_some(Figure { value, is_about, is_marked, span: Span::new(at, end) })
}

/// Value, end, whether it bears a sign, whether it is rough in itself (90.5%, 八九成).
fn figure_at(line: &Line, at: usize) -> Option<(i64, usize, bool, bool)> {
    if let Some(start) = line.word_at(at, "百分之") {
        return line.number_at(start).map(|(value, end)| (value, end, true, false));
    }
    if let Some(end) = line.any_at(at, words::HALF) {
        // 一半人 and 过半数 measure something else.
        let goes_on = line.at(end).is_some_and(|c| c.is_alphanumeric() && !"了以多左的吧".contains(c));
        return (!goes_on).then_some((50, end, true, true));
    }
    let (value, end) = line.number_at(at)?;
    if line.has_fraction_at(end) {
        let stop = (end + 1..line.len()).find(|at| !line.at(*at).is_some_and(|c| c.is_ascii_digit()))?;
        return sign_at(line, stop).map(|end| (value, end, true, true));
    }
    if let Some(end) = sign_at(line, end) {
        return Some((value, end, true, false));
    }
    if line.at(end) == Some('成') {
        return tenths(line, value, end + 1);
    }
    line.word_at(end, "个百分点").is_none().then_some((value, end, false, false))
}

fn sign_at(line: &Line, at: usize) -> Option<usize> {
    let at = if line.at(at) == Some(' ') { at + 1 } else { at };
    line.any_at(at, &["%", "percent", "per cent", "pct"])
}

/// 九成, 九成五, 九成半, 八九成. 八成要下雨 guesses, and is none.
fn tenths(line: &Line, value: i64, end: usize) -> Option<(i64, usize, bool, bool)> {
    let goes_on = line.at(end).is_some_and(|c| "立为果本功品员都型套绩熟交长不是要会得像新人".contains(c));
    match value {
        _ if goes_on => None,
        1..=10 => {
            let half = line.word_at(end, "半").map(|end| (5, end));
            let more = half.or_else(|| line.number_at(end).filter(|(n, _)| (1..=9).contains(n)));
            let (more, end) = more.filter(|_| value < 10).unwrap_or((0, end));
            Some((value * 10 + more, end, true, false))
        }
        // 八九成 reads as 89.
        12..=89 if value % 10 == value / 10 + 1 => Some((value / 10 * 10, end, true, true)),
        _ => None,
    }
}

/// The end of 80%-90%, 80到90%, 85到90, and whether it bears a sign. A stroke alone (16-90) joins nothing.
fn range_end(line: &Line, end: usize, low: i64) -> Option<(usize, bool)> {
    let word = line.any_at(line.skip_gaps(end, end + 1), &["到", "至"]);
    let start = word.or_else(|| {
        let is_stroke =
            line.at(end).is_some_and(|c| matches!(c, '-' | '~' | '—' | '–')) && line.at(end + 1) != Some('>');
        is_stroke.then(|| line.skip_gaps(end, line.len()))
    })?;
    let (high, stop, is_marked, _) = figure_at(line, start)?;
    (high > low && (is_marked || word.is_some())).then_some((stop, is_marked))
}

fn follows_from(line: &Line, at: usize) -> bool {
    line.any_before(line.skip_gaps_back(at, 0), 0, &["从", "由", "from"]).is_some()
}

/// 90%的人: a share of something, unless it is of the work.
fn is_share(line: &Line, end: usize) -> bool {
    let of = line.word_at(end, "的").or_else(|| line.any_at(line.skip_gaps(end, line.len()), &["of"]));
    let Some(of) = of else { return false };
    let of = line.skip_words(of, line.len(), &["the"]);
    of < line.len()
        && line.any_at(of, words::OF_WORK).is_none()
        && line.any_at(of, &["work", "works"]).is_none()
}

/// Whether a bare number stands for itself: no measure, no letters, no decimals behind it.
fn stands_alone(line: &Line, number: Span, to: usize) -> bool {
    let end = number.to;
    // 更正一下: a single numeral glued to a word is part of it.
    let is_numeral = end == number.from + 1 && line.at(number.from).is_some_and(|c| !c.is_ascii());
    let glued = line.at(end).filter(|_| end < to);
    let goes_on = glued.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '%' | '/' | '_' | '@'))
        || line.has_fraction_at(end)
        || (glued == Some(':') && line.at(end + 1).is_some_and(|c| c.is_ascii_digit()));
    let next = line.skip_gaps(end, to);
    let is_measured = next < to
        && line.any_at(next, words::MEASURES).is_some()
        && line.any_at(next, words::NO_MEASURES).is_none();
    !(goes_on || is_measured || is_numeral && glued.is_some_and(char::is_alphanumeric))
}
