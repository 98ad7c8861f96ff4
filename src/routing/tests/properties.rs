//! Properties that hold for any rules, paths and values.

use super::drawn::draw_path;
use super::drawn::draw_rules;
use super::known::own;
use super::naive::Found;
use super::naive::Naive;
use super::*;
use crate::base::multi_dict::MultiDict;

fn table(rules: &[Naive]) -> Option<Rules<String>> {
    let own = own();
    let parsed = rules.iter().map(|rule| {
        let text = &rule.text;
        (Rule::parse_with(text, &own).expect(text), text.clone())
    });
    Rules::new(parsed).ok()
}

fn found(table: &Rules<String>, path: &str) -> Option<(String, Found)> {
    let found = table.find(path)?;
    let values = found.params();
    let values = values.map(|(name, value)| (name.to_owned(), value.into_owned()));
    Some((found.endpoint().clone(), values.collect()))
}

fn has_numbers(rule: &Rule) -> bool {
    let numbers = [":int", ":float", ":uuid"];
    numbers.iter().any(|number| rule.as_str().contains(number))
}

fn texts(rules: &[Naive]) -> Vec<&str> {
    rules.iter().map(|rule| &*rule.text).collect()
}

#[test]
fn the_table_agrees_with_trying_every_rule() {
    arbtest::arbtest(|u| {
        let rules = draw_rules(u)?;
        let path = draw_path(u, &rules)?;
        let Some(table) = table(&rules) else {
            return Ok(());
        };
        let matching = rules
            .iter()
            .filter_map(|rule| Some((rule, rule.find(&path)?)));
        let first = matching.min_by(|(one, _), (other, _)| one.order(other));
        let expected = first.map(|(rule, values)| (rule.text.clone(), values));
        assert_eq!(found(&table, &path), expected, "{:?} {path}", texts(&rules));
        Ok(())
    });
}

#[test]
fn of_rules_that_match_the_same_there_is_no_table() {
    arbtest::arbtest(|u| {
        let mut rules = draw_rules(u)?;
        let count = rules.len();
        rules.extend(draw_rules(u)?);
        let mut later = rules[count..].iter();
        let is_twice = later.any(|rule| {
            let mut before = rules[..count].iter();
            before.any(|known| known.canonical() == rule.canonical())
        });
        if is_twice {
            assert!(table(&rules).is_none(), "{:?}", texts(&rules));
        }
        Ok(())
    });
}

#[test]
fn the_order_of_declaration_changes_nothing() {
    arbtest::arbtest(|u| {
        let mut rules = draw_rules(u)?;
        let path = draw_path(u, &rules)?;
        let one = table(&rules);
        for place in 1..rules.len() {
            rules.swap(place, u.int_in_range(0..=place)?);
        }
        let other = table(&rules);
        assert_eq!(one.is_some(), other.is_some(), "{:?}", texts(&rules));
        if let (Some(one), Some(other)) = (one, other) {
            let both = (found(&one, &path), found(&other, &path));
            assert_eq!(both.0, both.1, "{:?} {path}", texts(&rules));
        }
        Ok(())
    });
}

#[test]
fn what_is_built_of_the_values_of_a_match_is_matched_the_same() {
    arbtest::arbtest(|u| {
        let rules = draw_rules(u)?;
        let path = draw_path(u, &rules)?;
        let Some(table) = table(&rules) else {
            return Ok(());
        };
        let Some(matched) = table.find(&path) else {
            return Ok(());
        };
        let values: MultiDict = matched.params().collect();
        // Dots, U+FFFD in place of other bytes, and values of `shout` are not always read back; all others are.
        let is_plain = !values.iter().any(|(_, value)| {
            value.contains('\u{fffd}') || value.split('/').any(|part| part == "..")
        });
        let is_plain = is_plain && !matched.rule().as_str().contains(":shout}");
        match table.build(matched.endpoint(), &values) {
            Ok(built) => assert_eq!(
                found(&table, &path),
                found(&table, &built),
                "{path} {built}"
            ),
            Err(error) => assert!(!is_plain, "{:?} {path}: {error}", texts(&rules)),
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
        let parsed = Rule::parse_with(&rule.text, &own()).expect("a rule");
        let mut values = Found::new();
        for name in parsed.parameters() {
            let value = if u.ratio(1, 2)? {
                u.choose(&["a", "b", "7", "12", "A-B", "é", "a.7"])?
            } else {
                u.arbitrary::<&str>()?
            };
            values.insert(name.to_owned(), value.to_owned());
        }
        if let Ok(url) = table.build(&rule.text, values.iter().collect::<MultiDict>()) {
            let (text, read) = found(&table, &url).expect(&url);
            assert_eq!(text, rule.text, "{url}");
            // A number may be given in another spelling, but it is always built in the same one.
            let again = table.build(&text, read.iter().collect::<MultiDict>());
            assert_eq!(again.as_deref(), Ok(&*url), "{values:?}");
            if !has_numbers(&parsed) {
                assert_eq!(read, values, "{url}");
            }
        }
        Ok(())
    });
}
