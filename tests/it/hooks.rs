//! The whole way over HTTP: a Bot API server on loopback, the webhook, the commit, the answer.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use duban::config::Settings;
use duban::service::{Plan, Service};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::harness::{china, database, elsewhere, plan};

const SECRET: &str = "DhGQPAcg92ADu7wKeNofNdGs4XomGwH4WNQN_-Ab";

/// A Bot API server that says yes to everything and remembers what it was asked.
#[derive(Default)]
struct BotApi {
    calls: Mutex<Vec<(String, Value)>>,
    called: Notify,
}

async fn bot_api() -> (String, Arc<BotApi>) {
    async fn call(
        State(api): State<Arc<BotApi>>,
        Path((_, method)): Path<(String, String)>,
        body: Option<Json<Value>>,
    ) -> Json<Value> {
        let body = body.map(|Json(body)| body).unwrap_or_default();
        let result = match method.to_lowercase().as_str() {
            "getme" => json!({
                "id": 7255925334u64, "is_bot": true, "first_name": "duban", "username": "duban_bot",
                "can_join_groups": true, "can_read_all_group_messages": true, "supports_inline_queries": false,
                "can_connect_to_business": false, "has_main_web_app": false
            }),
            "sendmessage" => json!({
                "message_id": 1, "date": 0, "chat": {"id": body["chat_id"], "type": "private", "first_name": "x"},
                "text": body["text"]
            }),
            _ => json!(true),
        };
        api.calls.lock().unwrap().push((method.to_lowercase(), body));
        api.called.notify_waiters();
        Json(json!({"ok": true, "result": result}))
    }
    let api = Arc::new(BotApi::default());
    let router = Router::new().route("/{bot}/{method}", post(call).get(call)).with_state(Arc::clone(&api));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), api)
}

impl BotApi {
    /// Waits for the next message sent to this chat that contains these words.
    async fn expect(&self, words: &str) -> Value {
        loop {
            let called = self.called.notified();
            let found = self.calls.lock().unwrap().iter().find_map(|(method, body)| {
                let said =
                    method == "sendmessage" && body["text"].as_str().is_some_and(|text| text.contains(words));
                said.then(|| body.clone())
            });
            match found {
                Some(body) => return body,
                None => called.await,
            }
        }
    }
}

struct World {
    url: String,
    service: Service,
    api: Arc<BotApi>,
    pool: PgPool,
    http: reqwest::Client,
}

async fn world() -> World {
    let url = database("template_sample").await;
    let (api_url, api) = bot_api().await;
    let vars = [
        ("DUBAN_LISTEN", "127.0.0.1:0"),
        ("DUBAN_TELEGRAM_TOKEN", "7255925334:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("DUBAN_TELEGRAM_SECRET", SECRET),
        ("DUBAN_TELEGRAM_API_URL", &api_url),
    ];
    let settings = Settings::from_vars(vars.map(|(n, v)| (n.to_owned(), v.to_owned()))).unwrap();
    let service = Service::start(Plan { settings, ..plan(&url) }).await.unwrap();
    let pool = PgPool::connect(&url).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    World { url, service, api, pool, http }
}

impl World {
    async fn post(&self, secret: Option<&str>, body: String) -> u16 {
        let mut request = self
            .http
            .post(format!("http://{}/hooks/telegram", self.service.address))
            .header("content-type", "application/json")
            .body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send().await.unwrap().status().as_u16()
    }

    async fn get(&self, path: &str, header: Option<(&str, &str)>) -> (u16, String) {
        let mut request = self.http.get(format!("http://{}{path}", self.service.address));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    async fn bind(&self, account: &str, post: &str) {
        sqlx::query(
            "INSERT INTO holder (id, post, platform, account, bound_at)
             SELECT $1, id, 'telegram', $2, $4 FROM post WHERE title = $3",
        )
        .bind(Uuid::now_v7())
        .bind(account)
        .bind(post)
        .bind(china("2018-01-02 09:00"))
        .execute(&self.pool)
        .await
        .unwrap();
    }
}

fn update(id: i64, from: i64, text: &str) -> String {
    json!({
        "update_id": id,
        "message": {
            "message_id": id, "date": 1535677200, "text": text,
            "from": {"id": from, "is_bot": false, "first_name": "王"},
            "chat": {"id": from, "type": "private", "first_name": "王"}
        }
    })
    .to_string()
}

#[tokio::test]
async fn a_report_travels_from_the_webhook_to_the_answer_and_a_repeat_changes_nothing() {
    let world = world().await;
    world.bind("4346461239", "紫岩县联络员A").await;
    let body = update(1, 4346461239, "进度 16 90 设备已到货");
    for _ in 0..3 {
        assert_eq!(world.post(Some(SECRET), body.clone()).await, 200);
    }
    let answer = world.api.expect("85% → 90%").await;
    assert_eq!(answer["chat_id"].to_string().trim_matches('"'), "4346461239");
    assert_eq!(world.count("SELECT count(*) FROM report WHERE text = '设备已到货' AND effective_on = '2018-08-31' AND percent = 90").await, 1);
    world.service.stop().await;
}

#[tokio::test]
async fn every_recorded_update_is_answered_as_the_platform_expects() {
    let world = world().await;
    let file: Value = serde_json::from_slice(include_bytes!("../fixtures/telegram/vectors.json")).unwrap();
    let mut tried = 0;
    for vector in file["vectors"].as_array().unwrap() {
        if !["update", "secret_header"].contains(&vector["kind"].as_str().unwrap()) {
            continue;
        }
        let header = vector["input"]["headers"]["X-Telegram-Bot-Api-Secret-Token"].as_str();
        let body = vector["input"]["body"].as_str().unwrap().to_owned();
        let expected = match (vector["expect"]["accept"].as_bool(), vector["expect"]["reason"].as_str()) {
            // Rightly signed and unreadable: recorded, so that the platform does not come again for ever.
            (Some(true), _) | (Some(false), Some("parse")) => 200,
            _ => 401,
        };
        assert_eq!(world.post(header, body).await, expected, "{}", vector["id"]);
        tried += 1;
    }
    assert_eq!(tried, 55);
    assert!(world.count("SELECT count(*) FROM poison WHERE key LIKE 'unreadable/%'").await > 0);
    world.service.stop().await;
}

#[tokio::test]
async fn strangers_large_bodies_and_unknown_platforms_are_turned_away() {
    let world = world().await;
    assert_eq!(world.post(None, update(1, 2, "帮助")).await, 401);
    assert_eq!(world.post(Some("wrong"), update(1, 2, "帮助")).await, 401);
    assert_eq!(world.post(Some(SECRET), "x".repeat(1_100_000)).await, 413);
    let nowhere =
        world.http.post(format!("http://{}/hooks/nowhere", world.service.address)).send().await.unwrap();
    assert_eq!(nowhere.status().as_u16(), 404);
    // The room takes nothing from outside, whether it is on or not.
    let room = world.http.post(format!("http://{}/hooks/room", world.service.address)).send().await.unwrap();
    assert_eq!(room.status().as_u16(), 404);
    world.service.stop().await;
}

#[tokio::test]
async fn health_readiness_and_figures() {
    let world = world().await;
    assert_eq!(world.get("/healthz", None).await.0, 200);
    assert_eq!(world.get("/readyz", None).await.0, 200);
    assert_eq!(world.get("/metrics", None).await.0, 200);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        assert_eq!(world.get("/metrics", Some((header, "10.0.0.1"))).await.0, 403, "{header}");
    }
    sqlx::raw_sql("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .execute(&world.pool)
        .await
        .unwrap();
    let (status, text) = world.get("/readyz", None).await;
    assert_eq!(status, 503);
    assert!(text.contains("duban migrate"), "{text}");
    world.service.stop().await;
}

#[tokio::test]
async fn a_poisoned_update_is_recorded_the_fifth_time_and_blocks_nobody() {
    let world = world().await;
    world.bind("4346461239", "紫岩县联络员A").await;
    // A value that no version has written: reading the item fails, every time.
    sqlx::raw_sql("UPDATE item SET status = 'haunted', version = version + 1 WHERE number = 16")
        .execute(&world.pool)
        .await
        .unwrap();
    let body = update(5, 4346461239, "进度 16 90 设备已到货");
    for _ in 0..4 {
        assert_eq!(world.post(Some(SECRET), body.clone()).await, 500);
    }
    assert_eq!(world.post(Some(SECRET), body.clone()).await, 200);
    let apology = world.api.expect("没能处理").await;
    let reference: String = sqlx::query_scalar("SELECT reference FROM poison WHERE key = '5'")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    assert!(apology["text"].as_str().unwrap().contains(&reference));
    assert_eq!(world.post(Some(SECRET), body).await, 200);
    assert_eq!(world.post(Some(SECRET), update(6, 4346461239, "我是谁")).await, 200);
    world.api.expect("紫岩县联络员A").await;
    world.service.stop().await;
}

#[tokio::test]
async fn a_database_that_is_away_makes_it_come_again_and_counts_nothing() {
    let world = world().await;
    world.bind("4346461239", "紫岩县联络员A").await;
    let body = update(7, 4346461239, "进度 16 90 设备已到货");
    let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&world.pool).await.unwrap();
    let mut admin = elsewhere().await;
    // New connections are refused, old ones cut.
    for away in [
        format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(away)).execute(&mut admin).await.unwrap();
    }
    assert_eq!(world.post(Some(SECRET), body.clone()).await, 503);
    let back = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
    sqlx::raw_sql(sqlx::AssertSqlSafe(back)).execute(&mut admin).await.unwrap();
    // Each pooled connection that was cut is found out once; the platform comes again.
    let mut tries = 0;
    while world.post(Some(SECRET), body.clone()).await == 503 {
        tries += 1;
        assert!(tries < 30, "it does not recover");
    }
    world.api.expect("85% → 90%").await;
    let pool = PgPool::connect(&world.url).await.unwrap();
    let poisoned: i64 = sqlx::query_scalar("SELECT count(*) FROM poison").fetch_one(&pool).await.unwrap();
    assert_eq!(poisoned, 0);
    world.service.stop().await;
}
