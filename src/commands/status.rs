//! 总览: the totals of the open rounds as of now, without names, and the own unit's line. A leader gets one
//! short card of the items the post holds.

use super::list::gather::{self, Whose};
use super::words::SlipKind;
use super::{Call, Command, Failure, spelling, told, wording};
use crate::domain::basis::Thresholds;
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::sentence;
use crate::domain::tally::{Lamp, Totals};
use crate::domain::{Both, Button, Item, Lang, Message, Part, Role, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["总览", "status"],
    glued: false,
    usage: Both { zh: "总览", en: "status" },
    about: Both {
        zh: "总数、完成、在办、临期、滞后、逾期、未报",
        en: "totals: done, going on, due soon, lagging, overdue, not reported",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// What a leader is shown of the own items: the worst.
const WORST: usize = 3;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    if let Some(word) = call.words.clone().word() {
        return Err(match sentence::day(&word) {
            Some(_) => told(say!(
                lang,
                "“总览”只说现在的。某一天的总数发：图 类别 {word}",
                "“status” tells how things stand now. For a day send: picture categories {word}"
            )),
            None if sentence::is_no_day(&word) => call.slip(&call.words.clone().slip(SlipKind::TooMuch)),
            None => {
                let said = wording::head(&call.words.rest(), 20);
                told(say!(
                    lang,
                    "“总览”是全部事项的总数，不分“{said}”。看一个单位请发：剩余 单位名",
                    "“status” is of all items, not of “{said}”. For one unit send: left UNIT"
                ))
            }
        });
    }
    if call.door.rounds.is_empty() {
        return Err(told(say!(
            lang,
            "现在没有在办的督察轮次，请联系整改办。",
            "No round is open: contact the office."
        )));
    }
    if speaker.role == Role::Leader && call.incoming.private {
        return card(call).await;
    }
    let mut text = Text::default();
    for round in &call.door.rounds {
        let totals = gather::totals(&mut call, round.id).await?;
        let (name, as_of) = (&round.name, call.now.spoken());
        text = text.strong(name).then(say!(lang, "（截至 {as_of}）\n", " (as of {as_of})\n"));
        text = text.then(sums(totals, call.basis.of(round.id), lang)).then("\n");
    }
    let own = gather::own(&mut call, &Whose::Unit(speaker.unit.clone()), Stage::Open).await?;
    let leading = own.iter().filter(|item| item.part_of(speaker.unit.id) == Some(Part::Lead)).count();
    let co = own.len() - leading;
    let unit = &speaker.unit.name;
    text = text.then(say!(
        lang,
        "{unit}：牵头在办 {leading} 项，配合 {co} 项。每项按最重的一种情况计一次。",
        "{unit}: open items {leading} as lead, {co} as co-unit. Each item is counted once, under its gravest flag."
    ));
    Ok(call.answer(text))
}

/// `共 60 项，完成 45，在办 15`, and how those going on stand.
fn sums(totals: Totals, colours: &Thresholds, lang: Lang) -> String {
    let (total, done, going_on) = (totals.total, totals.done, totals.going_on());
    let [overdue, lagging, missing, due_soon, steady] = Lamp::ALL.map(|lamp| totals.under(lamp));
    let [red, orange, white, yellow, green] = Lamp::ALL.map(|lamp| colours.mark(lamp));
    say!(
        lang,
        "共 {total} 项，完成 {done}，在办 {going_on}\n在办中：{green} 正常 {steady}　{yellow} 临期 {due_soon}　{white} 未报 {missing}　{orange} 滞后 {lagging}　{red} 逾期 {overdue}",
        "{total} items, {done} done, {going_on} going on\nof these: {green} on track {steady}, {yellow} due soon {due_soon}, {white} not reported {missing}, {orange} lagging {lagging}, {red} overdue {overdue}"
    )
}

/// A leader's card: the totals of the items the post holds, then the three worst.
async fn card(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let (lang, today, as_of) = (call.lang(), call.now.today(), call.now.spoken());
    let items = gather::own(&mut call, &Whose::Held(None), Stage::All).await?;
    let (post, totals) = (&speaker.post_title, Totals::of(&items, today, call.basis));
    let mut text = Text::default()
        .strong(say!(lang, "{post} 包抓事项", "Items held by {post}"))
        .then(say!(lang, "（截至 {as_of}）\n", " (as of {as_of})\n"))
        .then(sums(totals, call.colours(), lang));
    let basis = call.basis;
    let pressing =
        |item: &&Item| !item.state.status.is_completed() && item.lamp(today, basis) != Lamp::OnTrack;
    let worst: Vec<&Item> = items.iter().filter(pressing).take(WORST).collect();
    if !worst.is_empty() {
        text = text.strong(say!(lang, "\n最急的", "\nThe most pressing"));
    }
    for item in &worst {
        text = text.then("\n");
        text.0.extend(wording::item_lines(item, false, today, basis, lang).0);
        let lead = &item.lead.name;
        text = text.then(format!(" · {lead}"));
    }
    for round in &call.door.rounds {
        let totals = gather::totals(&mut call, round.id).await?;
        let (name, total, done, going_on) = (&round.name, totals.total, totals.done, totals.going_on());
        text = text.then(say!(
            lang,
            "\n{name}：共 {total} 项，完成 {done}，在办 {going_on}",
            "\n{name}: {total} items, {done} done, {going_on} going on"
        ));
    }
    let verb = spelling(&super::show::COMMAND, lang);
    let shown = worst.iter().map(|item| {
        let number = item.number;
        Button::new(say!(lang, "查 {number}", "item {number}"), format!("{verb} {number}"))
    });
    let mine = spelling(&super::mine::COMMAND, lang);
    Ok(call.answer(Message::from(text).row(shown).row([Button::new(mine, mine)])))
}
