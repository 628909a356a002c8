//! Units, posts and the people who hold them, and what each role may do.
//! Rights hang on the post (岗位): people come and go, posts stay.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dialogue::Dialogue;
use super::item::{Item, Part};
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
    /// Whether unasked messages to it are counted and bounded (减负预算).
    pub fn has_budget(self) -> bool {
        matches!(self, Role::Contact | Role::UnitHead)
    }

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
    /// Whom this person stands in for today (代理).
    pub stands_in: Vec<StandIn>,
}

/// A post whose holder is on leave today, and its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    pub post: Uuid,
    pub post_title: String,
    pub unit: UnitRef,
}

/// As whom somebody speaks about what concerns a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// For the own unit.
    Own,
    /// For the holder of this post, who is on leave.
    Substitute { post: Uuid },
    /// The office on the unit's behalf: only where it says so (代 紫岩县 填报), announced and logged.
    Office,
}

impl Speaker {
    /// As whom this person speaks for a unit; `None`: not at all. `on_behalf`: the speaker said for whom.
    pub fn voice_for(&self, unit: Uuid, on_behalf: bool) -> Option<Voice> {
        if self.unit.id == unit {
            return Some(Voice::Own);
        }
        let stand_in = self.stands_in.iter().find(|stand_in| stand_in.unit.id == unit);
        match stand_in {
            Some(StandIn { post, .. }) => Some(Voice::Substitute { post: *post }),
            None => (on_behalf && self.role == Role::Office).then_some(Voice::Office),
        }
    }

    /// The units this person speaks for without saying so: the own one first.
    pub fn units(&self) -> impl Iterator<Item = &UnitRef> {
        std::iter::once(&self.unit).chain(self.stands_in.iter().map(|stand_in| &stand_in.unit))
    }

    /// This person where these items are spoken about: whoever stands in for a unit speaks for it there.
    /// Leading before sharing, and the own unit before another one.
    pub fn concerning(mut self, items: &[Item]) -> Speaker {
        let rank = |unit: &UnitRef| {
            let part = |item: &Item| match item.part_of(unit.id) {
                Some(Part::Lead) => 0,
                Some(Part::Co) => 1,
                None => 2,
            };
            items.iter().map(part).min().unwrap_or(2)
        };
        // Of equals the first stays: the own unit.
        if let Some(unit) = self.units().min_by_key(|unit| rank(unit)).cloned() {
            self.unit = unit;
        }
        self
    }
}

/// An inspection round (督察轮次) that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRef {
    pub id: Uuid,
    pub name: String,
}

/// What a group is for, as the office confirms it (群用途).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// 单位群: of one unit or of several.
    Unit,
    /// 整改办群.
    Office,
    /// 领导群.
    Leaders,
}

impl Purpose {
    pub const ALL: [Purpose; 3] = [Purpose::Unit, Purpose::Office, Purpose::Leaders];

    pub fn code(self) -> &'static str {
        match self {
            Purpose::Unit => "unit",
            Purpose::Office => "office",
            Purpose::Leaders => "leaders",
        }
    }

    pub fn from_code(code: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    pub fn title(self) -> Both {
        match self {
            Purpose::Unit => Both { zh: "单位群", en: "unit group" },
            Purpose::Office => Both { zh: "整改办群", en: "office group" },
            Purpose::Leaders => Both { zh: "领导群", en: "leaders' group" },
        }
    }
}

/// What a chat is for, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFacts {
    pub id: Uuid,
    pub version: i32,
    /// Confirmed by the office: item texts may be shown here.
    pub confirmed: bool,
    pub purpose: Option<Purpose>,
    /// The units of a unit group.
    pub units: Vec<Uuid>,
    pub state: String,
}

impl ChatFacts {
    /// The unit whose own group this is, as the office has confirmed, and nobody else's.
    pub fn owner(&self) -> Option<Uuid> {
        match self.units.as_slice() {
            [unit] if self.confirmed && self.purpose == Some(Purpose::Unit) => Some(*unit),
            _ => None,
        }
    }

    /// Whether everybody who reads along in this group may read about the item: in a unit group all its
    /// units are concerned, in the office's group everybody sees everything. Leaders see what they hold
    /// themselves, so not in a group.
    pub fn may_read(&self, item: &Item) -> bool {
        self.confirmed
            && match self.purpose {
                Some(Purpose::Unit) => {
                    !self.units.is_empty() && self.units.iter().all(|unit| item.part_of(*unit).is_some())
                }
                Some(Purpose::Office) => true,
                Some(Purpose::Leaders) | None => false,
            }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u128) -> UnitRef {
        UnitRef { id: Uuid::from_u128(n), name: format!("单位{n}") }
    }

    fn speaker(role: Role) -> Speaker {
        let away = StandIn { post: Uuid::from_u128(20), post_title: "岗".into(), unit: unit(2) };
        Speaker {
            holder: Uuid::nil(),
            holder_version: 1,
            post: Uuid::from_u128(10),
            post_title: "岗".into(),
            role,
            unit: unit(1),
            lang: Lang::Zh,
            stands_in: vec![away],
        }
    }

    #[test]
    fn one_speaks_for_the_own_unit_for_whoever_is_away_and_the_office_where_it_says_so() {
        let voice = |role, n, on_behalf| speaker(role).voice_for(Uuid::from_u128(n), on_behalf);
        assert_eq!(voice(Role::Contact, 1, false), Some(Voice::Own));
        assert_eq!(voice(Role::Contact, 2, false), Some(Voice::Substitute { post: Uuid::from_u128(20) }));
        assert_eq!(voice(Role::Contact, 3, true), None);
        assert_eq!(voice(Role::Office, 3, true), Some(Voice::Office));
        assert_eq!(voice(Role::Office, 3, false), None);
        assert_eq!(voice(Role::Supervisor, 3, true), None);
    }
}
