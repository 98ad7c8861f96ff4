//! Parameters as other routers write them, which would be text in a rule of ours.

use crate::routing::rules::converter::Converters;
use crate::routing::rules::kind::BUILT_IN;

/// What is wrong with the text of a whole segment, if it was meant otherwise: a parameter or a wildcard.
/// Who means the text writes it as the only one of an `any`.
pub(in crate::routing) fn refuse(segment: &str) -> Result<(), String> {
    if matches!(segment, "*" | "**") {
        return Err(format!(
            "`{segment}` is no wildcard; several segments are `{{path:path}}`, and a mount has all that is below it"
        ));
    }
    match meant(segment) {
        Some(parameter) => Err(format!("`{segment}` is no parameter: `{parameter}`")),
        None => Ok(()),
    }
}

/// The parameter, as it is written here.
fn meant(segment: &str) -> Option<String> {
    let inner = segment
        .strip_prefix('<')
        .and_then(|it| it.strip_suffix('>'));
    let (name, converter) = match inner.map(|inner| inner.rsplit_once(':').ok_or(inner)) {
        Some(Ok((converter, name))) => (name, Some(converter)),
        Some(Err(name)) => (name, None),
        None => match segment.strip_prefix('*') {
            Some(name) => (name, Some("path")),
            None => (segment.strip_prefix(':')?, None),
        },
    };
    is_name(name).then(|| match converter {
        Some(converter) => format!("{{{name}:{converter}}}"),
        None => format!("{{{name}}}"),
    })
}

/// Refuses `{int:id}`, in the order that Werkzeug has.
pub(super) fn refuse_order(name: &str, converter: &str, own: &Converters) -> Result<(), String> {
    let is_known = |name: &str| BUILT_IN.contains(&name) || own.get(name).is_some();
    let kind = name.split('(').next().unwrap_or_default();
    if is_known(kind) && is_name(converter) && !is_known(converter) {
        return Err(format!("the name comes first: `{{{converter}:{name}}}`"));
    }
    Ok(())
}

/// Whether a parameter can have this name.
pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    begins && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
