//! 交办: what a site visit found becomes a task of a unit with a limit; the unit says when it is done, the office
//! closes it.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::commands::notice::draft;
use crate::commands::{Call, Command, Failure, line, questions, told, wording};
use crate::domain::activity::{ActivityEffect, Kind, NewTask, Task};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Reply};
use crate::domain::dialogue::Ask;
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Now, Role, Text, UnitRef, numeral, sentence};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["交办", "assign"],
    glued: false,
    usage: Both { zh: "交办", en: "assign" },
    about: Both {
        zh: "督查发现问题的交办单；交办 3 看一件，办好了：交办 3 完成 做了什么",
        en: "tasks from site visits; assign 3 shows one; when it is done: assign 3 done WHAT",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Contact, Role::UnitHead]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

const DONE: [&str; 2] = ["完成", "done"];
const CLOSE: [&str; 2] = ["办结", "close"];
const WORD: Both = Both { zh: "交办单", en: "task" };
/// The longest text, in characters.
const LONGEST: usize = 300;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    crate::commands::notice::private_enough(&call)?;
    if call.words.is_empty() {
        return list(call).await;
    }
    let lang = call.lang();
    let handle: Option<i32> = call.words.word().and_then(|word| numeral::half_width(&word).parse().ok());
    let Some(handle) = handle else { return Err(how(lang)) };
    let said = call.words.rest();
    if said.is_empty() {
        return show(call, handle).await;
    }
    let behind = |words: [&str; 2]| {
        words.iter().find_map(|word| said.strip_prefix(word)).map(|rest| rest.trim().to_owned())
    };
    if let Some(text) = behind(DONE) {
        return done(call, handle, text).await;
    }
    let speaker = call.speaker()?;
    if speaker.role != Role::Office {
        return Err(Failure::Refused {
            what: "task_not_office",
            item: None,
            told: Message::plain(say!(
                lang,
                "交办和办结由整改办办理。做完了请发：交办 编号 完成 做了什么",
                "The office gives and closes tasks. When it is done send: assign NUMBER done WHAT"
            )),
        });
    }
    match behind(CLOSE) {
        Some(_) => close(call, handle).await,
        None => give(call, handle, &said, false).await,
    }
}

fn how(lang: Lang) -> Failure {
    told(say!(
        lang,
        "请写督查编号、单位、限期和要做什么，没有交办。例：交办 5 紫岩县 9月15日 配齐调试人员",
        "Say the visit, the unit, the day and what; nothing was given. E.g. assign 5 ZYX 2018-09-15 hire operators"
    ))
}

/// Tasks whose units somebody speaks for; `None`: all.
fn whose(call: &Call<'_>) -> Result<Option<Vec<Uuid>>, Failure> {
    let speaker = call.speaker()?;
    Ok((!speaker.role.sees_all()).then(|| speaker.units().map(|unit| unit.id).collect()))
}

async fn named(call: &mut Call<'_>, handle: i32) -> Result<Task, Failure> {
    let lang = call.lang();
    let units = whose(call)?;
    let found = store::activities::tasks(&mut *call.read, units.as_deref(), Some(handle)).await?.pop();
    found.ok_or_else(|| told(say!(lang, "没有交办单 {handle}。", "There is no task {handle}.")))
}

/// The same, to be worked on.
async fn task(call: &mut Call<'_>, handle: i32) -> Result<Task, Failure> {
    let (lang, task) = (call.lang(), named(call, handle).await?);
    match task.closed_at {
        Some(_) => Err(told(say!(lang, "交办单 {handle} 已办结。", "Task {handle} is closed."))),
        None => Ok(task),
    }
}

/// The office has seen what the unit got this year, and means it.
pub async fn agreed(call: Call<'_>, visit: i32, said: &str) -> Result<Decision, Failure> {
    give(call, visit, said, true).await
}

async fn give(mut call: Call<'_>, visit: i32, said: &str, is_agreed: bool) -> Result<Decision, Failure> {
    let (lang, today, rounds) = (call.lang(), call.now.today(), call.rounds());
    let found = store::activities::activities(
        &mut *call.read,
        &rounds,
        Some(visit),
        Some(Kind::SiteVisit),
        (today, today),
        1,
    )
    .await?
    .pop();
    let Some(found) = found.filter(|found| !found.is_revoked) else {
        return Err(told(say!(
            lang,
            "没有编号 {visit} 的督查，没有交办。先记一次：记 督查 …；编号见“活动 督查”。",
            "There is no visit {visit}; nothing was given. Record it first; see “activities visit”."
        )));
    };
    let mut words = said.splitn(3, char::is_whitespace).map(str::trim);
    let (Some(name), Some(day), Some(text)) = (words.next(), words.next(), words.next()) else {
        return Err(how(lang));
    };
    let day = sentence::day(day.trim_end_matches('前'))
        .map(|word| word.resolve(today, &|day| call.basis.calendar.is_workday(day)));
    let (Some(due_on), false) = (day.filter(|day| *day > today), text.is_empty()) else {
        return Err(how(lang));
    };
    if text.chars().count() > LONGEST {
        return Err(told(say!(
            lang,
            "请控制在 {LONGEST} 字以内，没有交办。",
            "Please keep it within {LONGEST} characters; nothing was given."
        )));
    }
    let units = store::people::units_called(&mut *call.read, name).await?;
    let [unit] = &units[..] else {
        return Err(told(say!(
            lang,
            "没有叫“{name}”的单位，没有交办。",
            "No unit is called “{name}”; nothing was given."
        )));
    };
    if !is_agreed && let Some(question) = draft::question(&mut call, &units, WORD, Vec::new()).await? {
        let ask = Ask::Task { visit, said: said.to_owned() };
        return draft::ask(&call, ask, question, say!(lang, "交办", "Give it"));
    }
    let (_, handle) = store::activities::next_handles(&mut *call.read).await?;
    let new = NewTask {
        id: Uuid::now_v7(),
        handle,
        activity: found.id,
        unit: unit.id,
        text: text.to_owned(),
        due_on,
    };
    let told = Text::plain(format!("📌 交办单 {handle}：{text}\n{due_on} 前办好；办好请发："))
        .code(format!("交办 {handle} 完成 做了什么"));
    let decision = call
        .decision()
        .by(call.speaker()?)
        .with(Effect::Activity(ActivityEffect::TaskGiven(Box::new(new))))
        .saying(Reply::notice(Audience::UnitContact(unit.id), told, call.now));
    let asked = |ask: &Ask| matches!(ask, Ask::Task { .. });
    let decision = questions::settling(&call, decision, asked);
    let UnitRef { name, .. } = unit;
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 交办单 {handle}：{name}，{due_on} 前，{text}",
            "✅ Task {handle}: {name}, by {due_on}, {text}"
        )),
    ))
}

async fn done(mut call: Call<'_>, handle: i32, text: String) -> Result<Decision, Failure> {
    let lang = call.lang();
    let task = task(&mut call, handle).await?;
    let speaker = call.speaker()?;
    if !matches!(speaker.role, Role::Contact | Role::UnitHead) {
        let unit = &task.unit.name;
        return Err(told(say!(
            lang,
            "由{unit}填写；整改办核实后发：交办 {handle} 办结",
            "{unit} says so; the office closes it: assign {handle} close"
        )));
    }
    if !wording::fits(&text, LONGEST) {
        return Err(told(say!(
            lang,
            "请写一句做了什么（{LONGEST} 字以内），没有登记。",
            "Say what was done, within {LONGEST} characters; nothing was recorded."
        )));
    }
    let unit = &task.unit.name;
    let told =
        Message::plain(format!("📌 {unit} 办好了交办单 {handle}：{text}")).row([closing(handle, Lang::Zh)]);
    let decision = call
        .decision()
        .by(speaker)
        .changing(Aggregate::Task, task.id, task.version)
        .with(Effect::Activity(ActivityEffect::TaskDone { task: task.id, text }))
        .saying(Reply::notice(Audience::Office(Some(task.given_by)), told, call.now));
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 交办单 {handle} 已报完成，整改办核实后办结。",
            "✅ Task {handle} is reported done; the office verifies and closes it."
        )),
    ))
}

fn closing(handle: i32, lang: Lang) -> Option<Button> {
    let word = Both { zh: CLOSE[0], en: CLOSE[1] }.pick(lang);
    Button::new(
        say!(lang, "办结 {handle}", "Close {handle}"),
        line(&COMMAND, &format!("{handle} {word}"), lang),
    )
}

async fn close(mut call: Call<'_>, handle: i32) -> Result<Decision, Failure> {
    let lang = call.lang();
    let task = task(&mut call, handle).await?;
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Task, task.id, task.version)
        .with(Effect::Activity(ActivityEffect::TaskClosed { task: task.id }))
        .saying(Reply::notice(Audience::UnitContact(task.unit.id), closed(&task), call.now));
    let unit = &task.unit.name;
    let text = say!(lang, "✅ {unit}的交办单 {handle} 已办结。", "✅ Task {handle} of {unit} is closed.");
    Ok(call.say(decision, Message::plain(text)))
}

/// What the unit hears of it.
fn closed(task: &Task) -> Message {
    let (handle, what) = (task.handle, &task.text);
    let more = if task.done_at.is_some() { "" } else { "，不用再报完成" };
    Message::plain(format!("📌 交办单 {handle} 已办结{more}：{what}"))
}

/// One of them, open or not.
async fn show(mut call: Call<'_>, handle: i32) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let task = named(&mut call, handle).await?;
    let text = Text::default().strong(say!(lang, "📌 交办单 {handle}", "📌 Task {handle}"));
    let text = text.then(entry(&task, today, lang));
    let role = call.speaker()?.role;
    let is_open = task.closed_at.is_none();
    Ok(call.answer(match role {
        Role::Office if is_open => Message::from(text).row([closing(handle, lang)]),
        Role::Contact | Role::UnitHead if is_open && task.done_at.is_none() => {
            let usage = say!(lang, "交办 {handle} 完成 做了什么", "assign {handle} done WHAT");
            text.then(say!(lang, "\n办好请发：", "\nWhen it is done: ")).code(usage).into()
        }
        _ => text.into(),
    }))
}

/// ` 紫岩县 · 2018-09-15 前 · 配齐调试人员 · 在办`
fn entry(task: &Task, today: NaiveDate, lang: Lang) -> String {
    let (unit, due, what, done) = (&task.unit.name, task.due_on, &task.text, &task.done_text);
    let reported = match task.done_at {
        Some(_) => say!(lang, " · 已报完成：{done}", " · reported done: {done}"),
        None => String::new(),
    };
    let stands = match (task.closed_at, task.done_at, due < today) {
        (Some(at), ..) => {
            let on = Now::at(at).today();
            say!(lang, "{reported} · {on} 办结", "{reported} · closed {on}")
        }
        (None, Some(_), _) => reported,
        (None, None, true) => say!(lang, " · 已过限期", " · past its limit"),
        (None, None, false) => say!(lang, " · 在办", " · open"),
    };
    say!(lang, " {unit} · {due} 前 · {what}{stands}", " {unit} · by {due} · {what}{stands}")
}

async fn list(call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let units = whose(&call)?;
    let tasks = store::activities::tasks(&mut *call.read, units.as_deref(), None).await?;
    if tasks.is_empty() {
        return Ok(call.answer(Message::plain(say!(lang, "没有在办的交办单。", "No open tasks."))));
    }
    let count = tasks.len();
    let mut text = Text::default().strong(say!(lang, "📌 在办交办单 {count} 件", "📌 {count} open tasks"));
    for task in &tasks {
        text = text.then(format!("\n{}{}", task.handle, entry(task, today, lang)));
    }
    Ok(call.answer(text))
}
