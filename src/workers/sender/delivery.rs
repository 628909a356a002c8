//! One message on its way: worded from what holds now, and handed to the platform. Warnings are looked
//! at again here, just before they leave.

use super::digest;
use super::lease::Right;
use super::pace::Departure;
use crate::app::{App, real_now};
use crate::commands::card;
use crate::domain::message::Body;
use crate::domain::{ChatAddress, Lang, Message, Outgoing};
use crate::files::Folder;
use crate::platforms::{Platform, Sent};
use crate::store;
use crate::store::outbox::{Due, End};

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
    let body = if matches!(due.kind.as_str(), "warning" | "notice" | "week" | "dispatch" | "copy") {
        match digest::word(app, due).await? {
            Ok(message) => Body::Message(message),
            Err(end) => return Ok(Delivered::End(end)),
        }
    } else if due.kind == "card" {
        match word_card(app, platform, due).await? {
            Ok(body) => body,
            Err(end) => return Ok(Delivered::End(end)),
        }
    } else {
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
    let path = match &body {
        Body::Message(Message { file: Some(file), .. }) => {
            let lies = Folder::of(&app.settings.data_dir).path(&file.sha256).filter(|path| path.exists());
            let Some(lies) = lies else {
                // Another replica may have it, where they do not share the folder.
                return Ok(Delivered::Sent(Sent::Again("the file is not in the data folder".into())));
            };
            Some(lies)
        }
        _ => None,
    };
    let outgoing = Outgoing { id: due.seq, to, body, path };
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
    let warned =
        store::receipts::open(&mut *app.read.acquire().await?, &[shown.round], None, Some(item)).await?;
    let message = card::card(&shown, last.as_ref(), &warned, app.clock.now().today(), &basis, Lang::Zh);
    Ok(Ok(Body::Edit { message_id, message }))
}
