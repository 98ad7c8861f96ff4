//! Rules for hosts: labels, some of them parameters.
//!
//! A host is matched like a path, with its labels as segments, from the right: `www.example.org` is `/org/example/www`.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::base::multi_dict::MultiDict;
use crate::base::url::is_host;
use crate::routing::rules::build_error::BuildError;
use crate::routing::rules::converter::Converters;
use crate::routing::rules::parameter_kind::ParameterKind;
use crate::routing::rules::rule::Piece;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule::Segment;
use crate::routing::rules::rule::order;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::rule_match::Spans;
use crate::routing::rules::spelling::Spelling;
use crate::routing::rules::table::Table;

/// A host with parameters, such as `{tenant}.example.org`. Each parameter is within one label.
#[derive(Clone, Debug)]
pub(in crate::routing) struct HostRule {
    pub(in crate::routing) text: String,
    /// The labels as the segments of a rule, the last first.
    labels: Rule,
    /// The places of the parameters in `labels`, in the order in which they are read.
    reading: Vec<usize>,
}

impl HostRule {
    /// Parses the text of a host rule.
    pub(in crate::routing) fn parse(
        text: &str,
        converters: &Converters,
    ) -> Result<Self, RuleError> {
        let refused = |why: &str| RuleError::syntax(text, why);
        let mut parts = labels(text.strip_suffix('.').unwrap_or(text));
        let wrong = if text.is_empty() {
            Some("a host must not be empty")
        } else if text.contains(['/', '?', '#']) {
            Some("a host has neither scheme nor path")
        } else if parts.contains(&"") {
            Some("a label is empty")
        } else if parts.contains(&"*") {
            Some("`*` is not a wildcard; for any label write `{name}`")
        } else {
            None
        };
        if let Some(why) = wrong {
            return Err(refused(why));
        }
        parts.reverse();
        let rule = Rule::parse_with(&format!("/{}", parts.join("/")), converters);
        let mut labels = rule.map_err(|error| match error {
            RuleError::Syntax { why, .. } => refused(&why),
            other => other,
        })?;
        for segment in &mut labels.segments {
            check_label(segment).map_err(|why| refused(&why))?;
        }
        Ok(Self {
            text: text.to_owned(),
            reading: reading(&labels.segments),
            labels,
        })
    }

    /// The labels as a rule for [paths](path).
    pub(in crate::routing) fn labels(&self) -> &Rule {
        &self.labels
    }

    /// The parameters of a matched host, in reading order.
    pub(in crate::routing) fn values(&self, path: &str, spans: &Spans) -> MultiDict {
        let values = self.reading.iter().filter_map(|place| {
            let value = self.labels.value(path, spans, *place)?;
            Some((&self.labels.names[*place], value))
        });
        values.collect()
    }

    /// The host with these values, which are removed from `values`.
    pub(in crate::routing) fn build(&self, values: &mut MultiDict) -> Result<String, BuildError> {
        let given = values.clone();
        let at_host = |mut error| {
            if let BuildError::Missing { rule, .. } | BuildError::Value { rule, .. } = &mut error {
                rule.clone_from(&self.text);
            }
            error
        };
        let built = self.labels.path(values).map_err(at_host)?;
        let mut labels: Vec<_> = built[1..].split('/').collect();
        labels.reverse();
        let host = labels.join(".");
        let path = path(&host.to_ascii_lowercase());
        let found = Table::new([&self.labels]).find(&path, Spelling::Own, |_, _| true);
        // No client can send a host with a percent-encoded name.
        if let Some(found) = found.filter(|_| is_host(host.as_bytes()) && !host.contains('%')) {
            let found = Some((&self.labels, &found.spans));
            let checked = self.labels.check_link(&path, found, &given);
            return checked.map(|()| host).map_err(at_host);
        }
        let given = |name: &str| given.get(name).unwrap_or_default().to_owned();
        let is_label = |text: &str| is_host(text.as_bytes()) && !text.contains(['.', '%']);
        let wrong = self.names().find(|name| !is_label(&given(name)));
        match wrong.or_else(|| self.names().next()) {
            Some(name) => Err(at_host(self.labels.misfit(name, &given(name)))),
            None => Ok(host),
        }
    }

    /// Which of two hosts is tried first: they are compared label by label from the right, like rules.
    pub(in crate::routing) fn order(&self, other: &Self) -> Ordering {
        let (one, other) = (&self.labels.segments, &other.labels.segments);
        order(one, other).then_with(|| one.len().cmp(&other.len()))
    }

    /// The names of the parameters, in reading order.
    pub(in crate::routing) fn names(&self) -> impl Iterator<Item = &String> {
        self.reading.iter().map(|place| &self.labels.names[*place])
    }
}

/// Converts a host, in lower case and without its port, to a path.
pub(in crate::routing) fn path(host: &str) -> String {
    // The final dot, the root of all names, is optional.
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = host.replace('%', "%25").replace('/', "%2F");
    let mut labels = labels(&host);
    labels.push("");
    labels.reverse();
    labels.join("/")
}

/// The name of every machine for itself, with all names below it (RFC 6761 §6.3).
pub(in crate::routing) const LOCALHOST: &str = "localhost";

/// Whether a host without its port is `localhost` or below it.
pub(in crate::routing) fn is_local(host: &str) -> bool {
    below_localhost(&host.to_ascii_lowercase()).is_some()
}

/// The labels before `localhost` in a host in lower case; a loopback address counts as `localhost`.
pub(in crate::routing) fn below_localhost(host: &str) -> Option<&str> {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback().then_some(""),
        Err(_) => below(host, LOCALHOST),
    }
}

/// The labels before a domain in a host in lower case, including the dot between them; `None` for a host outside the
/// domain.
pub(in crate::routing) fn below<'h>(host: &'h str, domain: &str) -> Option<&'h str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let labels = host.strip_suffix(domain)?;
    (labels.is_empty() || labels.ends_with('.')).then_some(labels)
}

/// Splits at dots that are not within a parameter or an address.
fn labels(host: &str) -> Vec<&str> {
    let (mut close, mut start, mut found) = (None, 0, Vec::new());
    for (place, character) in host.char_indices() {
        match (close, character) {
            (Some(end), _) if character == end => close = None,
            (None, '{') => close = Some('}'),
            (None, '[') => close = Some(']'),
            (None, '.') => {
                found.push(&host[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    found.push(&host[start..]);
    found
}

/// Checks that a label is valid. Its texts become lower case, since hosts are not case-sensitive.
fn check_label(label: &mut Segment) -> Result<(), String> {
    let pieces = match label {
        Segment::Text(text) => return check_text(text),
        Segment::Parameters(pieces) => pieces,
        Segment::Rest => return Ok(()),
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => check_text(text)?,
            Piece::Parameter(ParameterKind::Path) => return Err("a host has no `path`".to_owned()),
            Piece::Parameter(ParameterKind::Any(texts)) => {
                for text in &mut *texts {
                    if !is_host(text.as_bytes()) || text.contains(['.', ':', '%']) {
                        return Err(format!("`{text}` is not a label of a host"));
                    }
                    text.make_ascii_lowercase();
                }
                texts.sort();
                texts.dedup();
            }
            Piece::Parameter(_) => {}
        }
    }
    Ok(())
}

fn check_text(text: &mut String) -> Result<(), String> {
    text.make_ascii_lowercase();
    if text.contains(':') && !text.ends_with(']') {
        return Err("the port is ignored, so a rule cannot have one".to_owned());
    }
    if !is_host(text.as_bytes()) {
        return Err("it is not a valid host; names beyond ASCII are written as `xn--…`".to_owned());
    }
    Ok(())
}

/// The places of the parameters from the last label to the first, which is the reading order.
fn reading(labels: &[Segment]) -> Vec<usize> {
    let (mut places, mut end) = (Vec::new(), labels.iter().flat_map(Segment::kinds).count());
    for label in labels.iter().rev() {
        let start = end - label.kinds().count();
        places.extend(start..end);
        end = start;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_matched_label_by_label() {
        for (rule, host, expected, why) in [
            ("example.org", "example.org", Some(""), ""),
            ("Example.org", "example.org", Some(""), "hosts have no case"),
            ("A-{N:str}.Org", "a-x.org", Some("x"), "but names have"),
            ("example.org", "www.example.org", None, ""),
            ("{sub}.example.org", "www.example.org", Some("www"), ""),
            ("{sub}.example.org", "a.b.example.org", None, "a label each"),
            ("{sub}.example.org", "example.org", None, ""),
            (
                "{n:int}.example.org",
                "x.example.org",
                None,
                "converters decline",
            ),
            ("{a}-{b}.example.org", "x-y.example.org", Some("xy"), ""),
            (
                "{a}-{b}.{c}.org",
                "x-y.z.org",
                Some("xyz"),
                "in the order in which they are read",
            ),
            (
                "{a:any(DE,en)}.org",
                "de.org",
                Some("de"),
                "hosts have no case",
            ),
            ("127.0.0.1", "127.0.0.1", Some(""), ""),
            ("[::1]", "[::1]", Some(""), "an address is one label"),
            ("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", Some(""), ""),
            ("{a}.{b}.{c}.{d}", "[::ffff:1.2.3.4]", None, ""),
            ("{a}", "[::ffff:1.2.3.4]", Some("[::ffff:1.2.3.4]"), ""),
            (
                "example.org",
                "example.org.",
                Some(""),
                "the root of all names",
            ),
            ("example.org.", "example.org", Some(""), ""),
            ("{sub}.example.org", "a.example.org.", Some("a"), ""),
            ("{sub}.example.org", ".example.org", None, "no label"),
            ("example.org", "example.org..", None, ""),
        ] {
            let parsed = HostRule::parse(rule, &Converters::new()).expect("a host");
            let path = path(host);
            let found = Table::new([parsed.labels()]).find(&path, Spelling::Own, |_, _| true);
            let values = found.map(|found| parsed.values(&path, &found.spans));
            let text = values.map(|values| {
                values
                    .iter()
                    .map(|(_, value)| value.to_owned())
                    .collect::<String>()
            });
            assert_eq!(text.as_deref(), expected, "{rule} {host}: {why}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused_with_the_reason() {
        for (rule, why) in [
            ("", "not be empty"),
            ("*.org", "for any label write `{name}`"),
            ("a/b", "neither scheme nor path"),
            ("http://a", "neither scheme nor path"),
            ("ä.org", "`xn--…`"),
            ("{x}ä.org", "`xn--…`"),
            ("a b", "it is not a valid host"),
            ("{x}?.org", "neither scheme nor path"),
            ("{x}{{y.org", "it is not a valid host"),
            ("a..b", "a label is empty"),
            (".org", "a label is empty"),
            (".", "a label is empty"),
            ("{x", "not closed"),
            ("x}", "closes nothing"),
            ("{x:path}", "no `path`"),
            ("a{x:path}", "alone"),
            ("{x}.{x}", "twice"),
            ("example.org:80", "the port is ignored"),
            ("{x}:80", "the port is ignored"),
            ("[::1]:80", "the port is ignored"),
            ("{x:any(a,b.c)}.org", "`b.c` is not a label"),
            ("{x:any(a b)}.org", "`a b` is not a label"),
        ] {
            let error = HostRule::parse(rule, &Converters::new()).expect_err(rule);
            assert!(error.to_string().contains(why), "{rule}: {error}");
        }
    }

    #[test]
    fn what_is_between_braces_or_brackets_stays_whole() {
        for (host, expected, why) in [
            ("a.{b}.c", &["a", "{b}", "c"][..], "a label each"),
            ("[::1.2].c", &["[::1.2]", "c"], "an address"),
            (
                "{a:x([.)}.b.c",
                &["{a:x([.)}", "b", "c"],
                "a bracket that is an argument",
            ),
            ("{a:x({)}.b", &["{a:x({)}", "b"], "a brace that is one"),
            ("a]b.c", &["a]b", "c"], "closed and not opened"),
        ] {
            assert_eq!(labels(host), expected, "{host}: {why}");
        }
    }
}
