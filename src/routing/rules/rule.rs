//! One rule: its segments and its parameters.

use std::fmt;

use crate::routing::rules::converter::Converters;
use crate::routing::rules::kind::ParameterKind;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::segment::Segment;
use crate::routing::rules::syntax;
use crate::routing::rules::syntax::Parts;
use crate::routing::rules::syntax::not_too_many;

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
    pub(in crate::routing) segments: Vec<Segment>,
    /// In the order in which they stand in the rule.
    pub(in crate::routing) names: Vec<String>,
    /// How much of text and names is of the prefixes that it is nested at.
    pub(in crate::routing) prefix: (usize, usize),
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// [`RuleError::Syntax`], which says what is wrong.
    ///
    /// ```
    /// use rustzeug::routing::Rule;
    ///
    /// let error = Rule::parse("/a/{b}{c}").unwrap_err();
    /// assert_eq!(error.to_string(), "the rule `/a/{b}{c}`: there must be text between two parameters");
    /// ```
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        Self::parse_with(text, &Converters::new())
    }

    /// Reads a rule in which your own converters may stand.
    ///
    /// # Errors
    ///
    /// [`RuleError::Syntax`], which says what is wrong.
    pub fn parse_with(text: &str, converters: &Converters) -> Result<Self, RuleError> {
        let parts = syntax::parse(text, converters);
        let Parts { segments, names } = parts.map_err(|why| RuleError::syntax(text, why))?;
        Ok(Self {
            text: text.to_owned(),
            segments,
            names,
            prefix: (0, 0),
        })
    }

    /// This rule below a prefix, which does not end with a slash.
    pub(in crate::routing) fn below(&self, prefix: &Self) -> Result<Self, RuleError> {
        let text = format!("{}{}", prefix.text, self.text);
        let both = self.names.iter().find(|name| prefix.names.contains(name));
        if let Some(name) = both {
            let why = format!("the parameter `{name}` is there twice");
            return Err(RuleError::syntax(&text, why));
        }
        let segments = [&prefix.segments[..], &self.segments].concat();
        not_too_many(segments.len()).map_err(|why| RuleError::syntax(&text, why))?;
        let is_path = |segment: &&Segment| matches!(segment, Segment::Path);
        if segments.iter().filter(is_path).count() > 1 {
            return Err(RuleError::syntax(
                &text,
                "only one parameter can be a `path`",
            ));
        }
        let names = [&prefix.names[..], &self.names].concat();
        let (texts, parameters) = self.prefix;
        Ok(Self {
            text,
            segments,
            names,
            prefix: (texts + prefix.text.len(), parameters + prefix.names.len()),
        })
    }

    /// A prefix of rules: a rule that does not end with a slash, or nothing.
    pub(in crate::routing) fn prefix(
        text: &str,
        converters: &Converters,
    ) -> Result<Self, RuleError> {
        if text == "/" {
            return Ok(Self::empty());
        }
        let rule = Self::parse_with(text, converters)?;
        match rule.segments.last() {
            Some(Segment::Text(text)) if text.is_empty() => Err(RuleError::syntax(
                &rule.text,
                "a prefix does not end with a slash",
            )),
            _ if rule
                .segments
                .iter()
                .any(|segment| matches!(segment, Segment::Path)) =>
            {
                Err(RuleError::syntax(&rule.text, "a prefix has no `path`"))
            }
            _ => Ok(rule),
        }
    }

    /// The rule of the empty path.
    pub(in crate::routing) fn empty() -> Self {
        Self {
            text: String::new(),
            segments: Vec::new(),
            names: Vec::new(),
            prefix: (0, 0),
        }
    }

    /// Whether there is something in front of a slash at the end.
    pub(in crate::routing) fn is_branch(&self) -> bool {
        let ends = |segment: &Segment| matches!(segment, Segment::Text(text) if text.is_empty());
        self.segments.len() > 1 && self.segments.last().is_some_and(ends)
    }

    /// The prefix with everything below it, and itself.
    pub(in crate::routing) fn with_rest(mut self) -> Self {
        self.segments.push(Segment::Rest);
        self
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

    /// The rule as it was written, without prefixes of nested routers.
    pub(in crate::routing) fn written(&self) -> &str {
        &self.text[self.prefix.0..]
    }

    /// The converters, in order.
    pub(in crate::routing) fn kinds(&self) -> impl Iterator<Item = &ParameterKind> {
        self.segments.iter().flat_map(Segment::kinds)
    }

    /// What two rules that match the same paths have in common: the rule without names.
    pub(in crate::routing) fn shape(&self) -> String {
        shape(&self.segments)
    }

    /// The shapes of the rules of text that together match what this one does, as far as all its
    /// parameters are `any` in a segment of their own, and few; the rule itself if it has none.
    pub(super) fn variants(&self) -> Vec<String> {
        let mut variants = vec![Vec::new()];
        for segment in &self.segments {
            let choices = match segment {
                Segment::Whole(ParameterKind::Any(texts)) => {
                    texts.iter().cloned().map(Segment::Text).collect()
                }
                other => vec![other.clone()],
            };
            if variants.len() * choices.len() > 256 {
                return Vec::new();
            }
            let longer = variants.iter().flat_map(|before: &Vec<Segment>| {
                choices.iter().map(|choice| {
                    let mut variant = before.clone();
                    variant.push(choice.clone());
                    variant
                })
            });
            variants = longer.collect();
        }
        variants.iter().map(|segments| shape(segments)).collect()
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

fn shape(segments: &[Segment]) -> String {
    let mut shape = String::new();
    for segment in segments {
        shape.push('/');
        segment.write_shape(&mut shape);
    }
    shape
}
