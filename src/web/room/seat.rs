//! Who sits in front of the page: the cookie, the person behind it, and the chats this person may
//! see. Pages name a chat only as "mine", "my unit's" or "everybody's", so nobody can even ask for
//! another's.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, InvalidHeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use chrono::Duration;
use sha2::{Digest, Sha256};

use super::refusal::Refusal;
use crate::app::{App, real_now};
use crate::domain::code::hex;
use crate::store::room::{self, Persona, Visitor};

/// A contact who reports once a month stays signed in.
const SESSION: Duration = Duration::days(40);

/// A chat of the room, as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// How pages name it: `me`, `unit` or `all`.
    pub slot: &'static str,
    /// Its id on the platform.
    pub id: String,
    pub name: String,
    /// Who reads along.
    pub readers: String,
}

/// The chats a person may read and write; an account without a post has only its own.
pub fn chats(visitor: &Visitor) -> Vec<Chat> {
    let mut chats = vec![Chat {
        slot: "me",
        id: private_chat(&visitor.account),
        name: "督办私聊".to_owned(),
        readers: "只有你和督办助手看得到".to_owned(),
    }];
    if let Some(seat) = &visitor.seat {
        let unit = &seat.unit.name;
        chats.push(Chat {
            slot: "unit",
            id: format!("unit:{}", seat.unit.id),
            name: format!("{unit}整改群"),
            readers: format!("{unit}的同事看得到"),
        });
        chats.push(Chat {
            slot: "all",
            id: "all".to_owned(),
            name: "整改工作群".to_owned(),
            readers: "各单位都看得到；事项内容只在本单位群或私聊里回答".to_owned(),
        });
    }
    chats
}

pub fn private_chat(account: &str) -> String {
    format!("me:{account}")
}

/// The chats where a persona may find something new, for the mark on its card.
pub fn own_chats(persona: &Persona) -> [String; 2] {
    [private_chat(&persona.account), format!("unit:{}", persona.unit.id)]
}

/// The chat a form or a stream speaks of. `account` is whom the page was made for: a page of another
/// tab, left open while this browser changed seats, must not speak as somebody else.
pub fn enter(visitor: &Visitor, account: &str, slot: &str) -> Result<Chat, Refusal> {
    if account != visitor.account {
        return Err(Refusal::told(StatusCode::CONFLICT, "你已在另一个标签页换了座位，请刷新本页。"));
    }
    chats(visitor).into_iter().find(|chat| chat.slot == slot).ok_or_else(Refusal::not_yours)
}

/// How a person is named in a group: unit and name, as work groups ask for.
pub fn signature(visitor: &Visitor) -> String {
    match &visitor.seat {
        Some(seat) if !visitor.name.contains(&seat.unit.name) => {
            format!("{} {}", seat.unit.name, visitor.name)
        }
        _ => visitor.name.clone(),
    }
}

/// A person with a valid cookie; everybody else is turned away.
pub struct Seated(pub Visitor);

impl FromRequestParts<Arc<App>> for Seated {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Seated, Refusal> {
        visitor(app, &parts.headers).await?.map(Seated).ok_or_else(Refusal::not_seated)
    }
}

/// Whoever this browser's cookie belongs to.
pub async fn visitor(app: &App, headers: &HeaderMap) -> Result<Option<Visitor>, Refusal> {
    let Some(token) = token(app, headers) else { return Ok(None) };
    Ok(room::visitor(&app.read, &digest(token), real_now()).await?)
}

/// Sits an account down and returns the cookie for it. The browser's seat before ends.
pub async fn sit(app: &App, headers: &HeaderMap, account: &str, name: &str) -> Result<HeaderValue, Refusal> {
    let token = hex(&rand::random::<[u8; 32]>());
    let now = real_now();
    leave(app, headers).await?;
    room::forget_expired(&app.work, now).await?;
    room::open(
        &app.work,
        room::NewSession {
            digest: &digest(&token),
            account,
            name,
            created_at: now,
            expires_at: now + SESSION,
        },
    )
    .await?;
    Ok(cookie(app, &token, SESSION)?)
}

/// Ends this browser's seat.
pub async fn leave(app: &App, headers: &HeaderMap) -> Result<HeaderValue, Refusal> {
    if let Some(token) = token(app, headers) {
        room::close(&app.work, &digest(token)).await?;
        // Other open pages of this browser notice at once.
        app.room_bell.ring();
    }
    Ok(cookie(app, "", Duration::zero())?)
}

/// A visitor who comes again stays signed in: a fresh cookie once half the time is over.
pub async fn stay(app: &App, headers: &HeaderMap, visitor: &Visitor) -> Result<Option<HeaderValue>, Refusal> {
    let until = real_now() + SESSION;
    let Some(token) = token(app, headers).filter(|_| visitor.expires_at < until - SESSION / 2) else {
        return Ok(None);
    };
    room::extend(&app.work, &visitor.digest, until).await?;
    Ok(Some(cookie(app, token, SESSION)?))
}

/// Over https the name itself tells browsers to take the cookie from this very host only.
fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-duban_seat" } else { "duban_seat" }
}

fn is_https(app: &App) -> bool {
    app.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

fn cookie(app: &App, token: &str, age: Duration) -> Result<HeaderValue, InvalidHeaderValue> {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let (name, seconds) = (cookie_name(app), age.num_seconds());
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}").parse()
}

fn token<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(app);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(n, token)| (n == name && !token.is_empty()).then_some(token))
}

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token))
}
