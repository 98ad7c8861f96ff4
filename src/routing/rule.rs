//! One rule: its segments, its parameters, and what comes before what.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::fmt;
use std::fmt::Write;

use crate::routing::converter::Converters;
use crate::routing::converter::Kind;
use crate::routing::error::RuleError;
use crate::routing::syntax;

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
    pub(super) text: String,
    pub(super) segments: Vec<Segment>,
    /// In the order in which they stand in the rule.
    pub(super) names: Vec<String>,
}

/// What stands between two slashes.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// Text only.
    Text(String),
    /// One parameter and nothing else.
    Whole(Kind),
    /// Text and parameters, never two of these side by side.
    Mixed(Vec<Piece>),
    /// A parameter of the converter `path`: one segment or more.
    Path,
    /// What is left, be it nothing: below a mount.
    Rest,
}

/// A part of a segment.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Parameter(Kind),
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

    /// Reads a rule in which converters of one's own may stand.
    ///
    /// # Errors
    ///
    /// [`RuleError::Syntax`], which says what is wrong.
    pub fn parse_with(text: &str, converters: &Converters) -> Result<Self, RuleError> {
        syntax::parse(text, converters).map_err(|why| RuleError::syntax(text, why))
    }

    /// This rule below a prefix, which does not end with a slash.
    pub(super) fn below(&self, prefix: &Self) -> Result<Self, RuleError> {
        let text = format!("{}{}", prefix.text, self.text);
        let both = self.names.iter().find(|name| prefix.names.contains(name));
        if let Some(name) = both {
            let why = format!("the parameter `{name}` is there twice");
            return Err(RuleError::syntax(&text, why));
        }
        let segments = [&prefix.segments[..], &self.segments].concat();
        let is_path = |segment: &&Segment| matches!(segment, Segment::Path);
        if segments.iter().filter(is_path).count() > 1 {
            return Err(RuleError::syntax(
                &text,
                "only one parameter can be a `path`",
            ));
        }
        let names = [&prefix.names[..], &self.names].concat();
        Ok(Self {
            text,
            segments,
            names,
        })
    }

    /// A prefix of rules: a rule that does not end with a slash, or nothing.
    pub(super) fn prefix(text: &str, converters: &Converters) -> Result<Self, RuleError> {
        if matches!(text, "" | "/") {
            return Ok(Self {
                text: String::new(),
                segments: Vec::new(),
                names: Vec::new(),
            });
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

    /// The prefix with everything below it, and itself.
    pub(super) fn with_rest(mut self) -> Self {
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

    /// The converters, in order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.segments.iter().flat_map(Segment::kinds)
    }

    /// What two rules that match the same paths have in common: the rule without names.
    pub(super) fn shape(&self) -> String {
        shape(&self.segments)
    }

    /// The shapes of the rules of text that together match what this one does, as far as all its
    /// parameters are `any` in a segment of their own, and few; the rule itself if it has none.
    pub(super) fn variants(&self) -> Vec<String> {
        let mut variants = vec![Vec::new()];
        for segment in &self.segments {
            let choices = match segment {
                Segment::Whole(Kind::Any(texts)) => {
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

impl Segment {
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind> {
        let pieces = match self {
            Self::Mixed(pieces) => &pieces[..],
            _ => &[],
        };
        let whole = match self {
            Self::Whole(kind) => Some(kind),
            Self::Path => Some(&Kind::Path),
            _ => None,
        };
        let among = pieces.iter().filter_map(|piece| match piece {
            Piece::Parameter(kind) => Some(kind),
            Piece::Text(_) => None,
        });
        whole.into_iter().chain(among)
    }

    /// Braces stand for parameters only: those of text are doubled, as in the rule.
    fn write_shape(&self, shape: &mut String) {
        let text = |shape: &mut String, text: &str| {
            shape.push_str(&text.replace('{', "{{").replace('}', "}}"));
        };
        match self {
            Self::Text(words) => text(shape, words),
            Self::Rest => shape.push_str("{**}"),
            Self::Mixed(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(words) => text(shape, words),
                        Piece::Parameter(kind) => push_kind(shape, kind),
                    }
                }
            }
            Self::Path => push_kind(shape, &Kind::Path),
            Self::Whole(kind) => push_kind(shape, kind),
        }
    }

    /// Which of two segments at the same place is tried first: see the page of the module.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let class = |segment: &Self| match segment {
            Self::Text(_) => 0,
            Self::Whole(_) | Self::Mixed(_) => 1,
            Self::Path => 2,
            Self::Rest => 3,
        };
        let widest = |segment: &Self| segment.kinds().map(Kind::weight).max();
        class(self)
            .cmp(&class(other))
            .then_with(|| widest(self).cmp(&widest(other)))
            .then_with(|| Reverse(self.characters()).cmp(&Reverse(other.characters())))
            .then_with(|| {
                self.kinds()
                    .map(Kind::weight)
                    .cmp(other.kinds().map(Kind::weight))
            })
            .then_with(|| {
                self.kinds()
                    .map(Kind::breadth)
                    .cmp(other.kinds().map(Kind::breadth))
            })
            .then_with(|| {
                let (mut own, mut others) = (String::new(), String::new());
                self.write_shape(&mut own);
                other.write_shape(&mut others);
                own.cmp(&others)
            })
    }

    /// How much text there is beside parameters.
    fn characters(&self) -> usize {
        match self {
            Self::Mixed(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.chars().count(),
                    Piece::Parameter(_) => 0,
                })
                .sum(),
            _ => 0,
        }
    }
}

fn push_kind(shape: &mut String, kind: &Kind) {
    // Writing to a `String` does not fail.
    let _ = match kind {
        // Two routers can have different converters under one name.
        Kind::Own { name, converter } => {
            write!(
                shape,
                "{{{name}@{:p}}}",
                std::sync::Arc::as_ptr(converter).cast::<()>()
            )
        }
        _ => write!(shape, "{{{kind}}}"),
    };
}
