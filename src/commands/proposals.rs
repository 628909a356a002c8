//! 建议: from the third rung on the bot proposes, with the facts, and the office decides: agree, another rung,
//! or nothing, with a reason. Who decided what stays on record. The unit hears of it only then.

use chrono::NaiveDate;
use uuid::Uuid;

use super::words::{ItemWord, SlipKind};
use super::{Call, Command, Failure, line, notice, questions, report, show, told, wording};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, OnDoubt, Reply, Saying};
use crate::domain::dialogue::{Ask, Paper};
use crate::domain::finding::Rung;
use crate::domain::ladder::{Case, CaseStanding, Verdict};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{Form, Notice, text as notice_text};
use crate::domain::people::Who;
use crate::domain::warning::NewWarning;
use crate::domain::{Both, Button, Item, Lang, Message, Role, Text};
use crate::store::cases::Waiting;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["建议", "proposals"],
    glued: true,
    usage: Both { zh: "建议", en: "proposals" },
    about: Both {
        zh: "待定的督办、通报、约谈建议：建议 16 同意，建议 16 调整 通报，建议 16 不处理 原因",
        en: "what waits for the office: proposals 16 agree, 16 adjust circular, 16 dismiss REASON",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// Proposals on one page of the list.
const PAGE: i64 = 5;
const AGREE: [&str; 2] = ["同意", "agree"];
const ADJUST: [&str; 2] = ["调整", "adjust"];
const DISMISS: [&str; 2] = ["不处理", "dismiss"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call, 0).await;
    }
    if let Some(page) = call.words.page() {
        return list(call, page - 1).await;
    }
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let item = show::item(&mut call, &word).await?;
    let rounds = call.rounds();
    let waiting = store::cases::waiting(&mut *call.read, &rounds, Some(item.id), 1, 0).await?.pop();
    let Some(waiting) = waiting else { return Err(nothing(&mut call, &item).await?) };
    let lang = call.lang();
    if call.words.is_empty() {
        let got = got(&mut call, std::slice::from_ref(&waiting)).await?;
        let mut text = entry(&waiting, &got, &now(&mut call, std::slice::from_ref(&waiting)).await?, lang);
        text.0.remove(0); // the line break of a list
        return Ok(call.answer(Message::from(text).row(choices(&waiting, lang))));
    }
    let takes = |call: &mut Call<'_>, words: &[&str]| words.iter().any(|word| call.words.take_word(word));
    if takes(&mut call, &AGREE) {
        let rung = waiting.rung;
        return decided(call, &item, &waiting, Verdict::Agreed, Some(rung), "").await;
    }
    if takes(&mut call, &ADJUST) {
        let said = call.words.word().unwrap_or_default();
        let rung = Rung::ALL
            .into_iter()
            .find(|rung| [rung.word().zh, rung.code()].iter().any(|word| word.eq_ignore_ascii_case(&said)));
        return match rung {
            Some(rung) => {
                let reason = call.words.rest();
                decided(call, &item, &waiting, Verdict::Adjusted, Some(rung), &reason).await
            }
            None => Ok(call.answer(which(&waiting, lang))),
        };
    }
    if takes(&mut call, &DISMISS) {
        let reason = call.words.rest();
        if reason.is_empty() {
            let ask = Ask::DismissReason { proposal: waiting.id };
            let step = questions::step(ask, questions::about(&call, &item));
            let question = report::question(&mut call, &step, Some(&item), None).await?;
            let decision = questions::asking(&call, call.decision().by(call.speaker()?), step)?;
            return Ok(call.say(decision, question));
        }
        return decided(call, &item, &waiting, Verdict::Dismissed, None, &reason).await;
    }
    Err(call.slip(&call.words.clone().slip(SlipKind::NoVerdict)))
}

/// The answer to "why is nothing done?". The proposal may have been decided meanwhile.
pub(super) async fn dismissed(
    mut call: Call<'_>,
    word: Option<ItemWord>,
    proposal: Uuid,
    reason: &str,
) -> Result<Decision, Failure> {
    let word = word.ok_or_else(|| questions::passed(&call))?;
    let item = show::item(&mut call, &word).await?;
    let rounds = call.rounds();
    let waiting = store::cases::waiting(&mut *call.read, &rounds, Some(item.id), 1, 0).await?.pop();
    match waiting.filter(|waiting| waiting.id == proposal) {
        Some(waiting) => decided(call, &item, &waiting, Verdict::Dismissed, None, reason).await,
        None => Err(nothing(&mut call, &item).await?),
    }
}

/// Nothing waits: decided by somebody already, or never proposed.
async fn nothing(call: &mut Call<'_>, item: &Item) -> Result<Failure, Failure> {
    let (lang, number) = (call.lang(), item.number);
    let last = store::cases::last_decided(&mut *call.read, item.id).await?;
    let decided = last.and_then(|last| Some((Verdict::from_code(&last.decided)?, last.by?)));
    Ok(told(match decided {
        Some((verdict, by)) => {
            let verdict = verdict.word().pick(lang);
            say!(
                lang,
                "第 {number} 项没有待定的建议；上一条已由{by}定了（{verdict}）。",
                "Nothing waits about item {number}; {by} decided the last one ({verdict})."
            )
        }
        None => say!(lang, "第 {number} 项没有待定的建议。", "Nothing waits about item {number}."),
    }))
}

async fn decided(
    mut call: Call<'_>,
    item: &Item,
    waiting: &Waiting,
    verdict: Verdict,
    rung: Option<Rung>,
    reason: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    let Some(case) = store::cases::of_lead(&mut *call.read, item).await? else {
        return Err(nothing(&mut call, item).await?);
    };
    let on = rung.unwrap_or(case.standing.rung);
    let standing = case.standing.on(case.ladder.at(on), today, call.basis);
    // The office may choose a rung that the city's ladder leaves out.
    let standing = CaseStanding { rung: on, ..standing };
    let limit = standing.limit_on;
    let decision = moved(&call, item, &case, standing)?;
    let asked = Ask::DismissReason { proposal: waiting.id };
    let decision = questions::settling(&call, decision, |ask| *ask == asked);
    let mut decision = decision.with(Effect::ProposalDecided {
        proposal: waiting.id,
        item: item.id,
        verdict,
        rung,
        reason: reason.to_owned(),
    });
    let word = on.word().pick(lang);
    let mut draft = None;
    let text = if let Some(rung) = rung {
        let (next, written) = paper(&mut call, decision, item, waiting, rung).await?;
        (decision, draft) = (next, written);
        let unit = &waiting.unit.name;
        match &draft {
            None => {
                decision = tell_unit(decision, &call, &case, rung);
                say!(
                    lang,
                    "✅ 第 {number} 项：{word}，已通知{unit}，限期 {limit}。",
                    "✅ Item {number}: {word}; {unit} is told, the limit is {limit}."
                )
            }
            // From here on the unit hears from the signed paper, not from one press.
            Some(draft) => {
                let (handle, form) = (draft.handle, draft.form.word().pick(lang));
                match draft.form {
                    Form::Circular => say!(
                        lang,
                        "✅ 第 {number} 项：{word}。本轮{form}（稿{handle}）已写明这一项，核稿、签发后{unit}才收到，限期从那时算。",
                        "✅ Item {number}: {word}. The {form} of the round (draft {handle}) names it; {unit} gets it once it is checked and signed, and its limit begins then."
                    ),
                    _ => say!(
                        lang,
                        "✅ 第 {number} 项：{word}。{form}已拟稿（稿{handle}），核稿、签发后{unit}才收到，限期从那时算。",
                        "✅ Item {number}: {word}. The {form} is drafted (draft {handle}); {unit} gets it once it is checked and signed, and its limit begins then."
                    ),
                }
            }
        }
    } else {
        say!(
            lang,
            "好的，第 {number} 项这次不处理，单位不会收到消息；{limit} 以后仍未改善会再请您定。",
            "Item {number}: nothing is done, and the unit hears nothing; after {limit} it is put before you again if nothing has changed."
        )
    };
    let rounds = call.rounds();
    let rest = store::cases::waiting(&mut *call.read, &rounds, None, 2, 0).await?;
    let more = rest.iter().any(|other| other.id != waiting.id);
    let open = draft.map(|draft| {
        let says = notice::message::says(&draft.handle.to_string(), lang);
        Button::new(say!(lang, "看稿", "Read the draft"), says)
    });
    Ok(call.say(decision, Message::plain(text).row([open.flatten(), more.then(|| next(lang)).flatten()])))
}

/// The paper of this rung, as a draft; the milder rungs have none. A circular is of the whole round: the case goes
/// into the one that is being drafted, or begins it.
async fn paper(
    call: &mut Call<'_>,
    decision: Decision,
    item: &Item,
    waiting: &Waiting,
    rung: Rung,
) -> Result<(Decision, Option<Notice>), Failure> {
    let Some(form) = Form::of(rung) else { return Ok((decision, None)) };
    if form == Form::Circular
        && let Some(open) = store::circulars::drafted(&mut *call.read, item.round).await?
    {
        let fresh = notice::circular::renewed(call, &open, Some(item.id)).await?;
        let moved = NoticeEffect::Moved { notice: open.id, next: Box::new(fresh.standing.clone()) };
        let decision = decision
            .changing(Aggregate::Notice, open.id, open.version)
            .with(Effect::Notice(moved))
            .with(Effect::Notice(NoticeEffect::Refreshed(Box::new(fresh.clone()))));
        return Ok((decision, Some(fresh)));
    }
    let handle = store::series::next_handle(&mut *call.read).await?;
    let round = call.door.rounds.iter().find(|round| round.id == item.round).cloned();
    let draft = match (form, round) {
        (Form::Circular, Some(round)) => {
            let (draft, _) = notice::circular::composed(call, &round, "", &[item.id], handle).await?;
            Notice { proposal: Some(waiting.id), ..draft }
        }
        _ => {
            let units = vec![waiting.unit.clone()];
            let paper = Paper { form, items: vec![item.id], units, demand: String::new() };
            notice::draft::composed(call, paper, std::slice::from_ref(item), handle, Some(waiting.id))?
        }
    };
    let drafted = Effect::Notice(NoticeEffect::Drafted(Box::new(draft.clone())));
    Ok((decision.with(drafted), Some(draft)))
}

/// How many papers the units of these proposals got this year, where they got any.
async fn got(call: &mut Call<'_>, waiting: &[Waiting]) -> Result<Vec<(Uuid, String)>, Failure> {
    let units: Vec<_> = waiting.iter().map(|one| one.unit.clone()).collect();
    notice::draft::got_this_year(call, &units).await
}

/// The case's next state; its item is looked at again when the limit has passed.
pub(super) fn moved(
    call: &Call<'_>,
    item: &Item,
    case: &Case,
    standing: CaseStanding,
) -> Result<Decision, Failure> {
    Ok(moving(call, call.decision().by(call.speaker()?), item, case, standing))
}

/// The same, with what else is decided.
pub(super) fn moving(
    call: &Call<'_>,
    decision: Decision,
    item: &Item,
    case: &Case,
    standing: CaseStanding,
) -> Decision {
    let after = [standing.paused_until, Some(standing.limit_on)].into_iter().flatten().min();
    // What goes out now is looked at again when it should have been signed for.
    let receipt = call.basis.of(item.round).count(Threshold::Receipt);
    let sign_by = call.basis.calendar.nth_workday_after(call.now.today(), receipt);
    let after = after.into_iter().chain([sign_by]).min();
    let looks = [item.state.next_check_on, after.and_then(|day: NaiveDate| day.succ_opt())];
    decision
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChecked {
            item: item.id,
            version: item.version + 1,
            next_check_on: looks.into_iter().flatten().min(),
        })
        .with(Effect::CaseMoved { case: case.id, item: item.id, standing: Box::new(standing) })
}

/// The unit's contact reads what was decided, in the next speaking hours.
fn tell_unit(decision: Decision, call: &Call<'_>, case: &Case, rung: Rung) -> Decision {
    let leaves = call.basis.calendar.leaves_at(call.now);
    let id = Uuid::now_v7();
    let raised = NewWarning {
        id,
        item: case.item,
        unit: case.unit,
        rule: case.standing.rule.clone(),
        rung: rung.code(),
        period: case.standing.period.clone(),
    };
    decision.with(Effect::WarningRaised(raised)).saying(Reply {
        audience: Audience::UnitContact(case.unit),
        not_before: Some(leaves),
        on_doubt: OnDoubt::Repeat,
        say: Saying::Warnings(vec![id]),
        card_of: None,
    })
}

fn said(words: &str, lang: Lang) -> String {
    line(&COMMAND, words, lang)
}

fn next(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "下一条", "Next"), line(&COMMAND, "", lang))
}

async fn list(mut call: Call<'_>, page: i64) -> Result<Decision, Failure> {
    let (lang, rounds) = (call.lang(), call.rounds());
    let waiting = store::cases::waiting(&mut *call.read, &rounds, None, PAGE, page * PAGE).await?;
    let Some(all) = waiting.first().map(|first| first.all) else {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "没有待定的建议。",
            "Nothing waits for a decision."
        ))));
    };
    let mut message =
        Message::from(Text::default().strong(say!(lang, "📋 待定的建议 {all} 条", "📋 {all} to decide")));
    let (got, now) = (got(&mut call, &waiting).await?, now(&mut call, &waiting).await?);
    for entry_of in &waiting {
        message.text.0.extend(entry(entry_of, &got, &now, lang).0);
        message = message.row(choices(entry_of, lang));
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

/// How these items stand today, and which papers about them are under way, where something was proposed before today.
async fn now(call: &mut Call<'_>, waiting: &[Waiting]) -> Result<Vec<(Uuid, String)>, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let mut now = Vec::new();
    for one in waiting.iter().filter(|one| one.proposed_on < today) {
        let Some(item) = store::items::by_id(&mut *call.read, one.item).await? else { continue };
        let fact = notice_text::line(&item, today, call.basis).fact;
        let mut line = say!(lang, "\n现在：{fact}", "\nNow: {fact}");
        for paper in store::under_way::papers(&mut *call.read, &[one.item], &[one.unit.id]).await? {
            let (form, state, handle) =
                (paper.form.word().pick(lang), paper.state.word().pick(lang), paper.handle);
            let name = paper.number.unwrap_or_else(|| say!(lang, "稿{handle}", "draft {handle}"));
            line += &say!(lang, "；已有{form} {name}（{state}）", "; {form} {name} ({state})");
        }
        now.push((one.id, line));
    }
    Ok(now)
}

/// The facts, which rung is proposed, how it stands now, and how much paper the unit got already.
fn entry(waiting: &Waiting, got: &[(Uuid, String)], now: &[(Uuid, String)], lang: Lang) -> Text {
    let (facts, on) = (wording::head(waiting.facts.pick(lang), 400), waiting.proposed_on);
    let rung = waiting.rung.word().pick(lang);
    let text = Text::plain("\n")
        .then(format!("{facts}\n"))
        .strong(say!(lang, "建议：{rung}", "proposed: {rung}"))
        .then(say!(lang, "（{on} 提出，以上是当天的情况）", " (of {on}, as it stood that day)"));
    let now = now.iter().filter(|(proposal, _)| *proposal == waiting.id);
    let text = now.fold(text, |text, (_, now)| text.then(now));
    match got.iter().find(|(unit, _)| *unit == waiting.unit.id) {
        Some((_, got)) => text.then(format!("\n{got}")),
        None => text,
    }
}

fn choices(waiting: &Waiting, lang: Lang) -> [Option<Button>; 3] {
    let number = waiting.number;
    let button = |label: String, words: [&'static str; 2]| {
        let verb = Both { zh: words[0], en: words[1] }.pick(lang);
        Button::new(label, said(&format!("{number} {verb}"), lang))
    };
    [
        button(say!(lang, "✅ {number} 同意", "✅ agree {number}"), AGREE),
        button(say!(lang, "调整", "adjust"), ADJUST),
        button(say!(lang, "不处理", "dismiss"), DISMISS),
    ]
}

/// Which rung instead?
fn which(waiting: &Waiting, lang: Lang) -> Message {
    let number = waiting.number;
    let text = say!(lang, "第 {number} 项改用哪一级？", "Item {number}: which one instead?");
    let verb = Both { zh: ADJUST[0], en: ADJUST[1] }.pick(lang);
    Message::plain(text).row(Rung::ALL.into_iter().filter(|rung| *rung != waiting.rung).map(|rung| {
        let word = Both { zh: rung.word().zh, en: rung.code() }.pick(lang);
        Button::new(rung.word().pick(lang), said(&format!("{number} {verb} {word}"), lang))
    }))
}
