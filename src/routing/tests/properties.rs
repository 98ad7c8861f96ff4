//! What holds for any rules, any paths and any values.

use std::borrow::Cow;
use std::cmp::Ordering;

use arbtest::arbitrary::Result as Drawn;
use arbtest::arbitrary::Unstructured;

use super::*;
use crate::multi_dict::MultiDict;
use crate::routing::host::HostRule;
use crate::routing::segment::Piece;
use crate::routing::segment::Segment;

const PARAMETERS: [&str; 16] = [
    "even",
    "shout",
    "str",
    "str(max=2)",
    "str(min=2)",
    "int",
    "int(max=5)",
    "int(signed)",
    "int(digits=2)",
    "float",
    "float(max=3,signed)",
    "any(a,b)",
    "any(a,7)",
    "date",
    "uuid",
    "str(length=1)",
];
const TEXTS: [&str; 8] = ["a", "b", "7", "a.b", "-", "é", "a b", "%"];
const SENT: [&str; 18] = [
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
];

/// Takes even numbers, and builds them.
struct Even;

impl Converter for Even {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let number: u8 = text.parse().ok()?;
        number.is_multiple_of(2).then_some(text.into())
    }
}

/// Means by a text its capitals: not every value has a text, and several texts have one value.
struct Shout;

impl Converter for Shout {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        Some(text.to_uppercase().into())
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(value.to_lowercase().into())
    }

    fn weight(&self) -> u16 {
        90
    }
}

thread_local! {
    static OWN: Converters = Converters::new().with("even", Even).with("shout", Shout);
}

fn parsed(text: &str) -> Rule {
    OWN.with(|own| Rule::parse_with(text, own)).expect("a rule")
}

fn draw_rule(u: &mut Unstructured<'_>) -> Drawn<String> {
    let mut text = String::new();
    let (count, mut has_path) = (u.int_in_range(1..=4)?, false);
    for place in 0..count {
        text.push('/');
        let parameter = |u: &mut Unstructured<'_>, letter| {
            Ok(format!("{{{letter}{place}:{}}}", u.choose(&PARAMETERS)?))
        };
        match u.int_in_range(0..=9)? {
            0..=3 => text.push_str(u.choose(&TEXTS)?),
            4..=6 => text.push_str(&parameter(u, 'p')?),
            7 => text += &[parameter(u, 'p')?, parameter(u, 'q')?].join("-"),
            8 => text += &["a", &parameter(u, 'p')?].concat(),
            _ if !has_path => {
                has_path = true;
                text += &["{r", &place.to_string(), ":path}"].concat();
            }
            _ => text.push('x'),
        }
    }
    if u.ratio(1, 8)? {
        text.push('/');
    }
    Ok(text)
}

fn draw_rules(u: &mut Unstructured<'_>) -> Drawn<Vec<Rule>> {
    let mut rules: Vec<Rule> = Vec::new();
    for _ in 0..u.int_in_range(1..=8)? {
        let rule = parsed(&draw_rule(u)?);
        if !rules.iter().any(|known| known.shape() == rule.shape()) {
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn draw_path(u: &mut Unstructured<'_>) -> Drawn<String> {
    let mut path = String::new();
    for _ in 0..u.int_in_range(1..=5)? {
        path.push('/');
        path.push_str(u.choose(&SENT)?);
    }
    Ok(path)
}

fn table(rules: &[Rule]) -> Option<Rules<String>> {
    let endpoints = rules.iter().map(|rule| (rule.clone(), rule.text.clone()));
    Rules::new(endpoints).ok()
}

/// Whether a rule matches, written down as it is defined: no tree, no spans.
fn matches(rule: &[Segment], path: &[String]) -> bool {
    let decode = |raw: &str| crate::url::decode(raw).into_owned();
    match (rule, path) {
        ([], []) => true,
        ([Segment::Path, after @ ..], _) => {
            let Some(length) = path.len().checked_sub(after.len()) else {
                return false;
            };
            let (own, others) = path.split_at(length);
            let lossless = !own
                .iter()
                .any(|raw| raw.to_ascii_uppercase().contains("%2F"));
            own.first().is_some_and(|raw| !raw.is_empty()) && lossless && matches(after, others)
        }
        ([segment, after @ ..], [raw, others @ ..]) => {
            let text = decode(raw);
            let fits = match segment {
                Segment::Text(words) => words.as_bytes() == text,
                Segment::Whole(kind) => kind.accepts(&text),
                Segment::Mixed(pieces) => fits(pieces, &text),
                Segment::Path | Segment::Rest => false,
            };
            fits && matches(after, others)
        }
        _ => false,
    }
}

/// Whether there is any way to split a text.
fn fits(pieces: &[Piece], text: &[u8]) -> bool {
    match pieces {
        [] => text.is_empty(),
        [Piece::Text(words), after @ ..] => text
            .strip_prefix(words.as_bytes())
            .is_some_and(|left| fits(after, left)),
        [Piece::Parameter(kind), after @ ..] => {
            (1..=text.len()).any(|end| kind.accepts(&text[..end]) && fits(after, &text[end..]))
        }
    }
}

/// The order of precedence of whole rules, as the page of the module has it.
fn order(one: &[Segment], other: &[Segment]) -> Ordering {
    match (one, other) {
        ([Segment::Path, one @ ..], [Segment::Path, other @ ..]) => {
            other.len().cmp(&one.len()).then_with(|| order(one, other))
        }
        ([first, one @ ..], [second, other @ ..]) => {
            first.order(second).then_with(|| order(one, other))
        }
        _ => one.len().cmp(&other.len()),
    }
}

#[test]
fn the_table_agrees_with_trying_every_rule() {
    arbtest::arbtest(|u| {
        let (rules, path) = (draw_rules(u)?, draw_path(u)?);
        let Some(table) = table(&rules) else {
            return Ok(());
        };
        let segments: Vec<_> = path[1..].split('/').map(str::to_owned).collect();
        let matching = rules
            .iter()
            .filter(|rule| matches(&rule.segments, &segments));
        let expected = matching.min_by(|one, other| order(&one.segments, &other.segments));
        let found = table.find(&path).map(|found| found.endpoint().clone());
        assert_eq!(
            found,
            expected.map(|rule| rule.text.clone()),
            "{rules:?} {path}"
        );
        Ok(())
    });
}

#[test]
fn the_order_of_declaration_changes_nothing() {
    arbtest::arbtest(|u| {
        let (mut rules, path) = (draw_rules(u)?, draw_path(u)?);
        let Some(one) = table(&rules) else {
            rules.reverse();
            assert!(table(&rules).is_none());
            return Ok(());
        };
        for place in 1..rules.len() {
            rules.swap(place, u.int_in_range(0..=place)?);
        }
        let other = table(&rules).expect("they still differ");
        assert_eq!(find(&one, &path), find(&other, &path), "{rules:?} {path}");
        Ok(())
    });
}

#[test]
fn what_is_built_of_the_values_of_a_match_is_matched_the_same() {
    arbtest::arbtest(|u| {
        let (rules, path) = (draw_rules(u)?, draw_path(u)?);
        let Some(table) = table(&rules) else {
            return Ok(());
        };
        let Some(found) = table.find(&path) else {
            return Ok(());
        };
        let values: MultiDict = found.params().collect();
        // Dots and U+FFFD in place of other bytes do not come back; all else does.
        let is_plain = !values.iter().any(|(_, value)| {
            value.contains('\u{fffd}') || value.split('/').any(|part| part == "..")
        });
        match table.build(found.endpoint(), &values) {
            Ok(built) => assert_eq!(find(&table, &path), find(&table, &built), "{path} {built}"),
            Err(error) => assert!(!is_plain, "{rules:?} {path}: {error}"),
        }
        Ok(())
    });
}

#[test]
fn what_is_built_of_any_values_is_matched_with_them() {
    arbtest::arbtest(|u| {
        let rules = draw_rules(u)?;
        let Some(table) = table(&rules) else {
            return Ok(());
        };
        let rule = u.choose(&rules)?;
        let mut values = MultiDict::new();
        for name in rule.parameters() {
            values.add(name, &u.arbitrary::<String>()?);
        }
        if let Ok(url) = table.build(&rule.text, &values) {
            let found = table.find(&url).expect("it was checked");
            let back: MultiDict = found.params().collect();
            assert_eq!((found.endpoint(), back), (&rule.text, values), "{url}");
        }
        Ok(())
    });
}

const LABELS: [&str; 8] = [
    "a",
    "b",
    "7",
    "a-b",
    "x--7",
    "de",
    "2024-02-29",
    "xn--bcher-kva",
];

fn draw_host_rule(u: &mut Unstructured<'_>) -> Drawn<HostRule> {
    let mut labels = Vec::new();
    for place in 0..u.int_in_range(1..=3)? {
        let kinds = ["str", "int", "any(DE,a)", "date", "even", "str(max=2)"];
        let mut parameter = |letter| Ok(format!("{{{letter}{place}:{}}}", u.choose(&kinds)?));
        let (one, other) = (parameter('p')?, parameter('q')?);
        labels.push(match u.int_in_range(0..=3)? {
            0 => (*u.choose(&LABELS)?).to_owned(),
            1 => format!("{one}-{other}"),
            _ => one,
        });
    }
    Ok(OWN
        .with(|own| HostRule::parse(&labels.join("."), own))
        .expect("a host"))
}

#[test]
fn a_host_that_is_built_of_the_values_of_a_host_is_that_host() {
    arbtest::arbtest(|u| {
        let rule = draw_host_rule(u)?;
        let mut labels = Vec::new();
        for _ in 0..u.int_in_range(1..=3)? {
            labels.push(*u.choose(&LABELS)?);
        }
        let host = labels.join(".");
        if let Some(values) = rule.find(&host) {
            let (mut left, text) = (values, &rule.text);
            assert_eq!(rule.build(&mut left), Ok(host.clone()), "{text} {host}");
            assert!(left.is_empty(), "{text} {host}");
        }
        Ok(())
    });
}

#[test]
fn a_host_that_is_built_of_any_values_gives_them_back() {
    arbtest::arbtest(|u| {
        let rule = draw_host_rule(u)?;
        let mut values = MultiDict::new();
        for place in 0..3 {
            for letter in ['p', 'q'] {
                let value = if u.ratio(3, 4)? {
                    (*u.choose(&LABELS)?).to_owned()
                } else {
                    u.arbitrary::<String>()?
                };
                values.add(&format!("{letter}{place}"), &value);
            }
        }
        if let Ok(host) = rule.build(&mut values.clone()) {
            let found = rule
                .find(&host.to_ascii_lowercase())
                .expect("it was checked");
            for (name, value) in &found {
                assert_eq!(values.get(name), Some(value), "{} {host}", rule.text);
            }
        }
        Ok(())
    });
}

#[test]
fn the_order_of_hosts_is_one() {
    arbtest::arbtest(|u| {
        let (a, b, c) = (draw_host_rule(u)?, draw_host_rule(u)?, draw_host_rule(u)?);
        assert_eq!(a.order(&b), b.order(&a).reverse(), "{} {}", a.text, b.text);
        assert_eq!(
            a.order(&b).is_eq(),
            a.shape() == b.shape(),
            "{} {}",
            a.text,
            b.text
        );
        if a.order(&b).is_le() && b.order(&c).is_le() {
            assert!(a.order(&c).is_le(), "{} {} {}", a.text, b.text, c.text);
        }
        Ok(())
    });
}
