//! A message as letters: as written, for what is kept, and as read (half-width, lower case), for the
//! grammar. Words of the tables are looked for here; a Latin word fits only as a whole word.

use crate::domain::numeral;

/// What stands for a letter nobody may read: quoted words keep their place in the text and mean nothing.
pub(super) const VEILED: char = '\u{FFFC}';

/// A piece of the letters, from the first to before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: usize,
    pub to: usize,
}

impl Span {
    pub(super) fn new(from: usize, to: usize) -> Span {
        Span { from, to: to.max(from) }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    written: Vec<char>,
    read: Vec<char>,
}

/// Pairs of quotation marks; the same mark on both sides closes itself.
const QUOTES: [(char, char); 6] =
    [('「', '」'), ('『', '』'), ('“', '”'), ('《', '》'), ('"', '"'), ('〈', '〉')];

pub(super) fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | ':' | '-' | '—' | '–' | '*' | '·' | '~')
}

/// Where a clause ends, whatever follows.
fn is_end(c: char) -> bool {
    matches!(c, ',' | '。' | ';' | '!' | '?' | '\n' | '…')
}

/// Behind these begins a new thought, not only a new clause.
pub(super) fn ends_thought(c: char) -> bool {
    matches!(c, '。' | ';' | '!' | '?' | '\n' | '…')
}

impl Line {
    pub(super) fn new(text: &str) -> Line {
        let written: Vec<char> = text.chars().collect();
        let mut read: Vec<char> =
            numeral::half_width(text).chars().map(|c| c.to_ascii_lowercase()).map(plain).collect();
        for (open, close) in QUOTES {
            veil(&mut read, open, close);
        }
        Line { written, read }
    }

    pub(super) fn len(&self) -> usize {
        self.read.len()
    }

    pub(super) fn all(&self) -> Span {
        Span::new(0, self.len())
    }

    pub(super) fn at(&self, at: usize) -> Option<char> {
        self.read.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.at(at))
    }

    /// As written, without the gaps and separators around it.
    pub(super) fn written(&self, span: Span) -> String {
        let text: String = self.written[span.from.min(self.len())..span.to.min(self.len())].iter().collect();
        text.trim_matches(|c: char| is_gap(c) || matches!(c, ',' | '，' | '：' | ';' | '；')).to_owned()
    }

    /// As written, to the letter.
    pub(super) fn raw(&self, span: Span) -> String {
        self.written[span.from.min(self.len())..span.to.min(self.len())].iter().collect()
    }

    /// The end of `word` if it stands at `at`.
    pub(super) fn word_at(&self, at: usize, word: &str) -> Option<usize> {
        let mut end = at;
        for c in word.chars() {
            if self.at(end)? != c {
                return None;
            }
            end += 1;
        }
        let cuts = |edge: Option<char>, beyond: Option<char>| {
            edge.is_some_and(|c| c.is_ascii_alphabetic()) && beyond.is_some_and(|c| c.is_ascii_alphabetic())
        };
        let (first, last) = (self.at(at), self.before(end));
        (end > at && !cuts(first, self.before(at)) && !cuts(last, self.at(end))).then_some(end)
    }

    /// The end of the longest word of the table at `at`.
    pub(super) fn any_at(&self, at: usize, table: &[&str]) -> Option<usize> {
        table.iter().filter_map(|word| self.word_at(at, word)).max()
    }

    /// The end of the longest word of the table at `at` that ends by `to`.
    pub(super) fn any_within(&self, at: usize, to: usize, table: &[&str]) -> Option<usize> {
        table.iter().filter_map(|word| self.word_at(at, word)).filter(|end| *end <= to).max()
    }

    /// The first word of the table within the span, the longest of those that begin there. Most words
    /// begin with a letter that the span does not hold.
    pub(super) fn find(&self, span: Span, table: &[&str]) -> Option<Span> {
        let read = self.read.get(span.from..span.to.min(self.len()))?;
        let trace = |c: char| 1u64 << (c as u32 % 64);
        let held = read.iter().fold(0, |held, c| held | trace(*c));
        let mut first: Option<Span> = None;
        for word in table {
            let Some(begin) = word.chars().next().filter(|c| held & trace(*c) != 0) else { continue };
            let until = first.map_or(read.len(), |found| found.from - span.from + 1);
            let ends = read[..until].iter().enumerate().filter(|(_, c)| **c == begin).find_map(|(at, _)| {
                let at = span.from + at;
                self.word_at(at, word).filter(|to| *to <= span.to).map(|to| Span::new(at, to))
            });
            let is_better =
                |found: &Span| first.is_none_or(|first| (found.from, first.to) < (first.from, found.to));
            first = ends.filter(is_better).or(first);
        }
        first
    }

    pub(super) fn has(&self, span: Span, table: &[&str]) -> bool {
        self.find(span, table).is_some()
    }

    /// The start of the longest word of the table that ends at `end`.
    pub(super) fn any_before(&self, end: usize, from: usize, table: &[&str]) -> Option<usize> {
        table
            .iter()
            .filter_map(|word| {
                let at = end.checked_sub(word.chars().count()).filter(|at| *at >= from)?;
                self.word_at(at, word).filter(|to| *to == end).map(|_| at)
            })
            .min()
    }

    pub(super) fn skip_gaps(&self, mut at: usize, to: usize) -> usize {
        while at < to && self.at(at).is_some_and(is_gap) {
            at += 1;
        }
        at
    }

    pub(super) fn skip_gaps_back(&self, mut at: usize, from: usize) -> usize {
        while at > from && self.before(at).is_some_and(is_gap) {
            at -= 1;
        }
        at
    }

    /// Moves over gaps and words of the table as long as there are any.
    pub(super) fn skip_words(&self, at: usize, to: usize, table: &[&str]) -> usize {
        let mut at = self.skip_gaps(at, to);
        while let Some(end) = self.any_within(at, to, table) {
            at = self.skip_gaps(end, to);
        }
        at
    }

    /// Whether the span holds nothing but gaps, end marks and words of the table.
    pub(super) fn is_only(&self, span: Span, table: &[&str]) -> bool {
        let mut at = span.from;
        while at < span.to {
            let next = self.skip_words(at, span.to, table);
            let past = if next < span.to && self.at(next).is_some_and(|c| is_end(c) || c == '.') {
                next + 1
            } else {
                next
            };
            if past == at {
                return false;
            }
            at = past;
        }
        true
    }

    /// A whole number at `at` in digits or in Chinese numerals, and where it ends. Not inside a longer
    /// number, and none of the digits behind a decimal point.
    pub(super) fn number_at(&self, at: usize) -> Option<(i64, usize)> {
        let digit = |at: usize| self.at(at).is_some_and(|c| c.is_ascii_digit());
        let numeral =
            |at: usize| self.at(at).is_some_and(|c| "零〇一二两三四五六七八九十百千万廿".contains(c));
        let same: &dyn Fn(usize) -> bool = if digit(at) { &digit } else { &numeral };
        let is_inside = at.checked_sub(1).is_some_and(same);
        let is_fraction = digit(at) && at >= 2 && self.at(at - 1) == Some('.') && digit(at - 2);
        if is_inside || is_fraction {
            return None;
        }
        let end = (at..self.len()).take(13).take_while(|at| same(*at)).last()? + 1;
        let text: String = self.read[at..end].iter().collect();
        numeral::number(&text).map(|value| (value, end))
    }

    /// Whether the letters go on as a decimal fraction: `.5`.
    pub(super) fn has_fraction_at(&self, at: usize) -> bool {
        self.at(at) == Some('.') && self.at(at + 1).is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether a clause ends with the letter at `at`.
    fn is_clause_end(&self, at: usize) -> bool {
        let Some(c) = self.at(at) else { return true };
        match c {
            ',' => !self.groups_thousands(at),
            '.' => self.at(at + 1).is_none_or(char::is_whitespace) && !self.ends_numero(at),
            _ => is_end(c),
        }
    }

    /// `1,000`, but not `16，100%`.
    fn groups_thousands(&self, at: usize) -> bool {
        let digit = |at: usize| self.at(at).is_some_and(|c| c.is_ascii_digit());
        self.written.get(at) == Some(&',')
            && at > 0
            && digit(at - 1)
            && (1..=3).all(|n| digit(at + n))
            && !digit(at + 4)
            && self.at(at + 4) != Some('%')
    }

    /// The point of `no. 16`.
    fn ends_numero(&self, at: usize) -> bool {
        self.any_before(at, 0, &["no"]).is_some()
    }

    /// The first clause of a span, without reading on.
    pub(super) fn first_clause(&self, span: Span) -> Option<Span> {
        let mut from = span.from;
        for at in span.from..=span.to {
            if at == span.to || self.is_clause_end(at) {
                let start = self.skip_gaps(from, at);
                if start < at {
                    return Some(Span::new(start, at));
                }
                from = at + 1;
            }
        }
        None
    }

    /// The clauses of a span, without their end marks; empty ones are left out.
    pub(super) fn clauses(&self, span: Span) -> Vec<Span> {
        let mut found = Vec::new();
        let mut from = span.from;
        for at in span.from..=span.to {
            if at == span.to || self.is_clause_end(at) {
                let start = self.skip_gaps(from, at);
                if start < at {
                    found.push(Span::new(start, at));
                }
                from = at + 1;
            }
        }
        found
    }
}

/// A few signs that phones write in another form.
fn plain(c: char) -> char {
    match c {
        '﹪' | '٪' => '%',
        '﹣' | '−' => '-',
        '﹟' => '#',
        '\t' => ' ',
        _ => c,
    }
}

/// Hides what stands between a pair of quotation marks on one line, marks included.
fn veil(read: &mut [char], open: char, close: char) {
    let mut at = 0;
    while at < read.len() {
        if read[at] == open {
            let line_end = read[at..].iter().position(|c| *c == '\n').map_or(read.len(), |n| at + n);
            if let Some(n) = read[at + 1..line_end].iter().position(|c| *c == close) {
                let end = at + 1 + n;
                read[at..=end].fill(VEILED);
                at = end;
            }
        }
        at += 1;
    }
}
