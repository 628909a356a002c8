//! Posts as people name them, and fresh binding codes: what the commands about people share.

use uuid::Uuid;

use super::{Call, Failure, told};
use crate::domain::code;
use crate::domain::decision::{CodeFor, NewCode};
use crate::domain::{Button, Message, Now, Role, Text, UnitRef, numeral};
use crate::store::people::{self, Holder, NamedPost};
use crate::{say, store};

/// More posts than these are no help to choose from.
const CHOICES: usize = 8;
/// A display name is somebody's own choice of words: this much of it is shown.
const NAME: usize = 20;

/// The usage, for a command that wants a post and got none.
pub(super) fn missing(call: &Call<'_>) -> Failure {
    let lang = call.lang();
    Failure::Told(
        Text::plain(say!(lang, "请写明是哪个岗位，例：", "Please name the post, e.g. "))
            .code(call.command.usage.pick(lang))
            .into(),
    )
}

/// The role of this name, in either language.
fn role_named(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| {
        let title = role.title();
        title.zh == word || title.en.eq_ignore_ascii_case(word) || role.code() == word.to_ascii_lowercase()
    })
}

/// The one post that these words name: `紫岩县 联络员A`, `紫岩县联络员A`, `紫岩县 联络员`, `ZYX contact`. Several
/// are offered as buttons; `line` says what pressing one of them says.
pub(super) async fn one(
    call: &mut Call<'_>,
    said: &str,
    line: impl Fn(&NamedPost) -> String,
) -> Result<NamedPost, Failure> {
    let half = numeral::half_width(said);
    let words: Vec<&str> = half
        .split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '·'))
        .filter(|w| !w.is_empty())
        .collect();
    let Some((first, rest)) = words.split_first() else { return Err(missing(call)) };
    let (title, post) = (words.concat(), rest.concat());
    let mut found =
        people::posts_called(&mut *call.read, &title, first, &post, role_named(&rest.join(" "))).await?;
    if found.is_empty() {
        // 紫岩县联络员, in one word.
        let split = Role::ALL
            .into_iter()
            .find_map(|role| Some((title.strip_suffix(role.title().zh)?, role.title().zh, role)))
            .filter(|(unit, _, _)| !unit.is_empty());
        if let Some((unit, word, role)) = split {
            found = people::posts_called(&mut *call.read, &title, unit, word, Some(role)).await?;
        }
    }
    choose(call, said, found, &title, &post, line)
}

/// As [`one`], but `联络员B` alone is looked for in this unit first.
pub(super) async fn near(
    call: &mut Call<'_>,
    unit: &str,
    said: &str,
    line: impl Fn(&NamedPost) -> String,
) -> Result<NamedPost, Failure> {
    let post: String = numeral::half_width(said).split_whitespace().collect();
    if post.is_empty() {
        return Err(missing(call));
    }
    let found = people::posts_called(&mut *call.read, &post, unit, &post, role_named(&post)).await?;
    match found.is_empty() {
        true => one(call, said, line).await,
        false => choose(call, said, found, &post, &post, line),
    }
}

fn choose(
    call: &Call<'_>,
    said: &str,
    found: Vec<NamedPost>,
    title: &str,
    post: &str,
    line: impl Fn(&NamedPost) -> String,
) -> Result<NamedPost, Failure> {
    let lang = call.lang();
    let is_exact =
        |p: &NamedPost| p.title == title || p.title == post || p.title == format!("{}{post}", p.unit.name);
    let (exact, other): (Vec<_>, Vec<_>) = found.into_iter().partition(is_exact);
    let mut found = if exact.is_empty() { other } else { exact };
    let said = super::wording::head(said.trim(), NAME);
    match found.len() {
        0 => Err(told(say!(
            lang,
            "没有找到“{said}”这个岗位，什么都没有做。写法：单位名 岗位，如 紫岩县 联络员A。",
            "No post is called “{said}”; nothing was done. Write the unit and the post, such as ZYX contact."
        ))),
        1 => found.pop().ok_or_else(|| missing(call)),
        n => {
            let mut message = Message::plain(say!(
                lang,
                "“{said}”有 {n} 个岗位，是哪一个？",
                "“{said}” fits {n} posts: which one?"
            ));
            for post in found.iter().take(CHOICES) {
                message = message.row([Button::new(post.title.clone(), line(post))]);
            }
            Err(Failure::Told(message))
        }
    }
}

/// A code for this post, with what is kept of it.
pub(super) fn fresh(
    call: &Call<'_>,
    post: &NamedPost,
    purpose: CodeFor,
) -> Result<(String, NewCode), Failure> {
    let issued_by = call.door.speaker.as_ref().map(|speaker| speaker.post);
    code::fresh(&rand::random(), Uuid::now_v7(), post.id, purpose, call.now)
        .map(|(spelt, code)| (spelt, NewCode { issued_by, ..code }))
        .ok_or_else(|| Failure::Broken(anyhow::anyhow!("the random generator gave no code")))
}

/// The names of those of these units that no message reaches: nobody is bound as their contact.
pub(super) async fn out_of_reach<'u>(
    call: &mut Call<'_>,
    units: &[&'u UnitRef],
) -> Result<Vec<&'u str>, Failure> {
    let ids: Vec<Uuid> = units.iter().map(|unit| unit.id).collect();
    let away = people::unreachable(&mut *call.read, &ids).await?;
    Ok(units.iter().filter(|unit| away.contains(&unit.id)).map(|unit| unit.name.as_str()).collect())
}

/// How a code is used and how long: the lines below it.
pub(super) fn how_to_use(call: &Call<'_>, spelt: &str, code: &NewCode, text: Text) -> Text {
    let lang = call.lang();
    let until = Now::at(code.expires_at).spoken();
    let verb = say!(lang, "绑定", "bind");
    let text = text
        .then(say!(
            lang,
            "\n24 小时内有效（到 {until}），只能用一次。请转给本人，由本人私聊我发送：",
            "\nValid for 24 hours (until {until}), once. Give it to the person, who sends me in private: "
        ))
        .code(format!("{verb} {spelt}"));
    match (call.able.bind_link)(&call.incoming.chat.platform, spelt) {
        Some(link) => text.then(say!(lang, "\n或点开链接：{link}", "\nor opens the link: {link}")),
        None => text,
    }
}

/// `王敏（telegram）、小张（room）`: who holds a post now.
pub(super) fn names(call: &Call<'_>, holders: &[Holder]) -> String {
    let lang = call.lang();
    let one = |holder: &Holder| {
        let (name, platform) =
            (name(&holder.display_name, &holder.account), (call.able.title)(&holder.platform, lang));
        say!(lang, "{name}（{platform}）", "{name} ({platform})")
    };
    holders.iter().map(one).collect::<Vec<_>>().join(say!(lang, "、", ", ").as_str())
}

/// A display name on one line, cut; the account where there is none.
pub(super) fn name(display_name: &str, account: &str) -> String {
    let one_line = display_name.split_whitespace().collect::<Vec<_>>().join(" ");
    super::wording::head(if one_line.is_empty() { account } else { &one_line }, NAME)
}

/// A post that oversees the office is not given or taken by the office.
pub(super) fn is_overseer(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Auditor)
}

/// The own post, as it is now.
pub(super) async fn own(call: &mut Call<'_>) -> Result<NamedPost, Failure> {
    let speaker = call.speaker()?;
    store::people::post(&mut *call.read, speaker.post)
        .await?
        .ok_or_else(|| Failure::Broken(anyhow::anyhow!("the speaker's post is gone")))
}
