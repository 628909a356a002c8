//! The words after a command word, read one by one. A slip is told by quoting the place in the
//! person's own text; free text is kept as it was written.

use crate::domain::numeral;
pub use crate::domain::sentence::ItemWord;

/// A line of chat after its command word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// As written, for free text and for quoting.
    written: Vec<char>,
    /// The same characters in half-width, for reading.
    read: Vec<char>,
    at: usize,
}

/// Something in the words that could not be read: where it starts, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    pub before: String,
    pub here: String,
    pub kind: SlipKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipKind {
    NoItem,
    BadItem,
    NoPercent,
    BadPercent,
    TooMuch,
    NoText,
    TextTooLong,
    TwoItems,
    NoCode,
    BadLang,
    NoWords,
    ShortWord,
    NoVerdict,
    BadDay,
    NoDayKind,
    PastDay,
    NoUntil,
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '、' | ';' | ':' | '。')
}

impl Words {
    /// A whole line, without the slash that some platforms put before commands.
    pub fn new(line: &str) -> Words {
        let line = line.trim();
        let line = line.strip_prefix(['/', '／']).unwrap_or(line);
        let written: Vec<char> = line.chars().collect();
        let read = numeral::half_width(line).chars().collect();
        Words { written, read, at: 0 }
    }

    /// Whether the line starts with this command word; moves behind it. A Latin word ends where its
    /// letters end; a Chinese one may be followed by a number at once when `glued`.
    pub fn start_with(&mut self, word: &str, glued: bool) -> bool {
        let end = self.end_of(word, glued);
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }

    /// Where this command word ends, if the line starts with it.
    pub fn end_of(&self, word: &str, glued: bool) -> Option<usize> {
        let mut end = 0;
        for letter in word.chars() {
            if !self.read.get(end)?.eq_ignore_ascii_case(&letter) {
                return None;
            }
            end += 1;
        }
        let next = self.read.get(end).copied();
        let ends = next.is_none_or(is_gap)
            || (glued && !word.is_ascii() && next.is_some_and(|c| c.is_ascii_digit() || "第#编".contains(c)));
        ends.then_some(end)
    }

    /// `第2页`, `page 2`: the page, from 1 on; what follows without being a number is the first. `None`:
    /// no page is spoken of.
    pub fn page(&mut self) -> Option<i64> {
        (self.take("第") || self.take("page")).then(|| {
            let page = self.word().and_then(|word| word.trim_end_matches('页').trim().parse::<i64>().ok());
            page.unwrap_or(1).clamp(1, 1000)
        })
    }

    fn skip_gaps(&mut self) {
        while self.read.get(self.at).is_some_and(|c| is_gap(*c)) {
            self.at += 1;
        }
    }

    /// Where the next word begins and ends.
    fn next_word(&mut self) -> (usize, usize) {
        self.skip_gaps();
        let end =
            self.read[self.at..].iter().position(|c| is_gap(*c)).map_or(self.read.len(), |n| self.at + n);
        (self.at, end)
    }

    fn slip_at(&self, from: usize, to: usize, kind: SlipKind) -> Slip {
        Slip {
            before: self.written[..from].iter().collect(),
            here: self.written[from..to].iter().collect(),
            kind,
        }
    }

    /// A slip at the next word.
    pub fn slip(&mut self, kind: SlipKind) -> Slip {
        let (from, to) = self.next_word();
        self.slip_at(from, to, kind)
    }

    /// A slip at a piece of the text that is left, as it was written.
    pub fn slip_on(&self, piece: &str, kind: SlipKind) -> Slip {
        let rest: String = self.written[self.at..].iter().collect();
        let skipped = rest.find(piece).map_or(0, |bytes| rest[..bytes].chars().count());
        let from = self.at + skipped;
        self.slip_at(from, (from + piece.chars().count()).min(self.written.len()), kind)
    }

    pub fn is_empty(&mut self) -> bool {
        self.skip_gaps();
        self.at == self.read.len()
    }

    /// The number of an item, with the round's name behind `@` where one is given.
    pub fn item(&mut self) -> Result<ItemWord, Slip> {
        let (from, to) = self.next_word();
        if from == to {
            return Err(self.slip_at(from, to, SlipKind::NoItem));
        }
        // A number and what follows it may be written together: 16项90%.
        let end = self.number_end(from, to, &["整改事项", "事项", "编号", "序号", "第", "#"], &['项', '号']);
        let core: String = self.read[from..end].iter().collect();
        let Some(number) = numeral::item_number(&core) else {
            return Err(self.slip_at(from, to, SlipKind::BadItem));
        };
        self.at = end;
        let round = (self.read.get(end) == Some(&'@')).then(|| {
            self.at = to;
            self.written[end + 1..to].iter().collect::<String>()
        });
        if round.is_none() && self.runs_on(end, to) {
            return Err(self.slip_at(from, to, SlipKind::BadItem));
        }
        Ok(ItemWord { number, round })
    }

    /// A percent: 90, 90%, 百分之九十, 到90%.
    pub fn percent(&mut self) -> Result<i64, Slip> {
        let (from, to) = self.next_word();
        if from == to {
            return Err(self.slip_at(from, to, SlipKind::NoPercent));
        }
        let start = if self.read[from] == '到' { from + 1 } else { from };
        let negative = self.read.get(start) == Some(&'-');
        let start = start + usize::from(negative);
        let end = self.number_end(start, to, &["百分之"], &['%']);
        let core: String = self.read[start..end].iter().collect();
        match numeral::percent(&core) {
            Some(value) if !self.runs_on(end, to) => {
                self.at = end;
                Ok(if negative { -value } else { value })
            }
            _ => Err(self.slip_at(from, to, SlipKind::BadPercent)),
        }
    }

    /// The end of a number with its usual dress before and behind it.
    fn number_end(&self, from: usize, to: usize, before: &[&str], behind: &[char]) -> usize {
        let word = &self.read[from..to];
        let dress = before
            .iter()
            .map(|d| d.chars().collect::<Vec<_>>())
            .find(|d| word.starts_with(d))
            .map_or(0, |d| d.len());
        let digits = word[dress..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || "零〇一二两三四五六七八九十百千万廿".contains(**c))
            .count();
        let end = from + dress + digits;
        // A latin-digit number does not swallow a Chinese numeral behind it: 90一期.
        let end = match word[dress..dress + digits].iter().position(|c| !c.is_ascii_digit()) {
            Some(turn) if turn > 0 => from + dress + turn,
            _ => end,
        };
        end + usize::from(self.read.get(end).is_some_and(|c| end < to && behind.contains(c)))
    }

    /// A number that goes on with letters or a decimal point is none: 9O, 90.5. Behind 项, 号 or % it is
    /// complete.
    fn runs_on(&self, end: usize, to: usize) -> bool {
        end < to
            && !matches!(self.read[end - 1], '项' | '号' | '%')
            && (self.read[end].is_ascii_alphanumeric() || matches!(self.read[end], '.' | '%' | '-' | '_'))
    }

    /// The next word in half-width, as it stands.
    pub fn word(&mut self) -> Option<String> {
        let (from, to) = self.next_word();
        self.at = to;
        (from < to).then(|| self.read[from..to].iter().collect())
    }

    /// Moves behind `word` if it comes next, as a word of its own or at the head of the text.
    pub fn take(&mut self, word: &str) -> bool {
        self.skip_gaps();
        let letters: Vec<char> = word.chars().collect();
        let fits = self.read[self.at..].starts_with(&letters);
        if fits {
            self.at += letters.len();
        }
        fits
    }

    /// Moves behind `word` if it comes next: a Latin word by itself in any case, a Chinese one also with
    /// more behind it at once (逾期洵口).
    pub fn take_word(&mut self, word: &str) -> bool {
        let (from, to) = self.next_word();
        let letters: Vec<char> = word.chars().collect();
        let next = &self.read[from..to];
        let fits = next.len() >= letters.len()
            && next.iter().zip(&letters).all(|(a, b)| a.eq_ignore_ascii_case(b))
            && (next.len() == letters.len() || !word.is_ascii());
        if fits {
            self.at = from + letters.len();
        }
        fits
    }

    /// Everything left, as written.
    pub fn rest(&mut self) -> String {
        self.skip_gaps();
        let rest: String = self.written[self.at..].iter().collect();
        rest.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn report(line: &str) -> Result<(i32, i64, String), Slip> {
        let mut words = Words::new(line);
        assert!(words.start_with("进度", true), "{line}");
        let item = words.item()?;
        let percent = words.percent()?;
        Ok((item.number, percent, words.rest()))
    }

    #[test]
    fn a_report_reads_however_it_is_dressed() {
        for line in [
            "进度 16 90 设备已到货",
            "/进度 16 90% 设备已到货",
            "进度16项90%设备已到货",
            "进度　１６　９０％　设备已到货",
            "进度 第十六项，到90%，设备已到货",
            "进度：16号、百分之九十、设备已到货",
            "进度 #16 90设备已到货",
        ] {
            assert_eq!(report(line), Ok((16, 90, "设备已到货".into())), "{line}");
        }
        assert_eq!(report("进度 16 90 一期完工"), Ok((16, 90, "一期完工".into())));
        assert_eq!(report("进度 16 90一期完工"), Ok((16, 90, "一期完工".into())));
    }

    #[test]
    fn slips_quote_the_place() {
        let slip = |line| report(line).expect_err(line);
        assert_eq!(slip("进度").kind, SlipKind::NoItem);
        assert_eq!(slip("进度 那个 90").here, "那个");
        assert_eq!(slip("进度 16").kind, SlipKind::NoPercent);
        let letter = slip("进度 16 9O% 到货");
        assert_eq!((letter.before.as_str(), letter.here.as_str()), ("进度 16 ", "9O%"));
        assert_eq!(slip("进度 16 90.5 到货").kind, SlipKind::BadPercent);
        assert_eq!(report("进度 16 -5 到货").map(|r| r.1), Ok(-5));
    }

    #[test]
    fn a_round_may_be_named_behind_the_number() {
        let mut words = Words::new("查 16@2017年省督察");
        assert!(words.start_with("查", true));
        assert_eq!(words.item(), Ok(ItemWord { number: 16, round: Some("2017年省督察".into()) }));
    }

    #[test]
    fn a_word_inside_a_sentence_is_no_command() {
        for (line, word) in
            [("我的天", "我的"), ("查一下再说", "查"), ("进度不错", "进度"), ("reporting", "report")]
        {
            assert!(!Words::new(line).start_with(word, true), "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_line_upsets_the_reader(line in "(进度|查)?[ 　]?\\PC{0,24}") {
            let mut words = Words::new(&line);
            words.start_with("进度", true);
            let _ = words.item();
            let _ = words.percent();
            let _ = (words.word(), words.take("更正"), words.rest(), words.is_empty());
        }
    }
}
