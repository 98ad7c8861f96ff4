//! The grammar of rules.

use crate::routing::rules::converter::Converters;
use crate::routing::rules::parameter_kind::BUILT_IN;
use crate::routing::rules::parameter_kind::ParameterKind;
use crate::routing::rules::parameter_kind::refuse_escapes;
use crate::routing::rules::rule::Piece;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule::Segment;
use crate::routing::rules::rule_error::RuleError;

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

    /// Reads a rule that may use custom converters.
    ///
    /// # Errors
    ///
    /// [`RuleError::Syntax`], which says what is wrong.
    pub fn parse_with(text: &str, converters: &Converters) -> Result<Self, RuleError> {
        parse(text, converters).map_err(|why| RuleError::syntax(text, why))
    }

    /// Reads the prefix of other rules: an empty text, or a rule without a slash at its end.
    pub(in crate::routing) fn prefix(
        text: &str,
        converters: &Converters,
    ) -> Result<Self, RuleError> {
        let rule = Self::parse_with(if text == "/" { "" } else { text }, converters)?;
        let why = if rule.segments.last().is_some_and(Segment::is_empty) {
            "a prefix does not end with a slash"
        } else if rule.segments.iter().any(Segment::is_path) {
            "a prefix has no `path`"
        } else {
            return Ok(rule);
        };
        Err(RuleError::syntax(text, why))
    }
}

/// Reads a rule; the error says what is wrong with it.
fn parse(text: &str, converters: &Converters) -> Result<Rule, String> {
    let mut rule = Rule {
        text: text.to_owned(),
        segments: Vec::new(),
        names: Vec::new(),
        prefix: (0, 0),
    };
    if text.is_empty() {
        return Ok(rule);
    }
    let mut left = text.strip_prefix('/').ok_or("a rule begins with a slash")?;
    // Rules are logged as they were written.
    if text.contains(char::is_control) {
        return Err("it has a control character".into());
    }
    let mut pieces = Vec::new();
    loop {
        let (piece, after) = match left.chars().next() {
            None | Some('/') => {
                rule.push(segment(std::mem::take(&mut pieces))?)?;
                if left.is_empty() {
                    return Ok(rule);
                }
                left = &left[1..];
                continue;
            }
            Some('{') if !left.starts_with("{{") => {
                let (name, kind, after) = parameter(left, converters)?;
                rule.push_name(name.to_owned())?;
                (Piece::Parameter(kind), after)
            }
            Some(_) => words(left)?,
        };
        if let (Some(Piece::Parameter(_)), Piece::Parameter(_)) = (pieces.last(), &piece) {
            return Err("there must be text between two parameters".into());
        }
        pieces.push(piece);
        left = after;
    }
}

fn segment(pieces: Vec<Piece>) -> Result<Segment, String> {
    let is_path = |piece: &Piece| matches!(piece, Piece::Parameter(ParameterKind::Path));
    match &pieces[..] {
        [] => Ok(Segment::Text(String::new())),
        [Piece::Text(text)] if text == "." || text == ".." => {
            Err(format!("no client sends the segment `{text}`"))
        }
        [Piece::Text(text)] => {
            refuse_other_syntax(text)?;
            Ok(Segment::Text(text.clone()))
        }
        [_, _, ..] if pieces.iter().any(is_path) => {
            Err("a `path` stands alone between slashes".into())
        }
        _ => Ok(Segment::Parameters(pieces)),
    }
}

/// Text up to the next slash or parameter.
fn words(text: &str) -> Result<(Piece, &str), String> {
    let mut words = String::new();
    let mut left = text;
    while let Some(next) = left.chars().next().filter(|next| *next != '/') {
        let mut after = &left[next.len_utf8()..];
        match next {
            '{' | '}' => match after.strip_prefix(next) {
                Some(doubled) => after = doubled,
                None if next == '{' => break,
                None => {
                    return Err("a `}` closes nothing; to write it as text, double it: `}}`".into());
                }
            },
            '?' | '#' => return Err("a rule is a path, without query and fragment".into()),
            _ => {}
        }
        words.push(next);
        left = after;
    }
    refuse_escapes(&words)?;
    Ok((Piece::Text(words), left))
}

/// `{name}`, `{name:converter}` or `{name:converter(arguments)}`, and what comes after it.
fn parameter<'t>(
    text: &'t str,
    converters: &Converters,
) -> Result<(&'t str, ParameterKind, &'t str), String> {
    let (inner, after) = text[1..]
        .split_once('}')
        .ok_or("a `{` is not closed; to write it as text, double it: `{{`")?;
    let (name, converter) = inner.split_once(':').unwrap_or((inner, "str"));
    refuse_order(name, converter, converters)?;
    if !is_name(name) {
        let several = if name.starts_with('*') {
            "; for several segments write `{path:path}`"
        } else {
            ""
        };
        return Err(format!(
            "`{name}` is not a name of a parameter: use letters, digits and `_`, and no digit first{several}"
        ));
    }
    let (converter, arguments) = match converter.split_once('(') {
        Some((converter, rest)) => {
            let arguments = rest.strip_suffix(')');
            let open = || format!("the arguments of `{converter}` end with `)`");
            (converter, arguments.ok_or_else(open)?)
        }
        None => (converter, ""),
    };
    let kind = ParameterKind::new(converter, arguments, converters)?;
    Ok((name, kind, after))
}

/// Whether a parameter can have this name.
fn is_name(name: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !name.is_empty() && name.chars().all(is_word) && !name.starts_with(|it: char| it.is_numeric())
}

/// Refuses a segment that is a parameter or a wildcard in the syntax of other routers, and would be text here. To use
/// it as text, write it as the only text of an `any`.
fn refuse_other_syntax(segment: &str) -> Result<(), String> {
    if matches!(segment, "*" | "**") {
        return Err(format!(
            "`{segment}` is not a wildcard; for several segments write `{{path:path}}`, for everything below a prefix use `mount`"
        ));
    }
    let opened = segment.strip_prefix('<');
    let bracketed = opened.and_then(|it| it.strip_suffix('>'));
    let (name, converter) = if let Some(inner) = bracketed {
        match inner.rsplit_once(':') {
            Some((converter, name)) => (name, format!(":{converter}")),
            None => (inner, String::new()),
        }
    } else if let Some(name) = segment.strip_prefix('*') {
        (name, ":path".to_owned())
    } else {
        (segment.strip_prefix(':').unwrap_or_default(), String::new())
    };
    if is_name(name) {
        return Err(format!(
            "`{segment}` is not a parameter; write `{{{name}{converter}}}`"
        ));
    }
    Ok(())
}

/// Refuses `{int:id}`, which is Werkzeug's order.
fn refuse_order(name: &str, converter: &str, own: &Converters) -> Result<(), String> {
    let is_known = |name: &str| BUILT_IN.contains(&name) || own.get(name).is_some();
    let kind = name.split('(').next().unwrap_or_default();
    if is_known(kind) && is_name(converter) && !is_known(converter) {
        return Err(format!("the name comes first: `{{{converter}:{name}}}`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::rules::rule::MOST_SEGMENTS;

    #[test]
    fn what_is_no_rule_is_refused_with_the_reason() {
        for (rule, why) in [
            ("a", "begins with a slash"),
            ("/{a", "not closed"),
            ("/a}", "closes nothing"),
            ("/{}", "not a name"),
            ("/{1a}", "not a name"),
            ("/{a b}", "not a name"),
            ("/{a}{b}", "text between"),
            ("/{a}/{a}", "twice"),
            ("/{a:path}/{b:path}", "only one"),
            ("/x{a:path}", "stands alone"),
            ("/{a:nope}", "no converter `nope`"),
            ("/{a:int(min=3,max=2)}", "no value fits"),
            ("/{a:int(digits=0)}", "no value fits"),
            ("/{a:int(digits=2,min=100)}", "no value fits"),
            ("/{a:float(max=nan)}", "`max` needs a number"),
            ("/{a:float(min=inf,max=inf)}", "`min` needs a number"),
            ("/{a:float(min=0,max=1e999)}", "`max` is larger than"),
            ("/{a:int(min=1,min=2)}", "argument `min` occurs twice"),
            ("/{a:str(min=-1)}", "`min` needs a number"),
            ("/{a:str(length=3,max=5)}", "`length` sets `min` and `max`"),
            ("/{a:any(a%20b)}", "`%20` is percent-encoded"),
            ("/{a:any(a\0b)}", "control"),
            ("/{a:}", "no converter ``"),
            ("/{a:int(9223372036854775808}", "end with `)`"),
            ("/{a:int(min)}", "needs a number"),
            ("/{a:int(least=1)}", "no argument `least`"),
            ("/{a:int(1}", "end with `)`"),
            ("/{a:uuid(4)}", "no argument `4`"),
            ("/{a:any()}", "needs texts"),
            ("/{a:any(x,,y)}", "needs texts"),
            ("/{a:any(x/y)}", "needs texts"),
            ("/{a:str(min=0)}", "at least one"),
            ("/{a:int(signed=no)}", "true or false"),
            ("/a?b", "without query"),
            ("/a#b", "without query"),
            ("/a%20b", "the decoded text"),
            ("/../a", "no client sends"),
            ("/users/<id>", "`<id>` is not a parameter; write `{id}`"),
            (
                "/users/<int:id>",
                "`<int:id>` is not a parameter; write `{id:int}`",
            ),
            (
                "/users/<int(min=1):id>/x",
                "not a parameter; write `{id:int(min=1)}`",
            ),
            ("/users/:id/x", "`:id` is not a parameter; write `{id}`"),
            (
                "/files/*path",
                "`*path` is not a parameter; write `{path:path}`",
            ),
            ("/files/*", "`*` is not a wildcard"),
            ("/files/**", "`**` is not a wildcard"),
            ("/{*path}", "; for several segments write `{path:path}`"),
            ("/{int:id}", "the name comes first: `{id:int}`"),
            ("/{path(x):id}", "the name comes first: `{id:path(x)}`"),
            (
                "/{a:hex}",
                "and those declared before it by `with_converter`",
            ),
            ("//a", "side by side"),
            ("/a//", "side by side"),
            ("/a\nb", "control"),
            ("/{a:any(\nx,y)}", "control"),
            ("/{a:int(min=1,\tmax=2)}", "control"),
        ] {
            let error = parse(rule, &Converters::new()).expect_err(rule);
            assert!(error.contains(why), "{rule}: {error}");
        }
    }

    #[test]
    fn text_that_only_resembles_a_parameter_is_text() {
        for rule in [
            "/{id:int}:cancel",
            "/a:b",
            "/:",
            "/:7",
            "/<3",
            "/a<b>",
            "/<>",
            "/a*",
            "/{a:any(:id,*,<id>)}",
        ] {
            let parsed = parse(rule, &Converters::new());
            assert!(parsed.is_ok(), "{rule}: {:?}", parsed.err());
        }
    }

    #[test]
    fn a_rule_has_so_many_segments_and_no_more() {
        let rule = |segments| "/a".repeat(segments);
        assert!(parse(&rule(MOST_SEGMENTS), &Converters::new()).is_ok());
        for segments in [MOST_SEGMENTS + 1, 100_000] {
            let error = parse(&rule(segments), &Converters::new()).expect_err("too many");
            assert_eq!(error, "more than 256 segments");
        }
    }

    #[test]
    fn what_reads_the_same_has_the_same_shape() {
        for (one, other, same) in [
            ("/{a}", "/{b:str}", true),
            ("/{a:int}", "/{b:int(min=0)}", true),
            ("/{a:int}", "/{b:int(signed)}", false),
            ("/{a:str(length=3)}", "/{b:str(max=3,min=3)}", true),
            ("/{a:any(x,y)}", "/{b:any(y, x,x)}", true),
            ("/a/", "/a", false),
            ("/{{a}}", "/{a}", false),
        ] {
            let shape = |rule| Rule::parse(rule).expect("a rule").shape();
            assert_eq!(shape(one) == shape(other), same, "{one} {other}");
        }
    }
}
