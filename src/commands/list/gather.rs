//! The facts of every list and card: whose items a question is about, and the rows. All numbers come from
//! here, so that a number on a card equals the rows of its list.

use std::collections::HashSet;

use uuid::Uuid;

use super::super::{Call, Failure, told, wording};
use super::asked::{Asked, Name, Phrase, What};
use crate::domain::listing::{Narrow, Stage, order};
use crate::domain::tally::{Lamp, Totals};
use crate::domain::{Button, Item, Message, Role, UnitRef};
use crate::store::lists::Key;
use crate::{say, store};

/// A list is what a person can read: of more rows than these it says so, and asks for one more word.
pub(in super::super) const MOST: usize = 1000;
/// Rows of one page: what fits a phone without scrolling for long.
pub(in super::super) const PAGE: usize = 10;
/// Units that are offered when a name fits several.
const CHOICES: i64 = 6;

/// Whose items a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Whose {
    /// Those of all units, for who sees all.
    Everybody,
    Unit(UnitRef),
    /// Those the leader's post holds; of one unit, if it is named.
    Held(Option<UnitRef>),
}

impl Whose {
    /// The unit whose own items stand before those it helps with.
    pub fn unit(&self) -> Option<Uuid> {
        match self {
            Whose::Unit(unit) => Some(unit.id),
            Whose::Everybody | Whose::Held(_) => None,
        }
    }
}

/// Whose items the speaker may ask about here. Another unit's are refused; a chat that may not read them
/// is told so.
pub(in super::super) async fn whose(
    call: &mut Call<'_>,
    unit: Option<UnitRef>,
    ours: bool,
) -> Result<Whose, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let unit = unit.or_else(|| (ours && speaker.role != Role::Leader).then(|| speaker.unit.clone()));
    let whose = match (speaker.role, unit) {
        (Role::Leader, unit) => Whose::Held(unit),
        (role, Some(unit)) if role.sees_all() => Whose::Unit(unit),
        (role, None) if role.sees_all() => Whose::Everybody,
        (_, Some(unit)) if unit.id != speaker.unit.id => {
            let name = &unit.name;
            return Err(Failure::Refused {
                what: "unit_not_yours",
                item: None,
                told: Message::plain(say!(
                    lang,
                    "{name}的事项只给该单位、整改办和督查看。本单位的请发：清单；全市总数请发：总览",
                    "The items of {name} are for that unit, the office and supervisors. For your own send: list; for the totals: status"
                )),
            });
        }
        _ => Whose::Unit(speaker.unit.clone()),
    };
    if call.incoming.private {
        return Ok(whose);
    }
    let Some(here) = call.unit_of_group() else { return Err(told(wording::ask_in_private(lang))) };
    // In another unit's group only that unit's items are spoken of.
    match whose {
        Whose::Everybody if here != speaker.unit.id => {
            let unit = store::people::unit(&mut *call.read, here).await?;
            Ok(unit.map_or(whose, Whose::Unit))
        }
        whose => Ok(whose),
    }
}

/// Said in a group whose unit is not the one that was asked about: the numbers are those of both.
pub(in super::super) fn only_here(call: &Call<'_>, whose: &Whose) -> String {
    let everything = call.incoming.private
        || *whose == Whose::Everybody
        || whose.unit().is_some_and(|unit| call.unit_of_group() == Some(unit));
    if everything {
        return String::new();
    }
    say!(call.lang(), "（只算与本群单位有关的）", " (only what concerns this group's unit)")
}

/// The items of a unit or post, in the order of lists, whether this chat may read them or not.
pub(in super::super) async fn own(
    call: &mut Call<'_>,
    whose: &Whose,
    stage: Stage,
) -> Result<Vec<Item>, Failure> {
    let (rounds, today) = (call.rounds(), call.now.today());
    let post = call.speaker()?.post;
    let mut items = match whose {
        Whose::Everybody => Vec::new(),
        Whose::Unit(unit) => store::items::of_unit(&mut *call.read, &rounds, unit.id, stage).await?,
        Whose::Held(unit) => {
            let mut held = store::items::held_by(&mut *call.read, &rounds, post, stage).await?;
            held.retain(|item| unit.as_ref().is_none_or(|unit| item.part_of(unit.id).is_some()));
            held
        }
    };
    items.sort_by_cached_key(|item| order(item, whose.unit(), today));
    Ok(items)
}

/// Those of them that this chat may read.
pub(in super::super) async fn shown(
    call: &mut Call<'_>,
    whose: &Whose,
    stage: Stage,
) -> Result<Vec<Item>, Failure> {
    let mut items = own(call, whose, stage).await?;
    items.retain(|item| call.shows(item));
    Ok(items)
}

/// The totals of a round: stored flags are counted, and only what the calendar may have moved since is
/// looked at again.
pub(in super::super) async fn totals(call: &mut Call<'_>, round: Uuid) -> Result<Totals, Failure> {
    let today = call.now.today();
    let mut totals = Totals::default();
    for count in store::items::counts(&mut *call.read, &[round], today).await? {
        totals.add(count.status, count.flag, count.items);
    }
    for item in store::items::stale(&mut *call.read, &[round], today).await? {
        totals.add(item.state.status, item.standing(today).primary, 1);
    }
    Ok(totals)
}

/// The rows of a list: how many, how many under each lamp, and those of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Found {
    pub totals: Totals,
    /// There are more than could be counted.
    pub is_more: bool,
    /// Rows that can be turned to.
    pub rows: usize,
    pub page: Vec<Item>,
}

impl Found {
    /// Numbers without rows.
    pub fn counted(totals: Totals) -> Found {
        Found { totals, is_more: false, rows: 0, page: Vec::new() }
    }

    /// A list of items that are at hand, in their order.
    pub fn at_hand(items: &[Item], page: usize, call: &Call<'_>) -> Found {
        Found {
            totals: Totals::of(items, call.now.today()),
            is_more: false,
            rows: items.len(),
            page: items.chunks(PAGE).nth(page - 1).unwrap_or_default().to_vec(),
        }
    }
}

/// The rows that a question asks for.
pub(super) async fn find(call: &mut Call<'_>, asked: &Asked, whose: &Whose) -> Result<Found, Failure> {
    let narrow = &asked.narrow;
    let mut items = match whose {
        Whose::Everybody => {
            let rounds = call.rounds();
            match store::lists::rare(&mut *call.read, narrow, &rounds, MOST as i64).await? {
                Some(ids) => {
                    let today = call.now.today();
                    let mut items = store::items::by_ids(&mut *call.read, &rounds, &ids).await?;
                    items.sort_by_cached_key(|item| order(item, None, today));
                    items
                }
                None => return of_rounds(call, asked).await,
            }
        }
        Whose::Unit(_) | Whose::Held(_) => shown(call, whose, narrow.stage).await?,
    };
    // Only the lead unit reports.
    if let Some(unit) = whose.unit().filter(|_| narrow.to_report || narrow.cycle.is_some()) {
        items.retain(|item| item.lead.id == unit);
    }
    sift(call, narrow, &mut items).await?;
    if narrow.stage != Stage::Open {
        items.sort_by_key(|item| (item.number, item.round));
    }
    Ok(Found::at_hand(&items, asked.page, call))
}

/// Leaves the items that fit.
async fn sift(call: &mut Call<'_>, narrow: &Narrow, items: &mut Vec<Item>) -> Result<(), Failure> {
    let today = call.now.today();
    items.retain(|item| narrow.fits(item, today));
    let ids = |items: &[Item]| items.iter().map(|item| item.id).collect::<Vec<_>>();
    if narrow.category.is_some() || narrow.region.is_some() {
        let (category, region) = (narrow.category.as_deref(), narrow.region.as_deref());
        let of = store::lists::of_texts(&mut *call.read, &ids(items), category, region).await?;
        let of: HashSet<Uuid> = of.into_iter().collect();
        items.retain(|item| of.contains(&item.id));
    }
    if let Some(cycle) = narrow.cycle {
        let heard = store::lists::heard_in(&mut *call.read, &ids(items), cycle.first, cycle.next()).await?;
        let heard: HashSet<Uuid> = heard.into_iter().collect();
        items.retain(|item| heard.contains(&item.id) == cycle.is_reported);
    }
    Ok(())
}

/// The list of all units: rows by index, and among them those that the calendar may have moved.
async fn of_rounds(call: &mut Call<'_>, asked: &Asked) -> Result<Found, Failure> {
    let narrow = &asked.narrow;
    let (rounds, today) = (call.rounds(), call.now.today());
    let at_most = MOST as i64 + 1;
    // Sorted with the item's own order; `None` for closed items and lists by number.
    let mut rows: Vec<((Option<Lamp>, Option<chrono::NaiveDate>, i32, Uuid), Uuid)> = Vec::new();
    let mut totals = Totals::default();
    if narrow.stage == Stage::Open {
        let mut stale = store::items::stale(&mut *call.read, &rounds, today).await?;
        sift(call, narrow, &mut stale).await?;
        for item in &stale {
            let lamp = item.lamp(today);
            totals.add(item.state.status, lamp.flag(), 1);
            rows.push(((Some(lamp), Some(item.deadline), item.number, item.round), item.id));
        }
        for lamp in narrow.lit() {
            for round in &rounds {
                let keys = store::lists::under(&mut *call.read, *round, lamp, narrow, today, at_most).await?;
                totals.add(crate::domain::Status::InProgress, lamp.flag(), keys.len() as i64);
                let row = |key: Key| ((Some(lamp), Some(key.deadline), key.number, *round), key.id);
                rows.extend(keys.into_iter().map(row));
            }
            if rows.len() > MOST {
                break;
            }
        }
    } else {
        for round in &rounds {
            let keys = store::lists::by_number(&mut *call.read, *round, narrow, today, at_most).await?;
            totals.add(crate::domain::Status::Completed, None, keys.len() as i64);
            rows.extend(keys.into_iter().map(|key| ((None, None, key.number, *round), key.id)));
        }
    }
    rows.sort_unstable();
    let is_cut = rows.len() > MOST;
    rows.truncate(MOST);
    // What the card counts is counted the same way here; only then are more rows than we read known.
    let is_counted = is_cut && narrow.is_counted();
    if is_counted {
        totals = counted(call, narrow).await?;
    }
    let ids: Vec<Uuid> =
        rows.chunks(PAGE).nth(asked.page - 1).unwrap_or_default().iter().map(|r| r.1).collect();
    let mut page = store::items::by_ids(&mut *call.read, &rounds, &ids).await?;
    page.sort_by_key(|item| ids.iter().position(|id| *id == item.id));
    page.retain(|item| call.shows(item));
    Ok(Found { totals, is_more: is_cut && !is_counted, rows: rows.len(), page })
}

/// The totals of all open rounds, of the stage and the lamps that are asked for.
async fn counted(call: &mut Call<'_>, narrow: &Narrow) -> Result<Totals, Failure> {
    let mut sum = Totals::default();
    for round in call.rounds() {
        let totals = totals(call, round).await?;
        if narrow.stage != Stage::Open {
            sum.add(crate::domain::Status::Completed, None, totals.done);
        }
        if narrow.stage != Stage::Done {
            for lamp in narrow.lit() {
                sum.add(crate::domain::Status::InProgress, lamp.flag(), totals.under(lamp));
            }
        }
    }
    Ok(sum)
}

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
    if units.len() > 1 && !units.first().is_some_and(|unit| unit.name == name) {
        let lang = call.lang();
        let verb = call.command.words[if lang == crate::domain::Lang::Zh { 0 } else { 1 }];
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
