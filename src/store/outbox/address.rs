//! To whom a message goes when it leaves: the unit's contact or whoever stands in, a holder, whoever holds
//! a post, the office. Only accounts of running platforms count.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;
use uuid::Uuid;

/// Whom a row without a chat wants to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wanted {
    UnitContact(Uuid),
    Holder(Uuid),
    Post(Uuid),
    Office(Option<Uuid>),
    OfficeBut(Uuid),
    /// Written by a newer program.
    Unknown,
}

impl Wanted {
    /// Whom the columns of a row name.
    pub(super) fn of(audience: Option<&str>, id: Option<Uuid>, unit: Option<Uuid>) -> Wanted {
        match (audience, id, unit) {
            (None, _, Some(unit)) => Wanted::UnitContact(unit),
            (Some("holder"), Some(holder), _) => Wanted::Holder(holder),
            (Some("post"), Some(post), _) => Wanted::Post(post),
            (Some("office"), post, _) => Wanted::Office(post),
            (Some("office_but"), Some(post), _) => Wanted::OfficeBut(post),
            _ => Wanted::Unknown,
        }
    }

    /// Somebody who is to be left in peace: what is said to the same person at the same time is one message.
    pub fn is_spared(self) -> bool {
        matches!(self, Wanted::UnitContact(_) | Wanted::Post(_))
    }

    /// Why it is put before the office when nobody is found.
    pub fn nobody(self) -> &'static str {
        match self {
            Wanted::UnitContact(_) => "the unit has no bound contact",
            Wanted::Holder(_) => "the person is on no connected platform",
            Wanted::Post(_) => "the post has no bound holder",
            Wanted::Office(_) | Wanted::OfficeBut(_) => "the office has no group and nobody bound",
            Wanted::Unknown => "this version does not know whom it is for",
        }
    }
}

/// Where a message can go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// A person, in private: how that chat is called, the platform knows.
    Account {
        holder: Uuid,
        account: String,
    },
    Chat {
        chat: String,
        thread: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub platform: String,
    pub place: Place,
    /// The post on leave for which somebody stands in.
    pub for_post: Option<Uuid>,
}

/// Who these are on this day, on one of these platforms; whoever is not found is left out.
pub async fn recipients(
    work: &PgPool,
    wanted: &[Wanted],
    platforms: &[String],
    today: NaiveDate,
) -> sqlx::Result<HashMap<Wanted, Recipient>> {
    let (mut units, mut people) = (Vec::new(), Vec::new());
    let mut found = HashMap::new();
    for wanted in wanted {
        match *wanted {
            Wanted::UnitContact(unit) => units.push(unit),
            Wanted::Holder(id) | Wanted::Post(id) => people.push(id),
            Wanted::Office(_) | Wanted::OfficeBut(_) => {
                let to = match office_group(work, platforms).await? {
                    Some(group) => Some(group),
                    None => somebody_of_the_office(work, *wanted, platforms).await?,
                };
                found.extend(to.map(|to| (*wanted, to)));
            }
            Wanted::Unknown => {}
        }
    }
    let units = unit_contacts(work, &units, platforms, today).await?;
    let people = persons(work, &people, platforms).await?;
    for wanted in wanted {
        let to = match wanted {
            Wanted::UnitContact(unit) => units.get(unit),
            Wanted::Holder(id) | Wanted::Post(id) => people.get(id),
            Wanted::Office(_) | Wanted::OfficeBut(_) | Wanted::Unknown => None,
        };
        found.extend(to.map(|to| (*wanted, to.clone())));
    }
    Ok(found)
}

fn account(platform: String, holder: Uuid, account: String, for_post: Option<Uuid>) -> Recipient {
    Recipient { platform, place: Place::Account { holder, account }, for_post }
}

/// Who reads for these units.
async fn unit_contacts(
    work: &PgPool,
    units: &[Uuid],
    platforms: &[String],
    today: NaiveDate,
) -> sqlx::Result<HashMap<Uuid, Recipient>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            u.id AS "unit!", r.holder AS "holder!", r.platform AS "platform!", r.account AS "account!",
            r.for_post
        FROM unnest($1::uuid[]) AS u (id)
        CROSS JOIN LATERAL unit_reader(u.id, $3, $2) AS r
        "#,
        units,
        platforms,
        today,
    )
    .fetch_all(work)
    .await?;
    let found =
        rows.into_iter().map(|row| (row.unit, account(row.platform, row.holder, row.account, row.for_post)));
    Ok(found.collect())
}

/// These holders, ended or not, and the present holders of these posts.
async fn persons(
    work: &PgPool,
    ids: &[Uuid],
    platforms: &[String],
) -> sqlx::Result<HashMap<Uuid, Recipient>> {
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT ON (f.asked)
            f.asked AS "asked!", f.id AS "id!", f.platform AS "platform!", f.account AS "account!"
        FROM (
            SELECT a.id AS asked, h.id, h.platform, h.account, h.bound_at
            FROM unnest($1::uuid[]) AS a (id)
            JOIN holder h ON h.id = a.id
            UNION ALL
            SELECT a.id, h.id, h.platform, h.account, h.bound_at
            FROM unnest($1::uuid[]) AS a (id)
            JOIN holder h ON h.post = a.id AND h.ended_at IS NULL
        ) AS f
        WHERE f.platform = ANY($2)
        ORDER BY f.asked, f.bound_at DESC
        "#,
        ids,
        platforms,
    )
    .fetch_all(work)
    .await?;
    Ok(rows.into_iter().map(|row| (row.asked, account(row.platform, row.id, row.account, None))).collect())
}

/// The group that the office set up last as its own.
async fn office_group(work: &PgPool, platforms: &[String]) -> sqlx::Result<Option<Recipient>> {
    let row = sqlx::query!(
        r#"
        SELECT platform, chat, thread
        FROM chat
        WHERE purpose = 'office' AND confirmed AND state = 'active' AND platform = ANY($1)
        ORDER BY set_at DESC
        LIMIT 1
        "#,
        platforms,
    )
    .fetch_optional(work)
    .await?;
    Ok(row.map(|row| Recipient {
        platform: row.platform,
        place: Place::Chat { chat: row.chat, thread: row.thread },
        for_post: None,
    }))
}

/// Whoever holds this post of the office, or another one than this; or else who of its people was bound first.
async fn somebody_of_the_office(
    work: &PgPool,
    wanted: Wanted,
    platforms: &[String],
) -> sqlx::Result<Option<Recipient>> {
    let (post, but) = match wanted {
        Wanted::Office(post) => (post, None),
        Wanted::OfficeBut(but) => (None, Some(but)),
        _ => (None, None),
    };
    let row = sqlx::query!(
        r#"
        SELECT h.id, h.platform, h.account
        FROM holder h
        JOIN post p ON p.id = h.post
        WHERE p.role = 'office' AND h.ended_at IS NULL AND h.platform = ANY($2)
        ORDER BY (p.id IS NOT DISTINCT FROM $1) DESC, p.id IS NOT DISTINCT FROM $3, h.bound_at, h.id
        LIMIT 1
        "#,
        post,
        platforms,
        but,
    )
    .fetch_optional(work)
    .await?;
    Ok(row.map(|row| account(row.platform, row.id, row.account, None)))
}

/// Addresses a row that speaks to the office or to one person alone, or puts it before the office when
/// nobody is there.
pub async fn address(
    work: &PgPool,
    seq: i64,
    to: Result<(&Recipient, &str), &str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (recipient, chat) = (to.ok().map(|to| to.0), to.ok().map(|to| to.1));
    let (holder, thread) = match recipient.map(|recipient| &recipient.place) {
        Some(Place::Account { holder, .. }) => (Some(*holder), None),
        Some(Place::Chat { thread, .. }) => (None, thread.as_deref()),
        None => (None, None),
    };
    sqlx::query!(
        r#"
        UPDATE outbox
        SET platform = $2,
            chat = $3,
            thread = $4,
            to_holder = $5,
            for_post = $6,
            state = CASE WHEN $3::text IS NULL THEN 'held' ELSE 'due' END,
            reason = $7,
            settled_at = CASE WHEN $3::text IS NULL THEN $8::timestamptz END
        WHERE seq = $1 AND state = 'due' AND chat IS NULL
        "#,
        seq,
        recipient.map(|recipient| recipient.platform.as_str()),
        chat,
        thread,
        holder,
        recipient.and_then(|recipient| recipient.for_post),
        to.err(),
        now,
    )
    .execute(work)
    .await
    .map(|_| ())
}
