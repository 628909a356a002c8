//! Periods open and close by what is stored: late, doubled or after months of standstill alike. One step of
//! each kind a turn, so that no transaction is long; the sweep comes back until nothing is left.

use uuid::Uuid;

use super::daily::tell;
use crate::app::App;
use crate::commands::cycle::{reminder, statement};
use crate::domain::cycle::{Every, decide, next_step};
use crate::domain::decision::{Audience, Decision, Effect, Fate, Origin, Reply};
use crate::domain::{Basis, Lang, Message};
use crate::store;
use crate::store::cycles::Open;

/// The office is reminded on this working day of a period that it has not sent it out.
const REMINDED_ON: usize = 3;
/// Under these names it is remembered that the office was told.
pub(super) const REMINDER: &str = "dispatch_reminder";
const STATEMENT: &str = "dispatch_statement";

/// Takes the next step of every kind of period in every open round; returns how many were taken.
pub async fn step(app: &App, basis: &Basis) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let mut taken = 0;
    for newest in store::cycles::newest(&app.read).await? {
        let (round, every) = (newest.round, newest.every);
        let Some(step) = next_step(round, every, newest.standing, now.today(), basis) else { continue };
        match app.desk.committer.commit(decide(round, every, step, now, basis)).await? {
            Fate::Committed => taken += 1,
            // Another replica was first: the next turn sees what stands then.
            Fate::Repeat | Fate::Conflict | Fate::Refused(_) => {}
        }
    }
    Ok(taken)
}

/// What the office has not sent out by the third working day: said once, with the morning's other matters;
/// nothing goes by itself. With the periods.
pub(super) async fn late(app: &App, basis: &Basis) -> anyhow::Result<Option<(Message, Vec<Uuid>)>> {
    let today = app.clock.now().today();
    let mut late = Vec::new();
    // What is kept up for good goes out with the next month's; of every week's nobody would read.
    let asked = |period: &Open| period.dispatch.is_none() && period.every == Every::Month;
    for period in open(app).await?.into_iter().filter(asked) {
        let cycle = basis.cycle(period.round, period.every, period.starts_on);
        let third = basis.calendar.nth_workday_of(cycle.opens_on, cycle.ends_on, REMINDED_ON);
        let is_late = third.is_some_and(|third| (third..=cycle.closes_on).contains(&today));
        if is_late && !store::calendar::was_alarmed(&app.read, REMINDER, &period.id.to_string()).await? {
            late.push(period);
        }
    }
    if late.is_empty() {
        return Ok(None);
    }
    let message = reminder(&late.iter().collect::<Vec<_>>(), basis, Lang::Zh);
    Ok(Some((message, late.iter().map(|period| period.id).collect())))
}

/// When every message of a dispatch has its end, the office gets the statement, once.
pub(super) async fn state(app: &App) -> anyhow::Result<bool> {
    let now = app.clock.now();
    let mut sent: Vec<_> = open(app).await?.into_iter().filter_map(|period| period.dispatch).collect();
    sent.sort_by_key(|sent| sent.id);
    sent.dedup_by_key(|sent| sent.id);
    let mut has_told = false;
    for sent in sent {
        let period = sent.id.to_string();
        if store::calendar::was_alarmed(&app.read, STATEMENT, &period).await? {
            continue;
        }
        let copies = store::cycles::copies(&app.read, sent.id).await?;
        if statement::sums(&copies).waiting > 0 {
            continue;
        }
        let told = Reply::notice(
            Audience::Office(Some(sent.by_post)),
            statement::words(&sent, &copies, Lang::Zh),
            now,
        );
        let origin = Origin { account: "alarm".into(), key: format!("{STATEMENT}/{period}") };
        let decision = Decision::new(origin, now).saying(told);
        has_told |= tell(app, decision.with(Effect::Alarmed { name: STATEMENT, period })).await?;
    }
    Ok(has_told)
}

/// The open periods of the open rounds.
async fn open(app: &App) -> sqlx::Result<Vec<Open>> {
    let rounds = store::statements::rounds(&app.read).await?;
    store::cycles::open(&app.read, &rounds).await
}
