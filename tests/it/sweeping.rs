//! The sweep at its edges: a unit with more items than a chunk holds, and rows that somebody else holds.

use duban::workers::sweep::{Turn, step, turn};

use crate::harness::Bot;

const BJ: &str = "滨江区联络员A";

/// More items of one unit, all like the 30th; more than one chunk holds.
async fn with_many_items(bot: &Bot) {
    let copies = "WITH copied AS (
            INSERT INTO item
            SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'number', 1000 + n))).*
            FROM item i CROSS JOIN generate_series(1, 2100) AS n
            WHERE i.number = 30
            RETURNING id
        )
        INSERT INTO item_text
        SELECT (jsonb_populate_record(t, jsonb_build_object('item', c.id))).*
        FROM copied c CROSS JOIN item_text t JOIN item i ON i.id = t.item AND i.number = 30";
    sqlx::raw_sql(copies).execute(&bot.pool).await.unwrap();
}

#[tokio::test]
async fn a_unit_that_two_chunks_share_is_told_in_one_message() {
    let mut bot = Bot::new().await.person(BJ).await;
    with_many_items(&bot).await;
    let first = step(&bot.app).await.unwrap();
    assert!(!first.has_conflicts && first.items < 2100, "{first:?}");
    bot.sweep().await;
    let rows = "SELECT count(*) FROM outbox o JOIN unit u ON u.id = o.audience_unit
                WHERE u.name = '滨江区' AND o.kind = 'warning'";
    assert_eq!(bot.count(rows).await, 2, "a row for each chunk");
    bot.advance("2018-09-03 09:01").await;
    let told = bot.read(BJ);
    assert!(told.contains("2103 项需要留意") && !told.contains("\n---\n"), "{told}");
    assert!(told.contains("本月向你发出 1 条"), "{told}");
}

#[tokio::test]
async fn what_somebody_holds_is_looked_at_when_it_is_free() {
    let bot = Bot::new().await;
    bot.sweep().await;
    sqlx::raw_sql("UPDATE item SET next_check_on = '2018-08-31' WHERE number = 30")
        .execute(&bot.pool)
        .await
        .unwrap();
    let mut holder = bot.pool.begin().await.unwrap();
    sqlx::raw_sql("SELECT 1 FROM item WHERE number = 30 FOR UPDATE").execute(&mut *holder).await.unwrap();
    // A whole chunk in other hands: the sweep says so, and comes again in a moment.
    assert_eq!(turn(&bot.app).await.unwrap(), Turn { items: 0, has_conflicts: true });
    holder.rollback().await.unwrap();
    assert_eq!(turn(&bot.app).await.unwrap(), Turn { items: 1, has_conflicts: false });
    assert_eq!(turn(&bot.app).await.unwrap(), Turn::default());
}
