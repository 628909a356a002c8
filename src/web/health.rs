//! `GET /healthz` (alive), `GET /readyz` (database reachable, migrations current) and `GET /metrics`.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::store;

/// Headers that a proxy adds: a request with one of them did not start on this machine.
const FORWARDING: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

pub async fn alive() -> &'static str {
    "ok"
}

pub async fn ready(State(app): State<Arc<App>>) -> Response {
    match store::migrations::state(&app.read).await {
        Ok(store::migrations::State::Current) => "ready".into_response(),
        Ok(state) => (StatusCode::SERVICE_UNAVAILABLE, state.sentence()).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database not reachable").into_response(),
    }
}

/// The figures, for whoever knows the token; without a token for this machine alone.
pub async fn figures(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let allowed = match &app.settings.metrics_token {
        Some(token) => headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .is_some_and(|given| bool::from(given.as_bytes().ct_eq(token.expose_secret().as_bytes()))),
        None => peer.ip().is_loopback() && !FORWARDING.iter().any(|name| headers.contains_key(*name)),
    };
    if !allowed {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let Ok(states) = store::outbox::standing(&app.read).await {
        for state in ["due", "sending", "held", "unclear", "dead"] {
            let rows = states.iter().find(|(name, _)| name == state).map_or(0, |(_, rows)| *rows);
            metrics::gauge!("duban_outbox_rows", "state" => state).set(rows as f64);
        }
    }
    let text = app.figures.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
