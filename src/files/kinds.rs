//! What a file is, seen from its content alone: the dozen kinds that are kept, and nothing else. The name's
//! ending must agree; macros, programs, pages and whatever is not known are not kept.

use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::domain::attachment::ending;

/// A kind that is kept: what it is called, and the endings that fit it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub mime: &'static str,
    pub endings: &'static [&'static str],
}

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unkept {
    TooBig,
    /// None of the kinds.
    Unknown,
    /// It carries macros.
    Macros,
    /// Its name says another kind.
    OtherName,
}

const JPEG: Kind = Kind { mime: "image/jpeg", endings: &["jpg", "jpeg"] };
const PNG: Kind = Kind { mime: "image/png", endings: &["png"] };
const WEBP: Kind = Kind { mime: "image/webp", endings: &["webp"] };
const HEIC: Kind = Kind { mime: "image/heic", endings: &["heic", "heif"] };
const PDF: Kind = Kind { mime: "application/pdf", endings: &["pdf"] };
const OFD: Kind = Kind { mime: "application/ofd", endings: &["ofd"] };
// WPS writes either shape under its own endings.
const DOCX: Kind = Kind {
    mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    endings: &["docx", "wps"],
};
const XLSX: Kind = Kind {
    mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    endings: &["xlsx", "et"],
};
const PPTX: Kind = Kind {
    mime: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    endings: &["pptx", "dps"],
};
const DOC: Kind = Kind { mime: "application/msword", endings: &["doc", "wps"] };
const XLS: Kind = Kind { mime: "application/vnd.ms-excel", endings: &["xls", "et"] };
const PPT: Kind = Kind { mime: "application/vnd.ms-powerpoint", endings: &["ppt", "dps"] };

/// The first bytes that decide.
const HEAD: usize = 32;
/// An old office file: a small file system of its own.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// The names of streams stand in UTF-16; so many bytes are kept between two pieces to find them whole.
const OVERLAP: usize = 128;
const PIECE: usize = 256 * 1024;

/// Looks at a file's content; its name's ending must fit.
pub fn look(file: &mut (impl Read + Seek), name: &str) -> io::Result<Result<Kind, Unkept>> {
    let mut head = Vec::with_capacity(HEAD);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let kind = if head.starts_with(b"PK\x03\x04") {
        zipped(file)
    } else if head.starts_with(OLE) {
        old_office(file)?
    } else {
        plain(&head).ok_or(Unkept::Unknown)
    };
    Ok(kind.and_then(|kind| match ending(name) {
        Some(ending) if !kind.endings.contains(&ending.as_str()) => Err(Unkept::OtherName),
        _ => Ok(kind),
    }))
}

fn plain(head: &[u8]) -> Option<Kind> {
    let at = |from: usize, bytes: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(bytes));
    if at(0, b"\xFF\xD8\xFF") {
        Some(JPEG)
    } else if at(0, b"\x89PNG\r\n\x1A\n") {
        Some(PNG)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(WEBP)
    } else if at(4, b"ftyp")
        && ["heic", "heix", "heim", "heis", "mif1"].iter().any(|brand| at(8, brand.as_bytes()))
    {
        Some(HEIC)
    } else if at(0, b"%PDF-") {
        Some(PDF)
    } else {
        None
    }
}

/// Only the table of contents is read; nothing is unpacked.
fn zipped(file: &mut (impl Read + Seek)) -> Result<Kind, Unkept> {
    let archive = ZipArchive::new(file).map_err(|_| Unkept::Unknown)?;
    let names: Result<Vec<String>, _> =
        archive.file_names().map(|name| name.map(|name| name.to_ascii_lowercase())).collect();
    let names = names.map_err(|_| Unkept::Unknown)?;
    let with_macros = |name: &String| {
        name.ends_with("vbaproject.bin") || name.contains("/macrosheets/") || name.contains("/activex/")
    };
    if names.iter().any(with_macros) {
        return Err(Unkept::Macros);
    }
    [("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX), ("ofd.xml", OFD)]
        .into_iter()
        .find_map(|(name, kind)| names.iter().any(|inside| inside == name).then_some(kind))
        .ok_or(Unkept::Unknown)
}

/// Found by the names of its streams, wherever its directory lies.
fn old_office(file: &mut (impl Read + Seek)) -> io::Result<Result<Kind, Unkept>> {
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let names = [
        (wide("_VBA_PROJECT"), None),
        (wide("WordDocument"), Some(DOC)),
        (wide("PowerPoint Document"), Some(PPT)),
        (wide("Workbook"), Some(XLS)),
        (wide("Book"), Some(XLS)),
    ];
    let mut found = [false; 5];
    let mut window = Vec::with_capacity(PIECE + OVERLAP);
    let mut piece = vec![0; PIECE];
    file.seek(SeekFrom::Start(0))?;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        window.extend_from_slice(&piece[..read]);
        for ((name, _), found) in names.iter().zip(&mut found) {
            *found = *found || window.windows(name.len()).any(|bytes| bytes == name);
        }
        let kept = window.len().saturating_sub(OVERLAP);
        window.drain(..kept);
    }
    if found[0] {
        return Ok(Err(Unkept::Macros));
    }
    let kind = names.iter().zip(found).find_map(|((_, kind), found)| kind.filter(|_| found));
    Ok(kind.ok_or(Unkept::Unknown))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn seen(bytes: &[u8], name: &str) -> Result<&'static str, Unkept> {
        look(&mut Cursor::new(bytes), name).unwrap().map(|kind| kind.endings[0])
    }

    fn zip(names: &[&str]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"<xml/>").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn ole(streams: &[&str]) -> Vec<u8> {
        let mut bytes = OLE.to_vec();
        // Across the border of two pieces.
        bytes.resize(PIECE - 7, 0);
        for stream in streams {
            bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
            bytes.extend([0; 64]);
        }
        bytes
    }

    #[test]
    fn the_kinds_that_are_kept_are_known_by_their_content() {
        for (bytes, name, kind) in [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec(), "", "jpg"),
            (b"\xFF\xD8\xFF\xE1".to_vec(), "整改后.JPEG", "jpg"),
            (b"\x89PNG\r\n\x1A\n\0\0".to_vec(), "a.png", "png"),
            (b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(), "a.webp", "webp"),
            (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "IMG_1.HEIC", "heic"),
            (b"%PDF-1.4\n".to_vec(), "方案.pdf", "pdf"),
            (zip(&["[Content_Types].xml", "word/document.xml"]), "方案.docx", "docx"),
            (zip(&["[Content_Types].xml", "xl/workbook.xml"]), "清单.xlsx", "xlsx"),
            (zip(&["ppt/presentation.xml"]), "汇报.pptx", "pptx"),
            (zip(&["OFD.xml", "Doc_0/Document.xml"]), "公文.ofd", "ofd"),
            (ole(&["WordDocument"]), "方案.doc", "doc"),
            (ole(&["WordDocument"]), "方案.wps", "doc"),
            (ole(&["Workbook"]), "清单.xls", "xls"),
            (ole(&["PowerPoint Document"]), "汇报.ppt", "ppt"),
        ] {
            assert_eq!(seen(&bytes, name), Ok(kind), "{name}");
        }
    }

    #[test]
    fn everything_else_is_not_kept() {
        for (bytes, name, why) in [
            (b"MZ\x90\0".to_vec(), "a.exe", Unkept::Unknown),
            (b"MZ\x90\0".to_vec(), "照片.jpg", Unkept::Unknown),
            (b"\x7FELF".to_vec(), "", Unkept::Unknown),
            (b"<!doctype html><script>".to_vec(), "a.pdf", Unkept::Unknown),
            (b"<svg xmlns=".to_vec(), "a.png", Unkept::Unknown),
            (b"".to_vec(), "a.jpg", Unkept::Unknown),
            (b"\xFF".to_vec(), "", Unkept::Unknown),
            (zip(&["a.exe"]), "a.zip", Unkept::Unknown),
            (zip(&["xl/workbook.xml", "xl/vbaProject.bin"]), "清单.xlsx", Unkept::Macros),
            (zip(&["xl/workbook.xml", "xl/macrosheets/sheet1.xml"]), "清单.xlsx", Unkept::Macros),
            (ole(&["Workbook", "_VBA_PROJECT"]), "清单.xls", Unkept::Macros),
            (b"%PDF-1.4\n".to_vec(), "方案.docx", Unkept::OtherName),
            (zip(&["word/document.xml"]), "方案.pdf", Unkept::OtherName),
            (b"PK\x03\x04 and nothing more".to_vec(), "a.docx", Unkept::Unknown),
            (ole(&["Contents"]), "a.doc", Unkept::Unknown),
        ] {
            assert_eq!(seen(&bytes, name), Err(why), "{name}");
        }
    }
}
