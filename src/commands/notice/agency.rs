//! 代字: how the office's numbers begin.

use chrono::Datelike;

use super::message;
use crate::commands::{Call, Failure, told};
use crate::domain::decision::{Decision, Effect};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::series::is_abbr;
use crate::domain::{Message, Role, Text};
use crate::{say, store};

/// 代字: what the numbers begin with, and what the office is called under a notice.
pub(super) async fn set(call: Call<'_>, said: &str) -> Result<Decision, Failure> {
    let lang = call.lang();
    if call.speaker()?.role != Role::Office {
        return Err(super::not_office(lang));
    }
    let (abbr, name) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    if abbr.is_empty() {
        let now = store::series::agency(&mut *call.read).await?;
        return Ok(call.answer(match now {
            None => Text::plain(say!(lang, "还没有设代字。例：", "Not set yet. E.g. "))
                .code(message::says(&say!(lang, "代字 安整改办", "abbr 安整改办"), lang)),
            Some(agency) => {
                let (abbr, name) = (agency.abbr, agency.name);
                let line = say!(lang, "代字 {abbr} {name}", "abbr {abbr} {name}");
                Text::plain(say!(
                    lang,
                    "代字：{abbr}，落款：{name}。要改请发：",
                    "Abbreviation: {abbr}, name: {name}. To change it: "
                ))
                .code(message::says(line.trim_end(), lang))
            }
        }));
    }
    if !is_abbr(abbr) || name.chars().count() > 60 {
        return Err(told(say!(
            lang,
            "代字写 2 到 12 个汉字，如 安整改办；后面可以空一格写机关全称。没有改。",
            "The abbreviation is 2 to 12 Chinese characters, such as 安整改办; the full name may follow. Nothing was changed."
        )));
    }
    let year = call.now.today().year();
    // The name stays where only the abbreviation is said.
    let before = store::series::agency(&mut *call.read).await?.map(|agency| agency.name);
    let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty()).or(before).unwrap_or_default();
    let set = NoticeEffect::AgencySet { abbr: abbr.to_owned(), name };
    let decision = call.decision().by(call.speaker()?).with(Effect::Notice(set));
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 代字：{abbr}。以后签发的文号如 {abbr}督〔{year}〕1号；已签发的不变。",
            "✅ Numbers begin with {abbr}, such as {abbr}督〔{year}〕1号; those that are signed stay."
        )),
    ))
}
