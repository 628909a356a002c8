//! To whom a message goes when it leaves: the unit's contact or whoever stands in, a holder, whoever holds
//! a post, the office. Only accounts of running platforms count.

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
            Wanted::Office(_) => "the office has no group and nobody bound",
            Wanted::Unknown => "this version does not know whom it is for",
        }
    }
}

/// Where a message can go.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Who that is on this day, on one of these platforms.
pub async fn recipient(
    work: &PgPool,
    wanted: Wanted,
    platforms: &[String],
    today: NaiveDate,
) -> sqlx::Result<Option<Recipient>> {
    match wanted {
        Wanted::UnitContact(unit) => unit_contact(work, unit, platforms, today).await,
        Wanted::Holder(holder) => person(work, Some(holder), None, platforms).await,
        Wanted::Post(post) => person(work, None, Some(post), platforms).await,
        Wanted::Office(post) => match office_group(work, platforms).await? {
            Some(group) => Ok(Some(group)),
            None => somebody_of_the_office(work, post, platforms).await,
        },
        Wanted::Unknown => Ok(None),
    }
}

fn account(platform: String, holder: Uuid, account: String, for_post: Option<Uuid>) -> Recipient {
    Recipient { platform, place: Place::Account { holder, account }, for_post }
}

/// The unit's contact bound last, or whoever stands in for this post on this day. A substitute who is on
/// leave as well speaks for nobody: no chains.
async fn unit_contact(
    work: &PgPool,
    unit: Uuid,
    platforms: &[String],
    today: NaiveDate,
) -> sqlx::Result<Option<Recipient>> {
    let row = sqlx::query!(
        r#"
        SELECT h.id, h.platform, h.account, v.post AS "for_post?"
        FROM post p
        LEFT JOIN leave v ON v.post = p.id
            AND v.ended_on IS NULL
            AND v.from_on <= $3
            AND v.to_on >= $3
        JOIN holder h ON h.post = COALESCE(v.substitute_post, p.id)
            AND h.ended_at IS NULL
            AND h.platform = ANY($2)
        WHERE p.unit = $1
          AND p.role = 'contact'
          AND NOT EXISTS (
              SELECT 1
              FROM leave away
              WHERE away.post = v.substitute_post
                AND away.ended_on IS NULL
                AND away.from_on <= $3
                AND away.to_on >= $3
          )
        ORDER BY
            (SELECT max(own.bound_at) FROM holder own WHERE own.post = p.id AND own.ended_at IS NULL)
                DESC NULLS LAST,
            h.bound_at DESC
        LIMIT 1
        "#,
        unit,
        platforms,
        today,
    )
    .fetch_optional(work)
    .await?;
    Ok(row.map(|row| account(row.platform, row.id, row.account, row.for_post)))
}

/// One holder, ended or not; or the present holder of a post.
async fn person(
    work: &PgPool,
    holder: Option<Uuid>,
    post: Option<Uuid>,
    platforms: &[String],
) -> sqlx::Result<Option<Recipient>> {
    let row = sqlx::query!(
        r#"
        SELECT id, platform, account
        FROM holder
        WHERE (id = $1 OR (post = $2 AND ended_at IS NULL))
          AND platform = ANY($3)
        ORDER BY bound_at DESC
        LIMIT 1
        "#,
        holder,
        post,
        platforms,
    )
    .fetch_optional(work)
    .await?;
    Ok(row.map(|row| account(row.platform, row.id, row.account, None)))
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

/// Whoever holds this post of the office, or another one of its people.
async fn somebody_of_the_office(
    work: &PgPool,
    post: Option<Uuid>,
    platforms: &[String],
) -> sqlx::Result<Option<Recipient>> {
    let row = sqlx::query!(
        r#"
        SELECT h.id, h.platform, h.account
        FROM holder h
        JOIN post p ON p.id = h.post
        WHERE p.role = 'office' AND h.ended_at IS NULL AND h.platform = ANY($2)
        ORDER BY (p.id IS NOT DISTINCT FROM $1) DESC, h.bound_at DESC
        LIMIT 1
        "#,
        post,
        platforms,
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
