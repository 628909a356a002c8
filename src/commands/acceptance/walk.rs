//! The walk of 申请销号, one point after another: forwards, a step back, and left at any point. What was answered is
//! kept and offered again; an answer that sounds as if its point were not reached is asked about.

use super::apply::{is_lead, may_apply, place_of, submitted};
use super::points::{Form, question};
use super::{course, readable};
use crate::commands::answer::yes_or_no;
use crate::commands::evidence::Evidence;
use crate::commands::{Call, Failure, evidence, questions, show, wording};
use crate::domain::acceptance::{AcceptanceEffect, Answer, Applying, Course, Point, points, sounds_unmet};
use crate::domain::decision::Decision;
use crate::domain::dialogue::{Ask, Step};
use crate::domain::{Item, Message};
use crate::{say, store};

const DONE: [&str; 12] =
    ["已完成", "完成", "已达到", "达到", "是", "是的", "有", "done", "yes", "y", "met", "完成了"];
const NOT_NEEDED: [&str; 4] = ["不涉及", "无", "没有涉及", "not needed"];
/// `不涉及，已由省里统一实施`: with its reason at once.
const NOT_NEEDED_AS: [&str; 2] = ["不涉及", "not needed"];
const SAME: [&str; 3] = ["同上次", "同上", "same"];
/// All points that were answered before.
const GO_ON: [&str; 3] = ["全部同上次", "接上次", "as before"];
const BACK: [&str; 6] = ["上一步", "上一条", "上一题", "返回", "后退", "back"];
/// Nothing is applied for yet.
const LATER: [&str; 5] = ["先不申请", "不申请", "不申请了", "算了", "not now"];
/// What was asked about is meant as it was said.
const AS_SAID: [&str; 2] = ["照这样写", "as said"];
const SUBMIT: [&str; 4] = ["提交", "提交申请", "submit", "hand in"];
/// At the end of the walk a yes hands in as well.
const YES: [&str; 6] = ["确认", "是", "是的", "好", "confirm", "yes"];
/// How much of an answer is repeated.
const SHOWN: usize = 60;

/// Whether nothing is said but that a point does not arise here.
pub(super) fn is_not_needed(said: &str) -> bool {
    NOT_NEEDED.iter().any(|word| said.eq_ignore_ascii_case(word))
}

/// Why a point does not arise, where that is said in one breath.
fn reason(said: &str) -> Option<&str> {
    let is_mark = |c: char| c.is_whitespace() || "，,：:；;".contains(c);
    let rest = NOT_NEEDED_AS.iter().find_map(|word| said.strip_prefix(word))?;
    Some(rest.trim_start_matches(is_mark)).filter(|why| rest.starts_with(is_mark) && !why.is_empty())
}

/// What an application for the item answers.
pub(super) async fn of(call: &mut Call<'_>, item: &Item) -> Result<Vec<Point>, Failure> {
    Ok(points(&store::items::texts(&mut *call.read, item.id).await?.measures))
}

/// Asks about the next point, or whether all of it is handed in; `lead` stands above.
pub(super) async fn ask(
    mut call: Call<'_>,
    item: &Item,
    course: &Course,
    points: Vec<Point>,
    applying: Applying,
    mut evidence: Evidence,
    lead: String,
) -> Result<Decision, Failure> {
    let before = before(&mut call, item, course).await?;
    let lang = call.lang();
    let goal = store::items::texts(&mut *call.read, item.id).await?.goal;
    let step = questions::step(Ask::Apply(Box::new(applying.clone())), questions::about(&call, item));
    let (mut decision, put) = evidence.place(call.decision().by(call.speaker()?), place_of(item));
    // What came with the answer stands above the next question: it is not that one's.
    let attached = put.as_ref().map_or(String::new(), |put| evidence.attached(put, lang) + "\n");
    let form = Form { item, goal: &goal, points: &points, before: &before };
    let message = question(form, &applying, &step, &(lead + &attached), lang);
    let message = evidence.say(message, None, lang);
    let message = match &put {
        Some(put) => evidence::stages(message, put, lang),
        None => message,
    };
    let given = points.into_iter().zip(applying.answers);
    let answers: Vec<(Point, Answer)> = given.filter(|answer| !before.contains(answer)).collect();
    if !answers.is_empty() {
        decision = decision.accepting(AcceptanceEffect::Answered { item: item.id, answers });
    }
    let decision = questions::asking(&call, decision, step)?;
    Ok(call.say(decision, message))
}

/// What the unit said before: on the way that it left, else in its last application.
async fn before(call: &mut Call<'_>, item: &Item, course: &Course) -> Result<Vec<(Point, Answer)>, Failure> {
    let mut before = store::acceptance::draft(&mut *call.read, item.id).await?;
    if let Some(last) = &course.application {
        let last = store::acceptance::answers(&mut *call.read, last.id).await?;
        let is_new = |point: &Point| before.iter().all(|(known, _)| known != point);
        let new: Vec<(Point, Answer)> = last.into_iter().filter(|(point, _)| is_new(point)).collect();
        before.extend(new);
    }
    Ok(before)
}

/// The answer to the open question.
pub(in crate::commands) async fn answered(
    mut call: Call<'_>,
    step: &Step,
    applying: &Applying,
    value: &str,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let word = step.drafts.first().and_then(|draft| draft.item.clone());
    let word = word.ok_or_else(|| questions::passed(&call))?;
    let item = show::item(&mut call, &word).await?;
    is_lead(&call, &item)?;
    let item = readable(&call, item)?;
    let course = course(&mut call, &item).await?;
    may_apply(&call, &item, &course)?;
    if let Some(decision) = evidence::refuse_secret(&mut call).await? {
        return Ok(decision);
    }
    let evidence = Evidence::of_report(&mut call, &step.drafts).await?;
    let points = of(&mut call, &item).await?;
    let mut applying = applying.clone();
    applying.answers.truncate(points.len());
    let doubted = std::mem::take(&mut applying.doubt);
    let said = value.trim_end_matches(['。', '！', '!', '.']);
    let is = |words: &[&str]| words.iter().any(|word| said.eq_ignore_ascii_case(word));
    // A measure of the plan was said not to be needed: what is said now is why.
    let is_why = is_not_needed(&doubted);
    let means = (!doubted.is_empty() && !is_why).then(|| yes_or_no(value)).flatten();
    if is(&LATER) || means == Some(true) {
        return left(call, item.number, applying.answers.len());
    }
    if is(&BACK) {
        let mut lead = String::new();
        if doubted.is_empty() {
            match applying.answers.pop() {
                Some(taken) => applying.files = taken.files,
                None => lead = say!(lang, "已经是第一条。\n", "This is the first point.\n"),
            }
        }
        return ask(call, &item, &course, points, applying, evidence, lead).await;
    }
    let Some(point) = points.get(applying.answers.len()) else {
        applying.whole.extend(evidence.ids());
        if is(&SUBMIT) || is(&YES) {
            return submitted(call, item, &course, points, applying, evidence).await;
        }
        let lead = say!(
            lang,
            "还没有提交。没问题请点“提交申请”，要改请点“上一步”。\n",
            "Nothing is handed in yet. Press “Hand in”, or “Back” to change an answer.\n"
        );
        return ask(call, &item, &course, points, applying, evidence, lead).await;
    };
    super::fits(&call, value)?;
    let before = before(&mut call, &item, &course).await?;
    let last = |point: &Point| before.iter().find(|(of, _)| of == point).map(|(_, answer)| answer.clone());
    // The words of buttons that stand under another question are no answer to this one.
    let is_elsewhere = is(&SUBMIT)
        || (is(&AS_SAID) && (doubted.is_empty() || is_why))
        || (is(&SAME) && last(point).is_none());
    if is_elsewhere {
        applying.doubt = doubted;
        let left = points.len() - applying.answers.len();
        let lead = say!(
            lang,
            "还有 {left} 条没答，先回这一条。\n",
            "There are {left} to answer yet, this one first.\n"
        );
        return ask(call, &item, &course, points, applying, evidence, lead).await;
    }
    if is(&GO_ON) {
        applying.answers = points.iter().map_while(last).collect();
        return ask(call, &item, &course, points, applying, evidence, String::new()).await;
    }
    if is_not_needed(said) && !point.measure.is_empty() {
        applying.doubt = said.to_owned();
        applying.files.extend(evidence.ids());
        return ask(call, &item, &course, points, applying, evidence, String::new()).await;
    }
    let why = match is_why {
        true => Some(said),
        false => reason(said),
    };
    let note = if is(&AS_SAID) || means == Some(false) { doubted.as_str() } else { said };
    let mut answer = if is_not_needed(said) {
        Answer { not_needed: true, ..Answer::default() }
    } else if is(&SAME) {
        last(point).unwrap_or_default()
    } else if is(&DONE) {
        Answer::default()
    } else if let Some(why) = why {
        Answer { not_needed: true, note: why.to_owned(), ..Answer::default() }
    } else {
        Answer { note: note.to_owned(), ..Answer::default() }
    };
    let is_free = !answer.note.is_empty() && !is(&SAME);
    if is_free && !answer.not_needed && note == said && sounds_unmet(said) {
        applying.doubt = said.to_owned();
        applying.files.extend(evidence.ids());
        return ask(call, &item, &course, points, applying, evidence, String::new()).await;
    }
    for file in applying.files.drain(..).chain(evidence.ids()) {
        if !answer.files.contains(&file) {
            answer.files.push(file);
        }
    }
    // The list of all answers repeats the last one itself.
    let is_last = applying.answers.len() + 1 == points.len();
    let lead = match is_free && !is_last {
        true => {
            let note = wording::head(&answer.note, SHOWN);
            say!(lang, "记下：{note}\n", "Noted: {note}\n")
        }
        false => String::new(),
    };
    applying.answers.push(answer);
    ask(call, &item, &course, points, applying, evidence, lead).await
}

/// The walk is left: what was answered is kept.
pub(in crate::commands) fn left(call: Call<'_>, number: i32, answers: usize) -> Result<Decision, Failure> {
    let lang = call.lang();
    let decision = questions::ending(&call, call.decision().by(call.speaker()?));
    let kept = match answers {
        0 => String::new(),
        _ => say!(lang, "答过的 {answers} 条留着，", " Your {answers} answer(s) are kept."),
    };
    let text = say!(
        lang,
        "好的，第 {number} 项先不申请。{kept}要申请时再发：申请销号 {number}",
        "All right, item {number} is not applied for.{kept} When it is ready send: apply {number}"
    );
    Ok(call.say(decision, Message::plain(text)))
}
