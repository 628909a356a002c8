//! 清单: the items that are overdue, due soon, lagging, not reported …, of a unit, kind, month, category or
//! region; only those the speaker may see.

use uuid::Uuid;

use super::{Call, Command, Failure, extension, told, wording};
use crate::domain::decision::Decision;
use crate::domain::listing::{Rare, Stage};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Text};
use crate::{say, store};

mod asked;
pub(super) mod gather;
pub(super) mod names;
pub(super) mod page;
mod rounds;

pub(super) use asked::{Asked, is_ours, page_number};
use gather::Whose;
use page::Lamps;

pub const COMMAND: Command = Command {
    words: &["清单", "list", "哪些"],
    glued: false,
    usage: Both { zh: "清单 逾期", en: "list overdue" },
    about: Both {
        zh: "按条件列事项：逾期 临期 滞后 未报 待报 待验收 退回 公示 反弹 延期 完成，单位、月份、类别、区域、类型",
        en: "items by overdue, due_soon, lagging, missing, to_report, awaiting, returned, publicity, relapsed, extended, done, unit, month, category, region, kind",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

const NONE: Both = Both { zh: "没有", en: "none" };
const NOT_FOUND: Both = Both { zh: "还没找到", en: "none found yet" };

fn verb(lang: Lang) -> &'static str {
    super::spelling(&COMMAND, lang)
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let today = call.now.today();
    let asked = asked::parse(&mut call.words, today).map_err(|slip| call.slip(&slip))?;
    answer(call, asked).await
}

/// 哪些逾期, 我们还有哪些没报, …: the list that is asked for.
pub(super) async fn answer(mut call: Call<'_>, mut asked: Asked) -> Result<Decision, Failure> {
    let lang = call.lang();
    let unit = names::look_up(&mut call, &mut asked).await?;
    if asked.is_open_month {
        let line = asked.line(lang, 1);
        let (missing, reported) =
            if lang == Lang::Zh { ("未报", "已报") } else { ("missing", "reported") };
        let title = asked.title(lang);
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "{title}：要看已报的还是未报的？",
                "{title}: those that were reported, or those that were not?"
            ))
            .row([
                Button::new(missing, format!("{line} {missing}")),
                Button::new(reported, format!("{line} {reported}")),
            ]),
        ));
    }
    if call.door.rounds.is_empty() {
        return Err(told(say!(
            lang,
            "现在没有在办的督察轮次，请联系整改办。",
            "No round is open: contact the office."
        )));
    }
    if gather::is_reserved(&call) {
        let whose = gather::allowed(&call, unit, asked.ours)?;
        return reserved(call, &whose).await;
    }
    let whose = gather::whose(&mut call, unit, asked.ours).await?;
    let found = gather::find(&mut call, &asked, &whose).await?;
    let (title, as_of, count) = (asked.title(lang), call.now.spoken(), page::count(&found, lang));
    let owner = owner(&call, &whose)?;
    let is_named = asked.said.iter().any(|word| *word.pick(lang) == owner);
    let head = Text::default().strong(if is_named { title } else { format!("{owner} · {title}") });
    let head = if found.rows == 0 {
        let none = if found.is_cut { NOT_FOUND } else { NONE }.pick(lang);
        head.then(say!(lang, "：{none}（截至 {as_of}）", ": {none} (as of {as_of})"))
    } else {
        head.then(say!(lang, "：{count}（截至 {as_of}）", ": {count} (as of {as_of})"))
    };
    let lamps = match (asked.narrow.stage, asked.narrow.lamps.len()) {
        (Stage::Open, 1) => Lamps::Head,
        (Stage::Open, _) => Lamps::Headings,
        (Stage::Done | Stage::All, _) => Lamps::Rows,
    };
    let asked_for = match asked.narrow.rare {
        Some(Rare::Extended) => {
            let ids: Vec<Uuid> = found.page.iter().map(|item| item.id).collect();
            store::waiting::extensions_of(&mut *call.read, &ids).await?
        }
        _ => Vec::new(),
    };
    let sheet = page::Sheet {
        unit: whose.unit(),
        lamps,
        number: asked.page,
        line: &|page| asked.line(lang, page),
        below: &|item| {
            let one = asked_for.iter().find(|one| one.item == item.id)?;
            Some(extension::below(one, lang))
        },
    };
    Ok(call.answer(page::rows(&call, head.then(gather::only_here(&call, &whose)), &found, &sheet)))
}

/// Number and percent of what is open. No condition counts there: that an item is on a list of overdue ones
/// tells how it stands.
async fn reserved(mut call: Call<'_>, whose: &Whose) -> Result<Decision, Failure> {
    let lang = call.lang();
    let items = gather::own(&mut call, whose, Stage::Open).await?;
    if items.is_empty() {
        return Err(told(wording::ask_in_private(lang)));
    }
    let (owner, count) = (owner(&call, whose)?, items.len());
    let head = Text::default().strong(say!(
        lang,
        "{owner} 在办 {count} 项（这里不按条件筛选）",
        "{owner}: {count} open items (not narrowed here)"
    ));
    Ok(call.answer(page::numbers_alone(head, items, lang)))
}

/// Whose items a list shows, as its head says.
pub(super) fn owner(call: &Call<'_>, whose: &Whose) -> Result<String, Failure> {
    let lang = call.lang();
    Ok(match whose {
        Whose::Everybody => say!(lang, "全部单位", "all units"),
        Whose::Unit(unit) => unit.name.clone(),
        Whose::Held(_) => {
            let post = &call.speaker()?.post_title;
            say!(lang, "{post}包抓", "held by {post}")
        }
    })
}
