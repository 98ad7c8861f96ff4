//! Checks that the documentation agrees with the code.

use std::fs;

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn function(source: &str) -> &str {
    let start = source.find("fn current_time").unwrap();
    let end = source[start..].find("\n}\n").unwrap();
    &source[start..start + end + 3]
}

#[test]
fn the_readme_shows_the_three_programs_as_they_are() {
    let readme = read("README.md");
    for style in ["raw", "webob_style", "werkzeug_style"] {
        let source = read(&format!("examples/time_{style}.rs"));
        assert!(
            readme.contains(function(&source)),
            "time_{style} differs from the README"
        );
    }
}

#[test]
fn the_last_two_programs_have_at_most_ten_lines() {
    for style in ["webob_style", "werkzeug_style"] {
        let source = read(&format!("examples/time_{style}.rs"));
        let lines = function(&source).lines().count();
        assert!(lines <= 10, "time_{style} has {lines} lines");
    }
}

#[test]
fn examples_are_short_and_say_how_to_run_them() {
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let is_long = matches!(&*name, "gallery" | "own_server");
        let most = if is_long { 120 } else { 80 };
        assert!(
            text.lines().count() <= most,
            "{name} is longer than {most} lines"
        );
        assert!(
            text.lines().any(|line| {
                let command = format!("//! cargo run --example {name}");
                line.strip_prefix(&command)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(" --features "))
            }),
            "{name} does not say how to run it"
        );
    }
}

#[test]
fn the_feature_tables_list_the_features() {
    let manifest = read("Cargo.toml");
    let features = manifest
        .split("\n[features]\n")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let names = features
        .lines()
        .filter_map(|line| line.split_once(" = ["))
        .map(|(name, _)| name);
    let defaults = features
        .lines()
        .find(|line| line.starts_with("default = "))
        .unwrap();
    for document in ["README.md", "src/lib.rs"] {
        let text = read(document);
        for name in names.clone().filter(|name| *name != "default") {
            let row = text
                .lines()
                .find(|line| line.contains(&format!("| `{name}` |")));
            let row =
                row.unwrap_or_else(|| panic!("{document} has no row for the feature `{name}`"));
            let default = defaults.contains(&format!("\"{name}\""));
            assert!(
                row.ends_with(if default { "| yes |" } else { "| no |" }),
                "{document}: {row}"
            );
        }
    }
}

#[test]
fn every_chapter_is_in_the_summary_and_run() {
    let (summary, guide) = (read("docs/src/SUMMARY.md"), read("src/guide/mod.rs"));
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name != "SUMMARY.md" {
            assert!(
                summary.contains(&format!("({name})")),
                "{name} is not in the summary"
            );
            assert!(
                guide.contains(&format!("\"{name}\"")),
                "{name} is not in src/guide/mod.rs"
            );
        }
    }
}

#[test]
fn the_page_about_limits_lists_every_setting() {
    let page = read("docs/src/limits.md");
    let sources = ["src/gateway/limits.rs", "src/server/limits.rs"].map(read);
    let settings: Vec<_> = sources
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| Some(line.trim().split_once(", with_")?.0))
        .collect();
    assert!(settings.len() > 25, "{settings:?}");
    for setting in settings {
        let row = format!("\n| `{setting}` | ");
        assert!(page.contains(&row), "`{setting}` has no row");
    }
}

/// The chapters by the names of their files, in the order of `SUMMARY.md`.
fn chapters() -> Vec<String> {
    let summary = read("docs/src/SUMMARY.md");
    let links = summary.lines().filter_map(|line| line.split_once("]("));
    links
        .map(|(_, file)| file.trim_end_matches(".md)").to_owned())
        .collect()
}

#[test]
fn the_guide_lists_its_chapters_in_the_order_of_the_book() {
    let guide = read("src/guide/mod.rs");
    let listed: Vec<_> = guide
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .filter_map(|line| line.split_once("]("))
        .map(|(_, name)| name.trim_end_matches(')').replace('_', "-"))
        .collect();
    assert_eq!(listed, chapters());
    for chapter in chapters() {
        assert!(guide.contains(&format!("\"{chapter}.md\";")), "{chapter}");
    }
}

/// `[text](tour.md)` would be a dead link in rustdoc. A label that only one of book and rustdoc defines would be a dead
/// link in the other.
#[test]
fn chapters_link_to_chapters_by_labels_that_book_and_rustdoc_know() {
    let of_rustdoc = read("src/guide/links.md");
    let chapters = chapters();
    for chapter in &chapters {
        let text = read(&format!("docs/src/{chapter}.md"));
        let unlabelled = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let unlabelled: Vec<_> = unlabelled.filter(|link| link.contains(".md")).collect();
        assert!(
            unlabelled.is_empty(),
            "{chapter}: links without a label: {unlabelled:?}"
        );
        for label in text
            .split("][")
            .skip(1)
            .filter_map(|rest| rest.split(']').next())
        {
            let (file, anchor) = label.split_once('#').unwrap_or((label, ""));
            if !chapters.iter().any(|name| name == file) {
                continue;
            }
            let hash = if anchor.is_empty() { "" } else { "#" };
            let in_book = format!("\n[{label}]: {file}.md{hash}{anchor}\n");
            assert!(
                text.contains(&in_book),
                "{chapter}: no definition {in_book:?}"
            );
            let module = file.replace('-', "_");
            let in_rustdoc = format!("[{label}]: crate::guide::{module}{hash}{anchor}\n");
            assert!(
                of_rustdoc.contains(&in_rustdoc),
                "src/guide/links.md: no line {in_rustdoc:?}"
            );
        }
    }
}
