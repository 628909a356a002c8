//! 口径: the thresholds in force and since when; the office sets one of its round, or goes back to the
//! default. Whoever is measured by them may read them.

use super::{Call, Command, Failure, RuleNote, at_round, line, told};
use crate::domain::decision::{Decision, Effect};
use crate::domain::numeral;
use crate::domain::palette::{self, PALETTE};
use crate::domain::people::Who;
use crate::domain::threshold::{Shape, Threshold};
use crate::domain::{Both, Button, Lang, Message, Role, RoundRef, Text};
use crate::store::basis::Setting;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["口径", "basis"],
    glued: false,
    usage: Both { zh: "口径", en: "basis" },
    about: Both {
        zh: "现行规则的天数、比例和起用日期；某一条的来历：口径 临期",
        en: "the numbers the rules go by, and since when; how one came about: basis due_soon",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

const RESTORE: [&str; 2] = ["恢复", "restore"];
const RULES: [&str; 2] = ["规则", "rules"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let said = numeral::half_width(&call.words.rest());
    let (said, named) = at_round(&said);
    let round = call.round(named)?.clone();
    let mut words: Vec<&str> = said.split(|c: char| c.is_whitespace() || ",、/;".contains(c)).collect();
    words.retain(|word| !word.is_empty());
    let restores = words.first().is_some_and(|word| RESTORE.contains(word));
    if restores {
        words.remove(0);
    }
    let Some((name, values)) = words.split_first() else {
        if restores {
            return Err(told(say!(
                lang,
                "恢复哪一条？例：口径 恢复 临期",
                "Restore which? E.g. basis restore due_soon"
            )));
        }
        return all(call, &round).await;
    };
    if RULES.contains(name) && values.is_empty() {
        return Ok(rules(&call));
    }
    let Some(threshold) = called(name) else {
        let names: Vec<&str> = Threshold::all().map(|threshold| threshold.spec().word.pick(lang)).collect();
        let names = names.join(say!(lang, "、", ", ").as_str());
        return Err(told(say!(
            lang,
            "没有叫“{name}”的口径。有：{names}",
            "There is no “{name}” in the basis. There are: {names}"
        )));
    };
    if !restores && values.is_empty() {
        return past(call, &round, threshold).await;
    }
    if call.speaker()?.role != Role::Office {
        return Err(Failure::Refused {
            what: "basis_not_yours",
            item: None,
            told: Message::plain(say!(
                lang,
                "口径由整改办修改。发“口径”可以看现行的。",
                "The office sets the basis. Send “basis” to read it."
            )),
        });
    }
    let wanted = match restores {
        true => None,
        false => Some(read(threshold, values, lang)?),
    };
    set(call, &round, threshold, wanted)
}

fn called(name: &str) -> Option<Threshold> {
    Threshold::all().find(|threshold| {
        let spec = threshold.spec();
        [spec.word.zh, spec.word.en, spec.code].iter().any(|word| word.eq_ignore_ascii_case(name))
    })
}

/// The rules in force, the gravest first: of one item only the first is spoken of.
fn rules(call: &Call<'_>) -> Decision {
    let lang = call.lang();
    let mut text = Text::default().strong(say!(
        lang,
        "📐 现行规则，一项只说最重的一条，重的在前",
        "📐 The rules; of an item only the gravest is spoken of, the gravest first"
    ));
    for RuleNote { version, title, meaning, .. } in &call.able.rules {
        let (title, meaning) = (title.pick(lang), meaning.pick(lang));
        text = text.then("\n· ").strong(title).then(say!(
            lang,
            "：{meaning}（第 {version} 版）",
            ": {meaning} (version {version})"
        ));
    }
    call.answer(Message::from(text))
}

fn read(threshold: Threshold, words: &[&str], lang: Lang) -> Result<Vec<i32>, Failure> {
    let unit = ["天", "个百分点", "%", "日", "号", "个工作日", "条", "days"];
    let bare = |word: &str| unit.iter().find_map(|unit| word.strip_suffix(unit)).unwrap_or(word).to_owned();
    let is_colours = threshold.spec().shape == Shape::Colours;
    let one = |word: &&str| if is_colours { palette::place(word) } else { bare(word).parse().ok() };
    let values: Option<Vec<i32>> = words.iter().map(one).collect();
    values.filter(|values| threshold.admits(values)).ok_or_else(|| {
        let spec = threshold.spec();
        let (name, from, to, unit) = (spec.word.pick(lang), spec.from, spec.to, spec.unit.pick(lang));
        let count = spec.default.len();
        let how = match spec.shape {
            Shape::Same if count == 1 => say!(lang, "一个数", "one number"),
            Shape::Same => say!(lang, "{count} 个数", "{count} numbers"),
            Shape::Rising => say!(lang, "{count} 个从小到大的数", "{count} rising numbers"),
            Shape::Falling => say!(lang, "1 到 6 个从大到小的数", "one to six falling numbers"),
            Shape::Hundred => say!(lang, "{count} 个数、合计 100", "{count} numbers, a hundred together"),
            Shape::Some => say!(lang, "{count} 个数、不能全是 0", "{count} numbers, not all zero"),
            Shape::Colours => say!(lang, "{count} 种不同的颜色", "{count} different colours"),
        };
        let example = numbers(threshold, spec.default, " ", lang);
        let line = line(&COMMAND, &format!("{name} {example}"), lang);
        if is_colours {
            let names: Vec<&str> = PALETTE.iter().map(|paint| paint.name.pick(lang)).collect();
            let names = names.join(say!(lang, "、", ", ").as_str());
            return told(say!(
                lang,
                "“{name}”要写：{how}，可以用 {names}，没有改。例：{line}",
                "“{name}” takes {how} of {names}; nothing was changed. E.g. {line}"
            ));
        }
        told(say!(
            lang,
            "“{name}”要写：{how}，每个在 {from} 到 {to}（{unit}）之间，没有改。例：{line}",
            "“{name}” takes {how}, each from {from} to {to} ({unit}); nothing was changed. E.g. {line}"
        ))
    })
}

fn numbers(threshold: Threshold, values: &[i32], gap: &str, lang: Lang) -> String {
    let one = |value: &i32| match palette::at(*value).filter(|_| threshold.spec().shape == Shape::Colours) {
        Some(paint) => paint.name.pick(lang).to_owned(),
        None => value.to_string(),
    };
    values.iter().map(one).collect::<Vec<_>>().join(gap)
}

/// `30、15、7 天`, `红、橙、白、黄`
fn spoken(threshold: Threshold, values: &[i32], lang: Lang) -> String {
    let (values, unit) =
        (numbers(threshold, values, &say!(lang, "、", ", "), lang), threshold.spec().unit.pick(lang));
    format!("{values} {unit}").trim_end().to_owned()
}

fn set(
    call: Call<'_>,
    round: &RoundRef,
    threshold: Threshold,
    wanted: Option<Vec<i32>>,
) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let name = threshold.spec().word.pick(lang);
    let before = call.basis.of(round.id).all(threshold);
    let after = wanted.as_deref().unwrap_or(threshold.spec().default);
    if before == after {
        let now = spoken(threshold, before, lang);
        return Err(told(say!(
            lang,
            "“{name}”现在就是 {now}，没有改。",
            "“{name}” is {now} already; nothing was changed."
        )));
    }
    let (was, is) = (spoken(threshold, before, lang), spoken(threshold, after, lang));
    let default = if wanted.is_none() { say!(lang, "（默认）", " (the default)") } else { String::new() };
    let round_name = &round.name;
    let text = say!(
        lang,
        "✅ {round_name} 的“{name}”改为 {is}{default}，{today} 起用，原为 {was}。\n在办事项马上按新口径重看；已经发出的不变。",
        "✅ “{name}” of {round_name} is {is}{default} from {today} on; it was {was}.\nOpen items are looked at again at once; what was sent stays as it is."
    );
    let decision = call.decision().by(call.speaker()?).with(Effect::ThresholdSet {
        round: round.id,
        threshold,
        values: wanted,
    });
    Ok(call.say(decision, Message::plain(text)))
}

/// `（2018-08-31 起，调度专员A）`
fn since(setting: &Setting, lang: Lang) -> String {
    let (on, by) = (setting.since, setting.set_by.as_deref().unwrap_or("—"));
    say!(lang, "（{on} 起，{by}）", " (since {on}, {by})")
}

async fn all(call: Call<'_>, round: &RoundRef) -> Result<Decision, Failure> {
    let lang = call.lang();
    let settings = store::basis::settings(&mut *call.read, round.id).await?;
    let (name, thresholds) = (&round.name, call.basis.of(round.id));
    let mut text =
        Text::default().strong(say!(lang, "📐 现行口径 · {name}", "📐 The basis in force · {name}"));
    for threshold in Threshold::all() {
        let spec = threshold.spec();
        let (word, about) = (spec.word.pick(lang), spec.about.pick(lang));
        let last = settings.iter().find(|setting| setting.threshold == threshold);
        let since = match last.filter(|setting| setting.values.is_some()) {
            Some(setting) => since(setting, lang),
            None => say!(lang, "（默认）", " (default)"),
        };
        let values = spoken(threshold, thresholds.all(threshold), lang);
        text = text.then("\n").strong(word).then(format!(" {values}{since}")).then(say!(
            lang,
            "：{about}",
            ": {about}"
        ));
    }
    text = text.then(say!(lang, "\n规则有哪几条：", "\nThe rules themselves: ")).code(say!(
        lang,
        "口径 规则",
        "basis rules"
    ));
    if call.speaker()?.role == Role::Office {
        text = text.then(say!(lang, "\n要改请发，例：", "\nTo set one, e.g. ")).code(say!(
            lang,
            "口径 临期 30 15 7",
            "basis due_soon 30 15 7"
        ));
    }
    Ok(call.answer(Message::from(text)))
}

fn restore(word: &str, round: &RoundRef, lang: Lang) -> Option<Button> {
    let (verb, name) = (Both { zh: RESTORE[0], en: RESTORE[1] }.pick(lang), &round.name);
    let says = line(&COMMAND, &format!("{verb} {word} @{name}"), lang);
    Button::new(say!(lang, "恢复默认", "Restore"), says)
}

/// How a threshold was set, the newest first.
async fn past(call: Call<'_>, round: &RoundRef, threshold: Threshold) -> Result<Decision, Failure> {
    let lang = call.lang();
    let spec = threshold.spec();
    let (word, about) = (spec.word.pick(lang), spec.about.pick(lang));
    let now = spoken(threshold, call.basis.of(round.id).all(threshold), lang);
    let mut text = Text::default().strong(format!("📐 {word} {now}")).then(format!("\n{about}"));
    let mut settings = store::basis::settings(&mut *call.read, round.id).await?;
    settings.retain(|setting| setting.threshold == threshold);
    for setting in &settings {
        let values = match &setting.values {
            Some(values) => spoken(threshold, values, lang),
            None => say!(lang, "恢复默认", "back to the default"),
        };
        text = text.then(format!("\n· {values}{}", since(setting, lang)));
    }
    let default = spoken(threshold, spec.default, lang);
    text = text.then(say!(lang, "\n默认 {default}", "\nthe default is {default}"));
    let mut message = Message::from(text);
    if call.speaker()?.role == Role::Office && settings.first().is_some_and(|last| last.values.is_some()) {
        message = message.row([restore(word, round, lang)]);
    }
    Ok(call.answer(message))
}
