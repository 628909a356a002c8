//! duban (督办): a chat bot through which units report on rectification items.
//! Read the modules in this order; each may use only those above it (see tests/it/floors.rs).

pub mod domain; // the words of the trade: items, deadlines, people, messages, decisions
pub mod store; // SQL, one file per table; `store::commit` alone writes the ledger
pub mod commands; // what people can type
pub mod warnings; // when the bot speaks unasked
pub mod imports; // files an office brings → rows
pub mod exports; // documents people take away
pub mod files; // the folder of what people sent
pub mod config; // settings from the environment
pub mod platforms; // chat adapters: Telegram, the built-in room
pub mod app; // what every door needs
pub mod workers; // clocks ticking: sender, sweep, sealer, poller
pub mod web; // HTTP
pub mod cluster; // the embedded PostgreSQL; knows nothing of ours
pub mod service; // everything put together
pub mod logging;
pub mod cli; // the command line, one file per command
