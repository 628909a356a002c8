//! duban (督办): a chat bot through which units report on rectification items.
//! Read the modules in this order; each may use only those above it (see tests/it/floors.rs).

pub mod config;
pub mod domain; // the words of the trade: items, deadlines, people, messages, decisions
pub mod exports;
pub mod imports; // files people bring: CSV and XLSX, read and understood
pub mod platforms; // chat adapters: Telegram, the built-in room
pub mod store; // all SQL; commit/ alone writes ledger tables // documents people take away
