//! `GET /files/{digest}`: a kept file, for a signed-in person who may see its item. The digest, or so much
//! of it as the list of an item shows. Always to be saved, never shown by the browser.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::stream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::AsyncReadExt;

use super::PLATFORM;
use super::refusal::Refusal;
use super::seat::Seated;
use crate::app::App;
use crate::files::Folder;
use crate::store::files::{self, Download};

/// As many letters as the list of an item shows.
const SHORTEST: usize = 12;
/// Read and sent at a time.
const PIECE: usize = 64 * 1024;

pub async fn download(
    State(app): State<Arc<App>>,
    Seated(visitor): Seated,
    Path(digest): Path<String>,
) -> Result<Response, Refusal> {
    let is_digest = (SHORTEST..=64).contains(&digest.len())
        && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let found = match is_digest {
        true => files::download(&app.read, PLATFORM, &visitor.account, &digest).await?,
        false => None,
    };
    // What is not there and what is not theirs look alike.
    let found = found.ok_or_else(missing)?;
    let path = Folder::of(&app.settings.data_dir).path(&found.sha256).ok_or_else(missing)?;
    let file = match tokio::fs::File::open(&path).await {
        Ok(file) => file,
        Err(error) => {
            tracing::error!(sha256 = found.sha256, "a kept file cannot be read: {error}");
            return Err(Refusal::told(
                StatusCode::NOT_FOUND,
                "台账上有这个文件，数据目录里却读不到。请联系维护人员从备份恢复。",
            ));
        }
    };
    let length = file.metadata().await?.len();
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&found.mime)?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(&found))?);
    Ok(response)
}

fn missing() -> Refusal {
    Refusal::told(StatusCode::NOT_FOUND, "没有这个文件，或你的岗位不能看它。")
}

/// Photos have no name: they are called by their digest.
fn disposition(file: &Download) -> String {
    let ending = file.mime.rsplit('/').next().filter(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric()));
    let plain = format!("{}.{}", &file.sha256[..SHORTEST], ending.unwrap_or("bin"));
    match file.name.as_str() {
        "" => format!("attachment; filename=\"{plain}\""),
        name => {
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{name}")
        }
    }
}
