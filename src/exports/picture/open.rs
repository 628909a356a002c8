//! 在办图: every item that goes on, its percent beside what its milestones want by then, the most pressing first.

use chrono::NaiveDate;

use super::draw::{At, Canvas, GREY, INK, LINE, MARGIN, SMALL, WIDTH, fit, width};
use super::{About, Both, Call, Export, Needs, OVERSEERS, PNG, Paper, Unmade, Written, finish, note};
use crate::domain::basis::Thresholds;
use crate::domain::flag::{Flag, planned_percent};
use crate::domain::tally::Lamp;
use crate::store::as_of_rows::{ItemThen, each_item_then};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "open-picture",
        words: &["在办图", "open"],
        title: Both { zh: "在办图", en: "picture of open items" },
        about: Both {
            zh: "在办事项的进度和阶段目标", en: "open items: percent beside milestones"
        },
        usage: Both { zh: "图 在办", en: "picture open" },
        formats: PNG,
        who: OVERSEERS,
        of: About::Day,
        needs: Needs::Open,
    },
    write: |call| Box::pin(write(call)),
};

/// So many are drawn.
const SHOWN: usize = 30;
/// So many are looked through for them.
const READ: usize = 5_000;

async fn write(mut call: Call<'_>) -> anyhow::Result<Written> {
    let note = note(&mut call).await?;
    let (round, as_of) = (call.round, call.as_of);
    let (mut open, mut count) = (Vec::new(), 0);
    each_item_then(call.db, round, as_of, call.now.utc, call.basis, &mut |item| {
        if !item.status.is_completed() {
            count += 1;
            open.push(item);
            if open.len() > READ {
                pressing_first(&mut open);
                open.truncate(SHOWN);
            }
        }
        Ok(())
    })
    .await?;
    pressing_first(&mut open);
    open.truncate(SHOWN);
    if open.is_empty() {
        return Err(Unmade::lacking(Needs::Open, as_of).into());
    }
    let png = picture(&note, &open, count, as_of, call.basis.of(round))?;
    finish(call, &png, open.len())
}

fn pressing_first(items: &mut [ItemThen]) {
    items.sort_by_key(|item| (Lamp::of(item.standing.primary), item.deadline, item.number));
}

fn picture(
    note: &str,
    items: &[ItemThen],
    count: usize,
    as_of: NaiveDate,
    colours: &Thresholds,
) -> anyhow::Result<Vec<u8>> {
    let mut canvas = Canvas::new();
    let shown = items.len();
    let title = match count > shown {
        true => format!("在办 {count} 项，最急的 {shown} 项"),
        false => format!("在办 {count} 项：进度与阶段目标"),
    };
    let mut y = canvas.title(&title, note);
    canvas.bar(MARGIN, y, 22.0, 10.0, colours.paint(Lamp::OnTrack).fill);
    canvas.text(MARGIN + 27.0, y + 10.0, SMALL, At::Left, INK, "已报进度");
    canvas.bar(MARGIN + 95.0, y - 2.0, 2.5, 14.0, INK);
    canvas.text(MARGIN + 103.0, y + 10.0, SMALL, At::Left, INK, "按阶段目标应达");
    y += 24.0;
    let (from, to) = (MARGIN, WIDTH - MARGIN - 44.0);
    for item in items {
        let lamp = Lamp::of(item.standing.primary);
        let paint = colours.paint(lamp);
        let word = match (as_of - item.deadline).num_days() {
            late @ 1.. if item.standing.others.contains(&Flag::AwaitingAcceptance) => {
                format!("{}{late}天", Flag::AwaitingAcceptance.word().zh)
            }
            late @ 1.. => format!("逾期{late}天"),
            _ => lamp.word().zh.to_owned(),
        };
        let room = WIDTH - 2.0 * MARGIN - width(&word, 13.0) - 10.0;
        let label = format!("{} {}", item.number, item.title);
        canvas.text(MARGIN, y + 13.0, 14.0, At::Left, INK, &fit(&label, 14.0, room));
        canvas.text(WIDTH - MARGIN, y + 13.0, 13.0, At::Right, paint.ink, &word);
        y += 20.0;
        let at = |percent: i16| from + (to - from) * f32::from(percent.clamp(0, 100)) / 100.0;
        canvas.bar(from, y, to - from, 12.0, LINE);
        canvas.bar(from, y, at(item.percent) - from, 12.0, paint.fill);
        if let Some(due) = planned_percent(&item.milestones, as_of) {
            canvas.bar(at(due) - 1.25, y - 2.0, 2.5, 16.0, INK);
        }
        canvas.text(WIDTH - MARGIN, y + 11.0, 14.0, At::Right, INK, &format!("{}%", item.percent));
        y += 24.0;
    }
    canvas.text(MARGIN, y + 10.0, SMALL, At::Left, GREY, "进度为单位自报。");
    canvas.png(y + 24.0)
}
