//! The load: contacts who report from their private chats, each over a connection of its own and the
//! next message only after the previous one's 200, as Telegram delivers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use duban::app::real_now;
use tokio::time::sleep_until;

use super::http::Connection;
use super::seed::Seed;
use super::updates::{Pen, Report};

/// As many connections as Telegram opens for one webhook by default.
pub const CONTACTS: u32 = 40;
/// One of so many updates was delivered before.
const REPEAT_ONE_IN: u64 = 20;
/// How far back a repeated update may lie.
const REMEMBERED: usize = 16;
/// After an answer that is not 200, the same update comes again.
const PAUSE: Duration = Duration::from_millis(20);
/// An update that is still not taken after this long is given up, and the run with it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one round saw while its clock was running.
#[derive(Debug, Default)]
pub struct Tally {
    pub micros: Vec<u32>,
    pub repeats: u64,
    /// Answers other than 200, and connections that broke, by what they were.
    pub others: BTreeMap<String, u64>,
}

/// When the next message leaves.
#[derive(Debug, Clone, Copy)]
pub enum Rhythm {
    /// At once.
    Closed,
    /// At moments fixed beforehand: this contact's first, and the time between them.
    Open { first: Instant, every: Duration },
}

/// A round, as all its contacts see it.
#[derive(Default)]
pub struct Round {
    pub measuring: Cell<bool>,
    pub over: Cell<bool>,
    pub tally: RefCell<Tally>,
}

/// Numbers that go on from round to round.
pub struct Numbers {
    pub next: Cell<u32>,
}

pub struct Contact {
    unit: u32,
    numbers: Vec<u32>,
    /// Reports accepted of each of these items.
    reports: Vec<u32>,
    messages: u32,
    sent: Vec<Report>,
    random: u64,
}

impl Contact {
    pub fn all(seed: &Seed) -> Vec<Contact> {
        let contact = |unit| {
            let numbers: Vec<u32> = seed.numbers(unit).collect();
            let reports = vec![0; numbers.len()];
            Contact {
                unit,
                numbers,
                reports,
                messages: 0,
                sent: Vec::new(),
                random: u64::from(unit) * 7919 + 1,
            }
        };
        (0..CONTACTS).map(contact).collect()
    }

    pub fn unit(&self) -> u32 {
        self.unit
    }

    /// The items of this contact with the reports that were accepted of each.
    pub fn accepted(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.numbers.iter().copied().zip(self.reports.iter().copied())
    }

    /// Reports until the round is over.
    pub async fn work(
        mut self,
        port: u16,
        round: Rc<Round>,
        numbers: Rc<Numbers>,
        rhythm: Rhythm,
    ) -> Result<Contact> {
        let mut pen = Pen::new(port);
        let mut connection = Connection::open(port).await?;
        let mut scheduled = None;
        while !round.over.get() {
            let mut from = Instant::now();
            if let Rhythm::Open { first, every } = rhythm {
                let at = scheduled.map_or(first, |last| last + every);
                scheduled = Some(at);
                if at > from {
                    sleep_until(at.into()).await;
                    // Our own timer's lateness is not the service's.
                    from = Instant::now();
                } else {
                    // The answer before was late: that counts.
                    from = at;
                }
            }
            let (report, repeats) = self.next(&numbers);
            let answered = deliver(&mut connection, port, pen.request(&report)?, &round).await?;
            if !repeats {
                self.accept(report);
            }
            if round.measuring.get() {
                let mut tally = round.tally.borrow_mut();
                tally.micros.push(answered.duration_since(from).as_micros() as u32);
                tally.repeats += u64::from(repeats);
            }
        }
        Ok(self)
    }

    /// What this contact says next; `true`: it was said, and settled, before.
    fn next(&mut self, numbers: &Numbers) -> (Report, bool) {
        if !self.sent.is_empty() && self.draw().is_multiple_of(REPEAT_ONE_IN) {
            let at = self.draw() % self.sent.len() as u64;
            return (self.sent[at as usize], true);
        }
        let at = (self.draw() % self.numbers.len() as u64) as usize;
        let number = self.numbers[at];
        let serial = numbers.next.replace(numbers.next.get() + 1);
        self.messages += 1;
        let report = Report {
            update_id: serial,
            message_id: self.messages,
            date: real_now().timestamp(),
            account: Seed::account(self.unit),
            item: number,
            percent: Seed::percent(number, self.reports[at] + 1),
            serial,
        };
        (report, false)
    }

    fn accept(&mut self, report: Report) {
        let at = (report.item - self.numbers[0]) / CONTACTS;
        self.reports[at as usize] += 1;
        if self.sent.len() < REMEMBERED {
            self.sent.push(report);
        } else {
            let at = report.serial as usize % REMEMBERED;
            self.sent[at] = report;
        }
    }

    /// The next number of a small generator (xorshift): good enough, and free.
    fn draw(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 11
    }
}

/// Delivers one update until it is answered 200; returns when that was.
async fn deliver(connection: &mut Connection, port: u16, request: &[u8], round: &Round) -> Result<Instant> {
    let begun = Instant::now();
    loop {
        let seen = match connection.ask(request).await {
            Ok(200) => return Ok(Instant::now()),
            Ok(status) => status.to_string(),
            Err(error) => {
                if let Ok(fresh) = Connection::open(port).await {
                    *connection = fresh;
                }
                error.to_string()
            }
        };
        if begun.elapsed() > PATIENCE {
            bail!("an update was not taken for {PATIENCE:?}: {seen}");
        }
        *round.tally.borrow_mut().others.entry(seen).or_default() += 1;
        tokio::time::sleep(PAUSE).await;
    }
}
