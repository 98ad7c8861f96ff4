//! The grammar of rules.

use crate::routing::rules::converter::Converters;
use crate::routing::rules::kind::ParameterKind;
use crate::routing::rules::lookalike;
use crate::routing::rules::plain_text::as_it_reads;
use crate::routing::rules::segment::Piece;
use crate::routing::rules::segment::Segment;

/// So many segments a rule has at most: the table is made and searched by recursion.
const MOST_SEGMENTS: usize = 256;

/// Whether a rule may have so many segments.
pub(super) fn not_too_many(segments: usize) -> Result<(), String> {
    match segments {
        ..=MOST_SEGMENTS => Ok(()),
        _ => Err(format!("more than {MOST_SEGMENTS} segments")),
    }
}

/// What a rule is made of: its segments, and the names of its parameters.
#[derive(Debug, Default)]
pub(in crate::routing) struct Parts {
    pub(super) segments: Vec<Segment>,
    pub(super) names: Vec<String>,
}

/// Reads a rule; the error says what is wrong with it.
pub(super) fn parse(text: &str, converters: &Converters) -> Result<Parts, String> {
    if text.is_empty() {
        return Ok(Parts::default());
    }
    let mut left = text.strip_prefix('/').ok_or("a rule begins with a slash")?;
    // Logs have rules as they were written.
    if text.contains(char::is_control) {
        return Err("there is a control character in it".into());
    }
    let mut rule = Parts::default();
    let mut pieces = Vec::new();
    loop {
        let (piece, after) = match left.chars().next() {
            None | Some('/') => {
                let segment = segment(std::mem::take(&mut pieces))?;
                push(&mut rule, segment)?;
                if left.is_empty() {
                    return Ok(rule);
                }
                left = &left[1..];
                continue;
            }
            Some('{') if !left.starts_with("{{") => {
                let (name, kind, after) = parameter(left, converters)?;
                if rule.names.contains(&name) {
                    return Err(format!("the parameter `{name}` is there twice"));
                }
                rule.names.push(name);
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

fn push(rule: &mut Parts, segment: Segment) -> Result<(), String> {
    let is_path = |segment: &Segment| matches!(segment, Segment::Path);
    if is_path(&segment) && rule.segments.iter().any(is_path) {
        return Err("only one parameter can be a `path`".into());
    }
    // A path that begins with two slashes would lead to another host.
    if matches!(rule.segments.last(), Some(Segment::Text(text)) if text.is_empty()) {
        return Err("two slashes side by side".into());
    }
    rule.segments.push(segment);
    not_too_many(rule.segments.len())
}

fn segment(mut pieces: Vec<Piece>) -> Result<Segment, String> {
    match pieces.len() {
        0 => return Ok(Segment::Text(String::new())),
        1 => match pieces.remove(0) {
            Piece::Text(text) if text == "." || text == ".." => {
                return Err(format!("no client sends the segment `{text}`"));
            }
            Piece::Text(text) => {
                lookalike::refuse(&text)?;
                return Ok(Segment::Text(text));
            }
            Piece::Parameter(ParameterKind::Path) => return Ok(Segment::Path),
            Piece::Parameter(kind) => return Ok(Segment::Whole(kind)),
        },
        _ => {}
    }
    let has_path = |piece: &Piece| matches!(piece, Piece::Parameter(ParameterKind::Path));
    if pieces.iter().any(has_path) {
        return Err("a `path` stands alone between slashes".into());
    }
    Ok(Segment::Mixed(pieces))
}

/// Text up to the next slash or parameter.
fn words(text: &str) -> Result<(Piece, &str), String> {
    let mut words = String::new();
    let mut left = text;
    loop {
        let next = left.chars().next();
        match next {
            None | Some('/') => break,
            Some('{' | '}') => {
                let brace = &left[..1];
                let Some(after) = left[1..].strip_prefix(brace) else {
                    if brace == "}" {
                        return Err(
                            "a `}` closes nothing; one that is text is doubled: `}}`".into()
                        );
                    }
                    break;
                };
                words.push_str(brace);
                left = after;
            }
            Some('?' | '#') => return Err("a rule is a path, without query and fragment".into()),
            Some(character) => {
                words.push(character);
                left = &left[character.len_utf8()..];
            }
        }
    }
    as_it_reads(&words)?;
    Ok((Piece::Text(words), left))
}

/// `{name}`, `{name:converter}` or `{name:converter(arguments)}`, and what comes after it.
fn parameter<'t>(
    text: &'t str,
    converters: &Converters,
) -> Result<(String, ParameterKind, &'t str), String> {
    let (inner, after) = text[1..]
        .split_once('}')
        .ok_or("a `{` is not closed; one that is text is doubled: `{{`")?;
    let (name, converter) = match inner.split_once(':') {
        Some((name, converter)) => (name, converter),
        None => (inner, "str"),
    };
    lookalike::refuse_order(name, converter, converters)?;
    if !lookalike::is_name(name) {
        let several = if name.starts_with('*') {
            "; several segments are `{path:path}`"
        } else {
            ""
        };
        return Err(format!(
            "`{name}` is no name of a parameter: letters, digits and `_`, no digit first{several}"
        ));
    }
    let (converter, arguments) = match converter.split_once('(') {
        Some((converter, rest)) => {
            let arguments = rest
                .strip_suffix(')')
                .ok_or_else(|| format!("the arguments of `{converter}` end with `)`"))?;
            (converter, Some(arguments))
        }
        None => (converter, None),
    };
    let kind = ParameterKind::new(converter, arguments, converters)?;
    Ok((name.to_owned(), kind, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::rules::rule::Rule;

    #[test]
    fn what_is_no_rule_is_refused_with_the_reason() {
        for (rule, why) in [
            ("a", "begins with a slash"),
            ("/{a", "not closed"),
            ("/a}", "closes nothing"),
            ("/{}", "no name"),
            ("/{1a}", "no name"),
            ("/{a b}", "no name"),
            ("/{a}{b}", "text between"),
            ("/{a}/{a}", "twice"),
            ("/{a:path}/{b:path}", "only one"),
            ("/x{a:path}", "stands alone"),
            ("/{a:nope}", "no converter `nope`"),
            ("/{a:int(min=3,max=2)}", "nothing fits"),
            ("/{a:int(digits=0)}", "nothing fits"),
            ("/{a:int(digits=2,min=100)}", "nothing fits"),
            ("/{a:float(max=nan)}", "`max` needs a number"),
            ("/{a:float(min=inf,max=inf)}", "`min` needs a number"),
            ("/{a:float(min=0,max=1e999)}", "`max` is more than"),
            ("/{a:int(min=1,min=2)}", "argument `min` is there twice"),
            ("/{a:str(min=-1)}", "`min` needs a number"),
            (
                "/{a:str(length=3,max=5)}",
                "`length` stands for `min` and `max`",
            ),
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
            ("/a%20b", "as it reads"),
            ("/../a", "no client sends"),
            ("/users/<id>", "`<id>` is no parameter: `{id}`"),
            ("/users/<int:id>", "`<int:id>` is no parameter: `{id:int}`"),
            (
                "/users/<int(min=1):id>/x",
                "no parameter: `{id:int(min=1)}`",
            ),
            ("/users/:id/x", "`:id` is no parameter: `{id}`"),
            ("/files/*path", "`*path` is no parameter: `{path:path}`"),
            ("/files/*", "`*` is no wildcard"),
            ("/files/**", "`**` is no wildcard"),
            ("/{*path}", "; several segments are `{path:path}`"),
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
