//! Which file of a crate imports which, read from its text.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

pub(super) type Module = Vec<String>;

/// A source file: its module, and its code without comments and tests.
pub(super) struct Source {
    pub(super) file: String,
    pub(super) module: Module,
    code: String,
}

/// `gateway/body/mod.rs` is `gateway::body`; the module of `no_span.rs` comes from the `#[path]` next to it.
pub(super) fn modules(files: &[(String, String)]) -> Vec<Source> {
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
pub(super) fn paths(source: &Source, modules: &BTreeSet<Module>) -> Vec<Module> {
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
pub(super) fn circles(files: &[(String, String)]) -> Vec<BTreeSet<String>> {
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
            "a comment is not an import",
        ),
        (
            "use super::C;",
            "#[cfg(test)]\nmod tests {\n    use super::super::b::B;\n}",
            false,
            "an import of tests does not count",
        ),
        (
            "use super::C;",
            "pub(in crate::a) fn g() {}",
            false,
            "a visibility is not an import",
        ),
        (
            "use super::C;",
            "use crate::other::B;",
            false,
            "another folder does not count",
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
