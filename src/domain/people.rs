//! Units, posts and the people who hold them, and what each role may do.
//! Rights hang on the post (岗位): people come and go, posts stay.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dialogue::Dialogue;
use super::lang::{Both, Lang};

/// A quarter of an hour without a wrong code forgives the ones before.
pub const GUESSING_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Wrong codes of one account in that window, after which even a right one has to wait.
pub const GUESSES: i32 = 5;

/// What a post may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 联络员: reports for the unit.
    Contact,
    /// 单位负责人.
    UnitHead,
    /// 包抓领导: holds items.
    Leader,
    /// 整改办: runs the follow-up.
    Office,
    /// 督查室.
    Supervisor,
    /// 审计: reads all, changes nothing.
    Auditor,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Contact, Role::UnitHead, Role::Leader, Role::Office, Role::Supervisor, Role::Auditor];

    pub fn code(self) -> &'static str {
        match self {
            Role::Contact => "contact",
            Role::UnitHead => "unit_head",
            Role::Leader => "leader",
            Role::Office => "office",
            Role::Supervisor => "supervisor",
            Role::Auditor => "auditor",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    pub fn title(self) -> Both {
        match self {
            Role::Contact => Both { zh: "联络员", en: "contact" },
            Role::UnitHead => Both { zh: "单位负责人", en: "head of unit" },
            Role::Leader => Both { zh: "包抓领导", en: "leader" },
            Role::Office => Both { zh: "整改办", en: "office" },
            Role::Supervisor => Both { zh: "督查", en: "supervisor" },
            Role::Auditor => Both { zh: "审计", en: "auditor" },
        }
    }

    /// Sees every item of every unit.
    pub fn sees_all(self) -> bool {
        matches!(self, Role::Office | Role::Supervisor | Role::Auditor)
    }
}

/// A unit (责任单位) as messages name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    pub id: Uuid,
    pub name: String,
}

/// A bound person: the current holder of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The holder row this rests on, with its version.
    pub holder: Uuid,
    pub holder_version: i32,
    pub post: Uuid,
    pub post_title: String,
    pub role: Role,
    pub unit: UnitRef,
    pub lang: Lang,
}

/// An inspection round (督察轮次) that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRef {
    pub id: Uuid,
    pub name: String,
}

/// What a chat is for, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFacts {
    pub id: Uuid,
    pub version: i32,
    /// Confirmed by the office: item texts may be shown here.
    pub confirmed: bool,
    /// The unit this chat belongs to, for a unit's own group.
    pub unit: Option<Uuid>,
    pub state: String,
}

/// Everything a door knows before the words are read: one prepared statement brings it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Door {
    /// This very update was committed before.
    pub seen: bool,
    pub speaker: Option<Speaker>,
    pub chat: Option<ChatFacts>,
    pub rounds: Vec<RoundRef>,
    /// What the speaker is being asked in this chat.
    pub dialogue: Option<Dialogue>,
}

impl Door {
    pub fn lang(&self) -> Lang {
        self.speaker.as_ref().map_or(Lang::Zh, |speaker| speaker.lang)
    }
}

/// Who may use a command; checked once, in dispatch, from the command table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anyone,
    Bound,
    Roles(&'static [Role]),
}

impl Who {
    pub fn admits(self, speaker: Option<&Speaker>) -> bool {
        match self {
            Who::Anyone => true,
            Who::Bound => speaker.is_some(),
            Who::Roles(roles) => speaker.is_some_and(|s| roles.contains(&s.role)),
        }
    }
}
