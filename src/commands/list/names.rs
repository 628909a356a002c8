//! Names in a question: units by name, code or alias, then categories and regions, then units by a part of
//! their name. One that fits several units is asked about.

use super::super::{Call, Failure, spelling, told};
use super::asked::{Asked, Name, Phrase, What};
use crate::domain::{Button, Message, UnitRef};
use crate::{say, store};

/// Units that are offered when a name fits several.
const CHOICES: i64 = 6;

/// Looks the names of a question up; returns the unit that is asked about. A name that fits several units
/// is asked about in turn.
pub(super) async fn look_up(call: &mut Call<'_>, asked: &mut Asked) -> Result<Option<UnitRef>, Failure> {
    let mut unit = None;
    for Name { what, name } in std::mem::take(&mut asked.names) {
        if matches!(what, What::Unit | What::Anything)
            && let Some(found) = one_unit(call, asked, &name, false).await?
        {
            asked.said.push(Phrase::same(found.name.clone()));
            unit = Some(found);
            continue;
        }
        let known = store::lists::known_word(&mut *call.read, &name).await?;
        if what == What::Category || (what == What::Anything && known.is_category) {
            asked.said.push(Phrase { zh: format!("类别 {name}"), en: format!("category {name}") });
            asked.narrow.category = Some(name);
        } else if what == What::Region || (what == What::Anything && known.is_region) {
            asked.said.push(Phrase { zh: format!("区域 {name}"), en: format!("region {name}") });
            asked.narrow.region = Some(name);
        } else if let Some(found) = one_unit(call, asked, &name, true).await? {
            asked.said.push(Phrase::same(found.name.clone()));
            unit = Some(found);
        } else {
            let lang = call.lang();
            let usage = call.command.usage.pick(lang);
            return Err(told(say!(
                lang,
                "没有叫“{name}”的单位、类别或区域。用法：{usage}",
                "No unit, category or region is called “{name}”. Usage: {usage}"
            )));
        }
    }
    Ok(unit)
}

/// The unit of this name or alias; an unknown one is told.
pub(in super::super) async fn the_unit(
    call: &mut Call<'_>,
    asked: &Asked,
    name: &str,
) -> Result<UnitRef, Failure> {
    for loosely in [false, true] {
        if let Some(unit) = one_unit(call, asked, name, loosely).await? {
            return Ok(unit);
        }
    }
    let lang = call.lang();
    Err(told(say!(lang, "没有叫“{name}”的单位。", "No unit is called “{name}”.")))
}

/// The unit of this name or alias, or, `loosely`, the one in whose name the words stand.
async fn one_unit(
    call: &mut Call<'_>,
    asked: &Asked,
    name: &str,
    loosely: bool,
) -> Result<Option<UnitRef>, Failure> {
    let mut units = if loosely && name.chars().count() >= 2 {
        store::people::units_like(&mut *call.read, name, CHOICES).await?
    } else if loosely {
        Vec::new()
    } else {
        store::people::units_called(&mut *call.read, name).await?
    };
    if units.len() > 1 && units.first().is_none_or(|unit| unit.name != name) {
        let lang = call.lang();
        let verb = spelling(call.command, lang);
        let rows: Vec<_> = units
            .iter()
            .map(|unit| {
                let mut line = verb.to_owned();
                for word in &asked.said {
                    line = format!("{line} {}", word.pick(lang));
                }
                Button::new(unit.name.clone(), format!("{line} {}", unit.name))
            })
            .collect();
        let question = Message::plain(say!(lang, "“{name}”是哪个单位？", "Which unit is “{name}”?"));
        return Err(Failure::Told(rows.chunks(2).fold(question, |m, row| m.row(row.to_vec()))));
    }
    Ok((!units.is_empty()).then(|| units.swap_remove(0)))
}
