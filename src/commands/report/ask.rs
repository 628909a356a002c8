//! How a question is worded: what is asked, about which item, with buttons for the likely answers. Every
//! answer can also be typed, and every question be cancelled.

use uuid::Uuid;

use crate::commands::{Call, Failure, answer, line, show, wording};
use crate::domain::basis::Threshold;
use crate::domain::dialogue::{Ask, Step};
use crate::domain::verdict::LIMITS;
use crate::domain::{Item, Lang, Message, Text};
use crate::{say, store};

/// Items offered when it is not clear which one is meant.
const OFFERED: usize = 8;
/// How much of last month's text is shown.
const LAST: usize = 120;

/// The open items that a unit leads, by number.
pub(super) async fn led_by(call: &mut Call<'_>, unit: Uuid) -> Result<Vec<Item>, Failure> {
    let rounds = call.rounds();
    let items = store::items::open_of_unit(&mut *call.read, &rounds, unit).await?;
    Ok(items.into_iter().filter(|item| item.lead.id == unit).collect())
}

/// 进度 with these words, in the speaker's language.
pub(super) fn report_line(words: &str, lang: Lang) -> String {
    line(&super::COMMAND, words, lang)
}

/// 查 with these words.
pub(super) fn show_line(words: &str, lang: Lang) -> String {
    line(&show::COMMAND, words, lang)
}

/// The question, as it is said; `last` is what the unit said last about the item.
pub(in crate::commands) async fn question(
    call: &mut Call<'_>,
    step: &Step,
    item: Option<&Item>,
    last: Option<&str>,
) -> Result<Message, Failure> {
    let lang = call.lang();
    let shows = item.is_some_and(|item| call.shows(item));
    let about = item.map(|item| head(item, shows, lang)).unwrap_or_default();
    let choice = |label: String, value: &str| answer::choice(step, label, value, lang);
    let cancel = || answer::cancel(lang);
    let plain = |text: String| Message::from(about.clone().then(text));
    Ok(match &step.ask {
        Ask::Item => {
            let speaker = call.speaker()?;
            let unit = step.drafts.first().and_then(|d| d.unit.as_ref()).unwrap_or(&speaker.unit).id;
            let items = led_by(call, unit).await?;
            let mut message = plain(say!(lang, "是哪一项？", "Which item?"));
            for item in items.iter().take(OFFERED) {
                let number = item.number;
                let label = match call.shows(item) {
                    true => format!("{number} {}", wording::head(&item.title, 16)),
                    false => number.to_string(),
                };
                message = message.row([choice(label, &number.to_string())]);
            }
            message.row([cancel()])
        }
        Ask::Percent { about: Some(about) } => plain(say!(
            lang,
            "进度到底是百分之几？请点一个，或直接回数字。",
            "Which percent exactly? Press one, or send the number."
        ))
        .row(
            [about - 5, *about, about + 5]
                .into_iter()
                .filter(|p| (0..=100).contains(p))
                .map(|percent| choice(format!("{percent}%"), &percent.to_string())),
        )
        .row([cancel()]),
        Ask::Percent { about: None } if step.drafts.first().is_some_and(|draft| draft.correction) => {
            let now = item.map_or(0, |item| i64::from(item.state.percent));
            let near = [now - 10, now - 5, now + 5].into_iter().filter(|p| (0..=100).contains(p));
            plain(say!(
                lang,
                "现在 {now}%。应该是百分之几？回数字就行，说明写错了可以一起改：88 设备已到货",
                "Now {now}%. What should it be? Send the number, with a new text if you like: 88 delivered"
            ))
            .row(near.map(|percent| choice(format!("{percent}%"), &percent.to_string())))
            .row([cancel()])
        }
        Ask::Percent { about: None } => {
            let now = item.map_or(0, |item| i64::from(item.state.percent));
            let steps = [now + 5, now + 10, now + 20].into_iter().filter(|p| *p < 100);
            plain(say!(
                lang,
                "现在 {now}%。进度到百分之几？回数字就行，可以连说明一起发：90 设备已到货",
                "Now {now}%. Which percent? Send the number, with the text if you like: 90 delivered"
            ))
            .row(
                std::iter::once(choice(
                    say!(lang, "{now}% 无变化", "{now}% no change"),
                    say!(lang, "无变化", "no change").as_str(),
                ))
                .chain(steps.map(|percent| choice(format!("{percent}%"), &percent.to_string()))),
            )
            .row([cancel()])
        }
        Ask::Text => {
            let mut text = about.clone().then(say!(
                lang,
                "做了什么？一句话就行。",
                "What was done? One sentence is enough."
            ));
            let before = last.map(|last| wording::head(last, LAST)).filter(|text| !text.is_empty());
            if let Some(before) = before.filter(|_| shows) {
                text = text.then(say!(lang, "\n上次报的：", "\nLast time: ")).code(before);
            }
            let same = last
                .map(|_| choice(say!(lang, "同上次", "Same as last"), say!(lang, "同上月", "same").as_str()));
            Message::from(text).row(same.into_iter().chain([cancel()]))
        }
        Ask::Reason => plain(say!(
            lang,
            "这是连续第二次“无变化”。是什么原因？一句话就行，需要协调也请写上。",
            "This is the second “no change” in a row. Why? One sentence is enough; say whether you need help."
        ))
        .row([
            choice(
                say!(lang, "资金手续未到位", "Money or permits"),
                say!(lang, "资金或手续未到位", "money or permits missing").as_str(),
            ),
            choice(
                say!(lang, "涉及多方", "Several parties"),
                say!(lang, "涉及多家单位，正在协调", "several parties involved").as_str(),
            ),
        ])
        .row([
            choice(
                say!(lang, "按计划本月无任务", "Nothing planned"),
                say!(lang, "按计划本月无任务", "nothing planned this month").as_str(),
            ),
            cancel(),
        ]),
        Ask::Odd(odds) => {
            let words: Vec<&str> = odds.iter().map(|odd| odd.word().pick(lang)).collect();
            let what = words.join(say!(lang, "、", ", ").as_str());
            let (now, to) = (
                item.map_or(0, |item| i64::from(item.state.percent)),
                step.drafts.first().and_then(|draft| draft.percent),
            );
            let from_to = to.map_or(String::new(), |to| format!("{now}% → {to}%"));
            plain(say!(
                lang,
                "{from_to} 请核对一下（{what}），还没有登记。没错就点“没错，登记”；要改请回正确的数字或说明。",
                "{from_to} Please check ({what}); nothing is recorded yet. Press “Right, record it”, or send the right figure or text."
            ))
            .row([choice(say!(lang, "没错，登记", "Right, record it"), say!(lang, "没错", "yes").as_str()), cancel()])
        }
        Ask::Day => {
            let number = item.map_or(0, |item| item.number);
            plain(say!(
                lang,
                "你说的“{number}号”是第 {number} 项，还是日期？",
                "Is “{number}” item {number}, or a day?"
            ))
            .row([
                choice(say!(lang, "是第 {number} 项", "Item {number}"), say!(lang, "是", "yes").as_str()),
                choice(
                    say!(lang, "是日期，不登记", "A day: record nothing"),
                    say!(lang, "不是", "no").as_str(),
                ),
            ])
        }
        Ask::Done => plain(say!(
            lang,
            "“完成”是指工作做完（报 100%），还是申请验收销号？申请销号要先报到 100%。",
            "Is the work done (100%), or is sign-off meant? To apply for it report 100% first."
        ))
        .row([choice(say!(lang, "工作做完，报 100%", "Done: report 100%"), "100"), cancel()]),
        Ask::All => {
            let words: Vec<_> = step.drafts.iter().filter_map(|draft| draft.item.as_ref()).collect();
            let items = show::items(call, &words).await?;
            let items: Vec<&Item> =
                words.iter().filter_map(|word| show::pick(call, &items, word).ok()).collect();
            let (count, same) = (items.len(), step.drafts.first().is_some_and(|draft| draft.same));
            let mut text = about.clone().then(match same {
                true => say!(
                    lang,
                    "这 {count} 项都照上次报吗？还没有登记。",
                    "Report these {count} items as last time? Nothing is recorded yet."
                ),
                false => say!(
                    lang,
                    "这 {count} 项都报无变化吗？还没有登记。",
                    "Report no change for these {count} items? Nothing is recorded yet."
                ),
            });
            for item in &items {
                let (number, percent) = (item.number, item.state.percent);
                let title = if call.shows(item) { wording::head(&item.title, 24) } else { String::new() };
                text = text.then(say!(
                    lang,
                    "\n【{number}】{title} 仍为 {percent}%",
                    "\n[{number}] {title} still {percent}%"
                ));
            }
            let yes = say!(lang, "{count} 项都登记", "Record all {count}");
            Message::from(text).row([choice(yes, say!(lang, "是", "yes").as_str()), cancel()])
        }
        // Put in files of their own, with what they are about.
        Ask::Apply(_) => plain(say!(lang, "申请销号", "The application")),
        Ask::AppealReason { .. } | Ask::Line { .. } => plain(say!(lang, "理由是什么？", "Why?")),
        Ask::Promise { .. } => plain(say!(lang, "哪天前能完成？", "Until when will it be done?")),
        Ask::DismissReason { .. } => plain(say!(
            lang,
            "不处理的原因是什么？一句话，记在案上，不告诉单位。",
            "Why is nothing done? One sentence; it is kept on record, the unit does not hear it."
        ))
        .row([cancel()]),
        Ask::Paper(_) | Ask::Task { .. } | Ask::Sure { .. } => plain(say!(lang, "还要办吗？", "Go on?")),
        Ask::ReturnReason { due_on, .. } => {
            let usual = item.map_or(0, |item| call.basis.of(item.round).count(Threshold::Rework));
            let limit = match due_on {
                Some(day) => say!(lang, "{day} 前重报", "a new report by {day}"),
                None => say!(lang, "{usual} 个工作日内重报", "a new report within {usual} working days"),
            };
            plain(say!(
                lang,
                "退回的原因是什么？一句话，会原样告诉填报单位。\n期限：{limit}。要改先点下面，或写在原因前面：9月20日 原因",
                "Why is it sent back? One sentence; the unit reads it as it stands.\nLimit: {limit}. To change it press below first, or write it before the reason: 2018-09-20 REASON"
            ))
            .row(LIMITS.map(|days| {
                choice(
                    say!(lang, "{days} 个工作日", "{days} working days"),
                    &say!(lang, "{days}个工作日", "{days} working days"),
                )
            }))
            .row([cancel()])
        }
    })
}

/// `第 16 项「…」\n`
fn head(item: &Item, shows: bool, lang: Lang) -> Text {
    let (number, title) = (item.number, &item.title);
    Text::default().strong(match shows {
        true => say!(lang, "第 {number} 项「{title}」\n", "Item {number} “{title}”\n"),
        false => say!(lang, "第 {number} 项\n", "Item {number}\n"),
    })
}
