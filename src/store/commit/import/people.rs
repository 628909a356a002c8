//! Round, units and posts of an import: written before the items that refer to them.
//! A few hundred rows at most.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::ledger_file::{Moved, PostStep, RoundStep, UnitNow, UnitStep, What};

/// A round that is new.
pub(super) async fn round(conn: &mut PgConnection, round: &RoundStep<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO round (id, name)
        VALUES ($1, $2)
        "#,
        round.id,
        round.name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Units carry no version: the locked rows are compared with what was read, column by column.
pub(super) async fn units(conn: &mut PgConnection, steps: &[UnitStep<'_>]) -> sqlx::Result<Option<Moved>> {
    let known: Vec<Uuid> = steps.iter().filter(|step| step.was.is_some()).map(|step| step.id).collect();
    let locked = sqlx::query_as!(
        UnitNow,
        r#"
        SELECT id, code, name, kind, parent, aliases
        FROM unit
        WHERE id = ANY($1)
        ORDER BY id
        FOR NO KEY UPDATE
        "#,
        &known,
    )
    .fetch_all(&mut *conn)
    .await?;
    let moved = steps.iter().find(|step| step.was.is_some_and(|was| !locked.contains(was)));
    if let Some(step) = moved {
        return Ok(Some(Moved::Unit(step.name.to_owned())));
    }
    for step in steps {
        // Arrays of aliases do not unnest to rows: one by one.
        match step.what {
            What::Insert => {
                sqlx::query!(
                    r#"
                    INSERT INTO unit (id, code, name, kind, parent, aliases)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    "#,
                    step.id,
                    step.code,
                    step.name,
                    step.kind,
                    step.parent,
                    step.aliases,
                )
                .execute(&mut *conn)
                .await?;
            }
            What::Update(_) => {
                sqlx::query!(
                    r#"
                    UPDATE unit
                    SET name = $2,
                        kind = $3,
                        parent = $4,
                        aliases = $5
                    WHERE id = $1
                    "#,
                    step.id,
                    step.name,
                    step.kind,
                    step.parent,
                    step.aliases,
                )
                .execute(&mut *conn)
                .await?;
            }
            What::Unchanged => {}
        }
    }
    Ok(None)
}

pub(super) async fn posts(conn: &mut PgConnection, steps: &[PostStep<'_>]) -> sqlx::Result<Option<Moved>> {
    let changed: Vec<&PostStep<'_>> = steps.iter().filter(|step| step.what != What::Insert).collect();
    let ids: Vec<Uuid> = changed.iter().map(|step| step.id).collect();
    let locked = sqlx::query!(
        r#"
        SELECT id, version
        FROM post
        WHERE id = ANY($1)
        ORDER BY id
        FOR NO KEY UPDATE
        "#,
        &ids,
    )
    .fetch_all(&mut *conn)
    .await?;
    let holds =
        |step: &PostStep<'_>| locked.iter().any(|row| row.id == step.id && row.version + 1 == step.version);
    if let Some(step) = changed.iter().find(|step| !holds(step)) {
        return Ok(Some(Moved::Post(step.title.to_owned())));
    }
    let roles: Vec<&str> = changed.iter().map(|step| step.role.code()).collect();
    sqlx::query!(
        r#"
        UPDATE post
        SET role = next.role,
            version = version + 1
        FROM UNNEST($1::uuid[], $2::text[]) AS next (id, role)
        WHERE post.id = next.id
        "#,
        &ids,
        &roles as &[&str],
    )
    .execute(&mut *conn)
    .await?;
    let new: Vec<&PostStep<'_>> = steps.iter().filter(|step| step.what == What::Insert).collect();
    let ids: Vec<Uuid> = new.iter().map(|step| step.id).collect();
    let units: Vec<Uuid> = new.iter().map(|step| step.unit).collect();
    let titles: Vec<&str> = new.iter().map(|step| step.title).collect();
    let roles: Vec<&str> = new.iter().map(|step| step.role.code()).collect();
    sqlx::query!(
        r#"
        INSERT INTO post (id, unit, title, role)
        SELECT id, unit, title, role
        FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS next (id, unit, title, role)
        "#,
        &ids,
        &units,
        &titles as &[&str],
        &roles as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(None)
}
