//! What a person is told unasked, worded when it leaves, from what holds then: one message, a section for
//! each unit, and at its foot how many this month.

use uuid::Uuid;

use super::addressing::budget;
use crate::app::App;
use crate::commands::cycle::message;
use crate::commands::notice;
use crate::domain::listing::Stage;
use crate::domain::warning::Pending;
use crate::domain::{Basis, Button, Lang, Message, Text};
use crate::store::outbox::{self, Due, End};
use crate::store::warnings::Reader;
use crate::{say, store, warnings};

/// Buttons for single receipts under a digest; the rest is signed for together.
const TO_SIGN: usize = 3;

/// Words a row and what leaves with it, or says why it does not leave.
pub(super) async fn word(app: &App, due: &Due) -> sqlx::Result<Result<Message, End>> {
    let now = app.clock.now();
    let basis = app.desk.basis.fresh(&app.read).await?;
    if !due.at_any_hour && !basis.calendar.is_speaking_time(now) {
        return Ok(Err(End::Later { not_before: basis.calendar.next_speaking_time(now) }));
    }
    let parts = outbox::parts(&app.work, due.seq).await?;
    let reader = store::warnings::reader(&app.work, due.seq, now.today()).await?;
    let lang = reader.as_ref().map_or(Lang::Zh, |reader| reader.lang);
    let ids: Vec<Uuid> = parts.iter().flat_map(|part| part.warnings.iter().copied()).collect();
    let mut pending = store::warnings::pending(&app.read, &ids, now.today(), &basis).await?;
    let mended: Vec<Uuid> = pending
        .extract_if(.., |warning| warnings::line(warning, now.today(), &basis, lang).is_none())
        .map(|warning| warning.id)
        .collect();
    if !mended.is_empty() {
        let post = reader.as_ref().map(|reader| reader.post);
        outbox::drop_mended(&app.work, due.seq, &mended, post, now.utc).await?;
    }
    // What somebody did comes first: it may say why the rest is read.
    let mut messages: Vec<Message> = Vec::new();
    let has_week = parts.iter().any(|part| part.kind == "week");
    let dispatched: Vec<i64> =
        parts.iter().filter(|part| part.kind == "dispatch").map(|part| part.seq).collect();
    for copy in parts.iter().filter(|part| part.kind == "copy").filter_map(|part| part.copy) {
        let mut read = app.read.acquire().await?;
        messages.extend(
            store::notices::of_copy(&mut read, copy)
                .await?
                .and_then(|of| notice::message::of_unit(&of, copy, now.today(), &basis, lang)),
        );
    }
    for part in parts.into_iter().filter(|part| part.kind == "notice") {
        let Some(notice) = part.payload.and_then(|payload| serde_json::from_value(payload).ok()) else {
            return Ok(Err(End::Dead { reason: "the payload cannot be read by this version".into() }));
        };
        messages.push(notice);
    }
    if let Some(reader) = reader.as_ref().filter(|_| has_week) {
        messages.extend(week(app, reader, &basis).await?);
    }
    for seq in dispatched {
        messages.extend(asked(app, seq, &basis, lang).await?);
    }
    messages.extend(warned(app, &pending, reader.as_ref(), &basis).await?);
    let Some(mut message) = messages.into_iter().reduce(Message::and) else {
        return Ok(Err(End::Withdrawn { reason: "no longer true when it was to leave".into() }));
    };
    if let Some(reader) = reader.filter(|reader| reader.is_counted && reader.role.has_budget()) {
        let foot = foot(&reader, budget(app, &basis).await?);
        message.text = message.text.then("\n").then(foot);
    }
    Ok(Ok(message))
}

/// A section for each unit, the reader's own first; whoever stands in reads for whom.
async fn warned(
    app: &App,
    pending: &[Pending],
    reader: Option<&Reader>,
    basis: &Basis,
) -> sqlx::Result<Vec<Message>> {
    let today = app.clock.now().today();
    let lang = reader.map_or(Lang::Zh, |reader| reader.lang);
    let own = reader.map(|reader| reader.unit);
    let mut units: Vec<&crate::domain::UnitRef> = Vec::new();
    for warning in pending {
        if !units.iter().any(|unit| unit.id == warning.unit.id) {
            units.push(&warning.unit);
        }
    }
    units.sort_by_key(|unit| Some(unit.id) != own);
    let stands_in = match reader {
        Some(reader) if units.iter().any(|unit| unit.id != reader.unit) => {
            store::leaves::standing_in(&app.read, reader.post, today).await?
        }
        _ => Vec::new(),
    };
    let is_one = units.len() == 1;
    let mut sections = Vec::new();
    for unit in units {
        let of_unit: Vec<Pending> =
            pending.iter().filter(|warning| warning.unit.id == unit.id).cloned().collect();
        let Some(text) = warnings::digest(&of_unit, today, basis, lang) else { continue };
        let name = &unit.name;
        let post = stands_in.iter().find(|away| away.unit.id == unit.id).map(|away| &away.post_title);
        let head = match post {
            Some(post) if is_one => Text::plain(say!(lang, "（代 {post}）", "(for {post}) ")),
            Some(post) => {
                Text::default().strong(say!(lang, "▍{name}（代 {post}）\n", "▍{name} (for {post})\n"))
            }
            None if is_one => Text::default(),
            None => Text::default().strong(format!("▍{name}\n")),
        };
        let mut section = head;
        section.0.extend(text.0);
        let numbers = warnings::to_sign(&of_unit, today, basis, lang);
        sections.push(Message::from(section).row(to_sign(&numbers, lang)));
    }
    Ok(sections)
}

/// One button for each of the first items, and one for all of them.
fn to_sign(numbers: &[i32], lang: Lang) -> Vec<Option<Button>> {
    let one = |number: &i32| {
        Button::new(
            say!(lang, "签收 {number}", "acknowledge {number}"),
            say!(lang, "签收 {number}", "acknowledge {number}"),
        )
    };
    let all =
        || Button::new(say!(lang, "全部签收", "all of them"), say!(lang, "签收 全部", "acknowledge all"));
    numbers.iter().take(TO_SIGN).map(one).chain((numbers.len() > 1).then(all)).collect()
}

/// What a unit still owes in the periods that were sent out; nothing when it was reported meanwhile.
async fn asked(app: &App, seq: i64, basis: &Basis, lang: Lang) -> sqlx::Result<Option<Message>> {
    let Some((unit, name, cycles)) = store::cycles::copy(&app.read, seq).await? else { return Ok(None) };
    let owed = store::cycles::owed_by(&app.read, &cycles, unit, message::NAMED).await?;
    Ok(message::words(&name, &owed, app.clock.now().today(), basis, lang))
}

/// A leader's week, from the items the post holds now.
async fn week(app: &App, reader: &Reader, basis: &Basis) -> sqlx::Result<Option<Message>> {
    let rounds = store::statements::rounds(&app.read).await?;
    let held = store::items::held_by(&app.read, &rounds, reader.post, Stage::Open).await?;
    let heard = store::statements::heard(&app.read, reader.post).await?;
    let today = app.clock.now().today();
    Ok(warnings::leader::week(&reader.post_title, &held, &heard, (today, basis), reader.lang))
}

/// How many unasked messages this month, and how many at most.
fn foot(reader: &Reader, budget: usize) -> String {
    let (spoken, lang) = (reader.spoken, reader.lang);
    let over = match usize::try_from(spoken).is_ok_and(|spoken| spoken > budget) {
        true => say!(
            lang,
            "（发文不受限；其余超出的由整改办放行）",
            " (papers are not held by it; the office let through what else is above it)"
        ),
        false => String::new(),
    };
    say!(
        lang,
        "本月向你发出 {spoken} 条，上限 {budget} 条{over}",
        "{spoken} messages to you this month, {budget} at most{over}"
    )
}
