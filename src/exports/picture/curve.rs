//! 曲线图: month by month, how many items were due, completed and signed off. Totals only, so everybody may
//! see it.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::draw::{At, BLUE, Canvas, GREEN, GREY, INK, LINE, MARGIN, SMALL, WIDTH, width};
use super::{About, Both, Call, Export, Needs, PNG, Paper, Picture, Unmade, Who, Written, finish, note};
use crate::store::as_of_rows::{CountThen, begins_on, counts};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "curve-picture",
        words: &["曲线图", "curve"],
        title: Both { zh: "曲线图", en: "picture of months" },
        about: Both {
            zh: "逐月应完成、完成、销号的项数", en: "due, done and signed off, month by month"
        },
        usage: Both { zh: "图 曲线", en: "picture curve" },
        formats: PNG,
        who: Who::Bound,
        of: About::Day,
        needs: Needs::Items,
    },
    write: |call| Box::pin(write(call)),
};

/// Two years and a bit.
const MONTHS: usize = 26;

async fn write(mut call: Call<'_>) -> anyhow::Result<Written> {
    let as_of = call.as_of;
    let Some(counts) = months(&mut call).await? else {
        return Err(Unmade::lacking(Needs::Items, as_of).into());
    };
    let note = note(&mut call).await?;
    let png = picture(&note, &counts)?;
    finish(call, &png, counts.len())
}

/// The same for a document; nothing where there are no items yet.
pub async fn drawn(call: &mut Call<'_>) -> anyhow::Result<Option<Picture>> {
    let Some(counts) = months(call).await? else { return Ok(None) };
    let png = picture(&note(call).await?, &counts)?;
    let told = counts.last().map_or_else(String::new, |last| {
        format!("共{}项，完成{}项，其中已销号{}项", last.total, last.done, last.signed_off)
    });
    Ok(Some(Picture { png, alt: format!("逐月进展，截至{}：{told}", call.as_of) }))
}

/// Month by month; `None` where the round begins later.
async fn months(call: &mut Call<'_>) -> anyhow::Result<Option<Vec<CountThen>>> {
    let as_of = call.as_of;
    let first = begins_on(call.db, call.round).await?.filter(|first| *first <= as_of);
    let Some(first) = first else { return Ok(None) };
    counts(call.db, call.round, &month_ends(first, as_of), call.now.utc).await.map(Some)
}

/// The last days of the months from the first until the day itself, the newest of them.
fn month_ends(first: NaiveDate, until: NaiveDate) -> Vec<NaiveDate> {
    let begins = first.with_day(1).unwrap_or(first);
    let ends = (1..).map_while(|n| begins.checked_add_months(Months::new(n))?.checked_sub_days(Days::new(1)));
    let mut days: Vec<NaiveDate> = ends.take_while(|on| *on < until).collect();
    days.push(until);
    days.split_off(days.len().saturating_sub(MONTHS))
}

const LEFT: f32 = MARGIN + 26.0;
const RIGHT: f32 = WIDTH - MARGIN - 30.0;
const TOP: f32 = 104.0;
const BOTTOM: f32 = 330.0;

type Line = (&'static str, &'static str, bool, fn(&CountThen) -> i64);

const LINES: [Line; 3] = [
    ("应完成（时限已到）", GREY, true, |count| count.due),
    ("完成", GREEN, false, |count| count.done),
    ("其中已销号", BLUE, false, |count| count.signed_off),
];

fn picture(note: &str, counts: &[CountThen]) -> anyhow::Result<Vec<u8>> {
    let mut canvas = Canvas::new();
    let last = counts.last();
    let (total, done) = last.map_or((0, 0), |count| (count.total, count.done));
    let y = canvas.title(&format!("逐月进展：共 {total} 项，完成 {done} 项"), note);
    let mut legend = MARGIN;
    for (word, color, dashed, _) in LINES {
        canvas.line(&[(legend, y + 5.0), (legend + 20.0, y + 5.0)], 2.5, color, dashed);
        canvas.text(legend + 25.0, y + 10.0, SMALL, At::Left, INK, word);
        legend += 25.0 + width(word, SMALL) + 14.0;
    }
    let most = counts.iter().flat_map(|count| [count.total, count.due]).max().unwrap_or(1).max(1);
    let step = nice(most);
    let top = step * ((most + step - 1) / step);
    let at = |value: i64| BOTTOM - (BOTTOM - TOP) * value as f32 / top as f32;
    for value in (0..=top).step_by(step as usize) {
        canvas.line(&[(LEFT, at(value)), (RIGHT, at(value))], 1.0, LINE, false);
        canvas.text(LEFT - 5.0, at(value) + 4.0, SMALL, At::Right, GREY, &value.to_string());
    }
    let gap = (RIGHT - LEFT) / (counts.len().max(2) - 1) as f32;
    let x = |at: usize| LEFT + gap * at as f32;
    let every = counts.len().div_ceil(6).max(1);
    let mut year = None;
    for (place, count) in counts.iter().enumerate().rev().step_by(every).collect::<Vec<_>>().into_iter().rev()
    {
        let is_new = year.replace(count.day.year()) != Some(count.day.year());
        let label = if is_new { count.day.format("%y年%-m月") } else { count.day.format("%-m月") };
        canvas.text(x(place), BOTTOM + 18.0, SMALL, At::Middle, GREY, &label.to_string());
    }
    let mut taken: Vec<f32> = Vec::new();
    for (_, color, dashed, value) in LINES {
        let points: Vec<(f32, f32)> =
            counts.iter().enumerate().map(|(place, count)| (x(place), at(value(count)))).collect();
        canvas.line(&points, 2.5, color, dashed);
        if let (Some((x, y)), Some(last)) = (points.last(), last) {
            canvas.dot(*x, *y, 4.0, color);
            // Figures that would lie on one another step aside.
            let mut label = y + 5.0;
            while taken.iter().any(|other| (other - label).abs() < 14.0) {
                label += 14.0;
            }
            taken.push(label);
            canvas.text(x + 8.0, label, 14.0, At::Left, color, &value(last).to_string());
        }
    }
    canvas.text(
        MARGIN,
        BOTTOM + 40.0,
        SMALL,
        At::Left,
        GREY,
        "每月末各一点，最后一点为截至日；完成含已销号。",
    );
    canvas.png(BOTTOM + 54.0)
}

/// A round step that cuts the height into six at most.
fn nice(most: i64) -> i64 {
    let mut scale = 1;
    loop {
        if let Some(step) = [1, 2, 5].map(|part| scale * part).into_iter().find(|step| step * 6 >= most) {
            return step;
        }
        scale *= 10;
    }
}
