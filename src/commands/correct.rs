//! 更正: puts a report right after the fact. Both figures stay on record; the text of the last report
//! stands where none is given.

use super::report::take::{self, Of};
use super::words::SlipKind;
use super::{Call, Command, Failure, report, told};
use crate::domain::decision::Decision;
use crate::domain::dialogue::Draft;
use crate::domain::people::Who;
use crate::domain::sentence::{self, ItemWord, Percent};
use crate::domain::{Both, Role};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["更正", "correct"],
    glued: true,
    usage: Both { zh: "更正 16 80 上次看错了", en: "correct 16 80 misread" },
    about: Both {
        zh: "把报错的改过来，说明可以不写", en: "put a report right; the text may be left out"
    },
    who: Who::Roles(&[Role::Contact]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return last(call, None, None, String::new()).await;
    }
    let item = call.words.item().map_err(|slip| call.slip(&slip))?;
    let percent = match call.words.is_empty() {
        true => None,
        false => Some(call.words.percent().map_err(|slip| call.slip(&slip))?),
    };
    let text = call.words.rest();
    if text.chars().count() > crate::domain::item::REPORT_TEXT_MAX {
        return Err(call.slip(&call.words.clone().slip(SlipKind::TextTooLong)));
    }
    let fields = sentence::fields(&text);
    let draft = Draft { item: Some(item), percent, text, correction: true, ..Draft::default() };
    correct(call, draft, fields).await
}

/// 上面那条写错了，是80不是90: the last report of whoever speaks.
pub(super) async fn last(
    call: Call<'_>,
    percent: Option<Percent>,
    item: Option<ItemWord>,
    text: String,
) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let rounds = call.rounds();
    let last = store::reports::last_by_post(&mut *call.read, &rounds, speaker.unit.id, speaker.post).await?;
    let Some(last) = last else {
        return Err(told(say!(
            lang,
            "没有找到你之前的填报。请写明编号：更正 16 80",
            "No earlier report of yours was found. Name the item: correct 16 80"
        )));
    };
    let wrong = store::items::number_of(&mut *call.read, last.item).await?;
    if let Some(right) = item.filter(|right| right.number != wrong) {
        // The wrong item was reported on: one is taken back, the other reported anew, each by its own command.
        let (right, figure) = (right.number, last.percent.map_or(String::new(), |p| p.to_string()));
        let said = last.text;
        return Err(told(say!(
            lang,
            "上一条报在第 {wrong} 项。要改到第 {right} 项，请先发“撤回 {wrong}”，再发：进度 {right} {figure} {said}",
            "Your last report was on item {wrong}. To move it to item {right}, first send “undo {wrong}”, then: report {right} {figure} {said}"
        )));
    }
    let percent = percent.map(|percent| match percent {
        Percent::Exact(value) | Percent::About(value) => value,
    });
    let draft = Draft {
        item: Some(ItemWord { number: wrong, round: None }),
        percent,
        text,
        correction: true,
        ..Draft::default()
    };
    let fields = sentence::fields(&draft.text);
    correct(call, draft, fields).await
}

async fn correct(mut call: Call<'_>, draft: Draft, fields: sentence::Fields) -> Result<Decision, Failure> {
    let drafts = report::one(draft, fields).drafts(&call);
    take::take(&mut call, drafts, Of::Words).await
}
