//! Bodies that this crate refuses and another library reads: the list in the guide is complete and names the libraries.

use super::mutated;
use super::tables;

const GUIDE: &str = include_str!("../../../docs/src/requests.md");
const PEERS: [&str; 4] = ["WebOb", "Werkzeug", "Django", "`multipart`"];

/// The rows of the list: the libraries, and the text of the error.
fn listed() -> Vec<(String, &'static str)> {
    let start = GUIDE.find("| sent | read by |").unwrap();
    let list = GUIDE[start..].split("\n\n").next().unwrap();
    let mut rows: Vec<(String, &str)> = Vec::new();
    for line in list.lines().skip(2) {
        let cells: Vec<_> = line.split(" | ").collect();
        let [_, by, says] = cells[..] else {
            panic!("{line}");
        };
        let before = rows.last().map_or("", |row| &row.0);
        rows.push((by.replace("the same", before), says));
    }
    rows
}

/// The text of an error without the details of one body; `None` if it is not an error.
fn message(told: &str) -> Option<&str> {
    let (status, message) = told.split_once(' ')?;
    status.parse::<u16>().ok().filter(|status| *status >= 400)?;
    let message = message
        .split_once("part ")
        .map_or(message, |(before, part)| {
            let (number, after) = part.split_once(": ").unwrap_or(("", part));
            let is_number = before.is_empty() && number.parse::<u8>().is_ok();
            if is_number { after } else { message }
        });
    // Limits are in another list.
    (!message.contains("(limit `")).then_some(message)
}

#[test]
fn the_guide_tells_all_that_is_refused_here_and_read_there() {
    let listed = listed();
    let mut faults = Vec::new();
    for (what, _, _, peers, ours, _) in tables() {
        let Some(message) = message(ours) else {
            continue;
        };
        let quoted = format!("`{message}`");
        let by: Vec<_> = listed
            .iter()
            .filter(|row| row.1.contains(&quoted))
            .collect();
        let is_told = |peer| {
            let names = [peer, "all", "others", "two or three"];
            by.iter()
                .any(|row| names.iter().any(|name| row.0.contains(name)))
        };
        // Some libraries find an empty form in anything. They count only if no other library finds a form with fields.
        let full = peers.iter().any(|found| !["", "!"].contains(found));
        let readers = PEERS.iter().zip(peers).filter(|(_, found)| {
            if full {
                !["", "!"].contains(found)
            } else {
                **found != "!"
            }
        });
        let untold = readers.filter(|(peer, _)| !is_told(**peer));
        faults.extend(untold.map(|(peer, _)| format!("{what}: {message}: read by {peer}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_guide_tells_what_is_refused_of_mutated_bodies() {
    let messages = mutated::refused_and_read();
    assert!(messages.len() > 15, "{messages:?}");
    for told in messages {
        let Some(message) = message(&told) else {
            continue;
        };
        let quoted = format!("`{message}`");
        assert!(GUIDE.contains(&quoted), "{message} is not in the list");
    }
}

#[test]
fn what_the_guide_lists_is_recorded() {
    let refused: Vec<_> = tables().filter_map(|row| message(row.4)).collect();
    for (by, says) in listed() {
        // These have other tables.
        if ["charset `x`", "`gzip`", "[limits]"]
            .iter()
            .any(|other| says.contains(other))
        {
            continue;
        }
        let messages = says.split('`').skip(1).step_by(2);
        let mut known = messages.filter(|message| message.contains(' ')).peekable();
        assert!(
            known.peek().is_some() || says.starts_with("the same"),
            "{by}: {says}"
        );
        for message in known {
            assert!(
                refused.contains(&message),
                "{message}: no recorded body is refused so"
            );
        }
    }
}
