//! Checks the compiler's first message against the comment at the top of a program.
//!
//! ```text
//! // expect: the phrase that names the mistake
//! // cure: the phrase that says what to do; or else
//! // page: src/file.rs Item the phrase with which the page of the item that it points at begins; or else
//! // no cure: why the compiler cannot be made to say it
//! ```
//!
//! A page is for messages whose text comes only from rustc (E0308, E0382, E0521, E0599, E0608, E0618 …).

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The number of lines at the beginning of a page that are read.
const FIRST_LINES: usize = 18;

/// A longer list of implementors is too long for a reader.
const LONGEST_LIST: usize = 8;

/// Checks every program in `directory`, and that at least `with_cure` of them have a message that says what to do.
pub(crate) fn check(directory: impl AsRef<Path>, with_cure: usize) {
    let programs = programs(directory.as_ref());
    let mut faults = Vec::new();
    let mut cures = 0;
    for path in &programs {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut fault = |text: String| faults.push(format!("{name}: {text}"));
        let source = read(path);
        let message = read(&path.with_extension("stderr"));
        let first = first_error(&message);
        let phrases = |key| lines(&source, key).collect::<Vec<_>>();
        let (mistakes, mut remedies) = (phrases("// expect: "), phrases("// cure: "));
        for phrase in mistakes.iter().chain(&remedies) {
            if !joined(first).contains(phrase) {
                fault(format!("the first error does not say `{phrase}`"));
            }
        }
        for page in phrases("// page: ") {
            if let Err(why) = check_page(page, &joined(first)) {
                fault(why);
            }
            remedies.push(page);
        }
        if mistakes.is_empty() {
            fault("no line `// expect: …`".to_owned());
        }
        if remedies.is_empty() == phrases("// no cure: ").is_empty() {
            fault("needs `// cure: …` or `// no cure: …`".to_owned());
        }
        if longest_list(&message) > LONGEST_LIST {
            fault(format!("a list of more than {LONGEST_LIST} implementors"));
        }
        cures += usize::from(!remedies.is_empty());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(cures >= with_cure, "{cures} of {}", programs.len());
}

/// Checks that the message shows the item, and that the docs of the item begin with the phrase.
fn check_page(page: &str, message: &str) -> Result<(), String> {
    let mut words = page.splitn(3, ' ');
    let mut word = || words.next().expect("a file, an item and a phrase");
    let (file, item, phrase) = (word(), word(), word());
    if !message.contains(item) {
        return Err(format!("the first error does not show `{item}`"));
    }
    let source = read(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(file),
    );
    let docs = beginnings(&source, item);
    if docs.iter().any(|docs| docs.contains(phrase)) {
        return Ok(());
    }
    Err(format!(
        "the page of `{item}` does not begin with `{phrase}`: {docs:?}"
    ))
}

/// The first lines of the docs of an item, or of all items of that name.
fn beginnings(source: &str, item: &str) -> Vec<String> {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let declares = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.next() == Some("pub") && words.nth(1) == Some(item)
    };
    let declared = (0..lines.len()).filter(|at| declares(lines[*at]));
    declared
        .map(|at| joined(&docs_above(&lines[..at])))
        .collect()
}

fn docs_above(lines: &[&str]) -> String {
    let above = lines.iter().rev();
    let mut docs: Vec<_> = above
        .skip_while(|line| !line.starts_with("///"))
        .map_while(|line| line.strip_prefix("///"))
        .collect();
    docs.reverse();
    docs.truncate(FIRST_LINES);
    docs.join(" ")
}

fn programs(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory is in the repository");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("the directory can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text after `key` in the comment at the top.
fn lines<'s>(source: &'s str, key: &str) -> impl Iterator<Item = &'s str> {
    let comment = source.lines().take_while(|line| line.starts_with("//"));
    comment.filter_map(move |line| line.strip_prefix(key))
}

/// The text from the first `error` to the second.
fn first_error(message: &str) -> &str {
    let start = message.find("error").unwrap_or_default();
    let block = &message[start..];
    block.find("\nerror").map_or(block, |end| &block[..end])
}

/// Joins lines, so that a phrase is found wherever the compiler breaks it.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The number of entries of the longest list of implementors; `and 129 others` counts as one. Lists of serde do not
/// count.
///
/// A list is either indented, or has one `= note:` per entry, preceded by the place of its declaration.
fn longest_list(message: &str) -> usize {
    let mut longest = 0;
    let mut length = None;
    for line in message.lines().map(str::trim) {
        let entry = line.trim_start_matches(['|', '=']).trim_start();
        if entry.contains("the following other types implement trait") {
            length = (!entry.contains("`serde")).then_some(0);
        } else if let Some(entries) = &mut length {
            let place = entry.is_empty() || entry.starts_with("-->") || entry.starts_with(":::");
            let code = line.starts_with('|');
            let note = entry.starts_with("note: `");
            let listed = !line.starts_with('=') && !entry.contains(": ");
            if note || (listed && !place && !code) {
                *entries += 1;
                longest = longest.max(*entries);
            } else if !place && !code {
                length = None;
            }
        }
    }
    longest
}

#[test]
fn a_page_is_the_docs_right_above_an_item() {
    let source = "/// Other.\npub fn other() {}\n\n/// First.\n///\n/// Second.\n#[must_use]\npub fn one(&self) {}\n";
    assert_eq!(beginnings(source, "one"), ["First. Second."]);
    assert_eq!(
        check_page("Cargo.toml one x", "two"),
        Err("the first error does not show `one`".to_owned())
    );
}

#[test]
fn counts_both_kinds_of_lists() {
    let indented = "  = help: the following other types implement trait `T`:\n            &'a A\n            (B, C)\n          and 7 others\n  = note: required for `X`\n          and Y";
    let notes = "help: the following other types implement trait `T`\n --> a.rs:1\n  |\n  | impl T for A\n  | ^^^\n  = note: `A`\n ::: b.rs\n  |\n  = note: `B`\n  = note: required for `X`\n  = note: `C`";
    for (message, want) in [(indented, 3), (notes, 2), ("error: x", 0)] {
        assert_eq!(longest_list(message), want, "{message}");
    }
}

#[test]
fn the_first_error_ends_where_the_second_begins() {
    let message = "warning: w\n\nerror[E0277]: one\n --> a.rs\n\nerror: two\n";
    assert_eq!(first_error(message), "error[E0277]: one\n --> a.rs\n");
}
