//! No path makes a search take more steps than there are segments in the rules.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use super::*;

/// Takes everything, and counts its calls.
struct Counting(Arc<AtomicUsize>);

impl Converter for Counting {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Some(text.into())
    }
}

/// How often a converter was called in a search, and how many segments the rules have.
fn steps(texts: &[String], path: &str, takes: bool) -> (usize, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let converters = Converters::new().with("counting", Counting(Arc::clone(&asked)));
    let parse = |text: &String| Rule::parse_with(text, &converters).expect("a rule");
    let rules: Vec<_> = texts.iter().map(parse).collect();
    let segments = rules
        .iter()
        .map(|rule| rule.as_str().matches('/').count() + 1)
        .sum();
    let rules = Rules::new(rules.into_iter().map(|rule| (rule, ()))).expect("they differ");
    let found = rules.find_where(path, |()| takes);
    assert!(found.is_none());
    (asked.load(Ordering::Relaxed), segments)
}

#[test]
fn a_hostile_table_takes_no_more_steps_than_it_has_segments() {
    // Every rule matches except for its last segment, with a text or a parameter at each place.
    let depth = 10;
    let mut texts = Vec::new();
    for choice in 0..1_u32 << depth {
        let segments = (0..depth).map(|place| match choice >> place & 1 {
            0 => "/a".to_owned(),
            _ => format!("/{{p{place}:counting}}"),
        });
        texts.push(segments.collect::<String>() + "/end");
    }
    let miss = "/a".repeat(depth) + "/miss";
    let (taken, segments) = steps(&texts, &miss, true);
    assert!(
        taken > 0 && taken <= segments,
        "{taken} steps, {segments} segments"
    );
    let all_declined = "/a".repeat(depth) + "/end";
    let (taken, segments) = steps(&texts, &all_declined, false);
    assert!(
        taken > 0 && taken <= segments,
        "{taken} steps, {segments} segments"
    );
}

#[test]
fn many_tails_take_no_more_steps_than_they_have_segments() {
    let texts: Vec<_> = (1..60)
        .flat_map(|length| {
            let after: String = {
                let places: Vec<_> = (0..length)
                    .map(|place| format!("/{{p{place}:counting}}"))
                    .collect();
                places.concat()
            };
            [
                format!("/{{p:path}}{after}/x"),
                format!("/{{q}}/{{p:path}}{after}/x"),
            ]
        })
        .collect();
    let (taken, segments) = steps(&texts, &"/a".repeat(4000), true);
    assert!(
        taken > 0 && taken <= segments,
        "{taken} steps, {segments} segments"
    );
}
