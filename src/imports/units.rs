//! 单位: code, name, kind, the unit above, aliases. Called by `read`, row by row; names that clash
//! with units the database has are found by the plan.

use std::collections::HashMap;

use super::cells::list;
use super::row::Row;
use super::words;
use crate::domain::ledger_file::{BadCells, UnitRow, plain, sentence};

#[derive(Default)]
pub(super) struct Units {
    pub rows: Vec<UnitRow>,
    seen: HashMap<(&'static str, String), usize>,
}

impl Units {
    pub fn row(&mut self, row: &Row<'_>, bad: &mut BadCells) {
        let code = row.need_text("code", bad);
        let name = row.need_text("name", bad);
        let kind = row.text("kind", bad).map(|word| words::unit_kind(&word)).filter(|kind| !kind.is_empty());
        let parent = row.text("parent", bad);
        let aliases = row.text("aliases", bad).map(|text| list(&text));
        for (key, value) in [("code", &code), ("name", &name)] {
            let Some(value) = value else { continue };
            if let Some(first) = self.seen.insert((key, plain(value)), row.number) {
                row.bad(
                    bad,
                    key,
                    sentence!("“{value}”与第 {first} 行重复", "“{value}” is in row {first} already"),
                );
            }
        }
        let (Some(code), Some(name)) = (code, name) else { return };
        let aliases = aliases.map(|mut aliases| {
            let mut kept: Vec<String> = Vec::new();
            aliases.retain(|alias| {
                let alias = plain(alias);
                let fresh = alias != plain(&name) && !kept.contains(&alias);
                kept.push(alias);
                fresh
            });
            aliases
        });
        self.rows.push(UnitRow { row: row.number, code, name, kind, parent, aliases });
    }
}
