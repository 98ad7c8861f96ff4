//! How WebOb 1.8.11, Werkzeug 3.1.9, Django 5.2.19 and the library `multipart` 2.0.1 read multipart bodies, recorded by
//! `tests/oracle/record_multipart.py`. This crate reads them the same way, or the row has a reason.
//!
//! Bodies that all of them read are read here. If the name of a field or the end of a part is ambiguous, the error says
//! so. No body gives a form with fewer parts than one of them finds.

use rustzeug::Request;
use rustzeug::form::{Form, FormEntry};

use crate::common::Recorded;

mod before;
mod boundaries;
mod charsets;
mod closings;
mod delimiters;
mod disposition;
mod filenames;
mod guide;
mod heads;
mod line_ends;
pub(crate) mod mutated;
mod names;
mod parameter;

/// A description, type and body; the results of the four; the result of this crate; the reason, if one differs.
///
/// A field is `name=value`, a file `name=<filename>content`, an exception `!`. `{cd}` stands for
/// `Content-Disposition: form-data`, and `{n*text}` for n times the text.
type Row = (
    &'static str,
    &'static [u8],
    &'static [u8],
    [&'static str; 4],
    &'static str,
    &'static str,
);

const TYPE: &[u8] = b"multipart/form-data; boundary=b";

fn tables() -> impl Iterator<Item = &'static Row> {
    let tables = [
        before::ROWS,
        boundaries::ROWS,
        charsets::ROWS,
        closings::ROWS,
        delimiters::ROWS,
        disposition::ROWS,
        filenames::ROWS,
        heads::ROWS,
        line_ends::ROWS,
        names::ROWS,
        parameter::ROWS,
    ];
    tables.into_iter().flatten()
}

#[test]
fn multipart_bodies_are_read_as_recorded() {
    let mut recorded = Recorded::default();
    for (what, content_type, body, peers, ours, why) in tables() {
        let told = read(&filled(content_type), filled(body));
        match without_charsets(what) {
            Some(ours) if !cfg!(feature = "charsets") => assert_eq!(told, ours, "{what}"),
            _ => recorded.row(what, &told, peers, [ours, why]),
        }
    }
    recorded.hold();
}

/// The result of this crate without the feature `charsets`, if it is different.
fn without_charsets(what: &str) -> Option<&'static str> {
    let mut rows = charsets::WITHOUT.iter();
    rows.find(|(row, _)| *row == what).map(|(_, ours)| *ours)
}

fn filled(mut text: &[u8]) -> Vec<u8> {
    let mut filled = Vec::new();
    while let Some((first, after)) = text.split_first() {
        if let Some(after) = text.strip_prefix(b"{cd}") {
            filled.extend(b"Content-Disposition: form-data");
            text = after;
        } else if let Some((count, repeated, after)) = repetition(text) {
            filled.extend(repeated.repeat(count));
            text = after;
        } else {
            filled.push(*first);
            text = after;
        }
    }
    filled
}

/// Parses `{n*text}`: the number, the text, and the rest after it.
fn repetition(text: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let text = text.strip_prefix(b"{")?;
    let star = text.iter().position(|byte| *byte == b'*')?;
    let count = str::from_utf8(&text[..star]).ok()?.parse().ok()?;
    let length = text[star..].iter().position(|byte| *byte == b'}')?;
    let (repeated, after) = (&text[star + 1..star + length], &text[star + length + 1..]);
    Some((count, repeated, after))
}

/// The result of this crate for a body, in the notation of the table, or the status and message.
fn read(content_type: &[u8], body: Vec<u8>) -> String {
    let request = Request::blank("/")
        .with_method("POST")
        .with_header("content-type", content_type)
        .with_body(body);
    match request.form().wait() {
        Ok(form) => told(&form),
        Err(error) => {
            let message = error.message();
            let message = message.strip_prefix("the form is refused: ");
            format!(
                "{} {}",
                error.status().as_u16(),
                message.unwrap_or(error.message())
            )
        }
    }
}

fn told(form: &Form) -> String {
    let entries = form.entries().map(|entry| match entry {
        FormEntry::Field(name, value) => format!("{}={}", brief(name), brief(value)),
        FormEntry::File(file) => {
            let bytes = file.bytes().wait().unwrap();
            let content = String::from_utf8_lossy(&bytes);
            let (name, filename) = (file.name(), file.filename());
            format!("{}=<{}>{}", brief(name), brief(filename), brief(&content))
        }
    });
    entries.collect::<Vec<_>>().join("|")
}

fn brief(text: &str) -> String {
    let length = text.chars().count();
    if length <= 60 {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(10).collect();
    format!("{beginning}…{length}")
}
