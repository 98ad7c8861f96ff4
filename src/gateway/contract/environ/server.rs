//! What the server says of itself and of the connection, with the limits of this request.

use std::sync::Arc;

use crate::gateway::Blocking;
use crate::gateway::Environ;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;

impl Environ {
    /// What the server declares about itself and the connection.
    #[must_use]
    pub fn server(&self) -> &Arc<ServerInfo> {
        &self.0.server_info
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.0.server_info.scheme()
    }

    /// Changes what the server declares with this request alone, as middleware does behind a proxy.
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

    /// Replaces what the server declares, as a proxy-aware middleware does with scheme and peer.
    pub fn set_server(&mut self, server_info: impl Into<Arc<ServerInfo>>) {
        self.0.server_info = server_info.into();
    }

    /// Where an application reports what no client should read.
    #[must_use]
    pub fn errors(&self) -> &ErrorStream {
        self.0.server_info.errors()
    }

    /// How to run work that blocks.
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

    /// Tells that the server is stopping: nobody can connect any more, and what has begun has
    /// `ServerLimits::closing_notice` and `ServerLimits::grace_period` to end. A stream of
    /// events ends then, so that its client can connect to another server.
    #[must_use]
    pub fn stopping(&self) -> Signal {
        self.0.server_info.stopping().clone()
    }

    /// Tells that the client has left, so that nobody will get the answer: the connection was closed or broken off. In
    /// HTTP/2 it tells that this stream is over, also after its answer was sent whole.
    ///
    /// Handlers are not cancelled; one that takes long may ask, or wait. Bodies may do so too, though one that is
    /// waiting when the client leaves is dropped. After a plain end of what the client sends, which may be a
    /// half-close, it comes `ServerLimits::half_closed` later.
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

    /// Sets what tells that the client has left this request, for a server with several requests on a connection.
    pub fn set_client_left(&mut self, signal: Signal) {
        self.0.client_left = Some(signal);
    }

    pub(super) fn left(&self) -> &Signal {
        let own = self.0.client_left.as_ref();
        own.unwrap_or_else(|| self.0.server_info.client_left())
    }
}
