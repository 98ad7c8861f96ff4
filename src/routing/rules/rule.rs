//! One rule: its segments and its parameters.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::fmt;

use crate::routing::rules::parameter_kind::ParameterKind;
use crate::routing::rules::rule_error::RuleError;

/// The maximum number of segments of a rule. It is limited because the table is built and searched by recursion.
pub(super) const MOST_SEGMENTS: usize = 256;

/// A rule: a path with parameters, such as `/users/{id:int}/files/{path:path}`.
///
/// The module page has the [syntax](crate::routing#rules).
///
/// # Examples
///
/// ```
/// use rustzeug::routing::Rule;
///
/// let rule = Rule::parse("/{year:int(digits=4)}-{slug}.{ext:any(html,txt)}")?;
/// assert_eq!(rule.parameters().collect::<Vec<_>>(), ["year", "slug", "ext"]);
/// assert_eq!(rule.to_string(), "/{year:int(digits=4)}-{slug}.{ext:any(html,txt)}");
/// # Ok::<(), rustzeug::routing::RuleError>(())
/// ```
#[derive(Clone)]
pub struct Rule {
    pub(in crate::routing) text: String,
    pub(super) segments: Vec<Segment>,
    /// In the order of the rule.
    pub(in crate::routing) names: Vec<String>,
    /// How many bytes of the text and how many names belong to the prefixes at which the rule is nested.
    pub(in crate::routing) prefix: (usize, usize),
}

/// The part of a rule between two slashes.
#[derive(Clone)]
pub(super) enum Segment {
    /// Text only.
    Text(String),
    /// One or more parameters, and the text around them; two parameters are never adjacent.
    Parameters(Vec<Piece>),
    /// The rest of the path, which may be empty: below a mount.
    Rest,
}

/// A part of a segment.
#[derive(Clone)]
pub(super) enum Piece {
    Text(String),
    Parameter(ParameterKind),
}

impl Rule {
    /// Adds a parameter; the error says what is wrong.
    pub(super) fn push_name(&mut self, name: String) -> Result<(), String> {
        if self.names.contains(&name) {
            return Err(format!("the parameter `{name}` occurs twice"));
        }
        self.names.push(name);
        Ok(())
    }

    /// Adds a segment; the error says what is wrong.
    pub(super) fn push(&mut self, segment: Segment) -> Result<(), String> {
        if segment.is_path() && self.segments.iter().any(Segment::is_path) {
            return Err("only one parameter can be a `path`".into());
        }
        // A path that begins with two slashes would lead to another host.
        if self.segments.last().is_some_and(Segment::is_empty) {
            return Err("two slashes side by side".into());
        }
        if self.segments.len() == MOST_SEGMENTS {
            return Err(format!("more than {MOST_SEGMENTS} segments"));
        }
        self.segments.push(segment);
        Ok(())
    }

    /// This rule below a prefix, which does not end with a slash.
    pub(in crate::routing) fn below(&self, prefix: &Self) -> Result<Self, RuleError> {
        let mut rule = Self {
            text: format!("{}{}", prefix.text, self.text),
            prefix: (
                prefix.text.len() + self.prefix.0,
                prefix.names.len() + self.prefix.1,
            ),
            ..prefix.clone()
        };
        let mut names = self.names.iter().cloned();
        let mut segments = self.segments.iter().cloned();
        names
            .try_for_each(|name| rule.push_name(name))
            .and_then(|()| segments.try_for_each(|segment| rule.push(segment)))
            .map_err(|why| RuleError::syntax(&rule.text, why))?;
        Ok(rule)
    }

    /// The rule that matches the prefix itself and everything below it.
    pub(in crate::routing) fn with_rest(mut self) -> Self {
        self.segments.push(Segment::Rest);
        self
    }

    /// Whether it ends with a slash that follows another segment.
    pub(in crate::routing) fn is_branch(&self) -> bool {
        self.segments.len() > 1 && self.segments.last().is_some_and(Segment::is_empty)
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The rule as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The rule as it was written, without the prefixes of nested routers.
    pub(in crate::routing) fn written(&self) -> &str {
        &self.text[self.prefix.0..]
    }

    /// The rule as it is shown: with `/**` at the end if it takes everything below it.
    pub(in crate::routing) fn label(&self) -> String {
        match self.segments.last() {
            Some(Segment::Rest) => format!("{}/**", self.text),
            _ => self.text.clone(),
        }
    }

    /// The place of a parameter among all.
    pub(in crate::routing) fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The converters, in order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &ParameterKind> {
        self.segments.iter().flat_map(Segment::kinds)
    }

    /// The rule without names: two rules match the same paths if their shapes are equal.
    pub(in crate::routing) fn shape(&self) -> String {
        let segments: Vec<_> = self.segments.iter().map(Segment::shape).collect();
        segments.join("/")
    }

    /// The shapes of the rules that together match the same paths: each has one text in place of an `any` that is a whole
    /// segment. Empty if there are more than 256.
    pub(super) fn variants(&self) -> Vec<String> {
        let mut variants = vec![Vec::new()];
        for segment in &self.segments {
            let choices = match segment.as_parameter() {
                Some(ParameterKind::Any(texts)) => texts.iter().map(|it| escaped(it)).collect(),
                _ => vec![segment.shape()],
            };
            if variants.len() * choices.len() > 256 {
                return Vec::new();
            }
            let longer = variants.iter().flat_map(|before: &Vec<String>| {
                let choices = choices.iter();
                choices.map(|choice| [before, std::slice::from_ref(choice)].concat())
            });
            variants = longer.collect();
        }
        variants.iter().map(|variant| variant.join("/")).collect()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.text)
    }
}

impl Segment {
    /// The parameter of a segment that consists of one parameter.
    fn as_parameter(&self) -> Option<&ParameterKind> {
        match self.pieces() {
            [Piece::Parameter(kind)] => Some(kind),
            _ => None,
        }
    }

    /// Whether it is a parameter of the converter `path`, which takes one segment or more.
    pub(super) fn is_path(&self) -> bool {
        matches!(self.as_parameter(), Some(ParameterKind::Path))
    }

    /// Whether it is empty: the end of a rule with a slash at its end.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    fn pieces(&self) -> &[Piece] {
        match self {
            Self::Parameters(pieces) => pieces,
            Self::Text(_) | Self::Rest => &[],
        }
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = &ParameterKind> {
        self.pieces().iter().filter_map(|piece| match piece {
            Piece::Parameter(kind) => Some(kind),
            Piece::Text(_) => None,
        })
    }

    /// The segment without names.
    fn shape(&self) -> String {
        let shape = |piece: &Piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Parameter(kind) => format!("{{{kind}}}"),
        };
        match self {
            Self::Text(text) => escaped(text),
            Self::Parameters(pieces) => pieces.iter().map(shape).collect(),
            Self::Rest => "{**}".to_owned(),
        }
    }

    /// Which of two segments at the same place is tried first. The module page has the rules.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let class = |segment: &Self| match segment {
            Self::Text(_) => 0,
            Self::Parameters(_) if segment.is_path() => 2,
            Self::Parameters(_) => 1,
            Self::Rest => 3,
        };
        let key = |segment: &Self| {
            let weights: Vec<_> = segment.kinds().map(ParameterKind::weight).collect();
            let breadths: Vec<_> = segment.kinds().map(ParameterKind::breadth).collect();
            let widest = weights.iter().copied().max();
            let text = Reverse(segment.characters());
            let (class, shape) = (class(segment), segment.shape());
            (class, widest, text, weights, breadths, shape)
        };
        key(self).cmp(&key(other))
    }

    /// The number of characters of text in the segment, without the parameters.
    fn characters(&self) -> usize {
        let lengths = self.pieces().iter().map(|piece| match piece {
            Piece::Text(text) => text.chars().count(),
            Piece::Parameter(_) => 0,
        });
        lengths.sum()
    }
}

/// Which of two lists of segments is tried first: the first two segments that differ decide.
pub(super) fn order(one: &[Segment], other: &[Segment]) -> Ordering {
    let mut orders = one.iter().zip(other).map(|(one, other)| one.order(other));
    let differing = orders.find(|order| order.is_ne());
    differing.unwrap_or(Ordering::Equal)
}

/// Text as it is written in a rule, with doubled braces.
fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
