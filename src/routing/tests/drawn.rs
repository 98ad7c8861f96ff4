//! Random rules, paths and hosts.

use arbtest::arbitrary::Result as Drawn;
use arbtest::arbitrary::Unstructured;

use super::known::IN_HOSTS;
use super::known::KNOWN;
use super::known::UUID;
use super::naive::Known;
use super::naive::Naive;
use super::naive::Part;
use super::naive::Place;

const TEXTS: [&str; 9] = ["a", "b", "7", "a.b", "-", "é", "a b", "%", "{a}"];
const SENT: [&str; 22] = [
    "a",
    "b",
    "7",
    "12",
    "a.b",
    "-",
    "%C3%A9",
    "a%20b",
    "%25",
    "%2F",
    "",
    "a-b",
    "-3",
    "3.5",
    "07",
    "%FF",
    "..",
    "2024-02-29",
    UUID,
    "a-7.b-12",
    "7-7-7.7",
    "%7Ba%7D",
];
const VALUES: [&str; 18] = [
    "a",
    "b",
    "7",
    "4",
    "12",
    "x",
    "ab",
    "a.b",
    "é",
    "a b",
    "{a}",
    "/",
    "a-7",
    "-3",
    "3.5",
    "2024-02-29",
    "2026-11-24",
    UUID,
];
pub(super) const LABELS: [&str; 8] = [
    "a",
    "b",
    "7",
    "a-b",
    "x--7",
    "de",
    "2024-02-29",
    "xn--bcher-kva",
];

/// Up to four parameters with text between them, and sometimes at the ends.
fn draw_pieces(u: &mut Unstructured<'_>, place: usize) -> Drawn<Place> {
    let mut parts = Vec::new();
    if u.ratio(1, 3)? {
        parts.push(Part::Text("a"));
    }
    for letter in ["p", "q", "r", "s"].iter().take(u.int_in_range(1..=4)?) {
        if matches!(parts.last(), Some(Part::Parameter(..))) {
            parts.push(Part::Text(u.choose(&["-", ".", "-7", "é"])?));
        }
        parts.push(Part::Parameter(
            format!("{letter}{place}"),
            u.choose(&KNOWN)?,
        ));
    }
    if u.ratio(1, 5)? {
        parts.push(Part::Text(".b"));
    }
    Ok(Place::Parts(parts))
}

/// One segment; `place` makes the names unique.
fn draw_place(u: &mut Unstructured<'_>, place: usize, has_path: bool) -> Drawn<Place> {
    Ok(match u.int_in_range(0..=9)? {
        0..=2 => Place::Parts(vec![Part::Text(u.choose(&TEXTS)?)]),
        3..=6 => {
            let known = u.choose(&KNOWN)?;
            Place::Parts(vec![Part::Parameter(format!("p{place}"), known)])
        }
        7 | 8 => draw_pieces(u, place)?,
        _ if !has_path => Place::Path(format!("path{place}")),
        _ => Place::Parts(vec![Part::Text("x")]),
    })
}

fn has_path(places: &[Place]) -> bool {
    places.iter().any(|place| matches!(place, Place::Path(_)))
}

fn draw_rule(u: &mut Unstructured<'_>) -> Drawn<Naive> {
    let mut places = Vec::new();
    for place in 0..u.int_in_range(1..=4)? {
        let drawn = draw_place(u, place, has_path(&places))?;
        places.push(drawn);
    }
    if u.ratio(1, 8)? {
        places.push(Place::Parts(Vec::new()));
    }
    Ok(Naive::path(places))
}

/// A rule that differs from another in one segment, so that both match some paths.
fn draw_sibling(u: &mut Unstructured<'_>, rule: &Naive) -> Drawn<Naive> {
    let mut places = rule.places.clone();
    let at = u.choose_index(places.len())?;
    places.remove(at);
    let mut numbers = 0..;
    let fresh = numbers.find(|number| !rule.text.contains(&format!("{number}:")));
    let place = draw_place(u, fresh.unwrap_or_default(), has_path(&places))?;
    places.insert(at, place);
    let is_last = at + 1 == places.len();
    if !is_last && u.ratio(1, 4)? {
        places.remove(at + 1);
    }
    Ok(Naive::path(places))
}

/// Rules that all match different paths.
pub(super) fn draw_rules(u: &mut Unstructured<'_>) -> Drawn<Vec<Naive>> {
    let mut rules: Vec<Naive> = Vec::new();
    for _ in 0..u.int_in_range(1..=8)? {
        let rule = match &rules[..] {
            [] => draw_rule(u)?,
            some if u.ratio(2, 3)? => {
                let sibling = u.choose(some)?;
                draw_sibling(u, sibling)?
            }
            _ => draw_rule(u)?,
        };
        let canonical = rule.canonical();
        if !rules.iter().any(|known| known.canonical() == canonical) {
            rules.push(rule);
        }
    }
    Ok(rules)
}

/// A path that one of the rules matches or almost matches, or any other path.
pub(super) fn draw_path<'r>(
    u: &mut Unstructured<'_>,
    rules: impl IntoIterator<Item = &'r Naive>,
) -> Drawn<String> {
    let rules: Vec<_> = rules.into_iter().collect();
    if rules.is_empty() || u.ratio(1, 4)? {
        let mut path = String::new();
        for _ in 0..u.int_in_range(1..=5)? {
            path.push('/');
            path.push_str(u.choose(&SENT)?);
        }
        return Ok(path);
    }
    let mut path = String::new();
    for place in &u.choose(&rules)?.places {
        path.push('/');
        match place {
            _ if u.ratio(1, 10)? => path.push_str(u.choose(&SENT)?),
            Place::Path(_) => {
                path.push_str(u.choose(&["a", "b/7", "x/a.b", "7/7/a b", "a//b"])?);
            }
            Place::Parts(parts) => {
                for part in parts {
                    let text = match part {
                        Part::Text(text) => text,
                        Part::Parameter(_, known) => draw_value(u, known)?,
                    };
                    path.push_str(&encoded(text));
                }
            }
        }
    }
    Ok(path.replace(' ', "%20"))
}

/// A text that a converter takes.
fn draw_value(u: &mut Unstructured<'_>, known: &Known) -> Drawn<&'static str> {
    let fitting: Vec<_> = VALUES
        .into_iter()
        .filter(|text| (known.takes)(text))
        .collect();
    Ok(u.choose(&fitting)?)
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

pub(super) fn draw_host_rule(u: &mut Unstructured<'_>) -> Drawn<Naive> {
    let mut places = Vec::new();
    for place in 0..u.int_in_range(1..=3)? {
        let kinds = ["str", "int", "date", "even", "str(max=2)"];
        let mut parameter = |letter| {
            let known = match u.int_in_range(0..=6)? {
                0 => &IN_HOSTS[0],
                1 => &IN_HOSTS[1],
                _ => {
                    let text = *u.choose(&kinds)?;
                    let mut all = KNOWN.iter();
                    all.find(|known| known.text == text).expect("it is there")
                }
            };
            Ok(Part::Parameter(format!("{letter}{place}"), known))
        };
        let (one, other) = (parameter('h')?, parameter('i')?);
        places.push(Place::Parts(match u.int_in_range(0..=3)? {
            0 => vec![Part::Text(u.choose(&LABELS)?)],
            1 => vec![one, Part::Text("-"), other],
            _ => vec![one],
        }));
    }
    Ok(Naive::host(places))
}

pub(super) fn draw_host(u: &mut Unstructured<'_>) -> Drawn<String> {
    let mut labels = Vec::new();
    for _ in 0..u.int_in_range(1..=3)? {
        labels.push(*u.choose(&LABELS)?);
    }
    Ok(labels.join("."))
}
