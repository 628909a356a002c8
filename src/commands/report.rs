//! 进度: a contact reports progress on an item of the own unit; the answer echoes what was understood.
//! A co-unit's report keeps its text and never moves the percent.

use super::words::{ItemWord, Slip, SlipKind, Words};
use super::{Call, Command, Failure, told, wording};
use crate::domain::decision::{Aggregate, Change, Decision, Effect};
use crate::domain::item::{NewReport, REPORT_TEXT_MAX, ReportRefusal, Said};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Item, Lang, Message, Part, Role, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["进度", "report"],
    glued: true,
    usage: Both {
        zh: "进度 16 90 设备已到货，9月15日调试", en: "report 16 90 equipment delivered"
    },
    about: Both {
        zh: "填报进度：编号 百分比 说明", en: "report progress: number, percent, what was done"
    },
    who: Who::Roles(&[Role::Contact]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// The word that allows a lower percent than before.
const CORRECTION: [&str; 2] = ["更正", "correction"];

pub(super) struct Parsed {
    pub item: ItemWord,
    pub said: Said,
}

/// `16 90 [更正] text`; the text may be left out only with 更正.
pub(super) fn parse(words: &mut Words) -> Result<Parsed, Slip> {
    let item = words.item()?;
    let percent = words.percent()?;
    let correction = CORRECTION.into_iter().any(|word| words.take(word));
    if words.is_empty() && !correction {
        return Err(words.slip(SlipKind::NoText));
    }
    let text = words.clone().rest();
    if text.chars().count() > REPORT_TEXT_MAX {
        return Err(words.slip(SlipKind::TextTooLong));
    }
    if let Some(other) = another_item(&text) {
        return Err(words.slip_on(other, SlipKind::TwoItems));
    }
    Ok(Parsed { item, said: Said { percent, text, correction } })
}

/// The piece of the text that is a second report: a line that starts with the command word again, or
/// `22号35%` inside it.
fn another_item(text: &str) -> Option<&str> {
    text.split(['\n', '，', ',', '；', ';', '。']).map(str::trim).find(|piece| {
        let mut words = Words::new(piece);
        let commanded = COMMAND.words.iter().any(|word| words.start_with(word, true));
        let dressed = piece.contains(['号', '项', '#']) && piece.contains(['%', '％']);
        (commanded || dressed) && words.item().is_ok() && words.percent().is_ok()
    })
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let Parsed { item, said } = parse(&mut call.words).map_err(|slip| call.slip(&slip))?;
    let item = super::show::named(&call, &item)?;
    let (state, report) =
        item.report(speaker, &said, call.now).map_err(|refusal| refuse(&item, &said, refusal, lang))?;
    let shows = call.shows(&item);
    let after = Item { state: state.clone(), version: report.version, ..item.clone() };
    let decision = call
        .decision()
        .by(speaker)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChanged { item: item.id, version: report.version, state, why: Change::Report })
        .with(Effect::ReportAdded(report.clone()));
    Ok(call.say(decision, echo(&item, &after, &report, &call, shows)))
}

fn refuse(item: &Item, said: &Said, refusal: ReportRefusal, lang: Lang) -> Failure {
    let number = item.number;
    match refusal {
        ReportRefusal::NotYours => Failure::Refused {
            what: "report_not_yours",
            item: Some(item.id),
            told: Message::plain(say!(
                lang,
                "第 {number} 项不是你单位牵头或配合的事项，没有登记。发送“我的”看本单位的事项。",
                "Item {number} is not led or shared by your unit; nothing was recorded. Send “mine” for your items."
            )),
        },
        ReportRefusal::Closed => told(say!(
            lang,
            "第 {number} 项已销号，不再填报。如情况有反复，请联系整改办。",
            "Item {number} is signed off and takes no more reports. If it has relapsed, tell the office."
        )),
        ReportRefusal::OutOfRange(percent) => told(say!(
            lang,
            "进度 {percent}% 不在 0 到 100 之间，没有登记。请重发，如：进度 {number} 90 设备已到货",
            "{percent}% is not between 0 and 100; nothing was recorded. Send again, e.g. report {number} 90 delivered"
        )),
        ReportRefusal::Backwards { from, to } => {
            let text = &said.text;
            let says = say!(lang, "进度 {number} {to} 更正 {text}", "report {number} {to} correction {text}");
            let label = say!(lang, "更正为 {to}%", "Correct to {to}%");
            Failure::Told(
                Message::from(
                    Text::plain(say!(
                        lang,
                        "第 {number} 项上次报的是 {from}%，这次 {to}% 更低，没有登记。如果上次报错了，请加“更正”二字：",
                        "Item {number} stood at {from}%; {to}% is lower and was not recorded. If the last figure was wrong, add “correction”: "
                    ))
                    .code(says.clone()),
                )
                .row([Button::new(label, says)]),
            )
        }
    }
}

/// What was understood, so that a slip of the thumb is seen at once.
fn echo(before: &Item, after: &Item, report: &NewReport, call: &Call<'_>, shows: bool) -> Message {
    let lang = call.lang();
    let (number, from, to) = (before.number, before.state.percent, after.state.percent);
    let mut text = match report.part {
        Part::Lead if report.correction => Text::default().strong(say!(lang, "✅ 已更正", "✅ Corrected")),
        _ => Text::default().strong(say!(lang, "✅ 已登记", "✅ Recorded")),
    };
    text = text.then(say!(lang, " 第 {number} 项", " item {number}"));
    if shows {
        let title = &before.title;
        text = text.then(say!(lang, "「{title}」", " “{title}”"));
    }
    text = match report.part {
        Part::Lead => text.then(say!(lang, "\n进度 {from}% → {to}%", "\nprogress {from}% → {to}%")),
        Part::Co => text.then(say!(
            lang,
            "\n配合单位说明已留存；进度由牵头单位填报，仍为 {to}%",
            "\nKept as a co-unit's note; the percent is the lead unit's and stays {to}%"
        )),
    };
    if shows {
        let said = wording::head(&report.text, 60);
        if !said.is_empty() {
            text = text.then(say!(lang, "\n说明：{said}", "\nsaid: {said}"));
        }
        let today = call.now.today();
        let deadline = after.deadline;
        let left = wording::days_left(deadline, today, lang);
        let flags = wording::standing(&after.standing(today), lang);
        text =
            text.then(say!(lang, "\n期限 {deadline}（{left}） {flags}", "\ndue {deadline} ({left}) {flags}"));
        if report.part == Part::Lead && to == 100 && !after.state.status.is_awaiting() {
            text = text.then(say!(
                lang,
                "\n已报 100%，还没有申请验收；材料备齐后请联系整改办办理。",
                "\n100% reported, acceptance not applied for yet: contact the office when the file is ready."
            ));
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Said, SlipKind> {
        let (command, mut words) = super::super::find(line).expect("the report command");
        assert_eq!(command.words, COMMAND.words);
        parse(&mut words).map(|parsed| parsed.said).map_err(|slip| slip.kind)
    }

    #[test]
    fn two_items_in_one_message_are_told_and_plain_text_is_not() {
        for line in [
            "进度 16 90 设备到货，22号35%",
            "进度 16 90 设备到货\n进度 22 35 征迁",
            "report 16 90 delivered; report 22 35 moving",
        ] {
            assert_eq!(read(line), Err(SlipKind::TwoItems), "{line}");
        }
        for line in
            ["进度 16 90 2号机组到货，完成率90%", "进度 16 90 9月15日调试", "进度 16 90 第二批设备到货"]
        {
            assert!(read(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_correction_needs_no_text_and_keeps_it() {
        assert_eq!(read("进度 16 80 更正"), Ok(Said { percent: 80, text: String::new(), correction: true }));
        assert_eq!(
            read("进度 16 80 更正 上次看错了"),
            Ok(Said { percent: 80, text: "上次看错了".into(), correction: true })
        );
        assert_eq!(read("进度 16 80"), Err(SlipKind::NoText));
        assert_eq!(read(&format!("进度 16 80 {}", "长".repeat(2001))), Err(SlipKind::TextTooLong));
    }
}
