//! What the office is alarmed about without an item: today that next year's calendar is missing. Driven by
//! what is stored, so that restarts and other replicas do not say it again.

use chrono::{Datelike, Days};

use crate::app::App;
use crate::domain::decision::{Audience, Decision, Effect, Origin, Reply};
use crate::domain::workday::Calendar;
use crate::domain::{Lang, Message, Now, Text};
use crate::{say, store};

/// Under this name it is remembered.
const CALENDAR: &str = "calendar";

/// Alarms the office when a year is missing that is needed, at most once a week, while it may be spoken to.
pub async fn step(app: &App, calendar: &Calendar) -> anyhow::Result<()> {
    let now = app.clock.now();
    let Some(year) = calendar.missing_years(now.today()).first().copied() else { return Ok(()) };
    // Said later it might be said of what was imported in between.
    if !calendar.is_speaking_time(now) {
        return Ok(());
    }
    let monday = now.today() - Days::new(now.today().weekday().num_days_from_monday().into());
    let period = format!("{year}/{monday}");
    if store::calendar::was_alarmed(&app.read, CALENDAR, &period).await? {
        return Ok(());
    }
    app.desk.committer.commit(missing(year, period, now)).await?;
    Ok(())
}

fn missing(year: i32, period: String, now: Now) -> Decision {
    let lang = Lang::Zh;
    let text = Text::default()
        .strong(say!(
            lang,
            "⚠️ {year} 年的放假调休还没有录入",
            "⚠️ The holidays of {year} are not known yet"
        ))
        .then(say!(
            lang,
            "\n{year} 年的工作日先按周一至周五计，填报期限和提醒可能排在假日里。请按国务院办公厅的通知逐条录入，放假写“休”，补班写“班”，例：",
            "\nIts working days are counted from Monday to Friday, limits and reminders may fall on holidays. Please enter the State Council's notice span by span, “rest” or “work”, e.g."
        ))
        .then("\n")
        .code(say!(lang, "日历 {year}-10-01 至 {year}-10-07 休 国庆节",
            "calendar {year}-10-01 to {year}-10-07 rest National Day"))
        .then(say!(
            lang,
            "\n也可以请管理员整年导入（duban calendar import 文件）。录入前每周提醒一次。",
            "\nor have the whole year imported (duban calendar import FILE). This is said once a week until then."
        ));
    let key = format!("{CALENDAR}/{period}");
    Decision::new(Origin { account: "alarm".into(), key }, now)
        .with(Effect::Alarmed { name: CALENDAR, period })
        .saying(Reply::notice(Audience::Office(None), Message::from(text), now))
}
