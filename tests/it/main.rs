//! The one integration test binary.

mod cluster;
mod split;
mod telegram;
