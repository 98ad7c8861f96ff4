//! Imports go strictly downward, and within a folder never in circles. The tables are the architecture.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use imports::circles;
use imports::modules;
use imports::paths;

#[path = "layering/imports.rs"]
mod imports;

/// Each folder with its layer. It may import from lower layers and from itself.
const LAYERS: &[(&str, u32)] = &[
    ("syntax", 0),
    ("base", 1),
    ("headers", 2),
    ("wire", 2),
    ("semantics", 3),
    ("gateway", 3),
    ("request", 4),
    ("response", 4),
    ("data", 5),
    ("handler", 6),
    ("middleware", 7),
    ("server", 7),
    ("static_files", 7),
    // Above middleware, because routes are wrapped in it.
    ("routing", 8),
    // Above the servers, because it may start one.
    ("testing", 9),
    ("guide", 10),
    ("lib", 10),
];

/// The same for the contents of a folder: of two entries, only the higher one may import the other.
const WITHIN: &[(&str, u32)] = &[
    ("syntax::charset", 0),
    ("syntax::media_type", 1),
    ("base::error", 0),
    ("base::filename", 0),
    ("base::finite", 0),
    ("base::html", 0),
    ("base::url", 0),
    ("base::multi_dict", 1),
    ("semantics::caching", 0),
    ("semantics::conditional", 0),
    ("semantics::content_coding", 0),
    ("semantics::negotiation", 0),
    ("semantics::range", 0),
    ("wire::cgi_head", 0),
    ("wire::compression", 0),
    ("wire::variables", 0),
    ("wire::front", 1),
    ("wire::fastcgi", 2),
    ("wire::scgi", 2),
    ("wire::uwsgi", 2),
    ("wire::message", 0),
    ("wire::multipart", 0),
    ("wire::proxy", 0),
    ("wire::urlencoded", 0),
    // The keys sign cookies; the other kinds of data do not import one another.
    ("data::signed", 0),
    ("data::cookies", 1),
    ("data::form", 1),
    ("data::json", 1),
    ("data::query", 1),
    // The part that serves any protocol imports none of them.
    ("server::workers", 0),
    ("server::hosting", 1),
    ("server::front", 2),
    ("server::http", 2),
    ("server::tower", 2),
    ("server::cgi", 2),
];

/// Paths whose files may import one another in a circle, and why they belong together.
const CIRCLES: &[(&str, &str)] = &[
    (
        "base/multi_dict/",
        "the pairs with their index; a search that learns from its attempts",
    ),
    ("gateway/body/", "a body may be made of bodies"),
    (
        "gateway/input/budget/",
        "one lock for what bodies hold and for the bodies that wait",
    ),
];

fn layer(module: &str) -> u32 {
    let found = LAYERS.iter().find(|(name, _)| *name == module);
    found
        .unwrap_or_else(|| panic!("`{module}` is not in the table of layers"))
        .1
}

fn within(path: &[String]) -> Option<(&'static str, u32)> {
    let path = path.iter().take(2).cloned().collect::<Vec<_>>().join("::");
    WITHIN.iter().find(|(name, _)| *name == path).copied()
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
    below("src")
}

/// The files of source below a folder, with their text.
fn below(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    sources(&root, &mut found);
    let named = found.into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy();
        (name.into_owned(), fs::read_to_string(&path).unwrap())
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
fn imports_go_downward_within_folders_that_have_layers() {
    let files = all();
    let sources = modules(&files);
    let known = sources.iter().map(|source| source.module.clone()).collect();
    for source in &sources {
        let Some((name, own)) = within(&source.module) else {
            continue;
        };
        for path in paths(source, &known) {
            if let Some((other, its)) = within(&path) {
                assert!(
                    path[0] != source.module[0] || other == name || its < own,
                    "{} imports {}, which is not below `{name}`",
                    source.file,
                    path.join("::")
                );
            }
        }
    }
}

#[test]
fn files_of_a_folder_form_no_circle() {
    let circles = circles(&all());
    let mut needed = BTreeSet::new();
    for circle in &circles {
        let allowed = CIRCLES
            .iter()
            .find(|(path, _)| circle.iter().all(|file| file.starts_with(path)));
        let (path, _) = allowed.unwrap_or_else(|| panic!("a circle of imports: {circle:#?}"));
        needed.insert(*path);
    }
    for (path, _) in CIRCLES {
        assert!(needed.contains(path), "no circle is left in `{path}`");
    }
}

/// The names in a line of the picture, and their column; the description begins 34 columns later.
fn pictured(line: &str) -> Option<(usize, Vec<&str>)> {
    let names = line.strip_prefix('L').map_or(line, |rest| {
        rest.split_once(' ').map_or("", |(_, names)| names)
    });
    let before = line.len() - names.trim_start().len();
    let end = line.len().min(before + 34);
    let names = line.get(before..end)?.split_whitespace();
    let names = names.map(|name| name.trim_end_matches('/'));
    (before < 34 && before < end).then(|| (before, names.collect()))
}

#[test]
fn the_picture_of_the_guide_shows_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/src/architecture.md")).unwrap();
    let picture = text.split("```").nth(1).unwrap();
    let mut folders = Vec::<(usize, String)>::new();
    let mut layers = BTreeMap::new();
    let mut number = 0;
    for line in picture.lines().skip(1) {
        let Some((column, names)) = pictured(line) else {
            continue;
        };
        if let Some((its, _)) = line.strip_prefix('L').and_then(|rest| rest.split_once(' ')) {
            number = its.parse().unwrap();
        }
        folders.retain(|(before, _)| *before < column);
        let above = folders.last().map_or("src", |(_, path)| path);
        let paths = names.iter().map(|name| format!("{above}/{name}"));
        let paths = paths.collect::<Vec<_>>();
        for path in &paths {
            let is_there =
                root.join(format!("{path}.rs")).exists() || root.join(path).join("mod.rs").exists();
            assert!(is_there, "{path} is in the picture only: {line}");
        }
        if folders.is_empty() {
            layers.extend(names.iter().map(|name| ((*name).to_owned(), number)));
        }
        // Lines that are indented further belong to this folder.
        if let [path] = &*paths {
            folders.push((column, path.clone()));
        }
    }
    let expected = LAYERS
        .iter()
        .map(|(name, layer)| ((*name).to_owned(), *layer));
    assert_eq!(layers, expected.collect());
}

#[test]
fn the_comment_in_lib_shows_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("//   "));
    let rows = lines.map(|line| line[..line.len().min(18)].split_whitespace());
    let shown = rows
        .flatten()
        .map(|name| (name, layer(name)))
        .collect::<Vec<_>>();
    let downward = shown.iter().rev().is_sorted_by_key(|(_, layer)| *layer);
    assert!(downward, "not from the top down: {shown:?}");
    let shown = shown.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>();
    let folders = LAYERS.iter().filter(|(_, layer)| *layer < 10);
    assert_eq!(shown, folders.map(|(name, _)| *name).collect());
}

#[test]
fn a_folder_is_a_layer() {
    let files = all();
    let mut entries = BTreeSet::new();
    for (file, _) in &files {
        entries.insert(file.split('/').next().unwrap());
        let folder = file.trim_end_matches(".rs");
        let beside = files.iter().any(|(other, _)| {
            other
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        });
        assert!(!beside, "{file} stands beside a folder of its name");
    }
    assert!(
        entries.len() <= 18,
        "{} entries in src: {entries:?}",
        entries.len()
    );
}

#[test]
fn every_file_says_what_it_is_for_and_stays_readable() {
    for (file, text) in [all(), below("tests/it")].concat() {
        assert!(
            text.starts_with("//! "),
            "{file} opens without a `//!` line"
        );
        let lines = text.lines().count();
        assert!(lines <= 450, "{file} has {lines} lines");
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
