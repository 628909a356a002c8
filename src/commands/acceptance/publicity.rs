//! 公示: what has passed the check is published for so many working days before it is signed off. The sentence that
//! the public table says of it is shown before, and may be said in the office's own words, then or later.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    PUBLISHES, anybody, beside, button, contact_lang, course, head, item, not_there_yet, span, step,
};
use crate::commands::held::{line, meant, wants_a_yes, wants_words};
use crate::commands::words::SlipKind;
use crate::commands::{Call, Failure, told};
use crate::domain::acceptance::{AcceptanceEffect, Application, Stage, Window, publicity_days};
use crate::domain::decision::{Audience, Change, Decision, Reply};
use crate::domain::mask::Mask;
use crate::domain::{Button, Item, Lang, Message, Status, sentence};
use crate::{say, store};

/// The latest day to begin, counted from today.
const AHEAD: i64 = 30;
/// Before the sentence of the public table.
const SAYING: [&str; 2] = ["情况", "saying"];

/// `公示 16 [DAY] [情况 TEXT] [确认]`
pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return super::sign_off::list(call, 0).await;
    }
    let item = item(&mut call, anybody).await?;
    let from = from(&mut call, item.number)?;
    let words = SAYING.iter().any(|word| call.words.take_word(word));
    let slip = call.words.clone().slip(SlipKind::TooMuch);
    let said = call.words.rest();
    let (said, is_sure) = meant(&said);
    if !words && !said.is_empty() {
        return Err(call.slip(&slip));
    }
    let course = course(&mut call, &item).await?;
    match course.stage() {
        Some((open, Stage::ToPublish(_))) => {
            let sentence = Sentence::of(&mut call, &item, open, words.then_some(said)).await?;
            begun(call, &item, open.id, from, sentence, is_sure).await
        }
        Some((open, Stage::Published(..) | Stage::Stopped(..))) if from.is_none() => {
            let sentence = Sentence::of(&mut call, &item, open, words.then_some(said)).await?;
            match words {
                true => reworded(call, &item, open.id, sentence, is_sure).await,
                false => {
                    let stands = not_there_yet(&call, &item, &course);
                    shown(call, &item, stands, sentence).await
                }
            }
        }
        _ => Err(not_there_yet(&call, &item, &course)),
    }
}

/// What the public table says of an item, as it was written, and whether that is new.
struct Sentence {
    text: String,
    is_new: bool,
}

impl Sentence {
    /// The one that is said now; else the office's last one, what the unit wrote, or what it last reported.
    async fn of(
        call: &mut Call<'_>,
        item: &Item,
        open: &Application,
        said: Option<&str>,
    ) -> Result<Sentence, Failure> {
        let worded = store::acceptance::public_wording(&mut *call.read, open.id).await?;
        let kept = worded.unwrap_or_else(|| open.summary.trim().to_owned());
        let offered = match kept.is_empty() {
            true => last_report(call, item).await?,
            false => kept.clone(),
        };
        let text = said.unwrap_or(&offered).to_owned();
        if text != offered {
            super::fits(call, &text)?;
        }
        Ok(Sentence { is_new: text != kept, text })
    }

    /// As it will be read: persons and telephone numbers are masked.
    async fn public(&self, call: &mut Call<'_>) -> Result<String, Failure> {
        let people = store::people::everybody(&mut *call.read).await?;
        Ok(Mask::of(&people).public(&self.text).0)
    }

    fn written(self, item: &Item, application: Uuid, decision: Decision) -> Decision {
        match self.is_new {
            true => decision.accepting(AcceptanceEffect::Worded {
                id: Uuid::now_v7(),
                item: item.id,
                application,
                text: self.text,
            }),
            false => decision,
        }
    }
}

/// What its lead unit last reported of it.
async fn last_report(call: &mut Call<'_>, item: &Item) -> Result<String, Failure> {
    let last = store::reports::last_of_unit(&mut *call.read, &[item], item.lead.id).await?;
    Ok(last.into_iter().next().map_or(String::new(), |report| report.text.trim().to_owned()))
}

/// From which day, where one is said.
fn from(call: &mut Call<'_>, number: i32) -> Result<Option<NaiveDate>, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let mut ahead = call.words.clone();
    let Some(word) = ahead.word() else { return Ok(None) };
    let said = word.strip_suffix('起').unwrap_or(&word);
    let Some(day) = sentence::day(said) else {
        let is_next = |call: &Call<'_>| {
            let mut words = call.words.clone();
            SAYING.iter().any(|word| words.take_word(word)) || meant(&words.rest()) == ("", true)
        };
        return match is_next(call) {
            true => Ok(None),
            false => Err(told(say!(
                lang,
                "没看懂从哪天起公示，没有登记。例：公示 {number} 9月20日；改公示表那一句：公示 {number} 情况 …",
                "The day was not understood; nothing was recorded. E.g. publish {number} 2018-09-20; in other words: publish {number} saying …"
            ))),
        };
    };
    call.words = ahead;
    let from = day.resolve(today, &|day| call.basis.calendar.is_workday(day));
    if from < today || (from - today).num_days() > AHEAD {
        return Err(told(say!(
            lang,
            "公示要从今天起、{AHEAD} 天以内开始，没有登记。",
            "Publicity begins today or within {AHEAD} days; nothing was recorded."
        )));
    }
    Ok(Some(from))
}

/// The line that goes on with a sentence.
fn saying(call: &Call<'_>, item: &Item, from: Option<NaiveDate>) -> String {
    let word = say!(call.lang(), "情况", "saying");
    let rest = from.map_or(word.clone(), |from| format!("{from} {word}"));
    line(call, PUBLISHES, item, &rest)
}

/// Nothing is public without a sentence.
fn wants_one(call: &Call<'_>, item: &Item, from: Option<NaiveDate>) -> Result<Decision, Failure> {
    let question = say!(
        call.lang(),
        "：公示表“整改完成情况”一栏写什么？一句话，会公开，不写人名、电话。还没有登记。",
        ": what does the public table say of it? One sentence that everybody reads, without names. Nothing is recorded yet."
    );
    wants_words(call, item, saying(call, item, from), question)
}

async fn begun(
    mut call: Call<'_>,
    item: &Item,
    application: Uuid,
    from: Option<NaiveDate>,
    sentence: Sentence,
    is_sure: bool,
) -> Result<Decision, Failure> {
    let (lang, number) = (call.lang(), item.number);
    if sentence.text.is_empty() {
        return wants_one(&call, item, from);
    }
    let days = publicity_days(item, call.basis);
    let begins = from.unwrap_or(call.now.today());
    let window = Window::from(Uuid::now_v7(), application, begins, days, &call.basis.calendar);
    let dates = (window.starts_on, window.ends_on);
    let starts_on = window.starts_on;
    let put_off = match begins == starts_on {
        true => String::new(),
        false => say!(
            lang,
            "（{begins} 不是工作日，顺延到 {starts_on}）",
            " ({begins} is no working day: put off to {starts_on})"
        ),
    };
    if !is_sure {
        let counted = span(dates, call.basis, lang) + &put_off;
        let public = sentence.public(&mut call).await?;
        let question = head(item, lang).then(say!(
            lang,
            "：公示 {counted}。公示表“整改完成情况”将写：\n{public}\n台账认识的人名和电话已遮，其他人名请看一遍。还没有开始；要换一种写法，直接回一句。",
            ": to be published {counted}. The public table will say:\n{public}\nNames that the ledger knows and telephone numbers are masked; look for others. Nothing has begun; to say it otherwise just write the sentence."
        ));
        let line = (saying(&call, item, from), sentence.text.as_str());
        return wants_a_yes(&call, item, line, question, say!(lang, "开始公示", "Publish"));
    }
    let to = contact_lang(&mut call, item.lead.id).await?;
    let counted = span(dates, call.basis, to);
    let told = head(item, to).then(say!(to, "：开始公示，{counted}。", " is published: {counted}."));
    let decision = step(&call, item, Status::Publicity, item.state.verified_percent, Change::Published)?;
    let decision = sentence
        .written(item, application, decision)
        .accepting(AcceptanceEffect::Published { item: item.id, window })
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now));
    let counted = span(dates, call.basis, lang) + &put_off;
    let text = say!(
        lang,
        "📢 第 {number} 项公示：{counted}，首尾都算。期满没有异议会提醒你销号；收到异议请发：异议 {number} 内容",
        "📢 Item {number} is published: {counted}, both ends counted. You will be told when it is over; an objection: objection {number} TEXT"
    );
    Ok(call.say(decision, Message::plain(text).row([table(lang)])))
}

fn table(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "公示表", "Public table"), say!(lang, "导出 公示", "export publicity"))
}

/// The table changes while it is public: what is out is to be replaced.
async fn reworded(
    mut call: Call<'_>,
    item: &Item,
    application: Uuid,
    sentence: Sentence,
    is_sure: bool,
) -> Result<Decision, Failure> {
    let (lang, number) = (call.lang(), item.number);
    if sentence.text.is_empty() {
        return wants_one(&call, item, None);
    }
    let public = sentence.public(&mut call).await?;
    if !is_sure {
        let question = head(item, lang).then(say!(
            lang,
            "正在公示，公示表“整改完成情况”改为：\n{public}\n公示期照旧；已经公开的表要换成新的。还没有改。",
            " is in publicity. The public table will say:\n{public}\nIts days stay; what is public already is to be replaced. Nothing is changed yet."
        ));
        let line = (saying(&call, item, None), sentence.text.as_str());
        return wants_a_yes(&call, item, line, question, say!(lang, "改公示表", "Change it"));
    }
    let decision = sentence.written(item, application, beside(&call, item)?);
    let text = say!(
        lang,
        "✅ 第 {number} 项公示表的情况已改，单位申请里写的不变。请重新导出公示表，把已经公开的换掉。",
        "✅ The public table says it otherwise now; the unit's application stays as it is. Take the table anew and replace what is public."
    );
    Ok(call.say(decision, Message::plain(text).row([table(lang)])))
}

/// What the table says now, and how to say it otherwise.
async fn shown(
    mut call: Call<'_>,
    item: &Item,
    stands: Failure,
    sentence: Sentence,
) -> Result<Decision, Failure> {
    let (lang, public) = (call.lang(), sentence.public(&mut call).await?);
    let Failure::Told(mut message) = stands else { return Err(stands) };
    message.text = message.text.then(say!(
        lang,
        "\n公示表“整改完成情况”：{public}",
        "\nThe public table says: {public}"
    ));
    let change = button(
        say!(lang, "改这一句", "Say it otherwise"),
        PUBLISHES,
        item,
        &say!(lang, "情况", "saying"),
        lang,
    );
    Ok(call.answer(message.row([change, table(lang)])))
}
