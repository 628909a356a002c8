//! HTTP: the webhooks, the room, health and figures.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// Every route of the service.
pub fn router(app: Arc<App>) -> Router {
    Router::new().with_state(app)
}
