//! Pictures in a docx file: the drawing where the placeholder stood, and what a file needs beside it (the media
//! part, its type, the relationship). Sizes are the office's millimetres, never wider than the text around.

use anyhow::Context;

use super::Package;
use super::tree::{self, Element, Node, escape};

/// A PNG with the words for those who do not see it.
#[derive(Debug, Clone)]
pub struct Picture {
    pub png: Vec<u8>,
    pub alt: String,
}

/// One that stands in a part; its number is its own in the whole file.
pub struct Placed<'d> {
    pub number: usize,
    pub picture: &'d Picture,
}

/// Width and height there is, in millimetres.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    wide: u32,
    high: u32,
}

/// Twentieths of a point in ten millimetres.
const TWIPS: u32 = 567;
/// EMU a millimetre.
const EMU: u64 = 36_000;
/// The table's own margins, left and right.
const CELL_MARGINS: u32 = 114;
/// Left free below a picture that fills a page, for its caption.
const CAPTION: u32 = 30;

impl Room {
    /// The type area of a part's last section; a heading or foot has none of its own: that of GB/T 9704.
    pub fn of(root: &Element) -> Room {
        let number =
            |element: Option<&Element>, name| -> Option<u32> { element?.attribute(name)?.parse().ok() };
        let (size, margins) = (root.last("w:pgSz"), root.last("w:pgMar"));
        let side = |whole, from, to| {
            let taken = number(margins, from)? + number(margins, to)?;
            number(size, whole)?.checked_sub(taken).map(|twips| (twips * 10 + TWIPS / 2) / TWIPS)
        };
        Room {
            wide: side("w:w", "w:left", "w:right").unwrap_or(156),
            high: side("w:h", "w:top", "w:bottom").unwrap_or(225).saturating_sub(CAPTION).max(CAPTION),
        }
    }

    /// What is left in a cell of a table.
    pub fn within(self, cell: &Element) -> Room {
        let width = cell.last("w:tcW").filter(|width| width.attribute("w:type") == Some("dxa"));
        let twips = width.and_then(|width| width.attribute("w:w")?.parse::<u32>().ok());
        let wide = twips.map_or(self.wide, |twips| twips.saturating_sub(CELL_MARGINS) * 10 / TWIPS);
        Room { wide: wide.clamp(1, self.wide), ..self }
    }
}

impl Placed<'_> {
    fn relation(&self) -> String {
        format!("rIdDb{}", self.number)
    }

    /// `w:drawing`, so many millimetres wide, or as wide as the room.
    pub fn drawing(&self, width: Option<u32>, room: Room) -> anyhow::Result<Element> {
        let at = |from: usize| -> Option<u64> {
            Some(u32::from_be_bytes(self.picture.png.get(from..from + 4)?.try_into().ok()?).into())
        };
        let (across, down) = at(16).zip(at(20)).filter(|size| size.0 > 0).context("the picture is no PNG")?;
        let wide = EMU * u64::from(width.unwrap_or(room.wide).min(room.wide));
        let high = wide * down / across;
        let most = EMU * u64::from(room.high);
        let (wide, high) = if high > most { (most * across / down.max(1), most) } else { (wide, high) };
        // Office programs number drawings from 1; ours stand far behind.
        let (id, relation, alt) = (9000 + self.number, self.relation(), escape(&self.picture.alt));
        tree::parse(&format!(
            "<w:drawing><wp:inline {WP} distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
             <wp:extent cx=\"{wide}\" cy=\"{high}\"/><wp:docPr id=\"{id}\" name=\"图{number}\" descr=\"{alt}\"/>\
             <wp:cNvGraphicFramePr><a:graphicFrameLocks {A} noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>\
             <a:graphic {A}><a:graphicData uri=\"{PIC}\"><pic:pic xmlns:pic=\"{PIC}\"><pic:nvPicPr>\
             <pic:cNvPr id=\"{id}\" name=\"图{number}\" descr=\"{alt}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>\
             <a:blip {R} r:embed=\"{relation}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>\
             <a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
             </wp:inline></w:drawing>",
            number = self.number,
        ))
    }
}

const WP: &str = "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\"";
const A: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"";
const R: &str = "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const PIC: &str = "http://schemas.openxmlformats.org/drawingml/2006/picture";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const IMAGE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";
const TYPES: &str = "[Content_Types].xml";

/// What stands behind the spacing of a paragraph, where it has properties.
const BEHIND: &[&str] = &[
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
];

/// A line that is exactly so high would cut the picture off: it grows with what is in it.
pub fn loosen(paragraph: &mut Element) {
    let spacing = Node::Element(Element {
        attributes: " w:line=\"240\" w:lineRule=\"auto\"".to_owned(),
        ..Element::new("w:spacing")
    });
    let is = |node: &Node, names: &[&str]| matches!(node, Node::Element(it) if names.contains(&&*it.name));
    if !paragraph.children.first().is_some_and(|first| is(first, &["w:pPr"])) {
        paragraph.children.insert(0, Node::Element(Element::new("w:pPr")));
    }
    if let Some(Node::Element(properties)) = paragraph.children.first_mut() {
        properties.children.retain(|node| !is(node, &["w:spacing"]));
        let before = properties.children.iter().position(|node| is(node, BEHIND));
        properties.children.insert(before.unwrap_or(properties.children.len()), spacing);
    }
}

/// Puts the pictures of a part into the file.
pub fn attach(package: &mut Package, part: &str, pictures: &[Placed<'_>]) -> anyhow::Result<()> {
    if pictures.is_empty() {
        return Ok(());
    }
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let beside = format!("{folder}/_rels/{file}.rels");
    let mut relations = match package.get(&beside) {
        Some(part) => tree::parse(std::str::from_utf8(part)?)?,
        None => Element { attributes: format!(" xmlns=\"{RELATIONS}\""), ..Element::new("Relationships") },
    };
    for placed in pictures {
        let name = format!("duban{}.png", placed.number);
        relations.children.push(Node::Element(Element {
            attributes: format!(" Id=\"{}\" Type=\"{IMAGE}\" Target=\"media/{name}\"", placed.relation()),
            ..Element::new("Relationship")
        }));
        package.insert(format!("{folder}/media/{name}"), placed.picture.png.clone());
    }
    package.insert(beside, tree::write(&relations).into_bytes());
    let types = package.get(TYPES).context("has no list of types")?;
    let mut types = tree::parse(std::str::from_utf8(types)?)?;
    let knows_png = types.children.iter().any(|node| {
        matches!(node, Node::Element(it) if it.attribute("Extension").is_some_and(|it| it.eq_ignore_ascii_case("png")))
    });
    if !knows_png {
        types.children.insert(
            0,
            Node::Element(Element {
                attributes: " Extension=\"png\" ContentType=\"image/png\"".to_owned(),
                ..Element::new("Default")
            }),
        );
        package.insert(TYPES.to_owned(), tree::write(&types).into_bytes());
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    /// The head of one, twice as wide as high.
    pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x04";
}
