//! Which heading means which column: the names found in real ledgers, and those of the sample files.
//! Aliases stand in order of preference; the first of `names` is the one our own exports write.

use crate::domain::ledger_file::{FileKind, plain};

/// One column of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its key in code and in messages about files without such a heading.
    pub key: &'static str,
    pub required: bool,
    pub names: &'static [&'static str],
}

const fn needed(key: &'static str, names: &'static [&'static str]) -> Column {
    Column { key, required: true, names }
}

const fn wanted(key: &'static str, names: &'static [&'static str]) -> Column {
    Column { key, required: false, names }
}

const UNITS: &[Column] = &[
    needed("code", &["单位代码", "代码", "编码", "单位编码", "code", "unit_code"]),
    needed("name", &["单位名称", "名称", "单位", "责任单位", "name", "unit"]),
    wanted("kind", &["单位类别", "类别", "单位类型", "单位性质", "kind"]),
    wanted("parent", &["上级单位", "上级", "主管单位", "上级单位代码", "parent"]),
    wanted("aliases", &["别名", "简称", "别名(简称)", "单位简称", "曾用名", "aliases", "alias"]),
];

const POSTS: &[Column] = &[
    needed("unit_code", &["单位代码", "单位", "单位名称", "所在单位", "代码", "unit_code", "unit"]),
    needed("post", &["岗位", "职务", "岗位名称", "岗位(职务)", "post", "title"]),
    needed("role", &["角色", "权限", "身份", "role"]),
];

const LEDGER: &[Column] = &[
    needed(
        "number",
        &[
            "序号",
            "编号",
            "问题序号",
            "问题编号",
            "整改任务编号",
            "任务编号",
            "整改序号",
            "项号",
            "number",
            "no",
            "no.",
        ],
    ),
    wanted("superior_number", &["上级编号", "省级编号", "省整改任务编号", "国家编号", "superior_number"]),
    needed(
        "title",
        &[
            "整改事项",
            "整改任务",
            "问题标题",
            "问题名称",
            "反馈问题",
            "问题",
            "存在问题",
            "具体问题",
            "督察反馈问题",
            "反馈意见",
            "问题描述",
            "问题内容",
            "title",
        ],
    ),
    wanted(
        "description",
        &[
            "问题描述",
            "问题详情",
            "具体问题",
            "反馈问题",
            "督察反馈问题",
            "问题内容",
            "存在问题",
            "description",
        ],
    ),
    wanted("category", &["类别", "污染类型", "问题类别", "问题类型", "所属类别", "category"]),
    wanted("region", &["行政区域", "所在区域", "区域", "所属区域", "属地", "region"]),
    wanted("goal", &["整改目标", "目标", "整改目标要求", "rectification_goal", "goal"]),
    wanted("measures", &["整改措施", "措施", "具体措施", "主要整改措施", "measures"]),
    needed(
        "deadline",
        &["整改时限", "整改期限", "完成时限", "办结时限", "整改完成时限", "时限", "完成期限", "deadline"],
    ),
    wanted("deadline_text", &["时限表述", "deadline_text"]),
    wanted("kind", &["整改类型", "整改类别", "整改方式", "类型", "kind"]),
    needed(
        "lead_unit",
        &[
            "牵头单位",
            "牵头责任单位",
            "责任单位",
            "整改责任单位",
            "整改单位",
            "主要责任单位",
            "责任主体",
            "牵头部门",
            "牵头",
            "lead_unit",
            "lead",
        ],
    ),
    wanted("co_units", &["配合单位", "协办单位", "配合责任单位", "参与单位", "配合部门", "配合", "co_units"]),
    wanted("responsible_post", &["责任人", "整改责任人", "具体责任人", "单位责任人", "responsible_post"]),
    wanted(
        "leader_post",
        &[
            "包抓领导",
            "督导领导",
            "包抓市级领导",
            "市级包抓领导",
            "督办领导",
            "责任领导",
            "supervising_leader_post",
            "leader",
        ],
    ),
    wanted(
        "acceptance_unit",
        &["验收单位", "牵头验收单位", "市级牵头验收单位", "市级验收单位", "验收牵头单位", "acceptance_unit"],
    ),
    wanted(
        "status",
        &["整改状态", "整改进展状态", "状态", "完成情况", "整改完成情况", "整改情况", "销号情况", "status"],
    ),
    wanted(
        "percent",
        &["整改进度", "进度", "完成率", "完成比例", "整改完成率", "完成进度", "percent", "progress"],
    ),
    wanted("completed_on", &["完成时间", "完成日期", "completed_on"]),
    wanted(
        "signed_off_on",
        &["销号时间", "验收销号时间", "销号日期", "办结时间", "signed_off_on", "closed_on"],
    ),
    wanted("milestones", &["阶段目标", "序时进度", "阶段性目标", "进度节点", "milestones"]),
];

const HISTORY: &[Column] = &[
    needed("effective_on", &["日期", "生效日期", "发生日期", "时间", "填报日期", "effective_on", "date"]),
    needed("number", &["编号", "序号", "问题序号", "整改任务编号", "问题编号", "项号", "number"]),
    needed("kind", &["类型", "事件", "事件类型", "类别", "kind"]),
    wanted("percent", &["进度", "整改进度", "完成率", "percent"]),
    wanted("text", &["说明", "进展", "进展说明", "整改进展", "内容", "备注", "text"]),
];

/// Columns our own exports add for the reader; the system computes them and never takes them back.
pub(super) const COMPUTED: &[&str] =
    &["核实进度", "最近进展", "最近填报", "预警", "其他预警", FAILED_ROW, FAILED_WHY];

/// What the workbook of rows that failed puts before their own columns; imported again, it is passed over.
pub(super) const FAILED_ROW: &str = "原行号";
pub(super) const FAILED_WHY: &str = "未导入原因";

pub(super) fn columns(kind: FileKind) -> &'static [Column] {
    match kind {
        FileKind::Units => UNITS,
        FileKind::Posts => POSTS,
        FileKind::Ledger => LEDGER,
        FileKind::History => HISTORY,
    }
}

/// A heading without blanks, line breaks, marks and remarks in brackets: `整改进度（%）*` is 整改进度.
fn bare(heading: &str) -> String {
    let mut depth = 0usize;
    let kept: String = plain(heading)
        .chars()
        .filter(|c| match c {
            '(' | '[' | '【' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect();
    kept.trim_matches([':', '*', '、', '"']).to_owned()
}

/// What a row of headings turned out to mean.
#[derive(Debug, Default, Clone)]
pub(super) struct Matched {
    /// (position in the row, column).
    pub columns: Vec<(usize, Column)>,
    /// Headings nobody knows.
    pub unknown: Vec<String>,
    /// Headings that mean a column another heading has taken.
    pub doubled: Vec<String>,
}

impl Matched {
    pub fn missing(&self, kind: FileKind) -> Vec<&'static Column> {
        let has = |key| self.columns.iter().any(|(_, column)| column.key == key);
        columns(kind).iter().filter(|column| column.required && !has(column.key)).collect()
    }
}

/// Two rows of headings as one: a merged cell shows its text in its first cell only, so what stands above
/// goes on to the right where something stands below. `责任单位` above `牵头` is 牵头; where the lower word
/// alone means nothing, both together or the upper one alone may.
pub(super) fn two_rows(kind: FileKind, above: &[String], below: &[String]) -> Vec<String> {
    let mut over = "";
    (0..above.len().max(below.len()))
        .map(|at| {
            let text = |row: &'_ [String]| row.get(at).map_or("", |text| text.trim()).to_owned();
            let (upper, lower) = (text(above), text(below));
            over = above.get(at).map(|text| text.trim()).filter(|text| !text.is_empty()).unwrap_or(over);
            if lower.is_empty() {
                return upper;
            }
            let both = format!("{over}{lower}");
            [&lower, &both, over].into_iter().find(|text| is_heading(kind, text)).unwrap_or(&both).to_owned()
        })
        .collect()
}

/// Whether some column is called so.
pub(super) fn is_heading(kind: FileKind, text: &str) -> bool {
    let (full, bare) = (plain(text), bare(text));
    columns(kind).iter().any(|column| column.names.iter().any(|name| full == *name || bare == *name))
}

/// Reads a row as headings. Each column takes the heading it likes best of those still free.
pub(super) fn match_row(kind: FileKind, cells: &[String]) -> Matched {
    let headings: Vec<(String, String)> = cells.iter().map(|cell| (plain(cell), bare(cell))).collect();
    let mut taken = vec![false; cells.len()];
    let mut matched = Matched::default();
    let answers = |name: &str, (full, bare): &(String, String)| *full == name || *bare == name;
    for column in columns(kind) {
        let best = column
            .names
            .iter()
            .find_map(|name| (0..headings.len()).find(|at| !taken[*at] && answers(name, &headings[*at])));
        if let Some(at) = best {
            taken[at] = true;
            matched.columns.push((at, *column));
        }
    }
    let named = |heading: &(String, String)| {
        columns(kind).iter().any(|column| column.names.iter().any(|name| answers(name, heading)))
    };
    for (at, heading) in headings.iter().enumerate() {
        if taken[at] || heading.0.is_empty() {
            continue;
        }
        let shown = cells[at].split_whitespace().collect::<Vec<_>>().join(" ");
        if named(heading) {
            matched.doubled.push(shown);
        } else {
            matched.unknown.push(shown);
        }
    }
    matched
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(kind: FileKind, row: &[&str]) -> Vec<(usize, &'static str)> {
        let row: Vec<String> = row.iter().map(|cell| (*cell).to_owned()).collect();
        let mut keys: Vec<_> =
            match_row(kind, &row).columns.iter().map(|(at, column)| (*at, column.key)).collect();
        keys.sort();
        keys
    }

    #[test]
    fn real_headings_find_their_columns() {
        let row = ["序 号", "反馈问题", "整改目标", "整改时限\n", "牵头责任单位", "整改进度（%）", "备注"];
        assert_eq!(
            keys(FileKind::Ledger, &row),
            [(0, "number"), (1, "title"), (2, "goal"), (3, "deadline"), (4, "lead_unit"), (5, "percent")]
        );
    }

    #[test]
    fn the_same_word_is_title_or_description_by_what_else_is_there() {
        assert_eq!(keys(FileKind::Ledger, &["问题描述"]), [(0, "title")]);
        assert_eq!(keys(FileKind::Ledger, &["问题描述", "整改事项"]), [(0, "description"), (1, "title")]);
    }

    #[test]
    fn every_name_is_written_as_it_is_compared() {
        for kind in FileKind::ALL {
            for column in columns(kind) {
                for name in column.names {
                    assert_eq!(plain(name), *name, "{} of {}", column.key, kind.code());
                }
            }
        }
    }
}
