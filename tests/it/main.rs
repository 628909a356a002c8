//! The one integration test binary.

mod asking;
mod auditing;
mod binding;
mod cluster;
mod committing;
mod delivery;
mod floors;
mod harness;
mod hooks;
mod imports;
mod migrations;
mod reminders;
mod reporting;
mod split;
mod tables;
mod telegram;
