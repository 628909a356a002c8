//! The facts of every list and card: whose items a question is about, and the rows. All numbers come from
//! here, so that a number on a card equals the rows of its list.

use std::collections::HashSet;

use uuid::Uuid;

use super::super::{Call, Failure, told, wording};
use super::asked::Asked;
use super::rounds;
use crate::domain::listing::{Narrow, Stage, order};
use crate::domain::tally::Totals;
use crate::domain::{Item, Message, Role, UnitRef};
use crate::{say, store};

/// A list is what a person can read: of more rows than these it says so, and asks for one more word.
pub(in super::super) const MOST: usize = 1000;
/// Rows of one page: what fits a phone without scrolling for long.
pub(in super::super) const PAGE: usize = 10;

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

/// Whose items the speaker may ask about; another unit's are refused.
pub(super) fn allowed(call: &Call<'_>, unit: Option<UnitRef>, ours: bool) -> Result<Whose, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let unit = unit.or_else(|| (ours && speaker.role != Role::Leader).then(|| speaker.unit.clone()));
    Ok(match (speaker.role, unit) {
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
    })
}

/// Whose items the speaker may ask about here: a chat that may not read them is told so.
pub(in super::super) async fn whose(
    call: &mut Call<'_>,
    unit: Option<UnitRef>,
    ours: bool,
) -> Result<Whose, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let whose = allowed(call, unit, ours)?;
    if call.incoming.private || call.is_office_group() {
        return Ok(whose);
    }
    let Some(here) = call.group_unit() else { return Err(told(wording::ask_in_private(lang))) };
    // In another unit's group only that unit's items are spoken of.
    match whose {
        Whose::Everybody if here != speaker.unit.id => {
            let unit = store::people::unit(&mut *call.read, here).await?;
            Ok(unit.map_or(whose, Whose::Unit))
        }
        whose => Ok(whose),
    }
}

/// In a group that the office has not confirmed for a unit or for itself: number and percent alone.
pub(super) fn is_reserved(call: &Call<'_>) -> bool {
    !call.incoming.private && !call.is_office_group() && call.group_unit().is_none()
}

/// Said in a group whose unit is not the one that was asked about: the numbers are those of both.
pub(in super::super) fn only_here(call: &Call<'_>, whose: &Whose) -> String {
    let everything = call.incoming.private
        || call.is_office_group()
        || *whose == Whose::Everybody
        || whose.unit().is_some_and(|unit| call.group_unit() == Some(unit));
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
    let (rounds, today, basis) = (call.rounds(), call.now.today(), call.basis);
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
    items.sort_by_cached_key(|item| order(item, whose.unit(), today, basis));
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
        totals.add(item.state.status, item.standing(today, call.basis).primary, 1);
    }
    Ok(totals)
}

/// The rows of a list: how many, how many under each lamp, and those of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Found {
    pub totals: Totals,
    /// There are more than these: they are neither counted nor listed.
    pub is_more: bool,
    /// So little fits that not everything was looked at.
    pub is_cut: bool,
    /// Rows that can be turned to.
    pub rows: usize,
    pub page: Vec<Item>,
}

impl Found {
    /// Numbers without rows.
    pub fn counted(totals: Totals) -> Found {
        Found { totals, is_more: false, is_cut: false, rows: 0, page: Vec::new() }
    }

    /// A list of items that are at hand, in their order.
    pub fn at_hand(items: &[Item], page: usize, call: &Call<'_>) -> Found {
        Found {
            totals: Totals::of(items, call.now.today(), call.basis),
            is_more: false,
            is_cut: false,
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
            match store::lists::rare(&mut *call.read, narrow, &rounds, call.now.today(), MOST as i64).await? {
                Some(ids) => {
                    let (today, basis) = (call.now.today(), call.basis);
                    let mut items = store::items::by_ids(&mut *call.read, &rounds, &ids).await?;
                    items.sort_by_cached_key(|item| order(item, None, today, basis));
                    items
                }
                None => return rounds::find(call, asked).await,
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
pub(super) async fn sift(call: &mut Call<'_>, narrow: &Narrow, items: &mut Vec<Item>) -> Result<(), Failure> {
    let (today, basis) = (call.now.today(), call.basis);
    items.retain(|item| narrow.fits(item, today, basis));
    let ids = |items: &[Item]| items.iter().map(|item| item.id).collect::<Vec<_>>();
    if narrow.category.is_some() || narrow.region.is_some() {
        let (category, region) = (narrow.category.as_deref(), narrow.region.as_deref());
        let of = store::lists::of_texts(&mut *call.read, &ids(items), category, region).await?;
        let of: HashSet<Uuid> = of.into_iter().collect();
        items.retain(|item| of.contains(&item.id));
    }
    if let Some(rare) = narrow.rare {
        let (rounds, ids) = (call.rounds(), ids(items));
        let of =
            store::lists::of_rare(&mut *call.read, rare, &rounds, Some(&ids), today, MOST as i64).await?;
        items.retain(|item| of.contains(&item.id));
    }
    if let Some(cycle) = narrow.cycle {
        let heard = store::lists::heard_in(&mut *call.read, &ids(items), cycle.first, cycle.next()).await?;
        let heard: HashSet<Uuid> = heard.into_iter().collect();
        items.retain(|item| heard.contains(&item.id) == cycle.is_reported);
    }
    Ok(())
}
