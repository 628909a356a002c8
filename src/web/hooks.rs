//! The webhooks: `POST /hooks/{platform}`. Verify, translate, commit, then answer.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::app::{App, real_now};
use crate::commands::dispatch::Outcome;
use crate::domain::code::hex;
use crate::platforms::{Received, WebhookRequest};
use crate::store::poison;

/// Larger than any update a platform sends; a longer body is refused unread.
const BODY_LIMIT: usize = 1024 * 1024;

/// A sender that trickles its body does not hold a connection for ever.
const BODY_PATIENCE: Duration = Duration::from_secs(20);

/// Answers 200 only after the update's commit.
pub async fn receive(State(app): State<Arc<App>>, Path(name): Path<String>, request: Request) -> Response {
    let Some(platform) = app.platform(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY_PATIENCE, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let headers = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let request = WebhookRequest { headers, query, body: body.to_vec() };
    let outcome = match platform.receive(&request) {
        Received::Update(update) => app.desk.handle(&update, app.clock.now()).await,
        Received::Answer(body) => return Body::from(body).into_response(),
        Received::Unauthorised => return StatusCode::UNAUTHORIZED.into_response(),
        Received::Unreadable(error) => {
            tracing::warn!(platform = name, "a signed body could not be read: {error}");
            let digest = hex(&Sha256::digest(&request.body));
            match poison::record_unreadable(&app.work, &name, &digest, &error, real_now()).await {
                Ok(()) => Outcome::Settled,
                Err(_) => Outcome::Later,
            }
        }
    };
    match outcome {
        Outcome::Settled => StatusCode::OK,
        Outcome::Later => StatusCode::SERVICE_UNAVAILABLE,
        Outcome::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
    .into_response()
}
