//! The page in a real browser: somebody sits down, reports, reads the answer, moves the clock, and is
//! reminded. Wants `chromium` and `chromedriver` (Debian: apt-get install chromium chromium-driver).
//! Leaves pictures at 390 and 1280 pixels under `target/page`, to be looked at.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use duban::commands::dispatch::Outcome;
use duban::domain::{ChatAddress, Incoming, What};
use duban::service::{Plan, Service};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::harness::{database, plan, settings};

/// How long a browser may take for one step on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with its driver; both end with it.
struct Browser {
    driver: Child,
    profile: tempfile::TempDir,
    port: u16,
}

impl Browser {
    fn start() -> Browser {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: apt-get install chromium chromium-driver fonts-wqy-microhei");
        Browser { driver, profile: tempfile::tempdir().unwrap(), port }
    }

    async fn open(&self) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--force-prefers-reduced-motion",
            "--lang=zh-CN",
            &profile,
        ];
        let options = json!({ "args": arguments, "binary": "/usr/bin/chromium" });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let address = format!("http://127.0.0.1:{}", self.port);
        // The driver opens its port when it is ready, and says so no other way.
        tokio::time::timeout(PATIENCE, async {
            loop {
                match ClientBuilder::new(HttpConnector::new())
                    .capabilities(capabilities.clone())
                    .connect(&address)
                    .await
                {
                    Ok(client) => return client,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        })
        .await
        .expect("a browser opens")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A visitor in front of the page.
struct Visitor {
    client: Client,
}

impl Visitor {
    /// Waits for an element.
    async fn see(&self, xpath: &str) -> fantoccini::elements::Element {
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(xpath))
            .await
            .unwrap_or_else(|error| panic!("{xpath}: {error}"))
    }

    /// Waits for an answer of the bot with these words.
    async fn read(&self, words: &str) {
        self.see(&format!("//article[contains(@class,'bot')][contains(., '{words}')]")).await;
    }

    /// Clicks an element; one that the live page exchanges at this moment is looked up again.
    async fn click(&self, xpath: &str) {
        let clicked = async {
            while let Err(error) = self.see(xpath).await.click().await {
                eprintln!("{xpath} moved, again: {error}");
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, clicked).await.unwrap_or_else(|_| panic!("{xpath} cannot be clicked"));
    }

    /// Takes another seat, and waits until its page has come: what is done before is done to the page of before.
    async fn sit(&self, account: &str) {
        self.click(&format!("//aside//button[@value='{account}']")).await;
        self.see(&format!("//aside//button[@value='{account}'][@aria-current='true']")).await;
    }

    async fn say(&self, words: &str) {
        let typed = async {
            while let Err(error) = self.see("//textarea[@id='text']").await.send_keys(words).await {
                eprintln!("the input moved, again: {error}");
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, typed).await.expect("the input takes words");
        self.click("//form[@id='composer']//button[contains(@class,'send')]").await;
    }

    /// Pictures of the page as it is now, at a phone's and a desk's width.
    async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/page");
        std::fs::create_dir_all(&folder).unwrap();
        for (width, height) in [(390, 844), (1280, 860)] {
            self.client.set_window_size(width, height).await.unwrap();
            let fits = "return document.documentElement.scrollWidth <= window.innerWidth";
            let fits = self.client.execute(fits, Vec::new()).await.unwrap();
            assert_eq!(fits, json!(true), "{name} scrolls sideways at {width} px");
            std::fs::write(
                folder.join(format!("{name}-{width}.png")),
                self.client.screenshot().await.unwrap(),
            )
            .unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_reports_reads_the_answer_moves_the_clock_and_is_reminded() {
    let url = database("template_sample").await;
    duban::cli::demo::seat(&url).await.unwrap();
    let mut settings = settings();
    settings.listen = "127.0.0.1:0".parse().unwrap();
    let data = tempfile::tempdir().unwrap();
    settings.data_dir = data.path().to_owned();
    let service = Service::start(Plan { settings, is_demo: true, ..plan(&url) }).await.unwrap();
    let browser = Browser::start();
    let visitor = Visitor { client: browser.open().await };
    visitor.client.goto(&format!("http://{}/", service.address)).await.unwrap();
    visitor.picture("1-welcome").await;
    visitor.click("//button[@value='demo-binjiang']").await;
    visitor.see("//textarea[@id='text']").await;
    visitor.picture("2-seated").await;

    visitor.say("进度 30 90 干渠盖板已完成七成").await;
    visitor.read("88% → 90%").await;
    // A picture, chosen as people do, with words that say what it shows.
    let photo = data.path().join("现场.jpg");
    std::fs::write(&photo, b"\xFF\xD8\xFF\xE0\0\x10JFIF one").unwrap();
    visitor.see("//input[@id='files']").await.send_keys(&photo.display().to_string()).await.unwrap();
    visitor.see("//*[@id='chosen'][contains(., '现场.jpg')]").await;
    visitor.picture("3-chosen").await;
    visitor.say("30项 整改后").await;
    visitor.see("//article[contains(@class,'mine')][contains(., '现场.jpg')]").await;
    visitor.read("已附到第 30 项刚才的填报（1 个文件 · 整改后）").await;
    // One that was pasted, and one that was dropped; then rather none.
    let pasted = "const box = new DataTransfer(); box.items.add(new File(['x'], arguments[0]));
        document.getElementById('text').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: box, bubbles: true, cancelable: true }))";
    visitor.client.execute(pasted, vec![json!("pasted.png")]).await.unwrap();
    let dropped = "const box = new DataTransfer(); box.items.add(new File(['x'], arguments[0]));
        document.body.dispatchEvent(
            new DragEvent('drop', { dataTransfer: box, bubbles: true, cancelable: true }))";
    visitor.client.execute(dropped, vec![json!("dropped.pdf")]).await.unwrap();
    visitor.see("//*[@id='chosen'][contains(., 'pasted.png、dropped.pdf')]").await;
    visitor.click("//*[@id='chosen']/button").await;
    visitor.say("我的").await;
    visitor.read("滨江区 在办").await;
    visitor.picture("3-reported").await;
    visitor.click("//article[contains(@class,'bot')]//button[contains(., '查 34')]").await;
    visitor.read("网箱户转产").await;

    visitor.click("//button[@value='next_workday']").await;
    visitor.read("还有 12 天").await;
    visitor.picture("4-reminded").await;

    // The other seats see what is theirs: the office asks for the totals, the contact's words are private.
    visitor.sit("demo-office").await;
    visitor.say("总览").await;
    visitor.read("共 60 项，完成 45，在办 15").await;
    let page = visitor.client.source().await.unwrap();
    assert!(!page.contains("干渠盖板"), "another seat's private chat is not shown");
    visitor.picture("5-office").await;

    // The live card of the unit's group is edited before the reader's eyes.
    visitor.sit("demo-binjiang").await;
    visitor.client.goto(&format!("http://{}/?chat=unit", service.address)).await.unwrap();
    visitor.see("//nav[@class='chats']/a[@href='/?chat=unit'][@aria-current='page']").await;
    visitor.say("30项到92%，干渠盖板完成八成").await;
    visitor.read("90% → 92%").await;
    let review = Incoming {
        update_id: "review".into(),
        chat: ChatAddress { platform: "room".into(), chat: "me:demo-office".into(), thread: None },
        private: true,
        unit: None,
        account: Some("demo-office".into()),
        display_name: String::new(),
        chat_title: String::new(),
        message_id: None,
        what: What::Said { text: "审核 30 通过".into(), addressed: true, edited: false },
        files: Vec::new(),
    };
    let outcome = service.app.desk.handle(&review, service.app.clock.now()).await;
    assert_eq!(outcome, Outcome::Settled);
    visitor.read("核实 92%").await;
    visitor.picture("6-card").await;

    visitor.client.close().await.unwrap();
    service.stop().await;
}
