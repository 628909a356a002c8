//! The words of the trade, as plain data and decisions.
//! Nothing here does I/O, reads a clock or is async: time, ids and facts come in as arguments, and
//! what should happen goes out as a [`Decision`]. Everything above uses this; it uses nothing of ours.

pub mod acceptance;
pub mod activity;
pub mod assessment;
pub mod attachment;
pub mod audit_line;
pub mod basis;
pub mod code;
pub mod cycle;
pub mod decision;
pub mod dialogue;
pub mod document;
pub mod finding;
pub mod flag;
pub mod formula;
pub mod item;
pub mod ladder;
pub mod lang;
pub mod leave;
pub mod ledger_file;
pub mod listing;
pub mod mask;
pub mod message;
pub mod notice;
pub mod numeral;
pub mod odd;
pub mod palette;
pub mod people;
pub mod quiet;
pub mod receipt;
pub mod reply;
pub mod sentence;
pub mod split;
pub mod statement;
pub mod tally;
pub mod threshold;
pub mod time;
pub mod verdict;
pub mod visible;
pub mod warning;
pub mod workday;

pub use attachment::{Attachment, FileState, Stage};
pub use basis::Basis;
pub use decision::{Aggregate, Audience, Decision, Effect, OnDoubt, Origin, Reply, Touch};
pub use flag::{Flag, Standing};
pub use item::{Item, ItemState, Kind, Milestone, NewReport, Part, Status};
pub use lang::{Both, Lang};
pub use message::{Button, ChatAddress, Incoming, Message, Outgoing, Text, What};
pub use people::{ChatFacts, Door, Role, RoundRef, Speaker, UnitRef};
pub use time::Now;
