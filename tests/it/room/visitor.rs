//! A browser as tests see it, and a small town to visit: two units, their contacts, the office.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use duban::app::App;
use duban::config::{Settings, Switch};
use duban::domain::message::Body as Said;
use duban::domain::{ChatAddress, Incoming, Message, Outgoing};
use duban::service::{Plan, open};
use sqlx::PgPool;
use tower::ServiceExt;

use crate::harness::{database, plan};

const TOWN: &str = "
INSERT INTO unit (id, code, name, kind) VALUES
    ('00000000-0000-0000-0000-00000000000a', 'A', '紫岩县', 'county'),
    ('00000000-0000-0000-0000-00000000000b', 'B', '白沙县', 'county');
INSERT INTO post (id, unit, title, role) VALUES
    ('00000000-0000-0000-0001-00000000000a', '00000000-0000-0000-0000-00000000000a', '紫岩县联络员A', 'contact'),
    ('00000000-0000-0000-0001-00000000000b', '00000000-0000-0000-0000-00000000000b', '白沙县联络员A', 'contact');
INSERT INTO holder (id, post, platform, account, display_name, bound_at) VALUES
    ('00000000-0000-0000-0002-00000000000a', '00000000-0000-0000-0001-00000000000a', 'room', 'demo-a', '王敏', '2018-01-02'),
    ('00000000-0000-0000-0002-00000000000b', '00000000-0000-0000-0001-00000000000b', 'room', 'demo-b', '赵川', '2018-01-02');
INSERT INTO workday (day, is_work, name) VALUES ('2018-09-03', false, '测试假日');
";

/// The room of that town.
pub struct Town {
    pub app: Arc<App>,
    pub pool: PgPool,
    router: Router,
}

impl Town {
    pub async fn demo() -> Town {
        Town::open(|plan| plan.is_demo = true).await
    }

    pub async fn open(adjust: impl FnOnce(&mut Plan)) -> Town {
        let url = database("template_empty").await;
        let pool = PgPool::connect(&url).await.expect("connects");
        sqlx::raw_sql(TOWN).execute(&pool).await.expect("a town");
        let mut plan = plan(&url);
        adjust(&mut plan);
        let app = open(plan, Vec::new()).expect("opens");
        Town { router: duban::web::router(Arc::clone(&app)), app, pool }
    }

    /// In earnest: signing in by code, no personas.
    pub async fn real() -> Town {
        Town::open(|plan| plan.settings.room = Switch::On).await
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { town: self, cookie: None, headers: Vec::new(), last_event_id: None }
    }

    /// A browser that sat down as this persona.
    pub async fn seated(&self, account: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.post("/room/sit", &[("account", account)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    /// What the bot is handed now. There is something: an empty room would be waited for.
    pub async fn heard(&self, settled: i64) -> Vec<(i64, Incoming)> {
        let room = self.app.platform("room").expect("the room is open");
        let polled = room.poll(settled).await.expect("polls");
        polled.into_iter().map(|polled| (polled.number, polled.update)).collect()
    }

    /// The bot says something, as the sender would have it said.
    pub async fn bot_says(&self, id: i64, chat: &str, message: Message) {
        self.send(id, chat, Said::Message(message)).await;
    }

    pub async fn send(&self, id: i64, chat: &str, body: Said) {
        let to = ChatAddress { platform: "room".into(), chat: chat.into(), thread: None };
        let room = self.app.platform("room").expect("the room is open");
        let sent = room.send(&Outgoing { id, to, body, path: None }).await;
        assert!(matches!(sent, duban::platforms::Sent::Done(_)), "{sent:?}");
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect("counts")
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// Keeps a cookie and says where its requests come from, like browsers do.
#[derive(Clone)]
pub struct Browser<'a> {
    town: &'a Town,
    pub cookie: Option<String>,
    /// Sent with every request, instead of the honest ones of the same name.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The last event of a stream that broke off.
    pub last_event_id: Option<String>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.open(path).await;
        self.read(answer).await
    }

    /// The answer as it begins, its body not read yet.
    pub async fn open(&self, path: &str) -> axum::http::Response<Body> {
        self.call("GET", path, Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = encoded(form);
        let answer = self.call("POST", path, Body::from(body)).await;
        self.read(answer).await
    }

    pub async fn say(&mut self, account: &str, chat: &str, text: &str) -> Answer {
        self.post("/room/say", &[("as", account), ("chat", chat), ("text", text)]).await
    }

    /// A form with files (name, type, content), as browsers send it.
    pub async fn send(&mut self, form: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in form {
            let part =
                format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (name, kind, content) in files {
            let part = format!(
                "--line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
            );
            body.extend(part.into_bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--line--\r\n");
        self.headers.push(("content-type", "multipart/form-data; boundary=line"));
        let answer = self.call("POST", "/room/files", Body::from(body)).await;
        self.headers.pop();
        self.read(answer).await
    }

    async fn call(&self, method: &str, path: &str, body: Body) -> axum::http::Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        let honest = [
            ("host", "localhost:8080"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let kept = honest.iter().filter(|(name, _)| self.headers.iter().all(|(other, _)| other != name));
        // An empty value leaves the header out.
        for (name, value) in kept.chain(&self.headers).filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("other=1; {cookie}"));
        }
        if let Some(id) = &self.last_event_id {
            request = request.header("last-event-id", id);
        }
        let request = request.body(body).expect("a request");
        self.town.router.clone().oneshot(request).await.expect("infallible")
    }

    async fn read(&mut self, answer: axum::http::Response<Body>) -> Answer {
        let (parts, body) = answer.into_parts();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            let pair = cookie.to_str().expect("text").split(';').next().unwrap_or_default();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    form.iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

pub fn settings(pairs: &[(&str, &str)]) -> Settings {
    Settings::from_vars(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
        .expect("settings")
}
