//! What every door knows before a command runs, in one statement: seen before? who speaks, for which
//! unit, in which chat, which rounds are open, and the items whose numbers were named.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::reports::RECENT;
use super::{items, known, leaves};
use crate::domain::decision::CodeFor;
use crate::domain::dialogue::Dialogue;
use crate::domain::item::LastSaid;
use crate::domain::people::Purpose;
use crate::domain::tally::cycle_of;
use crate::domain::{ChatFacts, Door, Incoming, Item, Lang, Role, RoundRef, Speaker, UnitRef};

/// A message as the door looks it up: who says it, where, and which items it names.
#[derive(Debug, Clone)]
pub struct Asked {
    pub platform: String,
    pub update_id: String,
    pub account: Option<String>,
    pub chat: String,
    pub numbers: Vec<i32>,
    /// It may report on them.
    pub reports: bool,
    pub today: NaiveDate,
}

impl Asked {
    pub fn of(incoming: &Incoming, numbers: &[i32], reports: bool, today: NaiveDate) -> Asked {
        Asked {
            platform: incoming.chat.platform.clone(),
            update_id: incoming.update_id.clone(),
            account: incoming.account.clone(),
            chat: incoming.chat.chat.clone(),
            numbers: numbers.to_vec(),
            reports,
            today,
        }
    }
}

/// What a message is judged by, and the items of the numbers it names: at most one a round and number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    pub door: Door,
    pub named: Vec<Item>,
    /// What the speaker's unit said last about those of them that it reports on for the first time this month.
    pub lasts: Vec<LastSaid>,
    /// The version of the basis in force.
    pub basis: i64,
}

/// The facts of each of these messages, in their order. One statement for all of them, because what costs is the
/// statement; only for whoever may be standing in for somebody there is another one.
pub async fn facts(read: &mut PgConnection, asked: &[Asked]) -> sqlx::Result<Vec<Facts>> {
    let column = |of: fn(&Asked) -> &str| asked.iter().map(of).collect::<Vec<&str>>();
    // Lists of different lengths make no array of arrays: each is a text.
    let lists = asked.iter().map(|one| {
        let numbers: Vec<String> = one.numbers.iter().map(i32::to_string).collect();
        format!("{{{}}}", numbers.join(","))
    });
    // One row for each message, open round and item named.
    let rows = sqlx::query!(
        r#"
        SELECT
            a.place AS "place!",
            (SELECT true FROM inbox s WHERE s.account = a.platform AND s.key = a.update_id) IS NOT NULL AS "seen!",
            (SELECT b.version FROM basis_version b) AS "basis!",
            h.id AS "holder?",
            h.version AS "holder_version?",
            h.lang AS "lang?",
            p.id AS "post?",
            p.title AS "post_title?",
            p.role AS "role?",
            u.id AS "unit?",
            u.name AS "unit_name?",
            p.stands_in_until >= a.today AS "may_stand_in?",
            c.id AS "chat?",
            c.version AS "chat_version?",
            c.confirmed AS "confirmed?",
            c.purpose AS "purpose?",
            c.units AS "chat_units?",
            c.state AS "chat_state?",
            d.id AS "dialogue?",
            d.version AS "dialogue_version?",
            d.step AS "step?",
            d.expires_at AS "expires_at?",
            r.id AS "round?",
            r.name AS "round_name?",
            i.id AS "item?",
            i.version AS "version?",
            i.number AS "number?",
            i.title AS "title?",
            i.lead_unit AS "lead_unit?",
            l.name AS "lead_name?",
            i.leader_post AS "leader_post?",
            i.acceptance_unit AS "acceptance_unit?",
            i.deadline AS "deadline?",
            i.kind AS "kind?",
            i.status AS "status?",
            i.percent AS "percent?",
            i.verified_percent,
            i.opened_on AS "opened_on?",
            i.cycle AS "cycle?",
            i.cycle_since,
            i.cycle_why,
            i.last_report_on AS "last_report_on?",
            i.flag AS "flag?",
            i.other_flags AS "other_flags?",
            i.next_check_on AS "next_check_on?",
            ARRAY(SELECT c.unit FROM item_co_unit c WHERE c.item = i.id ORDER BY c.position) AS "co!",
            ARRAY(
                SELECT (m.due_on - DATE '1970-01-01') * 1000 + m.percent
                FROM milestone m
                WHERE m.item = i.id
                ORDER BY m.due_on
            ) AS "milestones!",
            n.text AS "last_text?",
            n.unchanged AS "last_unchanged?",
            n.effective_on AS "last_on?"
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[])
            WITH ORDINALITY AS a (platform, update_id, account, chat, numbers, reports_in, today, place)
        -- Each stands behind a fence (OFFSET 0) and is looked up by its key: a plan that is made while a table is
        -- young would read all of it for ever.
        LEFT JOIN LATERAL (
            SELECT id, version, lang, post
            FROM holder
            WHERE platform = a.platform AND account = a.account AND ended_at IS NULL
            OFFSET 0
        ) h ON true
        LEFT JOIN post p ON p.id = h.post
        LEFT JOIN unit u ON u.id = p.unit
        LEFT JOIN LATERAL (
            SELECT id, version, confirmed, purpose, units, state
            FROM chat
            WHERE platform = a.platform AND chat = a.chat
            OFFSET 0
        ) c ON true
        LEFT JOIN LATERAL (
            SELECT id, version, step, expires_at
            FROM dialogue
            WHERE holder = h.id AND chat = a.chat
            OFFSET 0
        ) d ON true
        LEFT JOIN round r ON r.is_open
        LEFT JOIN LATERAL (
            SELECT *
            FROM item
            WHERE round = r.id AND number = ANY(a.numbers::integer[])
            OFFSET 0
        ) i ON true
        LEFT JOIN unit l ON l.id = i.lead_unit
        LEFT JOIN LATERAL (
            SELECT r.text, r.unchanged, r.effective_on
            FROM report r
            WHERE COALESCE(i.last_report_on, '-infinity') < a.reports_in
              AND r.item = i.id
              AND r.version > i.version - $8
              AND r.unit = p.unit
              AND NOT EXISTS (
                  SELECT 1
                  FROM verdict v
                  WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
              )
            ORDER BY r.version DESC
            LIMIT 1
        ) n ON true
        "#,
        &column(|one| &one.platform) as &[&str],
        &column(|one| &one.update_id) as &[&str],
        &asked.iter().map(|one| one.account.as_deref()).collect::<Vec<_>>() as &[Option<&str>],
        &column(|one| &one.chat) as &[&str],
        &lists.collect::<Vec<String>>(),
        &asked.iter().map(|one| one.reports.then(|| cycle_of(one.today))).collect::<Vec<_>>()
            as &[Option<NaiveDate>],
        &asked.iter().map(|one| one.today).collect::<Vec<_>>(),
        RECENT,
    )
    .fetch_all(&mut *read)
    .await?;
    let mut found: Vec<Option<Facts>> = asked.iter().map(|_| None).collect();
    let mut standing_in = Vec::new();
    for row in rows {
        let at = usize::try_from(row.place - 1).unwrap_or_default();
        let is_first = found[at].is_none();
        let facts = found[at].get_or_insert_default();
        let door = &mut facts.door;
        if is_first {
            if row.may_stand_in == Some(true) {
                standing_in.push(at);
            }
            facts.basis = row.basis;
            door.seen = row.seen;
            door.chat = row.chat.zip(row.chat_version).map(|(id, version)| ChatFacts {
                id,
                version,
                confirmed: row.confirmed.unwrap_or_default(),
                purpose: row.purpose.as_deref().and_then(Purpose::from_code),
                units: row.chat_units.unwrap_or_default(),
                state: row.chat_state.unwrap_or_default(),
            });
            door.dialogue = match (row.dialogue, row.dialogue_version, row.expires_at) {
                (Some(id), Some(version), Some(expires_at)) => Some(Dialogue {
                    id,
                    version,
                    expires_at,
                    step: row.step.and_then(|step| serde_json::from_value(step).ok()),
                }),
                _ => None,
            };
            if let (Some(holder), Some(holder_version), Some(post), Some(unit)) =
                (row.holder, row.holder_version, row.post, row.unit)
            {
                door.speaker = Some(Speaker {
                    holder,
                    holder_version,
                    post,
                    post_title: row.post_title.unwrap_or_default(),
                    role: known(Role::from_code, "post", "role", &row.role.unwrap_or_default())?,
                    unit: UnitRef { id: unit, name: row.unit_name.unwrap_or_default() },
                    lang: Lang::from_code(&row.lang.unwrap_or_default()),
                    stands_in: Vec::new(),
                });
            }
        }
        let Some((round, name)) = row.round.zip(row.round_name) else { continue };
        if door.rounds.iter().all(|known| known.id != round) {
            door.rounds.push(RoundRef { id: round, name });
        }
        if let (Some(id), Some(version), Some(lead_unit), Some(deadline), Some(opened_on)) =
            (row.item, row.version, row.lead_unit, row.deadline, row.opened_on)
        {
            if let (Some(text), Some(unchanged), Some(effective_on), Some(unit)) =
                (row.last_text, row.last_unchanged, row.last_on, row.unit)
            {
                facts.lasts.push(LastSaid { item: id, unit, text, unchanged, effective_on });
            }
            let item = items::Row {
                id,
                version,
                round,
                number: row.number.unwrap_or_default(),
                title: row.title.unwrap_or_default(),
                lead_unit,
                lead_name: row.lead_name.unwrap_or_default(),
                leader_post: row.leader_post,
                acceptance_unit: row.acceptance_unit,
                deadline,
                kind: row.kind.unwrap_or_default(),
                status: row.status.unwrap_or_default(),
                percent: row.percent.unwrap_or_default(),
                verified_percent: row.verified_percent,
                opened_on,
                cycle: row.cycle.unwrap_or_default(),
                cycle_since: row.cycle_since,
                cycle_why: row.cycle_why,
                last_report_on: row.last_report_on,
                flag: row.flag,
                other_flags: row.other_flags.unwrap_or_default(),
                next_check_on: row.next_check_on,
                co: row.co,
                milestones: row.milestones,
            };
            facts.named.push(item.item()?);
        }
    }
    let mut found: Vec<Facts> = found.into_iter().map(Option::unwrap_or_default).collect();
    for at in standing_in {
        let facts = &mut found[at];
        if let Some(mut speaker) = facts.door.speaker.take() {
            speaker.stands_in = leaves::standing_in(&mut *read, speaker.post, asked[at].today).await?;
            facts.door.speaker = Some(speaker.concerning(&facts.named));
        }
    }
    for facts in &mut found {
        facts.door.rounds.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    }
    Ok(found)
}

/// Wrong binding codes of an account, and since when.
pub async fn wrong_codes(
    read: impl PgExecutor<'_>,
    platform: &str,
    account: &str,
) -> sqlx::Result<Option<(i32, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "SELECT failures, since FROM bind_failure WHERE platform = $1 AND account = $2",
        platform,
        account,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| (row.failures, row.since)))
}

/// A binding code by its digest: its post, and whether it can still be used.
pub struct Code {
    pub id: Uuid,
    pub version: i32,
    pub post: Uuid,
    pub post_version: i32,
    pub post_title: String,
    pub role: Role,
    pub unit: UnitRef,
    pub purpose: CodeFor,
    /// The post of whoever issued it in chat.
    pub issued_by: Option<Uuid>,
    /// Used, taken back or neither.
    pub is_spent: bool,
    pub expires_at: DateTime<Utc>,
}

pub async fn code(read: impl PgExecutor<'_>, digest: &str) -> sqlx::Result<Option<Code>> {
    let row = sqlx::query!(
        r#"
        SELECT
            c.id, c.version, c.expires_at, c.used_by, c.revoked_at, c.purpose, c.issued_by,
            p.id AS post, p.version AS post_version, p.title, p.role,
            u.id AS unit, u.name
        FROM binding_code c
        JOIN post p ON p.id = c.post
        JOIN unit u ON u.id = p.unit
        WHERE c.digest = $1
        "#,
        digest,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(Code {
            id: row.id,
            version: row.version,
            post: row.post,
            post_version: row.post_version,
            post_title: row.title,
            role: known(Role::from_code, "post", "role", &row.role)?,
            unit: UnitRef { id: row.unit, name: row.name },
            purpose: known(CodeFor::from_code, "binding_code", "purpose", &row.purpose)?,
            issued_by: row.issued_by,
            is_spent: row.used_by.is_some() || row.revoked_at.is_some(),
            expires_at: row.expires_at,
        })
    })
    .transpose()
}
