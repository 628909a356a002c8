//! 单位图, 类别图: how the items of each unit or category stand, one bar a group, one colour a standing.

use super::draw::{At, Canvas, GREEN, GREY, INK, MARGIN, SMALL, WIDTH, fit, width};
use super::{About, Both, Call, Export, Needs, OVERSEERS, PNG, Paper, Unmade, Who, Written, finish, note};
use crate::domain::basis::Thresholds;
use crate::domain::tally::{Groups, Lamp, Totals};
use crate::store::as_of_rows::{ItemThen, each_item_then};

pub const UNITS: Export = Export {
    paper: Paper {
        name: "unit-picture",
        words: &["单位图", "units"],
        title: Both { zh: "单位图", en: "picture of units" },
        about: Both { zh: "各牵头单位的事项怎样了", en: "how the items of each lead unit stand" },
        usage: Both { zh: "图 单位", en: "picture units" },
        formats: PNG,
        who: OVERSEERS,
        of: About::Day,
        needs: Needs::Items,
    },
    write: |call| Box::pin(write(call, "各单位整改情况", |item| &item.lead_unit)),
};

pub const CATEGORIES: Export = Export {
    paper: Paper {
        name: "category-picture",
        words: &["类别图", "categories"],
        title: Both { zh: "类别图", en: "picture of categories" },
        about: Both { zh: "各类别的事项怎样了", en: "how the items of each category stand" },
        usage: Both { zh: "图 类别", en: "picture categories" },
        formats: PNG,
        who: Who::Bound,
        of: About::Day,
        needs: Needs::Items,
    },
    write: |call| Box::pin(write(call, "各类别整改情况", ItemThen::category_or_none)),
};

/// So many bars are drawn; the groups with the fewest items share the last one.
const BARS: usize = 30;
/// What names take at the left.
const NAME_LEAST: f32 = 60.0;
const NAME_MOST: f32 = 112.0;

async fn write(mut call: Call<'_>, title: &str, name: fn(&ItemThen) -> &str) -> anyhow::Result<Written> {
    let note = note(&mut call).await?;
    let (round, as_of) = (call.round, call.as_of);
    let mut groups = Groups::default();
    each_item_then(call.db, round, as_of, call.now.utc, call.basis, &mut |item| {
        groups.of(name(&item)).add(item.status, item.standing.primary, 1);
        Ok(())
    })
    .await?;
    if groups.all().is_empty() {
        return Err(Unmade::lacking(Needs::Items, as_of).into());
    }
    let (png, bars) = picture(title, &note, &groups, call.basis.of(round))?;
    finish(call, &png, bars)
}

/// The picture, and the number of its bars.
pub fn picture(
    title: &str,
    note: &str,
    groups: &Groups,
    colours: &Thresholds,
) -> anyhow::Result<(Vec<u8>, usize)> {
    let mut groups = groups.all().to_vec();
    if groups.len() > BARS {
        // A large group is seen; the order of the ledger stays.
        let mut sizes: Vec<i64> = groups.iter().map(|(_, totals)| totals.total).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let least = sizes[BARS - 1];
        let (shown, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, t)| t.total > least);
        let mut other = Totals::default();
        rest.iter().for_each(|(_, totals)| other += *totals);
        groups = shown.into_iter().chain([(format!("其余{}个", rest.len()), other)]).collect();
    }
    let mut canvas = Canvas::new();
    let mut y = canvas.title(title, note);
    let words: Vec<(&str, &str)> = [("完成", GREEN)]
        .into_iter()
        .chain(Lamp::ALL.map(|lamp| (lamp.word().zh, colours.paint(lamp).fill)))
        .collect();
    y = canvas.legend(y, &words) + 4.0;
    let longest = groups.iter().map(|(name, _)| width(name, 13.0)).fold(0.0, f32::max);
    let room = longest.clamp(NAME_LEAST, NAME_MOST);
    let (from, to) = (MARGIN + room + 4.0, WIDTH - MARGIN - 64.0);
    let most = groups.iter().map(|(_, totals)| totals.total).max().unwrap_or(1);
    for (name, totals) in &groups {
        canvas.text(from - 6.0, y + 15.0, 13.0, At::Right, INK, &fit(name, 13.0, room));
        let step = (to - from) / most as f32;
        let parts = [(totals.done, GREEN)]
            .into_iter()
            .chain(Lamp::ALL.map(|lamp| (totals.under(lamp), colours.paint(lamp).fill)));
        let mut x = from;
        for (count, color) in parts.filter(|(count, _)| *count > 0) {
            let wide = step * count as f32;
            canvas.bar(x, y, wide - 1.0, 20.0, color);
            let figure = count.to_string();
            if wide > width(&figure, 13.0) + 2.0 {
                canvas.text(x + wide / 2.0, y + 15.0, 13.0, At::Middle, "#ffffff", &figure);
            }
            x += wide;
        }
        let Totals { total, done, .. } = totals;
        canvas.text(WIDTH - MARGIN, y + 15.0, SMALL, At::Right, GREY, &format!("完成{done}/{total}"));
        y += 27.0;
    }
    canvas.text(MARGIN, y + 12.0, SMALL, At::Left, GREY, "每项按最重的一种情况计一次；完成含已销号。");
    Ok((canvas.png(y + 26.0)?, groups.len()))
}
