//! 岗位: unit, title, role. Called by `read`, row by row; posts named twice are found by the plan,
//! which knows the units' aliases.

use super::row::Row;
use super::words;
use crate::domain::ledger_file::{BadCells, PostRow};

#[derive(Default)]
pub(super) struct Posts {
    pub rows: Vec<PostRow>,
}

impl Posts {
    pub fn row(&mut self, row: &Row<'_>, bad: &mut BadCells) {
        let unit = row.need_text("unit_code", bad);
        let title = row.need_text("post", bad);
        let role = row.need("role", bad, |cell| words::role(&cell.text()));
        if let (Some(unit), Some(title), Some(role)) = (unit, title, role) {
            self.rows.push(PostRow { row: row.number, unit, title, role });
        }
    }
}
