//! 进度图: how one item went, report by report, against its milestones and its deadline.

use anyhow::Context;
use chrono::{Datelike, Months, NaiveDate};
use sqlx::PgConnection;

use super::draw::{At, BLUE, Canvas, GREY, INK, LINE, MARGIN, RED, SMALL, WIDTH, fit};
use super::{About, Both, Call, Export, Needs, PNG, Paper, Who, Written, finish};
use crate::domain::flag::planned_percent;
use crate::domain::item::Item;
use crate::store::{acceptance, as_of_rows, items};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "course-picture",
        words: &["进度图", "course"],
        title: Both { zh: "进度图", en: "picture of an item" },
        about: Both { zh: "一项历次进度和阶段目标", en: "one item: its reports and milestones" },
        usage: Both { zh: "图 16", en: "picture 16" },
        formats: PNG,
        who: Who::Bound,
        of: About::Item,
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(write(call)),
};

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let id = call.subject.context("a picture of an item without the item")?;
    let item = items::by_id(&mut *call.db, id).await?.context("the item is not there")?;
    let (png, reports) = drawn(call.db, item, call.as_of).await?;
    finish(call, &png, reports)
}

/// How this item went until the end of a day, by the deadline and milestones of that day; and how many times it
/// moved.
pub async fn drawn(db: &mut PgConnection, item: Item, as_of: NaiveDate) -> anyhow::Result<(Vec<u8>, usize)> {
    let course = as_of_rows::course(db, item.id, as_of).await?;
    let milestones = acceptance::milestones(db, item.id, as_of).await?;
    let deadline = acceptance::course(db, item.id, as_of).await?.days.deadline;
    let png = picture(&Item { milestones, deadline, ..item }, &course, as_of)?;
    Ok((png, course.len()))
}

/// The plot's frame.
const LEFT: f32 = MARGIN + 36.0;
const RIGHT: f32 = WIDTH - MARGIN - 10.0;
const TOP: f32 = 112.0;
const BOTTOM: f32 = 300.0;

fn picture(item: &Item, course: &[(NaiveDate, i16)], as_of: NaiveDate) -> anyhow::Result<Vec<u8>> {
    let (number, percent, deadline) = (item.number, course.last().map_or(0, |last| last.1), item.deadline);
    let mut canvas = Canvas::new();
    let mut y = canvas.title(
        &format!("第{number}项 {}", item.title),
        &format!("{} · 时限 {deadline} · 截至 {as_of}", item.lead.name),
    );
    let planned = planned_percent(&item.milestones, as_of);
    let told = planned.map_or_else(String::new, |due| format!("，按阶段目标应达 {due}%"));
    canvas.text(MARGIN, y + 12.0, 15.0, At::Left, INK, &format!("已报 {percent}%{told}"));
    y += 24.0;
    canvas.line(&[(MARGIN, y + 5.0), (MARGIN + 22.0, y + 5.0)], 2.5, BLUE, false);
    canvas.text(MARGIN + 27.0, y + 10.0, SMALL, At::Left, INK, "已报进度");
    canvas.line(&[(MARGIN + 92.0, y + 5.0), (MARGIN + 114.0, y + 5.0)], 2.0, GREY, true);
    canvas.text(MARGIN + 119.0, y + 10.0, SMALL, At::Left, INK, "阶段目标");
    canvas.line(&[(MARGIN + 190.0, y - 1.0), (MARGIN + 190.0, y + 12.0)], 2.0, RED, true);
    canvas.text(MARGIN + 197.0, y + 10.0, SMALL, At::Left, INK, "整改时限");

    let begins = course.first().map_or(item.opened_on, |first| first.0.min(item.opened_on));
    let ends = as_of.max(deadline).max(item.milestones.iter().map(|m| m.due_on).max().unwrap_or(deadline));
    let days = (ends - begins).num_days().max(1) as f32;
    let x = |on: NaiveDate| LEFT + (RIGHT - LEFT) * (on - begins).num_days() as f32 / days;
    let at = |percent: i16| BOTTOM - (BOTTOM - TOP) * f32::from(percent.clamp(0, 100)) / 100.0;
    for percent in [0, 25, 50, 75, 100] {
        canvas.line(&[(LEFT, at(percent)), (RIGHT, at(percent))], 1.0, LINE, false);
        canvas.text(LEFT - 5.0, at(percent) + 4.0, SMALL, At::Right, GREY, &format!("{percent}%"));
    }
    for (on, label) in ticks(begins, ends) {
        canvas.line(&[(x(on), BOTTOM), (x(on), BOTTOM + 4.0)], 1.0, GREY, false);
        canvas.text(x(on), BOTTOM + 18.0, SMALL, At::Middle, GREY, &label);
    }
    let plan: Vec<(f32, f32)> = [(begins, 0)]
        .into_iter()
        .chain(item.milestones.iter().map(|m| (m.due_on, m.percent)))
        .map(|(on, p)| (x(on), at(p)))
        .collect();
    if plan.len() > 1 {
        canvas.line(&plan, 2.0, GREY, true);
        plan[1..].iter().for_each(|(x, y)| canvas.dot(*x, *y, 4.0, GREY));
    }
    canvas.line(&[(x(deadline), TOP - 4.0), (x(deadline), BOTTOM)], 2.0, RED, true);
    let reported: Vec<(f32, f32)> = course.iter().map(|(on, percent)| (x(*on), at(*percent))).collect();
    let mut went = line(&reported);
    // What was said last holds until the day that is shown.
    went.extend(went.last().map(|(_, y)| (x(as_of), *y)));
    canvas.line(&went, 2.5, BLUE, false);
    reported.iter().for_each(|(x, y)| canvas.dot(*x, *y, 4.0, BLUE));
    let note = fit("进度为单位自报；末点以后按最后一次填报。", SMALL, WIDTH - 2.0 * MARGIN);
    canvas.text(MARGIN, BOTTOM + 40.0, SMALL, At::Left, GREY, &note);
    canvas.png(BOTTOM + 54.0)
}

/// The line through these points, whose heights count from above. Work is done bit by bit; what comes back or was
/// said wrongly falls on one day.
fn line(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let mut line: Vec<(f32, f32)> = Vec::new();
    for (x, y) in points {
        let falls_from = line.last().map(|(_, before)| *before).filter(|before| y > before);
        line.extend(falls_from.map(|before| (*x, before)));
        line.push((*x, *y));
    }
    line
}

/// At most six first days of months, with the year where it begins anew.
fn ticks(begins: NaiveDate, ends: NaiveDate) -> Vec<(NaiveDate, String)> {
    let first = begins.with_day(1).and_then(|on| on.checked_add_months(Months::new(1)));
    let months: Vec<NaiveDate> = first
        .into_iter()
        .flat_map(|first| (0..).map_while(move |n| first.checked_add_months(Months::new(n))))
        .take_while(|on| *on <= ends)
        .collect();
    let step = months.len().div_ceil(6).max(1);
    let mut year = None;
    months
        .into_iter()
        .step_by(step)
        .map(|on| {
            let is_new = year.replace(on.year()) != Some(on.year());
            let label = if is_new { on.format("%y年%-m月") } else { on.format("%-m月") };
            (on, label.to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_rises_slowly_and_falls_on_one_day() {
        // From 0 % to 100 %, and back to 0 % at 30.
        assert_eq!(
            line(&[(0.0, 300.0), (10.0, 100.0), (30.0, 300.0), (40.0, 200.0)]),
            [(0.0, 300.0), (10.0, 100.0), (30.0, 100.0), (30.0, 300.0), (40.0, 200.0)]
        );
    }
}
