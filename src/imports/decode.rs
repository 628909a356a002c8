//! Bytes of a delimited file → text. Spreadsheets save what their machine was set to: UTF-8 with or
//! without a mark, UTF-16, GBK. What is valid decides, never a guess by frequency.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use crate::domain::ledger_file::{Sentence, sentence};

/// The text, and whether it had to be read as GBK.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), Sentence> {
    let (text, is_gbk) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            (Cow::Borrowed(std::str::from_utf8(rest).map_err(|_| broken())?), false)
        }
        [0xFF, 0xFE, rest @ ..] => (wide(UTF_16LE, rest)?, false),
        [0xFE, 0xFF, rest @ ..] => (wide(UTF_16BE, rest)?, false),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            Err(_) => {
                let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
                (text.ok_or_else(broken)?, true)
            }
        },
    };
    if text.contains('\0') {
        return Err(sentence!(
            "这不是文本文件，也不是 xlsx；请另存为 xlsx 或 CSV UTF-8 再导入",
            "neither a text file nor xlsx; save it as xlsx or CSV UTF-8 and import again"
        ));
    }
    Ok((text, is_gbk))
}

fn wide<'a>(encoding: &'static encoding_rs::Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, Sentence> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(broken)
}

fn broken() -> Sentence {
    sentence!(
        "文字编码认不出（不是 UTF-8、UTF-16 或 GBK），或文件已损坏；请在 Excel/WPS 里另存为 xlsx 或 CSV UTF-8",
        "unknown text encoding (not UTF-8, UTF-16 or GBK) or a damaged file; save it as xlsx or CSV UTF-8"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_real_spreadsheets_read_alike() {
        let text = "序号,整改事项\n1,黑臭水体\n";
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect();
        for (bytes, is_gbk) in [(text.as_bytes(), false), (&marked, false), (&utf16, false), (&gbk, true)] {
            let (read, found) = decode(bytes).expect("readable");
            assert_eq!((&*read, found), (text, is_gbk));
        }
    }

    #[test]
    fn what_is_no_text_says_the_way_out() {
        for bytes in [&b"\x00\x01\x02"[..], b"\xFF\xFE\x00\xD8", b"\x81"] {
            assert!(decode(bytes).expect_err("no text").zh.contains("另存为"));
        }
    }
}
