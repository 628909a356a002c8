//! Whoever delivers: forty connections, each for the chats of some contacts. An update comes again, the
//! same to the byte, until it is answered 200; only then the chat's next one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use duban::app::real_now;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::http::Connection;
use super::seed::Seed;
use super::updates::{Pen, Report};

pub const COURIERS: u32 = 40;
/// An update that is not answered 200 comes again after this.
const PAUSE: Duration = Duration::from_millis(30);
/// Longer than any outage of the test: an update that is not taken by then is a finding.
const PATIENCE: Duration = Duration::from_secs(90);
/// One of so many updates is delivered once more after its 200.
const REPEAT_ONE_IN: u32 = 20;
/// The service must answer or break off; Telegram waits a minute.
const ANSWER: Duration = Duration::from_secs(60);

/// What all couriers share.
pub struct Post {
    pub port: u16,
    /// Updates that may be sent: whoever takes a permit sends one.
    pub permits: Semaphore,
    /// Updates on their way.
    pub under_way: Cell<u32>,
    /// Updates answered 200, in the order of their answers.
    pub answered: RefCell<Vec<Report>>,
    /// Answers other than 200, and connections that broke.
    pub others: RefCell<BTreeMap<String, u64>>,
    /// The same updates delivered once more after their 200.
    pub repeats: Cell<u64>,
    /// When an update was last answered 200.
    pub last_200: Cell<Instant>,
}

impl Post {
    pub fn open(port: u16) -> Rc<Post> {
        Rc::new(Post {
            port,
            permits: Semaphore::new(0),
            under_way: Cell::new(0),
            answered: RefCell::default(),
            others: RefCell::default(),
            repeats: Cell::new(0),
            last_200: Cell::new(Instant::now()),
        })
    }

    /// Starts the couriers; they end when the permits are closed.
    pub fn start(self: &Rc<Self>, seed: &Seed) -> JoinSet<Result<()>> {
        let serial = Rc::new(Cell::new(1));
        let mut couriers = JoinSet::new();
        for courier in 0..COURIERS {
            let contacts = (courier..seed.units).step_by(COURIERS as usize).collect();
            couriers.spawn_local(deliver_all(Rc::clone(self), *seed, contacts, Rc::clone(&serial)));
        }
        couriers
    }

    /// Nothing is on its way and nothing waits.
    pub fn is_quiet(&self) -> bool {
        self.under_way.get() == 0 && self.permits.available_permits() == 0
    }
}

async fn deliver_all(post: Rc<Post>, seed: Seed, contacts: Vec<u32>, serials: Rc<Cell<u32>>) -> Result<()> {
    let mut pen = Pen::new(post.port);
    let mut connection = None;
    let mut reports: HashMap<u32, u32> = HashMap::new();
    for (turn, message_id) in (0..).zip(1..) {
        let Ok(permit) = post.permits.acquire().await else { return Ok(()) };
        permit.forget();
        post.under_way.set(post.under_way.get() + 1);
        let unit = contacts[turn % contacts.len()];
        let own: Vec<u32> = seed.numbers(unit).collect();
        let item = own[(turn / contacts.len()) % own.len()];
        let count = reports.entry(item).or_default();
        *count += 1;
        let serial = serials.replace(serials.get() + 1);
        let report = Report {
            update_id: 800_000_000 + serial,
            message_id,
            date: real_now().timestamp(),
            account: Seed::account(unit),
            item,
            percent: Seed::percent(item, *count),
            serial,
        };
        let request = pen.request(&report)?;
        deliver(&post, &mut connection, request).await?;
        post.answered.borrow_mut().push(report);
        post.last_200.set(Instant::now());
        if serial.is_multiple_of(REPEAT_ONE_IN) {
            deliver(&post, &mut connection, request).await?;
            post.repeats.set(post.repeats.get() + 1);
        }
        post.under_way.set(post.under_way.get() - 1);
    }
    Ok(())
}

/// Until it is answered 200.
async fn deliver(post: &Post, connection: &mut Option<Connection>, request: &[u8]) -> Result<()> {
    let begun = Instant::now();
    loop {
        let seen = match attempt(post.port, connection, request).await {
            Ok(200) => return Ok(()),
            Ok(status) => status.to_string(),
            Err(error) => {
                *connection = None;
                format!("{:?}", error.kind())
            }
        };
        if begun.elapsed() > PATIENCE {
            bail!("an update was not taken for {PATIENCE:?}: {seen}");
        }
        *post.others.borrow_mut().entry(seen).or_default() += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt(port: u16, connection: &mut Option<Connection>, request: &[u8]) -> std::io::Result<u16> {
    let open = match connection {
        Some(open) => open,
        none => none.insert(Connection::open(port).await?),
    };
    tokio::time::timeout(ANSWER, open.ask(request)).await?
}
