//! Signing in with a binding code, and leaving. Sitting down binds nothing yet: the code goes to the
//! bot as the first words of the new account, like on any other platform.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header::SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::refusal::{Refusal, unreadable};
use super::seat;
use super::speak::{clean, put};

use crate::app::{App, real_now};
use crate::store::room::{NewLine, Words};

/// Every sign-in makes a new account, so wrong codes cannot be counted per account here. A whole city
/// signing in on one morning gets through; guessing a code does not.
const PER_MINUTE: u32 = 30;
/// The longest name and code anybody has.
const NAME: usize = 30;
const CODE: usize = 40;

/// Counts sign-ins of this process, whoever they come from.
#[derive(Default)]
pub struct Turnstile(Mutex<(DateTime<Utc>, u32)>);

impl Turnstile {
    fn admits(&self, now: DateTime<Utc>) -> bool {
        let mut count = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if now - count.0 >= Duration::minutes(1) {
            *count = (now, 0);
        }
        count.1 += 1;
        count.1 <= PER_MINUTE
    }
}

#[derive(Deserialize)]
pub struct SignIn {
    code: String,
    name: String,
}

pub async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(turnstile): Extension<Arc<Turnstile>>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(form) = form.map_err(unreadable)?;
    let one_line = |text: &str, longest: usize| {
        clean(text).replace(['\n', '\t'], " ").chars().take(longest).collect::<String>()
    };
    let (code, name) = (one_line(&form.code, CODE), one_line(&form.name, NAME));
    if code.is_empty() || name.is_empty() {
        return Err(Refusal::unfit("请填写绑定码和姓名。"));
    }
    if !turnstile.admits(real_now()) {
        return Err(Refusal::told(StatusCode::TOO_MANY_REQUESTS, "登录的人太多，请一分钟后再试。"));
    }
    let account = format!("web-{}", Uuid::now_v7());
    let cookie = seat::sit(&app, &headers, &account, &name).await?;
    let words = Words::Said(format!("绑定 {code}"));
    let chat = seat::private_chat(&account);
    let at = app.clock.now().utc;
    let line = NewLine { chat: &chat, account: &account, name: &name, words: &words, files: &[], at };
    put(&app, line).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let cookie = seat::leave(&app, &headers).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turnstile_lets_thirty_through_a_minute_and_opens_again() {
        let (turnstile, now) = (Turnstile::default(), real_now());
        assert_eq!((0..40).filter(|_| turnstile.admits(now)).count(), 30);
        assert!(turnstile.admits(now + Duration::minutes(1)));
    }
}
