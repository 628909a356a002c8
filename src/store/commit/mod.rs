//! The only place that writes ledger tables.

pub mod import;
