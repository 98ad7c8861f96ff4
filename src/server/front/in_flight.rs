//! A request in flight, and the report at its end.

use std::sync::Arc;

use crate::gateway::Environ;
use crate::server::front::link::Link;
use crate::server::hosting::logged::Logged;
use crate::server::hosting::span::Span;

/// A request whose response is not sent completely.
pub(super) struct InFlight<A> {
    pub(super) link: Arc<Link<A>>,
    pub(super) logged: Option<Box<Logged>>,
}

impl<A> InFlight<A> {
    pub(super) fn new(link: Arc<Link<A>>) -> Self {
        link.watch().begin();
        Self { link, logged: None }
    }

    /// Reports the request at its end, if a log or a subscriber wants it.
    pub(super) fn log(&mut self, environ: &Environ) {
        let log = self.link.shared.access_log.as_ref();
        self.logged = Logged::begin(log, environ, environ.server().peer());
    }

    /// Reports input that is not a request, with its first line as far as there is one.
    pub(super) fn log_refused(&mut self, line: &[u8]) {
        let (Some(log), peer) = (&self.link.shared.access_log, self.link.server_info.peer()) else {
            return;
        };
        let line = log.begin_refused(line, &http::Request::new(()), peer);
        self.logged = Logged::new(Some(line), None);
    }

    pub(super) fn answered<B>(&mut self, response: &mut http::Response<B>) {
        if let Some(logged) = &mut self.logged {
            logged.answered(response);
        }
    }

    pub(super) fn span(&self) -> Option<&Span> {
        self.logged.as_ref().and_then(|logged| logged.span())
    }
}

impl<A> Drop for InFlight<A> {
    fn drop(&mut self) {
        self.link.watch().end();
    }
}
