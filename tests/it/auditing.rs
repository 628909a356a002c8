//! The audit log: sealed in a chain that shows every later change.

use duban::app::real_now;
use duban::store::audit::{Chain, seal, verify};

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";

async fn sealed() -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await;
    for percent in 90..95 {
        bot.say(CONTACT, &format!("进度 16 {percent} 推进")).await;
        seal(&bot.pool, bot.app.clock.now().utc, real_now()).await.unwrap();
    }
    bot
}

#[tokio::test]
async fn the_chain_is_whole_and_holds_ids_only() {
    let bot = sealed().await;
    let Chain::Whole { seals, rows, unsealed } = verify(&bot.pool).await.unwrap() else { panic!("broken") };
    assert!(seals >= 5 && rows >= 5, "{seals} {rows}");
    assert_eq!(unsealed, 0);
    let details: Vec<serde_json::Value> =
        sqlx::query_scalar("SELECT details FROM audit").fetch_all(&bot.pool).await.unwrap();
    assert!(
        details.iter().all(|line| !line.to_string().contains("推进") && !line.to_string().contains("联络员"))
    );
}

#[tokio::test]
async fn a_changed_a_deleted_and_a_slipped_in_row_break_it() {
    for tamper in [
        "UPDATE audit SET details = details || '{\"percent\": 1}' WHERE id = (SELECT max(id) FROM audit)",
        "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
        "INSERT INTO audit (id, at, action, details) OVERRIDING SYSTEM VALUE VALUES (0, now(), 'report', '{}')",
        "DELETE FROM audit_seal WHERE number = 2",
        "UPDATE audit_seal SET last = last + 1 WHERE number = 2",
        "UPDATE audit_seal SET missing = ARRAY[last] WHERE number = 2",
    ] {
        let bot = sealed().await;
        sqlx::raw_sql(tamper).execute(&bot.pool).await.unwrap();
        assert!(matches!(verify(&bot.pool).await.unwrap(), Chain::Broken { .. }), "{tamper}");
    }
}

#[tokio::test]
async fn two_sealers_at_once_seal_each_row_once() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "进度 16 90 推进").await;
    let now = bot.app.clock.now().utc;
    let (a, b) = tokio::join!(seal(&bot.pool, now, real_now()), seal(&bot.pool, now, real_now()));
    assert!(a.is_ok() || b.is_ok());
    seal(&bot.pool, now, real_now()).await.unwrap();
    assert!(matches!(verify(&bot.pool).await.unwrap(), Chain::Whole { unsealed: 0, .. }));
}
