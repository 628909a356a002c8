//! HTTP: the webhooks, the room, health and figures.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;

mod assets;
mod health;
mod hooks;
pub mod room;

/// Every route of the service.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/hooks/{platform}", post(hooks::receive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::figures))
        .merge(room::routes(&app))
        .layer(CatchPanicLayer::new())
        .with_state(app)
}
