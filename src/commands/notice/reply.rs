//! 回复: a unit answers a notice; the office reads it at once, and closes the copy or sends the answer back.

use uuid::Uuid;

use super::steps::copy_moved;
use super::{message, record};
use crate::commands::evidence::{self, Evidence};
use crate::commands::{Call, Command, Failure, answer, line, questions, told, wording};
use crate::domain::attachment::Place;
use crate::domain::decision::{Audience, Decision, Effect, Reply};
use crate::domain::dialogue::{Ask, Draft};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::reference::{self, Reference};
use crate::domain::notice::{CopyStanding, Stamp};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["回复", "reply"],
    glued: false,
    usage: Both {
        zh: "回复 安整改办督〔2018〕1号 设备已到货，9月30日前完成调试",
        en: "reply delivered, running by the end of September",
    },
    about: Both {
        zh: "回复督办通知等文件，可以带附件；只有一件待回复时可以不写文号",
        en: "answer a notice, with files if need be; its number may be left out where only one waits",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// The longest answer, in characters; what is longer comes as a document.
const LONGEST: usize = 1000;
/// How much of it the office is shown at once.
const SHOWN: usize = 300;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    super::private_enough(&call)?;
    if let Some(refused) = evidence::refuse_secret(&mut call).await? {
        return Ok(refused);
    }
    let lang = call.lang();
    let said = call.words.rest();
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let (named, text) = match reference::number(&said) {
        Some((number, text)) => (number, text.to_owned()),
        None => {
            let open = store::notices::open_copies(&mut *call.read, &units).await?;
            let unanswered = open.into_iter().filter(|copy| !copy.is_answered);
            let mut waiting: Vec<String> = unanswered.map(|copy| copy.number).collect();
            match (waiting.pop(), waiting.is_empty()) {
                (Some(only), true) => (only, said),
                (Some(last), false) => {
                    waiting.push(last);
                    return Err(which(&waiting, &said, lang));
                }
                (None, _) => {
                    return Err(told(say!(lang, "现在没有要回复的文件。", "Nothing waits for an answer.")));
                }
            }
        }
    };
    let notice = super::readable(&mut call, &Reference::Number(named.clone())).await?;
    let Some(copy) = super::copy_of(&call, &notice)? else {
        return Err(told(say!(lang, "没有发给你单位的 {named}。", "{named} did not go to your unit.")));
    };
    if let Some(why) = super::settled(copy, &named, lang) {
        return Err(told(why));
    }
    if text.is_empty() || text.chars().count() > LONGEST {
        // The next sentence is the answer.
        let ask = Ask::Line { line: say!(lang, "回复 {named}", "reply {named}"), said: None };
        let step = questions::step(ask, vec![Draft::default()]);
        let question = Message::plain(say!(
            lang,
            "请直接回一段：{named} 的回复内容，写原因、措施和完成日期（{LONGEST} 字以内，详细材料另附文件）。还没有登记。",
            "Send what you answer to {named}: why, what, until when, within {LONGEST} characters. Nothing is recorded yet."
        ));
        let decision = questions::asking(&call, call.decision().by(call.speaker()?), step)?;
        return Ok(call.say(decision, question.row([answer::cancel(lang)])));
    }
    // What comes along stands with the items of the notice that concern the unit.
    let item = notice.lines.iter().find(|line| line.units.contains(&copy.unit.id)).map(|line| line.item);
    let mut evidence = match item {
        Some(_) => Evidence::of_report(&mut call, &[]).await?,
        None => Evidence::default(),
    };
    let speaker = call.speaker()?;
    let stamp = Stamp { post: speaker.post, title: speaker.post_title.clone(), at: call.now.utc };
    let standing = copy.standing.clone();
    let next = CopyStanding {
        // Who answers has it in hand.
        signed: standing.signed.clone().or(Some(stamp)),
        answered_at: Some(call.now.utc),
        returned: String::new(),
        ..standing
    };
    let (unit, handle, shown) = (&copy.unit.name, notice.handle, wording::head(&text, SHOWN));
    let (is_again, id) = (!copy.answers.is_empty(), Uuid::now_v7());
    let answered = NoticeEffect::Answered { id, copy: copy.id, text };
    let mut decision = copy_moved(call.decision().by(speaker), copy, next).with(Effect::Notice(answered));
    let mut put = None;
    if let Some(item) = item {
        (decision, put) = evidence.place(decision, Place { item, report: None, answer: Some(id) });
    }
    let more = evidence.more(Lang::Zh);
    let along = put.as_ref().map_or(String::new(), |put| format!("\n📎 附 {} 个文件{more}", put.count));
    let told = Message::plain(format!("💬 {unit} 回复 {named}：{shown}{along}")).row([
        Button::new("办结", message::says(&format!("{handle} 办结 {unit}"), Lang::Zh)),
        Button::new("看全文", message::says(&handle.to_string(), Lang::Zh)),
        put.as_ref()
            .and_then(|_| Button::new("看附件", line(&record::COMMAND, &handle.to_string(), Lang::Zh))),
    ]);
    let decision =
        decision.saying(Reply::notice(Audience::Office(Some(notice.drafted.post)), told, call.now));
    let again = match is_again {
        true => say!(lang, "前面的回复也留着。", " The one before stays on record."),
        false => String::new(),
    };
    let message = Message::plain(say!(
        lang,
        "✅ {named} 已回复，整改办会看到。{again}要改就再发一次“回复”。",
        "✅ {named} is answered; the office reads it.{again} To change it, reply again."
    ));
    Ok(call.say(decision, evidence.mention(message, put.as_ref(), lang)))
}

/// What was typed goes on with the number that is chosen.
fn which(waiting: &[String], said: &str, lang: Lang) -> Failure {
    let mut text = Text::plain(say!(
        lang,
        "有几件要回复，是哪一件？没有登记，点一行再发就行：",
        "Several wait for an answer: which one is this? Nothing was recorded; send one of these:"
    ));
    let words = if said.is_empty() { say!(lang, "内容", "WORDS") } else { said.to_owned() };
    for number in waiting {
        text = text.then("\n").code(say!(lang, "回复 {number} {words}", "reply {number} {words}"));
    }
    Failure::Told(text.into())
}
