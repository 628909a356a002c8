//! All SQL and nothing but SQL, one file per table or question.
//! House rules: upper-case keywords, one clause per line, explicit columns, time as a parameter.
//! Reads take any executor; ledger tables are written by `commit` alone, every other table by the
//! module that bears its name.

/// Shared by the service and every test, so that migrations are embedded once.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
