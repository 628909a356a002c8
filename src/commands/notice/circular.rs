//! 通报: a circular of the round, with its figures computed, problems by unit and item, and the annex by unit. A
//! unit is named only for what it has been told itself before.

use super::{draft, message};
use crate::commands::list::gather;
use crate::commands::{Call, Command, Failure, at_round, told, wording};
use crate::domain::decision::{Decision, Effect};
use crate::domain::dialogue::Paper;
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{Figures, Form, text};
use crate::domain::people::Who;
use crate::domain::tally::Lamp;
use crate::domain::time::official;
use crate::domain::{Both, Role};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["通报", "circular"],
    glued: false,
    usage: Both { zh: "通报", en: "circular" },
    about: Both {
        zh: "拟一期通报：总体数字、点到单位和事项的问题、分单位附表；后面可写要求",
        en: "draft a circular: figures, problems by unit and item, an annex by unit; what is required may follow",
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    super::office_only(&call)?;
    let (lang, today) = (call.lang(), call.now.today());
    let said = call.words.rest();
    let (demand, named) = at_round(&said);
    let (demand, round) = (demand.to_owned(), call.round(named)?.clone());
    if demand.chars().count() > draft::DEMAND {
        let most = draft::DEMAND;
        return Err(told(say!(
            lang,
            "要求请控制在 {most} 字以内，没有拟稿。",
            "Please keep what is required within {most} characters; nothing was drafted."
        )));
    }
    let totals = gather::totals(&mut call, round.id).await?;
    let figures = Figures { units: store::notices::by_unit(&mut *call.read, round.id).await? };
    let (named, untold) = store::notices::problems(&mut *call.read, round.id).await?;
    let items = store::items::these(&mut *call.read, &named).await?;
    let mut items: Vec<_> =
        items.into_iter().filter(|item| item.standing(today, call.basis).primary.is_some()).collect();
    items.sort_by_key(|item| item.number);
    let units: Vec<_> = figures.units.iter().map(|row| row.unit.clone()).collect();
    if units.is_empty() {
        return Err(told(say!(lang, "这一轮没有事项，没有拟稿。", "This round has no items.")));
    }
    let handle = store::notices::next_handle(&mut *call.read).await?;
    let paper = Paper { form: Form::Circular, items: Vec::new(), units, demand };
    let mut notice = draft::composed(&call, paper, &items, handle, None)?;
    let signed_off: i64 = figures.units.iter().map(|row| row.signed_off).sum();
    let under = |lamp| totals.under(lamp);
    notice.round = round.id;
    notice.title = text::title(Form::Circular, &[]);
    notice.basis = format!(
        "截至{}，{}整改事项共{}项，完成{}项（其中销号{signed_off}项），正在整改{}项，其中逾期{}项、滞后{}项、未报{}项、临期{}项。",
        official(today),
        round.name,
        totals.total,
        totals.done,
        totals.going_on(),
        under(Lamp::Overdue),
        under(Lamp::Lagging),
        under(Lamp::Missing),
        under(Lamp::DueSoon),
    );
    let good = text::done_well(&figures);
    if !good.is_empty() {
        notice.basis += &format!("{good}牵头的事项已全部完成。");
    }
    for line in &mut notice.lines {
        if let Some(item) = items.iter().find(|item| item.id == line.item) {
            line.fact = format!("{}，{}", item.lead.name, line.fact);
        }
    }
    notice.figures = Some(figures);
    let is_shared = super::is_left_to_others(&mut call, &notice).await?;
    let mut message = message::card(&notice, is_shared, lang);
    if !untold.is_empty() {
        let untold: Vec<String> = untold.iter().map(i32::to_string).collect();
        let untold = wording::head(&untold.join(say!(lang, "、", ", ").as_str()), 60);
        message.text = message.text.then(say!(
            lang,
            "\n第 {untold} 项也有问题，还没提醒过本单位，没有点名。",
            "\nItems {untold} are behind as well; their units have not been told yet, so they are not named."
        ));
    }
    let drafted = Effect::Notice(NoticeEffect::Drafted(Box::new(notice)));
    Ok(call.say(call.decision().by(call.speaker()?).with(drafted), message))
}
