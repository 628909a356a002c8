//! The colours that lamps are shown in. Which lamp has which the office sets (`口径 颜色`); a colour never
//! stands without its word.

use super::basis::{Threshold, Thresholds};
use super::lang::Both;
use super::tally::Lamp;

/// A colour in a chat and in a picture.
#[derive(Debug, PartialEq, Eq)]
pub struct Paint {
    pub name: Both,
    pub mark: &'static str,
    /// Of a surface, on which white figures are read.
    pub fill: &'static str,
    /// Of words on white.
    pub ink: &'static str,
}

/// What may be chosen. Thresholds are kept as places in it: new ones come to the end.
pub const PALETTE: &[Paint] = &[
    Paint { name: Both { zh: "红", en: "red" }, mark: "🔴", fill: "#c0392b", ink: "#c0392b" },
    Paint { name: Both { zh: "橙", en: "orange" }, mark: "🟠", fill: "#e67e22", ink: "#b85c00" },
    Paint { name: Both { zh: "黄", en: "yellow" }, mark: "🟡", fill: "#b8860b", ink: "#9a7400" },
    Paint { name: Both { zh: "蓝", en: "blue" }, mark: "🔵", fill: "#1f4e9c", ink: "#1f4e9c" },
    Paint { name: Both { zh: "紫", en: "purple" }, mark: "🟣", fill: "#7d4fa0", ink: "#7d4fa0" },
    Paint { name: Both { zh: "白", en: "white" }, mark: "⚪", fill: "#7b8794", ink: "#66717c" },
];

/// What is on track has always the same.
const ON_TRACK: Paint =
    Paint { name: Both { zh: "绿", en: "green" }, mark: "🟢", fill: "#4a90c2", ink: "#2f6fb0" };

/// The place of a colour, as people say it: 红, 红色, red.
pub fn place(word: &str) -> Option<i32> {
    let word = word.trim_end_matches('色');
    let at = PALETTE.iter().position(|it| it.name.zh == word || it.name.en.eq_ignore_ascii_case(word))?;
    i32::try_from(at).ok()
}

/// What stands at a place.
pub fn at(place: i32) -> Option<&'static Paint> {
    PALETTE.get(usize::try_from(place).ok()?)
}

impl Thresholds {
    /// The colour of a lamp.
    pub fn paint(&self, lamp: Lamp) -> &'static Paint {
        // One for each flag, in the order of the lamps.
        let place = lamp.flag().and_then(|_| self.all(Threshold::Colours).get(lamp as usize));
        place.and_then(|place| at(*place)).unwrap_or(&ON_TRACK)
    }

    pub fn mark(&self, lamp: Lamp) -> &'static str {
        self.paint(lamp).mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lamp_has_its_own_colour_and_a_word_is_read_as_its_place() {
        let marks = Lamp::ALL.map(|lamp| Thresholds::default().mark(lamp));
        assert_eq!(marks, ["🔴", "🟠", "⚪", "🟡", "🟢"]);
        for (at, paint) in PALETTE.iter().enumerate() {
            for word in [paint.name.zh.to_owned(), format!("{}色", paint.name.zh), paint.name.en.to_owned()]
            {
                assert_eq!(place(&word), i32::try_from(at).ok(), "{word}");
            }
        }
        assert_eq!(place("绿"), None, "what is on track");
    }
}
