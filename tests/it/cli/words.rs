//! What the program says about itself.

use super::Desk;

/// The names in the list of commands of a help text.
fn commands(help: &str) -> Vec<String> {
    let list = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned);
    names.filter(|name| name != "help").collect()
}

#[tokio::test]
async fn every_command_explains_itself_with_an_example() {
    let desk = Desk::new();
    let nothing = desk.duban(&[]).await;
    assert_eq!((nothing.code, nothing.out.as_str()), (Some(2), ""));
    let all = commands(&nothing.err);
    assert_eq!(
        all,
        [
            "demo", "serve", "import", "export", "invite", "calendar", "migrate", "doctor", "telegram",
            "template"
        ]
    );
    assert!(nothing.err.starts_with("督办："), "Chinese first: {}", nothing.err);

    let mut lines: Vec<Vec<String>> = all.into_iter().map(|name| vec![name]).collect();
    while let Some(line) = lines.pop() {
        let words: Vec<&str> = line.iter().map(String::as_str).chain(["--help"]).collect();
        let help = desk.duban(&words).await.well().out;
        let example = format!("duban {}", line.join(" "));
        let examples = help.split_once("例 / example:\n").unwrap_or_else(|| panic!("{words:?}: {help}")).1;
        assert!(examples.contains(&example), "{words:?}: {help}");
        let has_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let (about, options) = help.split_once("Usage:").expect("a usage");
        assert!(has_chinese(about), "{words:?}: {help}");
        // Every option of ours is explained as well.
        for option in options.lines().filter(|line| line.trim_start().starts_with("--")) {
            assert!(has_chinese(option), "{words:?}: {option}");
        }
        lines.extend(commands(&help).into_iter().map(|name| [line.clone(), vec![name]].concat()));
    }
    assert!(!desk.path("data").exists(), "help needs no data folder");
}

#[tokio::test]
async fn templates_are_taken_out_and_what_is_wrong_with_them_is_told_in_both_languages() {
    let desk = Desk::new();
    let export = desk.duban(&["template", "export"]).await.well();
    assert_eq!(export.out.lines().count(), 6, "{export:#?}");
    desk.duban(&["template", "check"]).await.well().telling(&["项目卡：用内置模板 / built in"]);
    desk.write("data/templates/项目卡.docx", "no archive");
    desk.write("data/templates/项目卡(1).docx", "a copy that somebody left");
    desk.write("data/templates/~$项目卡.docx", "open in an editor");
    let check = desk.duban(&["template", "check"]).await.refused();
    let wrong: Vec<&str> = check.out.lines().filter(|line| !line.ends_with("built in")).collect();
    insta::assert_snapshot!(wrong.join("\n"), @r"
    项目卡：模板 templates/项目卡.docx 有误：不是 docx 文件 / template templates/项目卡.docx: is no docx file: invalid Zip archive: Could not find EOCD
    项目卡(1).docx：没有叫这个名字的模板，不会用到 / no template is called so, it is never used：整改情况报告、发文、送达回证、验收销号公示表、项目卡、验收销号记录
    ");
}
