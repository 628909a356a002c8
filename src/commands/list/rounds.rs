//! Lists of whole rounds, for who sees all: rows by index, no more than a person reads, and among them those
//! that the calendar may have moved since their flags were stored.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::{Call, Failure};
use super::asked::Asked;
use super::gather::{self, Found, MOST, PAGE};
use crate::domain::Status;
use crate::domain::listing::{Narrow, Stage};
use crate::domain::tally::{Lamp, Totals};
use crate::store;
use crate::store::lists::Key;

/// Where a row stands in its list; the fields are the order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    /// `None` in lists by number.
    pressing: Option<(Lamp, NaiveDate)>,
    number: i32,
    round: Uuid,
    id: Uuid,
}

impl Row {
    fn under(lamp: Lamp, deadline: NaiveDate, number: i32, round: Uuid, id: Uuid) -> Row {
        Row { pressing: Some((lamp, deadline)), number, round, id }
    }
}

/// The list of all units: rows by index, and among them those that the calendar may have moved.
pub(super) async fn find(call: &mut Call<'_>, asked: &Asked) -> Result<Found, Failure> {
    let narrow = &asked.narrow;
    let (rounds, today) = (call.rounds(), call.now.today());
    let at_most = MOST as i64 + 1;
    let mut rows = Vec::new();
    let mut totals = Totals::default();
    if narrow.stage == Stage::Open {
        let mut stale = store::items::stale(&mut *call.read, &rounds, today).await?;
        gather::sift(call, narrow, &mut stale).await?;
        for item in &stale {
            let lamp = item.lamp(today, call.basis);
            totals.add(item.state.status, lamp.flag(), 1);
            rows.push(Row::under(lamp, item.deadline, item.number, item.round, item.id));
        }
        for lamp in narrow.lit() {
            for round in &rounds {
                let keys = store::lists::under(&mut *call.read, *round, lamp, narrow, today, at_most).await?;
                totals.add(Status::InProgress, lamp.flag(), keys.len() as i64);
                let row = |key: Key| Row::under(lamp, key.deadline, key.number, *round, key.id);
                rows.extend(keys.into_iter().map(row));
            }
            if rows.len() > MOST {
                break;
            }
        }
    } else {
        for round in &rounds {
            let keys = store::lists::by_number(&mut *call.read, *round, narrow, today, at_most).await?;
            totals.add(Status::Completed, None, keys.len() as i64);
            rows.extend(keys.into_iter().map(|key| Row {
                pressing: None,
                number: key.number,
                round: *round,
                id: key.id,
            }));
        }
    }
    rows.sort_unstable();
    let is_more = rows.len() > MOST;
    rows.truncate(MOST);
    let is_cut = !is_more && !narrow.is_plain() && is_walk_cut(call, narrow).await?;
    let page = rows.chunks(PAGE).nth(asked.page - 1).unwrap_or_default();
    let ids: Vec<Uuid> = page.iter().map(|row| row.id).collect();
    let mut page = store::items::by_ids(&mut *call.read, &rounds, &ids).await?;
    page.sort_by_key(|item| ids.iter().position(|id| *id == item.id));
    page.retain(|item| call.shows(item));
    Ok(Found { totals, is_more, is_cut, rows: rows.len(), page })
}

/// Whether there was more than is looked at for one question.
async fn is_walk_cut(call: &mut Call<'_>, narrow: &Narrow) -> Result<bool, Failure> {
    for round in call.rounds() {
        if narrow.stage != Stage::Open {
            if store::lists::has_more_by_number(&mut *call.read, round, narrow.stage).await? {
                return Ok(true);
            }
            continue;
        }
        for lamp in narrow.lit() {
            if store::lists::has_more_under(&mut *call.read, round, lamp).await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
