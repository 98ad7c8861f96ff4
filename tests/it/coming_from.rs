//! The tables in the guide pages for users of `WebOb` and Werkzeug, row by row.
//!
//! `tests/oracle/coming_from.txt` records what `WebOb` 1.8.11 and Werkzeug 3.1.9 do; `tests/oracle/coming_from.py`
//! makes it. Each row has a twin here, which uses the names in the row and gives the same result. If the result
//! differs, the row has a note, and the result of this crate is next to the twin.

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::gateway::Application;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ServerInfo;
use rustzeug::mime::Mime;
use serde_json::Value;
use serde_json::json;

use crate::folder::Folder;

mod webob_caching;
mod webob_files;
mod webob_headers;
mod webob_requests;
mod webob_responses;
mod werkzeug_caching;
mod werkzeug_files;
mod werkzeug_maps;
mod werkzeug_proxies;
mod werkzeug_requests;
mod werkzeug_rules;

const RECORDED: &str = include_str!("../oracle/coming_from.txt");

/// The first cell, the result of this crate if it differs, and the twin.
type Row = (&'static str, &'static str, fn() -> Result<Value>);

struct Page {
    library: &'static str,
    text: &'static str,
    /// The twins, in the order of the page, and the text that they are.
    twins: &'static [(&'static [Row], &'static str)],
}

/// The twins of a file, and its text.
macro_rules! twins {
    ($file:ident) => {
        (
            $file::ROWS,
            include_str!(concat!("coming_from/", stringify!($file), ".rs")),
        )
    };
}

#[test]
fn what_is_said_to_those_who_come_from_webob_holds() {
    hold(&Page {
        library: "webob",
        text: include_str!("../../docs/src/coming-from-webob.md"),
        twins: &[
            twins!(webob_requests),
            twins!(webob_responses),
            twins!(webob_headers),
            twins!(webob_caching),
            twins!(webob_files),
        ],
    });
}

#[test]
fn what_is_said_to_those_who_come_from_werkzeug_holds() {
    hold(&Page {
        library: "werkzeug",
        text: include_str!("../../docs/src/coming-from-werkzeug.md"),
        twins: &[
            twins!(werkzeug_requests),
            twins!(werkzeug_rules),
            twins!(werkzeug_maps),
            twins!(werkzeug_caching),
            twins!(werkzeug_files),
            twins!(werkzeug_proxies),
        ],
    });
}

fn hold(page: &Page) {
    let told = told(page.text);
    let names: Vec<_> = told.iter().map(|cells| name(cells)).collect();
    let rows = page.twins.iter().flat_map(|(rows, _)| *rows);
    let known: Vec<_> = rows.map(|(name, ..)| *name).collect();
    assert_eq!(
        names, known,
        "each row of the page has its twin, in the same order"
    );
    let mut faults = Vec::new();
    let mut told = told.iter();
    for (rows, source) in page.twins {
        let mut source = *source;
        for (row, cells) in rows.iter().zip(&mut told) {
            let twin = cut(&mut source, row.0, rows);
            let unused = words(cells.get(1)).filter(|word| !has_word(twin, word));
            faults.extend(unused.map(|word| format!("{}: does not use `{word}`", row.0)));
            faults.extend(fault(page.library, cells, row));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What is wrong with a row.
fn fault(library: &str, cells: &[String], (name, differs, twin): &Row) -> Option<String> {
    let line = format!("{library}\t{name}\t");
    let Some(theirs) = RECORDED.lines().find_map(|it| it.strip_prefix(&line)) else {
        return Some(format!(
            "{name}: tests/oracle/coming_from.txt has no such row"
        ));
    };
    let ours = match twin() {
        Ok(ours) => ours,
        Err(error) => return Some(format!("{name}: {error:?}")),
    };
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    if differs.is_empty() {
        return (ours != value(theirs)).then(|| format!("{name}: {ours}, not {theirs}, as there"));
    }
    if ours != value(differs) {
        return Some(format!("{name}: {ours}, not {differs}"));
    }
    let note = cells.get(2).is_some_and(|note| !note.is_empty());
    let is_told = note && value(differs) != value(theirs);
    (!is_told).then(|| format!("{name}: {ours} here, {theirs} there: is there a note?"))
}

/// The cells of all rows of all tables.
fn told(page: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in page.lines() {
        if line.starts_with("|---") {
            rows.pop();
        } else if let Some(line) = line.strip_prefix("| ") {
            let line = line.strip_suffix('|').unwrap().replace("\\|", "\u{0}");
            let cells = line.split('|');
            rows.push(
                cells
                    .map(|cell| cell.trim().replace('\u{0}', "|"))
                    .collect(),
            );
        }
    }
    rows
}

/// The name of a row: the first cell, or the second if the first is empty.
fn name(cells: &[String]) -> &str {
    cells.iter().find(|cell| !cell.is_empty()).unwrap()
}

/// The source of a row: from its name to the name of the next row.
fn cut<'s>(rest: &mut &'s str, name: &str, rows: &[Row]) -> &'s str {
    let start = rest.find(name).unwrap() + name.len();
    let after = &rest[start..];
    let next = rows.iter().position(|row| row.0 == name).unwrap() + 1;
    let end = rows
        .get(next)
        .map_or(after.len(), |row| after.find(row.0).unwrap());
    *rest = &after[end..];
    &after[..end]
}

/// The words between backticks in a cell.
fn words(cell: Option<&String>) -> impl Iterator<Item = &str> {
    let codes = cell.map_or("", |cell| cell).split('`').skip(1).step_by(2);
    let words = codes.flat_map(|code| code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter(|word| word.len() > 1 && !word.ends_with('_'))
}

fn has_word(source: &str, word: &str) -> bool {
    let mut words = source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.any(|it| it == word)
}

/// The status with which something is refused; 0 if it is not.
fn refused<T>(outcome: Result<T, impl Into<Error>>) -> u16 {
    outcome.map_or_else(|error| error.into().status().as_u16(), |_| 0)
}

fn status(response: &Response) -> u16 {
    response.status().as_u16()
}

fn asked(method: &str, url: &str) -> Environ {
    Request::blank(url).with_method(method).into_environ()
}

/// The text of a response, its redirect target, or its status.
fn at(app: &Router, url: &str) -> Result<Value> {
    let mut response = Request::blank(url).send(app).wait()?;
    if let Some(location) = response.header_text("location") {
        return Ok(json!([status(&response), location]));
    }
    match status(&response) {
        200 => Ok(json!(response.read_text().wait()?)),
        status => Ok(json!(status)),
    }
}

fn essence(content_type: Option<Mime>) -> Option<String> {
    content_type.map(|it| it.essence_str().to_owned())
}

/// A server, and a client at 192.0.2.1.
fn from_a_client() -> ServerInfo {
    ServerInfo::default().with_peer("192.0.2.1:1".parse::<std::net::SocketAddr>().unwrap())
}

/// A folder whose subfolder `public` has files, and a link that leads out of it.
fn public() -> Folder {
    let folder = Folder::with(&[
        ("public/a.txt", "0123456789"),
        ("public/docs/index.html", "docs"),
        ("public/.env", "hidden"),
        ("secret.txt", "secret"),
    ]);
    let link = folder.at("public/out.txt");
    std::os::unix::fs::symlink("../secret.txt", link).unwrap();
    folder
}

fn text(app: &impl Application, path: &str) -> Result<String> {
    Request::blank(path).send(app).wait()?.read_text().wait()
}
