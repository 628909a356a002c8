//! All SQL and nothing but SQL. `commit/` alone writes ledger tables; everything else here reads.

pub mod commit;
pub mod import_facts;
pub mod ledger_rows;
