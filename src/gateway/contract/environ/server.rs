//! The facts about the server and the connection, and the limits of this request.

use std::sync::Arc;

use crate::gateway::Blocking;
use crate::gateway::Environ;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;

impl Environ {
    /// The facts that the server declares about itself and the connection.
    #[must_use]
    pub fn server(&self) -> &Arc<ServerInfo> {
        &self.0.server_info
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.0.server_info.scheme()
    }

    /// Changes the facts that the server declares, for this request only. Middleware behind a proxy does
    /// this.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut environ = Request::blank("/").into_environ();
    /// environ.change_server(|server| server.with_scheme("https"));
    /// assert_eq!(environ.var("HTTPS").unwrap(), "on");
    /// ```
    pub fn change_server(&mut self, change: impl FnOnce(ServerInfo) -> ServerInfo) {
        self.0.server_info = Arc::new(change(ServerInfo::clone(&self.0.server_info)));
    }

    /// Replaces the facts that the server declares, as proxy middleware does with the scheme and peer.
    pub fn set_server(&mut self, server_info: impl Into<Arc<ServerInfo>>) {
        self.0.server_info = server_info.into();
    }

    /// The error stream, for messages that no client may see.
    #[must_use]
    pub fn errors(&self) -> &ErrorStream {
        self.0.server_info.errors()
    }

    /// The way to run blocking work.
    #[must_use]
    pub fn blocking(&self) -> &Blocking {
        self.0.server_info.blocking()
    }

    /// The limits in force for this request.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.0
            .limits
            .as_deref()
            .unwrap_or_else(|| self.0.server_info.limits())
    }

    /// Replaces the limits for this request.
    pub fn set_limits(&mut self, limits: impl Into<Arc<Limits>>) {
        self.0.limits = Some(limits.into());
    }

    /// The signal that the server is stopping: no new connections are accepted, and running requests have
    /// `ServerLimits::closing_notice` and `ServerLimits::grace_period` to finish. A stream of events should
    /// end then, so that its client can connect to another server.
    #[must_use]
    pub fn stopping(&self) -> Signal {
        self.0.server_info.stopping().clone()
    }

    /// The signal that the client has left, so that the answer cannot be delivered: the connection was closed
    /// or reset. In HTTP/2 the signal means that this stream is over; it also comes after the complete answer
    /// was sent.
    ///
    /// Handlers are not cancelled; a long one may test the signal or wait for it. Bodies may do so too, but a
    /// body that is waiting when the client leaves is dropped. If the client only closes its sending side,
    /// which may be a half-close, the signal comes `ServerLimits::half_closed` later.
    ///
    /// ```
    /// use rustzeug::gateway::{Environ, ServerInfo, Signal};
    /// use rustzeug::Request;
    ///
    /// let signal = Signal::new();
    /// let request = Request::blank("/").into_environ().into_http();
    /// let environ = Environ::new(request, ServerInfo::default().with_client_left(signal.clone()));
    /// assert!(!environ.client_left().is_set());
    /// signal.set();
    /// assert!(environ.client_left().is_set());
    /// ```
    #[must_use]
    pub fn client_left(&self) -> Signal {
        self.left().clone()
    }

    /// Whether the client has left.
    pub(crate) fn has_client_left(&self) -> bool {
        self.left().is_set()
    }

    /// Sets the signal that the client has left this request, for a server with several requests on a
    /// connection.
    #[inline]
    pub fn set_client_left(&mut self, signal: Signal) {
        self.0.client_left = Some(signal);
    }

    pub(super) fn left(&self) -> &Signal {
        let own = self.0.client_left.as_ref();
        own.unwrap_or_else(|| self.0.server_info.client_left())
    }
}
