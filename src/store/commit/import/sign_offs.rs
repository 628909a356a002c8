//! Sign-offs that come with a file: kept on record like any other, and looked at again. What is due by the day of the
//! file is behind; a file that says another day, or that the item is open again, plans anew.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::ledger_file::{ItemStep, SignOffStep};

pub(super) async fn write(
    conn: &mut PgConnection,
    steps: &[ItemStep<'_>],
    as_of: NaiveDate,
) -> sqlx::Result<()> {
    let told: Vec<(Uuid, &SignOffStep)> =
        steps.iter().filter_map(|step| Some((step.id, step.sign_off.as_ref()?))).collect();
    if told.is_empty() {
        return Ok(());
    }
    let items: Vec<Uuid> = told.iter().map(|(item, _)| *item).collect();
    sqlx::query!(
        "UPDATE recheck SET done_on = $2, outcome = 'dropped' WHERE item = ANY($1) AND done_on IS NULL",
        &items,
        as_of,
    )
    .execute(&mut *conn)
    .await?;
    let (moved, new): (Vec<_>, Vec<_>) = told
        .iter()
        .filter_map(|(item, step)| Some((*item, step.on?, step.is_moved)))
        .partition(|(_, _, is_moved)| *is_moved);
    sqlx::query!(
        r#"
        UPDATE sign_off
        SET signed_on = next.on_day
        FROM UNNEST($1::uuid[], $2::date[]) AS next (item, on_day)
        WHERE sign_off.item = next.item
          AND sign_off.no = (SELECT max(s.no) FROM sign_off s WHERE s.item = next.item)
        "#,
        &moved.iter().map(|row| row.0).collect::<Vec<_>>(),
        &moved.iter().map(|row| row.1).collect::<Vec<_>>(),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO sign_off (id, item, no, signed_on)
        SELECT id, item, (SELECT COALESCE(max(s.no), 0) + 1 FROM sign_off s WHERE s.item = next.item), on_day
        FROM UNNEST($1::uuid[], $2::uuid[], $3::date[]) AS next (id, item, on_day)
        "#,
        &new.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>(),
        &new.iter().map(|row| row.0).collect::<Vec<_>>(),
        &new.iter().map(|row| row.1).collect::<Vec<_>>(),
    )
    .execute(&mut *conn)
    .await?;
    let looks: Vec<(Uuid, NaiveDate)> =
        told.iter().flat_map(|(item, step)| step.looks.iter().map(move |on| (*item, *on))).collect();
    sqlx::query!(
        r#"
        INSERT INTO recheck (id, item, sign_off, due_on)
        SELECT next.id, next.item, s.id, next.due_on
        FROM UNNEST($1::uuid[], $2::uuid[], $3::date[]) AS next (id, item, due_on)
        JOIN sign_off s
            ON s.item = next.item AND s.no = (SELECT max(l.no) FROM sign_off l WHERE l.item = next.item)
        "#,
        &looks.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>(),
        &looks.iter().map(|look| look.0).collect::<Vec<_>>(),
        &looks.iter().map(|look| look.1).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
