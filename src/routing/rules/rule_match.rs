//! A path that was matched: its rule and its values.

use std::borrow::Cow;
use std::fmt;

use crate::base::url;
use crate::gateway::lossy;
use crate::routing::rules::kind::ParameterKind;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::spans::Spans;

/// A path that was matched by a rule: what [`Rules::find`](crate::routing::Rules::find) gives.
///
/// Values are kept where they stand in the path, and decoded when asked for.
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
    pub(in crate::routing) endpoint: &'r E,
    pub(in crate::routing) rule: &'r Rule,
    pub(in crate::routing) path: &'p str,
    pub(in crate::routing) spans: Spans,
}

impl<'r, 'p, E> RuleMatch<'r, 'p, E> {
    /// What stands behind the rule.
    #[must_use]
    pub fn endpoint(&self) -> &'r E {
        self.endpoint
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'r Rule {
        self.rule
    }

    /// The value of a parameter, decoded; what is not UTF-8 comes out as U+FFFD.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'p, str>> {
        value(self.rule, &self.spans, self.path, self.rule.index(name)?)
    }

    /// The value of a parameter as it stands in the path, percent-encoded.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&'p str> {
        self.spans.of(self.path, self.rule.index(name)?)
    }

    /// The names of the parameters with their values, in order.
    pub fn params(&self) -> impl Iterator<Item = (&'r str, Cow<'p, str>)> {
        let names = self.rule.names.iter().enumerate();
        names.filter_map(|(index, name)| {
            let value = value(self.rule, &self.spans, self.path, index)?;
            Some((&**name, value))
        })
    }
}

impl<E> fmt::Debug for RuleMatch<'_, '_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RuleMatch({})", self.rule.text)
    }
}

impl Rule {
    /// The path with its values in their own spelling.
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

    /// Whether a value can be spelled in several ways.
    pub(in crate::routing) fn has_spellings(&self) -> bool {
        self.kinds().any(ParameterKind::has_spellings)
    }

    pub(in crate::routing) fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

/// The value of the parameter at `index`.
pub(in crate::routing) fn value<'p>(
    rule: &Rule,
    spans: &Spans,
    path: &'p str,
    index: usize,
) -> Option<Cow<'p, str>> {
    let raw = spans.of(path, index)?;
    let kind = rule.kinds().nth(index)?;
    Some(kind.value(lossy(url::decode_path(raw))))
}
