//! A ledger of any size, by set-based SQL: units with one contact each, items with milestones, texts
//! and some co-units, and a past of reports. Everything follows from the numbers, so that whoever
//! sends knows what stands in the tables without reading them.

use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{Days, NaiveDate};
use duban::app::real_now;
use duban::domain::cycle::Rhythm;
use duban::domain::flag::{FlagFacts, standing};
use duban::domain::item::Milestone;
use duban::domain::tally::cycle_of;
use duban::domain::{Basis, Now, Status};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use uuid::Uuid;

/// The chat account of the first unit's contact; beyond 32 bits, as the platform's ids are.
const FIRST_ACCOUNT: i64 = 5_100_000_000;
/// An item's percent rises by one at its first report and then with every so many.
const REPORTS_A_POINT: u32 = 64;
/// At 100 the answer is another one.
const HIGHEST: u32 = 99;

#[derive(Debug, Clone, Copy)]
pub struct Seed {
    pub units: u32,
    pub items: u32,
    /// Reports each item has had before.
    pub past: u32,
    /// With the long texts; filling the index of their words takes longer than all the rest.
    pub texts: bool,
    /// Each item was reported on before this month, but not in it; else also today.
    pub first_of_month: bool,
    /// One item in so many comes near its deadline today and waits for a look; 0: none.
    pub due_one_in: u32,
}

impl Seed {
    /// The private chat with a unit's contact. Items of unit `u` are those with `number % units == u`.
    pub fn account(unit: u32) -> i64 {
        FIRST_ACCOUNT + i64::from(unit)
    }

    /// The version of every item at the beginning.
    pub fn version(&self) -> i32 {
        self.past as i32 + 1
    }

    /// Where an item stands after so many reports of ours.
    pub fn percent(number: u32, reports: u32) -> u32 {
        (10 + number % 40 + reports.div_ceil(REPORTS_A_POINT)).min(HIGHEST)
    }

    /// The numbers of a unit's items.
    pub fn numbers(&self, unit: u32) -> impl Iterator<Item = u32> + use<> {
        (1..=self.items).skip(((unit + self.units - 1) % self.units) as usize).step_by(self.units as usize)
    }

    /// Fills an empty database; returns how long it took.
    pub async fn fill(&self, pool: &PgPool) -> Result<Duration> {
        let begun = Instant::now();
        let today = Now::at(real_now()).today();
        let mut connection = pool.acquire().await?;
        for statement in self.statements(today).split(";\n").filter(|sql| !sql.trim().is_empty()) {
            connection.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await?;
        }
        Ok(begun.elapsed())
    }

    fn statements(&self, today: NaiveDate) -> String {
        let reported_on = if self.first_of_month { cycle_of(today) - Days::new(1) } else { today };
        let row = |kind: &Kind, at, looked_on| kind.row(at, today, reported_on, looked_on);
        let mut kinds: Vec<String> =
            KINDS.iter().enumerate().map(|(at, kind)| row(kind, at, today)).collect();
        kinds.push(row(&DUE, KINDS.len(), today - Days::new(1)));
        let kind_of_n = match self.due_one_in {
            0 => format!("n % {}", KINDS.len()),
            one_in => format!("CASE WHEN n % {one_in} = 0 THEN {0} ELSE n % {0} END", KINDS.len()),
        };
        SQL.replace("{kinds}", &kinds.join(",\n"))
            .replace("{units}", &self.units.to_string())
            .replace("{items}", &self.items.to_string())
            .replace("{past}", &self.past.to_string())
            .replace("{texts}", &self.texts.to_string())
            .replace("{kind_of_n}", &kind_of_n)
            .replace("{first_account}", &FIRST_ACCOUNT.to_string())
            .replace("{today}", &today.to_string())
            .replace("{reported_on}", &reported_on.to_string())
    }
}

/// Dates of an item, in days from today: two milestones with percents that nobody is behind, and the
/// deadline. A report changes no flag, as most reports do.
struct Kind {
    milestones: [(i64, i16); 2],
    deadline: u64,
}

const KINDS: [Kind; 4] = [
    Kind { milestones: [(-40, 5), (90, 60)], deadline: 200 },
    Kind { milestones: [(30, 50), (120, 80)], deadline: 300 },
    Kind { milestones: [(-20, 10), (60, 70)], deadline: 150 },
    Kind { milestones: [(-60, 8), (10, 50)], deadline: 20 },
];

/// Near its deadline from today on.
const DUE: Kind = Kind { milestones: [(-40, 5), (15, 60)], deadline: 30 };

impl Kind {
    /// The row of a kind with the flags that the rules gave it when it was looked at last.
    fn row(&self, at: usize, today: NaiveDate, reported_on: NaiveDate, looked_on: NaiveDate) -> String {
        let day = |offset: i64| match u64::try_from(offset) {
            Ok(days) => today + Days::new(days),
            Err(_) => today - Days::new(offset.unsigned_abs()),
        };
        let [first, second] =
            self.milestones.map(|(offset, percent)| Milestone { due_on: day(offset), percent });
        let deadline = today + Days::new(self.deadline);
        let facts = FlagFacts {
            round: Uuid::nil(),
            status: Status::InProgress,
            percent: 10,
            deadline,
            opened_on: day(-100),
            last_report_on: Some(reported_on),
            rhythm: Rhythm::default(),
            milestones: &[first, second],
        };
        let found = standing(facts, looked_on, &Basis::default());
        let text = |value: Option<String>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
        format!(
            "({at}, '{}'::date, {}, '{}'::date, {}, '{deadline}'::date, {}::text, {}::date)",
            first.due_on,
            first.percent,
            second.due_on,
            second.percent,
            text(found.primary.map(|flag| flag.code().to_owned())),
            text(found.next_check_on.map(|day| day.to_string())),
        )
    }
}

/// Ids are shaped as our own are (time first), so that neighbours in the ledger are neighbours in the
/// index. Foreign keys hold by construction and are not looked up row by row.
const SQL: &str = r#"
CREATE FUNCTION bench_id(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('019a0000-' || lpad(to_hex(kind), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
CREATE TABLE bench_kind AS
SELECT *
FROM (VALUES
    {kinds}
) AS kind (at, first_on, first_percent, second_on, second_percent, deadline, flag, next_check_on);
SET session_replication_role = replica;
INSERT INTO round (id, name) VALUES (bench_id(1, 1), '2017年省督察');
INSERT INTO unit (id, code, name, kind)
SELECT bench_id(2, n), 'U' || n, '第' || n || '责任单位', 'department'
FROM generate_series(0, {units} - 1) AS n;
INSERT INTO post (id, unit, title, role)
SELECT bench_id(3, n), bench_id(2, n), '联络员', 'contact'
FROM generate_series(0, {units} - 1) AS n;
INSERT INTO holder (id, post, platform, account, display_name, bound_at)
SELECT bench_id(4, n), bench_id(3, n), 'telegram', ({first_account} + n)::text, '联络员' || n, '{today}'
FROM generate_series(0, {units} - 1) AS n;
INSERT INTO item
    (id, version, round, number, title, lead_unit, deadline, kind, status, percent, opened_on,
     last_report_on, flag, next_check_on)
SELECT
    bench_id(5, n), {past} + 1, bench_id(1, 1), n, '第' || n || '项：污水处理厂提标改造滞后，溢流污水入河',
    bench_id(2, n % {units}), k.deadline, 'by_deadline', 'in_progress', 10 + n % 40,
    '{today}'::date - 100, '{reported_on}'::date, k.flag, k.next_check_on
FROM generate_series(1, {items}) AS n
JOIN bench_kind k ON k.at = {kind_of_n};
INSERT INTO item_text (item, superior_number, description, category, region, goal, measures, responsible_post)
SELECT
    bench_id(5, n), 'S-' || n, repeat('污水处理厂超负荷运行，雨季溢流污水直排入河；', 4), '水', '紫岩县',
    '完成提标改造，出水稳定达到一级A标准。', repeat('一是加快设备采购和安装调试；二是完善雨污分流管网。', 3), '主要负责同志'
FROM generate_series(1, {items}) AS n
WHERE {texts};
INSERT INTO item_co_unit (item, unit, position)
SELECT bench_id(5, n), bench_id(2, (n + place) % {units}), place
FROM generate_series(1, {items}) AS n, generate_series(1, 2) AS place
WHERE n % 3 = 0;
INSERT INTO milestone (item, due_on, percent)
SELECT bench_id(5, n), k.first_on, k.first_percent
FROM generate_series(1, {items}) AS n
JOIN bench_kind k ON k.at = {kind_of_n}
UNION ALL
SELECT bench_id(5, n), k.second_on, k.second_percent
FROM generate_series(1, {items}) AS n
JOIN bench_kind k ON k.at = {kind_of_n};
INSERT INTO report (item, version, unit, post, part, percent, text, effective_on, recorded_at)
SELECT
    bench_id(5, n), turn + 1, bench_id(2, n % {units}), bench_id(3, n % {units}), 'lead', 2 * turn,
    '第' || turn || '期：设备采购合同已签，土建完成过半，下月进场安装', '{today}'::date - 100 + 15 * turn,
    '{today}'::date - 100 + 15 * turn
FROM generate_series(1, {past}) AS turn, generate_series(1, {items}) AS n;
INSERT INTO item_history (item, version, change, status, percent, by_post, effective_on, recorded_at)
SELECT
    bench_id(5, n), turn + 1, CASE WHEN turn = 0 THEN 'import' ELSE 'report' END, 'in_progress', 2 * turn,
    bench_id(3, n % {units}), '{today}'::date - 100 + 15 * turn, '{today}'::date - 100 + 15 * turn
FROM generate_series(0, {past}) AS turn, generate_series(1, {items}) AS n;
DROP TABLE bench_kind;
VACUUM (ANALYZE);
CHECKPOINT
"#;
