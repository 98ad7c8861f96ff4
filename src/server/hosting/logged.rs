//! Reports a request to the access log and to `tracing`, at the end of its response.

use bytes::Bytes;
use http::StatusCode;
use http_body::Frame;

use crate::gateway::Address;
use crate::gateway::LogNote;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::access_log::LogLine;
use crate::server::hosting::access_log::LogOutcome;
use crate::server::hosting::request_head::RequestHead;
use crate::server::hosting::span::Span;

/// Follows one request; reports it when dropped.
pub(in crate::server) struct Logged {
    /// `None` once it is written.
    line: Option<LogLine>,
    span: Option<Span>,
    /// `None` until the application has answered.
    status: Option<StatusCode>,
    note: Option<LogNote>,
    /// The length of the body, if it is known in advance.
    length: Option<u64>,
    sent_bytes: u64,
    whole: bool,
}

impl Logged {
    /// Follows a request if a log or a subscriber wants it.
    pub(in crate::server) fn begin<'r>(
        log: Option<&AccessLog>,
        head: impl Into<RequestHead<'r>>,
        peer: Option<&Address>,
    ) -> Option<Box<Self>> {
        let head = head.into();
        let line = log.map(|log| log.begin_head(head, peer));
        Self::new(line, Span::begin(head, peer))
    }

    /// Follows a request if there is a line to write or a span to end.
    pub(in crate::server) fn new(line: Option<LogLine>, span: Option<Span>) -> Option<Box<Self>> {
        if line.is_none() && span.is_none() {
            return None;
        }
        Some(Box::new(Self {
            line,
            span,
            status: None,
            note: None,
            length: None,
            sent_bytes: 0,
            whole: false,
        }))
    }

    pub(in crate::server) fn span(&self) -> Option<&Span> {
        self.span.as_ref()
    }

    /// Records the response, or the one that replaces it; it may never be sent.
    pub(in crate::server) fn answered<B>(&mut self, response: &mut http::Response<B>) {
        self.status = Some(response.status());
        let note = response.extensions_mut().remove();
        self.note = note.or_else(|| self.note.take());
    }

    /// Records that sending the response begins.
    pub(in crate::server) fn sending(&mut self, length: Option<u64>) {
        self.length = length;
        self.whole = length == Some(0);
    }

    /// Records a frame that the body yields. hyper does not poll beyond a known length, nor after the body has reported
    /// `is_over`.
    pub(in crate::server) fn sent(&mut self, frame: Option<&Frame<Bytes>>, is_over: bool) {
        let bytes = frame.and_then(Frame::data_ref).map_or(0, Bytes::len);
        self.sent_bytes += bytes as u64;
        self.whole = frame.is_none() || is_over || self.length == Some(self.sent_bytes);
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        let Some(status) = self.status else { return };
        if let Some(span) = self.span.take() {
            span.end(status, self.sent_bytes, self.whole, self.note.as_ref());
        }
        if let Some(line) = self.line.take() {
            line.finish(&LogOutcome {
                status,
                sent_bytes: self.sent_bytes,
                whole: self.whole,
                note: self.note.as_ref(),
            });
        }
    }
}
