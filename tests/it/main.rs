//! The one integration test binary.

mod cluster;
mod committing;
mod floors;
mod harness;
mod migrations;
mod room;
mod split;
mod telegram;
