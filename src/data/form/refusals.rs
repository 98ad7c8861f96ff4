//! The errors with which a form is refused.

use crate::base::error::Error;
use crate::syntax::charset::UnknownCharset;
use crate::wire::urlencoded::UrlencodedError;

pub(super) fn no_form() -> Error {
    Error::unsupported_media_type().with_message("the content type is not that of a form")
}

pub(super) fn unread(unknown: &UnknownCharset) -> Error {
    Error::unsupported_media_type().with_message(format!("the form is refused: {unknown}"))
}

pub(super) fn too_many_pairs(what: &str, error: &UrlencodedError) -> Error {
    let setting = if what == "query" {
        "query_pairs"
    } else {
        "form_fields"
    };
    Error::content_too_large().with_message(format!(
        "the {what} is refused: {error} (limit `{setting}`)"
    ))
}
