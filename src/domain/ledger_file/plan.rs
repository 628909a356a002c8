//! The whole decision of an import: files and ledger side by side, checked across each other, and
//! every row sorted into new, changed and unchanged. Pure; the store carries it out or does not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::item_step::{ItemFacts, Units, item_step};
use super::names::Names;
use super::people_steps::{Leaders, posts, units};
use super::{
    BadCells, Batch, Current, FileKind, HistoryRow, ItemNow, ItemRow, ItemStep, Note, PostStep, Sentence,
    SourceFile, UnitStep, What, choose_round, sentence,
};
use crate::domain::lang::Lang;
use crate::say;

/// What an import will do. Only rows with something to write are kept; the others are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'a> {
    /// This very decision: carried out twice, it is written once.
    pub id: Uuid,
    /// `None` when the files bring units and posts only: those belong to no round.
    pub round: Option<RoundStep<'a>>,
    /// The ledger as it stood on this day.
    pub as_of: NaiveDate,
    pub files: &'a [SourceFile],
    pub units: Vec<UnitStep<'a>>,
    pub posts: Vec<PostStep<'a>>,
    pub items: Vec<ItemStep<'a>>,
    pub unit_counts: Counts,
    pub post_counts: Counts,
    pub item_counts: Counts,
    /// History rows to append, and those the ledger has already.
    pub new_events: usize,
    pub known_events: usize,
    pub notes: Vec<Note>,
    /// What the files call units, where that is not their name.
    aliases: BTreeMap<&'a str, &'a str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundStep<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub is_new: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub inserted: usize,
    pub updated: usize,
    pub unchanged: usize,
}

impl Counts {
    /// Counts one row; whether there is something to write.
    fn take(&mut self, what: &What) -> bool {
        match what {
            What::Insert => self.inserted += 1,
            What::Update(_) => self.updated += 1,
            What::Unchanged => self.unchanged += 1,
        }
        *what != What::Unchanged
    }
}

/// Decides an import. `today` is the ledger's day: no file can speak of a later one.
pub fn plan<'a>(
    batch: &'a Batch,
    current: &'a Current,
    as_of: NaiveDate,
    today: NaiveDate,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Result<Plan<'a>, BadCells> {
    let round = round(batch, current, new_id)?;
    if as_of > today {
        let why = sentence!(
            "截至日期 {as_of} 晚于今天（{today}），台账不能说将来的事",
            "the as-of day {as_of} is later than today ({today}): a ledger cannot tell the future"
        );
        return Err(BadCells::whole("", why));
    }
    let mut bad = BadCells::default();
    let (all_units, names) = units(batch, current, new_id, &mut bad);
    let (all_posts, leaders) = posts(batch, current, &names, new_id, &mut bad);
    let mut plan = Plan {
        id: new_id(),
        round,
        as_of,
        files: &batch.files,
        units: Vec::new(),
        posts: Vec::new(),
        items: Vec::new(),
        unit_counts: Counts::default(),
        post_counts: Counts::default(),
        item_counts: Counts::default(),
        new_events: 0,
        known_events: 0,
        notes: Vec::new(),
        aliases: BTreeMap::new(),
    };
    plan.units = all_units.into_iter().filter(|step| plan.unit_counts.take(&step.what)).collect();
    plan.posts = all_posts.into_iter().filter(|step| plan.post_counts.take(&step.what)).collect();
    plan.items(batch, current, &names, &leaders, new_id, &mut bad);
    bad.ok_or(plan)
}

fn round<'a>(
    batch: &'a Batch,
    current: &'a Current,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Result<Option<RoundStep<'a>>, BadCells> {
    if batch.items.is_empty() && batch.history.is_empty() {
        return Ok(None);
    }
    let named = batch.round.as_deref();
    match (choose_round(&current.rounds, named), named) {
        (Some(round), _) => Ok(Some(RoundStep { id: round.id, name: &round.name, is_new: false })),
        (None, Some(name)) => Ok(Some(RoundStep { id: new_id(), name, is_new: true })),
        (None, None) => {
            let open: Vec<&str> =
                current.rounds.iter().filter(|round| round.is_open).map(|round| &*round.name).collect();
            let (open, which) = (open.join("、"), open.join(", "));
            Err(BadCells::whole(
                "",
                sentence!(
                    "请指明督察轮次（--round 名称）；现有未结轮次：{open}",
                    "name the inspection round (--round NAME); open rounds: {which}"
                ),
            ))
        }
    }
}

impl<'a> Plan<'a> {
    fn items(
        &mut self,
        batch: &'a Batch,
        current: &'a Current,
        names: &Names<'a>,
        leaders: &Leaders<'a>,
        new_id: &mut dyn FnMut() -> Uuid,
        bad: &mut BadCells,
    ) {
        let (as_of, basis) = (self.as_of, &current.basis);
        let round = self.round.as_ref().map_or(Uuid::nil(), |round| round.id);
        let mut history: HashMap<i32, Vec<&'a HistoryRow>> = HashMap::new();
        for event in &batch.history {
            if event.effective_on > as_of {
                let on = event.effective_on;
                let why = sentence!(
                    "{on} 晚于截至日期 {as_of}；请改日期，或用 --as-of 指明更晚的截至日期",
                    "{on} is later than the as-of day {as_of}; correct it, or give a later --as-of"
                );
                bad.push(batch.bad(FileKind::History, event.row, "effective_on", why));
            }
            history.entry(event.number).or_default().push(event);
        }
        let mut older = 0;
        let mut unmatched: BTreeSet<&str> = BTreeSet::new();
        for row in &batch.items {
            let events = history.remove(&row.number).unwrap_or_default();
            let now = current.items.get(&row.number);
            let Some(units) = units_of(batch, row, names, now, &mut self.aliases, bad) else { continue };
            for (column, on) in [("completed_on", row.completed_on), ("signed_off_on", row.signed_off_on)] {
                if let Some(on) = on.filter(|on| *on > as_of) {
                    let why =
                        sentence!("{on} 晚于截至日期 {as_of}", "{on} is later than the as-of day {as_of}");
                    bad.push(batch.bad(FileKind::Ledger, row.row, column, why));
                }
            }
            older += usize::from(now.and_then(|now| now.latest_on).is_some_and(|on| on > as_of));
            let stored = current.history.get(&row.number).map_or(&[][..], |events| events);
            let row = Some(row);
            let history = &events;
            let facts = ItemFacts { row, now, stored, history, units, names, leaders, as_of, round, basis };
            let step = item_step(facts, new_id);
            unmatched.extend(step.as_ref().map(|step| step.next.leader_text).filter(|text| !text.is_empty()));
            self.take(step, events.len());
        }
        let mut left: Vec<(i32, Vec<&'a HistoryRow>)> = history.into_iter().collect();
        left.sort_by_key(|(number, _)| *number);
        for (number, events) in left {
            let Some(now) = current.items.get(&number) else {
                for event in events {
                    let why =
                        sentence!("台账里没有第 {number} 项", "there is no item {number} in the ledger");
                    bad.push(batch.bad(FileKind::History, event.row, "number", why));
                }
                continue;
            };
            let stored = current.history.get(&number).map_or(&[][..], |events| events);
            let units =
                Units { lead: now.lead_unit, co: now.co_units.clone(), acceptance: now.acceptance_unit };
            let (row, now) = (None, Some(now));
            let history = &events;
            let facts = ItemFacts { row, now, stored, history, units, names, leaders, as_of, round, basis };
            self.take(item_step(facts, new_id), events.len());
        }
        self.items.sort_by_key(|step| (step.was.is_none(), step.was.map(|_| step.id), step.number));
        if !unmatched.is_empty() {
            let titles = unmatched.into_iter().collect::<Vec<_>>().join("、");
            let text = sentence!(
                "岗位表里没有（或不止一个）叫这些名称的包抓领导岗位，只按文字保留：{titles}",
                "no leader's post, or more than one, has these titles; they are kept as text: {titles}"
            );
            self.notes.push(batch.note(FileKind::Ledger, text));
        }
        if older > 0 {
            let text = sentence!(
                "{older} 项在 {as_of} 之后已有新进展，其状态和进度以库内为准",
                "{older} items have moved on since {as_of}; their status and percent stay as they are"
            );
            self.notes.push(batch.note(FileKind::Ledger, text));
        }
    }

    fn take(&mut self, step: Option<ItemStep<'a>>, told: usize) {
        let Some(step) = step else { return };
        let fresh = step.events.iter().filter(|event| event.change != super::timeline::IMPORT).count();
        self.new_events += fresh;
        self.known_events += told - fresh;
        if self.item_counts.take(&step.what) {
            self.items.push(step);
        }
    }

    /// Nothing to write: the files say what the ledger says already.
    pub fn is_empty(&self) -> bool {
        !self.round.as_ref().is_some_and(|round| round.is_new)
            && self.units.is_empty()
            && self.posts.is_empty()
            && self.items.is_empty()
    }

    /// How units are read where the files do not call them by their names.
    pub fn reading(&self) -> Option<Sentence> {
        let pairs: Vec<String> = self.aliases.iter().map(|(said, name)| format!("{said}→{name}")).collect();
        let (zh, en) = (pairs.join("、"), pairs.join(", "));
        (!pairs.is_empty()).then(|| sentence!("单位按别名对上：{zh}", "units by their aliases: {en}"))
    }

    /// What changes in rows that are there already, line by line; new rows are only counted.
    pub fn changes(&self, lang: Lang) -> impl Iterator<Item = String> + '_ {
        let units = self.units.iter().flat_map(move |step| {
            let name = step.name;
            labelled(say!(lang, "单位 {name}", "unit {name}"), &step.what, lang)
        });
        let posts = self.posts.iter().flat_map(move |step| {
            let (unit, title) = (step.unit_name, step.title);
            labelled(say!(lang, "岗位 {unit} {title}", "post {unit} {title}"), &step.what, lang)
        });
        let items = self.items.iter().filter(|step| step.was.is_some()).flat_map(move |step| {
            let number = step.number;
            let label = say!(lang, "第 {number} 项", "item {number}");
            let fresh = step.events.iter().filter(|event| event.change != super::timeline::IMPORT).count();
            let appended = (fresh > 0)
                .then(|| say!(lang, "{label} 补记历史 {fresh} 条", "{label} history: {fresh} more"));
            labelled(label, &step.what, lang).into_iter().chain(appended)
        });
        units.chain(posts).chain(items)
    }
}

fn labelled(label: String, what: &What, lang: Lang) -> Vec<String> {
    what.changes().iter().map(|change| format!("{label} {}", change.line(lang))).collect()
}

/// The units of a row by name; every unknown one is told. The lead is not its own co-unit.
fn units_of<'a>(
    batch: &Batch,
    row: &'a ItemRow,
    names: &Names<'a>,
    now: Option<&ItemNow>,
    aliases: &mut BTreeMap<&'a str, &'a str>,
    bad: &mut BadCells,
) -> Option<Units> {
    let mut found = |column, word: &'a str| match names.find(word) {
        Ok(id) => {
            let name = names.name(id);
            if name != word {
                aliases.insert(word, name);
            }
            Some(id)
        }
        Err(why) => {
            bad.push(batch.bad(FileKind::Ledger, row.row, column, why));
            None
        }
    };
    let lead = found("lead_unit", &row.lead_unit);
    let co: Option<Vec<Uuid>> = match &row.co_units {
        None => Some(now.map_or_else(Vec::new, |now| now.co_units.clone())),
        Some(words) => {
            let all: Vec<Option<Uuid>> = words.iter().map(|word| found("co_units", word)).collect();
            all.into_iter().collect()
        }
    };
    let acceptance = match row.acceptance_unit.as_deref() {
        None => Some(now.and_then(|now| now.acceptance_unit)),
        Some("") => Some(None),
        Some(word) => found("acceptance_unit", word).map(Some),
    };
    let (lead, co, acceptance) = (lead?, co?, acceptance?);
    let mut listed: Vec<Uuid> = Vec::with_capacity(co.len());
    for unit in co {
        if unit != lead && !listed.contains(&unit) {
            listed.push(unit);
        }
    }
    Some(Units { lead, co: listed, acceptance })
}
