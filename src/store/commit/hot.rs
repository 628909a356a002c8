//! The hot kinds (item, report, history, warning, audit, outbox) of a whole batch, written set-wise by
//! one statement: what costs is the number of statements, not the number of rows.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Audience, Decision, Effect, Saying};

/// An answer to a pressed button is worth nothing later.
const TOAST_LIFE: TimeDelta = TimeDelta::seconds(15);

pub(super) fn is_cold(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::ItemChanged { .. }
            | Effect::ReportAdded(_)
            | Effect::WarningRaised(_)
            | Effect::EditAsked { .. }
            | Effect::ItemChecked { .. }
            | Effect::CaseOpened(_)
            | Effect::CaseMoved { .. }
            | Effect::CaseClosed { .. }
            | Effect::Proposed(_)
    )
}

/// One column per vector, as `unnest` wants them.
#[derive(Default)]
pub(super) struct Rows<'d> {
    real_now: DateTime<Utc>,
    changes: Changes<'d>,
    reports: Reports<'d>,
    warnings: Warnings<'d>,
    audit: Audit<'d>,
    outbox: Outbox<'d>,
    /// Items that their live cards show otherwise from now on.
    shown: Vec<Uuid>,
}

#[derive(Default)]
struct Changes<'d> {
    item: Vec<Uuid>,
    version: Vec<i32>,
    status: Vec<&'d str>,
    percent: Vec<i16>,
    verified: Vec<Option<i16>>,
    last_report_on: Vec<Option<NaiveDate>>,
    flag: Vec<Option<&'d str>>,
    other_flags: Vec<String>,
    next_check_on: Vec<Option<NaiveDate>>,
    why: Vec<&'d str>,
    by_post: Vec<Option<Uuid>>,
    effective_on: Vec<NaiveDate>,
    recorded_at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
struct Reports<'d> {
    item: Vec<Uuid>,
    version: Vec<i32>,
    unit: Vec<Uuid>,
    post: Vec<Uuid>,
    part: Vec<&'d str>,
    percent: Vec<Option<i16>>,
    text: Vec<&'d str>,
    correction: Vec<bool>,
    effective_on: Vec<NaiveDate>,
    recorded_at: Vec<DateTime<Utc>>,
    unchanged: Vec<bool>,
    next_step: Vec<&'d str>,
    next_on: Vec<Option<NaiveDate>>,
    cause: Vec<Option<&'d str>>,
    difficulty: Vec<&'d str>,
    help: Vec<&'d str>,
    odd: Vec<String>,
}

#[derive(Default)]
struct Warnings<'d> {
    id: Vec<Uuid>,
    item: Vec<Uuid>,
    unit: Vec<Uuid>,
    rule: Vec<&'d str>,
    rung: Vec<&'d str>,
    period: Vec<&'d str>,
    raised_at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
struct Audit<'d> {
    at: Vec<DateTime<Utc>>,
    action: Vec<&'d str>,
    post: Vec<Option<Uuid>>,
    account: Vec<Option<&'d str>>,
    item: Vec<Option<Uuid>>,
    details: Vec<Value>,
}

#[derive(Default)]
struct Outbox<'d> {
    kind: Vec<&'d str>,
    lane: Vec<&'d str>,
    platform: Vec<Option<&'d str>>,
    chat: Vec<Option<&'d str>>,
    thread: Vec<Option<&'d str>>,
    unit: Vec<Option<Uuid>>,
    audience: Vec<Option<&'d str>>,
    audience_id: Vec<Option<Uuid>>,
    press_id: Vec<Option<&'d str>>,
    payload: Vec<Option<String>>,
    warnings: Vec<Option<String>>,
    on_doubt: Vec<&'d str>,
    not_before: Vec<Option<DateTime<Utc>>>,
    expires_at: Vec<Option<DateTime<Utc>>>,
    card_item: Vec<Option<Uuid>>,
    copy: Vec<Option<Uuid>>,
}

impl<'d> Rows<'d> {
    pub(super) fn new(real_now: DateTime<Utc>) -> Rows<'d> {
        Rows { real_now, ..Rows::default() }
    }

    /// Whether the batch has something to say.
    pub(super) fn speak(&self) -> bool {
        !self.outbox.kind.is_empty()
    }

    pub(super) fn add(&mut self, decision: &'d Decision) {
        for effect in &decision.effects {
            match effect {
                Effect::ItemChanged { item, version, state, why } => {
                    self.shown.push(*item);
                    let c = &mut self.changes;
                    c.item.push(*item);
                    c.version.push(*version);
                    c.status.push(state.status.code());
                    c.percent.push(state.percent);
                    c.verified.push(state.verified_percent);
                    c.last_report_on.push(state.last_report_on);
                    c.flag.push(state.flag.map(|flag| flag.code()));
                    c.other_flags
                        .push(state.other_flags.iter().map(|f| f.code()).collect::<Vec<_>>().join(","));
                    c.next_check_on.push(state.next_check_on);
                    c.why.push(why.code());
                    c.by_post.push(decision.actor.post);
                    c.effective_on.push(decision.now.today());
                    c.recorded_at.push(decision.now.utc);
                }
                Effect::ReportAdded(report) => {
                    let r = &mut self.reports;
                    r.item.push(report.item);
                    r.version.push(report.version);
                    r.unit.push(report.unit);
                    r.post.push(report.post);
                    r.part.push(report.part.code());
                    r.percent.push(report.percent);
                    r.text.push(&report.text);
                    r.correction.push(report.correction);
                    r.effective_on.push(report.effective_on);
                    r.recorded_at.push(report.recorded_at);
                    r.unchanged.push(report.unchanged);
                    r.next_step.push(&report.details.next_step);
                    r.next_on.push(report.details.next_on);
                    r.cause.push(report.details.cause.map(|cause| cause.code()));
                    r.difficulty.push(&report.details.difficulty);
                    r.help.push(&report.details.help);
                    r.odd.push(report.odd.iter().map(|odd| odd.code()).collect::<Vec<_>>().join(","));
                }
                Effect::WarningRaised(warning) => {
                    let w = &mut self.warnings;
                    w.id.push(warning.id);
                    w.item.push(warning.item);
                    w.unit.push(warning.unit);
                    w.rule.push(&warning.rule);
                    w.rung.push(warning.rung);
                    w.period.push(&warning.period);
                    w.raised_at.push(decision.now.utc);
                }
                Effect::ReceiptGiven(receipt) => self.shown.push(receipt.item),
                _ => {}
            }
            if let Some(line) = effect.audit() {
                let a = &mut self.audit;
                a.at.push(decision.now.utc);
                a.action.push(line.action);
                a.post.push(decision.actor.post);
                a.account.push(decision.actor.account.as_deref());
                a.item.push(line.item);
                a.details.push(line.details);
            }
        }
        self.outbox.add(decision, self.real_now);
    }

    pub(super) async fn write(&self, tx: &mut PgConnection) -> sqlx::Result<()> {
        let (c, r, w, a, o) = (&self.changes, &self.reports, &self.warnings, &self.audit, &self.outbox);
        sqlx::query!(
            r#"
            WITH change AS (
                SELECT *
                FROM unnest(
                    $1::uuid[], $2::integer[], $3::text[], $4::smallint[], $5::date[], $6::text[],
                    $7::text[], $8::date[], $9::text[], $10::uuid[], $11::date[], $12::timestamptz[],
                    $49::smallint[]
                ) AS c (
                    item, version, status, percent, last_report_on, flag,
                    other_flags, next_check_on, why, by_post, effective_on, recorded_at, verified_percent
                )
            ), changed AS (
                UPDATE item
                SET version = c.version,
                    status = c.status,
                    percent = c.percent,
                    verified_percent = c.verified_percent,
                    last_report_on = c.last_report_on,
                    flag = c.flag,
                    other_flags = string_to_array(c.other_flags, ','),
                    next_check_on = c.next_check_on
                FROM change c
                WHERE item.id = c.item
            ), remembered AS (
                INSERT INTO item_history
                    (item, version, change, status, percent, verified_percent, flag, by_post, effective_on,
                     recorded_at)
                SELECT
                    item, version, why, status, percent, verified_percent, flag, by_post, effective_on, recorded_at
                FROM change
            ), reported AS (
                INSERT INTO report
                    (item, version, unit, post, part, percent, text, correction, effective_on, recorded_at,
                     unchanged, next_step, next_on, cause, difficulty, help, odd)
                SELECT
                    item, version, unit, post, part, percent, text, correction, effective_on, recorded_at,
                    unchanged, next_step, next_on, cause, difficulty, help, string_to_array(odd, ',')
                FROM unnest(
                    $13::uuid[], $14::integer[], $15::uuid[], $16::uuid[], $17::text[], $18::smallint[],
                    $19::text[], $20::boolean[], $21::date[], $22::timestamptz[],
                    $50::boolean[], $51::text[], $52::date[], $53::text[], $54::text[], $55::text[], $56::text[]
                ) AS r (
                    item, version, unit, post, part, percent, text, correction, effective_on, recorded_at,
                    unchanged, next_step, next_on, cause, difficulty, help, odd
                )
            ), warned AS (
                INSERT INTO warning (id, item, unit, rule, rung, period, raised_at)
                SELECT *
                FROM unnest(
                    $23::uuid[], $24::uuid[], $25::uuid[], $26::text[], $27::text[], $28::text[],
                    $29::timestamptz[]
                )
                -- Raised before, by another replica or another sweep: once is enough.
                ON CONFLICT (item, unit, rule, rung, period) DO NOTHING
            ), audited AS (
                INSERT INTO audit (at, action, actor_post, actor_account, item, details)
                SELECT *
                FROM unnest(
                    $30::timestamptz[], $31::text[], $32::uuid[], $33::text[], $34::uuid[], $35::jsonb[]
                )
            ), refreshed AS (
                -- Live cards of changed items are edited, also those that an answer on its way is to
                -- become; but not where an answer becomes the card anyway, nor where an edit is waiting
                -- already: it is worded when it leaves.
                INSERT INTO outbox (kind, lane, platform, chat, thread, card_item, on_doubt, created_at)
                SELECT 'card', 'chat', k.platform, k.chat, k.thread, k.item, 'repeat', $48
                FROM (
                    SELECT platform, chat, thread, item
                    FROM card
                    WHERE item = ANY($60::uuid[])
                    UNION
                    SELECT platform, chat, thread, card_item
                    FROM outbox
                    WHERE card_item = ANY($60::uuid[])
                      AND kind <> 'card'
                      AND settled_at IS NULL
                ) AS k
                WHERE NOT EXISTS (
                    SELECT 1
                    FROM unnest($39::text[], $57::uuid[]) AS said (chat, card_item)
                    WHERE said.chat = k.chat AND said.card_item = k.item
                )
                  AND NOT EXISTS (
                      SELECT 1
                      FROM outbox w
                      WHERE w.card_item = k.item AND w.chat = k.chat AND w.kind = 'card' AND w.state = 'due'
                  )
            )
            INSERT INTO outbox
                (kind, lane, platform, chat, thread, audience_unit, press_id, payload, warnings,
                 on_doubt, not_before, expires_at, created_at, card_item, audience, audience_id, copy)
            SELECT
                kind, lane, platform, chat, thread, unit, press_id, payload::jsonb,
                string_to_array(warnings, ',')::uuid[], on_doubt, not_before, expires_at, $48,
                card_item, audience, audience_id, copy
            FROM unnest(
                $36::text[], $37::text[], $38::text[], $39::text[], $40::text[], $41::uuid[], $42::text[],
                $43::text[], $44::text[], $45::text[], $46::timestamptz[], $47::timestamptz[], $57::uuid[],
                $58::text[], $59::uuid[], $61::uuid[]
            ) WITH ORDINALITY AS o (
                kind, lane, platform, chat, thread, unit, press_id, payload, warnings, on_doubt,
                not_before, expires_at, card_item, audience, audience_id, copy, place
            )
            ORDER BY place
            "#,
            &c.item,
            &c.version,
            &c.status as &[&str],
            &c.percent,
            &c.last_report_on as &[Option<NaiveDate>],
            &c.flag as &[Option<&str>],
            &c.other_flags,
            &c.next_check_on as &[Option<NaiveDate>],
            &c.why as &[&str],
            &c.by_post as &[Option<Uuid>],
            &c.effective_on,
            &c.recorded_at,
            &r.item,
            &r.version,
            &r.unit,
            &r.post,
            &r.part as &[&str],
            &r.percent as &[Option<i16>],
            &r.text as &[&str],
            &r.correction,
            &r.effective_on,
            &r.recorded_at,
            &w.id,
            &w.item,
            &w.unit,
            &w.rule as &[&str],
            &w.rung as &[&str],
            &w.period as &[&str],
            &w.raised_at,
            &a.at,
            &a.action as &[&str],
            &a.post as &[Option<Uuid>],
            &a.account as &[Option<&str>],
            &a.item as &[Option<Uuid>],
            &a.details,
            &o.kind as &[&str],
            &o.lane as &[&str],
            &o.platform as &[Option<&str>],
            &o.chat as &[Option<&str>],
            &o.thread as &[Option<&str>],
            &o.unit as &[Option<Uuid>],
            &o.press_id as &[Option<&str>],
            &o.payload as &[Option<String>],
            &o.warnings as &[Option<String>],
            &o.on_doubt as &[&str],
            &o.not_before as &[Option<DateTime<Utc>>],
            &o.expires_at as &[Option<DateTime<Utc>>],
            self.real_now,
            &c.verified as &[Option<i16>],
            &r.unchanged,
            &r.next_step as &[&str],
            &r.next_on as &[Option<NaiveDate>],
            &r.cause as &[Option<&str>],
            &r.difficulty as &[&str],
            &r.help as &[&str],
            &r.odd,
            &o.card_item as &[Option<Uuid>],
            &o.audience as &[Option<&str>],
            &o.audience_id as &[Option<Uuid>],
            &self.shown,
            &o.copy as &[Option<Uuid>],
        )
        .execute(tx)
        .await
        .map(|_| ())
    }
}

impl<'d> Outbox<'d> {
    fn add(&mut self, decision: &'d Decision, real_now: DateTime<Utc>) {
        for reply in &decision.replies {
            let (lane, to, unit, press_id, expires_at) = match &reply.audience {
                Audience::Chat(to) => ("chat", Some(to), None, None, None),
                Audience::Press { to, press_id } => {
                    ("toast", Some(to), None, Some(press_id.as_str()), Some(real_now + TOAST_LIFE))
                }
                Audience::UnitContact(unit) => ("chat", None, Some(*unit), None, None),
                Audience::Holder(_) | Audience::Post(_) | Audience::Office(_) | Audience::OfficeBut(_) => {
                    ("chat", None, None, None, None)
                }
            };
            let (audience, audience_id) = match &reply.audience {
                Audience::Holder(holder) => (Some("holder"), Some(*holder)),
                Audience::Post(post) => (Some("post"), Some(*post)),
                Audience::Office(post) => (Some("office"), *post),
                Audience::OfficeBut(post) => (Some("office_but"), Some(*post)),
                Audience::Chat(_) | Audience::Press { .. } | Audience::UnitContact(_) => (None, None),
            };
            let (kind, payload, warnings) = match &reply.say {
                // A message is plain data of ours: it always becomes JSON.
                Saying::Message(message) => ("answer", serde_json::to_string(message).ok(), None),
                Saying::Notice(message) | Saying::Sheet(_, message) => {
                    ("notice", serde_json::to_string(message).ok(), None)
                }
                Saying::Secret(message) => ("secret", serde_json::to_string(message).ok(), None),
                Saying::Week => ("week", None, None),
                Saying::Copy(_) => ("copy", None, None),
                Saying::Warnings(ids) => {
                    ("warning", None, Some(ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")))
                }
            };
            self.kind.push(kind);
            self.lane.push(lane);
            self.platform.push(to.map(|to| to.platform.as_str()));
            self.chat.push(to.map(|to| to.chat.as_str()));
            self.thread.push(to.and_then(|to| to.thread.as_deref()));
            self.unit.push(unit);
            self.audience.push(audience);
            self.audience_id.push(audience_id);
            self.press_id.push(press_id);
            self.payload.push(payload);
            self.warnings.push(warnings);
            self.on_doubt.push(reply.on_doubt.code());
            self.not_before.push(reply.not_before);
            self.expires_at.push(expires_at);
            self.card_item.push(reply.card_of);
            self.copy.push(match reply.say {
                Saying::Copy(copy) | Saying::Sheet(copy, _) => Some(copy),
                _ => None,
            });
        }
    }
}
