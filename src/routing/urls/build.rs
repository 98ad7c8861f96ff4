//! Building the path of a rule, and making sure that it leads back.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::base::multi_dict::MultiDict;
use crate::base::url;
use crate::routing::rules::kind::ParameterKind;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_match::value;
use crate::routing::rules::segment::Piece;
use crate::routing::rules::segment::Segment;
use crate::routing::rules::spans::Spans;
use crate::routing::urls::build_error::BuildError;

impl Rule {
    /// The percent-encoded path with these values, which are taken out of `values`.
    pub(in crate::routing) fn path(&self, values: &mut MultiDict) -> Result<String, BuildError> {
        let mut path = String::with_capacity(self.text.len() + 16);
        let mut names = self.names.iter();
        let mut next = |kind: &ParameterKind| self.part(kind, names.next(), values);
        for segment in &self.segments {
            if matches!(segment, Segment::Rest) {
                break;
            }
            path.push('/');
            let start = path.len();
            let last = match segment {
                Segment::Text(text) => {
                    push(&mut path, text);
                    None
                }
                Segment::Whole(kind) => {
                    let (name, value, text) = next(kind)?;
                    push(&mut path, &text);
                    Some((name, value))
                }
                Segment::Path => {
                    let (name, value, text) = next(&ParameterKind::Path)?;
                    path.push_str(&url::encode_path(text.as_bytes()));
                    Some((name, value))
                }
                Segment::Mixed(pieces) => {
                    let mut last = None;
                    for piece in pieces {
                        match piece {
                            Piece::Text(text) => push(&mut path, text),
                            Piece::Parameter(kind) => {
                                let (name, value, text) = next(kind)?;
                                push(&mut path, &text);
                                last = Some((name, value));
                            }
                        }
                    }
                    last
                }
                Segment::Rest => None,
            };
            // A client would resolve them: RFC 3986 §5.2.4.
            if path[start..].split('/').any(url::is_dots)
                && let Some((name, value)) = last
            {
                return Err(self.misfit(name, value));
            }
        }
        // A mount at the top has one, the empty rule none.
        if path.is_empty() && !self.segments.is_empty() {
            path.push('/');
        }
        Ok(path)
    }

    /// How many values are missing, and how many parameters there are: the least first.
    pub(in crate::routing) fn rank(&self, values: &MultiDict) -> (usize, Reverse<usize>) {
        let missing = self.names.iter().filter(|name| !values.contains(name));
        (missing.count(), Reverse(self.names.len()))
    }

    /// A parameter's name, value and text.
    fn part<'n>(
        &self,
        kind: &ParameterKind,
        name: Option<&'n String>,
        values: &mut MultiDict,
    ) -> Result<(&'n str, String, String), BuildError> {
        let name = name.map_or("", String::as_str);
        let value = values.pop(name).ok_or_else(|| BuildError::Missing {
            rule: self.text.clone(),
            parameter: name.to_owned(),
        })?;
        match kind.text(&value).map(Cow::into_owned) {
            // The gateway refuses a path with a NUL.
            Some(text) if !text.contains('\0') => Ok((name, value, text)),
            _ => Err(self.misfit(name, value)),
        }
    }

    fn misfit(&self, parameter: &str, value: String) -> BuildError {
        BuildError::Value {
            rule: self.text.clone(),
            parameter: parameter.to_owned(),
            value,
        }
    }

    /// Whether the values found in a path are those that it was built of.
    pub(in crate::routing) fn check_link(
        &self,
        path: &str,
        spans: &Spans,
        given: &MultiDict,
    ) -> Result<(), BuildError> {
        for (index, name) in self.names.iter().enumerate() {
            let wanted = given.get(name).unwrap_or_default();
            let found = value(self, spans, path, index);
            if !self.is_same(index, found.as_deref(), wanted) {
                return Err(self.misfit(name, wanted.to_owned()));
            }
        }
        Ok(())
    }

    /// Whether the parameter at `index` has the value that is wanted.
    pub(in crate::routing) fn is_same(
        &self,
        index: usize,
        found: Option<&str>,
        wanted: &str,
    ) -> bool {
        let kind = self.kinds().nth(index);
        kind.zip(found)
            .is_some_and(|(kind, found)| kind.is_same(found, wanted))
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

/// Adds what is left of the values as a query.
pub(in crate::routing) fn push_query(url: &mut String, values: &MultiDict) {
    if values.is_empty() {
        return;
    }
    url.push('?');
    let start = url.len();
    form_urlencoded::Serializer::for_suffix(url, start).extend_pairs(values);
}
