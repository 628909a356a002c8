//! 请假: a contact is away from one day to another and another contact stands in: gets what is sent, and
//! may report for the unit. `请假 3天 由 联络员B 代`; the office also on somebody's behalf.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Call, Command, Failure, posts, told};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Reply};
use crate::domain::leave::{Clash, LONGEST, NewLeave, NoSpan, clash, span};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Role, Text, numeral};
use crate::store::people::{self, NamedPost, Reader};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["请假", "leave"],
    glued: true,
    usage: Both { zh: "请假 3天 由 联络员B 代", en: "leave 3 days by contact" },
    about: Both {
        zh: "不在的几天由别的联络员代：提醒发给代理人",
        en: "days away, with another contact who stands in and gets the reminders",
    },
    who: Who::Roles(&[Role::Contact, Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Numbers of open items told to whoever stands in.
const NUMBERS: usize = 12;

/// `[whose] days 由 whom 代`, taken apart; the days are read later.
struct Parts {
    head: String,
    whom: String,
}

fn parts(said: &str) -> Option<Parts> {
    let said = numeral::half_width(said);
    let (head, tail) = said.split_once('由').or_else(|| said.split_once(" by "))?;
    let tail = tail.trim().trim_end_matches(['。', '.']);
    let whom = ["代理", "代班", "代"].iter().find_map(|mark| tail.strip_suffix(mark)).unwrap_or(tail);
    let head = head.trim().trim_end_matches([',', '、']).to_owned();
    Some(Parts { head, whom: whom.trim().to_owned() })
}

/// Whose leave it is (nobody named: one's own), and the days.
fn whose_and_when(head: &str, today: NaiveDate) -> Result<(String, NaiveDate, NaiveDate), NoSpan> {
    let whole = span(head, today);
    if whole != Err(NoSpan::Unread) {
        return whole.map(|(from, to)| (String::new(), from, to));
    }
    let gaps = head.char_indices().filter(|(_, c)| c.is_whitespace());
    gaps.map(|(at, _)| head.split_at(at))
        .find_map(|(whose, days)| match span(days, today) {
            Err(NoSpan::Unread) => None,
            found => Some(found.map(|(from, to)| (whose.trim().to_owned(), from, to))),
        })
        .unwrap_or(Err(NoSpan::Unread))
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let said = call.words.rest();
    let usage = |call: &Call<'_>, why: String| {
        Failure::Told(Text::plain(why).code(call.command.usage.pick(lang)).into())
    };
    let Some(Parts { head, whom }) = parts(&said) else {
        let why = say!(
            lang,
            "请写明哪几天、由谁代，没有登记。例：",
            "Please say which days and who stands in; nothing was recorded. E.g. "
        );
        return match speaker.role {
            Role::Contact => Err(Failure::Told(nobody_else(&mut call, Text::plain(why)).await?.into())),
            _ => Err(usage(&call, why)),
        };
    };
    let (whose, from_on, to_on) = whose_and_when(&head, call.now.today()).map_err(|why| {
        let why = no_span(why, lang);
        usage(&call, say!(lang, "{why}没有登记。例：", "{why} Nothing was recorded. E.g. "))
    })?;
    let away = match whose.as_str() {
        "" => posts::own(&mut call).await?,
        _ => {
            let days = head.strip_prefix(&whose).unwrap_or_default().trim().to_owned();
            let line =
                |post: &NamedPost| format!("请假 {} {} {days} 由 {whom} 代", post.unit_code, post.title);
            let post = posts::one(&mut call, &whose, line).await?;
            allow(&call, &post)?;
            post
        }
    };
    let line = |post: &NamedPost| format!("请假 {head} 由 {} 代", post.title);
    let substitute = posts::near(&mut call, &away.unit.name, &whom, line).await?;
    check(&mut call, &away, &substitute).await?;
    let leave = NewLeave { id: Uuid::now_v7(), post: away.id, substitute: substitute.id, from_on, to_on };
    let open = store::leaves::open(&mut *call.read, &[away.id, substitute.id], call.now.today()).await?;
    if let Some(found) = clash(&open, &leave) {
        return Err(forbidden(found, lang));
    }
    let rounds = call.rounds();
    let items = store::items::open_of_unit(&mut *call.read, &rounds, away.unit.id).await?;
    let numbers: Vec<i32> =
        items.iter().filter(|item| item.lead.id == away.unit.id).map(|item| item.number).collect();
    let decision = call
        .decision()
        .by(speaker)
        .changing(Aggregate::Post, away.id, away.version)
        .changing(Aggregate::Post, substitute.id, substitute.version)
        .with(Effect::LeaveTaken(leave));
    let (title, unit, by) = (&away.title, &away.unit.name, &substitute.title);
    let days = (to_on - from_on).num_days() + 1;
    let reports = match is_head_of(&substitute, &away) {
        false => say!(lang, "代理人可以替 {unit} 填报", "may report for {unit}"),
        true => say!(
            lang,
            "可以签收、回复，填报等你回来或请整改办代报",
            "may sign and answer, and leaves reports to the office"
        ),
    };
    let mut echo = Message::plain(say!(
        lang,
        "✅ 已登记：{title} 请假 {from_on} 至 {to_on}（{days} 天，首尾都算），由 {by} 代。期间提醒发给代理人，{reports}。提前回来请发“销假”。",
        "✅ Recorded: {title} is away {from_on} to {to_on} ({days} days, both included), {by} stands in, gets the reminders and {reports}. Back early? Send “back”."
    ));
    if call.incoming.private {
        let says = match away.id == speaker.post {
            true => say!(lang, "销假", "back"),
            false => format!("销假 {} {title}", away.unit_code),
        };
        echo = echo.row([Button::new(say!(lang, "取消请假", "Cancel"), says)]);
    }
    let decision = call.say(decision, echo);
    let langs = (
        people::lang_of(&mut *call.read, Reader::Post(away.id)).await?,
        people::lang_of(&mut *call.read, Reader::Post(substitute.id)).await?,
    );
    Ok(tell(&call, decision, (&away, langs.0), (&substitute, langs.1), (from_on, to_on), &numbers))
}

/// Everybody concerned who has not said it, each in the language of the reader.
fn tell(
    call: &Call<'_>,
    mut decision: Decision,
    (away, to_away): (&NamedPost, Lang),
    (substitute, to_substitute): (&NamedPost, Lang),
    (from_on, to_on): (NaiveDate, NaiveDate),
    numbers: &[i32],
) -> Decision {
    let speaker = call.door.speaker.as_ref();
    let is_speaker = |post: Uuid| speaker.is_some_and(|speaker| speaker.post == post);
    let (title, unit, by) = (&away.title, &away.unit.name, &substitute.title);
    let mut notice = |audience, text: String| {
        decision.replies.push(Reply::notice(audience, Message::plain(text), call.now));
    };
    let is_head = is_head_of(substitute, away);
    if !is_speaker(substitute.id) {
        let count = numbers.len();
        let listed = numbers.iter().take(NUMBERS).map(i32::to_string).collect::<Vec<_>>();
        let listed = listed.join(say!(to_substitute, "、", ", ").as_str());
        let more = if count > NUMBERS { "……" } else { "" };
        let open = match count {
            0 => say!(to_substitute, "目前没有牵头的在办事项。", "No item is led at present."),
            _ => say!(
                to_substitute,
                "牵头在办 {count} 项：{listed}{more}，发送“查 编号”看情况。",
                "{count} items led: {listed}{more}; send “item NUMBER”."
            ),
        };
        let reports = match is_head {
            false => say!(to_substitute, "可以直接替 {unit} 填报", "may report for {unit}"),
            true => say!(
                to_substitute,
                "请签收、回复，急着要报的请整改办代报",
                "sign and answer; what is urgent the office reports for you"
            ),
        };
        notice(
            Audience::Post(substitute.id),
            say!(
                to_substitute,
                "{title} 请假（{from_on} 至 {to_on}），期间由你代：提醒发给你，{reports}。{open}",
                "{title} is away ({from_on} to {to_on}) and you stand in: you get the reminders and {reports}. {open}"
            ),
        );
    }
    if !is_speaker(away.id) {
        notice(
            Audience::Post(away.id),
            say!(
                to_away,
                "整改办给你登记了请假：{from_on} 至 {to_on}，由 {by} 代。如有出入请发“销假”或联系整改办。",
                "The office recorded your leave: {from_on} to {to_on}, {by} stands in. If this is wrong send “back” or ask the office."
            ),
        );
    }
    if !speaker.is_some_and(|speaker| speaker.role == Role::Office) {
        notice(
            Audience::Office(None),
            say!(
                Lang::Zh,
                "{title} 请假 {from_on} 至 {to_on}，由 {by} 代。",
                "{title} is away {from_on} to {to_on}; {by} stands in."
            ),
        );
    }
    decision
}

/// Who may be asked where a unit has no other contact: its head, who reads and signs meanwhile, or a contact of
/// another unit; without either nothing is to be recorded.
async fn nobody_else(call: &mut Call<'_>, why: Text) -> Result<Text, Failure> {
    let (lang, unit) = (call.lang(), call.speaker()?.unit.id);
    let text = why.code(call.command.usage.pick(lang));
    let text = match store::people::heads(&mut *call.read, &[unit]).await?.first() {
        Some((_, head)) => {
            let title = people::post(&mut *call.read, *head).await?.map_or(String::new(), |post| post.title);
            let line = say!(lang, "请假 3天 由 {title} 代", "leave 3 days by {title}");
            text.then(say!(
                lang,
                "\n本单位没有别的联络员，可以由负责人代收：",
                "\nWithout another contact the head may read meanwhile: "
            ))
            .code(line)
        }
        None => text,
    };
    Ok(text.then(say!(
        lang,
        "\n没有人能代，就不用登记：提醒照常发给你，回来再办；请同时告诉整改办。",
        "\nIf nobody can, nothing needs recording: reminders wait with you until you are back; tell the office as well."
    )))
}

/// One's own post, or any by the office.
pub(super) fn allow(call: &Call<'_>, post: &NamedPost) -> Result<(), Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if speaker.role == Role::Office || speaker.post == post.id {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "leave_not_yours",
        item: None,
        told: Message::plain(say!(
            lang,
            "只能给自己请假、销假；替别人办请找整改办。",
            "You may do this for yourself only; for others ask the office."
        )),
    })
}

/// Only contacts are stood in for: by contacts, or by the head of the unit, and by somebody who can be reached.
async fn check(call: &mut Call<'_>, away: &NamedPost, substitute: &NamedPost) -> Result<(), Failure> {
    let lang = call.lang();
    let (title, by) = (&away.title, &substitute.title);
    if away.role != Role::Contact {
        return Err(told(say!(
            lang,
            "只有联络员需要代理人：提醒和填报都是联络员的事，{title} 不用登记请假。",
            "Only contacts need somebody to stand in; {title} does not."
        )));
    }
    if substitute.role != Role::Contact && !is_head_of(substitute, away) {
        return Err(told(say!(
            lang,
            "{by} 不是联络员，也不是本单位负责人，不能代，没有登记。",
            "{by} is neither a contact nor the head of the unit and cannot stand in; nothing was recorded."
        )));
    }
    if substitute.id == away.id {
        return Err(told(say!(
            lang,
            "自己不能代自己，请写另一位联络员，没有登记。",
            "Nobody stands in for oneself: name another contact. Nothing was recorded."
        )));
    }
    if store::people::holders_of(&mut *call.read, substitute.id).await?.is_empty() {
        return Err(told(say!(
            lang,
            "{by} 还没有人绑定，代不了，没有登记。请另写一位，或请整改办先邀请。",
            "Nobody is bound to {by}, who therefore cannot stand in; nothing was recorded."
        )));
    }
    Ok(())
}

/// The head of the same unit, who has no command to report.
fn is_head_of(substitute: &NamedPost, away: &NamedPost) -> bool {
    substitute.role == Role::UnitHead && substitute.unit.id == away.unit.id
}

fn forbidden(clash: Clash<'_>, lang: Lang) -> Failure {
    told(match clash {
        Clash::Overlaps(leave) => {
            let (title, from, to, by) =
                (&leave.post_title, leave.from_on, leave.to_on, &leave.substitute_title);
            say!(
                lang,
                "{title} 在 {from} 至 {to} 已登记请假（{by} 代），日期重叠，没有登记。要改请先销假。",
                "{title} is away {from} to {to} already ({by} stands in): the days overlap, nothing was recorded."
            )
        }
        Clash::SubstituteAway(leave) => {
            let (title, from, to) = (&leave.post_title, leave.from_on, leave.to_on);
            say!(
                lang,
                "{title} 自己在 {from} 至 {to} 请假，不能代，没有登记。请另写一位。",
                "{title} is away {from} to {to} and cannot stand in; nothing was recorded."
            )
        }
        Clash::StandsIn(leave) => {
            let (title, from, to, other) =
                (&leave.substitute_title, leave.from_on, leave.to_on, &leave.post_title);
            say!(
                lang,
                "{title} 在 {from} 至 {to} 正代 {other}，代理不能再转给别人，没有登记。请先请整改办给 {other} 另定代理人。",
                "{title} stands in for {other} {from} to {to}, which cannot be passed on; nothing was recorded."
            )
        }
    })
}

fn no_span(why: NoSpan, lang: Lang) -> String {
    match why {
        NoSpan::Unread => say!(lang, "没看懂是哪几天，", "The days were not understood."),
        NoSpan::Backwards => say!(lang, "最后一天在第一天之前，", "The last day is before the first."),
        NoSpan::Past => say!(lang, "第一天已经过去，请从今天或以后算，", "The first day has passed."),
        NoSpan::TooLong => say!(
            lang,
            "请假最长 {LONGEST} 天，更久请办交接，",
            "A leave is at most {LONGEST} days; for longer, hand the post over."
        ),
        NoSpan::TooFar => say!(lang, "半年以后的请假到时再登记，", "That is too far ahead."),
    }
}
