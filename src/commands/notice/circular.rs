//! 通报: a circular of the round, with its figures computed, problems by unit and item, and the annex by unit. A
//! unit is named only for what it has been told itself before.

use uuid::Uuid;

use super::draft;
use crate::commands::list::gather;
use crate::commands::{Call, Command, Failure, at_round, told, wording};
use crate::domain::decision::{Decision, Effect};
use crate::domain::dialogue::{Ask, Paper};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{Figures, Form, Notice, Standing, text};
use crate::domain::people::Who;
use crate::domain::tally::Lamp;
use crate::domain::time::official;
use crate::domain::{Both, Role, RoundRef};
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
    let lang = call.lang();
    let said = call.words.rest();
    let (demand, named) = at_round(&said);
    let round = call.round(named)?.clone();
    if demand.chars().count() > draft::DEMAND {
        let most = draft::DEMAND;
        return Err(told(say!(
            lang,
            "要求请控制在 {most} 字以内，没有拟稿。",
            "Please keep what is required within {most} characters; nothing was drafted."
        )));
    }
    let rows = store::circulars::by_unit(&mut *call.read, round.id).await?;
    let units: Vec<_> = rows.into_iter().map(|row| row.unit).collect();
    match draft::question(&mut call, &units, Form::Circular.word(), Vec::new()).await? {
        Some(question) => {
            let paper = Paper { form: Form::Circular, items: Vec::new(), units: Vec::new(), demand: said };
            draft::ask(&call, Ask::Paper(paper), question, say!(lang, "拟稿", "Draft it"))
        }
        None => drafted(&mut call, &said).await,
    }
}

/// Drafts the one that these words ask for.
pub async fn drafted(call: &mut Call<'_>, said: &str) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (demand, named) = at_round(said);
    let round = call.round(named)?.clone();
    let handle = store::series::next_handle(&mut *call.read).await?;
    let (notice, untold) = composed(call, &round, demand, &[], handle).await?;
    let mut message = super::card(call, &notice).await?;
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

/// The circular of a round with the figures of today, and the numbers of items that are not named since their
/// units were not told. `cases`: named as long as they are open, whatever their flag.
pub async fn composed(
    call: &mut Call<'_>,
    round: &RoundRef,
    demand: &str,
    cases: &[Uuid],
    handle: i32,
) -> Result<(Notice, Vec<i32>), Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let totals = gather::totals(call, round.id).await?;
    let figures = Figures { units: store::circulars::by_unit(&mut *call.read, round.id).await? };
    let (named, mut untold) = store::circulars::problems(&mut *call.read, round.id).await?;
    let ids: Vec<Uuid> = named.into_iter().chain(cases.iter().copied()).collect();
    let mut items = store::items::these(&mut *call.read, &ids).await?;
    items.retain(|item| {
        let is_case = cases.contains(&item.id) && !item.state.status.is_completed();
        is_case || item.standing(today, call.basis).primary.is_some()
    });
    items.sort_by_key(|item| item.number);
    untold.retain(|number| !items.iter().any(|item| item.number == *number));
    let units: Vec<_> = figures.units.iter().map(|row| row.unit.clone()).collect();
    if units.is_empty() {
        return Err(told(say!(lang, "这一轮没有事项，没有拟稿。", "This round has no items.")));
    }
    let paper = Paper { form: Form::Circular, items: Vec::new(), units, demand: demand.to_owned() };
    let mut notice = draft::composed(call, paper, &items, handle, None)?;
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
    Ok((notice.marked(), untold))
}

/// This draft with the figures of today and these cases named besides what it names; checked anew.
pub async fn renewed(call: &mut Call<'_>, of: &Notice, case: Option<Uuid>) -> Result<Notice, Failure> {
    let lang = call.lang();
    let standing = of
        .amended(of.standing.demand.clone(), of.standing.answer_by)
        .map_err(|why| super::steps::no_step(of, why, lang))?;
    let round = call.door.rounds.iter().find(|round| round.id == of.round);
    let round = round.ok_or_else(|| told(say!(lang, "这一轮已经结束。", "The round is over.")))?.clone();
    let cases: Vec<Uuid> = of.lines.iter().map(|line| line.item).chain(case).collect();
    let (fresh, _) = composed(call, &round, &of.standing.demand, &cases, of.handle).await?;
    // It may name somebody for the first time.
    let standing = Standing { answer_by: standing.answer_by.or(fresh.standing.answer_by), ..standing };
    Ok(Notice {
        basis: fresh.basis,
        lines: fresh.lines,
        figures: fresh.figures,
        as_of: fresh.as_of,
        basis_version: fresh.basis_version,
        standing,
        ..of.clone()
    }
    .marked())
}
