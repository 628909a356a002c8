//! Updates as Telegram's servers send them: a contact's report in a private chat, as one HTTP request.
//! Sending must cost little, because the sender shares the processors with what it measures.

use std::io::Write;

use super::service::SECRET;

/// One report as it was first sent; sent again, it is the same to the byte.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    pub update_id: u32,
    pub message_id: u32,
    /// Seconds since 1970.
    pub date: i64,
    /// The contact's account and private chat.
    pub account: i64,
    pub item: u32,
    pub percent: u32,
    /// Makes every text another one.
    pub serial: u32,
}

const COMMAND: &str = "进度";
const TEXT_BEFORE: &str = "设备已到货，9月15日调试（记";
const TEXT_AFTER: &str = "）";
const NAME: &str = "李建国";

/// Writes requests.
pub struct Pen {
    head: String,
    name: String,
    command: String,
    before: String,
    after: String,
    body: Vec<u8>,
    request: Vec<u8>,
}

impl Pen {
    pub fn new(port: u16) -> Pen {
        Pen {
            head: format!(
                "POST /hooks/telegram HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
                 X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Type: application/json\r\n\
                 Connection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\nContent-Length: "
            ),
            name: escaped(NAME),
            command: escaped(COMMAND),
            before: escaped(TEXT_BEFORE),
            after: escaped(TEXT_AFTER),
            body: Vec::new(),
            request: Vec::new(),
        }
    }

    pub fn request(&mut self, report: &Report) -> std::io::Result<&[u8]> {
        let Report { update_id, message_id, date, account, item, percent, serial } = report;
        let Pen { head, name, command, before, after, body, request } = self;
        body.clear();
        write!(
            body,
            r#"{{"update_id":{update_id},
"message":{{"message_id":{message_id},"from":{{"id":{account},"is_bot":false,"first_name":"{name}","username":"contact_{account}","language_code":"zh-hans"}},"chat":{{"id":{account},"first_name":"{name}","username":"contact_{account}","type":"private"}},"date":{date},"text":"{command} {item} {percent} {before}{serial}{after}"}}}}"#
        )?;
        request.clear();
        write!(request, "{head}{}\r\n\r\n", body.len())?;
        request.extend_from_slice(body);
        Ok(request)
    }
}

/// Telegram writes everything beyond ASCII as `\uXXXX`.
fn escaped(text: &str) -> String {
    text.encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(letter) if letter.is_ascii() => char::from(letter).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect()
}
