//! What a line tells: of a request, and of its response.

use std::net::IpAddr;
use std::time::SystemTime;

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Uri;
use http::Version;

use crate::gateway::LogNote;

/// What is known of a request when it has come.
pub(super) struct Seen {
    pub(super) time: SystemTime,
    pub(super) peer: Option<IpAddr>,
    pub(super) asked: Asked,
    pub(super) host: Option<HeaderValue>,
    pub(super) referer: Option<HeaderValue>,
    pub(super) user_agent: Option<HeaderValue>,
}

/// What a client has asked for.
pub(super) enum Asked {
    Request {
        method: Method,
        uri: Uri,
        version: Version,
    },
    /// The first line of what is no request.
    Other(Vec<u8>),
}

/// What a line of an [`AccessLog`](crate::server::AccessLog) tells of a response.
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
    /// The status that was sent.
    pub status: StatusCode,
    /// Bytes of the body that were sent, without those of its framing.
    pub sent_bytes: u64,
    /// Whether the body was sent to its end.
    pub whole: bool,
    /// What the application has said of the request, which it leaves among the extensions of the response.
    pub note: Option<&'a LogNote>,
}
