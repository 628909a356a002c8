//! The one integration test binary.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod asking;
mod auditing;
mod auditor;
mod backup;
mod binding;
mod cli;
mod cluster;
mod committing;
mod conversation;
mod delivery;
mod deploy;
mod floors;
mod harness;
mod hooks;
mod imports;
mod migrations;
mod page;
mod reminders;
mod reporting;
mod room;
mod split;
mod statements;
mod tables;
mod telegram;
