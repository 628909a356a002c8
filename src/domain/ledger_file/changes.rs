//! What an import changes, told field by field: old → new, for the person who has to agree to it.

use chrono::NaiveDate;
use uuid::Uuid;

use super::item_step::said;
use super::names::Names;
use super::people_steps::Leaders;
use super::{ItemNow, NextItem};
use crate::domain::item::Milestone;
use crate::domain::lang::{Both, Lang};

/// What becomes of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Insert,
    Update(Vec<FieldChange>),
    Unchanged,
}

impl What {
    /// From the list of differences of a row that is there already.
    pub(super) fn compared(changes: Vec<FieldChange>) -> What {
        if changes.is_empty() { What::Unchanged } else { What::Update(changes) }
    }

    pub fn changes(&self) -> &[FieldChange] {
        match self {
            What::Update(changes) => changes,
            What::Insert | What::Unchanged => &[],
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub field: Both,
    pub old: String,
    pub new: String,
}

/// Long texts are shown by their beginning; the difference can be looked up in the file.
const SHOWN_CHARS: usize = 40;

impl FieldChange {
    /// `整改进度：85 → 90`
    pub fn line(&self, lang: Lang) -> String {
        let (field, old, new) = (self.field.pick(lang), shown(&self.old), shown(&self.new));
        crate::say!(lang, "{field}：{old} → {new}", "{field}: {old} → {new}")
    }
}

fn shown(text: &str) -> String {
    let one_line = text.replace(['\r', '\n'], " ");
    match one_line.char_indices().nth(SHOWN_CHARS) {
        _ if one_line.is_empty() => "∅".to_owned(),
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}

/// Collects the differences of one row.
#[derive(Default)]
pub(super) struct Differences(pub Vec<FieldChange>);

impl Differences {
    /// Compares one field; `word` makes it readable.
    pub fn field<T: PartialEq>(&mut self, field: Both, old: T, new: T, word: impl Fn(&T) -> String) {
        if old != new {
            self.0.push(FieldChange { field, old: word(&old), new: word(&new) });
        }
    }

    pub fn text(&mut self, field: Both, old: &str, new: &str) {
        self.field(field, old, new, |text| (*text).to_owned());
    }
}

/// How an item will differ from the ledger's.
pub(super) fn differences(
    now: &ItemNow,
    next: &NextItem<'_>,
    names: &Names<'_>,
    leaders: &Leaders<'_>,
) -> Vec<FieldChange> {
    let mut seen = Differences::default();
    let unit = |id: &Uuid| names.name(*id).to_owned();
    let units = |ids: &&[Uuid]| ids.iter().map(unit).collect::<Vec<_>>().join("；");
    let date = |on: &Option<NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    let leader = |(post, text): &(Option<Uuid>, &str)| {
        post.map_or_else(|| (*text).to_owned(), |id| leaders.title(id).to_owned())
    };
    let steps = |list: &&[Milestone]| {
        list.iter().map(|m| format!("{}={}", m.due_on, m.percent)).collect::<Vec<_>>().join("；")
    };
    seen.text(
        Both { zh: "上级编号", en: "superior number" },
        said(now.superior_number.as_deref(), None),
        said(next.superior_number, None),
    );
    seen.text(Both { zh: "整改事项", en: "title" }, &now.title, next.title);
    seen.text(Both { zh: "问题描述", en: "description" }, &now.description, next.description);
    seen.text(Both { zh: "类别", en: "category" }, &now.category, next.category);
    seen.text(Both { zh: "行政区域", en: "region" }, &now.region, next.region);
    seen.text(Both { zh: "整改目标", en: "goal" }, &now.goal, next.goal);
    seen.text(Both { zh: "整改措施", en: "measures" }, &now.measures, next.measures);
    seen.field(Both { zh: "整改时限", en: "deadline" }, now.deadline, next.deadline, NaiveDate::to_string);
    seen.text(
        Both { zh: "时限表述", en: "deadline wording" },
        said(now.deadline_text.as_deref(), None),
        said(next.deadline_text, None),
    );
    seen.field(Both { zh: "整改类型", en: "kind" }, now.kind, next.kind, |kind| {
        kind.word().zh.to_owned()
    });
    seen.field(Both { zh: "牵头单位", en: "lead unit" }, now.lead_unit, next.lead_unit, unit);
    seen.field(Both { zh: "配合单位", en: "co-units" }, &*now.co_units, &*next.co_units, units);
    seen.text(Both { zh: "责任人", en: "responsible post" }, &now.responsible_post, next.responsible_post);
    seen.field(
        Both { zh: "包抓领导", en: "leader" },
        (now.leader_post, &*now.leader_text),
        (next.leader_post, next.leader_text),
        leader,
    );
    seen.field(
        Both { zh: "验收单位", en: "acceptance unit" },
        now.acceptance_unit,
        next.acceptance_unit,
        |id| id.map_or_else(String::new, |id| unit(&id)),
    );
    seen.field(Both { zh: "整改状态", en: "status" }, now.status, next.status, |s| {
        s.word().zh.to_owned()
    });
    seen.field(Both { zh: "整改进度", en: "percent" }, now.percent, next.percent, |p| format!("{p}%"));
    seen.field(Both { zh: "完成时间", en: "completed on" }, now.completed_on, next.completed_on, date);
    seen.field(Both { zh: "销号时间", en: "signed off on" }, now.signed_off_on, next.signed_off_on, date);
    seen.field(Both { zh: "阶段目标", en: "milestones" }, &*now.milestones, next.milestones, steps);
    seen.0
}
