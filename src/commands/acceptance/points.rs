//! How the points of an application are asked about, and how its answers read.

use super::head;
use crate::commands::{answer, wording};
use crate::domain::acceptance::{Answer, Applying, Point};
use crate::domain::dialogue::Step;
use crate::domain::{Item, Lang, Message, Text};
use crate::say;

/// The next point, or all of it to look over.
pub(super) fn question(
    item: &Item,
    points: &[Point],
    applying: &Applying,
    before: &[(Point, Answer)],
    step: &Step,
    lang: Lang,
) -> Message {
    let (at, all) = (applying.answers.len(), points.len());
    let choice = |label: String, value: &str| answer::choice(step, label, value, lang);
    let Some(point) = points.get(at) else {
        let mut text =
            head(item, lang).then(say!(lang, "销号申请，请核对：", ": your application, to look over:"));
        for (point, given) in points.iter().zip(&applying.answers) {
            text.0.extend(line_of(point, given, lang).0);
        }
        if !applying.summary.is_empty() {
            let summary = &applying.summary;
            text = text.then(say!(lang, "\n说明：{summary}", "\nsaid: {summary}"));
        }
        text = text.then(say!(
            lang,
            "\n提交即表示本单位已自查自验、情况属实。",
            "\nHanding it in says that your unit has checked it itself."
        ));
        return Message::from(text).row([
            choice(say!(lang, "提交申请", "Hand in"), &say!(lang, "提交", "submit")),
            answer::cancel(lang),
        ]);
    };
    let nth = at + 1;
    let standard = point.standard.word().pick(lang);
    let mut text = head(item, lang).then(say!(lang, "申请销号 {nth}/{all}\n", ": application {nth}/{all}\n"));
    text = match point.measure.as_str() {
        "" => {
            let asked = point.standard.question().pick(lang);
            text.strong(standard).then(say!(lang, "：{asked}", ": {asked}"))
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
    let all_same = (at == 0 && before.len() == all).then(|| {
        choice(say!(lang, "全部同上次", "All as before"), &say!(lang, "全部同上次", "all as before"))
    });
    let done = match point.measure.is_empty() {
        true => say!(lang, "已达到", "Met"),
        false => say!(lang, "已完成", "Done"),
    };
    Message::from(text)
        .row([
            choice(done, &say!(lang, "已完成", "done")),
            choice(say!(lang, "不涉及", "Not needed"), &say!(lang, "不涉及", "not needed")),
        ])
        .row(same.into_iter().chain(all_same).chain([answer::cancel(lang)]))
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
