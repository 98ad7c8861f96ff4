//! No path makes a search take more steps than there are segments in the rules.

use super::*;
use crate::routing::rules::kind::Spelling;
use crate::routing::rules::search::Steps;
use crate::routing::rules::table::Table;

impl Steps for usize {
    fn step(&mut self) {
        *self += 1;
    }
}

fn steps(texts: &[String], path: &str, takes: bool) -> (usize, usize) {
    let rules: Vec<_> = texts
        .iter()
        .map(|text| Rule::parse(text).expect("a rule"))
        .collect();
    let table = Table::new(&rules);
    let mut steps = 0;
    table.search(path, Spelling::Own, |_| takes, &mut steps);
    let segments: usize = rules.iter().map(|rule| rule.segments.len() + 1).sum();
    (steps, segments)
}

#[test]
fn a_hostile_table_takes_no_more_steps_than_it_has_segments() {
    // Every rule matches but for its last segment, by text and by parameter at each place.
    let depth = 10;
    let mut texts = Vec::new();
    for choice in 0..1_u32 << depth {
        let segments = (0..depth).map(|place| match choice >> place & 1 {
            0 => "/a".to_owned(),
            _ => format!("/{{p{place}}}"),
        });
        texts.push(segments.collect::<String>() + "/end");
    }
    let miss = "/a".repeat(depth) + "/miss";
    let (taken, segments) = steps(&texts, &miss, true);
    assert!(taken <= segments, "{taken} steps, {segments} segments");
    let all_declined = "/a".repeat(depth) + "/end";
    let (taken, segments) = steps(&texts, &all_declined, false);
    assert!(taken <= segments, "{taken} steps, {segments} segments");
}

#[test]
fn many_tails_take_no_more_steps_than_they_have_segments() {
    let texts: Vec<_> = (1..60)
        .flat_map(|length| {
            let after: String = {
                let places: Vec<_> = (0..length).map(|place| format!("/{{p{place}}}")).collect();
                places.concat()
            };
            [
                format!("/{{p:path}}{after}/x"),
                format!("/{{q}}/{{p:path}}{after}/x"),
            ]
        })
        .collect();
    let (taken, segments) = steps(&texts, &"/a".repeat(4000), true);
    assert!(taken <= segments, "{taken} steps, {segments} segments");
}
