//! The room: a built-in group chat, the first page a visitor sees. Its pages and doors are here; to
//! the rest of the service it is a chat platform like any other (`platforms::room`), which fetches
//! what people said and shows what the bot says through [`server()`].

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};

use super::assets;
use crate::app::App;

mod demo;
mod download;
mod guard;
mod page;
mod people;
mod refusal;
mod seat;
mod send;
mod server;
mod sign_in;
mod speak;
mod stream;
mod tries;
mod view;

pub use server::server;

/// The platform's name in every row.
const PLATFORM: &str = "room";
/// How the bot is called in the room, and what a mention of it looks like.
const BOT: &str = "督办助手";
const MENTIONS: [&str; 4] = ["@督办助手", "＠督办助手", "@督办", "＠督办"];
/// A message of 4,000 characters, percent-encoded by the browser, still fits; a pasted file does not.
const BODY_BYTES: usize = 128 * 1024;

/// Every route of the room. What is not open is not there.
pub fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let mut router = Router::new().route("/", get(page::page)).route("/assets/{name}", get(assets::serve));
    if is_open(app) {
        router = router
            .route("/room/sign-in", post(sign_in::sign_in))
            .route("/room/sign-out", post(sign_in::sign_out))
            .route("/room/say", post(speak::say))
            .route("/room/files", post(send::send).layer(DefaultBodyLimit::max(send::MOST_AT_ONCE)))
            .route("/room/press", post(speak::press))
            .route("/room/stream", get(stream::stream))
            .route("/files/{digest}", get(download::download))
            .layer(Extension(Arc::new(sign_in::Turnstile::default())));
    }
    if app.is_demo {
        router = router.route("/room/sit", post(demo::sit)).route("/room/clock", post(demo::clock));
    }
    router
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .route_layer(middleware::from_fn_with_state(app.clone(), guard::guard))
}

fn is_open(app: &App) -> bool {
    app.platform(PLATFORM).is_some()
}
