//! 公文 (GB/T 9704): A4, margins 37/35/28/26 mm, 22 lines of 28 pt, title in 小标宋 二号, text in 仿宋 三号, heads in
//! 黑体 and 楷体, page numbers outside. Fonts that a machine does not have are replaced as the font table says.

use std::collections::BTreeMap;

use super::tree::escape;

/// The body of a template, paragraph by paragraph.
#[derive(Debug, Default)]
pub struct Body {
    xml: String,
    is_wide: bool,
}

/// The width of the text, in millimetres: 210 − 28 − 26, and of a sheet that lies.
const WIDTH: u32 = 156;
const WIDE: u32 = 234;
/// A column of less than 23 mm, in twentieths of a point.
const NARROW: u32 = 1304;
/// The left margin, 28 mm, in twentieths of a point.
const LEFT: u32 = 1588;
/// The lines of the imprint, 0.35 and 0.25 mm, in eighths of a point.
const THICK: u32 = 8;
const THIN: u32 = 6;

impl Body {
    /// For wide tables: the sheet lies.
    pub fn wide() -> Body {
        Body { is_wide: true, ..Body::default() }
    }

    fn paragraph(mut self, style: &str, text: &str) -> Body {
        self.xml.push_str(&paragraph(style, text));
        self
    }

    /// 标题: 小标宋 二号, in the middle.
    pub fn title(self, text: &str) -> Body {
        self.paragraph("DbTitle", text)
    }

    /// 发文机关标志: red, with nothing beside it.
    pub fn masthead(self, text: &str) -> Body {
        self.paragraph("DbMast", text)
    }

    /// 发文字号 above the red line.
    pub fn number(self, text: &str) -> Body {
        self.paragraph("DbNumber", text)
    }

    /// Under the title: in the middle, 楷体.
    pub fn under(self, text: &str) -> Body {
        self.paragraph("DbUnder", text)
    }

    /// 主送: from the left edge.
    pub fn addressee(self, text: &str) -> Body {
        self.paragraph("DbLeft", text)
    }

    /// 正文: 仿宋 三号, two letters in.
    pub fn text(self, text: &str) -> Body {
        self.paragraph("DbText", text)
    }

    /// The same, on one page with what follows: no signature stands alone.
    pub fn last(self, text: &str) -> Body {
        self.paragraph("DbLast", text)
    }

    /// 一、
    pub fn head(self, text: &str) -> Body {
        self.paragraph("DbHead", text)
    }

    /// （一）
    pub fn subhead(self, text: &str) -> Body {
        self.paragraph("DbSub", text)
    }

    /// 附表: 黑体, from the left edge of a new page.
    pub fn annex(self, text: &str) -> Body {
        self.paragraph("DbAnnex", text)
    }

    /// 落款 a line below the text and 成文日期 under it, four letters from the right edge.
    pub fn signature(self, office: &str, day: &str) -> Body {
        self.paragraph("DbSigner", office).paragraph("DbSign", day)
    }

    /// 版记 at the foot of the last page: 抄送 where `list` is there, below it who printed it and when; lines across the
    /// whole width, the outer ones thicker.
    pub fn imprint(mut self, list: &str, copied: &str, office: &str, day: &str) -> Body {
        let width = WIDTH * 567 / 10;
        let row = |inside: &str| {
            format!(
                "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>\
                 </w:tcPr>{inside}</w:tc></w:tr>"
            )
        };
        let copied = paragraph("DbCopied", &format!("{{{{#{list}}}}}{copied}{{{{/{list}}}}}"));
        let (office, day) = (escape(office), escape(day));
        let printed = format!(
            "<w:p><w:pPr><w:pStyle w:val=\"DbPrinted\"/></w:pPr><w:r><w:t>{office}</w:t></w:r><w:r><w:tab/></w:r>\
             <w:r><w:t>{day}</w:t></w:r></w:p>"
        );
        self.xml.push_str(&format!(
            "<w:tbl><w:tblPr>\
             <w:tblpPr w:vertAnchor=\"margin\" w:horzAnchor=\"page\" w:tblpX=\"{LEFT}\" w:tblpYSpec=\"bottom\"/>\
             <w:tblOverlap w:val=\"never\"/><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:tblBorders>{}{}{}\
             </w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/>\
             <w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"{width}\"/>\
             </w:tblGrid>{}{}</w:tbl>{}",
            line("top", THICK),
            line("bottom", THICK),
            line("insideH", THIN),
            row(&copied),
            row(&printed),
            paragraph("DbFoot", ""),
        ));
        self
    }

    /// Below a table, small.
    pub fn note(self, text: &str) -> Body {
        self.paragraph("DbNote", text)
    }

    /// A picture in the middle, so many millimetres wide.
    pub fn picture(self, name: &str, width: u32) -> Body {
        self.paragraph("DbPicture", &format!("{{{{图：{name} {width}}}}}"))
    }

    /// What `inside` adds, for each row of a list.
    pub fn each(self, list: &str, inside: impl FnOnce(Body) -> Body) -> Body {
        let begun = self.paragraph("DbText", &format!("{{{{#{list}}}}}"));
        inside(begun).paragraph("DbText", &format!("{{{{/{list}}}}}"))
    }

    /// A table with one row for each of a list: heads, shares of the width, and what stands in the cells.
    pub fn table(mut self, list: &str, columns: &[(&str, u32, &str)]) -> Body {
        let shares: u32 = columns.iter().map(|(_, share, _)| share).sum();
        let width = if self.is_wide { WIDE } else { WIDTH };
        let twips = |share: u32| width * 567 / 10 * share / shares.max(1);
        self.xml.push_str(TABLE);
        for (_, share, _) in columns {
            self.xml.push_str(&format!("<w:gridCol w:w=\"{}\"/>", twips(*share)));
        }
        self.xml.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (head, share, _) in columns {
            self.xml.push_str(&cell(twips(*share), "DbCellHead", head));
        }
        self.xml.push_str("</w:tr><w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (at, (_, share, text)) in columns.iter().enumerate() {
            let begin = if at == 0 { format!("{{{{#{list}}}}}") } else { String::new() };
            let end = if at + 1 == columns.len() { format!("{{{{/{list}}}}}") } else { String::new() };
            // What is narrow holds a number or a word.
            let style = if twips(*share) < NARROW { "DbCellMid" } else { "DbCell" };
            self.xml.push_str(&cell(twips(*share), style, &format!("{begin}{text}{end}")));
        }
        self.xml.push_str("</w:tr></w:tbl>");
        self
    }

    /// A form: what stands on the left, and what on the right of it, row by row.
    pub fn form(mut self, rows: &[(&str, &str)]) -> Body {
        let (left, right) = (WIDTH * 567 / 10 / 5, WIDTH * 567 / 10 * 4 / 5);
        self.xml.push_str(TABLE);
        self.xml.push_str(&format!("<w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{right}\"/></w:tblGrid>"));
        for (name, text) in rows {
            self.xml.push_str("<w:tr>");
            self.xml.push_str(&cell(left, "DbCellHead", name));
            self.xml.push_str(&cell(right, "DbCell", text));
            self.xml.push_str("</w:tr>");
        }
        self.xml.push_str("</w:tbl>");
        self
    }
}

const TABLE: &str = "<w:tbl><w:tblPr><w:tblStyle w:val=\"DbGrid\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>";

fn paragraph(style: &str, text: &str) -> String {
    let text = escape(text);
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
    )
}

fn cell(width: u32, style: &str, text: &str) -> String {
    let inside = paragraph(style, text);
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{inside}</w:tc>"
    )
}

/// A line of a table.
fn line(side: &str, size: u32) -> String {
    format!("<w:{side} w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"auto\"/>")
}

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
const R: &str = "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// All parts of a file with this body.
pub fn package(body: &Body) -> BTreeMap<String, Vec<u8>> {
    let (size, margins) = match body.is_wide {
        false => (
            "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
            format!("w:top=\"2098\" w:bottom=\"1984\" w:left=\"{LEFT}\" w:right=\"1474\""),
        ),
        true => (
            "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>",
            "w:top=\"1588\" w:bottom=\"1474\" w:left=\"1984\" w:right=\"1588\"".to_owned(),
        ),
    };
    let document = format!(
        "<w:document {W} {R}><w:body>{}<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/>\
         <w:footerReference w:type=\"even\" r:id=\"rId5\"/>{size}<w:pgMar {margins} w:header=\"851\" \
         w:footer=\"1587\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
        body.xml
    );
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", ROOT_RELATIONS.to_owned()),
        ("word/_rels/document.xml.rels", RELATIONS.to_owned()),
        ("word/document.xml", document),
        ("word/styles.xml", styles()),
        ("word/settings.xml", format!("<w:settings {W}><w:evenAndOddHeaders/></w:settings>")),
        ("word/fontTable.xml", fonts()),
        ("word/footer1.xml", footer("right", "w:right=\"320\"")),
        ("word/footer2.xml", footer("left", "w:left=\"320\"")),
    ];
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    parts.into_iter().map(|(name, part)| (name.to_owned(), format!("{head}{part}").into_bytes())).collect()
}

/// The page's number between dashes, 宋体 四号: odd pages on the right, even ones on the left.
fn footer(side: &str, indent: &str) -> String {
    let run = "<w:rPr><w:rFonts w:ascii=\"宋体\" w:eastAsia=\"宋体\" w:hAnsi=\"宋体\"/><w:sz w:val=\"28\"/></w:rPr>";
    format!(
        "<w:ftr {W}><w:p><w:pPr><w:ind {indent}/><w:jc w:val=\"{side}\"/></w:pPr>\
         <w:r>{run}<w:t xml:space=\"preserve\">— </w:t></w:r>\
         <w:fldSimple w:instr=\" PAGE \"><w:r>{run}<w:t>1</w:t></w:r></w:fldSimple>\
         <w:r>{run}<w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>"
    )
}

const SONG: &str = "方正小标宋简体";
const FANG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const KAI: &str = "楷体_GB2312";

/// Which font stands in where one is missing.
fn fonts() -> String {
    let fonts: String = [
        (SONG, "宋体", "roman"),
        (FANG, "仿宋", "modern"),
        (HEI, "SimHei", "modern"),
        (KAI, "楷体", "modern"),
        ("宋体", "SimSun", "auto"),
        ("Times New Roman", "Liberation Serif", "roman"),
    ]
    .iter()
    .map(|(name, instead, family)| {
        format!("<w:font w:name=\"{name}\"><w:altName w:val=\"{instead}\"/><w:family w:val=\"{family}\"/></w:font>")
    })
    .collect();
    format!("<w:fonts {W}>{fonts}</w:fonts>")
}

/// A style: its font, size in half points, and what its paragraphs look like.
fn style(id: &str, name: &str, font: &str, size: u32, looks: &str, letters: &str) -> String {
    format!(
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>\
         <w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{looks}</w:pPr><w:rPr><w:rFonts w:eastAsia=\"{font}\"/>\
         {letters}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>"
    )
}

fn styles() -> String {
    let in_two = "<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>";
    let cell = "<w:spacing w:line=\"340\" w:lineRule=\"exact\"/>";
    let right = "<w:ind w:rightChars=\"400\" w:right=\"1280\"/><w:jc w:val=\"right\"/>";
    let imprint = "<w:spacing w:line=\"560\" w:lineRule=\"exact\"/>";
    let red = "<w:color w:val=\"FF0000\"/>";
    let styles: String = [
        style("DbTitle", "督办标题", SONG, 44, "<w:spacing w:before=\"280\" w:after=\"280\" w:line=\"640\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", ""),
        style("DbMast", "督办发文机关", SONG, 72, "<w:spacing w:before=\"400\" w:after=\"400\" w:line=\"960\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", red),
        style("DbNumber", "督办发文字号", FANG, 32, "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"18\" w:space=\"8\" w:color=\"FF0000\"/></w:pBdr><w:jc w:val=\"center\"/>", ""),
        style("DbUnder", "督办题注", KAI, 32, "<w:spacing w:after=\"280\" w:line=\"560\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", ""),
        style("DbLeft", "督办主送", FANG, 32, "<w:jc w:val=\"both\"/>", ""),
        style("DbText", "督办正文", FANG, 32, &format!("{in_two}<w:jc w:val=\"both\"/>"), ""),
        style("DbLast", "督办正文末段", FANG, 32, &format!("<w:keepNext/>{in_two}<w:jc w:val=\"both\"/>"), ""),
        style("DbHead", "督办一级标题", HEI, 32, &format!("<w:keepNext/>{in_two}"), ""),
        style("DbAnnex", "督办附表", HEI, 32, "<w:keepNext/><w:pageBreakBefore/>", ""),
        style("DbSub", "督办二级标题", KAI, 32, &format!("<w:keepNext/>{in_two}"), ""),
        style("DbSigner", "督办署名", FANG, 32, &format!("<w:keepNext/><w:spacing w:before=\"560\"/>{right}"), ""),
        style("DbSign", "督办落款", FANG, 32, right, ""),
        style("DbPicture", "督办图", FANG, 32, "<w:spacing w:before=\"120\" w:after=\"120\" w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>", ""),
        style("DbCopied", "督办抄送", FANG, 28, &format!("{imprint}<w:ind w:left=\"1120\" w:right=\"280\" w:hanging=\"840\"/><w:jc w:val=\"both\"/>"), ""),
        style("DbPrinted", "督办印发", FANG, 28, &format!("<w:tabs><w:tab w:val=\"right\" w:pos=\"8565\"/></w:tabs>{imprint}<w:ind w:left=\"280\" w:right=\"280\"/>"), ""),
        style("DbFoot", "督办末行", FANG, 2, "<w:spacing w:line=\"20\" w:lineRule=\"exact\"/>", ""),
        style("DbNote", "督办注", FANG, 24, "<w:spacing w:before=\"120\" w:line=\"340\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/>", ""),
        style("DbCellHead", "督办表头", HEI, 21, &format!("<w:keepNext/>{cell}<w:jc w:val=\"center\"/>"), ""),
        style("DbCell", "督办表格", FANG, 21, cell, ""),
        style("DbCellMid", "督办表格数字", FANG, 21, &format!("{cell}<w:jc w:val=\"center\"/>"), ""),
    ]
    .concat();
    let borders: String =
        ["top", "left", "bottom", "right", "insideH", "insideV"].map(|side| line(side, 4)).concat();
    format!(
        "<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
         w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\" w:eastAsia=\"{FANG}\"/><w:sz w:val=\"32\"/>\
         <w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/>\
         <w:pPr><w:widowControl w:val=\"0\"/><w:spacing w:line=\"560\" w:lineRule=\"exact\"/></w:pPr></w:style>\
         {styles}<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"DbGrid\"><w:name w:val=\"督办表\"/>\
         <w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:left w:w=\"57\" w:type=\"dxa\"/>\
         <w:right w:w=\"57\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>"
    )
}

const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
</Types>";

const ROOT_RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
</Relationships>";

const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable\" Target=\"fontTable.xml\"/>\
<Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
<Relationship Id=\"rId5\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer2.xml\"/>\
</Relationships>";
