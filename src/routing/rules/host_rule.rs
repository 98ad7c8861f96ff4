//! Rules for hosts: labels, of which some are parameters.

use std::cmp::Ordering;

use crate::base::multi_dict::MultiDict;
use crate::base::url::is_host;
use crate::routing::rules::converter::Converters;
use crate::routing::rules::kind::Spelling;
use crate::routing::rules::labels::labels;
use crate::routing::rules::labels::lower;
use crate::routing::rules::labels::reading;
use crate::routing::rules::labels::sound;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::segment::Segment;
use crate::routing::rules::spans::Spans;
use crate::routing::rules::split::split;
use crate::routing::urls::build_error::BuildError;

/// A host with parameters, as `{tenant}.example.org`: a label each.
#[derive(Clone, Debug)]
pub(in crate::routing) struct HostRule {
    pub(in crate::routing) text: String,
    /// The labels as the segments of a rule, the last first.
    labels: Rule,
    /// The places of the parameters among those of `labels`, in the order in which they are read.
    reading: Vec<usize>,
}

impl HostRule {
    /// Reads one.
    pub(in crate::routing) fn parse(
        text: &str,
        converters: &Converters,
    ) -> Result<Self, RuleError> {
        let refused = |why: &str| RuleError::syntax(text, why);
        let lower = lower(text);
        if lower.is_empty() {
            return Err(refused("a host is not empty"));
        }
        if lower.contains(['/', '?', '#']) {
            return Err(refused("a host has neither scheme nor path"));
        }
        let mut parts = labels(lower.strip_suffix('.').unwrap_or(&lower));
        if parts.contains(&"") {
            return Err(refused("a label is empty"));
        }
        if parts.contains(&"*") {
            return Err(refused(
                "`*` is no wildcard; a label that may be any is `{name}`",
            ));
        }
        parts.reverse();
        let rule = Rule::parse_with(&format!("/{}", parts.join("/")), converters);
        let mut labels = rule.map_err(|error| match error {
            RuleError::Syntax { why, .. } => refused(&why),
            other => other,
        })?;
        for segment in &mut labels.segments {
            sound(segment).map_err(|why| refused(&why))?;
        }
        Ok(Self {
            text: text.to_owned(),
            reading: reading(&labels.segments),
            labels,
        })
    }

    /// The parameters of a host in lower case and without its port, if it fits.
    pub(in crate::routing) fn find(&self, host: &str) -> Option<MultiDict> {
        // The root of all names may be there or not.
        let mut sent = labels(host.strip_suffix('.').unwrap_or(host));
        if sent.len() != self.labels.segments.len() {
            return None;
        }
        sent.reverse();
        let mut found = Vec::with_capacity(self.labels.names.len());
        for (segment, label) in self.labels.segments.iter().zip(sent) {
            let mut ends = Spans::default();
            let fits = match segment {
                Segment::Text(text) => text == label,
                Segment::Whole(kind) => {
                    ends.push(0, label.len());
                    kind.accepts(label.as_bytes())
                }
                Segment::Mixed(pieces) => split(pieces, label.as_bytes(), Spelling::Own, &mut ends),
                Segment::Path | Segment::Rest => false,
            };
            if !fits {
                return None;
            }
            let values = ends.iter().zip(segment.kinds());
            found.extend(values.map(|((start, end), kind)| kind.value(label[start..end].into())));
        }
        let mut values = MultiDict::new();
        for place in &self.reading {
            values.add(&self.labels.names[*place], &found[*place]);
        }
        Some(values)
    }

    /// The host with these values, which are taken out.
    pub(in crate::routing) fn build(&self, values: &mut MultiDict) -> Result<String, BuildError> {
        let given = values.clone();
        let path = self.labels.path(values).map_err(|error| match error {
            BuildError::Missing { parameter, .. } => BuildError::Missing {
                rule: self.text.clone(),
                parameter,
            },
            BuildError::Value { parameter, .. } => self.misfit(&parameter, &given),
            other => other,
        })?;
        let mut labels: Vec<_> = path[1..].split('/').collect();
        labels.reverse();
        let host = labels.join(".");
        // As it is asked for: in lower case, and without a name that is percent-encoded.
        let sound = is_host(host.as_bytes()) && !host.contains('%');
        let found = self.find(&host.to_ascii_lowercase()).filter(|_| sound);
        let differs = |place: &&usize| {
            let name = &self.labels.names[**place];
            let given = given.get(name).unwrap_or_default();
            let is_label = is_host(given.as_bytes()) && !given.contains(['.', '%']);
            match &found {
                Some(found) => !self.labels.is_same(**place, found.get(name), given),
                None => !is_label,
            }
        };
        let wrong = self.reading.iter().find(differs);
        let wrong = wrong.map(|place| &self.labels.names[*place]);
        match wrong.or_else(|| self.names().next().filter(|_| found.is_none())) {
            Some(name) => Err(self.misfit(name, &given)),
            None => Ok(host),
        }
    }

    fn misfit(&self, parameter: &str, given: &MultiDict) -> BuildError {
        BuildError::Value {
            rule: self.text.clone(),
            parameter: parameter.to_owned(),
            value: given.get(parameter).unwrap_or_default().to_owned(),
        }
    }

    pub(in crate::routing) fn shape(&self) -> String {
        self.labels.shape()
    }

    /// Which of two is tried first: compared label by label from the right, as rules are.
    pub(in crate::routing) fn order(&self, other: &Self) -> Ordering {
        let pairs = self.labels.segments.iter().zip(&other.labels.segments);
        let mut orders = pairs.map(|(one, other)| one.order(other));
        let first = orders.find(|order| order.is_ne());
        first.unwrap_or_else(|| self.labels.segments.len().cmp(&other.labels.segments.len()))
    }

    /// The names of the parameters, as they are read.
    pub(in crate::routing) fn names(&self) -> impl Iterator<Item = &String> {
        self.reading.iter().map(|place| &self.labels.names[*place])
    }
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
    fn what_is_no_host_is_refused_with_the_reason() {
        for (rule, why) in [
            ("", "not empty"),
            ("*.org", "a label that may be any is `{name}`"),
            ("a/b", "neither scheme nor path"),
            ("http://a", "neither scheme nor path"),
            ("ä.org", "`xn--…`"),
            ("{x}ä.org", "`xn--…`"),
            ("a b", "it is no host"),
            ("{x}?.org", "neither scheme nor path"),
            ("{x}{{y.org", "it is no host"),
            ("a..b", "a label is empty"),
            (".org", "a label is empty"),
            (".", "a label is empty"),
            ("{x", "not closed"),
            ("x}", "closes nothing"),
            ("{x:path}", "no `path`"),
            ("a{x:path}", "alone"),
            ("{x}.{x}", "twice"),
            ("example.org:80", "the port does not count"),
            ("{x}:80", "the port does not count"),
            ("[::1]:80", "the port does not count"),
            ("{x:any(a,b.c)}.org", "`b.c` is no label"),
            ("{x:any(a b)}.org", "`a b` is no label"),
        ] {
            let error = HostRule::parse(rule, &Converters::new()).expect_err(rule);
            assert!(error.to_string().contains(why), "{rule}: {error}");
        }
    }
}
