//! The built-in chat's own tables: what a chat product's server would keep. Lines are numbered in
//! the order in which they become visible (see `room_counter`), so "everything after number n" never
//! misses one. Nothing here belongs to the ledger, and nothing here decides who may read what.

mod line;
mod reading;
mod seats;
mod speaking;

pub use line::{Line, Quote, Words};
pub use reading::{
    Latest, PAGE, answered_line, edited, following, last_number, latest, transcript, unhandled,
};
pub use seats::{
    Example, NewSession, Persona, Seat, Visitor, close, example, extend, forget_expired, open, personas,
    visitor,
};
pub use speaking::{NewLine, edit, say, settle, show, toast};
