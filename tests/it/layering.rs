//! Imports go strictly downward: the table is the architecture.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Each module with its layer; it may import what lies lower, and itself.
const LAYERS: &[(&str, u32)] = &[
    ("syntax", 0),
    ("error", 1),
    ("charset", 1),
    ("finite", 1),
    ("multi_dict", 2),
    ("filename", 2),
    ("html", 2),
    ("url", 2),
    ("content_coding", 2),
    ("media_type", 2),
    ("message", 2),
    ("negotiation", 2),
    ("multipart", 3),
    ("urlencoded", 3),
    ("gateway", 3),
    ("request", 4),
    ("response", 4),
    // Beside the wrappers, not below: it reads the clock and the environment.
    ("signed", 4),
    ("cookies", 5),
    ("form", 5),
    ("json", 5),
    ("query", 5),
    ("redirect", 5),
    ("render", 5),
    ("send", 5),
    ("handler", 6),
    ("middleware", 7),
    ("server", 7),
    // Above middleware, which it puts around routes.
    ("routing", 8),
    // Above the hosts, since it may start one.
    ("testing", 8),
    ("guide", 9),
    ("lib", 9),
];

fn layer(module: &str) -> u32 {
    let found = LAYERS.iter().find(|(name, _)| *name == module);
    found
        .unwrap_or_else(|| panic!("`{module}` is not in the table of layers"))
        .1
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let named = found.into_iter().map(|path| {
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    named.collect()
}

#[test]
fn imports_go_downward() {
    for (file, text) in all() {
        let module = file.split(['/', '.']).next().unwrap();
        let own = layer(module);
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code.filter(|_| module != "lib") {
            for import in line.split("crate::").skip(1) {
                let name: String = import
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                assert!(
                    !name.is_empty(),
                    "{file}: import one module per line: {line}"
                );
                assert!(
                    name == module || layer(&name) < own,
                    "{file} imports `{name}`, which is not below it: {line}"
                );
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_stays_readable() {
    for (file, text) in all() {
        assert!(
            text.starts_with("//! "),
            "{file} opens without a `//!` line"
        );
        let lines = text.lines().count();
        assert!(lines <= 600, "{file} has {lines} lines");
    }
}

#[test]
fn cfg_stands_on_items_only() {
    for (file, text) in all() {
        for line in text
            .lines()
            .filter(|line| line.trim_start().starts_with("#[cfg(feature"))
        {
            assert!(
                line.starts_with("#["),
                "{file}: `cfg` inside of something: {line}"
            );
        }
    }
}
