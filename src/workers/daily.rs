//! What the calendar asks to be told: the office's statement on working days, the leaders' week. Late, after
//! a stop or on another replica, it is told once, and nothing when there is nothing to tell.

use std::sync::Arc;
use std::time::Duration;

use chrono::Days;

use super::{Stop, acceptance, papers, rest};
use crate::app::App;
use crate::domain::decision::{Audience, Decision, Effect, Fate, OnDoubt, Origin, Reply, Saying};
use crate::domain::statement::{Kind, Statement, Sums, leaders_week, office_moment};
use crate::domain::workday::{Calendar, MORNING_SLOT};
use crate::domain::{Button, Lang, Message, Now, Text};
use crate::say;
use crate::store::cases::{self, Undecided};
use crate::store::statements;

/// Matters shown in one message.
const SHOWN: usize = 10;

/// Days after which the office hears again of what it has not decided.
const AGAIN: u64 = 7;

/// Runs until stopped: at every bell of the clock, and every `period` anyway.
pub async fn run(app: Arc<App>, period: Duration, mut stop: Stop) {
    loop {
        let mut moved = app.clock_bell.listen();
        if let Err(error) = step(&app).await {
            tracing::warn!("the day's statements go on at their next turn: {error:#}");
        }
        tokio::select! {
            stopping = rest(period, &mut stop) => if stopping { return },
            _ = moved.changed() => {}
        }
    }
}

/// Tells what is due by now; returns whether there was anything.
pub async fn step(app: &App) -> anyhow::Result<bool> {
    let mut has_told = false;
    let now = app.clock.now();
    let basis = app.desk.basis.fresh(&app.read).await?;
    let calendar = &basis.calendar;
    let (day, until) = office_moment(calendar, now);
    let last = statements::last(&app.read, Kind::Office).await?;
    if last.is_none_or(|(on, _)| on < day) {
        let since = last.map(|(_, until)| until);
        let sums = statements::sums(&app.read, since, until).await?;
        // What went as it should waits for the end of the week; trouble is told the same day.
        if sums.due > 0 && (!sums.are_smooth() || calendar.is_last_of_week(day)) {
            let statement = Statement { kind: Kind::Office, on_day: day, since, until, sums };
            let told = Reply::notice(Audience::Office(None), office(&statement), now);
            has_told |= tell(app, decision(statement, now).saying(told)).await?;
        }
    }
    has_told |= proposals(app, calendar, now).await?;
    has_told |= acceptance::step(app, calendar, now).await?;
    has_told |= papers::step(app, &basis, now).await?;
    let Some(monday) = leaders_week(calendar, now) else { return Ok(has_told) };
    if statements::last(&app.read, Kind::Leaders).await?.is_none_or(|(on, _)| on < monday) {
        let statement = Statement {
            kind: Kind::Leaders,
            on_day: monday,
            since: None,
            until: now.utc,
            sums: Sums::default(),
        };
        let week = |post| Reply {
            audience: Audience::Post(post),
            say: Saying::Week,
            not_before: Some(now.utc),
            on_doubt: OnDoubt::Hold,
            card_of: None,
        };
        let mut decision = decision(statement, now);
        decision.replies = statements::leaders(&app.read).await?.into_iter().map(week).collect();
        has_told |= tell(app, decision).await?;
    }
    Ok(has_told)
}

/// What the office is to decide: in the morning, in one message, each matter once; what lies
/// for a week is counted once more.
async fn proposals(app: &App, calendar: &Calendar, now: Now) -> anyhow::Result<bool> {
    if !calendar.is_speaking_time(now) || now.time() < MORNING_SLOT {
        return Ok(false);
    }
    let today = now.today();
    let Undecided { untold, others, since, told_on } = cases::undecided(&app.read).await?;
    // A week is enough for whoever is away; a day would be nagging.
    let is_again = told_on.is_some_and(|on| on + Days::new(AGAIN) <= today);
    let last = statements::last(&app.read, Kind::Proposals).await?;
    if (untold.is_empty() && !is_again) || last.is_some_and(|(on, _)| on >= today) {
        return Ok(false);
    }
    let (lang, count) = (Lang::Zh, untold.len());
    let mut text = Text::default();
    if count > 0 {
        let head = say!(lang, "📋 {count} 件请整改办定夺", "📋 {count} matters for the office to decide");
        text = text.strong(head);
    }
    for (facts, rung) in untold.into_iter().take(SHOWN) {
        let rung = rung.word().pick(lang);
        text = text.then(say!(lang, "\n{facts}。建议：{rung}", "\n{facts}. Proposed: {rung}"));
    }
    if count > SHOWN {
        let more = count - SHOWN;
        text = text.then(say!(lang, "\n另有 {more} 件", "\n{more} more"));
    }
    if let Some(since) = since.filter(|_| is_again) {
        let line = if count > 0 { "\n" } else { "📋 " };
        text = text.then(line).then(say!(
            lang,
            "还有 {others} 件没有定，最早的从 {since} 等起",
            "{others} others are not decided, the oldest since {since}"
        ));
    }
    let message = Message::from(text)
        .row([Button::new(say!(lang, "去定夺", "Decide"), say!(lang, "建议", "proposals"))]);
    let statement = Statement {
        kind: Kind::Proposals,
        on_day: today,
        since: None,
        until: now.utc,
        sums: Sums::default(),
    };
    tell(app, decision(statement, now).saying(Reply::notice(Audience::Office(None), message, now))).await
}

fn decision(statement: Statement, now: Now) -> Decision {
    let key = format!("{}/{}", statement.kind.code(), statement.on_day);
    Decision::new(Origin { account: "statement".into(), key }, now).with(Effect::Stated(statement))
}

pub(super) async fn tell(app: &App, decision: Decision) -> anyhow::Result<bool> {
    match app.desk.committer.commit(decision).await? {
        Fate::Refused(constraint) if constraint != "statement_pkey" => {
            anyhow::bail!("a statement was refused by {constraint}")
        }
        Fate::Committed => Ok(true),
        // Told by another replica.
        Fate::Repeat | Fate::Conflict | Fate::Refused(_) => Ok(false),
    }
}

/// How the reminders fared, in sums; what is held or lost has its list.
fn office(statement: &Statement) -> Message {
    let lang = Lang::Zh;
    let until = Now::at(statement.until).spoken();
    let Sums { due, sent, acknowledged, held, failed, withdrawn, open } = statement.sums;
    let mut text = Text::default()
        .strong(say!(lang, "📋 提醒送达情况（截至 {until}）", "📋 How the reminders fared (until {until})"))
        .then(say!(lang, "\n应发 {due} 条：已发 {sent}", "\n{due} due: {sent} sent"));
    if acknowledged > 0 {
        text = text.then(say!(lang, "（其中签收 {acknowledged}）", " ({acknowledged} of them signed for)"));
    }
    for (count, zh, en) in [
        (held, "暂缓", "held"),
        (failed, "没送到或不清楚", "not delivered or unclear"),
        (withdrawn, "情况已变、不用再发", "no longer true"),
        (open, "正在发", "on the way"),
    ] {
        if count > 0 {
            text = text.then(say!(lang, "，{zh} {count}", ", {count} {en}"));
        }
    }
    let list = (held + failed > 0)
        .then(|| Button::new(say!(lang, "看原因、放行", "Why, and release"), say!(lang, "放行", "release")));
    Message::from(text.then("。")).row(list)
}
