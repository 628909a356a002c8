//! Files: `getFile` names a path, and the path is downloaded piece by piece under a hard limit. What the
//! server says of a size is only a reason to stop early.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use teloxide_core::payloads::GetFile;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::api::{Api, Called, Unreached, wording};
use super::classify::Class;
use crate::platforms::Fetched;

/// The longest wait we take over from the server.
const LONGEST_WAIT_SECONDS: u64 = 60 * 60;
/// When it names no time.
const PAUSE_SECONDS: u64 = 30;

pub async fn file(api: &Api, file: &str, limit: u64, to: &mut (dyn AsyncWrite + Send + Unpin)) -> Fetched {
    let path = match path(api, file, limit).await {
        Ok(path) => path,
        Err(ended) => return ended,
    };
    let mut response = match api.download(&path).await {
        Ok(response) => response,
        Err(Unreached(why)) => return Fetched::Again(why),
    };
    let status = response.status().as_u16();
    match status {
        200 => {}
        // The path is good for an hour at least; after that the server has to be asked for another.
        404 | 410 => {
            return Fetched::Again(format!("Telegram 上没有这个路径 / no such path at Telegram ({status})"));
        }
        429 => return Fetched::Wait(Duration::from_secs(pause(&response))),
        _ => {
            return Fetched::Again(format!(
                "Telegram 没有给出文件 / Telegram did not give the file ({status})"
            ));
        }
    }
    let promised = response.content_length();
    if promised.is_some_and(|length| length > limit) {
        return Fetched::TooBig;
    }
    let mut got = 0;
    loop {
        match response.chunk().await {
            Ok(Some(piece)) => {
                got += piece.len() as u64;
                if got > limit {
                    return Fetched::TooBig;
                }
                if let Err(error) = to.write_all(&piece).await {
                    return Fetched::Again(format!("写不进数据目录 / cannot be written: {}", error.kind()));
                }
            }
            Ok(None) if promised.is_none_or(|length| length == got) => break,
            Ok(None) => return Fetched::Again("文件没有传完 / the file came short".to_owned()),
            Err(error) => return Fetched::Again(wording(&error)),
        }
    }
    match to.flush().await {
        Ok(()) => Fetched::Done,
        Err(error) => Fetched::Again(format!("写不进数据目录 / cannot be written: {}", error.kind())),
    }
}

/// How long a server that is asked too often wants to be left alone.
fn pause(response: &Response) -> u64 {
    let told = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    told.unwrap_or(PAUSE_SECONDS).clamp(1, LONGEST_WAIT_SECONDS)
}

/// Where the file lies on the server.
async fn path(api: &Api, file: &str, limit: u64) -> Result<String, Fetched> {
    let answer = match api.call(&GetFile::new(file.to_owned().into())).await {
        Called::Answered(answer) => answer,
        Called::Unreached(why) | Called::Broken(why) => return Err(Fetched::Again(why)),
    };
    match answer.class {
        Class::Ok => {}
        Class::RetryAfter { seconds } => {
            return Err(Fetched::Wait(Duration::from_secs(seconds.clamp(1, LONGEST_WAIT_SECONDS))));
        }
        _ if answer.description.contains("file is too big") => return Err(Fetched::TooBig),
        Class::Permanent if answer.description.contains("temporarily unavailable") => {
            return Err(Fetched::Again(answer.wording()));
        }
        Class::Permanent | Class::Gone => return Err(Fetched::Gone(answer.wording())),
        _ => return Err(Fetched::Again(answer.wording())),
    }
    if answer.result["file_size"].as_u64().is_some_and(|size| size > limit) {
        return Err(Fetched::TooBig);
    }
    match answer.result["file_path"].as_str() {
        Some(path) if is_plain(path) => Ok(path.to_owned()),
        // A server with --local names a path on its own disk.
        Some(path) if path.starts_with('/') => Err(Fetched::Gone(
            "自建 Bot API 服务器以 --local 运行，文件取不到 / the Bot API server runs with --local"
                .to_owned(),
        )),
        _ => Err(Fetched::Again("getFile 未给出路径 / getFile gave no path".to_owned())),
    }
}

/// `photos/file_1.jpg`: nothing that would lead elsewhere.
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 512
        && !path.starts_with('/')
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+=@".contains(&b))
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}
