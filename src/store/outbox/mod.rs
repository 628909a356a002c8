//! The outbox as its sender sees it. Rows are written by `commit`; states after that are moved here,
//! always under the sender's epoch.

mod address; // to whom, when it leaves
mod cards; // which message shows an item in a group
mod due; // who is to be told what, now
mod ends; // how each attempt begins and ends
mod leases; // who may speak for an account
mod quiet; // one message per person and slot, and what became of each warning
mod standing; // what stands in each state, for people and figures

pub use address::{Place, Recipient, Wanted, address, recipients};
pub use cards::{lost, message_of, placed};
pub use due::{Due, heads, toasts};
pub use ends::{End, begin, end};
pub use leases::{TakenOver, free_leases, lease, release, sent_since, take_over};
pub use quiet::{
    Counted, Gathered, Part, PutOff, Waiting, drop_mended, gather, listeners, overtaken, parts, put_off,
    waiting,
};
pub use standing::{standing, troubled};
