//! All routes: as a list, as a table for a terminal, as JSON.

use std::fmt;

use crate::routing::router::Router;
use crate::routing::router::route_entry::Methods;
use crate::routing::router::route_entry::Purpose;
use crate::routing::router::route_entry::RouteEntry;
use crate::syntax::quote_json;

/// One row of a [`RouteList`].
///
/// ```
/// use rustzeug::Router;
///
/// let router = Router::new().route(["PUT", "PATCH"], "/items/{id:int}", || "").name("item");
/// let routes = router.routes();
/// let row = routes.iter().next().unwrap();
/// assert_eq!((row.methods.join(" "), &*row.rule), ("PATCH PUT".to_owned(), "/items/{id:int}"));
/// assert_eq!((row.name.as_deref(), row.host.as_deref()), (Some("item"), None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteInfo {
    /// The methods in order, without automatic ones; empty for all methods.
    pub methods: Vec<String>,
    /// The rule with its prefixes; a mount ends with `/**`.
    pub rule: String,
    /// The name.
    pub name: Option<String>,
    /// The rule of its host, if it is for a host.
    pub host: Option<String>,
}

/// All routes of a router in the order of declaration: first those for all hosts, then those of each host, the most
/// specific host first.
///
/// `{}` shows a table; `{:#}` shows it with colours, for a terminal.
///
/// # Examples
///
/// ```
/// use rustzeug::Router;
///
/// let router = Router::new()
///     .get("/items", || "").name("items")
///     .route(["PUT", "PATCH"], "/items/{id:int}", || "").name("item")
///     .mount("/static", || "")
///     .host("api.example.org", Router::new().get("/", || ""));
/// assert_eq!(router.routes().to_string(), "\
/// GET        /items           items
/// PATCH,PUT  /items/{id:int}  item
/// *          /static/**
/// GET        /                       api.example.org
/// ");
/// assert!(router.routes().to_json().starts_with(r#"[{"methods":["GET"],"rule":"/items","name":"items","host":null},"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteList(Vec<RouteInfo>);

impl Router {
    /// All routes, to show them: see [`RouteList`].
    #[must_use]
    #[doc(alias = "iter_rules")]
    pub fn routes(&self) -> RouteList {
        let compiled = self.compiled();
        let hosts = compiled.hosts.iter();
        let hosts = hosts.map(|(host, router)| (Some(&host.text), router));
        let all = std::iter::once((None, compiled)).chain(hosts);
        let rows = all.flat_map(|(host, router)| {
            let routes = router.routes().iter();
            let routes = routes.filter(|route| route.purpose != Purpose::Fallback);
            routes.map(move |route| row(route, host))
        });
        RouteList(rows.collect())
    }
}

fn row(route: &RouteEntry, host: Option<&String>) -> RouteInfo {
    let mut methods = match &route.methods {
        Methods::Any => Vec::new(),
        Methods::Of(methods) => methods.iter().map(ToString::to_string).collect(),
    };
    methods.sort();
    RouteInfo {
        methods,
        rule: route.rule.label(),
        name: route.name.clone(),
        host: host.cloned(),
    }
}

impl RouteList {
    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = &RouteInfo> {
        self.0.iter()
    }

    /// The rows as JSON: a list of objects with `methods`, `rule`, `name` and `host`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let rows = self.0.iter().map(|row| {
            let methods = row.methods.iter().map(|method| quoted(Some(method)));
            let methods = methods.collect::<Vec<_>>().join(",");
            let texts = [Some(&row.rule), row.name.as_ref(), row.host.as_ref()];
            let [rule, name, host] = texts.map(quoted);
            format!(r#"{{"methods":[{methods}],"rule":{rule},"name":{name},"host":{host}}}"#)
        });
        format!("[{}]", rows.collect::<Vec<_>>().join(","))
    }
}

/// A JSON string, or null.
fn quoted(text: Option<&String>) -> String {
    let mut json = String::new();
    match text {
        Some(text) => quote_json(&mut json, text),
        None => json.push_str("null"),
    }
    json
}

impl fmt::Display for RouteList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = self.0.iter().map(|row| {
            let methods = match row.methods.join(",") {
                all if all.is_empty() => "*".to_owned(),
                some => some,
            };
            let text = |text: &Option<String>| clean(text.as_deref().unwrap_or_default());
            [methods, clean(&row.rule), text(&row.name), text(&row.host)]
        });
        let cells: Vec<_> = cells.collect();
        let widths = [0, 1, 2, 3].map(|column| {
            let lengths = cells.iter().map(|row| row[column].chars().count());
            lengths.max().unwrap_or(0)
        });
        for row in &cells {
            // Yellow, plain, cyan, magenta.
            let colours = ["33", "", "36", "35"];
            let padded = row.iter().zip(widths).zip(colours);
            let padded = padded.map(|((cell, width), colour)| {
                let gap = " ".repeat(width + 2 - cell.chars().count());
                if f.alternate() && !colour.is_empty() && !cell.is_empty() {
                    format!("\x1b[{colour}m{cell}\x1b[0m{gap}")
                } else {
                    format!("{cell}{gap}")
                }
            });
            let line: String = padded.collect();
            writeln!(f, "{}", line.trim_end_matches(' '))?;
        }
        Ok(())
    }
}

/// The text without control characters, which could change the terminal.
fn clean(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use crate::routing::Router;

    #[test]
    fn a_list_is_plain_coloured_or_json() {
        let router = Router::new().get("/\"{x}\"", || "").name("a\u{1b}b");
        let list = router.routes();
        assert_eq!(list.to_string(), "GET  /\"{x}\"  a\u{fffd}b\n");
        assert_eq!(
            format!("{list:#}"),
            "\x1b[33mGET\x1b[0m  /\"{x}\"  \x1b[36ma\u{fffd}b\x1b[0m\n"
        );
        let json = r#"[{"methods":["GET"],"rule":"/\"{x}\"","name":"a\u001bb","host":null}]"#;
        assert_eq!(list.to_json(), json);
        assert_eq!(Router::new().routes().to_json(), "[]");
    }
}
