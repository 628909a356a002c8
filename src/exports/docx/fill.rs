//! Placeholders in a part: `{{name}}` is replaced by a text, `{{图：name 120}}` by a picture so many millimetres wide;
//! what stands between `{{#list}}` and `{{/list}}` is repeated for every row of a list, in a table row (both in
//! it) or as paragraphs of their own around the repeated ones. Office programs like to cut a placeholder into
//! several runs; they are read all the same.

use std::collections::BTreeMap;

use anyhow::bail;

use super::picture::{Picture, Placed, Room, loosen};
use super::tree::{Element, Node, escape};

/// What a template is filled with.
#[derive(Debug, Clone, Default)]
pub struct Data {
    texts: BTreeMap<&'static str, String>,
    lists: BTreeMap<&'static str, Vec<Data>>,
    pictures: BTreeMap<&'static str, Picture>,
}

impl Data {
    pub fn text(mut self, name: &'static str, text: impl Into<String>) -> Data {
        self.texts.insert(name, text.into());
        self
    }

    pub fn list(mut self, name: &'static str, rows: impl IntoIterator<Item = Data>) -> Data {
        self.lists.insert(name, rows.into_iter().collect());
        self
    }

    /// Where there is none, its placeholder leaves nothing behind.
    pub fn picture(mut self, name: &'static str, picture: Option<Picture>) -> Data {
        self.pictures.extend(picture.map(|picture| (name, picture)));
        self
    }

    /// A part of the document that is there or not: a list of one or none.
    pub fn part(self, name: &'static str, is_there: bool) -> Data {
        self.list(name, is_there.then(Data::default))
    }
}

/// The placeholders a template may have: names, lists with the names of their rows, and names of pictures.
#[derive(Debug)]
pub struct Fields {
    pub texts: &'static [&'static str],
    pub lists: &'static [(&'static str, &'static [&'static str])],
    pub pictures: &'static [&'static str],
}

/// One placeholder.
enum Mark<'a> {
    Text(&'a str),
    /// With its width in millimetres, where one is said.
    Picture(&'a str, Option<u32>),
    Begin(&'a str),
    End(&'a str),
}

/// The placeholders of a text with their places in bytes; an opening that is not closed is an error.
fn marks(words: &str) -> anyhow::Result<Vec<(usize, usize, Mark<'_>)>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = words[from..].find("{{").map(|at| from + at) {
        let Some(end) = words[start..].find("}}").map(|at| start + at + 2) else {
            bail!("占位符“{}”没有写完 / a placeholder is not closed", head(&words[start..]));
        };
        let inner = words[start + 2..end - 2].trim();
        let mark = match (inner.strip_prefix('#'), inner.strip_prefix('/'), inner.strip_prefix('图')) {
            (Some(name), ..) => Mark::Begin(name.trim()),
            (_, Some(name), _) => Mark::End(name.trim()),
            (_, _, Some(said)) if said.starts_with(['：', ':']) => picture(inner)?,
            _ => Mark::Text(inner),
        };
        found.push((start, end, mark));
        from = end;
    }
    Ok(found)
}

/// `图：类别 120`
fn picture(inner: &str) -> anyhow::Result<Mark<'_>> {
    let mut words = inner['图'.len_utf8()..].trim_start_matches(['：', ':']).split_whitespace();
    let name = words.next().unwrap_or_default();
    let width =
        words.next().map(|width| width.trim_end_matches("毫米").trim_end_matches("mm").parse::<u32>());
    match (width.transpose(), words.next()) {
        (Ok(width), None) if width != Some(0) => Ok(Mark::Picture(name, width)),
        _ => bail!(
            "{{{{{inner}}}}} 的宽度要写毫米数，如 {{{{图：{name} 120}}}} / the width of {{{{{inner}}}}} is a number of millimetres"
        ),
    }
}

fn head(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Puts every placeholder of each paragraph into one run.
pub fn join(element: &mut Element) -> anyhow::Result<()> {
    if element.name != "w:p" {
        for child in &mut element.children {
            if let Node::Element(child) = child {
                join(child)?;
            }
        }
        return Ok(());
    }
    let words = element.words();
    let marks = marks(&words)?;
    let mut at = 0;
    for text in element.texts_mut() {
        let (begins, ends) = (at, at + text.len());
        at = ends;
        let mut joined = String::new();
        let mut from = begins;
        for (start, end, _) in &marks {
            if *end <= begins || *start >= ends {
                continue;
            }
            if *start >= begins {
                joined.push_str(&words[from..*end]);
            }
            from = from.max(*end);
        }
        if from < ends {
            joined.push_str(&words[from..ends]);
        }
        *text = joined;
    }
    Ok(())
}

/// Whether every placeholder of a part is known and every list closed. Call `join` before.
pub fn check(root: &Element, fields: &Fields) -> anyhow::Result<()> {
    let words = root.words();
    let mut inside: Vec<&str> = Vec::new();
    for (_, _, mark) in marks(&words)? {
        let rows = |name: &str| fields.lists.iter().find(|(list, _)| *list == name).map(|(_, rows)| *rows);
        match mark {
            Mark::Text(name) => {
                let own = || inside.iter().filter_map(|list| rows(list)).flatten();
                if !own().any(|it| *it == name) && !fields.texts.contains(&name) {
                    let may: Vec<&str> = own().chain(fields.texts).copied().collect();
                    bail!(
                        "不认识占位符 {{{{{name}}}}}，这里可以用：{} / unknown placeholder {{{{{name}}}}}",
                        may.join("、")
                    );
                }
            }
            Mark::Picture(name, _) if !fields.pictures.contains(&name) => match fields.pictures {
                [] => {
                    bail!("这个模板没有图，不能用 {{{{图：{name}}}}} / no picture can stand in this template")
                }
                known => bail!(
                    "没有叫“{name}”的图，这里可以用：{} / unknown picture {{{{图：{name}}}}}",
                    known.join("、")
                ),
            },
            Mark::Picture(..) => {}
            // A part that is there or not may have a list in it.
            Mark::Begin(name)
                if rows(name).is_none()
                    || inside.iter().any(|list| rows(list) != Some(&[]) || *list == name) =>
            {
                bail!(
                    "这里不能用 {{{{#{name}}}}}，可以重复的有：{} / {{{{#{name}}}}} cannot stand here",
                    fields.lists.iter().map(|(list, _)| *list).collect::<Vec<_>>().join("、")
                )
            }
            Mark::Begin(name) => inside.push(name),
            Mark::End(name) if inside.last() == Some(&name) => _ = inside.pop(),
            Mark::End(name) => {
                bail!("{{{{/{name}}}}} 前面没有 {{{{#{name}}}}} / {{{{/{name}}}}} ends what has not begun")
            }
        }
    }
    match inside.last() {
        Some(name) => bail!("{{{{#{name}}}}} 没有 {{{{/{name}}}}} / {{{{#{name}}}}} is not closed"),
        None => Ok(()),
    }
}

/// The part with everything in its place, and the pictures in it; `placed` are those of other parts. Call `join`
/// and `check` before.
pub fn fill<'d>(root: Element, data: &'d Data, placed: usize) -> anyhow::Result<(Element, Vec<Placed<'d>>)> {
    let mut filling = Filling { room: Room::of(&root), placed, pictures: Vec::new() };
    let children = filling.nodes(root.children, &[data])?;
    Ok((Element { children, ..root }, filling.pictures))
}

/// A part in the making.
struct Filling<'d> {
    /// What a picture may take where we are.
    room: Room,
    placed: usize,
    pictures: Vec<Placed<'d>>,
}

impl<'d> Filling<'d> {
    fn nodes(&mut self, children: Vec<Node>, scope: &[&'d Data]) -> anyhow::Result<Vec<Node>> {
        let mut filled = Vec::with_capacity(children.len());
        let mut rest = children.into_iter();
        while let Some(node) = rest.next() {
            let Node::Element(element) = node else {
                filled.push(node);
                continue;
            };
            let words = element.words();
            match (element.name.as_str(), begin(words.trim())) {
                // Paragraphs of their own around what is repeated.
                ("w:p", Some((name, ""))) => {
                    let end = format!("{{{{/{name}}}}}");
                    let mut block = Vec::new();
                    loop {
                        match rest.next() {
                            None => bail!(
                                "{end} 要自成一段，与 {{{{#{name}}}}} 在同一处 / {end} must be a paragraph beside its beginning"
                            ),
                            Some(Node::Element(last)) if is_end(&last, name) => break,
                            Some(node) => block.push(node),
                        }
                    }
                    for row in rows(name, scope) {
                        filled.extend(self.nodes(block.clone(), &inner(scope, row))?);
                    }
                }
                ("w:tr", Some((name, _))) => {
                    let name = name.to_owned();
                    let mut bare = element;
                    for text in bare.texts_mut() {
                        *text = text
                            .replace(&format!("{{{{#{name}}}}}"), "")
                            .replace(&format!("{{{{/{name}}}}}"), "");
                    }
                    for row in rows(&name, scope) {
                        let children = self.nodes(bare.children.clone(), &inner(scope, row))?;
                        filled.push(Node::Element(Element { children, ..bare.clone() }));
                    }
                }
                ("w:r", _) => filled.push(Node::Element(self.run(element, scope)?)),
                _ => filled.push(Node::Element(self.inside(element, scope)?)),
            }
        }
        Ok(filled)
    }

    /// Anything else with what is in it: a cell narrows the room, a line with a picture grows with it.
    fn inside(&mut self, element: Element, scope: &[&'d Data]) -> anyhow::Result<Element> {
        let (room, before) = (self.room, self.pictures.len());
        if element.name == "w:tc" {
            self.room = room.within(&element);
        }
        let children = self.nodes(element.children, scope)?;
        self.room = room;
        let mut filled = Element { children, ..element };
        if filled.name == "w:p" && self.pictures.len() > before {
            loosen(&mut filled);
        }
        Ok(filled)
    }

    /// A run with its placeholders replaced; a line break in a text is one in the document.
    fn run(&mut self, element: Element, scope: &[&'d Data]) -> anyhow::Result<Element> {
        let mut children = Vec::with_capacity(element.children.len());
        for child in element.children {
            match child {
                Node::Element(text) if text.name == "w:t" => {
                    let words = text.words();
                    let marks = marks(&words)?;
                    if marks.is_empty() {
                        children.push(Node::Element(text));
                        continue;
                    }
                    let (mut said, mut from) = (String::new(), 0);
                    for (start, end, mark) in marks {
                        said.push_str(&words[from..start]);
                        match mark {
                            Mark::Text(name) => {
                                let value = scope.iter().rev().find_map(|data| data.texts.get(name));
                                said.push_str(&escape(value.map_or("", String::as_str)));
                            }
                            Mark::Picture(name, width) => {
                                let found = scope.iter().rev().find_map(|data| data.pictures.get(name));
                                if let Some(picture) = found {
                                    lines(&std::mem::take(&mut said), &mut children);
                                    let number = self.placed + self.pictures.len() + 1;
                                    let placed = Placed { number, picture };
                                    children.push(Node::Element(placed.drawing(width, self.room)?));
                                    self.pictures.push(placed);
                                }
                            }
                            Mark::Begin(_) | Mark::End(_) => {}
                        }
                        from = end;
                    }
                    said.push_str(&words[from..]);
                    lines(&said, &mut children);
                }
                other => children.push(other),
            }
        }
        Ok(Element { children, ..element })
    }
}

/// A text, with the line breaks in it.
fn lines(said: &str, children: &mut Vec<Node>) {
    for (at, line) in said.split('\n').enumerate() {
        if at > 0 {
            children.push(Node::Element(Element::new("w:br")));
        }
        children.push(Node::Element(Element {
            name: "w:t".to_owned(),
            attributes: " xml:space=\"preserve\"".to_owned(),
            children: vec![Node::Text(line.to_owned())],
        }));
    }
}

/// The list that begins at the head of these words, and what follows.
fn begin(words: &str) -> Option<(&str, &str)> {
    let (name, rest) = words.strip_prefix("{{#")?.split_once("}}")?;
    Some((name.trim(), rest))
}

fn is_end(element: &Element, name: &str) -> bool {
    let words = element.words();
    let inner = words.trim().strip_prefix("{{/").and_then(|rest| rest.strip_suffix("}}"));
    element.name == "w:p" && inner.is_some_and(|inner| inner.trim() == name)
}

fn rows<'d>(name: &str, scope: &[&'d Data]) -> &'d [Data] {
    scope.iter().rev().find_map(|data| data.lists.get(name)).map_or(&[], Vec::as_slice)
}

fn inner<'d>(scope: &[&'d Data], row: &'d Data) -> Vec<&'d Data> {
    scope.iter().copied().chain([row]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::{parse, write};
    use super::*;

    const FIELDS: Fields = Fields {
        texts: &["总数", "说明"],
        lists: &[("事项", &["编号"]), ("有事项", &[])],
        pictures: &["进度"],
    };

    fn filled(xml: &str, data: &Data) -> anyhow::Result<String> {
        let mut root = parse(xml)?;
        join(&mut root)?;
        check(&root, &FIELDS)?;
        Ok(write(&fill(root, data, 0)?.0).lines().nth(1).unwrap_or_default().to_owned())
    }

    fn numbered(number: &str) -> Data {
        Data::default().text("编号", number)
    }

    #[test]
    fn a_placeholder_cut_into_runs_is_read_and_its_neighbours_stay() {
        let xml = "<b><w:p><w:r><w:t>共{</w:t></w:r><w:r><w:t>{总</w:t></w:r><w:r><w:t>数}}项{{说</w:t></w:r><w:r><w:t>明}}。</w:t></w:r></w:p></b>";
        let said = filled(xml, &Data::default().text("总数", "60").text("说明", "a<b\nc")).unwrap();
        let root = parse(&said).unwrap();
        assert_eq!(root.words(), "共60项a&lt;bc。");
        assert!(said.contains("a&lt;b</w:t><w:br/><w:t xml:space=\"preserve\">c"), "{said}");
    }

    #[test]
    fn rows_and_blocks_are_repeated_and_empty_ones_are_gone() {
        let row = "<w:tr><w:tc><w:p><w:r><w:t>{{#事项}}{{编号}}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{{总数}}{{/事项}}</w:t></w:r></w:p></w:tc></w:tr>";
        let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        let block =
            format!("{}{}{}", paragraph("{{#事项}}"), paragraph("第{{编号}}项"), paragraph("{{/事项}}"));
        let data = Data::default().text("总数", "2").list("事项", [numbered("16"), numbered("22")]);
        let said = filled(&format!("<b>{row}{block}</b>"), &data).unwrap();
        assert_eq!(parse(&said).unwrap().words(), "162222第16项第22项");
        assert_eq!(said.matches("<w:tr>").count(), 2);
        let none = filled(&format!("<b>{row}{block}</b>"), &Data::default()).unwrap();
        assert_eq!(none, "<b/>");
        // A part with a table in it is there as a whole or not at all.
        let part = format!("{}<w:tbl>{row}</w:tbl>{}", paragraph("{{#有事项}}"), paragraph("{{/有事项}}"));
        let said = filled(&format!("<b>{part}</b>"), &data.part("有事项", true)).unwrap();
        assert_eq!(parse(&said).unwrap().words(), "162222");
        assert_eq!(filled(&format!("<b>{part}</b>"), &Data::default()).unwrap(), "<b/>");
    }

    #[test]
    fn a_picture_stands_where_its_name_stood_as_wide_as_was_said_and_the_room_allows() {
        let png = crate::exports::docx::picture::tests::PNG;
        let data =
            Data::default().picture("进度", Some(Picture { png: png.to_vec(), alt: "进度“图”".into() }));
        let sheet = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:bottom=\"1984\" w:left=\"1588\" w:right=\"1474\"/></w:sectPr>";
        let paragraph = "<w:p><w:pPr><w:spacing w:line=\"560\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>见{{图：进度 100}}下</w:t></w:r></w:p>";
        let said = filled(&format!("<b>{paragraph}{sheet}</b>"), &data).unwrap();
        assert!(said.contains("<wp:extent cx=\"3600000\" cy=\"1800000\"/>"), "{said}");
        assert!(said.contains("descr=\"进度“图”\"") && said.contains("r:embed=\"rIdDb1\""), "{said}");
        // A line of exactly 28 pt would show a strip of it.
        assert!(
            said.contains("<w:spacing w:line=\"240\" w:lineRule=\"auto\"/><w:jc") && !said.contains("exact")
        );
        let whole = filled(&format!("<b>{}{sheet}</b>", paragraph.replace(" 100", "")), &data).unwrap();
        assert!(whole.contains("<wp:extent cx=\"5616000\""), "156 mm: {whole}");
        let cell = format!("<w:tc><w:tcPr><w:tcW w:w=\"1814\" w:type=\"dxa\"/></w:tcPr>{paragraph}</w:tc>");
        let narrow = filled(&format!("<b>{cell}{sheet}</b>"), &data).unwrap();
        assert!(narrow.contains("<wp:extent cx=\"1044000\""), "29 of 32 mm: {narrow}");
        assert_eq!(
            parse(&filled(&format!("<b>{paragraph}</b>"), &Data::default()).unwrap()).unwrap().words(),
            "见下"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |text: &str| {
            let xml = format!("<b><w:p><w:r><w:t>{text}</w:t></w:r></w:p></b>");
            filled(&xml, &Data::default()).unwrap_err().to_string()
        };
        assert!(wrong("{{总教}}").contains("{{总教}}"));
        assert!(wrong("{{编号}}").contains("{{编号}}"), "of a row, outside");
        assert!(wrong("{{总数").contains("{{总数"));
        assert!(wrong("{{#事项}}").contains("没有 {{/事项}}"));
        assert!(wrong("{{/事项}}").contains("前面没有"));
        assert!(wrong("{{#单位}}{{/单位}}").contains("{{#单位}}"));
        assert!(wrong("{{#事项}}{{#有事项}}{{/有事项}}{{/事项}}").contains("这里不能用 {{#有事项}}"));
        assert!(wrong("{{图：曲线}}").contains("没有叫“曲线”的图，这里可以用：进度"));
        assert!(wrong("{{图：进度 很宽}}").contains("毫米数，如 {{图：进度 120}}"));
    }
}
