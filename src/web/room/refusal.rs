//! Why a request of the room is not done, as a page with one sentence. Where only the sentence is
//! wanted the page's own script picks it out, so there is one shape for all.

use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::store::commit::is_passing;

#[derive(Debug)]
pub enum Refusal {
    /// The person can mend it: this sentence says how.
    Told(StatusCode, String),
    /// We must mend it; the person gets a reference.
    Broken(anyhow::Error),
}

impl Refusal {
    pub fn told(status: StatusCode, sentence: impl Into<String>) -> Refusal {
        Refusal::Told(status, sentence.into())
    }

    /// Something the person wrote does not do.
    pub fn unfit(sentence: impl Into<String>) -> Refusal {
        Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, sentence)
    }

    pub fn not_seated() -> Refusal {
        Refusal::told(StatusCode::UNAUTHORIZED, "你还没有登录，或登录已过期。请回到首页登录。")
    }

    pub fn not_yours() -> Refusal {
        Refusal::told(StatusCode::FORBIDDEN, "这里没有你可以看的这个会话。")
    }
}

impl<E: Into<anyhow::Error>> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::Broken(error.into())
    }
}

/// A form that cannot be read: too long, or not sent by our page.
pub fn unreadable(rejection: FormRejection) -> Refusal {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::told(StatusCode::PAYLOAD_TOO_LARGE, "内容太长，没有发送。请分成几条，或只写要点。")
        }
        status => Refusal::told(status, "没有看懂这个表单。请刷新页面再试。"),
    }
}

/// Files that cannot be read: too many bytes, or the way broke.
pub fn unsent(error: &MultipartError) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::told(
            StatusCode::PAYLOAD_TOO_LARGE,
            "这些文件合计太大，没有发送。每个不超过 20 MB，一次合计不超过 60 MB，请分几次发。",
        ),
        status => Refusal::told(status, "文件没有收全，没有发送。请再发一次。"),
    }
}

#[derive(Template)]
#[template(path = "refusal.html", config = "src/web/askama.toml")]
struct RefusalPage {
    sentence: String,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            Refusal::Told(status, sentence) => (status, sentence),
            Refusal::Broken(error) if error.downcast_ref().is_some_and(is_passing) => {
                tracing::warn!("the room cannot reach the database: {error:#}");
                (StatusCode::SERVICE_UNAVAILABLE, "服务暂时不可用，请稍后再试。".to_owned())
            }
            Refusal::Broken(error) => {
                let reference = format!("{:08x}", rand::random::<u32>());
                tracing::error!(reference, "the room failed: {error:#}");
                (StatusCode::INTERNAL_SERVER_ERROR, format!("这里出了点问题，没有完成（编号 {reference}）。"))
            }
        };
        match (RefusalPage { sentence }).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => status.into_response(),
        }
    }
}
