//! One transaction for many decisions: lock and compare, claim the origins, write what is left.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use sqlx::{Connection, PgConnection};
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use super::{
    Surroundings, acceptance, activities, assessments, basis, calendar, cases, chats, checks, cycles,
    dialogues, documents, files, hot, leaves, notices, people, quiet, receipts, statements, verdicts,
};
use crate::domain::decision::{Aggregate, Decision, Effect, Fate, Touch};

/// A transaction that did not go through.
pub(super) struct Failed {
    pub error: sqlx::Error,
    /// COMMIT itself failed: nobody knows yet.
    pub may_have_committed: bool,
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Failed {
        Failed { error, may_have_committed: false }
    }
}

/// Writes the decisions in one transaction and tells each one's fate, in their order. The turn ends where only
/// the disk is waited for.
pub(super) async fn write(
    conn: &mut PgConnection,
    around: &Surroundings,
    decisions: &[Decision],
    turn: Option<SemaphorePermit<'_>>,
) -> Result<Vec<Fate>, Failed> {
    let mut tx = conn.begin().await?;
    let mut fates = vec![Fate::Conflict; decisions.len()];
    let apart = set_apart(decisions);
    let held = lock(&mut tx, &apart).await?;
    let free: Vec<(usize, &Decision)> = apart
        .into_iter()
        .filter(|(_, d)| d.changes.iter().chain(&d.rests_on).all(|t| holds(&held, t)))
        .collect();
    if free.is_empty() {
        return Ok(fates);
    }
    let claimed = claim(&mut tx, &free, (around.real_now)()).await?;
    let mut rows = hot::Rows::new((around.real_now)());
    let mut cold = Vec::new();
    for (at, decision) in free {
        if claimed.contains(&(decision.origin.account.as_str(), decision.origin.key.as_str())) {
            fates[at] = Fate::Committed;
            rows.add(decision);
            cold.extend(decision.effects.iter().filter(|e| hot::is_cold(e)).map(|effect| (decision, effect)));
        } else {
            fates[at] = Fate::Repeat;
        }
    }
    if !fates.contains(&Fate::Committed) {
        return Ok(fates);
    }
    for (decision, effect) in cold {
        write_cold(&mut tx, decision, effect).await?;
    }
    rows.write(&mut tx).await?;
    let written = decisions.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Committed);
    let written = written.map(|(decision, _)| decision);
    checks::write(&mut tx, written.clone()).await?;
    cases::write(&mut tx, written).await?;
    // Behind the items' own next states, which were computed from what stood before.
    for (decision, fate) in decisions.iter().zip(&fates) {
        if *fate == Fate::Committed {
            cycles::carry_out(&mut tx, decision, (around.real_now)()).await?;
        }
    }
    // Behind the items' own next states: they were computed from what stood before the change.
    if let Some(today) = looks_again(decisions, &fates) {
        calendar::look_again(&mut tx, today).await?;
    }
    drop(turn);
    tx.commit().await.map_err(|error| Failed { error, may_have_committed: true })?;
    if rows.speak() {
        (around.ring)();
    }
    Ok(fates)
}

/// The decisions of which none changes what another one changes or rests on, nor has its origin.
/// Those left out are conflicts: by the time they are decided again, the others stand.
fn set_apart(decisions: &[Decision]) -> Vec<(usize, &Decision)> {
    let mut changed: HashSet<(Aggregate, Uuid)> = HashSet::new();
    let mut rested: HashSet<(Aggregate, Uuid)> = HashSet::new();
    let mut origins = HashSet::new();
    let key = |touch: &Touch| (touch.of, touch.id);
    decisions
        .iter()
        .enumerate()
        .filter(|(_, d)| {
            let meets = d.changes.iter().any(|t| changed.contains(&key(t)) || rested.contains(&key(t)))
                || d.rests_on.iter().any(|t| changed.contains(&key(t)))
                || !origins.insert(&d.origin.key);
            if !meets {
                changed.extend(d.changes.iter().map(key));
                rested.extend(d.rests_on.iter().map(key));
            }
            !meets
        })
        .collect()
}

/// The day of a change that every open item depends on, if there is one among what is written.
fn looks_again(decisions: &[Decision], fates: &[Fate]) -> Option<NaiveDate> {
    let written = decisions.iter().zip(fates).filter(|(_, fate)| **fate == Fate::Committed);
    let changing = written.filter(|(d, _)| {
        d.effects.iter().any(|e| matches!(e, Effect::CalendarChanged(_) | Effect::ThresholdSet { .. }))
    });
    changing.map(|(decision, _)| decision.now.today()).min()
}

fn holds(held: &HashMap<(Aggregate, Uuid), i32>, touch: &Touch) -> bool {
    held.get(&(touch.of, touch.id)) == Some(&touch.version)
}

/// Locks every row the decisions change or rest on, in key order, skipping rows others hold: no
/// batch ever waits for a row. What does not come back is a conflict.
async fn lock(
    tx: &mut PgConnection,
    decisions: &[(usize, &Decision)],
) -> sqlx::Result<HashMap<(Aggregate, Uuid), i32>> {
    let ids = |of: Aggregate, touches: fn(&Decision) -> &Vec<Touch>| {
        let mut ids: Vec<Uuid> =
            decisions.iter().flat_map(|(_, d)| touches(d)).filter(|t| t.of == of).map(|t| t.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let changes = |of| ids(of, |d| &d.changes);
    let rests = |of| ids(of, |d| &d.rests_on);
    let mut held = HashMap::new();
    // The hot pair in one statement: items change, holders are rested on.
    let (items, holders) = (changes(Aggregate::Item), rests(Aggregate::Holder));
    if !items.is_empty() || !holders.is_empty() {
        let rows = sqlx::query!(
            r#"
            WITH changed AS (
                SELECT id, version FROM item WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
            ), rested AS (
                SELECT id, version FROM holder WHERE id = ANY($2) ORDER BY id FOR SHARE SKIP LOCKED
            )
            SELECT true AS "is_item!", id AS "id!", version AS "version!" FROM changed
            UNION ALL
            SELECT false, id, version FROM rested
            "#,
            &items,
            &holders,
        )
        .fetch_all(&mut *tx)
        .await?;
        held.extend(rows.into_iter().map(|row| {
            let of = if row.is_item { Aggregate::Item } else { Aggregate::Holder };
            ((of, row.id), row.version)
        }));
    }
    people::lock(tx, &changes(Aggregate::Holder), &changes(Aggregate::Code), &mut held).await?;
    people::lock_posts(tx, &changes(Aggregate::Post), &rests(Aggregate::Post), &mut held).await?;
    leaves::lock(tx, &changes(Aggregate::Leave), &mut held).await?;
    chats::lock(tx, &changes(Aggregate::Chat), &mut held).await?;
    dialogues::lock(tx, &changes(Aggregate::Dialogue), &mut held).await?;
    calendar::lock(tx, &changes(Aggregate::Calendar), &mut held).await?;
    cycles::lock(tx, &changes(Aggregate::Cycle), &mut held).await?;
    files::lock(tx, &changes(Aggregate::File), &mut held).await?;
    activities::lock(tx, &changes(Aggregate::Activity), &changes(Aggregate::Task), &mut held).await?;
    assessments::lock(tx, &changes(Aggregate::Assessment), &mut held).await?;
    notices::lock(tx, Aggregate::Notice, &changes(Aggregate::Notice), &mut held).await?;
    notices::lock(tx, Aggregate::Copy, &changes(Aggregate::Copy), &mut held).await?;
    notices::lock(tx, Aggregate::Series, &changes(Aggregate::Series), &mut held).await?;
    Ok(held)
}

/// Claims the origin keys; those that do not come back were committed before.
async fn claim<'d>(
    tx: &mut PgConnection,
    decisions: &[(usize, &'d Decision)],
    now: chrono::DateTime<chrono::Utc>,
) -> sqlx::Result<HashSet<(&'d str, &'d str)>> {
    let mut origins: Vec<(&str, &str)> =
        decisions.iter().map(|(_, d)| (d.origin.account.as_str(), d.origin.key.as_str())).collect();
    origins.sort_unstable();
    let (accounts, keys): (Vec<&str>, Vec<&str>) = origins.iter().copied().unzip();
    let rows = sqlx::query!(
        r#"
        INSERT INTO inbox (account, key, received_at)
        SELECT account, key, $3
        FROM unnest($1::text[], $2::text[]) AS origin (account, key)
        ON CONFLICT DO NOTHING
        RETURNING account, key
        "#,
        &accounts as &[&str],
        &keys as &[&str],
        now,
    )
    .fetch_all(tx)
    .await?;
    Ok(origins
        .into_iter()
        .filter(|(account, key)| rows.iter().any(|row| row.account == *account && row.key == *key))
        .collect())
}

/// Rare effects, one statement each.
async fn write_cold(tx: &mut PgConnection, decision: &Decision, effect: &Effect) -> sqlx::Result<()> {
    match effect {
        Effect::HolderBound { holder, code } => people::bind(tx, holder, *code).await,
        Effect::HolderEnded { holder } => {
            people::end(tx, *holder, decision.actor.post, decision.now.utc).await
        }
        Effect::LangChosen { holder, lang } => people::choose_lang(tx, *holder, *lang).await,
        Effect::CodeIssued(code) => people::issue_code(tx, code).await,
        Effect::CodeRevoked { code } => people::revoke_code(tx, *code, decision.now.utc).await,
        Effect::LeaveTaken(leave) => leaves::take(tx, leave, decision).await,
        Effect::LeaveEnded { leave } => leaves::end(tx, *leave, decision).await,
        Effect::BindFailed { platform, account } => {
            people::count_failure(tx, platform, account, decision.now.utc).await
        }
        Effect::Refused { platform, account, what, item } => {
            people::count_refusal(tx, platform, account, what, *item, decision.now.utc).await
        }
        Effect::ChatTold(told) => chats::tell(tx, told).await,
        Effect::Asked { .. } => dialogues::ask(tx, effect).await,
        Effect::DialogueEnded { dialogue } => dialogues::end(tx, *dialogue).await,
        Effect::ThresholdSet { round, threshold, values } => {
            basis::set(tx, *round, *threshold, values.as_deref(), decision).await
        }
        Effect::ProposalDecided { .. } => cases::decide(tx, decision, effect).await,
        Effect::WarnedByHand(new) => receipts::warn(tx, decision, new).await,
        Effect::ReceiptGiven(new) => receipts::give(tx, decision, new).await,
        Effect::Acceptance(effect) => acceptance::write(tx, decision, effect).await,
        Effect::VerdictGiven(given) => verdicts::give(tx, decision, given).await,
        Effect::ChatSet(set) => chats::set_up(tx, set, decision).await,
        Effect::CalendarChanged(change) => calendar::change(tx, change).await,
        Effect::Alarmed { name, period } => calendar::alarm(tx, name, period, decision.now.utc).await,
        Effect::FileAdded(file) => files::add(tx, file).await,
        Effect::FileChanged { file, next } => files::change(tx, *file, next).await,
        Effect::FileSettled { file, settled } => files::settle(tx, *file, settled, decision.now.utc).await,
        Effect::JobAdded { kind, subject, wait } => files::add_job(tx, *kind, *subject, *wait).await,
        Effect::DocumentAsked(new) => documents::ask(tx, new, decision.now.utc).await,
        Effect::DocumentMade { document, made } => {
            documents::made(tx, *document, made, decision.now.utc).await
        }
        Effect::DocumentFailed { document, reason } => {
            documents::failed(tx, *document, reason, decision.now.utc).await
        }
        Effect::QuietSet { post, until } => quiet::set(tx, *post, *until, decision).await,
        Effect::Stated(statement) => statements::state(tx, statement).await,
        Effect::Notice(effect) => notices::write(tx, decision, effect).await,
        Effect::Activity(effect) => activities::write(tx, decision, effect).await,
        Effect::Assessment(effect) => assessments::write(tx, decision, effect).await,
        Effect::LetThrough(out) => quiet::let_through(tx, out, decision).await,
        Effect::Cycle(_)
        | Effect::ItemChanged { .. }
        | Effect::ReportAdded(_)
        | Effect::WarningRaised(_)
        | Effect::ItemChecked { .. }
        | Effect::CaseOpened(_)
        | Effect::CaseMoved { .. }
        | Effect::CaseClosed { .. }
        | Effect::Proposed(_)
        | Effect::EditAsked { .. } => Ok(()),
    }
}
