//! Whom a message reaches is found when it leaves, and whether it may leave now: what one person is to be
//! told at the same time becomes one message, and what is not said waits with its reason.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::app::{App, real_now};
use crate::domain::basis::Threshold;
use crate::domain::quiet::{Slot, Why, wait};
use crate::domain::{Basis, Now};
use crate::store;
use crate::store::outbox::{self, Counted, Gathered, Place, PutOff, Recipient, Waiting, Wanted};

/// More notices than these do not fit into one message of every platform.
const NOTICES: usize = 8;

/// So many people are addressed in one transaction.
const AT_ONCE: usize = 200;

/// Finds who is meant, for rows that speak to a unit, a post or the office.
pub async fn address(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let waiting = outbox::waiting(&app.work, now.utc).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let found = find(app, &waiting, now).await?;
    let held: Vec<i64> = waiting
        .iter()
        .filter(|row| row.is_held && row.is_copy && row.let_through.is_none())
        .filter(|row| found.contains_key(&row.wanted))
        .map(|row| row.seq)
        .collect();
    let overtaken = match held.is_empty() {
        true => HashSet::new(),
        false => outbox::overtaken(&app.work, &held, now.today()).await?,
    };
    let mut people: Vec<Told<'_>> = Vec::new();
    // Every person once, in the order of what there is to say.
    let mut known: HashMap<&Place, usize> = HashMap::new();
    let mut nobody = Vec::new();
    let put_off = |row: &Waiting, reason| PutOff { seq: row.seq, reason, listener: None };
    for row in waiting.iter().filter(|row| !overtaken.contains(&row.seq)) {
        match found.get(&row.wanted) {
            Some(to) if row.wanted.is_spared() => {
                let at = match (row.is_copy, known.get(&to.0.place)) {
                    (false, Some(at)) => *at,
                    // A copy of a notice is a message of its own.
                    _ => {
                        people.push(Told { to, rows: Vec::new() });
                        people.len() - 1
                    }
                };
                if !row.is_copy {
                    known.insert(&to.0.place, at);
                }
                people[at].rows.push(row);
            }
            None if row.wanted.is_spared() => {
                nobody.push(put_off(row, row.wanted.nobody()));
            }
            to => {
                let to = to.map(|(recipient, chat)| (recipient, chat.as_str())).ok_or(row.wanted.nobody());
                outbox::address(&app.work, row.seq, to, real_now()).await?;
            }
        }
    }
    let basis = app.desk.basis.fresh(&app.read).await?;
    let late = waiting.iter().filter(|row| overtaken.contains(&row.seq));
    let late = late.map(|row| put_off(row, spelled(Why::Overtaken))).collect();
    for (why, rows) in [(Why::Nobody, nobody), (Why::Overtaken, late)] {
        if !rows.is_empty() {
            let why = (why, basis.calendar.next_morning_slot(now));
            outbox::put_off(&app.work, &rows, why, now.utc, real_now()).await?;
        }
    }
    let budget = budget(app, &basis).await?;
    for people in people.chunks(AT_ONCE) {
        tell(app, people, (&basis, budget), now).await?;
    }
    Ok(())
}

/// How many unasked messages a person gets in a month, at most: the least of the open rounds.
pub(super) async fn budget(app: &App, basis: &Basis) -> sqlx::Result<usize> {
    let rounds = store::statements::rounds(&app.read).await?;
    Ok(basis.least(&rounds, Threshold::Budget))
}

/// Whoever is meant, with the chat.
type Found = (Recipient, String);

async fn find(app: &App, waiting: &[Waiting], now: Now) -> sqlx::Result<HashMap<Wanted, Found>> {
    let platforms: Vec<String> = app.platforms.iter().map(|p| p.name().to_owned()).collect();
    let wanted: HashSet<Wanted> = waiting.iter().map(|row| row.wanted).collect();
    let wanted: Vec<Wanted> = wanted.into_iter().collect();
    let found = outbox::recipients(&app.work, &wanted, &platforms, now.today()).await?;
    let with_chat = found.into_iter().filter_map(|(wanted, recipient)| {
        let chat = match &recipient.place {
            Place::Account { account, .. } => app.platform(&recipient.platform)?.private_chat(account),
            Place::Chat { chat, .. } => chat.clone(),
        };
        Some((wanted, (recipient, chat)))
    });
    Ok(with_chat.collect())
}

/// A person, and everything there is to say.
struct Told<'w> {
    to: &'w Found,
    rows: Vec<&'w Waiting>,
}

/// What each of these is told now, as one message; the rest waits.
async fn tell(
    app: &App,
    people: &[Told<'_>],
    (basis, budget): (&Basis, usize),
    now: Now,
) -> sqlx::Result<()> {
    let holder = |told: &Told<'_>| match &told.to.0.place {
        Place::Account { holder, .. } => Some(*holder),
        Place::Chat { .. } => None,
    };
    let (today, slot) = (now.today(), Slot::of(now));
    let asked: Vec<_> = people.iter().filter_map(|told| Some((holder(told)?, told.to.1.as_str()))).collect();
    let listeners = outbox::listeners(&app.work, &asked, today, slot, budget).await?;
    let mut gathered = Vec::new();
    let mut waiting: HashMap<(Why, DateTime<Utc>), Vec<PutOff>> = HashMap::new();
    for told in people {
        let Some((holder, (post, listener))) =
            holder(told).and_then(|holder| Some((holder, listeners.get(&holder)?)))
        else {
            continue;
        };
        let mut leaving: Vec<&Waiting> = Vec::new();
        for row in &told.rows {
            // A signed notice keeps to the hours, is held by no budget, and counts.
            match wait(!row.is_notice && !row.is_copy, row.let_through, listener, &basis.calendar, now) {
                Some(why) => waiting.entry(why).or_default().push(PutOff {
                    seq: row.seq,
                    reason: spelled(why.0),
                    listener: Some((holder, *post)),
                }),
                // The rest follows in a message of its own.
                None if leaving.iter().filter(|row| row.is_notice).count() >= NOTICES && row.is_notice => {}
                None => leaving.push(row),
            }
        }
        if leaving.is_empty() {
            continue;
        }
        let unasked: Vec<&&Waiting> = leaving.iter().filter(|row| !row.is_notice).collect();
        let takes_slot = unasked.iter().any(|row| row.let_through.is_none() && !row.is_copy);
        let counted = (!unasked.is_empty()).then(|| Counted {
            post: *post,
            on: today,
            slot: takes_slot.then_some(slot),
        });
        let seqs = leaving.iter().map(|row| row.seq).collect();
        gathered.push(Gathered { seqs, to: &told.to.0, holder, chat: &told.to.1, counted });
    }
    for (why, rows) in waiting {
        outbox::put_off(&app.work, &rows, why, now.utc, real_now()).await?;
    }
    // Where it does not come about, the next turn sees why.
    outbox::gather(&app.work, gathered, real_now()).await
}

/// For the doctor's list and the log.
fn spelled(why: Why) -> &'static str {
    match why {
        Why::Hours => "outside speaking hours",
        Why::Slot => "the person was spoken to in this slot",
        Why::Budget => "the month's budget of messages is used up",
        Why::Quiet => "the person asked for quiet",
        Why::Gone => "the person's chat is blocked or gone",
        Why::Nobody => "nobody is bound",
        Why::Overtaken => "what it is about was overtaken while nobody could receive it",
    }
}
