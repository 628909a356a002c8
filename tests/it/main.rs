//! The one integration test binary.

mod cluster;
mod committing;
mod floors;
mod harness;
mod imports;
mod migrations;
mod split;
mod telegram;
