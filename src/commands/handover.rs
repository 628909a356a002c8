//! 交接: a post passes to a successor. The holder (or the office) confirms and gets a code; the successor
//! binds with it and confirms; only then the old holder ends, on every platform. Whatever is owed, warned
//! or promised hangs on post and unit, so it moves by itself.

use super::{Call, Command, Failure, confirmed, held, posts};
use crate::domain::decision::{Aggregate, CodeFor, Decision, Effect, Touch};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Message, Role, Text};
use crate::say;
use crate::store::people::{self, NamedPost};

pub const COMMAND: Command = Command {
    words: &["交接", "handover"],
    glued: false,
    usage: Both { zh: "交接", en: "handover" },
    about: Both {
        zh: "把岗位交给继任者，双方确认；整改办可写岗位名",
        en: "pass your post on to a successor, both confirm; the office may name a post",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    call.only_in_private()?;
    let said = call.words.rest();
    let (said, is_confirmed) = confirmed(&said);
    let (said, is_cancelled) = match said.strip_suffix("取消").or_else(|| said.strip_suffix("cancel")) {
        Some(rest) => (rest.trim_end(), true),
        None => (said, false),
    };
    let post = match said {
        "" => posts::own(&mut call).await?,
        _ => {
            let line = |post: &NamedPost| format!("交接 {} {}", post.unit_code, post.title);
            let post = posts::one(&mut call, said, line).await?;
            allow(&call, &post)?;
            post
        }
    };
    let open = people::open_codes(&mut *call.read, post.id, CodeFor::Handover, call.now.utc).await?;
    let mut decision = call.decision().by(speaker);
    let revoking = !open.is_empty();
    for (code, version) in open {
        decision = decision.changing(Aggregate::Code, code, version).with(Effect::CodeRevoked { code });
    }
    let title = &post.title;
    if is_cancelled {
        return Ok(match revoking {
            true => call.say(
                decision,
                Message::plain(say!(
                    lang,
                    "✅ 已取消交接：发出的交接码作废，{title} 不变。",
                    "✅ Handover cancelled: the code is void, {title} stays as it is."
                )),
            ),
            false => call.answer(Message::plain(say!(
                lang,
                "{title} 没有进行中的交接。",
                "No handover of {title} is going on."
            ))),
        });
    }
    if !is_confirmed {
        return ask(&call, &post, said.is_empty());
    }
    let (spelt, code) = posts::fresh(&call, &post, CodeFor::Handover)?;
    decision.rests_on.push(Touch { of: Aggregate::Post, id: post.id, version: post.version });
    let text = Text::default()
        .strong(say!(lang, "交接 {title}", "Handover of {title}"))
        .then(say!(lang, "\n交接码：", "\ncode: "))
        .code(&spelt);
    let mut text = posts::how_to_use(&call, &spelt, &code, text).then(say!(
        lang,
        "\n继任者确认接任后才算交接；在那以前一切照旧。",
        "\nIt takes effect when the successor confirms; until then nothing changes."
    ));
    if revoking {
        text = text.then(say!(lang, "\n前一个交接码已作废。", "\nThe code before is void."));
    }
    let cancel = match said {
        "" => say!(lang, "交接 取消", "handover cancel"),
        _ => format!("交接 {} {title} 取消", post.unit_code),
    };
    let message = Message::from(text).row([Button::new(say!(lang, "取消交接", "Cancel"), cancel)]);
    Ok(call.say_secret(decision.with(Effect::CodeIssued(code)), message))
}

/// The own post, or any unit's by the office.
fn allow(call: &Call<'_>, post: &NamedPost) -> Result<(), Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if post.id == speaker.post || (speaker.role == Role::Office && !posts::is_overseer(post.role)) {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "handover_not_yours",
        item: None,
        told: Message::plain(say!(
            lang,
            "只能交接自己的岗位（整改办可以代单位交接，督查和审计除外）。交接自己的请只发：交接",
            "You may pass on only your own post (the office also a unit's, not a supervisor's or auditor's). Send just: handover"
        )),
    })
}

fn ask(call: &Call<'_>, post: &NamedPost, is_own: bool) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (title, unit) = (&post.title, &post.unit.name);
    let line = match is_own {
        true => say!(lang, "交接", "handover"),
        false => format!("交接 {} {title}", post.unit_code),
    };
    let question = say!(
        lang,
        "要把 {title}（{unit}）交给继任者吗？确认后给你一个交接码，转给继任者；对方用它绑定并确认接任后，原来的绑定在各平台同时结束。在办事项、未答复的提醒、草稿和承诺都在岗位上，随之转交；历史记录保留两人。",
        "Pass {title} ({unit}) on to a successor? You get a code to give; when the successor binds and confirms, the present binding ends on every platform. Items, open reminders, drafts and promises hang on the post and move along; history keeps both."
    );
    held::wants_to_be_sure(call, line, question, say!(lang, "确认交接", "Hand over"))
}
