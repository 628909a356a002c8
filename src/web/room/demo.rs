//! Only in the demo: sit down as one of the personas, and move the ledger's clock forward.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, header::SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::refusal::{Refusal, unreadable};
use super::seat::{self, Seated};
use super::speak::done;
use crate::app::App;
use crate::domain::Now;
use crate::domain::time::in_china;
use crate::domain::workday::{Calendar, MORNING_SLOT};
use crate::store;

/// A slip in the date must not send the ledger into another century: it cannot come back.
const FARTHEST: Days = Days::new(366);

#[derive(Deserialize)]
pub struct Sit {
    account: String,
}

pub async fn sit(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    form: Result<Form<Sit>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(Sit { account }) = form.map_err(unreadable)?;
    let personas = store::room::personas(&app.read).await?;
    let persona = personas
        .iter()
        .find(|persona| persona.account == account)
        .ok_or_else(|| Refusal::unfit("演示里没有这个座位，请刷新页面再选。"))?;
    let cookie = seat::sit(&app, &headers, &persona.account, &persona.name).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

#[derive(Deserialize)]
pub struct Turn {
    chat: String,
    to: String,
    #[serde(default)]
    day: String,
}

pub async fn clock(
    State(app): State<Arc<App>>,
    Seated(_): Seated,
    headers: HeaderMap,
    form: Result<Form<Turn>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(turn) = form.map_err(unreadable)?;
    let basis = app.desk.basis.fresh(&app.read).await?;
    let now = app.clock.now();
    let day = target(&turn, &basis.calendar, now)
        .ok_or_else(|| Refusal::unfit("没有看懂要拨到哪一天，请重选。"))?;
    let then = in_china(day, MORNING_SLOT);
    if then <= now.utc {
        return Err(Refusal::unfit("台账时钟只能往前拨。请选今天以后的日子。"));
    }
    if now.today().checked_add_days(FARTHEST).is_none_or(|farthest| day > farthest) {
        return Err(Refusal::unfit("一次最多往前拨一年。"));
    }
    // Kept first: whatever happens next, the ledger's time does not fall behind what it holds.
    store::calendar::keep_ledger_clock(&app.work, then).await?;
    app.clock.forward_to(then);
    app.clock_moved();
    // The slot only says which page to come back to; an unknown one leads to a refusal there.
    let slot = ["unit", "all"].into_iter().find(|slot| *slot == turn.chat).unwrap_or("me");
    Ok(done(&headers, slot))
}

/// The day to wake up on, at the hour when unasked messages may leave.
fn target(turn: &Turn, calendar: &Calendar, now: Now) -> Option<NaiveDate> {
    let today = now.today();
    match turn.to.as_str() {
        "next_day" => today.checked_add_days(Days::new(1)),
        "next_workday" => Some(calendar.next_workday(today)),
        "week" => today.checked_add_days(Days::new(7)),
        "day" => turn.day.parse().ok(),
        _ => None,
    }
}
