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
