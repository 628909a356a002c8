//! The files of `deploy/` name what is really there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use duban::config::Settings;
use serde::de::{Deserialize, Deserializer, Visitor, value};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
}

#[test]
fn the_example_of_settings_names_what_is_read_and_nothing_else() {
    let text = read("deploy/env.example");
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

#[test]
fn the_image_copies_what_exists_and_stands_in_for_every_target() {
    let recipe = read("deploy/Dockerfile");
    let copies = recipe.lines().filter_map(|line| line.strip_prefix("COPY "));
    for copy in copies.filter(|copy| !copy.starts_with("--from=")) {
        let words: Vec<&str> = copy.split_whitespace().collect();
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "{copy}: no {source}");
        }
    }
    // The layer of dependencies is built with a stand-in for each target that Cargo.toml names.
    for path in read("Cargo.toml").lines().filter_map(|line| line.strip_prefix("path = ")) {
        assert!(recipe.contains(path.trim_matches('"')), "deploy/Dockerfile has no stand-in for {path}");
    }
}

#[test]
fn the_composition_sets_only_what_is_read() {
    let known: BTreeSet<String> = fields().into_iter().map(variable).collect();
    let composition = read("deploy/compose.yaml");
    let (_, ours) = composition.split_once("\n  duban:\n").expect("our service");
    let (_, ours) = ours.split_once("    environment:\n").expect("its environment");
    let set =
        ours.lines().map_while(|line| line.strip_prefix("      ")).filter_map(|line| line.split_once(": "));
    let set: Vec<&str> = set.map(|(name, _)| name).collect();
    assert!(set.len() > 5, "{set:?}");
    for name in set {
        assert!(known.contains(name), "nobody reads {name}");
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

    let mut found = Vec::new();
    assert!(Settings::deserialize(Ask(&mut found)).is_err());
    found
}
