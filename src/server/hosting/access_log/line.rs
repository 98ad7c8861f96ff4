//! The content of a line: facts about a request and its response.

use std::net::IpAddr;
use std::time::SystemTime;

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Uri;
use http::Version;

use crate::gateway::LogNote;

/// The facts that are known when a request has arrived.
pub(super) struct Seen {
    pub(super) time: SystemTime,
    pub(super) peer: Option<IpAddr>,
    pub(super) asked: Asked,
    pub(super) host: Option<HeaderValue>,
    pub(super) referer: Option<HeaderValue>,
    pub(super) user_agent: Option<HeaderValue>,
}

/// The request line.
pub(super) enum Asked {
    Request {
        method: Method,
        uri: Uri,
        version: Version,
    },
    /// The first line of input that is not a request.
    Other(Vec<u8>),
}

/// The facts about a response that a line of an [`AccessLog`](crate::server::AccessLog) shows.
///
/// ```
/// use rustzeug::gateway::LogNote;
/// use rustzeug::{http, server::{AccessLog, LogOutcome}};
///
/// let request = http::Request::get("/").body(())?;
/// let log = AccessLog::common().with_writer(std::io::sink());
/// let note = LogNote::default();
/// let status = http::StatusCode::OK;
/// log.begin(&request, None).finish(&LogOutcome { status, sent_bytes: 5, whole: true, note: Some(&note) });
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LogOutcome<'a> {
    /// The status of the response.
    pub status: StatusCode,
    /// The bytes of the body that were sent, without its framing.
    pub sent_bytes: u64,
    /// Whether the body was sent to its end.
    pub whole: bool,
    /// The note of the application about the request, from the extensions of the response.
    pub note: Option<&'a LogNote>,
}
