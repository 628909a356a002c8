//! Placeholders in a part: `{{name}}` is replaced by a text; what stands between `{{#list}}` and `{{/list}}` is
//! repeated for every row of a list, in a table row (both in it) or as paragraphs of their own around the
//! repeated ones. Office programs like to cut a placeholder into several runs; they are read all the same.

use std::collections::BTreeMap;

use anyhow::bail;

use super::tree::{Element, Node, escape};

/// What a template is filled with.
#[derive(Debug, Clone, Default)]
pub struct Data {
    texts: BTreeMap<&'static str, String>,
    lists: BTreeMap<&'static str, Vec<Data>>,
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

    /// A part of the document that is there or not: a list of one or none.
    pub fn part(self, name: &'static str, is_there: bool) -> Data {
        self.list(name, is_there.then(Data::default))
    }
}

/// The placeholders a template may have: names, and lists with the names of their rows.
#[derive(Debug)]
pub struct Fields {
    pub texts: &'static [&'static str],
    pub lists: &'static [(&'static str, &'static [&'static str])],
}

/// One placeholder.
enum Mark<'a> {
    Text(&'a str),
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
        let mark = match (inner.strip_prefix('#'), inner.strip_prefix('/')) {
            (Some(name), _) => Mark::Begin(name.trim()),
            (_, Some(name)) => Mark::End(name.trim()),
            _ => Mark::Text(inner),
        };
        found.push((start, end, mark));
        from = end;
    }
    Ok(found)
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
    let mut inside: Option<&str> = None;
    for (_, _, mark) in marks(&words)? {
        let rows = |name: &str| fields.lists.iter().find(|(list, _)| *list == name).map(|(_, rows)| *rows);
        match mark {
            Mark::Text(name) => {
                let own = inside.and_then(rows).unwrap_or_default();
                if !own.contains(&name) && !fields.texts.contains(&name) {
                    let may: Vec<&str> = own.iter().chain(fields.texts).copied().collect();
                    bail!(
                        "不认识占位符 {{{{{name}}}}}，这里可以用：{} / unknown placeholder {{{{{name}}}}}",
                        may.join("、")
                    );
                }
            }
            Mark::Begin(name) if rows(name).is_none() || inside.is_some() => bail!(
                "这里不能用 {{{{#{name}}}}}，可以重复的有：{} / {{{{#{name}}}}} cannot stand here",
                fields.lists.iter().map(|(list, _)| *list).collect::<Vec<_>>().join("、")
            ),
            Mark::Begin(name) => inside = Some(name),
            Mark::End(name) if inside == Some(name) => inside = None,
            Mark::End(name) => {
                bail!("{{{{/{name}}}}} 前面没有 {{{{#{name}}}}} / {{{{/{name}}}}} ends what has not begun")
            }
        }
    }
    match inside {
        Some(name) => bail!("{{{{#{name}}}}} 没有 {{{{/{name}}}}} / {{{{#{name}}}}} is not closed"),
        None => Ok(()),
    }
}

/// The part with everything in its place. Call `join` and `check` before.
pub fn fill(root: Element, data: &Data) -> anyhow::Result<Element> {
    let children = nodes(root.children, &[data])?;
    Ok(Element { children, ..root })
}

fn nodes(children: Vec<Node>, scope: &[&Data]) -> anyhow::Result<Vec<Node>> {
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
                    filled.extend(nodes(block.clone(), &inner(scope, row))?);
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
                    let children = nodes(bare.children.clone(), &inner(scope, row))?;
                    filled.push(Node::Element(Element { children, ..bare.clone() }));
                }
            }
            ("w:r", _) => filled.push(Node::Element(run(element, scope)?)),
            _ => {
                let children = nodes(element.children, scope)?;
                filled.push(Node::Element(Element { children, ..element }));
            }
        }
    }
    Ok(filled)
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

/// A run with its placeholders replaced; a line break in a text is one in the document.
fn run(element: Element, scope: &[&Data]) -> anyhow::Result<Element> {
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
                    if let Mark::Text(name) = mark {
                        let value = scope.iter().rev().find_map(|data| data.texts.get(name));
                        said.push_str(&escape(value.map_or("", String::as_str)));
                    }
                    from = end;
                }
                said.push_str(&words[from..]);
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
            other => children.push(other),
        }
    }
    Ok(Element { children, ..element })
}

#[cfg(test)]
mod tests {
    use super::super::tree::{parse, write};
    use super::*;

    const FIELDS: Fields = Fields { texts: &["总数", "说明"], lists: &[("事项", &["编号"])] };

    fn filled(xml: &str, data: &Data) -> anyhow::Result<String> {
        let mut root = parse(xml)?;
        join(&mut root)?;
        check(&root, &FIELDS)?;
        Ok(write(&fill(root, data)?).lines().nth(1).unwrap_or_default().to_owned())
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
    }
}
