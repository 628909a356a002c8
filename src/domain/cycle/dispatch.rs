//! What stands in the way of a dispatch, unit by unit, and what became of the messages of one.

use crate::domain::lang::Both;
use crate::domain::people::UnitRef;

/// 红线: why a message would not arrive, or not be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RedLine {
    NoContact,
    /// On leave, and whoever should stand in cannot be reached either.
    Away,
    Blocked,
    GroupGone,
}

impl RedLine {
    pub const ALL: [RedLine; 4] = [RedLine::NoContact, RedLine::Away, RedLine::Blocked, RedLine::GroupGone];

    pub fn code(self) -> &'static str {
        match self {
            RedLine::NoContact => "no_contact",
            RedLine::Away => "away",
            RedLine::Blocked => "blocked",
            RedLine::GroupGone => "group_gone",
        }
    }

    pub fn from_code(code: &str) -> Option<RedLine> {
        RedLine::ALL.into_iter().find(|line| line.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            RedLine::NoContact => Both { zh: "联络员没有绑定", en: "no contact is bound" },
            RedLine::Away => Both {
                zh: "联络员请假，代办人也收不到",
                en: "the contact is on leave, and nobody stands in",
            },
            RedLine::Blocked => Both {
                zh: "联络员拉黑了机器人，私聊送不到",
                en: "the contact has blocked the bot",
            },
            RedLine::GroupGone => {
                Both { zh: "机器人被移出了单位群", en: "the bot was put out of the unit's group" }
            }
        }
    }
}

/// A unit that is to be written to, and how its contact can be reached today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    pub unit: UnitRef,
    pub code: String,
    /// Items it has not reported on yet.
    pub items: i64,
    /// The title of its contact's post.
    pub contact: Option<String>,
    pub is_away: bool,
    /// Who gets it: platform and account.
    pub reached: Option<(String, String)>,
    pub is_blocked: bool,
    /// How buttons name the group that is gone.
    pub group_gone: Option<String>,
    pub waived: Vec<RedLine>,
}

impl Addressee {
    pub fn red_lines(&self) -> Vec<RedLine> {
        let nobody = self.reached.is_none();
        [
            (RedLine::NoContact, nobody && !self.is_away),
            (RedLine::Away, nobody && self.is_away),
            (RedLine::Blocked, !nobody && self.is_blocked),
            (RedLine::GroupGone, self.group_gone.is_some()),
        ]
        .into_iter()
        .filter_map(|(line, is_red)| is_red.then_some(line))
        .collect()
    }

    /// Those that the office has not let pass.
    pub fn open_lines(&self) -> Vec<RedLine> {
        let mut lines = self.red_lines();
        lines.retain(|line| !self.waived.contains(line));
        lines
    }
}

/// 回执: what became of the messages of a dispatch. Each is in one of these sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub sent: i64,
    /// Not its time yet, or on its way.
    pub waiting: i64,
    /// Nobody to be reached: on the office's list.
    pub held: i64,
    /// Dead, or nobody can say.
    pub failed: i64,
    /// Everything was reported before it left.
    pub withdrawn: i64,
}

impl Sums {
    /// Counts a message by its state in the outbox; `false`: no state of ours.
    pub fn add(&mut self, state: &str, messages: i64) -> bool {
        match state {
            "sent" => self.sent += messages,
            "due" | "sending" => self.waiting += messages,
            "held" => self.held += messages,
            "dead" | "unclear" => self.failed += messages,
            "withdrawn" => self.withdrawn += messages,
            _ => return false,
        }
        true
    }

    pub fn due(&self) -> i64 {
        self.sent + self.waiting + self.held + self.failed + self.withdrawn
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_line_is_red_until_it_is_mended_or_let_pass() {
        let bound = Addressee {
            unit: UnitRef { id: Uuid::nil(), name: "紫岩县".into() },
            code: "ZYX".into(),
            items: 2,
            contact: Some("紫岩县联络员A".into()),
            is_away: true,
            reached: Some(("telegram".into(), "1".into())),
            is_blocked: false,
            group_gone: None,
            waived: vec![],
        };
        // Away with somebody who stands in: it arrives.
        assert_eq!(bound.red_lines(), []);
        let away = Addressee { reached: None, ..bound.clone() };
        assert_eq!(away.red_lines(), [RedLine::Away]);
        let blocked = Addressee { is_blocked: true, group_gone: Some("@1".into()), ..bound };
        assert_eq!(blocked.red_lines(), [RedLine::Blocked, RedLine::GroupGone]);
        let waived = Addressee { waived: vec![RedLine::Blocked], ..blocked };
        assert_eq!(waived.open_lines(), [RedLine::GroupGone]);
    }
}
