//! The one integration test binary.

mod cluster;
mod committing;
mod harness;
mod split;
mod telegram;
