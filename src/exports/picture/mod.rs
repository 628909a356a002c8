//! Pictures: what tables say, at a glance on a phone. Each is a pure drawing of figures, and an entry that
//! reads them. A colour never stands without its word, and nothing is put in order of merit.

use super::docx::Picture;
use super::{Call, Export, Unmade, Written};
use crate::domain::document::{About, Format, Needs, Paper};
use crate::domain::people::Who;
use crate::domain::{Both, Role};

pub mod course;
pub mod curve;
mod draw;
pub mod groups;
pub mod open;

const PNG: &[Format] = &[Format::Png];

/// Who sees how units and items stand that are not their own.
const OVERSEERS: Who = Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]);

/// The second line of every picture: the round, and as of when.
pub async fn note(call: &mut Call<'_>) -> anyhow::Result<String> {
    let name = crate::store::summary::round_name(call.db, call.round).await?;
    let as_of = call.as_of;
    Ok(format!("{name} · 截至 {as_of}"))
}

/// Writes the picture out; so many rows are in it.
fn finish(call: Call<'_>, png: &[u8], rows: usize) -> anyhow::Result<Written> {
    call.out.write_all(png)?;
    Ok(Written::rows(rows as u64))
}
