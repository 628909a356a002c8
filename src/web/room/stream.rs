//! `GET /room/stream`: the open chat, live. Lines go on after the last one the page has, by their
//! numbers; rights are looked up anew at every step, so leaving a post or a seat ends the reading.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::timeout;

use super::people::Side;
use super::refusal::Refusal;
use super::seat::{Chat, Seated, chats, enter, own_chats};
use super::view::{Above, ClockView, LineView, Reader};
use crate::app::{App, real_now};
use crate::domain::message::Span;
use crate::store::room::{self, Line, Visitor, Words};

/// At least this often something is sent: proxies keep the line open, the page knows it is alive, and
/// lines of other replicas, which ring no bell here, are found.
const BEAT: Duration = Duration::from_secs(15);

/// A toast is for the moment: a page that comes back later does not show it any more.
const TOAST: chrono::Duration = chrono::Duration::seconds(15);

#[derive(Deserialize)]
pub struct Ask {
    chat: String,
    #[serde(rename = "as")]
    account: String,
    /// The last line the page has.
    after: i64,
    /// How many chats the page lists.
    chats: usize,
}

pub async fn stream(
    State(app): State<Arc<App>>,
    Seated(visitor): Seated,
    headers: HeaderMap,
    Query(ask): Query<Ask>,
) -> Result<Response, Refusal> {
    let chat = enter(&visitor, &ask.account, &ask.chat)?;
    // A browser that comes back by itself names the last line it got.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let after = last.unwrap_or(ask.after).max(ask.after);
    let before = room::transcript(&app.read, &chat.id, Some(after.saturating_add(1))).await?;
    let mut watch = Watch {
        reader: Reader::new(&visitor.account, &chat),
        after,
        edited: after,
        above: before.last().map(Above::of),
        listed: ask.chats,
        marks: String::new(),
        clock: None,
        lines: app.room_bell.listen(),
        moves: app.clock_bell.listen(),
        events: VecDeque::new(),
        is_over: false,
        app,
        visitor,
        chat,
    };
    watch.look().await?;
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    // Some proxies collect an answer before they pass it on; this one must flow.
    Ok(([(HeaderName::from_static("x-accel-buffering"), "no")], Sse::new(events)).into_response())
}

/// One open page.
struct Watch {
    app: Arc<App>,
    visitor: Visitor,
    chat: Chat,
    reader: Reader,
    after: i64,
    /// Edits up to this number have been shown.
    edited: i64,
    above: Option<Above>,
    listed: usize,
    marks: String,
    clock: Option<ClockView>,
    lines: watch::Receiver<u64>,
    moves: watch::Receiver<u64>,
    events: VecDeque<Event>,
    is_over: bool,
}

#[derive(Template)]
#[template(path = "line.html", config = "src/web/askama.toml")]
struct LiveLine {
    line: LineView,
}

#[derive(Template)]
#[template(path = "side.html", config = "src/web/askama.toml")]
struct LiveSide {
    side: Side,
}

#[derive(Template)]
#[template(path = "toast.html", config = "src/web/askama.toml")]
struct Toast {
    text: String,
}

#[derive(Template)]
#[template(path = "clock.html", config = "src/web/askama.toml")]
struct LiveClock<'a> {
    clock: &'a ClockView,
}

#[derive(Template)]
#[template(path = "gone.html", config = "src/web/askama.toml")]
struct Gone;

impl Watch {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            let rings = async {
                tokio::select! {
                    _ = self.lines.changed() => (),
                    _ = self.moves.changed() => (),
                }
            };
            let rang = timeout(BEAT, rings).await.is_ok();
            if let Err(refusal) = self.look().await {
                // The page comes again by itself and goes on after the last line it got.
                tracing::warn!("a live page of the room is cut: {refusal:?}");
                return None;
            }
            if !rang && self.events.is_empty() {
                self.events.push_back(Event::default().event("beat").data("."));
            }
        }
    }

    /// Sees what is new since the last look.
    async fn look(&mut self) -> Result<(), Refusal> {
        let visitor = room::visitor(&self.app.read, &self.visitor.digest, real_now()).await?;
        let Some(visitor) = visitor.filter(|v| chats(v).iter().any(|chat| chat.id == self.chat.id)) else {
            self.push("gone", &Gone)?;
            self.is_over = true;
            return Ok(());
        };
        self.visitor = visitor;
        loop {
            let mut lines =
                room::following(&self.app.read, &self.chat.id, self.after, &self.visitor.account).await?;
            // Looked for after the lines and shown before them: a page that has a line has every edit
            // made before it. A line that is about to be shown reads as it was edited meanwhile.
            for line in room::edited(&self.app.read, &self.chat.id, self.edited).await? {
                self.edited = line.edited.unwrap_or(self.edited);
                if line.seq <= self.after {
                    self.push_edit(line)?;
                } else if let Some(at) = lines.iter().position(|new| new.seq == line.seq) {
                    lines[at] = line;
                }
            }
            let is_all = (lines.len() as i64) < room::PAGE;
            for line in lines {
                self.push_line(line)?;
            }
            if is_all {
                return self.look_aside().await;
            }
        }
    }

    /// The list of chats, marks at other chats, the demo's clock.
    async fn look_aside(&mut self) -> Result<(), Refusal> {
        let chats = chats(&self.visitor);
        if chats.len() != self.listed {
            self.listed = chats.len();
            let side = Side::new(&self.visitor, self.chat.slot);
            self.push("chats", &LiveSide { side })?;
            self.marks.clear();
        }
        let mut watched: Vec<(String, String)> =
            chats.into_iter().map(|chat| (chat.id, self.visitor.account.clone())).collect();
        if self.app.is_demo {
            for persona in room::personas(&self.app.read).await? {
                watched.extend(own_chats(&persona).map(|chat| (chat, persona.account.clone())));
            }
        }
        let latest = room::latest(&self.app.read, &watched).await?;
        let marks = serde_json::to_string(&latest)?;
        if marks != self.marks {
            self.events.push_back(Event::default().event("marks").data(&marks));
            self.marks = marks;
        }
        if self.app.is_demo {
            let clock = ClockView::new(self.app.clock.now());
            if self.clock.as_ref() != Some(&clock) {
                self.push("clock", &LiveClock { clock: &clock })?;
                self.clock = Some(clock);
            }
        }
        Ok(())
    }

    fn push_line(&mut self, line: Line) -> Result<(), Refusal> {
        self.after = line.seq;
        let event = match line.words {
            Words::Toast(_) if self.app.clock.now().utc - line.at > TOAST => return Ok(()),
            Words::Toast(text) => Event::default().event("toast").data(Toast { text }.render()?),
            _ => {
                let line = self.reader.view(line, &mut self.above);
                Event::default().event("line").data(LiveLine { line }.render()?)
            }
        };
        self.events.push_back(event.id(self.after.to_string()));
        Ok(())
    }

    /// A line that reads otherwise now.
    fn push_edit(&mut self, line: Line) -> Result<(), Refusal> {
        let mut above = Some(Above::of(&line));
        let line = self.reader.view(line, &mut above);
        self.push("edit", &LiveLine { line })
    }

    fn push(&mut self, name: &str, fragment: &impl Template) -> Result<(), Refusal> {
        self.events.push_back(Event::default().event(name).data(fragment.render()?));
        Ok(())
    }
}
