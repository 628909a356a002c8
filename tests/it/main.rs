//! The one integration test binary.

mod cluster;
mod committing;
mod floors;
mod harness;
mod migrations;
mod split;
mod telegram;
