//! 10,000 mutated bodies: none gives a form with fewer parts than a peer finds.
//!
//! `mutated.txt` has the results of the peers; `tests/oracle/mutated_multipart.py` makes it and describes its format.
//! The bodies are drawn here as there, from the same seeds, pieces and numbers.

use std::collections::BTreeSet;

use super::read;

const RECORDED: &str = include_str!("mutated.txt");

const TYPES: [&[u8]; 3] = [
    b"multipart/form-data; boundary=b",
    b"multipart/form-data; charset=utf-8; boundary=b",
    b"Multipart/Form-Data; x=\"y;z\"; boundary=\"b\"",
];

#[rustfmt::skip]
const SEEDS: [&[u8]; 5] = [
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
    --b\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n2\r\n--b--\r\n",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n\
    --b\r\nContent-Disposition: form-data; name=c\r\n\r\n\r\n--b--",
    b"before\r\n--b\r\nX-Note: 1\r\nContent-Disposition: form-data; filename=\"f\"; name=\"a\"\r\n\r\n--c\r\n\r\n\
    --b\r\nContent-Disposition: form-data; name=\"c\"\r\nX-Note: 2\r\n\r\n2\r\n--b--\r\nafter",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''f; x=y\r\n\r\n1\r\n\
    --b\r\nContent-Disposition: form-data;\r\n name=\"c\"\r\n\r\n2\r\n\
    --b\r\nContent-Disposition: form-data; name=\"d\"\r\n\r\n3\r\n--b--\r\n",
];

#[rustfmt::skip]
const PIECES: [&[u8]; 44] = [
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"-", b"--", b"b", b"--b", b"\r\n--b", b"--b--",
    b"\r\n--b\r\n", b"\r\n--b--\r\n", b"\n--b\r\n", b"\"", b"\\", b"'", b";", b"=", b":", b",", b"*", b"%22", b"%", b"\x00",
    b"\x0c", b"\xe9", b"\xc3\xa9", b"x", b"name", b"name=\"c\"", b"; name=c", b"; filename=\"g\"", b"; filename*=UTF-8''g",
    b"; x", b"; x=y", b"; x=\"y", b"form-data", b"Content-Disposition: ",
    b"Content-Disposition: form-data; name=\"e\"\r\n\r\n4", b"X: y\r\n", b"Content-Type: text/plain\r\n",
];

const MARKS: [&[u8]; 7] = [b"\r\n", b"--b", b";", b"\"", b":", b"=", b"name"];

/// Reasons to refuse a body that all four read: data that all of them lose, and results on which they agree by chance.
const REASONS: [&str; 11] = [
    "415 the content type is not that of a form",
    "the content type has two boundaries",
    "the head of a part comes before the first boundary",
    "the head of a part comes after the closing boundary",
    "text follows the closing boundary on its line",
    "Content-Disposition with two names",
    "Content-Disposition with a name that needs quotes",
    "a parameter of Content-Disposition is malformed",
    "a header line without a name before a colon",
    "a CR without LF in a header line",
    "a line ends with LF instead of CR LF",
];

/// `SplitMix64`
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let number = (mixed ^ (mixed >> 31)) >> 33;
        usize::try_from(number).unwrap() % bound
    }

    fn of<'c>(&mut self, choices: &[&'c [u8]]) -> &'c [u8] {
        choices[self.below(choices.len())]
    }

    fn span(&mut self, text: &[u8], most: usize) -> (usize, usize) {
        let start = self.below(text.len() + 1);
        (start, (start + 1 + self.below(most)).min(text.len()))
    }

    fn mutated(&mut self, text: &[u8]) -> Vec<u8> {
        let kind = self.below(7);
        match kind {
            0 => {
                let (start, end) = self.span(text, 4);
                [&text[..start], &text[end..]].concat()
            }
            1 => {
                let (before, after) = text.split_at(self.below(text.len() + 1));
                [before, self.of(&PIECES), after].concat()
            }
            2 => {
                let (start, end) = self.span(text, 2);
                [&text[..start], self.of(&PIECES), &text[end..]].concat()
            }
            3 => {
                let (start, end) = self.span(text, 60);
                let (before, after) = text.split_at(self.below(text.len() + 1));
                [before, &text[start..end], after].concat()
            }
            _ => self.marked(text, kind),
        }
    }

    /// Puts a piece in place of a mark, before it, or after it.
    fn marked(&mut self, text: &[u8], kind: usize) -> Vec<u8> {
        let mark = self.of(&MARKS);
        let all = 0..(text.len() + 1).saturating_sub(mark.len());
        let places: Vec<_> = all.filter(|at| text[*at..].starts_with(mark)).collect();
        if places.is_empty() {
            return text.to_owned();
        }
        let at = places[self.below(places.len())];
        let piece = self.of(&PIECES);
        let (before, after) = match kind {
            4 => (at, at + mark.len()),
            5 => (at, at),
            _ => (at + mark.len(), at + mark.len()),
        };
        [&text[..before], piece, &text[after..]].concat()
    }

    /// A content type and a body.
    pub(crate) fn case(&mut self) -> (Vec<u8>, Vec<u8>) {
        let mut content_type = self.of(&TYPES).to_owned();
        if self.below(8) == 0 {
            content_type = self.mutated(&content_type);
            content_type.retain(|byte| (32..127).contains(byte));
        }
        let mut body = self.of(&SEEDS).to_owned();
        for _ in 0..=self.below(2) {
            body = self.mutated(&body);
        }
        (content_type, body)
    }
}

/// FNV-1a
fn checksum(text: &[u8], state: u64) -> u64 {
    text.iter().fold(state, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

const START: u64 = 0xCBF2_9CE4_8422_2325;

#[test]
fn no_mutated_body_gives_a_form_with_fewer_parts_than_a_peer_finds() {
    let mut words = RECORDED.split_whitespace();
    let total = words.next().unwrap();
    let (mut numbers, mut state) = (Numbers(7), START);
    let (mut count, mut read_bodies, mut faults) = (0, 0, Vec::new());
    for word in words {
        let (content_type, body) = numbers.case();
        for text in [&content_type[..], b"\n", &body, b"\n"] {
            state = checksum(text, state);
        }
        count += 1;
        let (most, same) = word
            .split_once('=')
            .map_or((word, None), |(most, same)| (most, Some(same)));
        let told = read(&content_type, body.clone());
        let fault = if is_refused(&told) {
            same.is_some() && !REASONS.iter().any(|reason| told.ends_with(reason))
        } else {
            read_bodies += 1;
            let parts = if told.is_empty() {
                0
            } else {
                told.split('|').count()
            };
            let sum = format!("{:04x}", checksum(told.as_bytes(), START) & 0xFFFF);
            parts < most.parse().unwrap_or(0) || same.is_some_and(|same| same != sum)
        };
        if fault {
            faults.push(format!(
                "{}: {}: {told:?}, not {word}",
                count - 1,
                body.escape_ascii()
            ));
        }
    }
    assert_eq!(
        format!("{state:016x}"),
        total,
        "the bodies are those that were recorded"
    );
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(
        count == 10_000 && read_bodies > 1_000,
        "{read_bodies} of {count}"
    );
}

/// The errors of the bodies that are refused here and in which a peer finds parts.
pub(super) fn refused_and_read() -> BTreeSet<String> {
    let mut numbers = Numbers(7);
    let words = RECORDED.split_whitespace().skip(1);
    let refused = words.filter_map(|word| {
        let (content_type, body) = numbers.case();
        let told = read(&content_type, body);
        (!word.starts_with(['-', '0']) && is_refused(&told)).then_some(told)
    });
    refused.collect()
}

fn is_refused(told: &str) -> bool {
    ["400 ", "413 ", "415 "]
        .iter()
        .any(|status| told.starts_with(status))
}
