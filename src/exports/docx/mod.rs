//! Documents from templates (docx): ours stand in the program, one in each document's own file; a file of the same
//! name in `templates` of the data folder takes its place. A template is checked when it is read; what is wrong
//! is told with its file and placeholder.

mod fill;
mod official;
mod picture;
mod tree;

pub use fill::{Data, Fields};
pub use official::Body;
pub use picture::Picture;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

use super::Unmade;

/// A template of ours: its name is its file's, without `.docx`.
pub struct Template {
    pub name: &'static str,
    pub fields: Fields,
    pub body: fn() -> Body,
}

/// The folder of the office's own templates in the data folder.
pub const FOLDER: &str = "templates";
/// The largest template, packed, and the largest part, unpacked.
const LARGEST: u64 = 20 * 1024 * 1024;
/// The most parts.
const PARTS: usize = 500;

/// The parts of a docx file by name.
type Package = BTreeMap<String, Vec<u8>>;

impl Template {
    /// Fills it and writes the file. Errors of the template are for whoever asked.
    pub fn write(&self, data_dir: &Path, data: &Data, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let mut package = match self.replaced(data_dir)? {
            Some(package) => package,
            None => self.built_in(),
        };
        let mut placed = 0;
        let parts: Vec<String> = package.keys().filter(|name| is_filled(name)).cloned().collect();
        for name in parts {
            let filled = self.part(&package[&name]).and_then(|root| fill::fill(root, data, placed));
            let (filled, pictures) = filled.map_err(|error| self.wrong(data_dir, &error))?;
            package.insert(name.clone(), tree::write(&filled).into_bytes());
            picture::attach(&mut package, &name, &pictures).map_err(|error| self.wrong(data_dir, &error))?;
            placed += pictures.len();
        }
        out.write_all(&pack(&package)?)?;
        Ok(())
    }

    /// Our own, as a file to begin with.
    pub fn file(&self) -> anyhow::Result<Vec<u8>> {
        pack(&self.built_in())
    }

    fn built_in(&self) -> Package {
        official::package(&(self.body)())
    }

    /// Whether the office's own takes the place of ours, and is fit.
    pub fn check(&self, data_dir: &Path) -> anyhow::Result<bool> {
        Ok(self.replaced(data_dir)?.is_some())
    }

    /// The office's own, checked. One that was exported and left as it is is ours.
    fn replaced(&self, data_dir: &Path) -> anyhow::Result<Option<Package>> {
        let path = data_dir.join(FOLDER).join(format!("{}.docx", self.name));
        if !path.exists() {
            return Ok(None);
        }
        let checked = || -> anyhow::Result<Package> {
            let package = unpack(&path)?;
            for (_, part) in package.iter().filter(|(name, _)| is_filled(name)) {
                self.part(part)?;
            }
            Ok(package)
        };
        let own = checked().map_err(|error| self.wrong(data_dir, &error))?;
        Ok(Some(own).filter(|own| *own != self.built_in()))
    }

    fn part(&self, part: &[u8]) -> anyhow::Result<tree::Element> {
        let xml = std::str::from_utf8(part).context("不是 UTF-8 的 docx / is not UTF-8")?;
        let mut root = tree::parse(xml)?;
        fill::join(&mut root)?;
        fill::check(&root, &self.fields)?;
        Ok(root)
    }

    fn wrong(&self, data_dir: &Path, error: &anyhow::Error) -> anyhow::Error {
        let name = self.name;
        let (zh, en) = match data_dir.join(FOLDER).join(format!("{name}.docx")).exists() {
            true => (format!("模板 {FOLDER}/{name}.docx"), format!("template {FOLDER}/{name}.docx")),
            false => (format!("内置模板 {name}"), format!("built-in template {name}")),
        };
        // Ours are said in both languages; what a library adds is for whoever reads English.
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        let ours = causes.iter().filter_map(|cause| Some(cause.split_once(" / ")?.0)).collect::<Vec<_>>();
        let all = causes.iter().map(|cause| cause.split_once(" / ").map_or(cause.as_str(), |(_, en)| en));
        let all = all.collect::<Vec<_>>().join(": ");
        let told = if ours.is_empty() { all.clone() } else { ours.join("：") };
        Unmade::new(format!("{zh} 有误：{told}"), format!("{en}: {all}")).into()
    }
}

/// Parts with words in them.
fn is_filled(part: &str) -> bool {
    let name = part.strip_prefix("word/").and_then(|name| name.strip_suffix(".xml"));
    name.is_some_and(|name| name == "document" || name.starts_with("header") || name.starts_with("footer"))
}

fn unpack(path: &Path) -> anyhow::Result<Package> {
    let bytes = fs::metadata(path)?.len();
    if bytes > LARGEST {
        bail!("文件超过 20 MB / is over 20 MB");
    }
    let mut archive =
        ZipArchive::new(Cursor::new(fs::read(path)?)).context("不是 docx 文件 / is no docx file")?;
    if archive.len() > PARTS {
        bail!("文件里的部件太多 / has too many parts");
    }
    let mut package = Package::new();
    for at in 0..archive.len() {
        let part = archive.by_index(at)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name()?.into_owned();
        let mut content = Vec::new();
        part.take(LARGEST + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGEST {
            bail!("{name} 解开后超过 20 MB / {name} is over 20 MB unpacked");
        }
        package.insert(name, content);
    }
    if !package.contains_key("word/document.xml") {
        bail!("不是 Word 文档（docx）/ is no Word document");
    }
    Ok(package)
}

/// The same parts always make the same file.
fn pack(package: &Package) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    // The list of types comes first, as office programs write it.
    let first = "[Content_Types].xml";
    let parts = package.iter().filter(|(name, _)| *name != first);
    for (name, content) in package.get_key_value(first).into_iter().chain(parts) {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}
