//! The world of a test: a real PostgreSQL (one throwaway server per run, a migrated template database,
//! one copy per test), the real app, and one fake at the edge: a platform that records what it is given.
//! Time moves only when a test says so. A test that leaves messages unread fails.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use duban::app::{App, Clock};
use duban::cluster::{Cluster, OpenOptions, Profile};
use duban::commands::dispatch::Outcome;
use duban::config::Settings;
use duban::domain::message::Body;
use duban::domain::{Attachment, Both, ChatAddress, Incoming, Message, Outgoing, What};
use duban::platforms::{Can, Fetched, Limit, Platform, Received, Sent, WebhookRequest};
use duban::service::{Plan, open};
use duban::workers::{clerk, daily, fetcher, sender, sweep};
use futures_util::future::BoxFuture;
use sqlx::{Connection, Executor, PgConnection, PgPool};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

/// The demo's first moment, and that of every test.
pub const START: &str = "2018-08-31 09:00";

static SERVER: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU64 = AtomicU64::new(0);

/// The run's server, with its template: migrated, the sample ledger imported.
fn server() -> &'static Cluster {
    SERVER.get_or_init(|| {
        // Its own thread and runtime: the first test's runtime ends before the last test.
        std::thread::spawn(|| {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            let cluster = runtime.block_on(async {
                let options = OpenOptions { profile: Profile::Throwaway, pg_bin: None };
                let cluster = Cluster::open(options, &|_| ()).await.expect("PostgreSQL starts");
                make_template(&cluster, "template_empty", false).await;
                make_template(&cluster, "template_sample", true).await;
                cluster
            });
            // The server's guard lives as long as the process.
            std::mem::forget(runtime);
            cluster
        })
        .join()
        .expect("the server's thread")
    })
}

async fn make_template(cluster: &Cluster, name: &str, with_sample: bool) {
    let mut admin = PgConnection::connect(&cluster.url()).await.expect("connects");
    admin
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))))
        .await
        .expect("creates");
    let pool = PgPool::connect(&cluster.url_for(name)).await.expect("connects");
    duban::store::migrations::run(&pool).await.expect("migrates");
    if with_sample {
        duban::cli::sample::load(&pool).await.expect("the sample ledger is imported");
    }
    pool.close().await;
}

/// A database of one's own: empty but migrated, or with the sample ledger. Returns its URL.
pub async fn database(template: &str) -> String {
    let cluster = server();
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&cluster.url()).await.expect("connects");
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
    admin.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(create))).await.expect("a copy of the template");
    cluster.url_for(&name)
}

/// A database of one's own with nothing in it. Returns its URL.
pub async fn bare_database() -> String {
    database("template1").await
}

/// Somewhere else on the same server, for what cannot be done to a database from inside.
pub async fn elsewhere() -> PgConnection {
    PgConnection::connect(&server().url()).await.expect("connects")
}

/// A moment in China.
pub fn china(text: &str) -> DateTime<Utc> {
    let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    Shanghai.from_local_datetime(&naive).single().expect("unique").with_timezone(&Utc)
}

/// The one fake: records what it is given, and answers as told.
#[derive(Default)]
pub struct FakePlatform {
    said: Mutex<BTreeMap<String, VecDeque<Message>>>,
    /// The last buttons of each chat, newest last: label and line.
    buttons: Mutex<Vec<(String, String, String)>>,
    toasts: Mutex<VecDeque<String>>,
    /// Messages that were edited, as they read now, by their id.
    pub cards: Mutex<BTreeMap<String, Message>>,
    next: AtomicI64,
    /// Answers for the next sends, instead of success.
    pub outcomes: Mutex<VecDeque<Sent>>,
    /// Hears only what is addressed to it in groups.
    pub is_deaf: AtomicBool,
    /// Decides by itself who is in its groups.
    pub knows_groups: AtomicBool,
    /// Where sends stop until they are let go on: the process around them is killed or paused there.
    pub freezes: Mutex<Option<Freeze>>,
    /// How many have stopped there.
    pub frozen: watch::Sender<usize>,
    pub thawed: Notify,
    /// Every attempt, in order: chat and text.
    pub attempts: Mutex<Vec<(String, String)>>,
    /// Where the files lie that were sent with messages, the newest last.
    pub given: Mutex<Vec<PathBuf>>,
    /// What its files hold.
    pub contents: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Answers for the next fetches, instead of the content.
    pub fetches: Mutex<VecDeque<Fetched>>,
    /// Every file that was asked for, in order.
    pub asked_for: Mutex<Vec<String>>,
}

/// A moment of a send.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Freeze {
    /// Nothing is on the wire.
    BeforeItArrives,
    /// It is there, and nobody here knows.
    AfterItArrived,
}

impl FakePlatform {
    async fn freeze(&self, at: Freeze) {
        if *self.freezes.lock().unwrap() == Some(at) {
            self.frozen.send_modify(|sends| *sends += 1);
            self.thawed.notified().await;
        }
    }
}

impl Platform for FakePlatform {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn title(&self) -> Both {
        Both { zh: "fake", en: "fake" }
    }

    fn pace(&self) -> &'static [Limit] {
        &[]
    }

    fn can(&self) -> Can {
        Can::default()
    }

    fn is_group(&self, chat: &str) -> bool {
        chat.starts_with('-')
    }

    fn bind_link(&self, code: &str) -> Option<String> {
        Some(format!("https://fake.example/start={code}"))
    }

    fn is_deaf(&self) -> bool {
        self.is_deaf.load(Ordering::Relaxed)
    }

    fn knows_groups(&self) -> bool {
        self.knows_groups.load(Ordering::Relaxed)
    }

    fn receive(&self, _: &WebhookRequest) -> Received {
        Received::Unauthorised
    }

    fn fetch<'a>(
        &'a self,
        file: &'a str,
        limit: u64,
        to: &'a mut (dyn AsyncWrite + Send + Unpin),
    ) -> BoxFuture<'a, Fetched> {
        Box::pin(async move {
            self.asked_for.lock().unwrap().push(file.to_owned());
            if let Some(outcome) = self.fetches.lock().unwrap().pop_front() {
                return outcome;
            }
            let content = self.contents.lock().unwrap().get(file).cloned();
            let Some(content) = content else { return Fetched::Gone("no such file".into()) };
            if content.len() as u64 > limit {
                return Fetched::TooBig;
            }
            to.write_all(&content).await.expect("the disk takes it");
            to.flush().await.expect("the disk takes it");
            Fetched::Done
        })
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            let text = match &message.body {
                Body::Message(m) | Body::Edit { message: m, .. } => m.text.bare(),
                Body::Toast { text, .. } => text.clone(),
            };
            self.freeze(Freeze::BeforeItArrives).await;
            self.attempts.lock().unwrap().push((message.to.chat.clone(), text.clone()));
            if let Some(outcome) = self.outcomes.lock().unwrap().pop_front() {
                return outcome;
            }
            match &message.body {
                Body::Message(m) => {
                    self.given.lock().unwrap().extend(message.path.clone());
                    let pressable =
                        m.buttons.iter().flatten().map(|button| {
                            (message.to.chat.clone(), button.label.clone(), button.says.clone())
                        });
                    self.buttons.lock().unwrap().extend(pressable);
                    self.said
                        .lock()
                        .unwrap()
                        .entry(message.to.chat.clone())
                        .or_default()
                        .push_back(m.clone());
                }
                Body::Edit { message_id, message: m } => {
                    self.cards.lock().unwrap().insert(message_id.clone(), m.clone());
                    return Sent::Done(message_id.clone());
                }
                Body::Toast { .. } => self.toasts.lock().unwrap().push_back(text),
            }
            self.freeze(Freeze::AfterItArrived).await;
            Sent::Done(self.next.fetch_add(1, Ordering::Relaxed).to_string())
        })
    }
}

fn masked(says: &str) -> String {
    let mut words: Vec<&str> = says.splitn(3, ' ').collect();
    if words.len() == 3 && ["答", "answer"].contains(&words[0]) {
        words[1] = "·";
    }
    let says = words.join(" ");
    match says.rsplit_once(' ') {
        Some((before, token)) if Uuid::try_parse(token).is_ok() => format!("{before} ·"),
        _ => says,
    }
}

/// A running duban without doors, and people who talk to it.
pub struct Bot {
    pub app: Arc<App>,
    pub fake: Arc<FakePlatform>,
    pub pool: PgPool,
    pub url: String,
    updates: u64,
    pub sender: sender::Sender,
    pub fetcher: fetcher::Fetcher,
    pub clerk: clerk::Clerk,
    pub daily: daily::Daily,
    pub data: tempfile::TempDir,
    /// Read the rest oneself: a test about trouble says so.
    pub leave_unread: bool,
}

/// Settings of a test: nothing from the environment.
pub fn settings() -> Settings {
    Settings::from_vars(Vec::new()).expect("defaults")
}

/// A plan for a service on this database whose clock shows `START`.
pub fn plan(url: &str) -> Plan {
    Plan {
        settings: settings(),
        database_url: url.to_owned(),
        clock: Clock::showing(china(START)),
        is_demo: false,
        poll: false,
        figures: None,
    }
}

impl Bot {
    /// With the sample ledger, on 2018-08-31 at 09:00. Its sign-offs are not looked at again: that has a test of its
    /// own, and would be told in every other one that lets months go by.
    pub async fn new() -> Bot {
        let bot = Bot::with_looks().await;
        sqlx::query("DELETE FROM recheck").execute(&bot.pool).await.expect("no looks back");
        bot
    }

    pub async fn with_looks() -> Bot {
        Bot::on(database("template_sample").await).await
    }

    /// On this database; several bots on one database are replicas.
    pub async fn on(url: String) -> Bot {
        let fake = Arc::new(FakePlatform::default());
        let data = tempfile::tempdir().expect("a folder");
        let mut plan = plan(&url);
        plan.settings.data_dir = data.path().to_owned();
        let app = open(plan, vec![Arc::clone(&fake) as Arc<dyn Platform>]).expect("opens");
        let pool = PgPool::connect(&url).await.expect("connects");
        let sender = sender::Sender::new(Arc::clone(&app), Arc::clone(&fake) as Arc<dyn Platform>);
        let fetcher = fetcher::Fetcher::new(Arc::clone(&app));
        let clerk = clerk::Clerk::new(Arc::clone(&app));
        let daily = daily::Daily::new(Arc::clone(&app));
        Bot { app, fake, pool, url, updates: 0, sender, fetcher, clerk, daily, data, leave_unread: false }
    }

    /// Lets somebody hold a post: the account is the post's title. Returns the bot for chaining.
    pub async fn person(self, post: &str) -> Bot {
        self.bind(post, post).await;
        self
    }

    /// Binds an account to a post, as the past would have left it.
    pub async fn bind(&self, account: &str, post: &str) {
        let bound = sqlx::query(
            "INSERT INTO holder (id, post, platform, account, bound_at)
             SELECT $1, p.id, 'fake', $2, $4 FROM post p WHERE p.title = $3",
        )
        .bind(Uuid::now_v7())
        .bind(account)
        .bind(post)
        .bind(china("2018-01-02 09:00"))
        .execute(&self.pool)
        .await
        .expect("binds");
        assert_eq!(bound.rows_affected(), 1, "one post is called {post}");
    }

    /// A group that the office has confirmed as this unit's own.
    pub async fn unit_group(&self, chat: &str, unit: &str) {
        sqlx::query(
            "INSERT INTO chat (id, platform, chat, is_private, purpose, units, confirmed)
             SELECT $1, 'fake', $2, false, 'unit', ARRAY[u.id], true FROM unit u WHERE u.name = $3",
        )
        .bind(Uuid::now_v7())
        .bind(chat)
        .bind(unit)
        .execute(&self.pool)
        .await
        .expect("a group");
    }

    /// An update of this account in this chat, not handed over yet.
    pub fn update(&mut self, account: &str, chat: &str, what: What) -> Incoming {
        self.updates += 1;
        Incoming {
            update_id: self.updates.to_string(),
            chat: ChatAddress { platform: "fake".into(), chat: chat.into(), thread: None },
            chat_title: String::new(),
            private: !chat.starts_with('-'),
            account: Some(account.into()),
            unit: None,
            display_name: account.into(),
            message_id: Some(format!("m{}", self.updates)),
            what,
            files: Vec::new(),
        }
    }

    /// Hands an update over and lets the answers leave.
    pub async fn deliver(&mut self, update: &Incoming) -> Outcome {
        let outcome = self.app.desk.handle(update, self.app.clock.now()).await;
        self.send_all().await;
        outcome
    }

    /// Says something in private; returns the answers.
    pub async fn say(&mut self, account: &str, text: &str) -> String {
        self.say_in(account, account, text).await
    }

    /// Says something in a chat; returns the answers given there.
    pub async fn say_in(&mut self, chat: &str, account: &str, text: &str) -> String {
        let addressed = !chat.starts_with('-');
        let what = What::Said { text: text.into(), addressed, edited: false };
        let update = self.update(account, chat, what);
        assert_eq!(self.deliver(&update).await, Outcome::Settled);
        self.read(chat)
    }

    /// Sends files with words (or none) in private; returns the answers.
    pub async fn send(&mut self, account: &str, text: &str, files: &[Attachment]) -> String {
        self.send_in(account, account, text, files).await
    }

    /// Sends files in a chat, each a message of its own as platforms do, the words with the first one.
    pub async fn send_in(&mut self, chat: &str, account: &str, text: &str, files: &[Attachment]) -> String {
        for (at, file) in files.iter().enumerate() {
            let text = if at == 0 { text } else { "" };
            let addressed = !chat.starts_with('-');
            let what = What::Said { text: text.into(), addressed, edited: false };
            let mut update = self.update(account, chat, what);
            update.files = vec![file.clone()];
            assert_eq!(self.deliver(&update).await, Outcome::Settled);
        }
        self.read(chat)
    }

    /// Lets every job be tried that is still to be done, whatever pause it makes; then what is said leaves.
    pub async fn fetch_all(&mut self) {
        loop {
            sqlx::raw_sql("UPDATE job SET next_try_at = now() - interval '1 second' WHERE state = 'due'")
                .execute(&self.pool)
                .await
                .expect("the pauses pass");
            if self.fetcher.step().await.expect("the fetcher works") == 0 {
                break;
            }
        }
        self.send_all().await;
    }

    /// Lets the clerk make every document that was asked for, whatever pause it makes; then they leave.
    pub async fn make_all(&mut self) {
        loop {
            sqlx::raw_sql("UPDATE job SET next_try_at = now() - interval '1 second' WHERE state = 'due'")
                .execute(&self.pool)
                .await
                .expect("the pauses pass");
            if self.clerk.step().await.expect("the clerk works") == 0 {
                break;
            }
        }
        self.send_all().await;
    }

    /// Asks for a document in private and has it made: the words beside it, and what it holds.
    pub async fn document(&mut self, account: &str, line: &str) -> (String, Vec<u8>) {
        let answer = self.say(account, line).await;
        // Something said unasked may have come before it.
        assert!(answer.contains("正在做"), "{line} → {answer}");
        self.make_all().await;
        let said = self.read(account);
        let file = self.fake.given.lock().unwrap().pop();
        let file = file.unwrap_or_else(|| panic!("{line} → {said}"));
        (said, std::fs::read(file).expect("the file is kept"))
    }

    /// Presses a button; returns the toast and the answers in the chat.
    pub async fn press(&mut self, chat: &str, account: &str, says: &str) -> (String, String) {
        let what = What::Pressed { press_id: format!("p{}", self.updates), data: says.into() };
        let update = self.update(account, chat, what);
        assert_eq!(self.deliver(&update).await, Outcome::Settled);
        let toast = self.fake.toasts.lock().unwrap().pop_front().unwrap_or_default();
        (toast, self.read(chat))
    }

    /// Presses the newest button of a chat whose label begins so.
    pub async fn tap(&mut self, chat: &str, account: &str, label: &str) -> (String, String) {
        let says = self.button(chat, label);
        self.press(chat, account, &says).await
    }

    /// All buttons that were shown: chat, label and line, the newest last.
    pub fn buttons(&self) -> Vec<(String, String, String)> {
        self.fake.buttons.lock().unwrap().clone()
    }

    /// What the newest button of a chat whose label begins so stands for.
    pub fn button(&self, chat: &str, label: &str) -> String {
        let buttons = self.fake.buttons.lock().unwrap();
        let found = buttons.iter().rev().find(|(of, shown, _)| of == chat && shown.starts_with(label));
        found.unwrap_or_else(|| panic!("no button “{label}” in {chat}: {buttons:?}")).2.clone()
    }

    /// Everything unread in a chat, buttons in brackets; read afterwards. The token of a question, which
    /// is another one each time, is shown as ·.
    pub fn read(&self, chat: &str) -> String {
        let messages = self.fake.said.lock().unwrap().remove(chat).unwrap_or_default();
        let shown = messages.into_iter().map(|message| {
            let mut text = message.text.bare();
            if let Some(file) = &message.file {
                text = format!("{text}\n📎 {}", file.name);
            }
            for row in message.buttons {
                let row: Vec<String> =
                    row.iter().map(|b| format!("[{}→{}]", b.label, masked(&b.says))).collect();
                text = format!("{text}\n{}", row.join(" "));
            }
            text
        });
        shown.collect::<Vec<_>>().join("\n---\n")
    }

    /// Moves the ledger's clock, and lets sweep, statements and sender do what is due then.
    pub async fn advance(&mut self, to: &str) {
        self.app.clock.forward_to(china(to));
        self.sweep().await;
        self.send_all().await;
        if self.daily.step().await.expect("the statements work") {
            self.notices().await;
        }
    }

    pub async fn sweep(&self) {
        while sweep::turn(&self.app).await.expect("the sweep works").items > 0 {}
    }

    /// Lets everything leave that may leave now.
    pub async fn send_all(&mut self) {
        while self.sender.step().await.expect("the sender works") == sender::Step::Busy {}
    }

    /// Lets unasked messages leave as well: whom they are for is looked up once a second.
    pub async fn notices(&mut self) {
        let soon = self.app.clock.now().utc + TimeDelta::seconds(2);
        self.app.clock.forward_to(soon);
        self.send_all().await;
    }

    /// A number from the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect("counts")
    }

    /// Nobody was told anything.
    pub fn expect_silence(&self) {
        let said = self.fake.said.lock().unwrap();
        assert!(said.is_empty(), "unexpected: {said:?}");
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.leave_unread {
            self.expect_silence();
            let toasts = self.fake.toasts.lock().unwrap();
            assert!(toasts.iter().all(String::is_empty), "toasts nobody looked at: {toasts:?}");
        }
    }
}
