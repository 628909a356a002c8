//! What an answer of the platform means: for the row, for its chat, and for the card it was to become.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Attempt, Sender, Unwritten};
use crate::app::real_now;
use crate::commands::events;
use crate::domain::decision::{ChatTold, Decision, Effect, Origin};
use crate::platforms::Sent;
use crate::store;
use crate::store::outbox::{self, Due, End};

/// Tries of a message that surely was not delivered; with doubling pauses that is about two hours.
const TRIES: i32 = 12;
/// The longest pause between two tries; the first one is a second.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);
/// How long an account whose token is refused stays silent before it tries again.
const LOCKED: TimeDelta = TimeDelta::seconds(60);

/// One more try after a pause, or none where tries are used up or a button is to be answered.
fn again(due: &Due, now: DateTime<Utc>, reason: String) -> End {
    if due.press_id.is_some() || due.attempts + 1 >= TRIES {
        return End::Dead { reason };
    }
    let pause = TimeDelta::seconds(1 << due.attempts.clamp(0, 12)).min(LONGEST_PAUSE);
    End::Again { at: now + pause, reason }
}

impl Sender {
    /// What the platform's answer means for the row.
    pub(super) async fn judge(&mut self, attempt: &Attempt, sent: Sent) -> End {
        let (due, now) = (&attempt.due, real_now());
        if let (Sent::Wait(_) | Sent::Gone(_) | Sent::Moved(_), Some(departure)) = (&sent, &attempt.departure)
        {
            self.pace.refused(&due.chat, departure, now);
        }
        match sent {
            Sent::Done(id) => End::Sent { id },
            Sent::Wait(pause) => {
                let until = now + TimeDelta::from_std(pause).unwrap_or(LONGEST_PAUSE);
                self.pace.wait(&due.chat, until);
                if due.press_id.is_some() {
                    return End::Dead { reason: "too fast for an answer that cannot wait".into() };
                }
                End::Again { at: until, reason: "the platform asked to wait".into() }
            }
            Sent::Again(reason) => again(due, now, reason),
            Sent::Doubt(reason) if due.repeats => again(due, now, reason),
            Sent::Doubt(reason) => End::Unclear { reason },
            Sent::Gone(reason) => {
                let state = if self.platform.is_group(&due.chat) { "removed" } else { "blocked" };
                self.tell_chat(due, state, None).await;
                End::Dead { reason }
            }
            Sent::Moved(to) => {
                self.tell_chat(due, "moved", Some(to)).await;
                End::Again { at: now, reason: "the chat has moved".into() }
            }
            Sent::Refused(reason) => End::Dead { reason },
            Sent::Locked(reason) => {
                tracing::error!(platform = self.platform.name(), "nothing can be sent: {reason}");
                self.locked_until = Some(Instant::now() + LOCKED.to_std().unwrap_or_default());
                End::Again { at: now + LOCKED, reason }
            }
        }
    }

    /// An answer that was sent is its item's card from now on; a card that cannot be edited is none. A
    /// crash in between leaves the card before, which is edited instead.
    pub(super) async fn keep_card(&self, Unwritten { due, end, .. }: &Unwritten) -> sqlx::Result<()> {
        let Some(item) = due.card_item else { return Ok(()) };
        match end {
            End::Sent { id } if due.kind != "card" && !id.is_empty() => {
                outbox::placed(&self.app.work, due.seq, id, real_now()).await
            }
            End::Dead { .. } if due.kind == "card" => {
                outbox::lost(&self.app.work, self.platform.name(), &due.chat, item).await
            }
            _ => Ok(()),
        }
    }

    /// What a send has told about a chat goes into the ledger like everything else: by a decision.
    async fn tell_chat(&mut self, due: &Due, state: &'static str, moved_to: Option<String>) {
        let name = self.platform.name();
        let origin = Origin { account: format!("{name}/sent"), key: format!("{}/{}", due.seq, due.attempts) };
        let now = self.app.clock.now();
        let told = Effect::ChatTold(ChatTold {
            id: Uuid::now_v7(),
            platform: name.to_owned(),
            chat: due.chat.clone(),
            private: !self.platform.is_group(&due.chat),
            state,
            moved_to,
            new_id: Uuid::now_v7(),
            title: String::new(),
        });
        let mut decision = Decision::new(origin, now).with(told);
        match store::chats::loss(&self.app.read, name, &due.chat).await {
            // Told once: the next message that fails finds the state as it is.
            Ok(loss) if loss.state.as_deref() != Some(state) => {
                let whom = loss.holder.or(loss.group.map(|title| format!("「{title}」")));
                decision.replies.extend(whom.map(|whom| events::lost(state, &whom, loss.purpose, now)));
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(platform = name, "the office is not told of a lost chat: {error}"),
        }
        if let Err(error) = self.app.desk.committer.commit(decision).await {
            tracing::warn!(
                platform = name,
                "a chat's state was not noted; the next send will tell again: {error}"
            );
        }
    }
}
