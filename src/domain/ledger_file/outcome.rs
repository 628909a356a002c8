//! What became of an import once the store had it.

use super::{Sentence, sentence};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Written,
    /// The files say what the ledger says already; nothing was written.
    Nothing,
    /// This very decision was written before.
    Repeat,
    /// Something the plan rests on has moved since it was read; nothing was written.
    Moved(Moved),
}

/// What has moved. Running the import again reads it anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    Round(String),
    Unit(String),
    Post(String),
    Item(i32),
    /// Somebody wrote a row under the same natural key; the constraint says which kind.
    Taken(String),
}

impl Moved {
    pub fn sentence(&self) -> Sentence {
        let (zh, en) = match self {
            Moved::Round(name) => (format!("轮次“{name}”"), format!("the round “{name}”")),
            Moved::Unit(name) => (format!("单位“{name}”"), format!("the unit “{name}”")),
            Moved::Post(title) => (format!("岗位“{title}”"), format!("the post “{title}”")),
            Moved::Item(number) => (format!("第 {number} 项"), format!("item {number}")),
            Moved::Taken(rule) => (format!("同一条目（{rule}）"), format!("the same entry ({rule})")),
        };
        sentence!(
            "导入期间有人改动了{zh}，什么也没有写入；请重新导入",
            "somebody changed {en} meanwhile and nothing was written; import again"
        )
    }
}
