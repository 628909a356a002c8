//! What a person is being asked in a chat, and the reports that wait for the answer. Plain data that is
//! kept as JSON between two messages, so a restart loses nothing and two people of one unit in the same
//! group are never mixed up.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::acceptance::Applying;
use super::message::Button;
use super::notice::Form;
use super::numeral::half_width;
use super::odd::Odd;
use super::people::UnitRef;
use super::sentence::{Cause, ItemWord};

/// An unanswered question is forgotten after this time.
pub const LIFE: TimeDelta = TimeDelta::days(1);

/// A report on its way: as it was said, completed by answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub item: Option<ItemWord>,
    /// The unit it is made for by the office; `None`: the speaker's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    pub percent: Option<i64>,
    pub text: String,
    /// 无变化
    pub unchanged: bool,
    /// 同上月: the last report's text stands as well.
    pub same: bool,
    /// All the unit's open items are meant.
    pub is_all: bool,
    /// Tells that acceptance was applied for; that is done with the office.
    pub applies: bool,
    /// 更正: a lower percent is meant.
    pub correction: bool,
    /// One of several in a message: it may go without a text.
    pub is_brief: bool,
    /// What was unclear in the words themselves, until it has been asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Ask>,
    /// What looked odd was asked about, and confirmed.
    pub is_sure: bool,
    pub details: Details,
    /// Files that were sent with it and wait for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Uuid>,
}

/// What a report tells besides percent and text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
    pub cause: Option<Cause>,
    pub difficulty: String,
    /// 需协调事项
    pub help: String,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Which item is it?
    Item,
    /// Which percent exactly? With the figure that was near it.
    Percent { about: Option<i64> },
    /// What was done?
    Text,
    /// Why has nothing changed, for the second time?
    Reason,
    /// This looks odd: is it right?
    Odd(Vec<Odd>),
    /// 16号 with work behind it: item 16, or the day?
    Day,
    /// 完成: the work, or sign-off?
    Done,
    /// 都无变化: is this meant of every open item? They are all listed.
    All,
    /// 申请销号: what the unit says to the next point.
    Apply(Box<Applying>),
    /// A warning is signed for: until when will it be done? With the notices that are signed for.
    Promise {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<String>,
    },
    /// The units of a notice got others this year: draft this one as well?
    Paper(Paper),
    /// The same of a task (交办): the visit, and what was said behind it.
    Task { visit: i32, said: String },
    /// Is this line meant? It may be longer than what fits behind a button.
    Sure { line: String },
    /// The office sends a report back: why? With the day until which a new one is expected, where it said
    /// so.
    ReturnReason {
        version: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
    },
    /// 不处理: why does the office do nothing about this proposal?
    DismissReason { proposal: Uuid },
    /// 成立, 不成立: why does the office answer an appeal so?
    AppealReason { handle: i32, holds: bool },
    /// A step of acceptance wants a sentence behind its line (不通过, 退回, 处理 …); with `said`: a yes to that
    /// line as it stands with these words, or other words.
    Line {
        line: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
}

/// A notice that waits to be drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub form: Form,
    pub items: Vec<Uuid>,
    pub units: Vec<UnitRef>,
    /// What is required, in the office's own words; empty: the usual.
    pub demand: String,
}

/// Where a dialogue stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Part of every button of this question, so that a late press is recognised.
    pub token: String,
    pub ask: Ask,
    /// The first is asked about; the others wait behind it.
    pub drafts: Vec<Draft>,
    /// The buttons under it: their labels can be typed as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Button>,
}

impl Step {
    /// The line of the button whose label this is, however it is spaced and punctuated.
    pub fn labelled(&self, said: &str) -> Option<&str> {
        let said = bare(said);
        let offered = self.offers.iter().find(|offer| !said.is_empty() && bare(&offer.label) == said);
        offered.map(|offer| offer.says.as_str())
    }
}

/// Letters and digits alone, in half-width.
fn bare(text: &str) -> String {
    half_width(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A dialogue as the door finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialogue {
    pub id: Uuid,
    pub version: i32,
    pub expires_at: DateTime<Utc>,
    /// `None`: written by another version of this program; it cannot be gone on with.
    pub step: Option<Step>,
}

impl Dialogue {
    /// The question, as long as it is worth an answer.
    pub fn open(&self, now: DateTime<Utc>) -> Option<&Step> {
        self.step.as_ref().filter(|_| self.expires_at > now)
    }
}
