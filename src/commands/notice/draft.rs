//! 督办, 预警通知, 提醒函 …: drafts a notice about items, with figures from the ledger. Before one more is drafted
//! to a unit the office sees how many it got this year, and decides whether this one is needed.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveTime};
use uuid::Uuid;

use super::{circular, message};
use crate::commands::words::{ItemWord, Words};
use crate::commands::{Call, Command, Failure, answer, questions, show, told, wording};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Decision, Effect};
use crate::domain::dialogue::{Ask, Draft, Paper};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{CopyStanding, Form, Notice, NoticeCopy, Stamp, Standing, text};
use crate::domain::people::Who;
use crate::domain::time::in_china;
use crate::domain::{Both, Item, Lang, Message, Role, Text, UnitRef};
use crate::{say, store};

pub const SUPERVISION: Command = Command {
    words: &["督办", "supervise"],
    glued: true,
    usage: Both {
        zh: "督办 16 给 紫岩县 9月底前完成设备调试",
        en: "supervise 16 finish the pumps by the end of September",
    },
    about: Both {
        zh: "拟督办通知：一项或几项（16、22），“给 A、B”指定单位，后面写要求；核稿、签发见“发文”",
        en: "draft a supervision notice about items (16,22), “to A,B”, then what is required; see “notices”",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call, Form::Supervision)),
};

pub const WARNING: Command = Command {
    words: &["预警通知", "warning_notice"],
    usage: Both { zh: "预警通知 16、22 加快进度", en: "warning_notice 16,22 hurry up" },
    about: Both {
        zh: "拟预警通知（有文号的；只提醒一句用“预警”）", en: "draft a warning notice"
    },
    run: |call| Box::pin(run(call, Form::Warning)),
    ..SUPERVISION
};

pub const LETTER: Command = Command {
    words: &["提醒函", "letter"],
    usage: Both { zh: "提醒函 16 加快进度", en: "letter 16 hurry up" },
    about: Both { zh: "拟提醒函", en: "draft a letter" },
    run: |call| Box::pin(run(call, Form::Letter)),
    ..SUPERVISION
};

pub const INTERVIEW: Command = Command {
    words: &["约谈", "interview"],
    usage: Both { zh: "约谈 16 给 紫岩县 说明逾期原因", en: "interview 16 say why it is late" },
    about: Both {
        zh: "拟约谈通知；批准、签发、纪要见“发文”",
        en: "draft an interview notice; approval, signature and minutes: see “notices”",
    },
    run: |call| Box::pin(run(call, Form::Interview)),
    ..SUPERVISION
};

/// The longest demand, in characters: what is longer belongs into an annex.
pub const DEMAND: usize = 500;
/// Units whose papers are counted one by one before another is drafted.
const LINES: usize = 8;

async fn run(mut call: Call<'_>, form: Form) -> Result<Decision, Failure> {
    let lang = call.lang();
    let said = call.words.rest();
    let (head, rest) = said.split_once(char::is_whitespace).unwrap_or((&said, ""));
    let words = numbers(head).ok_or_else(|| how(&call))?;
    let refs: Vec<&ItemWord> = words.iter().collect();
    let found = show::items(&mut call, &refs).await?;
    let mut items: Vec<Item> = Vec::new();
    for word in &words {
        let item = show::pick(&call, &found, word)?;
        if !items.iter().any(|known| known.id == item.id) {
            items.push(item.clone());
        }
    }
    fit(&items, lang)?;
    let (units, demand) = addressees(&mut call, &items, rest.trim()).await?;
    if demand.chars().count() > DEMAND {
        return Err(told(say!(
            lang,
            "要求请控制在 {DEMAND} 字以内，没有拟稿。",
            "Please keep what is required within {DEMAND} characters; nothing was drafted."
        )));
    }
    let paper = Paper { form, items: items.iter().map(|item| item.id).collect(), units, demand };
    let before = under_way(&mut call, &paper).await?;
    if let Some(question) = question(&mut call, &paper.units, form.word(), before).await? {
        return ask(&call, Ask::Paper(paper), question, say!(lang, "拟稿", "Draft it"));
    }
    drafted(&mut call, paper, &items).await
}

/// The drafts and signed papers about the same items to the same units that are not settled, a line each.
async fn under_way(call: &mut Call<'_>, paper: &Paper) -> Result<Vec<String>, Failure> {
    let lang = call.lang();
    let units: Vec<Uuid> = paper.units.iter().map(|unit| unit.id).collect();
    let found = store::under_way::papers(&mut *call.read, &paper.items, &units).await?;
    let lines = found.into_iter().take(LINES).map(|one| {
        let (form, state, handle) = (one.form.word().pick(lang), one.state.word().pick(lang), one.handle);
        let comma = say!(lang, "、", ", ");
        let numbers: Vec<String> = one.numbers.iter().map(i32::to_string).collect();
        let (numbers, units) = (numbers.join(&comma), one.units.join(&comma));
        let name = one.number.unwrap_or_else(|| say!(lang, "稿{handle}", "draft {handle}"));
        say!(
            lang,
            "第 {numbers} 项已有{form} {name}（{state}，{units}），看请发：发文 {handle}",
            "Items {numbers} are in {form} {name} ({state}, {units}); to see it: notices {handle}"
        )
    });
    Ok(lines.collect())
}

/// What is under way already and what these units got this year, and whether one more is meant; `None`: nothing.
pub async fn question(
    call: &mut Call<'_>,
    units: &[UnitRef],
    paper: Both,
    before: Vec<String>,
) -> Result<Option<Text>, Failure> {
    let (lang, got) = (call.lang(), got_this_year(call, units).await?);
    if got.is_empty() && before.is_empty() {
        return Ok(None);
    }
    let mut lines: Vec<&str> = before.iter().map(String::as_str).collect();
    lines.extend(got.iter().take(LINES).map(|(_, got)| got.as_str()));
    let more = got.len().saturating_sub(LINES);
    let others = say!(lang, "另有 {more} 个单位今年收过文。", "{more} more units got some.");
    lines.extend((more > 0).then_some(others.as_str()));
    let word = paper.pick(lang);
    Ok(Some(Text::plain(format!("{}\n", lines.join("\n"))).then(say!(
        lang,
        "还要再拟一份{word}吗？",
        "Draft one more {word}?"
    ))))
}

/// Asks it, with a button to go on.
pub fn ask(call: &Call<'_>, ask: Ask, question: Text, go_on: String) -> Result<Decision, Failure> {
    let lang = call.lang();
    let step = questions::step(ask, vec![Draft::default()]);
    let message =
        Message::from(question).row([answer::choice(&step, go_on, "是", lang), answer::cancel(lang)]);
    let decision = questions::asking(call, call.decision().by(call.speaker()?), step)?;
    Ok(call.say(decision, message))
}

/// The office has seen how many there are, and wants it.
pub async fn agreed(mut call: Call<'_>, paper: &Paper) -> Result<Decision, Failure> {
    if paper.form == Form::Circular {
        let decision = circular::drafted(&mut call, &paper.demand).await?;
        return Ok(questions::ending(&call, decision));
    }
    let mut items = store::items::these(&mut *call.read, &paper.items).await?;
    items.sort_by_key(|item| paper.items.iter().position(|id| *id == item.id));
    fit(&items, call.lang())?;
    let decision = drafted(&mut call, paper.clone(), &items).await?;
    Ok(questions::ending(&call, decision))
}

/// `16、22项`, `16,22`, `第十六项`
fn numbers(head: &str) -> Option<Vec<ItemWord>> {
    let pieces = head.split(['、', ',', '，', '和']).filter(|piece| !piece.is_empty());
    let words: Option<Vec<ItemWord>> = pieces.map(|piece| Words::new(piece).item().ok()).collect();
    words.filter(|words| !words.is_empty())
}

fn how(call: &Call<'_>) -> Failure {
    let lang = call.lang();
    Failure::Told(
        Text::plain(say!(
            lang,
            "请写事项编号，需要时写发给谁、要求什么，没有拟稿。例：",
            "Say which items, and if need be to whom and what is required; nothing was drafted. E.g. "
        ))
        .code(call.command.usage.pick(lang))
        .into(),
    )
}

/// One notice is about open items of one round.
fn fit(items: &[Item], lang: Lang) -> Result<(), Failure> {
    if let Some(done) = items.iter().find(|item| item.state.status.is_completed()) {
        let (number, status) = (done.number, done.state.status.word().pick(lang));
        return Err(told(say!(
            lang,
            "第 {number} 项{status}，没有拟稿。",
            "Item {number}: {status}; nothing was drafted."
        )));
    }
    let Some(first) = items.first() else {
        return Err(told(say!(lang, "没有这些事项，没有拟稿。", "No such items; nothing was drafted.")));
    };
    if items.iter().any(|item| item.round != first.round) {
        return Err(told(say!(
            lang,
            "一份文只写一个督察轮次的事项，请分开拟稿。",
            "One notice is about items of one round: please draft them apart."
        )));
    }
    Ok(())
}

/// Whom: the lead units, or those named (给 A、B) of the units concerned; and what is left of the words.
async fn addressees(
    call: &mut Call<'_>,
    items: &[Item],
    said: &str,
) -> Result<(Vec<UnitRef>, String), Failure> {
    let lang = call.lang();
    let mut leads: Vec<UnitRef> = Vec::new();
    for item in items {
        if !leads.contains(&item.lead) {
            leads.push(item.lead.clone());
        }
    }
    let Some(named) = said.strip_prefix('给').or_else(|| said.strip_prefix("to ")) else {
        return Ok((leads, said.to_owned()));
    };
    let (names, rest) = named.trim_start().split_once(char::is_whitespace).unwrap_or((named.trim(), ""));
    let co: Vec<Uuid> = items.iter().flat_map(|item| item.co.iter().copied()).collect();
    let mut all = leads;
    for unit in store::people::units(&mut *call.read, &co).await? {
        if !all.contains(&unit) {
            all.push(unit);
        }
    }
    let mut units: Vec<UnitRef> = Vec::new();
    for name in names.split(['、', '，', ',']).filter(|name| !name.is_empty()) {
        let called = store::people::units_called(&mut *call.read, name).await?;
        let mut fitting = all.iter().filter(|unit| called.contains(unit) || unit.name.contains(name));
        match (fitting.next(), fitting.next()) {
            (Some(unit), None) if !units.contains(unit) => units.push(unit.clone()),
            (Some(_), None) => {}
            _ => {
                let all: Vec<&str> = all.iter().map(|unit| unit.name.as_str()).collect();
                let all = all.join(say!(lang, "、", ", ").as_str());
                return Err(told(say!(
                    lang,
                    "“{name}”不是这些事项的责任单位，没有拟稿。责任单位：{all}",
                    "“{name}” is no unit of these items; nothing was drafted. Their units: {all}"
                )));
            }
        }
    }
    Ok((units, rest.trim().to_owned()))
}

/// What each of these units got this year, where it got something.
pub async fn got_this_year(call: &mut Call<'_>, units: &[UnitRef]) -> Result<Vec<(Uuid, String)>, Failure> {
    let lang = call.lang();
    let today = call.now.today();
    let first = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let ids: Vec<Uuid> = units.iter().map(|unit| unit.id).collect();
    let since = in_china(first, NaiveTime::MIN);
    // 交办 is no notice, and a paper like others.
    let task = Both { zh: "交办单", en: "task" };
    let mut got: BTreeMap<Uuid, Vec<(Option<Form>, i64)>> = BTreeMap::new();
    for (unit, form, papers) in store::notices::received(&mut *call.read, &ids, since).await? {
        got.entry(unit).or_default().push((form, papers));
    }
    let line = |unit: &UnitRef| {
        let mut forms = got.get(&unit.id)?.clone();
        forms.sort_unstable();
        let all: i64 = forms.iter().map(|(_, papers)| papers).sum();
        let forms: Vec<String> = forms
            .iter()
            .map(|(form, papers)| format!("{} {papers}", form.map_or(task, Form::word).pick(lang)))
            .collect();
        let (name, forms) = (&unit.name, forms.join(say!(lang, "、", ", ").as_str()));
        let got =
            say!(lang, "{name}今年已收文 {all} 份（{forms}）。", "{name} got {all} this year ({forms}).");
        Some((unit.id, got))
    };
    Ok(units.iter().filter_map(line).collect())
}

async fn drafted(call: &mut Call<'_>, paper: Paper, items: &[Item]) -> Result<Decision, Failure> {
    let lang = call.lang();
    let handle = store::series::next_handle(&mut *call.read).await?;
    let notice = composed(call, paper, items, handle, None)?;
    let mut message = super::card(call, &notice).await?;
    if super::desk(call, &notice).await?.is_left_to_others() {
        message.text = message.text.then(say!(
            lang,
            "\n核稿、签发请另一位同事办；要改要求请发：",
            "\nA colleague checks and signs it; to change what is required: "
        ));
        message.text =
            message.text.code(message::says(&say!(lang, "{handle} 要求 …", "{handle} demand …"), lang));
    }
    let drafted = Effect::Notice(NoticeEffect::Drafted(Box::new(notice)));
    let decision = call.decision().by(call.speaker()?).with(drafted);
    Ok(call.say(decision, message))
}

/// The draft, with the figures of today.
pub fn composed(
    call: &Call<'_>,
    paper: Paper,
    items: &[Item],
    handle: i32,
    proposal: Option<Uuid>,
) -> Result<Notice, Failure> {
    let (speaker, today) = (call.speaker()?, call.now.today());
    let round = items.first().map(|item| item.round).or(call.rounds().first().copied()).unwrap_or_default();
    let name = call.door.rounds.iter().find(|it| it.id == round).map_or("", |round| round.name.as_str());
    let days = call.basis.of(round).count(Threshold::Answer);
    let numbers: Vec<i32> = items.iter().map(|item| item.number).collect();
    let demand = match paper.demand.is_empty() {
        true => text::demand(paper.form).to_owned(),
        // What an interview always asks for stands behind what it asks for this time.
        false if paper.form == Form::Interview => {
            let own = wording::head(&paper.demand, DEMAND);
            let own = own.trim_end_matches('。');
            format!("{own}。{}", text::demand(paper.form))
        }
        false => wording::head(&paper.demand, DEMAND),
    };
    let calendar = &call.basis.calendar;
    let answer_by = text::answer_by(&demand, today, calendar);
    let answer_by = answer_by.unwrap_or_else(|| calendar.nth_workday_after(today, days));
    Ok(Notice {
        id: Uuid::now_v7(),
        version: 1,
        handle,
        round,
        form: paper.form,
        title: text::title(paper.form, &numbers),
        basis: text::basis(name, &numbers),
        lines: items.iter().map(|item| text::line(item, today, call.basis)).collect(),
        as_of: today,
        basis_version: call.basis.version,
        proposal,
        figures: None,
        drafted: Stamp { post: speaker.post, title: speaker.post_title.clone(), at: call.now.utc },
        standing: Standing::drafted(demand, Some(answer_by)),
        copies: paper.units.into_iter().map(copy_for).collect(),
    })
}

/// A copy that has not left, for an addressee.
pub(super) fn copy_for(unit: UnitRef) -> NoticeCopy {
    NoticeCopy {
        id: Uuid::now_v7(),
        version: 1,
        unit,
        for_information: false,
        is_cc: false,
        sent: None,
        held: None,
        delivered: None,
        escalated: None,
        standing: CopyStanding::default(),
        answers: Vec::new(),
    }
}
