//! Units and posts of an import: which are new, which change, and which names would clash.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::changes::Differences;
use super::names::{Names, plain};
use super::{BadCells, Batch, Current, FileKind, PostNow, UnitNow, UnitRow, What, sentence};
use crate::domain::lang::Both;
use crate::domain::people::Role;

/// One unit as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitStep<'a> {
    pub id: Uuid,
    pub what: What,
    /// What was read; the write compares with it, because units carry no version.
    pub was: Option<&'a UnitNow>,
    pub code: &'a str,
    pub name: &'a str,
    pub kind: &'a str,
    pub parent: Option<Uuid>,
    pub aliases: &'a [String],
}

/// One post as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostStep<'a> {
    pub id: Uuid,
    pub what: What,
    pub unit: Uuid,
    pub unit_name: &'a str,
    pub title: &'a str,
    pub role: Role,
    pub version: i32,
}

/// A unit file without this column brings departments.
const PLAIN_UNIT: &str = "department";

/// The units there will be, changed and unchanged, with the words they answer to.
pub(super) fn units<'a>(
    batch: &'a Batch,
    current: &'a Current,
    new_id: &mut dyn FnMut() -> Uuid,
    bad: &mut BadCells,
) -> (Vec<UnitStep<'a>>, Names<'a>) {
    let now: HashMap<&str, &UnitNow> = current.units.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    let rows: Vec<(&UnitRow, Option<&UnitNow>, Uuid)> = batch
        .units
        .iter()
        .map(|row| {
            let was = now.get(row.code.as_str()).copied();
            (row, was, was.map_or_else(&mut *new_id, |was| was.id))
        })
        .collect();
    let names = all_names(batch, current, &rows, bad);
    let mut steps: Vec<UnitStep<'a>> = Vec::with_capacity(rows.len());
    for (row, was, id) in rows {
        let parent = match row.parent.as_deref() {
            None => was.and_then(|was| was.parent),
            Some("") => None,
            Some(word) => match names.find_code(word) {
                Ok(parent) => Some(parent),
                Err(why) => {
                    bad.push(batch.bad(FileKind::Units, row.row, "parent", why));
                    None
                }
            },
        };
        let kind = row.kind.as_deref().or(was.map(|was| was.kind.as_str())).unwrap_or(PLAIN_UNIT);
        let aliases = row.aliases.as_deref().or(was.map(|was| was.aliases.as_slice())).unwrap_or(&[]);
        let what = was.map_or(What::Insert, |was| {
            let mut seen = Differences::default();
            seen.text(Both { zh: "单位名称", en: "name" }, &was.name, &row.name);
            seen.text(Both { zh: "单位类别", en: "kind" }, &was.kind, kind);
            seen.field(Both { zh: "上级单位", en: "parent" }, was.parent, parent, |id| {
                id.map_or("", |id| names.name(id)).to_owned()
            });
            seen.text(Both { zh: "别名", en: "aliases" }, &was.aliases.join("；"), &aliases.join("；"));
            What::compared(seen.0)
        });
        steps.push(UnitStep { id, what, was, code: &row.code, name: &row.name, kind, parent, aliases });
    }
    refuse_circles(batch, current, &steps, bad);
    (steps, names)
}

/// Every word of every unit there will be; a word two units answer to is refused at the file's row.
fn all_names<'a>(
    batch: &Batch,
    current: &'a Current,
    rows: &[(&'a UnitRow, Option<&'a UnitNow>, Uuid)],
    bad: &mut BadCells,
) -> Names<'a> {
    let mut names = Names::default();
    let in_file: HashSet<Uuid> = rows.iter().map(|(_, _, id)| *id).collect();
    let others = || current.units.iter().filter(|unit| !in_file.contains(&unit.id));
    for unit in others() {
        names.add(unit.id, &unit.code, &unit.name);
        names.answers_to(unit.id, &unit.name);
    }
    others().for_each(|unit| unit.aliases.iter().for_each(|alias| _ = names.answers_to(unit.id, alias)));
    let clash = |names: &Names<'_>, row: &UnitRow, column, word: &str, other| {
        let other = names.name(other);
        let why = sentence!(
            "“{word}”已是“{other}”的名称或别名，一个名字只能指一个单位",
            "“{word}” already stands for “{other}”; a name may mean one unit only"
        );
        batch.bad(FileKind::Units, row.row, column, why)
    };
    for (row, _, id) in rows {
        names.add(*id, &row.code, &row.name);
        if let Some(other) = names.answers_to(*id, &row.name) {
            bad.push(clash(&names, row, "name", &row.name, other));
        }
    }
    for (row, was, id) in rows {
        for alias in row.aliases.as_deref().or(was.map(|was| was.aliases.as_slice())).unwrap_or(&[]) {
            if let Some(other) = names.answers_to(*id, alias) {
                bad.push(clash(&names, row, "aliases", alias, other));
            }
        }
    }
    names
}

/// No unit may stand above itself.
fn refuse_circles(batch: &Batch, current: &Current, steps: &[UnitStep<'_>], bad: &mut BadCells) {
    let mut above: HashMap<Uuid, Option<Uuid>> =
        current.units.iter().map(|unit| (unit.id, unit.parent)).collect();
    above.extend(steps.iter().map(|step| (step.id, step.parent)));
    for (step, row) in steps.iter().zip(&batch.units) {
        let mut next = step.parent;
        for _ in 0..above.len() {
            match next {
                Some(id) if id == step.id => {
                    let name = step.name;
                    let why = sentence!(
                        "上级单位绕成了圈：“{name}”成了自己的上级",
                        "the parents go in a circle: “{name}” stands above itself"
                    );
                    bad.push(batch.bad(FileKind::Units, row.row, "parent", why));
                    break;
                }
                Some(id) => next = above.get(&id).copied().flatten(),
                None => break,
            }
        }
    }
}

/// The posts of the file, and the leaders by title: an item names its leader by title alone.
pub(super) fn posts<'a>(
    batch: &'a Batch,
    current: &'a Current,
    names: &Names<'a>,
    new_id: &mut dyn FnMut() -> Uuid,
    bad: &mut BadCells,
) -> (Vec<PostStep<'a>>, Leaders<'a>) {
    let now: HashMap<(Uuid, &str), &PostNow> =
        current.posts.iter().map(|post| ((post.unit, post.title.as_str()), post)).collect();
    let mut steps: Vec<PostStep<'a>> = Vec::with_capacity(batch.posts.len());
    let mut seen: HashMap<(Uuid, &str), usize> = HashMap::new();
    for row in &batch.posts {
        let unit = match names.find_code(&row.unit) {
            Ok(unit) => unit,
            Err(why) => {
                bad.push(batch.bad(FileKind::Posts, row.row, "unit_code", why));
                continue;
            }
        };
        if let Some(first) = seen.insert((unit, &row.title), row.row) {
            let why = sentence!("与第 {first} 行是同一个岗位", "the same post as in row {first}");
            bad.push(batch.bad(FileKind::Posts, row.row, "post", why));
        }
        let was = now.get(&(unit, row.title.as_str())).copied();
        let what = was.map_or(What::Insert, |was| {
            let mut differs = Differences::default();
            differs.field(Both { zh: "角色", en: "role" }, was.role, row.role, |role| {
                role.title().zh.to_owned()
            });
            What::compared(differs.0)
        });
        steps.push(PostStep {
            id: was.map_or_else(&mut *new_id, |was| was.id),
            what,
            unit,
            unit_name: names.name(unit),
            title: &row.title,
            role: row.role,
            version: was.map_or(0, |was| was.version) + 1,
        });
    }
    let leaders = Leaders::of(current, &steps);
    (steps, leaders)
}

/// Posts with the role of a leader by title, and the title of every post.
#[derive(Debug, Default)]
pub(super) struct Leaders<'a> {
    by_title: HashMap<String, Option<Uuid>>,
    titles: HashMap<Uuid, &'a str>,
}

impl<'a> Leaders<'a> {
    fn of(current: &'a Current, steps: &[PostStep<'a>]) -> Leaders<'a> {
        let in_file: HashSet<Uuid> = steps.iter().map(|step| step.id).collect();
        let others = current.posts.iter().filter(|post| !in_file.contains(&post.id));
        let all = others
            .map(|post| (post.id, post.title.as_str(), post.role))
            .chain(steps.iter().map(|step| (step.id, step.title, step.role)));
        let mut leaders = Leaders::default();
        for (id, title, role) in all {
            leaders.titles.insert(id, title);
            if role == Role::Leader {
                leaders.by_title.entry(plain(title)).and_modify(|post| *post = None).or_insert(Some(id));
            }
        }
        leaders
    }

    /// The one leader of this title; `None` when there is none, or more than one. The post an item
    /// has already stays as long as its title is the one asked for.
    pub fn find(&self, title: &str, now: Option<Uuid>) -> Option<Uuid> {
        now.filter(|id| plain(self.title(*id)) == plain(title))
            .or_else(|| self.by_title.get(&plain(title)).copied().flatten())
    }

    pub fn title(&self, id: Uuid) -> &'a str {
        self.titles.get(&id).copied().unwrap_or("")
    }
}
