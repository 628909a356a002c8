//! Two have a say in a check: the acceptance unit, and the office, which may conclude in its place. Neither overrules
//! the other unasked, and each hears what the other concluded.

use uuid::Uuid;

use super::{contact_lang, head};
use crate::commands::{Call, Failure};
use crate::domain::acceptance::{Conclusion, Course, SiteCheck};
use crate::domain::decision::{Audience, Decision, Reply};
use crate::domain::{Item, Lang, Text, UnitRef};
use crate::{say, store};

/// The unit that passed the work hears what became of it.
pub(super) async fn whoever_passed_hears(
    call: &mut Call<'_>,
    course: &Course,
    decision: Decision,
    text: impl Fn(Lang) -> Text,
) -> Result<Decision, Failure> {
    let passed = course.check.as_ref().filter(|check| check.conclusion == Conclusion::Passed);
    let Some(check) = passed.filter(|check| !check.is_of_office) else { return Ok(decision) };
    let to = contact_lang(call, check.unit.id).await?;
    Ok(decision.saying(Reply::notice(Audience::UnitContact(check.unit.id), text(to), call.now)))
}

/// Who else has a say in the check.
pub(super) struct Others<'c> {
    /// The unit that checks, where the office concludes in its place.
    pub named: Option<UnitRef>,
    /// What another one concluded before.
    before: Option<&'c SiteCheck>,
}

impl<'c> Others<'c> {
    pub async fn of(call: &mut Call<'_>, item: &Item, course: &'c Course) -> Result<Others<'c>, Failure> {
        let speaker = call.speaker()?;
        let is_own = |unit: Uuid| speaker.units().any(|own| own.id == unit);
        let named = match item.acceptance_unit.filter(|unit| !is_own(*unit)) {
            Some(unit) => store::people::unit(&mut *call.read, unit).await?,
            None => None,
        };
        let before = course.check.as_ref().filter(|check| !is_own(check.unit.id));
        Ok(Others { named, before })
    }

    /// Nobody is overruled unasked.
    pub fn question(&self, item: &Item, conclusion: Conclusion, lang: Lang) -> Option<Text> {
        let word = conclusion.word().pick(lang);
        let said = match (self.before, &self.named) {
            (Some(before), _) => {
                let (on, unit, was) =
                    (before.checked_on, &before.unit.name, before.conclusion.word().pick(lang));
                say!(
                    lang,
                    "：{unit} {on} 的结论是“{was}”，改为“{word}”？还没有登记；登记后会告知对方。",
                    ": {unit} concluded “{was}” on {on}. Change it to “{word}”? Nothing is recorded yet; the other side will be told."
                )
            }
            (None, Some(named)) => {
                let unit = &named.name;
                say!(
                    lang,
                    "：由{unit}核查，整改办代为结论“{word}”？还没有登记；登记后会告知{unit}。",
                    ": {unit} checks it. Conclude “{word}” in its place? Nothing is recorded yet; {unit} will be told."
                )
            }
            (None, None) => return None,
        };
        Some(head(item, lang).then(said))
    }

    /// What all sides read of it.
    pub fn told(&self, lang: Lang) -> String {
        match (self.before, &self.named) {
            (Some(before), _) => {
                let (on, unit, was) =
                    (before.checked_on, &before.unit.name, before.conclusion.word().pick(lang));
                say!(lang, "\n原结论：{unit} {on} {was}", "\nbefore: {unit} {on} {was}")
            }
            (None, Some(named)) => {
                let unit = &named.name;
                say!(lang, "\n由{unit}核查，整改办代为结论", "\nin the place of {unit}, which checks it")
            }
            (None, None) => String::new(),
        }
    }

    /// The post of the office that is overruled.
    pub fn office_post(&self) -> Option<Uuid> {
        self.before.filter(|before| before.is_of_office).map(|before| before.post)
    }
}
