//! From drafts to a decision: every draft is judged by its item and the unit's last report. What is clear
//! is recorded at once and echoed; the first that is not is asked about, the others wait behind it.

use std::collections::HashSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{ask, echo};
use crate::commands::evidence::{self, Evidence};
use crate::commands::words::ItemWord;
use crate::commands::{Call, Failure, questions, refused, show};
use crate::domain::attachment::Place;
use crate::domain::decision::{Aggregate, Audience, Change, Decision, Effect, Reply};
use crate::domain::dialogue::{Ask, Draft};
use crate::domain::item::{LastSaid, NewReport, ReportRefusal, Said};
use crate::domain::odd::Odd;
use crate::domain::tally::cycle_of;
use crate::domain::{Item, ItemState, Lang, Message, Part, Speaker, UnitRef};
use crate::store::people::{self, Reader};
use crate::{say, store};

/// Where the drafts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Of {
    /// Something newly said: a question that is open in this chat stays open.
    Words,
    /// The answer to that question: it ends, or is followed by the next one.
    Answer,
}

/// A draft's fate.
enum Judged {
    Recorded(Box<ItemState>, Box<NewReport>),
    Open(Ask),
}

/// Judges the drafts and decides.
pub(in crate::commands) async fn take(
    call: &mut Call<'_>,
    drafts: Vec<Draft>,
    of: Of,
) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    if let Some(refused) = evidence::refuse_secret(call).await? {
        return Ok(refused);
    }
    let said = drafts.len();
    let drafts = with_items(call, speaker, drafts).await?;
    let evidence = Evidence::of_report(call, &drafts).await?;
    let words: Vec<&ItemWord> = drafts.iter().filter_map(|draft| draft.item.as_ref()).collect();
    let items = show::items(call, &words).await?;
    // Whoever stands in for a unit speaks for it about its items.
    let unit = unit_of(&drafts, &speaker.clone().concerning(&items));
    let today = call.now.today();
    let looked_at: Vec<&Item> =
        items.iter().filter(|item| drafts.iter().any(|draft| wants_last(draft, item, today))).collect();
    let lasts = lasts(call, &looked_at, unit.id).await?;
    let contact = match drafts.iter().any(|draft| draft.unit.is_some()) {
        true => people::lang_of(&mut *call.read, Reader::ContactOf(unit.id)).await?,
        false => call.lang(),
    };
    let mut taken = Taken {
        decision: call.decision().by(speaker),
        messages: Vec::new(),
        cards: Vec::new(),
        evidence,
        contact,
    };
    if drafts.len() > said {
        return taken.ask(call, Ask::All, drafts, None, None).await;
    }
    let mut open: Vec<(Draft, Ask, Option<&Item>)> = Vec::new();
    let mut touched = HashSet::new();
    let alone = drafts.len() == 1;
    for draft in drafts {
        let item = match &draft.item {
            Some(word) => match show::pick(call, &items, word) {
                Ok(item) => item,
                Err(failure) => {
                    taken.refused(call, failure, alone)?;
                    continue;
                }
            },
            None => {
                open.push((draft, Ask::Item, None));
                continue;
            }
        };
        let last = lasts.iter().find(|last| last.item == item.id);
        match judge(call, item, &draft, last, &unit) {
            Err(failure) => taken.refused(call, failure, alone)?,
            Ok(Judged::Open(ask)) => open.push((draft, ask, Some(item))),
            Ok(Judged::Recorded(..)) if !touched.insert(item.id) => {
                let number = item.number;
                let twice = say!(
                    call.lang(),
                    "一条消息里两次提到第 {number} 项，只登记了前一个。",
                    "Item {number} is named twice in one message: only the first was recorded."
                );
                taken.messages.push(Message::plain(twice));
            }
            Ok(Judged::Recorded(state, report)) => taken.record(call, item, *state, *report, &draft, &unit),
        }
    }
    let asked = open.first().map(|(_, ask, item)| (ask.clone(), *item));
    let waiting: Vec<Draft> = open.into_iter().map(|(draft, _, _)| draft).collect();
    match asked {
        Some((ask, item)) => {
            let last = item.and_then(|item| lasts.iter().find(|last| last.item == item.id));
            taken.ask(call, ask, waiting, item, last).await
        }
        None if of == Of::Answer || is_overtaken(call, &items, &touched) => {
            taken.decision = questions::ending(call, taken.decision);
            Ok(taken.finish(call))
        }
        None => Ok(taken.finish(call)),
    }
}

/// Whether the question that is open here was about an item that has just been reported on another way.
fn is_overtaken(call: &Call<'_>, items: &[Item], recorded: &HashSet<Uuid>) -> bool {
    let step = call.door.dialogue.as_ref().and_then(|dialogue| dialogue.step.as_ref());
    let asked = step.and_then(|step| step.drafts.first()?.item.as_ref());
    asked.is_some_and(|word| {
        items.iter().any(|item| item.number == word.number && recorded.contains(&item.id))
    })
}

/// Whether the unit's last report on an item has a say in what a draft means. A full report in a month
/// that has been reported on stands for itself.
fn wants_last(draft: &Draft, item: &Item, today: NaiveDate) -> bool {
    let is_full = draft.percent.is_some() && !draft.text.is_empty() && draft.doubt.is_none();
    let is_plain = !draft.unchanged && !draft.same && !draft.correction;
    let is_first = item.state.last_report_on.is_none_or(|on| cycle_of(on) < cycle_of(today));
    !is_full || !is_plain || is_first
}

/// What the unit said last about these items: the door has looked most of it up.
async fn lasts(call: &mut Call<'_>, items: &[&Item], unit: Uuid) -> Result<Vec<LastSaid>, Failure> {
    let (mut lasts, mut rest) = (Vec::new(), Vec::new());
    for &item in items {
        match call.lasts.iter().find(|last| last.item == item.id && last.unit == unit) {
            Some(last) => lasts.push(last.clone()),
            None => rest.push(item),
        }
    }
    if !rest.is_empty() {
        lasts.extend(store::reports::last_said(&mut *call.read, &rest, unit).await?);
    }
    Ok(lasts)
}

/// Whose report it is: all drafts of one message are of one unit.
fn unit_of<'a>(drafts: &'a [Draft], speaker: &'a Speaker) -> UnitRef {
    drafts.iter().find_map(|draft| draft.unit.clone()).unwrap_or_else(|| speaker.unit.clone())
}

/// A draft without an item is about the unit's one open item, where it leads just one.
async fn with_items(
    call: &mut Call<'_>,
    speaker: &Speaker,
    mut drafts: Vec<Draft>,
) -> Result<Vec<Draft>, Failure> {
    if drafts.iter().all(|draft| draft.item.is_some()) {
        return Ok(drafts);
    }
    let unit = unit_of(&drafts, speaker);
    let led = ask::led_by(call, unit.id).await?;
    let word = |item: &Item| Some(ItemWord { number: item.number, round: None });
    if let [draft] = drafts.as_slice()
        && draft.is_all
        && !led.is_empty()
    {
        return Ok(led
            .iter()
            .map(|item| Draft { item: word(item), is_all: false, is_brief: true, ..draft.clone() })
            .collect());
    }
    let [only] = led.as_slice() else { return Ok(drafts) };
    for draft in drafts.iter_mut().filter(|draft| draft.item.is_none()) {
        draft.item = word(only);
    }
    Ok(drafts)
}

fn judge(
    call: &Call<'_>,
    item: &Item,
    draft: &Draft,
    last: Option<&LastSaid>,
    unit: &UnitRef,
) -> Result<Judged, Failure> {
    let refuse = |refusal| echo::refuse(item, draft, refusal, call.lang());
    let part = item.part_of(unit.id).ok_or_else(|| refuse(ReportRefusal::NotYours))?;
    // Whatever percent a co-unit meant, it does not count.
    let counts = |ask: &&Ask| part == Part::Lead || !matches!(ask, Ask::Percent { .. });
    if let Some(ask) = draft.doubt.as_ref().filter(counts) {
        return Ok(Judged::Open(ask.clone()));
    }
    let unchanged = draft.unchanged || draft.same;
    let text = match (draft.text.as_str(), last) {
        ("", Some(last)) if draft.same || draft.correction => last.text.as_str(),
        ("", _) if draft.unchanged => say_unchanged(call),
        (text, _) => text,
    };
    // A second 无变化 in a row gives its reason.
    let has_reason = draft.details.cause.is_some() || !draft.details.difficulty.is_empty();
    if unchanged && !has_reason && last.is_some_and(|last| last.unchanged) && !draft.is_sure {
        return Ok(Judged::Open(Ask::Reason));
    }
    let percent = match draft.percent {
        Some(percent) => percent,
        // Work told without a figure is a report; its percent stays until one is said.
        None if unchanged || part == Part::Co => i64::from(item.state.percent),
        None if !draft.text.is_empty() && !draft.correction => i64::from(item.state.percent),
        None => return Ok(Judged::Open(Ask::Percent { about: None })),
    };
    let earlier = last.filter(|last| cycle_of(last.effective_on) < cycle_of(call.now.today()));
    let said = Said {
        percent,
        text,
        correction: draft.correction,
        unchanged,
        details: &draft.details,
        earlier_text: earlier.map(|last| last.text.as_str()),
    };
    let (state, report) =
        item.report(unit.id, call.speaker()?.post, &said, call.now, call.basis).map_err(refuse)?;
    // A co-unit has nothing but its text to say.
    let may_be_brief = draft.correction || (draft.is_brief && part == Part::Lead);
    if text.is_empty() && !may_be_brief {
        return Ok(Judged::Open(Ask::Text));
    }
    // A correction is what the person says it is; everything else that looks odd is asked about first.
    // Who says that acceptance is applied for need not be asked whether it is.
    let is_said = |odd: &Odd| *odd == Odd::Fall || (*odd == Odd::NotApplied && draft.applies);
    let asked: Vec<Odd> = report.odd.iter().copied().filter(|odd| !is_said(odd)).collect();
    if !asked.is_empty() && !draft.is_sure && !draft.correction {
        return Ok(Judged::Open(Ask::Odd(asked)));
    }
    Ok(Judged::Recorded(Box::new(state), Box::new(report)))
}

/// The text of a report that says nothing but that nothing has changed.
fn say_unchanged(call: &Call<'_>) -> &'static str {
    match call.lang() {
        Lang::Zh => "无变化",
        Lang::En => "no change",
    }
}

/// What has been decided so far, and what will be said.
struct Taken {
    decision: Decision,
    messages: Vec<Message>,
    /// Items whose live card an answer becomes, with the place of that answer.
    cards: Vec<(usize, Uuid)>,
    /// The files that belong to the first report.
    evidence: Evidence,
    /// The language of the unit's contact, who hears of what the office reports.
    contact: Lang,
}

impl Taken {
    /// One bad report of several is told beside the others; alone it is the answer.
    fn refused(&mut self, call: &Call<'_>, failure: Failure, alone: bool) -> Result<(), Failure> {
        match failure {
            failure if alone => return Err(failure),
            Failure::Broken(error) => return Err(Failure::Broken(error)),
            Failure::Told(message) => self.messages.push(message),
            Failure::Refused { what, item, told } => {
                self.decision.effects.push(refused(call.incoming, what, item));
                self.messages.push(told);
            }
        }
        Ok(())
    }

    fn record(
        &mut self,
        call: &Call<'_>,
        item: &Item,
        state: ItemState,
        report: NewReport,
        draft: &Draft,
        unit: &UnitRef,
    ) {
        let after = Item { state: state.clone(), version: report.version, ..item.clone() };
        if call.is_card_of(item) {
            self.cards.push((self.messages.len(), item.id));
        }
        let echo = echo::echo(call, item, &after, &report, unit, draft.applies);
        let decision = std::mem::replace(&mut self.decision, call.decision());
        let place = Place { item: item.id, report: Some(report.version), answer: None };
        let (decision, put) = self.evidence.place(decision, place);
        self.messages.push(self.evidence.say(echo, put.as_ref(), call.lang()));
        self.evidence.hush();
        self.decision = decision
            .changing(Aggregate::Item, item.id, item.version)
            .with(Effect::ItemChanged { item: item.id, version: report.version, state, why: Change::Report })
            .with(Effect::ReportAdded(report.clone()));
        if draft.unit.is_some() {
            // Whoever is spoken for hears of it.
            let told = echo::on_behalf(item, &report, self.contact);
            self.decision.replies.push(Reply::notice(Audience::UnitContact(unit.id), told, call.now));
        }
    }

    async fn ask(
        mut self,
        call: &mut Call<'_>,
        ask: Ask,
        mut drafts: Vec<Draft>,
        item: Option<&Item>,
        last: Option<&LastSaid>,
    ) -> Result<Decision, Failure> {
        let decision = std::mem::replace(&mut self.decision, call.decision());
        let (decision, files) = self.evidence.wait(decision);
        self.decision = decision;
        let waiting = files.len();
        if let Some(first) = drafts.first_mut() {
            first.files = files;
        }
        let step = questions::step(ask, drafts);
        let question = ask::question(call, &step, item, last.map(|last| last.text.as_str())).await?;
        let mut question = self.evidence.say(question, None, call.lang());
        if waiting > 0 {
            question.text = question.text.then(say!(
                call.lang(),
                "\n📎 {waiting} 个文件登记后一起附上",
                "\n📎 {waiting} file(s) are attached with it"
            ));
        }
        self.messages.push(question);
        let decision = std::mem::replace(&mut self.decision, call.decision());
        self.decision = questions::asking(call, decision, step)?;
        Ok(self.finish(call))
    }

    fn finish(self, call: &Call<'_>) -> Decision {
        let Taken { decision, messages, cards, .. } = self;
        let said_before = decision.replies.len();
        let mut decision = call.say_all(decision, messages);
        // A press is answered first of all; the messages follow in their order.
        let answers = decision.replies[said_before..]
            .iter_mut()
            .filter(|reply| matches!(reply.audience, Audience::Chat(_)));
        for (at, reply) in answers.enumerate() {
            reply.card_of = cards.iter().find(|(place, _)| *place == at).map(|(_, item)| *item);
        }
        decision
    }
}
