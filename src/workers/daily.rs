//! What the calendar asks to be told: the office's statement on working days, the leaders' week. Late, after
//! a stop or on another replica, it is told once, and nothing when there is nothing to tell.

use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{Stop, acceptance, cycles, papers, rest};
use crate::app::App;
use crate::domain::decision::{Audience, Decision, Effect, Fate, OnDoubt, Origin, Reply, Saying};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::overdue::OutCopy;
use crate::domain::statement::{Kind, Statement, Sums, leaders_week, office_moment};
use crate::domain::workday::MORNING_SLOT;
use crate::domain::{Basis, Button, Lang, Message, Now, Text};
use crate::say;
use crate::store::cases::{self, Undecided};
use crate::store::{overdue, statements};

/// Matters shown in one message.
const SHOWN: usize = 10;

/// Days after which the office hears again of what it has not decided: a week is enough for whoever is away,
/// a day would be nagging.
const AGAIN: u64 = 7;
/// What has lain for so many days is said again as seldom as that.
const LONG: u64 = 28;

/// Runs until stopped: at every bell of the clock, and every `period` anyway.
pub async fn run(app: Arc<App>, period: Duration, mut stop: Stop) {
    let mut daily = Daily::new(app);
    loop {
        let mut moved = daily.app.clock_bell.listen();
        if let Err(error) = daily.step().await {
            tracing::warn!("the day's statements go on at their next turn: {error:#}");
        }
        tokio::select! {
            stopping = rest(period, &mut stop) => if stopping { return },
            _ = moved.changed() => {}
        }
    }
}

/// The statements of a process.
pub struct Daily {
    app: Arc<App>,
    /// The last day whose sums were looked at and had nothing to tell: a span that is over stays as it was.
    smooth_on: Option<NaiveDate>,
}

impl Daily {
    pub fn new(app: Arc<App>) -> Daily {
        Daily { app, smooth_on: None }
    }

    /// Tells what is due by now; returns whether there was anything.
    pub async fn step(&mut self) -> anyhow::Result<bool> {
        let app = &self.app;
        let now = app.clock.now();
        let basis = app.desk.basis.fresh(&app.read).await?;
        let mut has_told = false;
        let (day, _) = office_moment(&basis.calendar, now);
        if self.smooth_on != Some(day) {
            let told = how_it_went(app, &basis, now).await?;
            self.smooth_on = (!told).then_some(day);
            has_told |= told;
        }
        if basis.calendar.is_speaking_time(now) {
            has_told |= cycles::state(app).await?;
        }
        if basis.calendar.is_speaking_time(now) && now.time() >= MORNING_SLOT {
            let copies = overdue::copies(&mut *app.read.acquire().await?, None).await?;
            has_told |= papers::remind(app, &copies, &basis, now).await?;
            has_told |= morning(app, &copies, &basis, now).await?;
        }
        has_told |= acceptance::step(app, &basis.calendar, now).await?;
        has_told |= week(app, &basis, now).await?;
        Ok(has_told)
    }
}

/// How the reminders fared. What went as it should waits for the end of the week; trouble is told the same day.
async fn how_it_went(app: &App, basis: &Basis, now: Now) -> anyhow::Result<bool> {
    let (day, until) = office_moment(&basis.calendar, now);
    let last = statements::last(&app.read, Kind::Office).await?;
    if last.is_some_and(|(on, _)| on >= day) {
        return Ok(false);
    }
    let since = last.map(|(_, until)| until);
    let sums = statements::sums(&app.read, since, until).await?;
    if sums.are_smooth() && (sums.sent == 0 || !basis.calendar.is_last_of_week(day)) {
        return Ok(false);
    }
    let statement = Statement { kind: Kind::Office, on_day: day, since, until, sums };
    let told = Reply::notice(Audience::Office(None), office(&statement), now);
    tell(app, decision(statement, now).saying(told)).await
}

/// The leaders' week.
async fn week(app: &App, basis: &Basis, now: Now) -> anyhow::Result<bool> {
    let Some(monday) = leaders_week(&basis.calendar, now) else { return Ok(false) };
    if statements::last(&app.read, Kind::Leaders).await?.is_some_and(|(on, _)| on >= monday) {
        return Ok(false);
    }
    let week = |post| Reply {
        audience: Audience::Post(post),
        say: Saying::Week,
        not_before: Some(now.utc),
        on_doubt: OnDoubt::Hold,
        card_of: None,
    };
    let mut decision = decision(told_by(Kind::Leaders, monday, now), now);
    decision.replies = statements::leaders(&app.read).await?.into_iter().map(week).collect();
    tell(app, decision).await
}

/// What the office finds in the morning, in one message: what it has not sent out, what it is to decide, and which
/// papers have passed a limit.
async fn morning(app: &App, copies: &[OutCopy], basis: &Basis, now: Now) -> anyhow::Result<bool> {
    let (proposals, late) = (proposals(app, now).await?, cycles::late(app, basis).await?);
    let papers = papers::late(app, copies, basis, now).await?;
    let decided = match (&proposals, &late, &papers) {
        (Some(_), ..) => decision(told_by(Kind::Proposals, now.today(), now), now),
        (None, Some((_, periods)), _) => {
            let about: Vec<String> = periods.iter().map(Uuid::to_string).collect();
            let key = format!("{}/{}", cycles::REMINDER, about.join("/"));
            Decision::new(Origin { account: "alarm".into(), key }, now)
        }
        (None, None, Some(papers)) => {
            Decision::new(Origin { account: "papers".into(), key: papers.key.clone() }, now)
        }
        (None, None, None) => return Ok(false),
    };
    let (late, periods) = late.unzip();
    let (papers, matters) = papers.map(|papers| (papers.message, papers.matters)).unzip();
    let Some(message) = [late, proposals, papers].into_iter().flatten().reduce(Message::and) else {
        return Ok(false);
    };
    let put_up = matters.map(|matters| Effect::Notice(NoticeEffect::PutUp(matters)));
    let decided = put_up.into_iter().fold(decided, Decision::with);
    let decided = periods.into_iter().flatten().fold(decided, |decided, period| {
        decided.with(Effect::Alarmed { name: cycles::REMINDER, period: period.to_string() })
    });
    tell(app, decided.saying(Reply::notice(Audience::Office(None), message, now))).await
}

fn told_by(kind: Kind, on_day: NaiveDate, now: Now) -> Statement {
    Statement { kind, on_day, since: None, until: now.utc, sums: Sums::default() }
}

/// What the office is to decide: each matter once; what lies for a week is counted once more.
async fn proposals(app: &App, now: Now) -> anyhow::Result<Option<Message>> {
    let today = now.today();
    let Undecided { untold, others, since, told_on } = cases::undecided(&app.read).await?;
    let lies_long = since.is_some_and(|since| since + Days::new(LONG) <= today);
    let again = Days::new(if lies_long { LONG } else { AGAIN });
    let is_again = told_on.is_some_and(|on| on + again <= today);
    let last = statements::last(&app.read, Kind::Proposals).await?;
    if (untold.is_empty() && !is_again) || last.is_some_and(|(on, _)| on >= today) {
        return Ok(None);
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
    let decide = Button::new(say!(lang, "去定夺", "Decide"), say!(lang, "建议", "proposals"));
    Ok(Some(Message::from(text).row([decide])))
}

fn decision(statement: Statement, now: Now) -> Decision {
    let key = format!("{}/{}", statement.kind.code(), statement.on_day);
    Decision::new(Origin { account: "statement".into(), key }, now).with(Effect::Stated(statement))
}

pub(super) async fn tell(app: &App, decision: Decision) -> anyhow::Result<bool> {
    match app.desk.committer.commit(decision).await? {
        Fate::Refused(constraint)
            if !["statement_pkey", "alarm_raised_once"].contains(&constraint.as_str()) =>
        {
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
