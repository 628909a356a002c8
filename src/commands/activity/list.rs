//! 活动: what was done beside the items, counted by kind, carrier and month, and the newest ones.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::commands::{Call, Command, Failure, told, wording};
use crate::domain::activity::{Carrier, Kind};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Lang, Role, Text, quiet, sentence};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["活动", "activities", "台账外活动"],
    glued: false,
    usage: Both { zh: "活动", en: "activities" },
    about: Both {
        zh: "台账外活动的次数和最近几条：活动 8月，活动 宣传",
        en: "what was done beside the items, counted: activities 2018-08, activities publicity",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// The newest that are shown.
const SHOWN: i64 = 8;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let first = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let (mut kind, mut span, mut when) = (None, (first, today), today.year().to_string());
    while let Some(word) = call.words.word() {
        if let Some(known) = Kind::said(&word) {
            kind = Some(known);
        } else if let Some(month) = sentence::month(&word).and_then(|month| month.month_back(today)) {
            span = quiet::month(month);
            when = month.format("%Y-%m").to_string();
        } else {
            return Err(told(say!(
                lang,
                "没看懂“{word}”。可以写月份或哪一类，例：活动 8月，活动 宣传",
                "“{word}” was not understood: a month or a kind belongs here, e.g. activities 2018-08"
            )));
        }
    }
    let rounds = call.rounds();
    let mut counts = store::activities::counts(&mut *call.read, &rounds, span).await?;
    counts.retain(|row| kind.is_none_or(|kind| row.0 == kind));
    if counts.is_empty() {
        return Ok(call.answer(
            Text::plain(say!(
                lang,
                "{when} 还没有记过。要记请发，例：",
                "{when}: nothing is recorded. To record: "
            ))
            .code(super::COMMAND.usage.pick(lang)),
        ));
    }
    let mut text = Text::default().strong(say!(lang, "📒 {when} 台账外活动", "📒 {when}, beside the items"));
    for line in summed(&counts, lang) {
        text = text.then("\n").then(line);
    }
    let newest = store::activities::activities(&mut *call.read, &rounds, None, kind, span, SHOWN).await?;
    text = text.strong(say!(lang, "\n最近", "\nThe newest"));
    for one in newest {
        let (handle, on, word) = (one.handle, one.on, one.kind.word().pick(lang));
        let title = wording::head(&one.title, 40);
        text = text.then(format!("\n{handle} {on} {word} {title}"));
    }
    Ok(call.answer(text))
}

/// How often something of one kind was done.
#[derive(Default)]
struct Sums {
    carriers: BTreeMap<Carrier, i64>,
    /// By their first days.
    months: BTreeMap<NaiveDate, i64>,
}

/// One line a kind: how many, by carrier, by month.
fn summed(counts: &[(Kind, Option<Carrier>, NaiveDate, i64)], lang: Lang) -> Vec<String> {
    let mut kinds: BTreeMap<Kind, Sums> = BTreeMap::new();
    for (kind, carrier, month, count) in counts {
        let Sums { carriers, months } = kinds.entry(*kind).or_default();
        if let Some(carrier) = carrier {
            *carriers.entry(*carrier).or_default() += count;
        }
        *months.entry(*month).or_default() += count;
    }
    let comma = say!(lang, "、", ", ");
    kinds
        .into_iter()
        .map(|(kind, Sums { carriers, months })| {
            let all: i64 = months.values().sum();
            let (word, measure) = (kind.word().pick(lang), kind.measure().pick(lang));
            let mut line = format!("{word} {all} {measure}").trim_end().to_owned();
            let carriers: Vec<String> =
                carriers.iter().map(|(it, count)| format!("{} {count}", it.word().pick(lang))).collect();
            if !carriers.is_empty() {
                let carriers = carriers.join(&comma);
                line += &say!(lang, "（{carriers}）", " ({carriers})");
            }
            if months.len() > 1 {
                let months: Vec<String> = months
                    .iter()
                    .map(|(month, count)| {
                        let month = month.month();
                        say!(lang, "{month} 月 {count}", "month {month}: {count}")
                    })
                    .collect();
                let months = months.join(&comma);
                line += &say!(lang, "：{months}", ": {months}");
            }
            line
        })
        .collect()
}
