//! Drawing: shapes and Chinese text on a canvas as wide as a phone, given out as PNG at twice its size. The
//! glyphs are in the program (see `han.NOTICE`), so a picture looks alike on every machine.

use std::fmt::Write;
use std::io::{Cursor, Read};
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// A phone's width, in points.
pub(super) const WIDTH: f32 = 390.0;
pub(super) const MARGIN: f32 = 14.0;
/// Pixels a point.
const SCALE: f32 = 2.0;
/// Nothing smaller is read without effort.
pub(super) const SMALL: f32 = 12.0;

pub(super) const INK: &str = "#1f2933";
pub(super) const GREY: &str = "#66717c";
pub(super) const LINE: &str = "#d5dae0";
pub(super) const GREEN: &str = "#2e8b57";
pub(super) const BLUE: &str = "#2f6fb0";
pub(super) const RED: &str = "#c0392b";

/// Where a text begins, by its x.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Left,
    Middle,
    Right,
}

/// What is drawn so far. Heights grow downwards, in points.
pub(super) struct Canvas {
    svg: String,
}

impl Canvas {
    pub fn new() -> Canvas {
        Canvas { svg: String::new() }
    }

    /// A title and a line below; where the rest begins.
    pub fn title(&mut self, title: &str, note: &str) -> f32 {
        self.text(MARGIN, 30.0, 18.0, At::Left, INK, &fit(title, 18.0, WIDTH - 2.0 * MARGIN));
        self.text(MARGIN, 50.0, SMALL, At::Left, GREY, &fit(note, SMALL, WIDTH - 2.0 * MARGIN));
        62.0
    }

    /// A text on its baseline.
    pub fn text(&mut self, x: f32, y: f32, size: f32, at: At, color: &str, text: &str) {
        let anchor = match at {
            At::Left => "start",
            At::Middle => "middle",
            At::Right => "end",
        };
        let text = escaped(text);
        _ = write!(
            self.svg,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" text-anchor="{anchor}" fill="{color}">{text}</text>"#
        );
    }

    pub fn bar(&mut self, x: f32, y: f32, width: f32, height: f32, color: &str) {
        _ = write!(
            self.svg,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{color}"/>"#
        );
    }

    /// Straight from point to point; dashed for what is only planned.
    pub fn line(&mut self, points: &[(f32, f32)], width: f32, color: &str, dashed: bool) {
        let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
        let dashes = if dashed { r#" stroke-dasharray="5 4""# } else { "" };
        _ = write!(
            self.svg,
            r#"<polyline points="{points}" fill="none" stroke="{color}" stroke-width="{width}" stroke-linejoin="round"{dashes}/>"#
        );
    }

    pub fn dot(&mut self, x: f32, y: f32, radius: f32, color: &str) {
        _ = write!(
            self.svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="{radius}" fill="{color}" stroke="#ffffff" stroke-width="1"/>"##
        );
    }

    /// What the colours mean, in as many lines as it takes; where the rest begins.
    pub fn legend(&mut self, y: f32, entries: &[(&str, &str)]) -> f32 {
        let (mut x, mut y) = (MARGIN, y);
        for (word, color) in entries {
            let width = 14.0 + width(word, SMALL) + 14.0;
            if x + width > WIDTH - MARGIN + 14.0 {
                (x, y) = (MARGIN, y + 20.0);
            }
            self.bar(x, y, 10.0, 10.0, color);
            self.text(x + 14.0, y + 10.0, SMALL, At::Left, INK, word);
            x += width;
        }
        y + 22.0
    }

    /// The picture as PNG, so many points high.
    pub fn png(&self, height: f32) -> anyhow::Result<Vec<u8>> {
        let (wide, high) = (WIDTH * SCALE, (height * SCALE).ceil());
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {WIDTH} {height}" font-family="{FAMILY}"><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{}</svg>"##,
            self.svg
        );
        let options = Options { fontdb: fonts()?, font_family: FAMILY.to_owned(), ..Options::default() };
        let tree = Tree::from_str(&svg, &options).context("the picture is no SVG")?;
        let mut pixels = Pixmap::new(wide as u32, high as u32).context("the picture is too large")?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels.encode_png().context("the picture could not be packed")
    }
}

/// The name inside the font.
const FAMILY: &str = "WenQuanYi Micro Hei";

/// The font, unpacked once.
fn fonts() -> anyhow::Result<Arc<Database>> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(Arc::clone(fonts));
    }
    let packed = include_bytes!("han.zip");
    let mut font = Vec::new();
    zip::ZipArchive::new(Cursor::new(packed))?.by_name("han.ttf")?.read_to_end(&mut font)?;
    let mut fonts = Database::new();
    fonts.load_font_data(font);
    anyhow::ensure!(!fonts.is_empty(), "the font in the program cannot be read");
    Ok(Arc::clone(FONTS.get_or_init(|| Arc::new(fonts))))
}

fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// About how wide a text is: a Chinese character is as wide as it is high, a letter a good half of it.
pub(super) fn width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.56 } else { 1.0 }).sum::<f32>() * size
}

/// The beginning of a text that fits.
pub(super) fn fit(text: &str, size: f32, room: f32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept, size) + 2.0 * size > room {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_where_the_room_ends() {
        assert_eq!(fit("污水处理厂", 10.0, 50.0), "污水处理厂");
        assert_eq!(fit("污水处理厂提标", 10.0, 50.0), "污水处理…");
        assert_eq!(fit("ABCDEFGHIJ", 10.0, 40.0), "ABCD…");
    }

    #[test]
    fn glyphs_are_drawn_and_words_cannot_break_out() {
        let shown = |text: &str| {
            let mut canvas = Canvas::new();
            canvas.text(10.0, 30.0, 20.0, At::Left, INK, text);
            canvas.png(40.0).expect("a picture")
        };
        // A character without a glyph would look like any other of them.
        assert_ne!(shown("洵口"), shown("岚溪"));
        assert_ne!(shown("洵"), shown(""));
        assert_ne!(shown("</text><rect width='9'/>"), shown(""));
        assert_eq!(shown("\u{0}\u{1}"), shown(""));
    }
}
