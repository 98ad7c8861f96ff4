//! Labels of hosts: what stands between two points.

use crate::base::url::is_host;
use crate::routing::rules::kind::ParameterKind;
use crate::routing::rules::segment::Piece;
use crate::routing::rules::segment::Segment;

/// Letters that are neither names of parameters nor their converters, in lower case.
pub(in crate::routing) fn lower(text: &str) -> String {
    let mut is_parameter = false;
    let lowered = text.chars().map(|character| {
        match character {
            '{' => is_parameter = true,
            '}' => is_parameter = false,
            _ => {}
        }
        if is_parameter {
            character
        } else {
            character.to_ascii_lowercase()
        }
    });
    lowered.collect()
}

/// Splits at points that are not within a parameter or an address.
pub(in crate::routing) fn labels(host: &str) -> Vec<&str> {
    let (mut close, mut start, mut found) = (None, 0, Vec::new());
    for (place, character) in host.char_indices() {
        match (close, character) {
            (Some(end), _) if character == end => close = None,
            (None, '{') => close = Some('}'),
            (None, '[') => close = Some(']'),
            (None, '.') => {
                found.push(&host[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    found.push(&host[start..]);
    found
}

/// Whether a label can be one; the texts of an `any` become lower case, as hosts are.
pub(in crate::routing) fn sound(label: &mut Segment) -> Result<(), String> {
    let text = |text: &str| match text.bytes().any(|byte| byte == b':') {
        true if !text.ends_with(']') => Err("the port does not count, so there is none".to_owned()),
        _ if is_host(text.as_bytes()) => Ok(()),
        _ => Err("it is no host; names beyond ASCII are written as `xn--…`".to_owned()),
    };
    let kinds: Vec<&mut ParameterKind> = match label {
        Segment::Text(words) => return text(words),
        Segment::Whole(kind) => vec![kind],
        Segment::Mixed(pieces) => {
            let mut kinds = Vec::new();
            for piece in pieces {
                match piece {
                    Piece::Text(words) => text(words)?,
                    Piece::Parameter(kind) => kinds.push(kind),
                }
            }
            kinds
        }
        Segment::Path | Segment::Rest => return Err("a host has no `path`".to_owned()),
    };
    for kind in kinds {
        let ParameterKind::Any(texts) = kind else {
            continue;
        };
        for text in &mut *texts {
            if !is_host(text.as_bytes()) || text.contains(['.', ':', '%']) {
                return Err(format!("`{text}` is no label of a host"));
            }
            text.make_ascii_lowercase();
        }
        texts.sort();
        texts.dedup();
    }
    Ok(())
}

/// The places of parameters from the last label to the first, which is how they are read.
pub(super) fn reading(labels: &[Segment]) -> Vec<usize> {
    let mut end = 0;
    let mut places: Vec<_> = labels
        .iter()
        .map(|label| {
            let start = end;
            end += label.kinds().count();
            start..end
        })
        .collect();
    places.reverse();
    places.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_braces_or_brackets_stays_whole() {
        for (host, expected, why) in [
            ("a.{b}.c", &["a", "{b}", "c"][..], "a label each"),
            ("[::1.2].c", &["[::1.2]", "c"], "an address"),
            (
                "{a:x([.)}.b.c",
                &["{a:x([.)}", "b", "c"],
                "a bracket that is an argument",
            ),
            ("{a:x({)}.b", &["{a:x({)}", "b"], "a brace that is one"),
            ("a]b.c", &["a]b", "c"], "closed and not opened"),
        ] {
            assert_eq!(labels(host), expected, "{host}: {why}");
        }
        assert_eq!(lower("A.{B:X({)}.C"), "a.{B:X({)}.c");
    }
}
