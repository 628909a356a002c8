//! The floor plan, read off the source: who may use whom, where SQL may stand, how long a file may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use duban::domain::Status;

/// The modules each module may use. What is not named here is forbidden.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("commands", &["domain", "store"]),
    ("warnings", &["domain"]),
    ("imports", &["domain"]),
    ("exports", &["domain", "files", "store"]),
    ("files", &["domain"]),
    ("config", &[]),
    ("platforms", &["config", "domain"]),
    ("app", &["commands", "config", "domain", "platforms"]),
    ("workers", &["app", "commands", "domain", "exports", "files", "platforms", "store", "warnings"]),
    ("web", &["app", "commands", "config", "domain", "files", "platforms", "store"]),
    ("cluster", &[]),
    ("logging", &[]),
    (
        "service",
        &["app", "commands", "config", "exports", "platforms", "store", "warnings", "web", "workers"],
    ),
    (
        "cli",
        &[
            "app",
            "cluster",
            "commands",
            "config",
            "domain",
            "exports",
            "imports",
            "platforms",
            "service",
            "store",
        ],
    ),
];

/// Tables that only `store/commit` writes.
const LEDGER: &[&str] = &[
    "unit",
    "post",
    "holder",
    "binding_code",
    "bind_failure",
    "chat",
    "leave",
    "round",
    "item",
    "item_text",
    "item_co_unit",
    "milestone",
    "report",
    "item_history",
    "warning",
    "verdict",
    "attachment",
    "document",
    "document_end",
    "workday",
    "calendar",
    "alarm",
    "cycle",
    "duty",
    "dispatch",
    "dispatch_waiver",
    "agency",
    "series",
    "notice",
    "notice_item",
    "notice_copy",
    "notice_answer",
    "activity",
    "finding_task",
    "assessment",
    "assessment_sheet",
    "assessment_deduction",
    "assessment_appeal",
    "put_up",
    "public_wording",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every source file of ours: its path below `src`, its module, its text.
fn modules() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").display().to_string();
            let module = name.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            (name, module, fs::read_to_string(&path).expect("text"))
        })
        .collect()
}

/// The modules named as `crate::…`, also inside braces.
fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            if line[..at].ends_with('$') {
                continue;
            }
            let rest = &line[at + "crate::".len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![rest],
            };
            found.extend(names.into_iter().map(|name| {
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
            }));
        }
    }
    found
}

#[test]
fn every_module_uses_only_the_floors_below() {
    let floors: BTreeMap<&str, &[&str]> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, module, text) in modules() {
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let Some(allowed) = floors.get(module.as_str()) else {
            wrong.push(format!("{name}: the module {module} has no place in the floor plan"));
            continue;
        };
        for used in uses(&text) {
            // `say!` belongs to domain.
            if used != module && used != "say" && !used.is_empty() && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{name} uses {used}; {module} may use {allowed:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn domain_is_pure() {
    for (name, module, text) in modules() {
        if module == "domain" {
            for forbidden in
                ["async ", "tokio", "sqlx", "reqwest", "std::fs", "std::net", "std::env", "Utc::now"]
            {
                assert!(!text.contains(forbidden), "{name} has {forbidden}");
            }
        }
    }
}

#[test]
fn sql_stands_in_the_store_and_ledger_tables_are_written_by_commit_alone() {
    for (name, module, text) in modules() {
        // The embedded server makes and probes its database; that is not the ledger's SQL.
        if module != "store" && module != "cluster" {
            for sql in ["sqlx::query", "raw_sql", "INSERT INTO", "SELECT "] {
                assert!(!text.contains(sql), "{name} has {sql}");
            }
        }
        if name.starts_with("store/commit/") {
            continue;
        }
        for table in LEDGER {
            for verb in ["INSERT INTO", "UPDATE", "DELETE FROM"] {
                for end in [" ", "\n", "("] {
                    assert!(!text.contains(&format!("{verb} {table}{end}")), "{name} has {verb} {table}");
                }
            }
        }
    }
}

/// SQL has no `Status::is_completed`: a list of states that names some of the completed ones names them all,
/// or an item in publicity counts as open in one place and as done in the next.
#[test]
fn lists_of_completed_states_name_all_of_them() {
    let done: Vec<String> = Status::ALL
        .into_iter()
        .filter(|status| status.is_completed())
        .map(|status| format!("'{}'", status.code()))
        .collect();
    let mut lists = 0;
    for (name, _, text) in modules() {
        for (at, _) in text.match_indices("IN ('") {
            let list = text[at..].split(')').next().unwrap_or_default();
            if list.contains("'completed'") {
                lists += 1;
                assert!(done.iter().all(|state| list.contains(state)), "{name}: {list})");
            }
        }
    }
    assert!(lists > 10, "{lists} lists found");
}

#[test]
fn every_file_says_what_it_is_for_and_stays_short() {
    for (name, _, text) in modules() {
        assert!(text.starts_with("//!"), "{name} has no header");
        let lines = text.lines().count();
        assert!(lines <= 500, "{name} has {lines} lines: what second thing does it hold?");
    }
}

#[test]
fn every_entry_of_a_folder_is_registered() {
    for (folder, marker, table) in [
        ("commands", "pub const COMMAND: Command", "COMMANDS"),
        ("warnings", "const RULE: Rule", "WARNINGS"),
        ("platforms", "pub fn open(", "PLATFORMS"),
        ("exports", "const EXPORT: Export", "EXPORTS"),
    ] {
        let all = modules();
        let prefix = format!("{folder}/");
        let (_, _, head) =
            all.iter().find(|(name, _, _)| *name == format!("{folder}/mod.rs")).expect("a table");
        let list =
            head.split(&format!("{table}: ")).nth(1).expect(table).split("];").next().expect("its end");
        for (name, _, text) in all.iter().filter(|(name, _, _)| name.starts_with(&prefix)) {
            let entry = name[prefix.len()..].trim_end_matches(".rs").trim_end_matches("/mod");
            if entry != "mod" && !entry.contains('/') && text.contains(marker) {
                assert!(list.contains(&format!("{entry}::")), "{name} is not in {table}");
            }
        }
    }
}
