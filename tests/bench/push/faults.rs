//! What goes wrong, drawn beforehand: for 5 % of the messages each 500, a cut connection, 429 and rejected
//! markup; of the groups 5 % have put the bot out, and 5 % become supergroups on the way. No message
//! meets two of them.

use std::collections::HashMap;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// Of a hundred.
const SHARE: usize = 5;
/// A group that becomes a supergroup does so at one of its first messages.
const MOVES_WITHIN: u32 = 8;

/// What happens to one message, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// 500, and the message has not arrived; who sends cannot know.
    Broken,
    /// The connection is cut, and the message has not arrived.
    CutBefore,
    /// The message has arrived, and its answer is lost.
    CutAfter,
    /// 429: this chat shall wait.
    Wait(Duration),
    /// 400: the markup cannot be read. Without it the message is taken.
    Markup,
}

impl Fault {
    /// Whether somebody who sends cannot know if the message has arrived.
    pub fn leaves_doubt(self) -> bool {
        matches!(self, Fault::Broken | Fault::CutBefore | Fault::CutAfter)
    }
}

/// What happens to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// 403 to everything.
    Gone,
    /// 400 with the new id, after so many messages.
    Moves { after: u32 },
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub messages: HashMap<u32, Fault>,
    pub groups: HashMap<u32, Turn>,
}

impl Plan {
    /// Draws it for messages (numbers from 1) and groups (from 0), message by message in turn.
    pub fn draw(random: &mut StdRng, messages: u32, groups: u32, group_of: &[u32], wait: u32) -> Plan {
        let mut plan = Plan::default();
        let mut drawn: Vec<u32> = (0..groups).collect();
        drawn.shuffle(random);
        let share = groups as usize * SHARE / 100;
        for (at, group) in drawn.iter().take(2 * share).enumerate() {
            let after = random.random_range(1..=MOVES_WITHIN.min((messages / groups).max(2) - 1));
            plan.groups.insert(*group, if at < share { Turn::Gone } else { Turn::Moves { after } });
        }
        let is_gone = |number: &u32| plan.groups.get(&group_of[*number as usize - 1]) == Some(&Turn::Gone);
        let mut drawn: Vec<u32> = (1..=messages).filter(|number| !is_gone(number)).collect();
        drawn.shuffle(random);
        let share = messages as usize * SHARE / 100;
        for (at, number) in drawn.into_iter().take(4 * share).enumerate() {
            let fault = match at / share {
                0 => Fault::Broken,
                1 if at % 2 == 0 => Fault::CutBefore,
                1 => Fault::CutAfter,
                2 => Fault::Wait(Duration::from_secs(random.random_range(1..=wait).into())),
                _ => Fault::Markup,
            };
            plan.messages.insert(number, fault);
        }
        plan
    }

    /// The longest wait that was asked for.
    pub fn longest_wait(&self) -> Duration {
        let waits = self.messages.values().map(|fault| match fault {
            Fault::Wait(wait) => *wait,
            _ => Duration::ZERO,
        });
        waits.max().unwrap_or_default()
    }
}
