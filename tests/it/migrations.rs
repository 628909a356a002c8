//! Migrations meet old data: each is applied on the sample rows of those before it.

use std::fs;
use std::path::Path;

use duban::store::MIGRATOR;
use duban::store::migrations::{State, run, state};
use sqlx::{Executor, PgPool};

use crate::harness::{bare_database, database};

#[tokio::test]
async fn every_migration_applies_on_sample_rows_of_the_ones_before() {
    let pool = PgPool::connect(&bare_database().await).await.unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/migrations");
    for migration in MIGRATOR.iter() {
        pool.execute(sqlx::raw_sql(migration.sql.clone()))
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", migration.description));
        let sample = fixtures.join(format!("{}.sql", migration.version));
        let rows = fs::read_to_string(&sample).unwrap_or_else(|_| {
            panic!("{} wants sample rows in {}", migration.description, sample.display())
        });
        pool.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(rows)))
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", sample.display()));
    }
}

#[test]
fn a_new_column_that_may_not_be_null_has_a_default() {
    for migration in MIGRATOR.iter() {
        for statement in migration.sql.as_str().split(';').filter(|s| s.contains("ADD COLUMN")) {
            assert!(!statement.contains("NOT NULL") || statement.contains("DEFAULT"), "{statement}");
        }
    }
}

#[test]
fn every_constraint_and_index_has_a_name_of_ours() {
    for migration in MIGRATOR.iter() {
        for line in migration.sql.as_str().lines() {
            let bare = line.trim_start();
            for kind in ["PRIMARY KEY", "UNIQUE (", "CHECK (", "FOREIGN KEY"] {
                assert!(
                    !bare.contains(kind) || bare.starts_with("CONSTRAINT ") || bare.starts_with("--"),
                    "{}: {line}",
                    migration.description
                );
            }
        }
    }
}

#[tokio::test]
async fn an_older_program_on_a_newer_schema_refuses_with_a_sentence() {
    let pool = PgPool::connect(&database("template_empty").await).await.unwrap();
    assert_eq!(state(&pool).await.unwrap(), State::Current);
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (29990101000000, 'from the future', true, '', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    assert_eq!(state(&pool).await.unwrap(), State::Newer);
    let refused = run(&pool).await.unwrap_err().to_string();
    assert!(refused.contains("旧版不能启动") && refused.contains("newer"), "{refused}");
}

#[tokio::test]
async fn a_database_without_the_schema_is_told_so() {
    let pool = PgPool::connect(&bare_database().await).await.unwrap();
    assert!(matches!(state(&pool).await.unwrap(), State::Behind(n) if n > 0));
}
