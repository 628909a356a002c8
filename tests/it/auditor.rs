//! The auditor pings outside only when nothing is late.

use duban::app::App;
use duban::config::Settings;
use duban::service::{Plan, open};
use duban::workers::auditor;
use std::sync::Arc;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::harness::{database, plan};

async fn app(heartbeat: &MockServer) -> Arc<App> {
    let vars = [("DUBAN_HEARTBEAT_URL".to_owned(), format!("{}/ping/secret-path", heartbeat.uri()))];
    let settings = Settings::from_vars(vars).unwrap();
    open(Plan { settings, ..plan(&database("template_sample").await) }, Vec::new()).unwrap()
}

async fn pings(heartbeat: &MockServer) -> usize {
    heartbeat.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_clean_day_pings_and_a_late_message_does_not() {
    let heartbeat = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&heartbeat).await;
    let app = app(&heartbeat).await;
    // The import's own audit rows wait for their seal, and its items for the first sweep.
    duban::store::audit::seal(&app.work, app.clock.now().utc, app.clock.now().utc).await.unwrap();
    assert!(auditor::step(&app).await.unwrap().is_nothing());
    assert_eq!(pings(&heartbeat).await, 1);
    sqlx::raw_sql(
        "INSERT INTO outbox (kind, lane, platform, chat, payload, on_doubt, created_at)
         VALUES ('answer', 'chat', 'nobody', '1', '{}', 'repeat', now() - interval '1 hour')",
    )
    .execute(&app.work)
    .await
    .unwrap();
    assert_eq!(auditor::step(&app).await.unwrap().messages, 1);
    assert_eq!(pings(&heartbeat).await, 1);
}

#[tokio::test]
async fn a_heartbeat_that_refuses_is_told_without_its_address() {
    let heartbeat = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(500)).mount(&heartbeat).await;
    let app = app(&heartbeat).await;
    duban::store::audit::seal(&app.work, app.clock.now().utc, app.clock.now().utc).await.unwrap();
    let error = format!("{:#}", auditor::step(&app).await.unwrap_err());
    assert!(!error.contains("secret-path"), "{error}");
}
