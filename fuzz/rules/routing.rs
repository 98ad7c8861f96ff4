//! What holds of rules and paths, whatever they are: the order of declaration does not matter, what is
//! built of a match leads back to it, and no redirect leaves the site.
//!
//! The input is lines: rules, and at last a path.

use rustzeug::MultiDict;
use rustzeug::Request;
use rustzeug::Router;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;
use rustzeug::url;

pub(crate) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let mut lines: Vec<_> = text.lines().take(24).collect();
    let path = lines.pop().unwrap_or_default();
    let rules = lines.iter().filter_map(|line| Rule::parse(line).ok());
    let rules: Vec<_> = rules.map(|rule| (rule.clone(), rule.to_string())).collect();
    let reversed = Rules::new(rules.iter().rev().cloned());
    let Ok(table) = Rules::new(rules.clone()) else {
        return assert!(reversed.is_err());
    };
    let reversed = reversed.expect("it was sound the other way round");
    let first = matched(&table, path);
    assert_eq!(first, matched(&reversed, path));
    if let Some((endpoint, values)) = &first
        && let Ok(built) = table.build(endpoint, values)
    {
        assert_eq!(matched(&table, &built), first, "{built}");
    }
    if path.starts_with('/') {
        redirects(&rules, path);
    }
}

fn matched(table: &Rules<String>, path: &str) -> Option<(String, MultiDict)> {
    let found = table.find(path)?;
    Some((found.endpoint().clone(), found.params().collect()))
}

fn redirects(rules: &[(Rule, String)], path: &str) {
    let router = rules.iter().fold(Router::new(), |router, (_, rule)| {
        router.route(["GET"], rule, async || "found")
    });
    let Ok(response) = Request::blank(path).send(&router).wait() else {
        return;
    };
    if let Some(location) = response.headers().get("location") {
        assert_eq!(response.status(), 308);
        let location = location.to_str().expect("it is ASCII");
        assert!(!url::leaves_site(location), "{location}");
    }
}
