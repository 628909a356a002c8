//! How the points of an application are asked about, and how its answers read.

use super::head;
use super::walk::is_not_needed;
use crate::commands::{answer, wording};
use crate::domain::acceptance::{Answer, Applying, Point, Standard};
use crate::domain::dialogue::Step;
use crate::domain::{Item, Lang, Message, Text};
use crate::say;

/// What an application is about.
#[derive(Clone, Copy)]
pub(super) struct Form<'f> {
    pub item: &'f Item,
    pub goal: &'f str,
    pub points: &'f [Point],
    /// What was answered before.
    pub before: &'f [(Point, Answer)],
}

/// The next point, or all of it to look over.
pub(super) fn question(form: Form<'_>, applying: &Applying, step: &Step, lead: &str, lang: Lang) -> Message {
    let Form { item, goal, points, before } = form;
    let (at, all) = (applying.answers.len(), points.len());
    let choice = |label: String, value: &str| answer::choice(step, label, value, lang);
    let back = || choice(say!(lang, "上一步", "Back"), &say!(lang, "上一步", "back"));
    let about = Text::plain(lead);
    let about = Text(about.0.into_iter().filter(|_| !lead.is_empty()).chain(head(item, lang).0).collect());
    let Some(point) = points.get(at) else {
        let mut text = about.then(say!(lang, "销号申请，请核对：", ": your application, to look over:"));
        for (point, given) in points.iter().zip(&applying.answers) {
            text.0.extend(line_of(point, given, lang).0);
        }
        if !applying.summary.is_empty() {
            let summary = &applying.summary;
            text = text.then(say!(lang, "\n说明：{summary}", "\nsaid: {summary}"));
        }
        if !applying.whole.is_empty() {
            let files = applying.whole.len();
            text = text.then(say!(lang, "\n其他材料 {files} 个文件", "\nother files: {files}"));
        }
        text = text.then(say!(
            lang,
            "\n提交即表示本单位已自查自验、情况属实。",
            "\nHanding it in says that your unit has checked it itself."
        ));
        return Message::from(text).row([
            choice(say!(lang, "提交申请", "Hand in"), &say!(lang, "提交", "submit")),
            back(),
            answer::cancel(lang),
        ]);
    };
    let nth = at + 1;
    let standard = point.standard.word().pick(lang);
    let mut text = about.then(say!(lang, "申请销号 {nth}/{all}\n", ": application {nth}/{all}\n"));
    if is_not_needed(&applying.doubt) {
        let measure = &point.measure;
        text = text.strong(standard).then(say!(
            lang,
            "：{nth}.{measure}\n这是整改方案里的措施，为什么不涉及？一句话，写进申请，验收单位会看到。",
            ": {measure}\nThis is a measure of the plan: why is it not needed? One sentence, which the acceptance unit reads."
        ));
        return Message::from(text).row([back(), answer::cancel(lang)]);
    }
    if !applying.doubt.is_empty() {
        let doubt = wording::head(&applying.doubt, 60);
        text = text.strong(standard).then(say!(
            lang,
            "：{doubt}\n这一条还没达到，先不申请？已达到的点“照这样写”，或重新回一句。",
            ": {doubt}\nThis sounds as if it were not reached yet. Not apply now? If it is reached press “As I said”, or say it anew."
        ));
        return Message::from(text)
            .row([
                choice(say!(lang, "先不申请", "Not now"), &say!(lang, "先不申请", "not now")),
                choice(say!(lang, "照这样写", "As I said"), &say!(lang, "照这样写", "as said")),
            ])
            .row([back(), answer::cancel(lang)]);
    }
    text = match point.measure.as_str() {
        "" => {
            let asked = point.standard.question().pick(lang);
            let text = text.strong(standard).then(say!(lang, "：{asked}", ": {asked}"));
            match point.standard {
                Standard::Effect if !goal.is_empty() => {
                    let goal = wording::head(goal, 80);
                    text.then(say!(lang, "\n目标：{goal}", "\ngoal: {goal}"))
                }
                _ => text,
            }
        }
        measure => {
            text.strong(standard).then(say!(lang, "：{nth}.{measure}，完成了吗？", ": is “{measure}” done?"))
        }
    };
    let last = before.iter().find(|(of, _)| of == point).map(|(_, answer)| answer);
    if let Some(last) = last.filter(|last| !last.note.is_empty()) {
        let note = wording::head(&last.note, 60);
        text = text.then(say!(lang, "\n上次：{note}", "\nlast time: {note}"));
    }
    if at == 0 {
        text = text.then(say!(
            lang,
            "\n点按钮，或回一句情况；可以附照片、文件，不是必须。",
            "\nPress a button, or say a sentence; pictures and files are welcome, not required."
        ));
    }
    let same = last.map(|_| choice(say!(lang, "同上次", "Same as last"), &say!(lang, "同上次", "same")));
    let known = points.iter().take_while(|point| before.iter().any(|(of, _)| of == *point)).count();
    let next = known + 1;
    let go_on = match at {
        0 if known == all => {
            choice(say!(lang, "全部同上次", "All as before"), &say!(lang, "全部同上次", "as before"))
        }
        0 if known > 0 => choice(
            say!(lang, "接上次，从第 {next} 条填", "Go on with {next}"),
            &say!(lang, "接上次", "as before"),
        ),
        _ => None,
    };
    let back = if at > 0 { back() } else { None };
    let done = match point.measure.is_empty() {
        true => say!(lang, "已达到", "Met"),
        false => say!(lang, "已完成", "Done"),
    };
    Message::from(text)
        .row([
            choice(done, &say!(lang, "已完成", "done")),
            choice(say!(lang, "不涉及", "Not needed"), &say!(lang, "不涉及", "not needed")),
        ])
        .row([same.flatten(), go_on, back, answer::cancel(lang)])
}

/// One point with its answer: `✓ 措施落实：船舶登记处置（已登记 41 艘）`.
pub(super) fn line_of(point: &Point, given: &Answer, lang: Lang) -> Text {
    let word = point.standard.word().pick(lang);
    let mut text = Text::plain(if given.not_needed { "\n– " } else { "\n✓ " }).then(word);
    if !point.measure.is_empty() {
        let measure = &point.measure;
        text = text.then(say!(lang, "：{measure}", ": {measure}"));
    }
    if given.not_needed {
        text = text.then(say!(lang, "（不涉及）", " (not needed)"));
    }
    if !given.note.is_empty() {
        let note = wording::head(&given.note, 80);
        text = text.then(say!(lang, "（{note}）", " ({note})"));
    }
    match given.files.len() {
        0 => text,
        files => text.then(say!(lang, " · 附 {files} 个文件", " · {files} file(s)")),
    }
}
