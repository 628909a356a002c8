//! What was understood, said back so that a slip of the thumb is seen at once; and why a report was not
//! taken.

use crate::commands::{Call, Failure, correct, line, told, undo, wording};
use crate::domain::dialogue::Draft;
use crate::domain::item::{NewReport, ReportRefusal};
use crate::domain::{Button, Item, Lang, Message, Part, Role, Speaker, Text, UnitRef};
use crate::say;

/// How much of the text is said back.
const SAID: usize = 60;

pub(super) fn refuse(item: &Item, draft: &Draft, refusal: ReportRefusal, lang: Lang) -> Failure {
    let number = item.number;
    match refusal {
        ReportRefusal::NotYours => Failure::Refused {
            what: "report_not_yours",
            item: Some(item.id),
            told: Message::plain(match &draft.unit {
                Some(unit) => {
                    let unit = &unit.name;
                    say!(
                        lang,
                        "第 {number} 项不是{unit}牵头或配合的事项，没有登记。",
                        "Item {number} is not led or shared by {unit}; nothing was recorded."
                    )
                }
                None => say!(
                    lang,
                    "第 {number} 项不是你单位牵头或配合的事项，没有登记。发送“我的”看本单位的事项。",
                    "Item {number} is not led or shared by your unit; nothing was recorded. Send “mine” for your items."
                ),
            }),
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
            let text = &draft.text;
            let says = say!(lang, "进度 {number} {to} 更正 {text}", "report {number} {to} correction {text}");
            let says = says.trim_end().to_owned();
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

/// The answer to a recorded report, with the ways back.
pub(super) fn echo(
    call: &Call<'_>,
    before: &Item,
    after: &Item,
    report: &NewReport,
    of: &UnitRef,
    applies: bool,
) -> Message {
    let lang = call.lang();
    let shows = call.shows(before);
    let (number, from, to) = (before.number, before.state.percent, after.state.percent);
    let done = match report.part {
        Part::Lead if report.correction => say!(lang, "✅ 已更正", "✅ Corrected"),
        _ => say!(lang, "✅ 已登记", "✅ Recorded"),
    };
    let mut text = Text::default().strong(done).then(say!(lang, " 第 {number} 项", " item {number}"));
    if shows {
        let title = &before.title;
        text = text.then(say!(lang, "「{title}」", " “{title}”"));
    }
    // The office, or whoever stands in for the unit's contact.
    let speaker = call.door.speaker.as_ref();
    let is_office = speaker.is_some_and(|speaker| speaker.role == Role::Office);
    let is_for = |speaker: &Speaker| {
        speaker.unit.id != of.id || speaker.stands_in.iter().any(|away| away.unit.id == of.id)
    };
    if speaker.is_some_and(is_for) {
        let unit = &of.name;
        text = text.then(match is_office {
            true => say!(lang, "\n代{unit}填报，会告知该单位", "\nreported for {unit}, which is told"),
            false => say!(lang, "\n代{unit}填报", "\nreported for {unit}"),
        });
    }
    text = match report.part {
        Part::Lead if report.unchanged => {
            text.then(say!(lang, "\n无变化，仍为 {to}%", "\nno change, still {to}%"))
        }
        Part::Lead if from == to => text.then(say!(lang, "\n进度仍为 {to}%", "\nprogress still {to}%")),
        Part::Lead => text.then(say!(lang, "\n进度 {from}% → {to}%", "\nprogress {from}% → {to}%")),
        Part::Co => text.then(say!(
            lang,
            "\n配合单位说明已留存；进度由牵头单位填报，仍为 {to}%",
            "\nKept as a co-unit's note; the percent is the lead unit's and stays {to}%"
        )),
    };
    let status = after.state.status;
    let may_apply = report.part == Part::Lead && !status.is_awaiting() && !status.is_completed();
    if shows {
        text.0.extend(details(report, lang).0);
        let today = call.now.today();
        let deadline = after.deadline;
        text = text.then(if status.is_completed() {
            // A long-term item that goes on being reported: no days are counted any more.
            let word = status.word().pick(lang);
            say!(lang, "\n期限 {deadline} ✅ {word}", "\ndue {deadline} ✅ {word}")
        } else {
            let left = wording::days_left(deadline, today, lang);
            let flags =
                wording::standing(&after.standing(today, call.basis), call.basis.of(after.round), lang);
            say!(lang, "\n期限 {deadline}（{left}） {flags}", "\ndue {deadline} ({left}) {flags}")
        });
        if may_apply && applies {
            text = text.then(say!(
                lang,
                "\n这里登记的是进度；申请验收、销号请发：申请销号 {number}",
                "\nThis is progress; to apply for acceptance or sign-off send: apply {number}"
            ));
        } else if may_apply && to == 100 {
            text = text.then(say!(
                lang,
                "\n已报 100%，还没有申请验收；材料备齐后请发：申请销号 {number}",
                "\n100% reported, acceptance not applied for yet; when the file is ready send: apply {number}"
            ));
        }
    }
    let version = report.version;
    let undo = Button::new(
        say!(lang, "撤回（10分钟内）", "Take back (10 min)"),
        line(&undo::COMMAND, &format!("{number} {version}"), lang),
    );
    // The unit itself puts right what was said in its name.
    let correct = (!is_office).then(|| {
        Button::new(say!(lang, "更正", "Correct"), line(&correct::COMMAND, &number.to_string(), lang))
    });
    let apply = (may_apply && to == 100 && !is_office).then(|| {
        Button::new(say!(lang, "申请销号", "Apply"), say!(lang, "申请销号 {number}", "apply {number}"))
    });
    Message::from(text).row([undo, correct.flatten(), apply.flatten()])
}

/// What was read out of the text: said, next step, difficulty, help.
pub(in crate::commands) fn details(report: &NewReport, lang: Lang) -> Text {
    let mut text = Text::default();
    let said = wording::head(&report.text, SAID);
    if !said.is_empty() && !report.unchanged {
        text = text.then(say!(lang, "\n说明：{said}", "\nsaid: {said}"));
    }
    let details = &report.details;
    if let Some(on) = details.next_on {
        let what = wording::head(&details.next_step, SAID);
        text = text.then(say!(lang, "\n下一步：{on} {what}", "\nnext: {on} {what}"));
    }
    if !details.difficulty.is_empty() {
        let (difficulty, cause) = (wording::head(&details.difficulty, SAID), details.cause);
        let cause = cause.map_or(String::new(), |cause| {
            let word = cause.word().pick(lang);
            say!(lang, "（{word}）", " ({word})")
        });
        text = text.then(say!(lang, "\n困难：{difficulty}{cause}", "\ndifficulty: {difficulty}{cause}"));
    }
    if !details.help.is_empty() {
        let help = wording::head(&details.help, SAID);
        text = text.then(say!(
            lang,
            "\n需协调：{help}（整改办会看到）",
            "\nhelp wanted: {help} (the office sees it)"
        ));
    }
    text
}

/// What the unit hears when the office has reported in its name.
pub(super) fn on_behalf(item: &Item, report: &NewReport, lang: Lang) -> Message {
    let (number, title) = (item.number, &item.title);
    let figure = match report.percent {
        Some(percent) => format!("{percent}%"),
        None => String::new(),
    };
    let text = wording::head(&report.text, SAID);
    Message::plain(say!(
        lang,
        "整改办代你单位填报了第 {number} 项「{title}」：{figure} {text}\n如不对，请发：更正 {number}",
        "The office has reported item {number} “{title}” for your unit: {figure} {text}\nIf it is wrong send: correct {number}"
    ))
}
