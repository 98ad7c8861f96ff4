//! Imports go strictly downward, and within a folder never in circles. The tables are the architecture.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

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
    ("semantics::content_coding", 0),
    ("semantics::negotiation", 0),
    ("wire::message", 0),
    ("wire::multipart", 0),
    ("wire::urlencoded", 0),
    // The keys sign cookies; the other kinds of data do not import one another.
    ("data::signed", 0),
    ("data::cookies", 1),
    ("data::form", 1),
    ("data::json", 1),
    ("data::query", 1),
    // The part that serves any protocol imports none of them.
    ("server::hosting", 0),
    ("server::http", 1),
];

/// Paths whose files may import one another in a circle, and why they belong together.
const CIRCLES: &[(&str, &str)] = &[
    (
        "base/multi_dict/",
        "the names and values with their index; a search that learns from what it tries",
    ),
    ("gateway/body/", "a body may be made of bodies"),
    (
        "gateway/input/budget/",
        "one lock: who holds what, and who waits for it",
    ),
];

type Module = Vec<String>;

/// A source file: its module, and its code without comments and tests.
struct Source {
    file: String,
    module: Module,
    code: String,
}

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let named = found.into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy();
        (name.into_owned(), fs::read_to_string(&path).unwrap())
    });
    named.collect()
}

/// `gateway/body/mod.rs` is `gateway::body`; the module of `no_span.rs` comes from the `#[path]` next to it.
fn modules(files: &[(String, String)]) -> Vec<Source> {
    let twins = twins(files);
    let sources = files.iter().map(|(file, text)| {
        let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
        let module = path.split('/').map(str::to_owned).collect();
        Source {
            file: file.clone(),
            module: twins.get(file).cloned().unwrap_or(module),
            code: code(text),
        }
    });
    let tests = |file: &str| file.contains("/tests/") || file.ends_with("/tests.rs");
    sources
        .filter(|source| !tests(&source.file) && source.file != "lib.rs")
        .collect()
}

fn twins(files: &[(String, String)]) -> BTreeMap<String, Module> {
    let mut found = BTreeMap::new();
    for (file, text) in files {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let twin = line.strip_prefix("#[path = \"");
            let Some(twin) = twin.and_then(|rest| rest.strip_suffix("\"]")) else {
                continue;
            };
            let declared = lines.peek().and_then(|line| line.strip_suffix(';'));
            if let Some((_, name)) = declared.and_then(|line| line.rsplit_once("mod ")) {
                let module = folder.split('/').chain([name]).map(str::to_owned);
                found.insert(format!("{folder}/{twin}"), module.collect());
            }
        }
    }
    found
}

/// The code that is compiled outside tests, without comments. Tests in a file are at its end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Every path in the code that begins in this crate, resolved completely.
fn paths(source: &Source, modules: &BTreeSet<Module>) -> Vec<Module> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = source.code.as_str();
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !is_name(c) && c != ':').unwrap_or(rest.len());
        let token = rest[..length].trim_end_matches(':');
        if length > 0 && before != '.' && token.contains("::") && !token.starts_with(':') {
            let visibility = source.code[..source.code.len() - rest.len()].ends_with("pub(in ");
            let names = token.split("::").map(str::to_owned).collect::<Vec<_>>();
            found.extend(
                (!visibility)
                    .then(|| absolute(source, names, modules))
                    .flatten(),
            );
        }
        let step = length.max(first.len_utf8());
        before = rest[..step].chars().last().unwrap_or(' ');
        rest = &rest[step..];
    }
    found
}

fn absolute(source: &Source, names: Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let mut base = source.module.clone();
    let mut names = names.into_iter().peekable();
    match names.peek().map(String::as_str) {
        Some("crate") => base.clear(),
        Some("self" | "super") => (),
        Some(first) => {
            let child = [base.as_slice(), &[first.to_owned()]].concat();
            return modules
                .contains(&child)
                .then(|| base.into_iter().chain(names).collect());
        }
        None => return None,
    }
    for name in names {
        match name.as_str() {
            "crate" | "self" => (),
            "super" => drop(base.pop()),
            _ => base.push(name),
        }
    }
    Some(base)
}

/// The re-exports of `mod.rs` files: the new path, and the path to which it leads.
type Aliases = BTreeMap<Module, Module>;

fn aliases(sources: &[Source], modules: &BTreeSet<Module>) -> Aliases {
    let mut found = Aliases::new();
    for source in sources
        .iter()
        .filter(|source| source.file.ends_with("mod.rs"))
    {
        for line in source
            .code
            .lines()
            .filter_map(|line| line.strip_suffix(';'))
        {
            let path = line.split_once("use ").filter(|(before, _)| {
                before.is_empty() || (before.starts_with("pub") && before.ends_with(' '))
            });
            let Some((_, path)) = path.filter(|(_, path)| !path.contains(' ')) else {
                continue;
            };
            let names = path.split("::").map(str::to_owned).collect::<Vec<_>>();
            let name = names.last().unwrap().clone();
            if let Some(target) = absolute(source, names, modules) {
                let alias = source.module.iter().cloned().chain([name]).collect();
                found.insert(alias, target);
            }
        }
    }
    found
}

/// The module in which a path ends, after re-exports are followed.
fn module_of(path: &[String], modules: &BTreeSet<Module>, aliases: &Aliases, steps: u32) -> Module {
    let mut length = path.len();
    while length > 0 && !modules.contains(&path[..length]) {
        length -= 1;
    }
    let alias = path.get(..=length).and_then(|path| aliases.get(path));
    match alias {
        Some(target) if steps < 8 && target != path => {
            let whole = [target.as_slice(), &path[length + 1..]].concat();
            module_of(&whole, modules, aliases, steps + 1)
        }
        _ => path[..length].to_vec(),
    }
}

/// The imports between the files of each folder of `src`.
fn imports(files: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let sources = modules(files);
    let known = sources.iter().map(|source| source.module.clone()).collect();
    let aliases = aliases(&sources, &known);
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    for source in &sources {
        let re_exports = source.file.ends_with("mod.rs");
        let text = source.code.lines().filter(|line| {
            // A re-export in a `mod.rs` does not count as an import.
            !(re_exports && line.starts_with("pub") && line.contains(" use "))
        });
        let source = Source {
            file: source.file.clone(),
            module: source.module.clone(),
            code: text.collect::<Vec<_>>().join("\n"),
        };
        for path in paths(&source, &known) {
            let target = module_of(&path, &known, &aliases, 0);
            let same_folder = target.first() == source.module.first();
            if !same_folder || target == source.module {
                continue;
            }
            let targets = sources_of(&sources, &target);
            found
                .entry(source.file.clone())
                .or_default()
                .extend(targets);
        }
    }
    found
}

fn sources_of(sources: &[Source], module: &Module) -> Vec<String> {
    let found = sources.iter().filter(|source| source.module == *module);
    found.map(|source| source.file.clone()).collect()
}

/// Files that import one another, directly or indirectly; each circle completely.
fn circles(files: &[(String, String)]) -> Vec<BTreeSet<String>> {
    let imports = imports(files);
    let reached = |from: &String| {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            for next in imports.get(file).into_iter().flatten() {
                if found.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        found
    };
    let reached = imports
        .keys()
        .map(|file| (file.clone(), reached(file)))
        .collect::<BTreeMap<_, _>>();
    let mut found = BTreeSet::new();
    for (file, targets) in reached
        .iter()
        .filter(|(file, targets)| targets.contains(*file))
    {
        let back = |other: &&String| reached.get(*other).is_some_and(|all| all.contains(file));
        found.insert(
            targets
                .iter()
                .filter(back)
                .cloned()
                .collect::<BTreeSet<_>>(),
        );
    }
    found.into_iter().collect()
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

/// The circles in a folder with these files and contents.
fn folder(files: &[(&str, &str)]) -> Vec<BTreeSet<String>> {
    let files = files
        .iter()
        .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
    circles(&files.collect::<Vec<_>>())
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let module = ("a/mod.rs", "mod b;\nmod c;\npub use b::B;\npub use c::C;\n");
    let cases = [
        ("use super::c::C;", "use super::b::B;", true, "by `super`"),
        (
            "use crate::a::c::C;",
            "use crate::a::b::B;",
            true,
            "by `crate`",
        ),
        ("use super::C;", "use crate::a::B;", true, "by re-exports"),
        (
            "fn f() { super::c::g() }",
            "use super::b;",
            true,
            "by a call",
        ),
        (
            "type T = Vec<super::C>;",
            "use super::B;",
            true,
            "by a type",
        ),
        ("use super::C;", "fn g() {}", false, "one way"),
        (
            "use super::C;",
            "// use super::B;",
            false,
            "a comment is no import",
        ),
        (
            "use super::C;",
            "#[cfg(test)]\nmod tests {\n    use super::super::b::B;\n}",
            false,
            "nor what only tests import",
        ),
        (
            "use super::C;",
            "pub(in crate::a) fn g() {}",
            false,
            "nor how far something is seen",
        ),
        (
            "use super::C;",
            "use crate::other::B;",
            false,
            "nor another folder",
        ),
    ];
    for (b, c, is_circle, why) in cases {
        let found = folder(&[module, ("a/b.rs", b), ("a/c.rs", c)]);
        let expected = BTreeSet::from(["a/b.rs".to_owned(), "a/c.rs".to_owned()]);
        let expected = if is_circle { vec![expected] } else { vec![] };
        assert_eq!(found, expected, "{why}");
    }
}

#[test]
fn a_circle_is_found_by_way_of_others() {
    let module = (
        "a/mod.rs",
        "mod b;\nmod c;\n#[cfg(x)]\n#[path = \"no_d.rs\"]\nmod d;\n#[cfg(not(x))]\nmod d;\n",
    );
    let b = ("a/b.rs", "use super::c::C;");
    let c = ("a/c.rs", "use super::d::D;");
    let twin = ("a/no_d.rs", "use super::b::B;");
    let found = folder(&[module, b, c, ("a/d.rs", ""), twin]);
    let expected = ["a/b.rs", "a/c.rs", "a/no_d.rs"].map(str::to_owned);
    assert_eq!(found, [BTreeSet::from(expected)]);

    let parent = ("a/mod.rs", "mod b;\nuse b::B;\nstruct A(B);\n");
    let found = folder(&[parent, ("a/b.rs", "use super::A;")]);
    let expected = ["a/b.rs", "a/mod.rs"].map(str::to_owned);
    assert_eq!(found, [BTreeSet::from(expected)], "a type and its part");
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
    for (file, text) in all() {
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
