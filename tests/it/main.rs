//! The one integration test binary.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod acceptance;
mod afterwards;
mod asking;
mod attachments;
mod auditing;
mod auditor;
mod backup;
mod basis;
mod binding;
mod calendar;
mod cli;
mod cluster;
mod committing;
mod conversation;
mod cycles;
mod delivery;
mod deploy;
mod dispatching;
mod fetching;
mod floors;
mod groups;
mod handing_over;
mod harness;
mod hooks;
mod imports;
mod inviting;
mod isolation;
mod killed;
mod ladder;
mod leave;
mod migrations;
mod page;
mod quiet;
mod receipts;
mod reminders;
mod reporting;
mod reviewing;
mod room;
mod split;
mod statements;
mod tables;
mod telegram;
mod telling;
mod year;
