//! One message on its way: worded from what holds now, and handed to the platform. Warnings are looked
//! at again here, just before they leave.

use std::sync::Arc;

use super::lease::Right;
use super::pace::Departure;
use crate::app::{App, real_now};
use crate::commands::card;
use crate::domain::message::Body;
use crate::domain::{Basis, ChatAddress, Lang, Message, Outgoing, Text};
use crate::platforms::{Platform, Sent};
use crate::store::outbox::{Due, End};
use crate::{say, store, warnings};

pub(super) enum Delivered {
    Sent(Sent),
    End(End),
    LeaseOver,
}

/// Words a row, and sends it when its moment has come; unless the right to speak is over by then.
pub(super) async fn deliver(
    app: &App,
    platform: &dyn Platform,
    due: &Due,
    departure: Option<&Departure>,
    right: &Right,
) -> sqlx::Result<Delivered> {
    let body = if due.kind == "warning" {
        match word_warnings(app, due).await? {
            Ok(message) => Body::Message(message),
            Err(end) => return Ok(Delivered::End(end)),
        }
    } else if due.kind == "card" {
        match word_card(app, platform, due).await? {
            Ok(body) => body,
            Err(end) => return Ok(Delivered::End(end)),
        }
    } else {
        if due.kind == "notice"
            && let Err(end) = may_speak(app).await?
        {
            return Ok(Delivered::End(end));
        }
        let message: Option<Message> =
            due.payload.clone().and_then(|payload| serde_json::from_value(payload).ok());
        match (message, &due.press_id) {
            (Some(message), Some(press_id)) => {
                Body::Toast { press_id: press_id.clone(), text: message.text.bare() }
            }
            (Some(message), None) => Body::Message(message),
            (None, _) => {
                return Ok(Delivered::End(End::Dead {
                    reason: "the payload cannot be read by this version".into(),
                }));
            }
        }
    };
    let to = ChatAddress {
        platform: platform.name().to_owned(),
        chat: due.chat.clone(),
        thread: due.thread.clone(),
    };
    let outgoing = Outgoing { id: due.seq, to, body };
    if let Some(departure) = departure {
        let pause = departure.planned() - real_now();
        tokio::time::sleep(pause.to_std().unwrap_or_default()).await;
    }
    if !right.holds() {
        return Ok(Delivered::LeaseOver);
    }
    if let Some(departure) = departure {
        departure.leaves(real_now());
    }
    let sent = right.speak(platform.send(&outgoing)).await;
    if let Some(departure) = departure {
        departure.is_answered(real_now());
    }
    Ok(Delivered::Sent(sent))
}

/// Words a live card from what holds now, as an edit of the message that shows it.
async fn word_card(app: &App, platform: &dyn Platform, due: &Due) -> sqlx::Result<Result<Body, End>> {
    let gone = || Err(End::Withdrawn { reason: "there is no card to edit".into() });
    let Some(item) = due.card_item else { return Ok(gone()) };
    let Some(message_id) = store::outbox::message_of(&app.work, platform.name(), &due.chat, item).await?
    else {
        return Ok(gone());
    };
    let Some(shown) = store::items::by_id(&app.read, item).await? else { return Ok(gone()) };
    let last = store::reports::last(&app.read, item, 1).await?.pop().map(|shown| shown.report);
    let basis = app.desk.basis.fresh(&app.read).await?;
    let message = card::card(&shown, last.as_ref(), app.clock.now().today(), &basis, Lang::Zh);
    Ok(Ok(Body::Edit { message_id, message }))
}

/// Unasked messages rest at night and on days that are not worked; else the basis by which they are worded.
async fn may_speak(app: &App) -> sqlx::Result<Result<Arc<Basis>, End>> {
    let now = app.clock.now();
    let basis = app.desk.basis.fresh(&app.read).await?;
    Ok(match basis.calendar.is_speaking_time(now) {
        true => Ok(basis),
        false => Err(End::Later { not_before: basis.calendar.next_speaking_time(now) }),
    })
}

/// Words warnings from what holds now, or says why they do not leave.
async fn word_warnings(app: &App, due: &Due) -> sqlx::Result<Result<Message, End>> {
    let basis = match may_speak(app).await? {
        Ok(basis) => basis,
        Err(end) => return Ok(Err(end)),
    };
    let reader = store::warnings::reader(&app.read, due.seq).await?;
    let lang = reader.as_ref().map_or(Lang::Zh, |reader| reader.lang);
    let pending = store::warnings::pending(&app.read, &due.warnings, app.clock.now().today(), &basis).await?;
    Ok(match warnings::digest(&pending, app.clock.now().today(), &basis, lang) {
        Some(text) => Ok(match reader.and_then(|reader| reader.for_post) {
            // Whoever stands in knows for whom this is.
            Some(post) => {
                let mut said = Text::plain(say!(lang, "（代 {post}）", "(for {post}) "));
                said.0.extend(text.0);
                said.into()
            }
            None => text.into(),
        }),
        None => Err(End::Withdrawn { reason: "no longer true when it was to leave".into() }),
    })
}
