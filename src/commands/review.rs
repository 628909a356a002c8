//! 审核: the office looks at what was submitted and accepts it or sends it back with a reason and a new
//! limit. The self-reported percent stays as it is; what the office accepts is the verified one. Of two
//! clerks who press at once the second reads who was first.

use chrono::{Days, Months, NaiveDate};

use super::words::{SlipKind, Words};
use super::{Call, Command, Failure, line, questions, report, show, told, wording};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, NewVerdict, Reply, Verdict};
use crate::domain::dialogue::Ask;
use crate::domain::people::Who;
use crate::domain::sentence::{ItemWord, leading_limit};
use crate::domain::tally::cycle_of;
use crate::domain::verdict::limit_on;
use crate::domain::workday::Count;
use crate::domain::{Both, Button, Item, ItemState, Lang, Message, Part, Role, Text};
use crate::store::people::{self, Reader};
use crate::store::reports::Report;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["审核", "review"],
    glued: true,
    usage: Both { zh: "审核", en: "review" },
    about: Both {
        zh: "看待审的填报；通过或退回：审核 16 通过，审核 16 退回 原因，审核 16 退回 10个工作日 原因",
        en: "reports to look at; review 16 accept, review 16 return REASON, review 16 return 10 working days REASON",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// Reports on one page of the list.
const PAGE: i64 = 5;
/// How much of a report's text the list shows.
const SHOWN: usize = 80;
const ACCEPT: [&str; 3] = ["通过", "同意", "accept"];
const RETURN: [&str; 2] = ["退回", "return"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call, 0).await;
    }
    if let Some(page) = call.words.page() {
        return list(call, page - 1).await;
    }
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    // Buttons name the very report, so that a late press does not accept a newer one.
    let mut ahead = call.words.clone();
    let version = ahead.word().and_then(|word| word.parse::<i32>().ok());
    if version.is_some() {
        call.words = ahead;
    }
    let accepts = ACCEPT.iter().any(|word| call.words.take(word));
    let returns = !accepts && RETURN.iter().any(|word| call.words.take(word));
    if !accepts && !returns && call.words.is_empty() {
        return one(call, &word, version).await;
    }
    if !accepts && !returns {
        return Err(call.slip(&call.words.clone().slip(SlipKind::NoVerdict)));
    }
    let item = show::item(&mut call, &word).await?;
    let report = reported(&mut call, &item, version).await?;
    if accepts {
        return accept(call, &item, &report);
    }
    let said = call.words.rest();
    returned(call, &item, &report, None, &said).await
}

/// 16项通过, 30号退回 原因, 退回 30 原因: a verdict in free words, as the command line that says the same.
pub(super) fn verdict_line(text: &str) -> Option<String> {
    let mut words = Words::new(text);
    let verdicts = || ACCEPT.iter().chain(&RETURN);
    let ahead = verdicts().find(|word| words.take_word(word));
    let item = words.item().ok()?;
    let verdict = ahead.or_else(|| verdicts().find(|word| words.take(word)))?;
    let rest = words.rest();
    // 同意16项延期 is no verdict on a report.
    let is_clear = ahead.is_none() || rest.is_empty() || RETURN.contains(verdict);
    is_clear.then(|| format!("{} {} {verdict} {rest}", COMMAND.words[0], item.number))
}

/// The report that is meant: the one a button names, or the last one the lead unit made.
async fn reported(call: &mut Call<'_>, item: &Item, version: Option<i32>) -> Result<Report, Failure> {
    let lang = call.lang();
    let number = item.number;
    let found = match version {
        Some(version) => {
            store::reports::one(&mut *call.read, item.id, version).await?.map(|shown| shown.report)
        }
        None => store::reports::last_of_unit(&mut *call.read, &[item], item.lead.id).await?.pop(),
    };
    let Some(report) = found else {
        return Err(told(say!(
            lang,
            "第 {number} 项没有待审的填报。",
            "Item {number} has no report to review."
        )));
    };
    match &report.verdict {
        None => Ok(report),
        Some(Verdict::Withdrawn) => Err(told(say!(
            lang,
            "第 {number} 项这一条填报单位已经撤回，不用审核。",
            "The unit has taken that report on item {number} back; nothing to review."
        ))),
        Some(verdict) => {
            let (who, verdict) = (report.judged_by.as_deref().unwrap_or_default(), verdict.word().pick(lang));
            Err(told(say!(
                lang,
                "第 {number} 项这一条已由{who}处理（{verdict}），没有再动。",
                "That report on item {number} has been handled by {who} ({verdict}); nothing was changed."
            )))
        }
    }
}

fn accept(call: Call<'_>, item: &Item, report: &Report) -> Result<Decision, Failure> {
    let lang = call.lang();
    let number = item.number;
    let verified = report.percent.or(item.state.verified_percent);
    let state = item.restated_after(
        ItemState { verified_percent: verified, ..item.state.clone() },
        call.now.today(),
        call.basis,
    );
    let given = NewVerdict::plain(item.id, report.version, Verdict::Accepted);
    let decision = judged(&call, item, state, given)?;
    let verified = verified.map_or(String::new(), |p| format!("{p}%"));
    let text = say!(
        lang,
        "✅ 第 {number} 项已审核通过，核实进度 {verified}。",
        "✅ Item {number} accepted, verified {verified}."
    );
    Ok(call.say(decision, Message::plain(text).row([next(lang)])))
}

/// 退回 with a reason, before which a limit may stand: the contact is told, with the day until which a new
/// report is expected. Without a reason it is asked for; `chosen` is the limit that was said before.
async fn returned(
    mut call: Call<'_>,
    item: &Item,
    report: &Report,
    chosen: Option<NaiveDate>,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let calendar = &call.basis.calendar;
    let chosen = chosen.filter(|day| *day > today);
    let (chosen, reason) = match leading_limit(said) {
        Some((word, reason)) => match limit_on(word, today, calendar) {
            Some(day) => (Some(day), reason),
            None => return Err(bad_limit(lang)),
        },
        None => (chosen, said.to_owned()),
    };
    if reason.is_empty() {
        return ask_reason(&mut call, item, report, chosen).await;
    }
    let usual = call.basis.of(item.round).count(Threshold::Rework);
    let due_on = chosen.unwrap_or_else(|| calendar.nth_workday_after(today, usual));
    let limit = calendar.workdays_left(today + Days::new(1), due_on);
    // What was sent back counts as not reported: the item is to report again, on every list.
    let earlier = store::withdrawals::earlier(&mut *call.read, item.id, report.version).await?;
    let last_report_on = earlier.map_or(item.state.last_report_on, |earlier| earlier.last_report_on);
    let mut state =
        item.restated_after(ItemState { last_report_on, ..item.state.clone() }, call.now.today(), call.basis);
    // The rules look on the day after the limit.
    state.next_check_on = [state.next_check_on, due_on.succ_opt()].into_iter().flatten().min();
    let given = NewVerdict {
        reason: reason.clone(),
        due_on: Some(due_on),
        ..NewVerdict::plain(item.id, report.version, Verdict::Returned)
    };
    let contact = people::lang_of(&mut *call.read, Reader::ContactOf(report.unit)).await?;
    let told = told_contact(item, report, &reason, (due_on, &limit), contact);
    let decision = judged(&call, item, state, given)?.saying(Reply::notice(
        Audience::UnitContact(report.unit),
        told,
        call.now,
    ));
    let (number, unit, limit) = (item.number, &report.unit_name, limit.spoken(lang));
    let text = say!(
        lang,
        "↩️ 第 {number} 项的填报已退回{unit}，请其在 {due_on} 前重报（{limit}）。",
        "↩️ The report on item {number} was sent back to {unit}; a new one is expected by {due_on}, {limit}."
    );
    Ok(call.say(decision, Message::plain(text).row([next(lang)])))
}

/// Why is it sent back? The limit may be chosen as well.
async fn ask_reason(
    call: &mut Call<'_>,
    item: &Item,
    report: &Report,
    due_on: Option<NaiveDate>,
) -> Result<Decision, Failure> {
    let ask = Ask::ReturnReason { version: report.version, due_on };
    let step = questions::step(ask, questions::about(call, item));
    let question = report::question(call, &step, Some(item), Some(&report.text)).await?;
    let decision = questions::asking(call, call.decision().by(call.speaker()?), step)?;
    Ok(call.say(decision, question))
}

fn bad_limit(lang: Lang) -> Failure {
    told(say!(
        lang,
        "重报期限要在今天之后、三个月以内，没有退回。如果这个日子是原因的一部分，请写在原因后面。",
        "The limit must lie after today and within three months; nothing was sent back. If the day is part of the reason, write it further behind."
    ))
}

/// The answer to "why is it sent back?".
pub(super) async fn send_back(
    mut call: Call<'_>,
    word: Option<ItemWord>,
    version: i32,
    due_on: Option<NaiveDate>,
    said: &str,
) -> Result<Decision, Failure> {
    let word = word.ok_or_else(|| questions::passed(&call))?;
    let item = show::item(&mut call, &word).await?;
    let report = reported(&mut call, &item, Some(version)).await?;
    returned(call, &item, &report, due_on, said).await
}

/// A verdict on a report, with the item's next state.
pub(super) fn judged(
    call: &Call<'_>,
    item: &Item,
    state: ItemState,
    given: NewVerdict,
) -> Result<Decision, Failure> {
    let reported = given.version;
    let why = given.verdict.change();
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChanged { item: item.id, version: item.version + 1, state, why })
        .with(Effect::VerdictGiven(given));
    Ok(questions::settling(
        call,
        decision,
        |ask| matches!(ask, Ask::ReturnReason { version, .. } if *version == reported),
    ))
}

/// What the contact reads.
fn told_contact(
    item: &Item,
    report: &Report,
    reason: &str,
    (due_on, limit): (NaiveDate, &Count),
    lang: Lang,
) -> Message {
    let limit = limit.spoken(lang);
    let (number, title, on) = (item.number, &item.title, report.effective_on);
    let head = say!(lang, "↩️ 第 {number} 项「{title}」", "↩️ Item {number} “{title}”");
    let text = Text::default().strong(head).then(say!(
        lang,
        "\n{on} 的填报退回，原因：{reason}\n请在 {due_on} 前重报（{limit}）。",
        "\nThe report of {on} was sent back: {reason}\nPlease report again by {due_on}, {limit}."
    ));
    let again = say!(lang, "进度 {number}", "report {number}");
    Message::from(text).row([Button::new(say!(lang, "重报", "Report again"), again)])
}

fn said(words: &str, lang: Lang) -> String {
    line(&COMMAND, words, lang)
}

fn next(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "下一条", "Next"), line(&COMMAND, "", lang))
}

/// What waits for the office, oldest first, with what has changed since the report before.
async fn list(call: Call<'_>, page: i64) -> Result<Decision, Failure> {
    let lang = call.lang();
    let rounds = call.rounds();
    // Nothing that was reported is lost sight of; what is older than a year is another matter.
    let since = cycle_of(call.now.today()) - Months::new(12);
    let waiting = store::reports::waiting(&mut *call.read, &rounds, since, PAGE, page * PAGE).await?;
    if waiting.reports.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "没有待审的填报。",
            "No reports are waiting for review."
        ))));
    }
    let all = waiting.all;
    let mut message = Message::from(Text::default().strong(say!(
        lang,
        "待审填报 {all} 条（{since} 以来）",
        "{all} reports to review (since {since})"
    )));
    for entry in &waiting.reports {
        message.text.0.extend(entry_line(entry, lang).0);
        message = message.row(verdicts(entry, lang));
    }
    if (page + 1) * PAGE < all {
        let next = page + 2;
        message = message.row([Button::new(
            say!(lang, "下一页", "Next page"),
            said(&say!(lang, "第{next}页", "page {next}"), lang),
        )]);
    }
    Ok(call.answer(message))
}

/// 审核 16: this very report.
async fn one(mut call: Call<'_>, word: &ItemWord, version: Option<i32>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let item = show::item(&mut call, word).await?;
    let report = reported(&mut call, &item, version).await?;
    let before = store::withdrawals::earlier(&mut *call.read, item.id, report.version).await?;
    let Some(shown) = store::reports::one(&mut *call.read, item.id, report.version).await? else {
        return list(call, 0).await;
    };
    let entry = store::reports::Waiting {
        number: item.number,
        title: item.title.clone(),
        percent_before: before.map(|before| before.percent),
        shown,
    };
    let mut text = entry_line(&entry, lang);
    text.0.remove(0); // the line break of a list
    let message = Message::from(text).row(verdicts(&entry, lang));
    Ok(call.answer(message))
}

/// The two buttons under a report.
fn verdicts(entry: &store::reports::Waiting, lang: Lang) -> [Option<Button>; 2] {
    let (number, version) = (entry.number, entry.shown.report.version);
    let (accept, send_back) = (say!(lang, "通过", "accept"), say!(lang, "退回", "return"));
    [
        Button::new(
            say!(lang, "✅ {number} 通过", "✅ accept {number}"),
            said(&format!("{number} {version} {accept}"), lang),
        ),
        Button::new(
            say!(lang, "↩️ {number} 退回", "↩️ return {number}"),
            said(&format!("{number} {version} {send_back}"), lang),
        ),
    ]
}

/// One report of the list: who, from which percent to which, what is new, what looks odd.
fn entry_line(entry: &store::reports::Waiting, lang: Lang) -> Text {
    let report = &entry.shown.report;
    let (number, title, unit, on) =
        (entry.number, wording::head(&entry.title, 24), &report.unit_name, report.effective_on);
    let mut text = Text::plain("\n").strong(format!("【{number}】{title}")).then(format!("\n{unit} {on} "));
    let before = entry.percent_before;
    text = match (report.part, report.percent) {
        (Part::Lead, Some(_)) if report.unchanged => {
            let percent = report.percent.unwrap_or_default();
            text.then(say!(lang, "无变化 {percent}%", "no change {percent}%"))
        }
        (_, Some(percent)) => text.then(match before {
            Some(before) => format!("{before}% → {percent}%"),
            None => format!("{percent}%"),
        }),
        (_, None) => text.then(report.part.word().pick(lang)),
    };
    let (said, beside) = (wording::head(&report.text, SHOWN), wording::beside(&entry.shown, lang));
    text = text.then(format!(" {said}{beside}"));
    if !report.odd.is_empty() {
        let words: Vec<&str> = report.odd.iter().map(|odd| odd.word().pick(lang)).collect();
        let words = words.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(lang, "\n⚠️ 异常：{words}（本人已确认）", "\n⚠️ odd: {words} (confirmed)"));
    }
    if !report.details.help.is_empty() {
        let help = wording::head(&report.details.help, SHOWN);
        text = text.then(say!(lang, "\n🙋 需协调：{help}", "\n🙋 help wanted: {help}"));
    }
    text
}
