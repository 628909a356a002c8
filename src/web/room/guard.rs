//! What holds for every request of the room: in the demo only this machine's own names are answered,
//! nothing is changed at another site's wish, and every answer carries strict headers.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use crate::app::App;

/// Own files only, nothing inline, nobody may frame the page or be sent its forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let mut response = if app.is_demo && !host(headers).is_some_and(is_loopback) {
        // A page elsewhere could point its own name at this machine and read along.
        Refusal::told(
            StatusCode::MISDIRECTED_REQUEST,
            "演示只在本机打开：请用 http://127.0.0.1 或 http://localhost。",
        )
        .into_response()
    } else if !request.method().is_safe() && !is_from_own_page(&app, headers) {
        Refusal::told(StatusCode::FORBIDDEN, "这个请求不是从本页面发出的，没有执行。请打开本站页面再试。")
            .into_response()
    } else {
        next.run(request).await
    };
    dress(response.headers_mut());
    response
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok()
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    }
    .unwrap_or_default();
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Browsers say where a POST comes from; those too old to say so are not served.
fn is_from_own_page(app: &App, headers: &HeaderMap) -> bool {
    let value = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = value(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = value(ORIGIN) else { return false };
    let public = app.settings.public_url.as_deref().map(|url| url.trim_end_matches('/'));
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    public == Some(origin) || (authority.is_some() && authority == host(headers))
}

fn dress(headers: &mut HeaderMap) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: browsers would then hide the origin of our own forms as well.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_own_names_are_loopback() {
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "[::1]"] {
            assert!(is_loopback(own), "{own}");
        }
        for strange in [
            "",
            "example.org",
            "127.0.0.1.example.org",
            "localhost.example.org:8080",
            "[fe80::1]",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(strange), "{strange}");
        }
    }
}
