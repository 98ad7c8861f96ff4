//! Rules for hosts: labels, of which some are parameters.

use std::cmp::Ordering;

use crate::multi_dict::MultiDict;
use crate::routing::converter::Converters;
use crate::routing::error::RuleError;
use crate::routing::rule::Rule;
use crate::routing::segment::Segment;
use crate::routing::spans::Spans;
use crate::routing::split::split;
use crate::url::is_host;

/// A host with parameters, as `{tenant}.example.org`: a label each.
#[derive(Clone, Debug)]
pub(super) struct HostRule {
    pub(super) text: String,
    /// The labels as the segments of a rule, the last first.
    labels: Rule,
}

impl HostRule {
    /// Reads one. The port does not count.
    pub(super) fn parse(text: &str, converters: &Converters) -> Result<Self, RuleError> {
        let refused = |why: &str| RuleError::syntax(text, why);
        let lower = text
            .split('{')
            .enumerate()
            .map(|(place, part)| match part.split_once('}') {
                Some((inner, after)) if place > 0 => {
                    format!("{{{inner}}}{}", after.to_ascii_lowercase())
                }
                _ if place > 0 => format!("{{{part}"),
                _ => part.to_ascii_lowercase(),
            });
        let lower: String = lower.collect();
        if lower.is_empty() || lower.contains('/') {
            return Err(refused("a host has neither scheme nor path"));
        }
        let mut parts: Vec<_> = labels(&lower);
        parts.reverse();
        let rule = Rule::parse_with(&format!("/{}", parts.join("/")), converters);
        let labels = rule.map_err(|error| match error {
            RuleError::Syntax { why, .. } => refused(&why),
            other => other,
        })?;
        for segment in &labels.segments {
            match segment {
                Segment::Text(text) if text.is_empty() || !is_host(text.as_bytes()) => {
                    return Err(refused(
                        "it is no host; names beyond ASCII are written as `xn--…`",
                    ));
                }
                Segment::Path => return Err(refused("a host has no `path`")),
                _ => {}
            }
        }
        let text = text.to_owned();
        Ok(Self { text, labels })
    }

    /// The parameters of a host in lower case and without its port, if it fits.
    pub(super) fn find(&self, host: &str) -> Option<MultiDict> {
        let (mut values, mut names) = (MultiDict::new(), self.labels.names.iter());
        let mut sent = host.rsplit('.');
        for segment in &self.labels.segments {
            let label = sent.next()?;
            let mut ends = Spans::default();
            let fits = match segment {
                Segment::Text(text) => text == label,
                Segment::Whole(kind) => {
                    ends.push(0, label.len());
                    kind.accepts(label.as_bytes())
                }
                Segment::Mixed(pieces) => split(pieces, label.as_bytes(), &mut ends),
                Segment::Path | Segment::Rest => false,
            };
            if !fits {
                return None;
            }
            for ((start, end), kind) in ends.iter().zip(segment.kinds()) {
                let value = kind.value(label[start..end].into());
                values.add(names.next()?, &value);
            }
        }
        sent.next().is_none().then_some(values)
    }

    /// The host with these values, which are taken out; `None` if one does not fit.
    pub(super) fn build(&self, values: &mut MultiDict) -> Option<String> {
        let path = self.labels.path(values).ok()?;
        let mut labels: Vec<_> = path[1..].split('/').collect();
        labels.reverse();
        let host = labels.join(".");
        // What is percent-encoded would be a name that no client asks for.
        let sound = is_host(host.as_bytes()) && !host.contains('%');
        (sound && self.find(&host).is_some()).then_some(host)
    }

    pub(super) fn shape(&self) -> String {
        self.labels.shape()
    }

    /// Which of two is tried first: compared label by label from the right, as rules are.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let pairs = self.labels.segments.iter().zip(&other.labels.segments);
        let mut orders = pairs.map(|(one, other)| one.order(other));
        let first = orders.find(|order| order.is_ne());
        first.unwrap_or_else(|| self.labels.segments.len().cmp(&other.labels.segments.len()))
    }

    /// The names of the parameters.
    pub(super) fn names(&self) -> &[String] {
        &self.labels.names
    }
}

/// Splits at points that are not within a parameter.
fn labels(host: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
    for (place, character) in host.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            '.' if depth == 0 => {
                found.push(&host[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    found.push(&host[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_matched_label_by_label() {
        for (rule, host, found, why) in [
            ("example.org", "example.org", Some(""), ""),
            ("Example.org", "example.org", Some(""), "hosts have no case"),
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
            ("127.0.0.1", "127.0.0.1", Some(""), ""),
        ] {
            let parsed = HostRule::parse(rule, &Converters::new()).expect("a host");
            let values = parsed.find(host);
            let text = values.map(|values| {
                values
                    .iter()
                    .map(|(_, value)| value.to_owned())
                    .collect::<String>()
            });
            assert_eq!(text.as_deref(), found, "{rule} {host}: {why}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for rule in ["", "a/b", "ä.org", "{x:path}", "a..b", "{x", "a b"] {
            assert!(HostRule::parse(rule, &Converters::new()).is_err(), "{rule}");
        }
    }
}
