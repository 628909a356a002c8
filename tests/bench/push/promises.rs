//! The promises, one by one, against what arrived and against the tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use duban::store::outbox;
use sqlx::PgPool;

use super::backlog::{self, repeats};
use super::checks::Checks;
use super::faults::{Fault, Plan, Turn};
use super::limits::least;
use super::records::{self, Row};
use super::stand_in::{Arrival, Record};

/// The most a push may take, as a share of what the limits ask for.
const SHARE: f64 = 1.02;

/// What was to happen.
pub struct Evidence {
    pub plan: Plan,
    pub messages: u32,
    pub groups: u32,
    pub group_of: Vec<u32>,
    /// A sender was stopped with messages in hand: doubt beyond the plan, and no bound of time.
    pub in_hand_at_a_stop: bool,
}

struct Seen<'a> {
    evidence: &'a Evidence,
    record: &'a Record,
    rows: BTreeMap<u32, Row>,
    arrived: HashMap<u32, Vec<&'a Arrival>>,
}

/// Whether every promise was kept; prints each.
pub async fn check(pool: &PgPool, record: &Record, evidence: &Evidence) -> Result<bool> {
    let mut arrived: HashMap<u32, Vec<&Arrival>> = HashMap::new();
    for arrival in &record.arrived {
        arrived.entry(arrival.number).or_default().push(arrival);
    }
    let seen = Seen { evidence, record, rows: records::rows(pool).await?, arrived };
    let mut checks = Checks::default();
    seen.what_became_of_it();
    seen.pace(&mut checks);
    seen.deliveries(&mut checks);
    seen.order(&mut checks);
    seen.groups(&mut checks);
    offices_list(&mut checks, pool, &seen).await?;
    Ok(checks.all_kept())
}

impl Seen<'_> {
    fn times(&self, number: u32) -> usize {
        self.arrived.get(&number).map_or(0, Vec::len)
    }

    fn state(&self, number: u32) -> &str {
        self.rows.get(&number).map_or("nowhere", |row| row.state.as_str())
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        1..=self.evidence.messages
    }

    fn is_gone(&self, number: u32) -> bool {
        let group = self.evidence.group_of[number as usize - 1];
        self.evidence.plan.groups.get(&group) == Some(&Turn::Gone)
    }

    fn met_doubt(&self, number: u32) -> bool {
        self.record.met.get(&number).is_some_and(|fault| fault.leaves_doubt())
    }

    /// One line for each kind of trouble.
    fn what_became_of_it(&self) {
        let mut kinds: BTreeMap<&str, BTreeMap<String, u32>> = BTreeMap::new();
        for number in self.numbers() {
            let kind = match self.record.met.get(&number) {
                Some(Fault::Broken) => "500",
                Some(Fault::CutBefore) => "cut before it arrived",
                Some(Fault::CutAfter) => "cut after it arrived",
                Some(Fault::Wait(_)) => "429",
                Some(Fault::Markup) => "markup rejected",
                None if self.is_gone(number) => "403",
                None => "no trouble of its own",
            };
            let attempts = self.rows.get(&number).map_or(0, |row| row.attempts);
            let end = format!(
                "{} in {attempts} {}, arrived {}",
                self.state(number),
                if attempts == 1 { "try" } else { "tries" },
                match self.times(number) {
                    0 => "never".to_owned(),
                    1 => "once".to_owned(),
                    times => format!("{times} times"),
                }
            );
            *kinds.entry(kind).or_default().entry(end).or_default() += 1;
        }
        println!();
        for (kind, ends) in kinds {
            let ends: Vec<String> = ends.iter().map(|(end, count)| format!("{count} {end}")).collect();
            println!("  · {kind}: {}", ends.join("; "));
        }
        let moved = self.record.to_old_ids.len();
        if moved > 0 {
            println!("  · migration: {moved} groups became supergroups on the way");
        }
    }

    fn pace(&self, checks: &mut Checks) {
        let closest = self.record.closest().unwrap_or_default();
        println!("  · the closest to a limit a message came: {closest:.1?} after its window");
        checks.that("no limit was broken, no 429 was earned", self.record.broken.is_empty(), || {
            format!("{:?}", self.record.broken)
        });
        let (Some(first), Some(last)) = (self.record.arrived.first(), self.record.arrived.last()) else {
            return;
        };
        let took = last.at - first.at;
        // Who sends cannot know that what is in doubt has not arrived, and has to count it.
        let unknown =
            self.record.met.values().filter(|fault| matches!(fault, Fault::Broken | Fault::CutBefore));
        let counted = (self.record.arrived.len() + unknown.count()) as u32;
        let (least, sum) = least(counted, self.evidence.groups);
        let ratio = took.as_secs_f64() / least.as_secs_f64();
        println!("  · what arrived or may have asks for at least {least:?} ({sum})");
        println!("  · from the first message to the last {took:.2?}, {ratio:.4} × that");
        if self.evidence.in_hand_at_a_stop {
            return;
        }
        let wait = self.evidence.plan.longest_wait();
        let most = least.mul_f64(SHARE) + wait;
        let promise = match wait.is_zero() {
            true => format!("that is at most {SHARE} × what the limits ask for"),
            false => {
                format!("that is at most {SHARE} × what the limits ask for and the longest wait, {wait:?}")
            }
        };
        checks.that(&promise, took <= most, || format!("{took:.2?} of {most:.2?}"));
    }

    fn deliveries(&self, checks: &mut Checks) {
        // What a stopped sender had in hand is in doubt as well: begun again, or put before the office.
        let in_hand = |number: u32| {
            let attempts = self.rows.get(&number).map_or(0, |row| row.attempts);
            self.evidence.in_hand_at_a_stop && (attempts > 1 || self.state(number) == "unclear")
        };
        let in_doubt = |number: u32| self.met_doubt(number) || in_hand(number);
        let must_arrive = |number: u32| !self.is_gone(number) && (repeats(number) || !in_doubt(number));
        let lost: Vec<u32> = self
            .numbers()
            .filter(|n| must_arrive(*n) && (self.times(*n) == 0 || self.state(*n) != "sent"))
            .collect();
        checks.none("everything arrived that could be delivered, and is known as sent", "lost", &lost);
        let held: Vec<u32> = self.numbers().filter(|n| !repeats(*n) && in_doubt(*n)).collect();
        let moot: Vec<u32> = held.iter().copied().filter(|n| self.state(*n) != "unclear").collect();
        checks.none("what must not come twice is unclear when in doubt", "not", &moot);
        let twice: Vec<u32> =
            self.numbers().filter(|n| self.times(*n) > 1 && !(repeats(*n) && in_doubt(*n))).collect();
        checks.none("nothing came twice but answers in doubt", "doubled", &twice);
        let often: Vec<u32> = self.numbers().filter(|n| self.times(*n) > 2).collect();
        checks.none("and none of those three times", "did", &often);
        let plain = |n: &u32| self.arrived[n].iter().all(|arrival| !arrival.has_markup);
        let dressed: Vec<u32> = self
            .numbers()
            .filter(|n| self.record.met.get(n) == Some(&Fault::Markup) && self.times(*n) > 0 && !plain(n))
            .collect();
        checks.none("what was rejected for its markup came as plain text", "dressed", &dressed);
        checks.that("nothing else was said", self.record.others == 0, || format!("{}", self.record.others));
    }

    fn order(&self, checks: &mut Checks) {
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        for arrival in &self.record.arrived {
            groups.entry(backlog::group(arrival.chat)).or_default().push(arrival.number);
        }
        let disordered: Vec<u32> =
            groups.iter().filter(|(_, numbers)| !numbers.is_sorted()).map(|(group, _)| *group).collect();
        checks.none("messages came in order in every group", "out of order", &disordered);
    }

    fn groups(&self, checks: &mut Checks) {
        if self.evidence.plan.groups.is_empty() {
            return;
        }
        let stubborn: Vec<u32> =
            self.record.to_old_ids.iter().filter(|(_, asked)| **asked > 1).map(|(group, _)| *group).collect();
        checks.none("the old id of a supergroup was tried once", "more often", &stubborn);
        let dead: BTreeSet<u32> = self.numbers().filter(|n| self.state(*n) == "dead").collect();
        let gone: BTreeSet<u32> = self.numbers().filter(|n| self.is_gone(*n)).collect();
        let odd: Vec<u32> = dead.symmetric_difference(&gone).copied().collect();
        checks.none("what is dead was for a group that is gone, and all of that is", "otherwise", &odd);
        let unasked: Vec<u32> =
            gone.iter().copied().filter(|n| !self.record.refused_as_gone.contains(n)).collect();
        checks.none("and each of them was tried", "untried", &unasked);
    }
}

/// What the office is shown: `duban doctor` prints it.
async fn offices_list(checks: &mut Checks, pool: &PgPool, seen: &Seen<'_>) -> Result<()> {
    let mut listed: BTreeMap<String, i64> = BTreeMap::new();
    for (state, reason, rows) in outbox::troubled(pool).await? {
        println!("  · on the office's list: {rows} {state}: {reason}");
        *listed.entry(state).or_default() += rows;
    }
    for state in ["dead", "unclear"] {
        let on_it = listed.get(state).copied().unwrap_or_default();
        let rows = records::in_state(pool, state).await?;
        let ours = seen.rows.values().filter(|row| row.state == state).count() as i64;
        checks.that(
            &format!("all of what is {state} is on the office's list"),
            on_it == rows && ours <= rows,
            || format!("{on_it} of {rows}"),
        );
    }
    Ok(())
}
