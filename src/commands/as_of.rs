//! 查 16 8月15日: an item as it stood at the end of a day, by the history alone.

use chrono::NaiveDate;

use super::{Call, Failure, show, told, wording};
use crate::domain::decision::Decision;
use crate::domain::sentence::DateWord;
use crate::domain::{Item, ItemState, Message};
use crate::{say, store};

/// The day that a question about the past means.
pub(super) fn looked_back(call: &Call<'_>, day: DateWord) -> NaiveDate {
    day.look_back(call.now.today(), &|day| call.basis.calendar.is_workday(day))
}

/// The item on that day, for who may read it here.
pub(super) async fn answer(call: Call<'_>, item: Item, day: NaiveDate) -> Result<Decision, Failure> {
    let lang = call.lang();
    let number = item.number;
    if day > call.now.today() {
        return Err(told(say!(lang, "{day} 还没到，账上没有。", "{day} is yet to come.")));
    }
    let course = store::acceptance::course(&mut *call.read, item.id, day).await?;
    if day < course.assigned_on {
        let opened = course.assigned_on;
        return Err(told(say!(
            lang,
            "第 {number} 项 {opened} 才交办，{day} 还没有这一项。",
            "Item {number} was assigned on {opened}; on {day} there was none."
        )));
    }
    let Some(stood) = store::as_of::stood(&mut *call.read, item.id, day).await? else {
        let begins = store::as_of::begins_on(&mut *call.read, item.id).await?;
        return Err(told(match begins {
            Some(first) => say!(
                lang,
                "第 {number} 项的账从 {first} 记起，{day} 的情况没有记录。",
                "The records of item {number} begin on {first}; none tells of {day}."
            ),
            None => say!(lang, "第 {number} 项还没有历史记录。", "Item {number} has no history yet."),
        }));
    };
    let state = ItemState {
        status: stood.status,
        percent: stood.percent,
        last_report_on: stood.last_report_on,
        verified_percent: stood.verified_percent,
        ..item.state.clone()
    };
    let milestones = store::acceptance::milestones(&mut *call.read, item.id, day).await?;
    // An item that relapsed later was open from its first day on.
    let opened_on = if day < item.opened_on { course.assigned_on } else { item.opened_on };
    let then = Item { state, deadline: course.days.deadline, milestones, opened_on, ..item };
    if !call.shows(&then) {
        let percent = then.state.percent;
        let private = wording::ask_in_private(lang);
        return Ok(call.answer(Message::plain(say!(
            lang,
            "第 {number} 项 {day}：{percent}%。{private}",
            "Item {number} on {day}: {percent}%. {private}"
        ))));
    }
    let texts = store::items::texts(&mut *call.read, then.id).await?;
    // What came later, verdicts and files, is left out.
    let mut reports = store::reports::until(&mut *call.read, then.id, day, show::REPORTS).await?;
    for shown in &mut reports {
        (shown.report.verdict, shown.files) = (None, 0);
    }
    Ok(call.answer(show::card(&call, &then, &texts, &course, &reports, Some(day))))
}
