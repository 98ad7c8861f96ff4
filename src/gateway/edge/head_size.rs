//! The size limits of a request head.

use http::HeaderValue;
use http::header;
use http::uri::PathAndQuery;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Environ;

/// The findings of one pass over all fields of a head.
#[derive(Default)]
pub(super) struct Fields<'h> {
    /// The first `Host`.
    pub(super) host: Option<&'h HeaderValue>,
    /// There is more than one `Host`.
    pub(super) has_more_hosts: bool,
    /// There is a `Transfer-Encoding` or an `Expect`.
    pub(super) is_framed: bool,
}

/// Checks a head against the limits of its server. The limit of the whole head (`head_bytes`) is checked by
/// the reader of the connection.
///
/// # Errors
///
/// `414` for the target, `431` for the fields; the message names the limit.
pub(super) fn check_size(environ: &Environ) -> Result<Fields<'_>> {
    let limits = environ.server().limits();
    let target = environ.uri().path_and_query();
    let length = target.map_or(0, |target: &PathAndQuery| target.as_str().len());
    if length > limits.target_bytes() {
        let most = limits.target_bytes();
        return Err(too_long(
            Error::uri_too_long(),
            "request target",
            most,
            "target_bytes",
        ));
    }
    let headers = environ.headers();
    let most = limits.header_fields();
    if headers.len() > most {
        let text = format!("there are more than {most} header fields (limit `header_fields`)");
        return Err(Error::header_fields_too_large().with_message(text));
    }
    let (mut fields, most) = (Fields::default(), limits.field_bytes());
    for (name, value) in headers {
        if name.as_str().len() + value.len() > most {
            let error = Error::header_fields_too_large();
            return Err(too_long(
                error,
                &format!("header field `{name}`"),
                most,
                "field_bytes",
            ));
        }
        match *name {
            header::HOST => {
                fields.has_more_hosts = fields.host.is_some();
                fields.host = fields.host.or(Some(value));
            }
            header::TRANSFER_ENCODING | header::EXPECT => fields.is_framed = true,
            _ => {}
        }
    }
    Ok(fields)
}

fn too_long(error: Error, what: &str, most: usize, setting: &str) -> Error {
    error.with_message(format!(
        "the {what} is longer than {most} bytes (limit `{setting}`)"
    ))
}
