//! Properties of rules, hosts, methods and paths, whatever they are: a rule displays as it was parsed, the order of
//! declaration does not matter, a URL that is built matches its rule, no rule is tried twice, no redirect leaves the
//! site or leads to another one, and nothing panics.
//!
//! The input is lines. A line that begins with `>` is a request, as in `>PUT example.org/a/b`; the others are rules, as
//! in `GET,PUT {sub}.example.org/a/{b}`. Methods and hosts may be left out.

use std::borrow::Cow;

use rustzeug::MultiDict;
use rustzeug::Request;
use rustzeug::Router;
use rustzeug::routing::Converter;
use rustzeug::routing::Converters;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;
use rustzeug::url;

/// Converter for even numbers.
struct Even;

impl Converter for Even {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let number: u64 = text.parse().ok()?;
        number.is_multiple_of(2).then_some(text.into())
    }
}

/// Converter that turns a text into capitals.
struct Shout;

impl Converter for Shout {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        Some(text.to_uppercase().into())
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(value.to_lowercase().into())
    }
}

/// The methods, the host and the path of a rule or a request.
struct Line<'t> {
    methods: Vec<&'t str>,
    host: &'t str,
    path: &'t str,
}

impl<'t> Line<'t> {
    fn new(text: &'t str) -> Self {
        let slash = text.find('/').unwrap_or(text.len());
        let (before, path) = text.split_at(slash);
        let (methods, host) = before.split_once(' ').unwrap_or(("", before));
        let methods = methods.split(',').filter(|method| !method.is_empty());
        Self {
            methods: methods.collect(),
            host,
            path,
        }
    }

    /// The method for which URLs are built.
    fn method(&self) -> &'t str {
        self.methods.first().unwrap_or(&"GET")
    }

    fn url(&self) -> String {
        match self.host {
            "" => self.path.to_owned(),
            host => format!("http://{host}{}", self.path),
        }
    }
}

pub(crate) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let lines = text.lines().take(48);
    let (requests, rules): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with('>'));
    let rules: Vec<_> = rules.into_iter().map(Line::new).collect();
    let requests: Vec<_> = requests.iter().map(|line| Line::new(&line[1..])).collect();
    tables(&rules, &requests);
    routers(&rules, &requests);
}

/// Checks rules and paths without hosts and methods.
fn tables(lines: &[Line<'_>], requests: &[Line<'_>]) {
    let converters = Converters::new().with("even", Even).with("shout", Shout);
    let parse = |text: &str| Rule::parse_with(text, &converters).ok();
    let mut rules = Vec::new();
    for rule in lines.iter().filter_map(|line| parse(line.path)) {
        let text = rule.to_string();
        let again = parse(&text).expect("it was read before");
        assert!(again.parameters().eq(rule.parameters()), "{text}");
        rules.push((rule, text));
    }
    let reversed = Rules::new(rules.iter().rev().cloned());
    let Ok(table) = Rules::new(rules) else {
        return assert!(reversed.is_err());
    };
    let reversed = reversed.expect("the rules are valid in the other order");
    for Line { path, .. } in requests {
        let first = matched(&table, path);
        assert_eq!(first, matched(&reversed, path));
        let mut asked = Vec::new();
        let none = table.find_where(path, |endpoint| {
            asked.push(endpoint.clone());
            false
        });
        assert!(none.is_none());
        assert_eq!(asked.first(), first.as_ref().map(|(endpoint, _)| endpoint));
        let count = asked.len();
        asked.sort();
        asked.dedup();
        assert_eq!(asked.len(), count, "a rule was asked twice");
        if let Some((endpoint, values)) = &first {
            leads_back(&table, endpoint, values);
        }
        // Arbitrary values.
        let values: Vec<_> = path.split('/').map(url::decode_path).collect();
        for (rule, endpoint) in table.iter() {
            let pairs = rule.parameters().zip(values.iter().cycle().skip(1));
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            let values = pairs.map(|(name, value)| (name, text(value)));
            leads_back(&table, endpoint, &values.collect());
        }
    }
}

fn leads_back(table: &Rules<String>, endpoint: &String, values: &MultiDict) {
    if let Ok(built) = table.build(endpoint, values) {
        let (found, read) = matched(table, &built).expect(&built);
        assert_eq!(found, *endpoint, "{built}");
        // A number may be given in another spelling, but is built in only one.
        assert_eq!(
            table.build(endpoint, read).as_deref(),
            Ok(&*built),
            "{values:?}"
        );
        assert!(!url::leaves_site(&built), "{built}");
    }
}

fn matched(table: &Rules<String>, path: &str) -> Option<(String, MultiDict)> {
    let found = table.find(path)?;
    Some((found.endpoint().clone(), found.params().collect()))
}

/// The index of the route, its values, and the URL that is built from them.
async fn told(request: &Request) -> String {
    let routed = request.routed();
    let name = routed
        .as_ref()
        .and_then(|routed| routed.name())
        .unwrap_or_default();
    let values = request.path_params();
    let url = request.absolute_url_for(name, &values).unwrap_or_default();
    format!("{name}\n{values:?}\n{url}")
}

fn add(router: Router, line: &Line<'_>, name: &str) -> Router {
    let router = match &line.methods[..] {
        [] => router.any(line.path, told),
        some => router.route(some.iter().copied(), line.path, told),
    };
    router.name(name)
}

fn new() -> Router {
    Router::new()
        .with_converter("even", Even)
        .with_converter("shout", Shout)
}

/// A router of the lines that are valid, if they are valid together.
fn router(lines: &[Line<'_>]) -> Option<Router> {
    let mut own = new();
    let mut hosts: Vec<(&str, Router)> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let name = place.to_string();
        let alone = add(new(), line, &name);
        let is_sound = match line.host {
            "" => alone.checked().is_ok(),
            host => new().host(host, alone).checked().is_ok(),
        };
        if !is_sound {
            continue;
        }
        match hosts.iter().position(|(host, _)| *host == line.host) {
            _ if line.host.is_empty() => own = add(own, line, &name),
            Some(known) => {
                let (host, inner) = hosts.swap_remove(known);
                hosts.push((host, add(inner, line, &name)));
            }
            None => hosts.push((line.host, add(new(), line, &name))),
        }
    }
    let all = hosts
        .into_iter()
        .fold(own, |router, (host, inner)| router.host(host, inner));
    all.checked().ok()
}

/// The status, the text, and the redirect target.
fn ask(router: &Router, method: &str, url: &str) -> Option<(u16, String, Option<String>)> {
    let request = Request::blank(url).with_method(method);
    let mut response = request.send(router).wait().ok()?;
    let status = response.status().as_u16();
    let location = response.headers().get("location");
    let location = location.map(|location| location.to_str().expect("it is ASCII").to_owned());
    let text = response.read_text().wait().unwrap_or_default();
    Some((status, text, location))
}

fn routers(lines: &[Line<'_>], requests: &[Line<'_>]) {
    let Some(router) = router(lines) else {
        return;
    };
    for line in requests {
        let Some((status, text, location)) = ask(&router, line.method(), &line.url()) else {
            continue;
        };
        if let Some(location) = location {
            assert_eq!(status, 308);
            assert!(!url::leaves_site(&location), "{location}");
            let next = Line {
                path: &location,
                methods: Vec::new(),
                host: line.host,
            };
            let next = ask(&router, line.method(), &next.url());
            assert_eq!(next.map(|(status, ..)| status), Some(200), "{location}");
        } else if status == 200 {
            let (told, built) = text.rsplit_once('\n').expect("it has three lines");
            let place = told.split('\n').next().and_then(|place| place.parse().ok());
            let method = lines[place.unwrap_or(0_usize)].method();
            if !built.is_empty() {
                let (_, again, _) = ask(&router, method, built).expect("it is a URL");
                assert!(again.starts_with(told), "{told}, {built}, {again}");
            }
        }
    }
}
