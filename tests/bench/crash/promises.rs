//! The promises, one by one, against the tables and against what arrived at the platform.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use anyhow::Result;
use duban::app::real_now;
use duban::store::audit::{self, Chain};
use sqlx::PgPool;

use super::checks::Checks;
use super::records::{self, Answer};
use super::seed::Seed;
use super::stand_in::Said;
use super::updates::Report;

/// What was seen from outside.
pub struct Evidence {
    /// Updates answered 200.
    pub answered: Vec<Report>,
    /// Messages that arrived.
    pub said: Vec<Said>,
    pub kills: Vec<Kill>,
    pub with_faults: bool,
}

pub struct Kill {
    pub at: Instant,
    pub victim: Victim,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    Service,
    Database,
}

impl Evidence {
    /// Who was killed between two moments.
    fn killed(&self, from: Instant, to: Instant) -> Option<Victim> {
        self.kills.iter().find(|kill| from <= kill.at && kill.at <= to).map(|kill| kill.victim)
    }
}

/// Whether every promise was kept; prints each.
pub async fn check(pool: &PgPool, seed: &Seed, evidence: &Evidence) -> Result<bool> {
    let mut checks = Checks::default();
    let updates = evidence.answered.len();
    println!("\n{updates} updates were answered 200");
    effects(&mut checks, pool, evidence).await?;
    items(&mut checks, pool, seed, evidence).await?;
    let answers = records::answers(pool).await?;
    outbox(&mut checks, &answers, evidence);
    arrivals(&mut checks, &answers, evidence);
    order(&mut checks, evidence);
    let poisoned = records::count(pool, "poison", "true").await?;
    checks.that("no update was counted as one that makes us fail", poisoned == 0, || format!("{poisoned}"));
    while audit::seal(pool, real_now(), real_now()).await? > 0 {}
    let chain = audit::verify(pool).await?;
    // The sweep has lines of its own there: it opened the period.
    let lines = records::count(pool, "audit", "action = 'report'").await?;
    let is_whole = matches!(chain, Chain::Whole { unsealed: 0, .. }) && lines == updates as i64;
    checks.that("the audit chain is whole, with one line per update", is_whole, || {
        format!("{chain:?}, {lines} reports")
    });
    Ok(checks.all_kept())
}

async fn effects(checks: &mut Checks, pool: &PgPool, evidence: &Evidence) -> Result<()> {
    let reports = records::reports(pool).await?;
    let of = |report: &Report| reports.get(&report.serial).copied().unwrap_or(0);
    let lost: Vec<u32> = evidence.answered.iter().filter(|r| of(r) == 0).map(|r| r.serial).collect();
    checks.none("every update answered 200 has its effect", "without", &lost);
    let twice: Vec<u32> = reports.iter().filter(|(_, rows)| **rows > 1).map(|(serial, _)| *serial).collect();
    checks.none("no update has two effects", "with two", &twice);
    let strange = reports.len() as i64 - evidence.answered.len() as i64 + lost.len() as i64;
    checks.that("nothing else has an effect", strange == 0, || format!("{strange} more"));
    let inbox = records::count(pool, "inbox", "account = 'telegram'").await?;
    checks.that("the inbox knows each of them once", inbox == evidence.answered.len() as i64, || {
        format!("{inbox} rows")
    });
    Ok(())
}

/// Every item stands where its last update has put it.
async fn items(checks: &mut Checks, pool: &PgPool, seed: &Seed, evidence: &Evidence) -> Result<()> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for report in &evidence.answered {
        *counts.entry(report.item).or_default() += 1;
    }
    let wrong: Vec<u32> = records::items(pool)
        .await?
        .into_iter()
        .filter(|(number, version, percent)| {
            let number = *number as u32;
            let reports = counts.get(&number).copied().unwrap_or(0);
            let should = (seed.version() + reports as i32, Seed::percent(number, reports) as i16);
            (*version, *percent) != should
        })
        .map(|(number, ..)| number as u32)
        .collect();
    checks.none("every item stands at its last percent and version", "wrong", &wrong);
    let holes = records::holes(pool).await?;
    checks.that("reports and history have no hole", holes == 0, || format!("{holes} items"));
    Ok(())
}

fn outbox(checks: &mut Checks, answers: &[Answer], evidence: &Evidence) {
    let mut rows: HashMap<u32, u32> = HashMap::new();
    for answer in answers {
        *rows.entry(answer.serial as u32).or_default() += 1;
    }
    let odd: Vec<u32> = evidence
        .answered
        .iter()
        .filter(|report| rows.get(&report.serial) != Some(&1))
        .map(|report| report.serial)
        .collect();
    checks.none("every update has one answer in the outbox", "not one", &odd);
    let extra = answers.len() as i64 - evidence.answered.len() as i64;
    checks.that("and nothing else stands there", extra == 0, || format!("{extra} more"));
    let mut stuck: BTreeMap<&str, u32> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.on_doubt == "repeat" && answer.state != "sent") {
        *stuck.entry(&answer.state).or_default() += 1;
    }
    checks.that("every repeat row ended sent", stuck.is_empty(), || format!("{stuck:?}"));
}

/// What arrived twice is explained: its send was in flight at a kill and was begun again.
fn arrivals(checks: &mut Checks, answers: &[Answer], evidence: &Evidence) {
    let mut arrived: HashMap<u32, Vec<Instant>> = HashMap::new();
    for said in &evidence.said {
        arrived.entry(serial_of(&said.text)).or_default().push(said.at);
    }
    let attempts: HashMap<u32, i32> = answers.iter().map(|a| (a.serial as u32, a.attempts)).collect();
    let of = |serial: &u32| arrived.get(serial).map_or(0, Vec::len);
    let missing: Vec<u32> = attempts.keys().filter(|serial| of(serial) == 0).copied().collect();
    checks.none("every answer arrived", "missing", &missing);
    let again = attempts.values().filter(|attempts| **attempts > 1).count();
    let twice: Vec<u32> = arrived.iter().filter(|(_, at)| at.len() > 1).map(|(serial, _)| *serial).collect();
    println!("  · sends begun more than once: {again}; of these arrived more than once: {}", twice.len());
    let is_known = |serial: &u32| of(serial) as i32 <= attempts.get(serial).copied().unwrap_or(0);
    let unexplained: Vec<u32> = twice.iter().filter(|serial| !is_known(serial)).copied().collect();
    checks.none("what arrived twice was begun twice", "not", &unexplained);
    let between = |serial: &&u32| {
        let at = &arrived[*serial];
        at.windows(2).map(|pair| evidence.killed(pair[0], pair[1])).collect::<Option<Vec<_>>>()
    };
    let by =
        |victim| twice.iter().filter_map(|serial| between(&serial)).filter(|v| v.contains(&victim)).count();
    println!(
        "  · between the two, the service was killed: {}; PostgreSQL: {}",
        by(Victim::Service),
        by(Victim::Database)
    );
    if !evidence.with_faults {
        let apart: Vec<u32> = twice.iter().filter(|serial| between(serial).is_none()).copied().collect();
        checks.none("… with a kill between the two", "without", &apart);
    }
}

/// Answers come in the order of the questions, chat by chat.
fn order(checks: &mut Checks, evidence: &Evidence) {
    let mut chats: HashMap<i64, Vec<u32>> = HashMap::new();
    for said in &evidence.said {
        chats.entry(said.chat).or_default().push(serial_of(&said.text));
    }
    let disordered: Vec<u32> =
        chats.values().filter(|serials| !serials.is_sorted()).filter_map(|s| s.first().copied()).collect();
    checks.none("answers arrived in order in every chat", "out of order", &disordered);
}

/// The number in a text of ours.
fn serial_of(text: &str) -> u32 {
    let rest = text.split_once("（记").map_or("", |(_, rest)| rest);
    rest.split_once('）').and_then(|(serial, _)| serial.parse().ok()).unwrap_or(0)
}
