//! Builds the path of a rule, and checks that the rule matches it with the same values.

use std::cmp::Reverse;

use crate::base::multi_dict::MultiDict;
use crate::base::url;
use crate::routing::rules::build_error::BuildError;
use crate::routing::rules::parameter_kind::ParameterKind;
use crate::routing::rules::rule::Piece;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule::Segment;
use crate::routing::rules::rule_match::Spans;

/// How many values are missing, then how many are used; the lowest rank is the best.
pub(in crate::routing) type Rank = (usize, Reverse<usize>);

/// Builds a URL from the best candidate from which one can be built; `None` if there are no candidates.
pub(in crate::routing) fn build_best<C, T>(
    candidates: &[(Rank, C)],
    build: impl Fn(&C) -> Result<T, BuildError>,
) -> Result<Option<T>, BuildError> {
    let best = candidates.iter().map(|(rank, _)| *rank).min();
    let mut outcome = Ok(None);
    // A candidate of a worse rank uses fewer values, so a value that does not fit would end up in the query.
    for (_, candidate) in candidates.iter().filter(|(rank, _)| Some(*rank) == best) {
        outcome = build(candidate).map(Some);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Adds the remaining values as a query.
pub(in crate::routing) fn push_query(url: &mut String, values: &MultiDict) {
    if values.is_empty() {
        return;
    }
    url.push('?');
    let start = url.len();
    form_urlencoded::Serializer::for_suffix(url, start).extend_pairs(values);
}

impl Rule {
    pub(in crate::routing) fn rank(&self, values: &MultiDict) -> Rank {
        let missing = self.names.iter().filter(|name| !values.contains(name));
        (missing.count(), Reverse(self.names.len()))
    }

    /// The percent-encoded path with these values, which are removed from `values`.
    pub(in crate::routing) fn path(&self, values: &mut MultiDict) -> Result<String, BuildError> {
        let mut path = String::with_capacity(self.text.len() + 16);
        let mut names = self.parameters();
        for segment in &self.segments {
            path.push('/');
            let start = path.len();
            let mut last = None;
            match segment {
                Segment::Text(text) => push(&mut path, text),
                Segment::Parameters(pieces) => {
                    for piece in pieces {
                        match piece {
                            Piece::Text(text) => push(&mut path, text),
                            Piece::Parameter(kind) => {
                                let name = names.next().unwrap_or_default();
                                let value = self.push_value(&mut path, name, kind, values)?;
                                last = Some((name, value));
                            }
                        }
                    }
                }
                // A mount at the top keeps its slash.
                Segment::Rest if path.len() > 1 => path.truncate(start - 1),
                Segment::Rest => {}
            }
            // A client would resolve them: RFC 3986 §5.2.4.
            if let Some((name, value)) = last
                && path[start..].split('/').any(url::is_dots)
            {
                return Err(self.misfit(name, &value));
            }
        }
        Ok(path)
    }

    /// Adds the text of a parameter to the path, and returns the value.
    fn push_value(
        &self,
        path: &mut String,
        name: &str,
        kind: &ParameterKind,
        values: &mut MultiDict,
    ) -> Result<String, BuildError> {
        let value = values.pop(name).ok_or_else(|| BuildError::Missing {
            rule: self.text.clone(),
            parameter: name.to_owned(),
        })?;
        // The gateway refuses a path with a NUL.
        let text = kind.text(&value).filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| self.misfit(name, &value))?;
        match kind {
            ParameterKind::Path => path.push_str(&url::encode_path(text.as_bytes())),
            _ => push(path, &text),
        }
        Ok(value)
    }

    pub(in crate::routing) fn misfit(&self, parameter: &str, value: &str) -> BuildError {
        BuildError::Value {
            rule: self.text.clone(),
            parameter: parameter.to_owned(),
            value: value.to_owned(),
        }
    }

    /// Checks that a path built from this rule leads back to it: `found` is the rule that matches the path and where
    /// its values are. They must equal the given values.
    pub(in crate::routing) fn check_link(
        &self,
        path: &str,
        found: Option<(&Self, &Spans)>,
        given: &MultiDict,
    ) -> Result<(), BuildError> {
        let Some((_, spans)) = found.filter(|(by, _)| std::ptr::eq(*by, self)) else {
            return Err(BuildError::Elsewhere {
                rule: self.text.clone(),
                path: path.to_owned(),
                by: found.map(|(by, _)| by.text.clone()),
            });
        };
        for ((name, found), kind) in self.values(path, spans).zip(self.kinds()) {
            let wanted = given.get(name).unwrap_or_default();
            if !kind.is_same(&found, wanted) {
                return Err(self.misfit(name, wanted));
            }
        }
        Ok(())
    }
}

/// Adds text within a segment, where a slash is data.
fn push(path: &mut String, text: &str) {
    for (index, part) in text.split('/').enumerate() {
        if index > 0 {
            path.push_str("%2F");
        }
        path.push_str(&url::encode_path(part.as_bytes()));
    }
}
