//! `commit` itself: any interleaving of decisions gives what some order of them one by one would give.

use std::sync::Arc;

use duban::app::real_now;
use duban::domain::decision::{Aggregate, Change, CodeFor, Decision, Effect, Fate, NewCode, Origin, Touch};
use duban::domain::{ItemState, NewReport, Now, Part, Status};
use duban::store::commit::{Committer, Surroundings};
use duban::store::pools;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::{PgPool, Row};
use uuid::Uuid;

use crate::harness::{START, china, database};

/// One wish in the small world: to add to an item's percent on behalf of a holder, to end a holder, or to
/// do something with an origin that was used before.
#[derive(Debug, Clone)]
enum Wish {
    Add { item: usize, holder: usize, by: i16, origin: usize },
    End { holder: usize },
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let add = (0usize..3, 0usize..3, 1i16..4, 0usize..12).prop_map(|(item, holder, by, origin)| Wish::Add {
        item,
        holder,
        by,
        origin,
    });
    let end = (0usize..3).prop_map(|holder| Wish::End { holder });
    proptest::collection::vec(prop_oneof![6 => add, 1 => end], 1..24)
}

struct World {
    pool: PgPool,
    committer: Committer,
    items: Vec<Uuid>,
    /// (holder, post)
    holders: Vec<(Uuid, Uuid)>,
    unit: Uuid,
}

async fn world() -> World {
    let url = database("template_empty").await;
    let pool = PgPool::connect(&url).await.unwrap();
    let id = |n: u128| Uuid::from_u128(n);
    sqlx::raw_sql(
        "INSERT INTO unit (id, code, name, kind) VALUES ('00000000-0000-0000-0000-000000000001', 'U', '单位', 'county');
         INSERT INTO round (id, name) VALUES ('00000000-0000-0000-0000-000000000002', '轮');
         INSERT INTO post (id, unit, title, role)
         SELECT ('00000000-0000-0000-0000-00000000001' || n)::uuid, '00000000-0000-0000-0000-000000000001', '岗' || n, 'contact'
         FROM generate_series(0, 2) n;
         INSERT INTO holder (id, post, platform, account, bound_at)
         SELECT ('00000000-0000-0000-0000-00000000002' || n)::uuid, ('00000000-0000-0000-0000-00000000001' || n)::uuid, 'fake', n::text, now()
         FROM generate_series(0, 2) n;
         INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on)
         SELECT ('00000000-0000-0000-0000-00000000003' || n)::uuid, '00000000-0000-0000-0000-000000000002', n + 1, '项',
                '00000000-0000-0000-0000-000000000001', '2019-12-31', 'by_deadline', 'in_progress', 0, '2018-01-01'
         FROM generate_series(0, 2) n;",
    )
    .execute(&pool)
    .await
    .unwrap();
    let around = Surroundings { real_now, ring: Arc::new(|| ()) };
    let committer = Committer::start(pools::commit_options(&pools::options(&url).unwrap()), 3, around);
    World {
        pool,
        committer,
        items: (0..3).map(|n| id(0x30 + n)).collect(),
        holders: (0..3).map(|n| (id(0x20 + n), id(0x10 + n))).collect(),
        unit: id(1),
    }
}

impl World {
    /// Reads, decides, commits, and decides again after a conflict. Returns what was added.
    async fn carry_out(&self, wish: &Wish) -> i16 {
        loop {
            let Some((decision, added)) = self.decide(wish).await else { return 0 };
            match self.committer.commit(decision).await.expect("the database is there") {
                Fate::Committed => return added,
                Fate::Repeat => return 0,
                Fate::Conflict => tokio::task::yield_now().await,
                Fate::Refused(constraint) => panic!("refused by {constraint}"),
            }
        }
    }

    async fn decide(&self, wish: &Wish) -> Option<(Decision, i16)> {
        let now = Now::at(china(START));
        let holder_at = match wish {
            Wish::Add { holder, .. } | Wish::End { holder } => *holder,
        };
        let (holder, post) = self.holders[holder_at];
        let row = sqlx::query("SELECT version FROM holder WHERE id = $1 AND ended_at IS NULL")
            .bind(holder)
            .fetch_optional(&self.pool)
            .await
            .unwrap()?;
        let holder_version: i32 = row.get(0);
        match wish {
            Wish::End { .. } => {
                let key = Uuid::now_v7().to_string();
                let mut decision = Decision::new(Origin { account: "test".into(), key }, now)
                    .changing(Aggregate::Holder, holder, holder_version)
                    .with(Effect::HolderEnded { holder });
                decision.actor.post = Some(post);
                Some((decision, 0))
            }
            Wish::Add { item, by, origin, .. } => {
                let item = self.items[*item];
                let row = sqlx::query("SELECT version, percent FROM item WHERE id = $1")
                    .bind(item)
                    .fetch_one(&self.pool)
                    .await
                    .unwrap();
                let (version, percent): (i32, i16) = (row.get(0), row.get(1));
                let state = ItemState {
                    verified_percent: None,
                    status: Status::InProgress,
                    percent: percent + by,
                    last_report_on: None,
                    flag: None,
                    other_flags: Vec::new(),
                    next_check_on: None,
                };
                let report = NewReport {
                    unchanged: false,
                    details: Default::default(),
                    odd: Vec::new(),
                    item,
                    version: version + 1,
                    unit: self.unit,
                    post,
                    part: Part::Lead,
                    percent: Some(percent + by),
                    text: String::new(),
                    correction: false,
                    effective_on: now.today(),
                    recorded_at: now.utc,
                };
                let mut decision =
                    Decision::new(Origin { account: "test".into(), key: origin.to_string() }, now)
                        .changing(Aggregate::Item, item, version)
                        .with(Effect::ItemChanged { item, version: version + 1, state, why: Change::Report })
                        .with(Effect::ReportAdded(report));
                decision.rests_on.push(Touch { of: Aggregate::Holder, id: holder, version: holder_version });
                decision.actor.post = Some(post);
                Some((decision, *by))
            }
        }
    }
}

#[test]
fn any_interleaving_gives_what_some_order_would_give() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&wishes(), |wishes| {
        runtime.block_on(async {
            let world = Arc::new(world().await);
            let added = futures_util::future::join_all(wishes.iter().cloned().map(|wish| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { (wish.clone(), world.carry_out(&wish).await) })
            }))
            .await;
            let added: Vec<(Wish, i16)> = added.into_iter().map(|a| a.expect("no panic")).collect();
            for (at, item) in world.items.iter().enumerate() {
                let sum: i16 = added
                    .iter()
                    .filter(|(wish, _)| matches!(wish, Wish::Add { item, .. } if *item == at))
                    .map(|(_, added)| added)
                    .sum();
                let row = sqlx::query(
                    "SELECT i.percent, i.version, (SELECT count(*) FROM report r WHERE r.item = i.id),
                            (SELECT count(*) FROM item_history h WHERE h.item = i.id)
                     FROM item i WHERE i.id = $1",
                )
                .bind(item)
                .fetch_one(&world.pool)
                .await
                .unwrap();
                let (percent, version, reports, history): (i16, i32, i64, i64) =
                    (row.get(0), row.get(1), row.get(2), row.get(3));
                // Nothing lost, nothing done twice, every version with its rows.
                prop_assert_eq!(percent, sum);
                prop_assert_eq!(i64::from(version) - 1, reports);
                prop_assert_eq!(reports, history);
            }
            // One effect per origin at most.
            let doubled: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM audit WHERE action = 'report'",
            )
            .fetch_one(&world.pool)
            .await
            .unwrap();
            let origins: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox WHERE account = 'test' AND length(key) < 10")
                .fetch_one(&world.pool)
                .await
                .unwrap();
            prop_assert_eq!(doubled, origins);
            // Nobody reports after the end of the holding it rests on: the row's lock orders them.
            let late: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM audit r JOIN audit e ON e.action = 'unbind' AND e.actor_post = r.actor_post
                 WHERE r.action = 'report' AND r.id > e.id",
            )
            .fetch_one(&world.pool)
            .await
            .unwrap();
            prop_assert_eq!(late, 0);
            world.pool.close().await;
            Ok(())
        })
    });
    outcome.unwrap();
}

#[tokio::test]
async fn a_bad_decision_harms_nobody_else_in_its_batch() {
    let world = world().await;
    let now = Now::at(china(START));
    let code = |n: u32, digest: &str| {
        let id = Uuid::now_v7();
        Decision::new(Origin { account: "code".into(), key: n.to_string() }, now).with(Effect::CodeIssued(
            NewCode {
                id,
                post: world.holders[0].1,
                digest: digest.into(),
                expires_at: now.utc,
                purpose: CodeFor::Invite,
                issued_by: None,
            },
        ))
    };
    assert_eq!(world.committer.commit(code(0, "taken")).await.unwrap(), Fate::Committed);
    let fates = futures_util::future::join_all((1..=9).map(|n| {
        let digest = if n == 5 { "taken".to_owned() } else { format!("free {n}") };
        world.committer.commit(code(n, &digest))
    }))
    .await;
    for (n, fate) in (1..=9).zip(fates) {
        let expected =
            if n == 5 { Fate::Refused("binding_code_digest_once".into()) } else { Fate::Committed };
        assert_eq!(fate.unwrap(), expected, "decision {n}");
    }
}

#[tokio::test]
async fn a_held_row_makes_a_conflict_and_nobody_waits() {
    let world = world().await;
    let mut other = world.pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM item WHERE id = $1 FOR UPDATE")
        .bind(world.items[0])
        .execute(&mut *other)
        .await
        .unwrap();
    let wish = |item| Wish::Add { item, holder: 0, by: 1, origin: item };
    let (held, _) = world.decide(&wish(0)).await.unwrap();
    let (free, _) = world.decide(&wish(1)).await.unwrap();
    let (held, free) = tokio::join!(world.committer.commit(held), world.committer.commit(free));
    assert_eq!(held.unwrap(), Fate::Conflict);
    assert_eq!(free.unwrap(), Fate::Committed);
    other.rollback().await.unwrap();
    assert_eq!(world.carry_out(&wish(0)).await, 1);
}
