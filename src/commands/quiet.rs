//! 免打扰: until a day the bot says nothing of its own accord, at most until the month ends. What waits
//! meanwhile is before the office, and comes afterwards in one message.

use chrono::NaiveDate;

use super::{Call, Command, Failure, posts};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::leave::{NoSpan, span};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Role, Text, numeral, quiet};
use crate::say;
use crate::store::people::NamedPost;

pub const COMMAND: Command = Command {
    words: &["免打扰", "quiet"],
    glued: true,
    usage: Both { zh: "免打扰 到 9月10日", en: "quiet until 9/10" },
    about: Both {
        zh: "到哪天为止不主动提醒你，最长到月底；“免打扰 关”恢复",
        en: "no reminders until a day, at most to the end of the month; “quiet off” ends it",
    },
    who: Who::Roles(&[Role::Contact]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

enum Asked {
    How,
    Off,
    Until(NaiveDate),
}

fn read(said: &str, today: NaiveDate) -> Result<Asked, NoSpan> {
    let said = numeral::half_width(said).to_lowercase();
    let said = said.trim().trim_end_matches(['。', '.']);
    let (_, month_ends) = quiet::month(today);
    match said {
        "" => return Ok(Asked::How),
        "关" | "关闭" | "取消" | "结束" | "恢复" | "off" => return Ok(Asked::Off),
        "月底" | "到月底" | "到本月底" | "本月" | "until the end of the month" => {
            return Ok(Asked::Until(month_ends));
        }
        _ => {}
    }
    let words =
        ["直到", "到", "至", "until "].iter().find_map(|mark| said.strip_prefix(mark)).unwrap_or(said);
    match span(words, today) {
        Ok((_, last)) => Ok(Asked::Until(last)),
        Err(NoSpan::TooLong | NoSpan::TooFar) => Ok(Asked::Until(NaiveDate::MAX)),
        Err(why) => Err(why),
    }
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let said = call.words.rest();
    let asked = read(&said, today).map_err(|why| {
        let why = match why {
            NoSpan::Past => {
                say!(lang, "这一天已经过去，没有设置。例：", "That day has passed; nothing was set. E.g. ")
            }
            _ => say!(
                lang,
                "没看懂到哪天，没有设置。例：",
                "The day was not understood; nothing was set. E.g. "
            ),
        };
        Failure::Told(Text::plain(why).code(call.command.usage.pick(lang)).into())
    })?;
    let post = posts::own(&mut call).await?;
    let until = match asked {
        Asked::How => return Ok(call.answer(how(&post, today, lang))),
        Asked::Off => None,
        Asked::Until(day) => Some(day.min(quiet::month(today).1)),
    };
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Post, post.id, post.version)
        .with(Effect::QuietSet { post: post.id, until });
    let message = match (until, asked) {
        (Some(until), Asked::Until(wanted)) => set(until, wanted > until, lang),
        _ => Message::plain(say!(
            lang,
            "✅ 免打扰已关，提醒照常。期间暂缓的合成一条，在工作时间发给你。",
            "✅ Quiet is off. What waited comes in one message, in working hours."
        )),
    };
    Ok(call.say(decision, message))
}

fn set(until: NaiveDate, is_cut: bool, lang: Lang) -> Message {
    let cut = match is_cut {
        true => say!(
            lang,
            "（最长到月底，下月要续请再发）",
            " (at most to the end of the month; ask again next month)"
        ),
        false => String::new(),
    };
    Message::plain(say!(
        lang,
        "✅ 免打扰到 {until}{cut}，当天也算。期间不主动提醒；仍会发给你的：你问的、你填报的审核结果、请假和交接的通知、签发的文件。暂缓的提醒整改办看得到，结束后合成一条发给你。期限照算。",
        "✅ Quiet until {until}{cut}, that day included. No reminders meanwhile; you still get answers to what you ask, verdicts on your reports, word about leaves and handovers, and signed notices. The office sees what waits; afterwards it comes in one message. Deadlines go on."
    ))
    .row([Button::new(say!(lang, "关闭免打扰", "Off"), say!(lang, "免打扰 关", "quiet off"))])
}

fn how(post: &NamedPost, today: NaiveDate, lang: Lang) -> Message {
    let now = match post.quiet_until.filter(|until| *until >= today) {
        Some(until) => say!(lang, "免打扰到 {until}，当天也算。", "Quiet until {until}, that day included."),
        None => say!(lang, "现在没有设免打扰。", "Quiet is off."),
    };
    let message = Message::from(
        Text::plain(now)
            .then(say!(lang, "要设请发，最长到月底：", " To set it, at most to the end of the month: "))
            .code(COMMAND.usage.pick(lang)),
    );
    let off = post
        .quiet_until
        .filter(|until| *until >= today)
        .and_then(|_| Button::new(say!(lang, "关闭免打扰", "Off"), say!(lang, "免打扰 关", "quiet off")));
    message.row([
        off,
        Button::new(
            say!(lang, "到月底", "Month's end"),
            say!(lang, "免打扰 月底", "quiet until the end of the month"),
        ),
    ])
}
