//! XML as a tree, as far as filling a template needs it: names, attributes as they were written, and texts as
//! they were written (escaped). What is not touched comes out as it went in.

use anyhow::{Context, bail};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Deeper than any document of an office program.
const DEPTH: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    /// With the space before it.
    pub attributes: String,
    pub children: Vec<Node>,
}

impl Element {
    pub fn new(name: &str) -> Element {
        Element { name: name.to_owned(), attributes: String::new(), children: Vec::new() }
    }

    /// An attribute as it was written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.attributes.split_once(&format!(" {name}="))?;
        let quote = rest.chars().next()?;
        rest[1..].split(quote).next()
    }

    /// The last element of this name in it.
    pub fn last(&self, name: &str) -> Option<&Element> {
        self.children.iter().rev().find_map(|child| match child {
            Node::Element(child) if child.name == name => Some(child),
            Node::Element(child) => child.last(name),
            Node::Text(_) => None,
        })
    }

    /// All words of the texts (`w:t`) in it, in order.
    pub fn words(&self) -> String {
        let mut words = String::new();
        self.each_text(&mut |text| words.push_str(text));
        words
    }

    fn each_text<'a>(&'a self, on_text: &mut dyn FnMut(&'a str)) {
        for child in &self.children {
            match child {
                Node::Text(text) if self.name == "w:t" => on_text(text),
                Node::Text(_) => {}
                Node::Element(element) => element.each_text(on_text),
            }
        }
    }

    /// The same, to be changed.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        let is_text = self.name == "w:t";
        let mut texts = Vec::new();
        for child in &mut self.children {
            match child {
                Node::Text(text) if is_text => texts.push(text),
                Node::Text(_) => {}
                Node::Element(element) => texts.extend(element.texts_mut()),
            }
        }
        texts
    }
}

/// The root of a part.
pub fn parse(xml: &str) -> anyhow::Result<Element> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<Element> = vec![Element::new("")];
    loop {
        let event = reader.read_event().context("is no XML")?;
        let top = open.last_mut().context("ends before it begins")?;
        match event {
            Event::Start(start) => {
                let (name, attributes) = (start.name().0.to_owned(), start.attributes_raw().to_owned());
                open.push(Element { name, attributes, children: Vec::new() });
                if open.len() > DEPTH {
                    bail!("is nested too deeply");
                }
            }
            Event::Empty(start) => {
                let (name, attributes) = (start.name().0.to_owned(), start.attributes_raw().to_owned());
                top.children.push(Node::Element(Element { name, attributes, children: Vec::new() }));
            }
            Event::End(_) => {
                let done = open.pop().context("ends before it begins")?;
                open.last_mut().context("ends before it begins")?.children.push(Node::Element(done));
            }
            Event::Text(text) => add(top, &text),
            Event::GeneralRef(reference) => add(top, &format!("&{};", &*reference)),
            Event::CData(text) => add(top, &escape(&text)),
            Event::DocType(_) => bail!("has a document type, which no office program writes"),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let root = open.pop().filter(|_| open.is_empty()).context("is cut off")?;
    let root = root.children.into_iter().find_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    });
    root.context("is empty")
}

fn add(to: &mut Element, text: &str) {
    match to.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => to.children.push(Node::Text(text.to_owned())),
    }
}

/// A whole part.
pub fn write(root: &Element) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    put(root, &mut xml);
    xml
}

fn put(element: &Element, xml: &mut String) {
    let Element { name, attributes, children } = element;
    xml.push('<');
    xml.push_str(name);
    xml.push_str(attributes.trim_end());
    if children.is_empty() {
        xml.push_str("/>");
        return;
    }
    xml.push('>');
    for child in children {
        match child {
            Node::Element(element) => put(element, xml),
            Node::Text(text) => xml.push_str(text),
        }
    }
    xml.push_str("</");
    xml.push_str(name);
    xml.push('>');
}

/// A text as XML wants it: what XML cannot hold is left out.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            _ if letter.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&letter) => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_touched_comes_out_as_it_went_in() {
        let xml = "<w:p w:x=\"1 &amp; 2\"><w:r><w:t xml:space=\"preserve\"> a &lt;b&gt; &#20013; </w:t></w:r><w:br/></w:p>";
        let root = parse(xml).unwrap();
        assert_eq!(write(&root).lines().nth(1).unwrap(), xml);
        assert_eq!(root.words(), " a &lt;b&gt; &#20013; ");
    }

    #[test]
    fn what_is_no_part_is_told() {
        for bad in ["", "a", "<a>", "<a></b>", "</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        let deep = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
        assert!(parse(&deep).is_err());
        assert_eq!(escape("a<\u{0}b\u{b}&\n"), "a&lt;b&amp;\n");
    }
}
