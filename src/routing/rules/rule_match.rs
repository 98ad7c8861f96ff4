//! A path that was matched: its rule, and where its values are.

use std::borrow::Cow;
use std::fmt;

use crate::base::url;
use crate::gateway::lossy;
use crate::routing::rules::parameter_kind::ParameterKind;
use crate::routing::rules::rule::Rule;

/// A path that was matched by a rule: the result of [`Rules::find`](crate::routing::Rules::find).
///
/// Values are stored as positions in the path, and are decoded on request.
///
/// # Examples
///
/// ```
/// use rustzeug::routing::{Rule, Rules};
///
/// let rules = Rules::new([(Rule::parse("/notes/{id:int}/{title}")?, "note")])?;
/// let found = rules.find("/notes/7/a%2Fb").unwrap();
/// assert_eq!((*found.endpoint(), found.rule().as_str()), ("note", "/notes/{id:int}/{title}"));
/// assert_eq!(found.get("title").as_deref(), Some("a/b"));
/// assert_eq!(found.raw("title"), Some("a%2Fb"));
/// # Ok::<(), rustzeug::routing::RuleError>(())
/// ```
pub struct RuleMatch<'r, 'p, E> {
    pub(super) endpoint: &'r E,
    pub(super) rule: &'r Rule,
    pub(super) path: &'p str,
    pub(super) spans: Spans,
}

impl<'r, 'p, E> RuleMatch<'r, 'p, E> {
    /// The endpoint of the rule.
    #[must_use]
    pub fn endpoint(&self) -> &'r E {
        self.endpoint
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'r Rule {
        self.rule
    }

    /// The value of a parameter, decoded; invalid UTF-8 becomes U+FFFD.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'p, str>> {
        let index = self.rule.index(name)?;
        self.rule.value(self.path, &self.spans, index)
    }

    /// The value of a parameter as in the path, percent-encoded.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&'p str> {
        self.spans.of(self.path, self.rule.index(name)?)
    }

    /// The names of the parameters with their values, in order.
    pub fn params(&self) -> impl Iterator<Item = (&'r str, Cow<'p, str>)> {
        self.rule.values(self.path, &self.spans)
    }
}

impl<E> fmt::Debug for RuleMatch<'_, '_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RuleMatch({})", self.rule.text)
    }
}

impl Rule {
    /// The path with each value in its canonical spelling.
    pub(in crate::routing) fn respelled(&self, path: &str, spans: &Spans) -> String {
        let (mut respelled, mut at) = (String::with_capacity(path.len()), 0);
        for ((start, end), kind) in spans.iter().zip(self.kinds()) {
            respelled.push_str(&path[at..start]);
            let sent = &path[start..end];
            match kind.respelled(&url::decode_path(sent)) {
                Some(spelling) => respelled.push_str(&spelling),
                None => respelled.push_str(sent),
            }
            at = end;
        }
        respelled.push_str(&path[at..]);
        respelled
    }

    /// Whether a parameter has values that can be spelled in several ways.
    pub(in crate::routing) fn has_spellings(&self) -> bool {
        self.kinds().any(ParameterKind::has_spellings)
    }

    /// The value of the parameter at `index`, decoded.
    pub(in crate::routing) fn value<'p>(
        &self,
        path: &'p str,
        spans: &Spans,
        index: usize,
    ) -> Option<Cow<'p, str>> {
        let raw = spans.of(path, index)?;
        let kind = self.kinds().nth(index)?;
        Some(kind.value(lossy(url::decode_path(raw))))
    }

    /// The names of the parameters with their values, in order.
    pub(super) fn values<'r, 'p>(
        &'r self,
        path: &'p str,
        spans: &Spans,
    ) -> impl Iterator<Item = (&'r str, Cow<'p, str>)> {
        let names = self.parameters().enumerate();
        names.filter_map(move |(index, name)| Some((name, self.value(path, spans, index)?)))
    }
}

/// How many spans are kept without an allocation.
const FEW: usize = 4;

/// Where the values of parameters begin and end in a path, in the order of the parameters.
#[derive(Clone, Default)]
pub(in crate::routing) struct Spans {
    few: [(u32, u32); FEW],
    length: usize,
    more: Vec<(u32, u32)>,
}

impl Spans {
    /// Adds a span. Paths are shorter than 4 GiB, since `Table::find` declines longer ones.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "longer paths match nothing"
    )]
    pub(super) fn push(&mut self, start: usize, end: usize) {
        let span = (start as u32, end as u32);
        match self.few.get_mut(self.length) {
            Some(place) => *place = span,
            None => self.more.push(span),
        }
        self.length += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Keeps the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.more.truncate(length.saturating_sub(FEW));
        self.length = self.length.min(length);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        let few = &self.few[..self.length.min(FEW)];
        few.iter()
            .chain(&self.more)
            .map(|(start, end)| (*start as usize, *end as usize))
    }

    /// The part of `path` that is the value at `index`.
    pub(super) fn of<'p>(&self, path: &'p str, index: usize) -> Option<&'p str> {
        let (start, end) = self.iter().nth(index)?;
        path.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_past_the_fourth_are_kept_too() {
        let mut spans = Spans::default();
        for start in 0..6 {
            spans.push(start, start + 1);
        }
        let path = "abcdef";
        assert_eq!(
            (spans.of(path, 3), spans.of(path, 5), spans.of(path, 6)),
            (Some("d"), Some("f"), None)
        );
        spans.truncate(5);
        assert_eq!((spans.of(path, 4), spans.of(path, 5)), (Some("e"), None));
        spans.truncate(1);
        spans.push(4, 6);
        assert_eq!((spans.of(path, 1), spans.len()), (Some("ef"), 2));
    }
}
