//! The rules of matching and building, as tables and as properties.

use super::*;

mod building;
mod drawn;
mod hosts;
mod known;
mod matching;
mod naive;
mod own;
mod precedence;
mod properties;
mod routers;
mod steps;

fn rules(texts: &[&str]) -> Rules<String> {
    let parsed = texts.iter().map(|text| {
        let rule = Rule::parse(text).expect("a rule");
        (rule, (*text).to_owned())
    });
    Rules::new(parsed).expect("they differ")
}

/// The rule that matches a path, and its values.
fn find(rules: &Rules<String>, path: &str) -> Option<(String, Vec<String>)> {
    let found = rules.find(path)?;
    let values = found.params().map(|(_, value)| value.into_owned());
    Some((found.endpoint().clone(), values.collect()))
}
