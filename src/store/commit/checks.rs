//! Items that were looked at and stand as before: only the day of the next look moves, set-wise. Their
//! version moves as well, so that of two sweeps at once the second one is a conflict; history has nothing
//! to tell.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Decision, Effect};

pub(super) async fn write(
    tx: &mut PgConnection,
    decisions: impl Iterator<Item = &Decision>,
) -> sqlx::Result<()> {
    let (mut items, mut versions, mut days): (Vec<Uuid>, Vec<i32>, Vec<Option<NaiveDate>>) =
        Default::default();
    for effect in decisions.flat_map(|decision| &decision.effects) {
        if let Effect::ItemChecked { item, version, next_check_on } = effect {
            items.push(*item);
            versions.push(*version);
            days.push(*next_check_on);
        }
    }
    if items.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        UPDATE item
        SET version = c.version, next_check_on = c.next_check_on
        FROM unnest($1::uuid[], $2::integer[], $3::date[]) AS c (item, version, next_check_on)
        WHERE item.id = c.item
        "#,
        &items,
        &versions,
        &days as &[Option<NaiveDate>],
    )
    .execute(tx)
    .await
    .map(|_| ())
}
