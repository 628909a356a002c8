//! Applications for acceptance that come with a file: so that what a file says is applied for can be checked,
//! published and signed off like any other. One that is open already stays; one is over when a file says that the item
//! is signed off or open again.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Status;
use crate::domain::acceptance::Ended;
use crate::domain::ledger_file::ItemStep;

pub(super) async fn write(
    conn: &mut PgConnection,
    steps: &[ItemStep<'_>],
    as_of: NaiveDate,
) -> sqlx::Result<()> {
    let over: Vec<(Uuid, &str, NaiveDate)> = steps
        .iter()
        .filter(|step| step.was.is_some())
        .filter_map(|step| {
            let why = match step.next.status {
                Status::SignedOff => Ended::SignedOff,
                Status::Returned | Status::InProgress | Status::Assigned => Ended::Returned,
                _ => return None,
            };
            Some((step.id, why.code(), step.next.signed_off_on.unwrap_or(as_of)))
        })
        .collect();
    if !over.is_empty() {
        sqlx::query!(
            r#"
            UPDATE application
            SET closed_on = next.on_day, closed_why = next.why
            FROM UNNEST($1::uuid[], $2::text[], $3::date[]) AS next (item, why, on_day)
            WHERE application.item = next.item AND application.closed_on IS NULL
            "#,
            &over.iter().map(|over| over.0).collect::<Vec<_>>(),
            &over.iter().map(|over| over.1).collect::<Vec<_>>() as &[&str],
            &over.iter().map(|over| over.2).collect::<Vec<_>>(),
        )
        .execute(&mut *conn)
        .await?;
    }
    let new: Vec<(&ItemStep<'_>, NaiveDate, &str)> =
        steps.iter().filter_map(|step| step.application.map(|(on, text)| (step, on, text))).collect();
    if !new.is_empty() {
        sqlx::query!(
            r#"
            INSERT INTO application (id, item, unit, applied_on, summary)
            SELECT id, item, unit, applied_on, summary
            FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::text[]) AS next (
                id, item, unit, applied_on, summary
            )
            WHERE NOT EXISTS (SELECT 1 FROM application a WHERE a.item = next.item AND a.closed_on IS NULL)
            "#,
            &new.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>(),
            &new.iter().map(|new| new.0.id).collect::<Vec<_>>(),
            &new.iter().map(|new| new.0.next.lead_unit).collect::<Vec<_>>(),
            &new.iter().map(|new| new.1).collect::<Vec<_>>(),
            &new.iter().map(|new| new.2).collect::<Vec<_>>() as &[&str],
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}
