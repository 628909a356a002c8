//! One incoming message, one commit: facts → decision → commit, and what the door answers.
//! Called by every door; knows commands by their table only.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Mutex, MutexGuard};

use super::hearing::{Heard, hear, pressed};
use super::refusal::{not_admitted, overruled, refusal, unclear};
use super::words::Words;
use super::{
    Abilities, Call, Failure, answer, answer_to, attach, came, events, evidence, origin, oversight,
    questions, refused, report,
};
use crate::domain::attachment::is_label;
use crate::domain::decision::{Decision, Fate, Saying};
use crate::domain::{Audience, Basis, Door, Incoming, Lang, Message, Now, Reply, What};
use crate::say;
use crate::store::basis;
use crate::store::commit::{CommitError, Committer, is_passing};
use crate::store::door::{Asked, Facts};
use crate::store::poison;
use crate::store::porter::Porter;
use crate::store::readers::Readers;

/// How long a message is decided anew when others keep changing what it rests on; then the door says
/// 503 and the platform comes again.
const PATIENCE: Duration = Duration::from_secs(2);
/// A person's dialogue, a year's series of numbers, the handle of something new: what two may begin at once.
const BEGUN_ONCE: [&str; 8] = [
    "dialogue_one_each",
    "series_once",
    "notice_handle_once",
    "activity_handle_once",
    "finding_task_handle_once",
    "assessment_edition_once",
    "assessment_appeal_handle_once",
    "assessment_appeal_once",
];
/// The longest pause between two tries.
const JITTER_MS: u64 = 40;
/// Items that can be spoken about at once in one process before unrelated ones wait for each other.
const GATES: usize = 4096;

/// What a door needs to have messages answered.
pub struct Desk {
    pub porter: Porter,
    pub readers: Readers,
    /// For the record of updates that made us fail.
    pub work: PgPool,
    pub committer: Committer,
    /// What the rules go by, as this process knows it.
    pub basis: basis::Known,
    /// The longest text of one message per platform, in UTF-16 units.
    text_limits: HashMap<&'static str, usize>,
    pub(super) able: Abilities,
    gates: Arc<Vec<Mutex<()>>>,
}

/// What became of an update, as the door answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Committed now or before, or nothing to do: 200.
    Settled,
    /// The database is not in a state to work: 503, come again.
    Later,
    /// We failed on this update: 500, come again; the fifth time it is recorded and settled.
    Failed,
}

impl Outcome {
    /// The word for the figures.
    fn name(self) -> &'static str {
        match self {
            Outcome::Settled => "settled",
            Outcome::Later => "later",
            Outcome::Failed => "failed",
        }
    }
}

impl Desk {
    pub fn new(
        porter: Porter,
        readers: Readers,
        work: PgPool,
        committer: Committer,
        text_limits: HashMap<&'static str, usize>,
        able: Abilities,
    ) -> Desk {
        let gates = Arc::new((0..GATES).map(|_| Mutex::new(())).collect());
        Desk { porter, readers, work, committer, basis: basis::Known::default(), text_limits, able, gates }
    }

    /// One outbox row is one message: an answer too long for its platform becomes several.
    fn fit(&self, mut decision: Decision) -> Decision {
        let limit = |to: &Audience| match to {
            Audience::Chat(to) => self.text_limits.get(to.platform.as_str()).copied(),
            Audience::Press { .. }
            | Audience::UnitContact(_)
            | Audience::Holder(_)
            | Audience::Post(_)
            | Audience::Office(_)
            | Audience::OfficeBut(_) => None,
        };
        let replies =
            decision.replies.into_iter().flat_map(|reply| match (&reply.say, limit(&reply.audience)) {
                (Saying::Message(message), Some(limit)) if message.text.units() > limit => message
                    .clone()
                    .parts(limit)
                    .into_iter()
                    .map(|part| Reply { say: Saying::Message(part), ..reply.clone() })
                    .collect(),
                _ => vec![reply],
            });
        decision.replies = replies.collect();
        decision
    }

    /// Decides and commits one update.
    pub async fn handle(&self, incoming: &Incoming, now: Now) -> Outcome {
        let outcome = self.attempt(incoming, now).await;
        let platform = incoming.chat.platform.clone();
        metrics::counter!("duban_updates_total", "platform" => platform, "outcome" => outcome.name())
            .increment(1);
        outcome
    }

    async fn attempt(&self, incoming: &Incoming, now: Now) -> Outcome {
        let attempt = AssertUnwindSafe(self.settle(incoming, now)).catch_unwind().await;
        let error = match attempt {
            Ok(Ok(())) => return Outcome::Settled,
            Ok(Err(Trouble::Passing(error))) => {
                tracing::warn!(update = incoming.update_id, "not now: {error:#}");
                return Outcome::Later;
            }
            Ok(Err(Trouble::Ours(error))) => format!("{error:#}"),
            Err(_) => "panic".to_owned(),
        };
        self.fail(incoming, now, &error).await
    }

    async fn settle(&self, incoming: &Incoming, now: Now) -> Result<(), Trouble> {
        let Some(heard) = hear(incoming) else { return Ok(()) };
        let until = Instant::now() + PATIENCE;
        // Who speaks about the same item waits here, before the facts, holding nothing else.
        let named = heard.items();
        let mut gate = self.gate(&named).await;
        let mut refused = None;
        loop {
            let facts =
                self.porter.facts(Asked::of(incoming, &named, heard.may_report(), now.today())).await?;
            if facts.door.seen {
                return Ok(());
            }
            let mut reader = self.readers.take().await?;
            let decision = match refused.take() {
                Some(constraint) => overruled(&facts.door, incoming, now, constraint),
                None => {
                    let basis = self.basis.of_version(reader.conn(), facts.basis).await?;
                    decide(reader.conn(), &facts, &basis, &self.able, incoming, &heard, now).await?
                }
            };
            reader.give_back();
            let Some(decision) = decision.filter(|decision| !decision.is_empty()) else { return Ok(()) };
            let contested = decision.changes.last().map(|touch| touch.id);
            match self.committer.commit(self.fit(decision)).await? {
                Fate::Committed | Fate::Repeat => return Ok(()),
                Fate::Refused(constraint) if !BEGUN_ONCE.contains(&constraint.as_str()) => {
                    refused = Some(constraint);
                }
                // Or somebody began the same thing at the same moment: one of the two sees the other's.
                Fate::Conflict | Fate::Refused(_) if Instant::now() >= until => {
                    return Err(Trouble::Passing(anyhow::anyhow!("others keep changing what this rests on")));
                }
                Fate::Conflict | Fate::Refused(_) => {
                    drop(gate.take());
                    let pause = rand::random_range(1..JITTER_MS);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    gate = match contested.filter(|_| named.is_empty()) {
                        Some(id) => Some(self.gates[(id.as_u128() % GATES as u128) as usize].lock().await),
                        None => self.gate(&named).await,
                    };
                }
            }
        }
    }

    /// Nobody holds two gates: a message about several items goes without. What names no item waits only after
    /// a conflict, for the row that it changes last: a series of numbers that many want at once.
    async fn gate(&self, items: &[i32]) -> Option<MutexGuard<'_, ()>> {
        let [item] = items else { return None };
        let number = usize::try_from(*item).ok()?;
        Some(self.gates[number % GATES].lock().await)
    }

    /// Counts a failure of ours. The fifth time the update is put on the office's list and settled, so
    /// that it cannot block its chat for ever; the person gets a reference.
    async fn fail(&self, incoming: &Incoming, now: Now, error: &str) -> Outcome {
        tracing::error!(
            update = incoming.update_id,
            platform = incoming.chat.platform,
            "failed on an update: {error}"
        );
        let key = origin(incoming);
        match poison::count(&self.work, &key, error, now.utc).await {
            Ok(poisoned) if poisoned.is_recorded => {
                let reference = poisoned.reference;
                let text = say!(
                    Lang::Zh,
                    "这条消息没能处理，已记录在案（编号 {reference}），整改办会看到。请先换个写法再发。",
                    "This message could not be handled and was recorded ({reference})."
                );
                let apology = answer_to(incoming, Decision::new(key, now), Message::plain(text));
                match self.committer.commit(apology).await {
                    Ok(_) => Outcome::Settled,
                    Err(_) => Outcome::Later,
                }
            }
            Ok(_) => Outcome::Failed,
            Err(_) => Outcome::Later,
        }
    }
}

#[derive(Debug)]
pub(super) enum Trouble {
    Passing(anyhow::Error),
    Ours(anyhow::Error),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Trouble {
        if is_passing(&error) { Trouble::Passing(error.into()) } else { Trouble::Ours(error.into()) }
    }
}

impl From<CommitError> for Trouble {
    fn from(error: CommitError) -> Trouble {
        match error {
            CommitError::Broken(_) => Trouble::Ours(error.into()),
            CommitError::Unavailable(_) | CommitError::Stopping => Trouble::Passing(error.into()),
        }
    }
}

pub(super) async fn decide(
    read: &mut PgConnection,
    Facts { door, named, lasts, .. }: &Facts,
    basis: &Basis,
    able: &Abilities,
    incoming: &Incoming,
    heard: &Heard,
    now: Now,
) -> Result<Option<Decision>, Trouble> {
    let pressed = questions::labelled(door, incoming, now).map(pressed);
    let heard = pressed.as_ref().unwrap_or(heard);
    let (command, words) = match heard {
        Heard::Command(command, words) => (*command, words.clone()),
        Heard::Said { text, .. } => (&report::COMMAND, Words::new(text)),
        Heard::Files { .. } => (&attach::COMMAND, Words::new("")),
        Heard::Edited(_) | Heard::Unclear | Heard::Event => (&report::COMMAND, Words::new("")),
    };
    let call = Call { command, read, door, named, lasts, incoming, able, words, now, basis };
    let found = match heard {
        Heard::Event => {
            return Ok(match &incoming.what {
                What::Membership(change) => Some(events::membership(door, incoming, *change, now)),
                What::Joined(accounts) => events::joined(call.read, door, incoming, accounts, now).await?,
                What::Moved { to } => Some(events::moved(door, incoming, to, now)),
                _ => None,
            });
        }
        Heard::Edited(spoken) => events::edited(call, spoken.clone()).await,
        Heard::Said { text, sentence, addressed } => {
            let open = questions::open(&call);
            let is_new = answer::is_something_else(&call, open, sentence, text);
            let label = came::label(incoming, sentence, text);
            match (label.filter(|_| open.is_none() || is_label(text)), open.filter(|_| !is_new)) {
                (Some(item), _) => {
                    return settled(came::came(call, *addressed, item, text).await, door, incoming, now);
                }
                (None, Some(step)) => answer::answered(call, step, text).await.map(Some),
                (None, None) => report::sentence::said(call, sentence.clone(), *addressed).await,
            }
        }
        Heard::Files { addressed } => {
            return settled(came::came(call, *addressed, None, "").await, door, incoming, now);
        }
        Heard::Command(..) if command.admits(door.speaker.as_ref(), &call.words) => {
            match oversight::may_be_done_here(&call) {
                Ok(()) => (command.run)(call)
                    .await
                    .map(|decision| Some(questions::superseding(door, now, decision))),
                Err(told) => Err(told),
            }
        }
        Heard::Command(..) => Err(not_admitted(door, command)),
        Heard::Unclear => Err(unclear(door)),
    };
    let decision = settled(found, door, incoming, now)?;
    let decision = decision.map(|decision| oversight::without_steps(door.speaker.as_ref(), decision));
    let decision = decision.map(|decision| evidence::mention_unused(incoming, decision, door.lang()));
    Ok(decision.map(|decision| questions::offering(incoming, decision)))
}

/// A failure that the person is told of is a decision too.
fn settled(
    found: Result<Option<Decision>, Failure>,
    door: &Door,
    incoming: &Incoming,
    now: Now,
) -> Result<Option<Decision>, Trouble> {
    match found {
        Ok(decision) => Ok(decision),
        Err(Failure::Broken(error)) => Err(match error.downcast::<sqlx::Error>() {
            Ok(error) => error.into(),
            Err(error) => Trouble::Ours(error),
        }),
        Err(Failure::Told(message)) => Ok(Some(refusal(door, incoming, now, message, None))),
        Err(Failure::Refused { what, item, told }) => {
            let effect = refused(incoming, what, item);
            Ok(Some(refusal(door, incoming, now, told, Some(effect))))
        }
    }
}
