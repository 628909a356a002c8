//! Whom a message reaches is found when it leaves, and whether it may leave now: what one person is to be
//! told at the same time becomes one message, and what is not said waits with its reason.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};

use crate::app::{App, real_now};
use crate::domain::Now;
use crate::domain::quiet::{Slot, Why, wait};
use crate::domain::workday::Calendar;
use crate::store::outbox::{self, Counted, Place, Recipient, Waiting, Wanted};

/// More notices than these do not fit into one message of every platform.
const NOTICES: usize = 8;

/// Finds who is meant, for rows that speak to a unit, a post or the office.
pub(super) async fn address(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let waiting = outbox::waiting(&app.work, now.utc).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let basis = app.desk.basis.fresh(&app.read).await?;
    let calendar = &basis.calendar;
    let platforms: Vec<String> = app.platforms.iter().map(|p| p.name().to_owned()).collect();
    let mut found: HashMap<Wanted, Option<(Recipient, String)>> = HashMap::new();
    for row in &waiting {
        if let Entry::Vacant(unknown) = found.entry(row.wanted) {
            let recipient = outbox::recipient(&app.work, row.wanted, &platforms, now.today()).await?;
            unknown.insert(recipient.and_then(|recipient| {
                let chat = match &recipient.place {
                    Place::Account { account, .. } => {
                        app.platform(&recipient.platform)?.private_chat(account)
                    }
                    Place::Chat { chat, .. } => chat.clone(),
                };
                Some((recipient, chat))
            }));
        }
    }
    // Every person once, in the order of what there is to say.
    let mut people: Vec<(&(Recipient, String), Vec<&Waiting>)> = Vec::new();
    for row in &waiting {
        match found.get(&row.wanted).and_then(Option::as_ref) {
            Some(to) if row.wanted.is_spared() => {
                // A copy of a notice is a message of its own.
                let is_it = |known: &Recipient, rows: &[&Waiting]| {
                    known.place == to.0.place && !row.is_copy && !rows.iter().any(|row| row.is_copy)
                };
                match people.iter_mut().find(|((known, _), rows)| is_it(known, rows)) {
                    Some((_, rows)) => rows.push(row),
                    None => people.push((to, vec![row])),
                }
            }
            None if row.wanted.is_spared() => {
                let why = (Why::Nobody, calendar.next_morning_slot(now));
                let nobody = row.wanted.nobody();
                outbox::put_off(&app.work, &[row.seq], why, nobody, None, now.utc, real_now()).await?;
            }
            to => {
                let to = to.map(|(recipient, chat)| (recipient, chat.as_str())).ok_or(row.wanted.nobody());
                outbox::address(&app.work, row.seq, to, real_now()).await?;
            }
        }
    }
    for (to, rows) in people {
        tell(app, to, &rows, calendar, now).await?;
    }
    Ok(())
}

/// What one person is told now, as one message; the rest waits.
async fn tell(
    app: &App,
    (to, chat): &(Recipient, String),
    rows: &[&Waiting],
    calendar: &Calendar,
    now: Now,
) -> sqlx::Result<()> {
    let Place::Account { holder, .. } = &to.place else { return Ok(()) };
    let (today, slot) = (now.today(), Slot::of(now));
    let (post, listener) = outbox::listener(&app.work, *holder, chat, today, slot).await?;
    let mut leaving: Vec<&Waiting> = Vec::new();
    let mut waiting: HashMap<(Why, DateTime<Utc>), Vec<i64>> = HashMap::new();
    for row in rows {
        // A signed notice keeps to the hours, is held by no budget, and counts.
        match wait(!row.is_notice && !row.is_copy, row.let_through, &listener, calendar, now) {
            Some(why) => waiting.entry(why).or_default().push(row.seq),
            // The rest follows in a message of its own.
            None if leaving.iter().filter(|row| row.is_notice).count() >= NOTICES && row.is_notice => {}
            None => leaving.push(row),
        }
    }
    for (why, seqs) in waiting {
        let listener = Some((*holder, post));
        outbox::put_off(&app.work, &seqs, why, spelled(why.0), listener, now.utc, real_now()).await?;
    }
    if leaving.is_empty() {
        return Ok(());
    }
    let unasked: Vec<&&Waiting> = leaving.iter().filter(|row| !row.is_notice).collect();
    let takes_slot = unasked.iter().any(|row| row.let_through.is_none() && !row.is_copy);
    let counted =
        (!unasked.is_empty()).then(|| Counted { post, on: today, slot: takes_slot.then_some(slot) });
    let seqs: Vec<i64> = leaving.iter().map(|row| row.seq).collect();
    // Where it does not come about, the next turn sees why.
    outbox::gather(&app.work, &seqs, (to, chat), counted, real_now()).await.map(drop)
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
    }
}
