//! Properties that hold for any host rules, hosts and values.

use super::drawn::LABELS;
use super::drawn::draw_host;
use super::drawn::draw_host_rule;
use super::known::own;
use super::naive::Found;
use super::naive::Naive;
use crate::base::multi_dict::MultiDict;
use crate::routing::rules::host_rule;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::spelling::Spelling;
use crate::routing::rules::table::Table;

/// The values of a host that a rule matches.
fn find(rule: &HostRule, host: &str) -> Option<MultiDict> {
    let path = host_rule::path(host);
    let found = Table::new([rule.labels()]).find(&path, Spelling::Own, |_, _| true)?;
    Some(rule.values(&path, &found.spans))
}

fn parsed(rule: &Naive) -> HostRule {
    HostRule::parse(&rule.text, &own()).expect("a host")
}

#[test]
fn a_rule_for_hosts_agrees_with_trying_label_by_label() {
    arbtest::arbtest(|u| {
        let (rule, host) = (draw_host_rule(u)?, draw_host(u)?);
        let found = find(&parsed(&rule), &host).map(|values| {
            let values = values.iter();
            values
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect::<Found>()
        });
        assert_eq!(found, rule.find_host(&host), "{} {host}", rule.text);
        Ok(())
    });
}

#[test]
fn a_host_that_is_built_of_the_values_of_a_host_is_that_host() {
    arbtest::arbtest(|u| {
        let (rule, host) = (parsed(&draw_host_rule(u)?), draw_host(u)?);
        if let Some(values) = find(&rule, &host) {
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
        let rule = parsed(&draw_host_rule(u)?);
        let mut values = MultiDict::new();
        for place in 0..3 {
            for letter in ['h', 'i'] {
                let value = if u.ratio(3, 4)? {
                    (*u.choose(&LABELS)?).to_owned()
                } else {
                    u.arbitrary::<String>()?
                };
                values.add(&format!("{letter}{place}"), &value);
            }
        }
        if let Ok(host) = rule.build(&mut values.clone()) {
            let found = find(&rule, &host.to_ascii_lowercase()).expect("it was checked");
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
        let rules = [draw_host_rule(u)?, draw_host_rule(u)?, draw_host_rule(u)?];
        let [a, b, c] = [&rules[0], &rules[1], &rules[2]].map(parsed);
        assert_eq!(a.order(&b), b.order(&a).reverse(), "{} {}", a.text, b.text);
        assert_eq!(
            a.order(&b).is_eq(),
            a.labels().shape() == b.labels().shape(),
            "{} {}",
            a.text,
            b.text
        );
        if a.order(&b).is_le() && b.order(&c).is_le() {
            assert!(a.order(&c).is_le(), "{} {} {}", a.text, b.text, c.text);
        }
        assert_eq!(
            a.order(&b),
            rules[0].order(&rules[1]),
            "{} {}",
            a.text,
            b.text
        );
        Ok(())
    });
}
