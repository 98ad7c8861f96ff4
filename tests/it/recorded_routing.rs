//! How Werkzeug 3.1.9 treats rules, paths and values, recorded by `tests/oracle/record_routing.py`. This crate does the
//! same, or the row has a reason. The tables are in the modules below.

use std::borrow::Cow;

use rustzeug::routing::Converter;
use rustzeug::routing::SlashPolicy;
use rustzeug::{MultiDict, Request, Response, Result, Router};

use crate::common::{Recorded, serve};

mod hosts;
mod paths;
mod precedence;
mod slashes;
mod urls;

/// Rules, separated by `|`; the method with settings and the target, or settings and values for a URL; the results of
/// Werkzeug and this crate; the reason, if they differ. `!` is a refusal.
///
/// A rule may be preceded by its methods (`GET` if absent, `*` for all) and a host, and followed by `?` and defaults.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Converter for `yes` and `no`, which mean `true` and `false`.
struct YesNo;

impl Converter for YesNo {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        match text {
            "yes" => Some("true".into()),
            "no" => Some("false".into()),
            _ => None,
        }
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        match value {
            "true" => Some("yes".into()),
            "false" => Some("no".into()),
            _ => None,
        }
    }
}

/// Converter for even numbers, which precedes `int`.
struct Even;

impl Converter for Even {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let number: u64 = text.parse().ok()?;
        number.is_multiple_of(2).then_some(text.into())
    }

    fn weight(&self) -> u16 {
        30
    }
}

/// Converter for `a+b`, which means `a,b`.
struct List;

impl Converter for List {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        Some(text.replace('+', ",").into())
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(value.replace(',', "+").into())
    }
}

/// The methods of a rule, its host, its path.
fn parts(text: &str) -> (&str, &str, &str) {
    let is_method = |methods: &str| {
        methods
            .chars()
            .all(|letter| letter.is_ascii_alphabetic() || matches!(letter, ',' | '*'))
    };
    let (methods, text) = match text.split_once(' ') {
        Some((methods, text)) if is_method(methods) => (methods, text),
        _ => ("GET", text),
    };
    let mut depth = 0;
    let slash = text.find(|character| {
        depth += i32::from(character == '{') - i32::from(character == '}');
        depth == 0 && character == '/'
    });
    let (host, path) = text.split_at(slash.unwrap_or(0));
    (methods, host, path)
}

/// A router with the rules, all of the same name.
fn router(rules: &str, settings: &str) -> Result<Router> {
    let new = || {
        let policy = if settings.contains("both") {
            SlashPolicy::Both
        } else {
            SlashPolicy::Redirect
        };
        Router::new()
            .with_converter("yesno", YesNo)
            .with_converter("even", Even)
            .with_converter("list", List)
            .with_slash_policy(policy)
            .with_merged_slashes(!settings.contains("unmerged"))
    };
    let mut own = new();
    let mut hosts: Vec<(&str, Router)> = Vec::new();
    for text in rules.split('|') {
        let (text, defaults) = text.split_once('?').unwrap_or((text, ""));
        let (methods, host, path) = parts(text);
        let place = hosts.iter().position(|(known, _)| *known == host);
        let before = match place {
            _ if host.is_empty() => std::mem::take(&mut own),
            Some(place) => hosts.swap_remove(place).1,
            None => new(),
        };
        let after = match methods {
            "*" => before.any(path, told),
            _ => before.route(methods.split(','), path, told),
        };
        let after = if defaults.is_empty() {
            after
        } else {
            after.defaults(values(defaults))
        };
        let after = if settings.contains("named") {
            after.name("x")
        } else {
            after
        };
        if host.is_empty() {
            own = after;
        } else {
            hosts.push((host, after));
        }
    }
    let add = |router: Router, (host, inner)| router.host(host, inner);
    Ok(hosts.into_iter().fold(own, add).checked()?)
}

/// The selected rule and its values.
fn told(request: &Request) -> String {
    let rule = request
        .routed()
        .map_or_else(String::new, |routed| routed.rule().to_owned());
    let params = request.path_params();
    params
        .iter()
        .fold(rule, |text, (name, value)| format!("{text} {name}={value}"))
}

fn routed(rules: &str, asked: &str, target: &str) -> String {
    let (method, settings) = asked.split_once(' ').unwrap_or((asked, ""));
    let Ok(router) = router(rules, settings) else {
        return "!".to_owned();
    };
    let request = Request::blank(target).with_method(method);
    if method == "HEAD" && router.match_environ(request.environ()).is_ok() {
        // The server removes the body.
        return routed(rules, "GET", target);
    }
    let mut response = Response::from(serve(&router, request));
    let status = response.status().as_u16();
    let header = |name| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(format!("{status} {value}"))
    };
    match header("location").or_else(|| header("allow")) {
        Some(text) => text,
        None if status == 200 => response.read_text().wait().unwrap(),
        None => status.to_string(),
    }
}

/// The pairs of a row. A value `None` of Python is left out, a list repeats its name, and numbers with an exponent are
/// numbers.
fn values(text: &str) -> MultiDict {
    let is_pair = |piece: &str| {
        let name = piece.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| name.chars().all(char::is_alphanumeric))
    };
    let mut pairs: Vec<String> = Vec::new();
    for piece in text.split('&') {
        match pairs.last_mut() {
            Some(last) if !is_pair(piece) => last.extend(["&", piece]),
            _ => pairs.push(piece.to_owned()),
        }
    }
    let mut values = MultiDict::new();
    for (name, value) in pairs.iter().filter_map(|pair| pair.split_once('=')) {
        let list = value
            .strip_prefix('[')
            .and_then(|list| list.strip_suffix(']'));
        match (list, value.parse::<f64>()) {
            (None, _) if value == "None" => {}
            (None, Ok(number)) if value.contains('e') => {
                values.add(name, &number.to_string());
            }
            (None, _) => {
                values.add(name, value);
            }
            (Some(list), _) => {
                for value in list.split(',').filter(|value| !value.is_empty()) {
                    values.add(name, value);
                }
            }
        }
    }
    values
}

/// The URL that a handler of the router gets.
fn built(rules: &str, settings: &str, text: &str) -> String {
    const PROBE: &str = "/~/~/~/~/~/~/~";
    let given = values(text);
    let is_external = settings.contains("external");
    let ask = move |request: &Request| {
        let url = if is_external {
            request.absolute_url_for("x", &given)
        } else {
            request.url_for("x", &given)
        };
        url.unwrap_or_else(|_| "!".to_owned())
    };
    let Ok(router) = router(rules, &format!("named {settings}")) else {
        return "!".to_owned();
    };
    let scheme = if settings.contains("https") {
        "https"
    } else {
        "http"
    };
    let request = Request::blank(&format!("{scheme}://h{PROBE}"));
    let mut response = Response::from(serve(&router.get(PROBE, ask), request));
    response.read_text().wait().unwrap()
}

fn hold(rows: &[Row], ask: fn(&str, &str, &str) -> String) {
    let mut recorded = Recorded::default();
    for (rules, asked, target, werkzeug, ours, why) in rows {
        let got = ask(rules, asked, target);
        recorded.row(
            &format!("{rules} {asked} {target}"),
            &got,
            &[werkzeug],
            [ours, why],
        );
    }
    recorded.hold();
}

#[test]
fn paths_are_routed_as_werkzeug_does_or_for_a_reason() {
    hold(paths::ROWS, routed);
}

#[test]
fn of_several_rules_the_same_is_chosen_or_there_is_a_reason() {
    hold(precedence::ROWS, routed);
}

#[test]
fn slashes_and_methods_are_treated_the_same_or_for_a_reason() {
    hold(slashes::ROWS, routed);
}

#[test]
fn hosts_are_routed_as_werkzeug_does_or_for_a_reason() {
    hold(hosts::ROWS, routed);
}

#[test]
fn urls_are_built_as_werkzeug_does_or_for_a_reason() {
    hold(urls::ROWS, built);
}
