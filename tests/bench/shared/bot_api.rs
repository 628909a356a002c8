//! Answers as Telegram's Bot API gives them, for the stand-ins of the programs.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub fn done(result: Value) -> Response {
    Json(json!({ "ok": true, "result": result })).into_response()
}

pub fn refused(status: u16, description: &str, parameters: &Value) -> Response {
    let body = json!({
        "ok": false, "error_code": status, "description": description, "parameters": parameters,
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

/// The connection breaks before the answer is there.
pub fn cut() -> Response {
    let broken = futures_util::stream::once(async {
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionReset.into())
    });
    Body::from_stream(broken).into_response()
}

/// What a service asks besides sending messages.
pub fn otherwise(method: &str) -> Response {
    match method {
        "getMe" => done(json!({
            "id": 7_255_925_334_i64, "is_bot": true, "first_name": "督办", "username": "duban_bot",
            "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
        })),
        "getUpdates" => done(json!([])),
        "getWebhookInfo" => {
            done(json!({ "url": "", "has_custom_certificate": false, "pending_update_count": 0 }))
        }
        // setWebhook, deleteWebhook, setMyCommands, answerCallbackQuery …
        _ => done(json!(true)),
    }
}
