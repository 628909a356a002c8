//! What the program says about itself, and that every setting is written down.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use duban::config::Settings;
use serde::de::{Deserialize, Deserializer, Visitor, value};

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
        ["demo", "serve", "import", "export", "invite", "calendar", "migrate", "doctor", "telegram"]
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

#[test]
fn the_example_of_settings_names_what_is_read_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("deploy/env.example")).expect("the example");
    let written: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .collect();
    // The log's own variable is not a setting of ours, but people need it.
    let read: Vec<String> = fields().into_iter().map(variable).chain(["RUST_LOG".to_owned()]).collect();
    assert_eq!(written.iter().copied().collect::<BTreeSet<_>>(), read.iter().map(String::as_str).collect());
    assert_eq!(written.len(), read.len(), "a variable stands twice");
    for name in written {
        let above = text.split(&format!("\n{name}=")).next().expect("text before it");
        assert!(above.lines().last().is_some_and(|line| line.starts_with("# ")), "{name} is not explained");
    }

    let vars = text.lines().filter_map(|line| line.split_once('='));
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::from_vars(vars).expect("the example can be used as it stands");
    let defaults = Settings::from_vars(Vec::new()).expect("defaults");
    assert_eq!(format!("{settings:?}"), format!("{defaults:?}"), "the example shows the defaults");
}

fn variable(field: &str) -> String {
    match field {
        "database_url" => "DATABASE_URL".to_owned(),
        field => format!("DUBAN_{}", field.to_uppercase()),
    }
}

/// The fields that serde fills in: what `Settings` asks a deserializer for.
fn fields() -> Vec<&'static str> {
    struct Ask<'a>(&'a mut Vec<&'static str>);

    impl<'de> Deserializer<'de> for Ask<'_> {
        type Error = value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
            Err(serde::de::Error::custom("only structs are asked about"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, value::Error> {
            self.0.extend(fields);
            Err(serde::de::Error::custom("no value"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
            unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    impl fmt::Debug for Ask<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Ask")
        }
    }

    let mut found = Vec::new();
    assert!(Settings::deserialize(Ask(&mut found)).is_err());
    found
}
