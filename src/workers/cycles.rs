//! Periods open and close by what is stored: late, doubled or after months of standstill alike. One step of
//! each kind a turn, so that no transaction is long; the sweep comes back until nothing is left.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::app::App;
use crate::commands::cycle::{reminder, statement};
use crate::domain::cycle::{Every, decide, next_step};
use crate::domain::decision::{Audience, Decision, Effect, Fate, Origin, Reply};
use crate::domain::{Basis, Lang, Message, Now};
use crate::store;
use crate::store::cycles::Open;

/// The office is reminded on this working day of a period that it has not sent it out.
const REMINDED_ON: usize = 3;
/// Under these names it is remembered that the office was told.
const REMINDER: &str = "dispatch_reminder";
const STATEMENT: &str = "dispatch_statement";

/// Takes the next step of every kind of period in every open round; returns how many were taken.
pub async fn step(app: &App, basis: &Basis) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let (mut taken, mut rounds) = (0, BTreeSet::new());
    for newest in store::cycles::newest(&app.read).await? {
        let (round, every) = (newest.round, newest.every);
        rounds.insert(round);
        let Some(step) = next_step(round, every, newest.standing, now.today(), basis) else { continue };
        match app.desk.committer.commit(decide(round, every, step, now, basis)).await? {
            Fate::Committed => taken += 1,
            // Another replica was first: the next turn sees what stands then.
            Fate::Repeat | Fate::Conflict | Fate::Refused(_) => {}
        }
    }
    if taken == 0 && basis.calendar.is_speaking_time(now) {
        let rounds: Vec<Uuid> = rounds.into_iter().collect();
        let open = store::cycles::open(&app.read, &rounds).await?;
        remind(app, &open, basis, now).await?;
        state(app, &open, now).await?;
    }
    Ok(taken)
}

/// What the office has not sent out by the third working day is put before it, once; nothing goes by itself.
async fn remind(app: &App, open: &[Open], basis: &Basis, now: Now) -> anyhow::Result<()> {
    let today = now.today();
    let mut late = Vec::new();
    // What is kept up for good goes out with the next month's; of every week's nobody would read.
    let asked = |period: &&Open| period.dispatch.is_none() && period.every == Every::Month;
    for period in open.iter().filter(asked) {
        let cycle = basis.cycle(period.round, period.every, period.starts_on);
        let third = basis.calendar.nth_workday_of(cycle.opens_on, cycle.ends_on, REMINDED_ON);
        let is_late = third.is_some_and(|third| (third..=cycle.closes_on).contains(&today));
        if is_late && !store::calendar::was_alarmed(&app.read, REMINDER, &period.id.to_string()).await? {
            late.push(period);
        }
    }
    if late.is_empty() {
        return Ok(());
    }
    tell(app, REMINDER, late.iter().map(|period| period.id), reminder(&late, basis, Lang::Zh), now).await
}

/// When every message of a dispatch has its end, the office gets the statement, once.
async fn state(app: &App, open: &[Open], now: Now) -> anyhow::Result<()> {
    let mut sent: Vec<_> = open.iter().filter_map(|period| period.dispatch.as_ref()).collect();
    sent.sort_by_key(|sent| sent.id);
    sent.dedup_by_key(|sent| sent.id);
    for sent in sent {
        if store::calendar::was_alarmed(&app.read, STATEMENT, &sent.id.to_string()).await? {
            continue;
        }
        let copies = store::cycles::copies(&app.read, sent.id).await?;
        if statement::sums(&copies).waiting == 0 {
            let told = statement::words(sent, &copies, Lang::Zh);
            tell(app, STATEMENT, [sent.id], told, now).await?;
        }
    }
    Ok(())
}

async fn tell(
    app: &App,
    name: &'static str,
    about: impl IntoIterator<Item = Uuid>,
    message: Message,
    now: Now,
) -> anyhow::Result<()> {
    let about: Vec<String> = about.into_iter().map(|id| id.to_string()).collect();
    let origin = Origin { account: "alarm".into(), key: format!("{name}/{}", about.join("/")) };
    let said = Decision::new(origin, now).saying(Reply::notice(Audience::Office(None), message, now));
    let decision =
        about.into_iter().fold(said, |decision, period| decision.with(Effect::Alarmed { name, period }));
    app.desk.committer.commit(decision).await?;
    Ok(())
}
