//! The target of a request from `REQUEST_URI`, `SCRIPT_NAME`, `PATH_INFO` and `QUERY_STRING`.

use std::borrow::Cow;

use bytes::Bytes;
use http::Uri;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url::clean_target;
use crate::gateway::ScriptNameFix;
use crate::gateway::contract::environ::encoded;
use crate::gateway::contract::variables::paths::is_same;
use crate::gateway::contract::variables::paths::prefix_length;
use crate::gateway::contract::variables::set::split_origin;

/// The variables of the target, as they were sent.
#[derive(Default)]
pub(super) struct Given<'v> {
    pub(super) request_uri: &'v [u8],
    pub(super) script_name: Option<&'v [u8]>,
    pub(super) path_info: Option<&'v [u8]>,
    pub(super) query: Option<&'v [u8]>,
}

/// A target, and the number of bytes of its path that are the script name.
pub(super) struct Target {
    pub(super) uri: Uri,
    pub(super) script_length: usize,
}

/// Makes the target.
///
/// The raw path is that of `REQUEST_URI`, which alone has kept `%2F` and double slashes, if it is the path of the two
/// others, or if the front sends neither of them. Otherwise the front has rewritten the path, or removed dot segments,
/// and its rules apply to the result: the two others are encoded. `QUERY_STRING` decides about the query. A target that
/// is used as it was sent shares `block`, which has all of these variables.
///
/// # Errors
///
/// `400` for a NUL and an invalid authority, `414` for a target that is too long for `http`.
pub(super) fn target(given: &Given<'_>, fix: &ScriptNameFix, block: &Bytes) -> Result<Target> {
    let sent = Sent::of(given.request_uri);
    if sent.as_ref().is_some_and(|sent| sent.cleaned == "*") {
        return Ok(Target {
            uri: Uri::from_static("*"),
            script_length: 0,
        });
    }
    let says_nothing = given.script_name.or(given.path_info).is_none();
    let script_name = script_name(given.script_name.unwrap_or_default());
    let path_info = with_slash(given.path_info.unwrap_or_default());
    let (sent_path, sent_query) = sent.as_ref().map_or(("", None), Sent::split);
    let found = sent.as_ref().and_then(|_| {
        fix.split(sent_path).or_else(|| {
            if says_nothing {
                return Some(0);
            }
            let length = prefix_length(sent_path.as_bytes(), &script_name)?;
            is_same(&sent_path.as_bytes()[length..], &path_info).then_some(length)
        })
    });
    let query = match given.query {
        Some(query) if query != sent_query.unwrap_or_default().as_bytes() => Some(query),
        _ => sent_query.map(str::as_bytes),
    };
    let is_sent = query == sent_query.map(str::as_bytes);
    let origin = sent.as_ref().map_or(&b""[..], |sent| sent.origin);
    if let Some(script_length) = found {
        let uri = if is_sent && is_whole(sent.as_ref()) {
            uri(block.slice_ref(given.request_uri))?
        } else {
            joined(origin, sent_path, query)?
        };
        return Ok(Target { uri, script_length });
    }
    let script_name = encoded(&script_name)?;
    let path = [&*script_name, &*encoded(&path_info)?].concat();
    let script_length = fix.split(&path).unwrap_or(script_name.len());
    let uri = joined(origin, &path, query)?;
    Ok(Target { uri, script_length })
}

/// A `REQUEST_URI` of a form that is understood.
struct Sent<'v> {
    /// `http://example.org` of a target in absolute form.
    origin: &'v [u8],
    /// The path and query.
    cleaned: Cow<'v, str>,
}

impl<'v> Sent<'v> {
    fn of(value: &'v [u8]) -> Option<Self> {
        let (origin, target) = match value.first()? {
            b'/' => value.split_at(0),
            b'*' if value.len() == 1 => value.split_at(0),
            _ => split_origin(value)?,
        };
        let cleaned = clean_target(target);
        Some(Self { origin, cleaned })
    }

    fn split(&self) -> (&str, Option<&str>) {
        match self.cleaned.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&self.cleaned, None),
        }
    }
}

/// Whether the value can be used as it is.
fn is_whole(sent: Option<&Sent<'_>>) -> bool {
    sent.is_some_and(|sent| sent.origin.is_empty() && matches!(sent.cleaned, Cow::Borrowed(_)))
}

/// The script name without slashes at its end: `/` is the root, whose script name is empty.
fn script_name(given: &[u8]) -> Cow<'_, [u8]> {
    let slashes = given.iter().rev().take_while(|byte| **byte == b'/').count();
    with_slash(&given[..given.len() - slashes])
}

fn with_slash(path: &[u8]) -> Cow<'_, [u8]> {
    match path.first() {
        None | Some(b'/') => Cow::Borrowed(path),
        _ => Cow::Owned([b"/", path].concat()),
    }
}

fn joined(origin: &[u8], path: &str, query: Option<&[u8]>) -> Result<Uri> {
    let mut text = [origin, path.as_bytes()].concat();
    if path.is_empty() {
        text.push(b'/');
    }
    if let Some(query) = query {
        text.extend_from_slice(clean_target(&[b"?", query].concat()).as_bytes());
    }
    uri(text.into())
}

fn uri(text: Bytes) -> Result<Uri> {
    let is_long = text.len() > usize::from(u16::MAX) - 1;
    Uri::from_maybe_shared(text).map_err(|_| {
        if is_long {
            return Error::uri_too_long();
        }
        Error::bad_request().with_message("the target is not valid")
    })
}
