//! 进度 alone: the unit's items that are due this month, each a button; the next step asks for the percent.

use super::ask::{led_by, report_line};
use crate::commands::{Call, Failure, told, wording};
use crate::domain::decision::Decision;
use crate::domain::{Button, Message, Text};
use crate::say;

/// Buttons offered: as many as a thumb can tell apart.
const OFFERED: usize = 8;

pub(super) async fn offer(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let unit = &speaker.unit.name;
    let mut items = led_by(&mut call, speaker.unit.id).await?;
    if items.is_empty() {
        return Err(told(say!(
            lang,
            "{unit} 没有牵头的在办事项，不用填报。配合事项有情况可以发：进度 编号 说明",
            "{unit} leads no open item: nothing to report. For an item you share send: report NUMBER TEXT"
        )));
    }
    let today = call.now.today();
    items.sort_by_key(|item| (!item.is_to_report(today, call.basis), item.deadline));
    let due = items.iter().filter(|item| item.is_to_report(today, call.basis)).count();
    let head = match due {
        0 => say!(
            lang,
            "本月都报过了，谢谢。要补充请选：",
            "Everything is reported this month, thank you. To add to it choose:"
        ),
        _ => say!(lang, "本月还有 {due} 项待报，请选：", "{due} to report this month, choose:"),
    };
    let mut message = Message::from(Text::plain(head));
    for item in items.iter().take(OFFERED) {
        let (number, percent) = (item.number, item.state.percent);
        let label = match call.shows(item) {
            true => format!("{number} {} {percent}%", wording::head(&item.title, 14)),
            false => format!("{number} · {percent}%"),
        };
        message = message.row([Button::new(label, report_line(&number.to_string(), lang))]);
    }
    let hint = say!(
        lang,
        "\n也可以直接发一句，如：16项到90%，设备已到货；没有变化就发：16项无变化",
        "\nOr say it at once: item 16 90% delivered; or: item 16 no change"
    );
    message.text = message.text.then(hint);
    Ok(call.answer(message))
}
