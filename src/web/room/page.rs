//! `GET /`: the room for whoever has a seat; else the demo's welcome, the sign-in, or what this is.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header::SET_COOKIE};
use axum::response::{Html, IntoResponse, Response};
use chrono::Days;
use serde::Deserialize;

use super::people::{Card, Side};
use super::refusal::Refusal;
use super::seat::{self, Chat};
use super::speak::LONGEST;
use super::view::{ClockView, LineView, Reader};
use super::{is_open, tries};
use crate::app::App;
use crate::domain::message::Span;
use crate::store::room::{self, PAGE, Visitor};

#[derive(Deserialize)]
pub struct Ask {
    chat: Option<String>,
    /// The page of lines before this one.
    before: Option<i64>,
    /// Words to find in the input: suggestions are plain links where there is no script.
    draft: Option<String>,
}

#[derive(Template)]
#[template(path = "room.html", config = "src/web/askama.toml")]
struct RoomPage {
    side: Side,
    chat: Chat,
    account: String,
    lines: Vec<LineView>,
    /// The last line shown: the stream goes on from here.
    after: i64,
    /// The last line anywhere: a browser that remembers later ones remembers another room.
    last: i64,
    /// There may be lines before this one.
    older: Option<i64>,
    /// A page of the past: nothing live, nothing to write.
    is_past: bool,
    is_bound: bool,
    draft: String,
    longest: usize,
    tries: Vec<String>,
    /// Only in the demo.
    clock: Option<ClockView>,
    tomorrow: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "welcome.html", config = "src/web/askama.toml")]
struct WelcomePage {
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
struct SignInPage;

#[derive(Template)]
#[template(path = "closed.html", config = "src/web/askama.toml")]
struct ClosedPage;

pub async fn page(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(ask): Query<Ask>,
) -> Result<Response, Refusal> {
    if !is_open(&app) {
        return Ok(Html(ClosedPage.render()?).into_response());
    }
    let Some(visitor) = seat::visitor(&app, &headers).await? else {
        let page = if app.is_demo {
            WelcomePage { cards: cards(&app, None).await? }.render()?
        } else {
            SignInPage.render()?
        };
        return Ok(Html(page).into_response());
    };
    let page = Html(room_page(&app, &visitor, ask).await?.render()?);
    match seat::stay(&app, &headers, &visitor).await? {
        Some(cookie) => Ok(([(SET_COOKIE, cookie)], page).into_response()),
        None => Ok(page.into_response()),
    }
}

async fn room_page(app: &App, visitor: &Visitor, ask: Ask) -> Result<RoomPage, Refusal> {
    let slot = ask.chat.as_deref().unwrap_or("me");
    let chat = seat::enter(visitor, &visitor.account, slot)?;
    let lines = room::transcript(&app.read, &chat.id, ask.before).await?;
    let reader = Reader::new(&visitor.account, &chat);
    let mut above = None;
    Ok(RoomPage {
        side: Side::new(visitor, chat.slot),
        after: lines.last().map_or(0, |line| line.seq),
        last: room::last_number(&app.read).await?,
        older: lines.first().filter(|_| lines.len() as i64 >= PAGE).map(|line| line.seq),
        is_past: ask.before.is_some(),
        is_bound: visitor.seat.is_some(),
        lines: lines.into_iter().map(|line| reader.view(line, &mut above)).collect(),
        tries: tries::suggested(app, visitor, &chat).await?,
        draft: ask.draft.unwrap_or_default().chars().take(LONGEST).collect(),
        longest: LONGEST,
        clock: app.is_demo.then(|| ClockView::new(app.clock.now())),
        tomorrow: (app.clock.now().today() + Days::new(1)).to_string(),
        cards: if app.is_demo { cards(app, Some(&visitor.account)).await? } else { Vec::new() },
        account: visitor.account.clone(),
        chat,
    })
}

async fn cards(app: &App, me: Option<&str>) -> Result<Vec<Card>, Refusal> {
    Ok(room::personas(&app.read).await?.into_iter().map(|persona| Card::new(persona, me)).collect())
}
