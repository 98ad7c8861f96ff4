//! The state that all connections of a server share, for any protocol.

use std::sync::Arc;

use http::Method;
use tokio::runtime::Handle;

use crate::gateway::ScriptNameFix;
use crate::gateway::ServerInfo;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::open::Open;
use crate::server::hosting::request_head::RequestHead;
use crate::server::limits::ServerLimits;

/// The state that all connections share.
pub(in crate::server) struct Shared<A> {
    pub(in crate::server) application: A,
    pub(in crate::server) server_info: ServerInfo,
    pub(in crate::server) limits: ServerLimits,
    pub(in crate::server) open: Arc<Open>,
    pub(in crate::server) access_log: Option<AccessLog>,
    /// For timers that are set on threads outside the runtime.
    pub(in crate::server) runtime: Handle,
    /// For protocols whose web server splits the path.
    pub(in crate::server) script_name_fix: ScriptNameFix,
    health: Option<String>,
}

impl<A> Shared<A> {
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    pub(in crate::server) fn new(
        application: A,
        server_info: ServerInfo,
        limits: ServerLimits,
        open: Arc<Open>,
    ) -> Self {
        Self {
            application,
            server_info,
            limits,
            open,
            access_log: None,
            runtime: Handle::current(),
            script_name_fix: ScriptNameFix::default(),
            health: None,
        }
    }

    pub(in crate::server) fn with_script_name_fix(mut self, fix: ScriptNameFix) -> Self {
        self.script_name_fix = fix;
        self
    }

    /// Sets the path at which the server reports its health, if there is one.
    pub(in crate::server) fn with_health(mut self, path: Option<String>) -> Self {
        self.health = path;
        self
    }

    pub(in crate::server) fn with_access_log(mut self, log: Option<AccessLog>) -> Self {
        self.access_log = log;
        self
    }

    /// Returns whether a request asks for the health of the server; the server answers it itself.
    pub(in crate::server) fn asks_for_health<'r>(&self, head: impl Into<RequestHead<'r>>) -> bool {
        let head = head.into();
        self.health
            .as_ref()
            .is_some_and(|path| head.uri.path() == path)
            && matches!(*head.method, Method::GET | Method::HEAD)
    }
}
