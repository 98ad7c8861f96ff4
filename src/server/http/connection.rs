//! A connection, and the tasks that its requests leave for it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;

use crate::gateway::Handover;
use crate::gateway::Limits;
use crate::gateway::ServerInfo;
use crate::gateway::attempt;
use crate::gateway::discard;
use crate::gateway::report;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::in_flight::Served;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::uptime::Uptime;
use crate::server::hosting::watch::Watch;
use crate::server::limits::ServerLimits;

/// A connection, which exists as long as it is open or one of its handlers runs.
pub(super) struct Connection<A> {
    pub(super) shared: Arc<Shared<A>>,
    pub(super) server_info: Arc<ServerInfo>,
    pub(super) ticket: Ticket,
    left: Left,
}

/// The facts that a request leaves for the connection.
#[derive(Default)]
struct Left {
    /// The body of a request was malformed, so the start of the next request is unknown.
    broken: AtomicBool,
    /// The last request was HTTP/1.0.
    old: AtomicBool,
    /// A client has offered an upgrade, for which hyper is prepared.
    offered: AtomicBool,
    /// A client has sent more of a body than its window allows.
    overrun: AtomicBool,
    handover: Mutex<Option<Handover>>,
}

impl<A> Connection<A> {
    pub(super) fn new(shared: Arc<Shared<A>>, server_info: ServerInfo, ticket: Ticket) -> Self {
        Self {
            shared,
            server_info: Arc::new(server_info.with_can_upgrade(true)),
            ticket,
            left: Left::default(),
        }
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.ticket.watch()
    }

    pub(super) fn limits(&self) -> &Limits {
        self.server_info.limits()
    }

    pub(super) fn server_limits(&self) -> &ServerLimits {
        &self.shared.limits
    }

    /// The clock for timeouts.
    pub(super) fn uptime(&self) -> &Uptime {
        self.ticket.open().uptime()
    }

    /// Records that the body of a request has ended. `last` is its last piece, if it ends by its length.
    pub(super) fn body_is_whole(&self, last: Option<&[u8]>) {
        self.watch().mark_whole(last);
    }

    /// Records that the body of a request is malformed.
    pub(super) fn body_is_broken(&self) {
        self.left.broken.store(true, Ordering::Relaxed);
    }

    /// Returns whether the client takes an early end of the connection for the end of the response, as in HTTP/1.0.
    pub(super) fn is_http_10(&self) -> bool {
        self.left.old.load(Ordering::Relaxed)
    }

    /// Returns whether a body was malformed.
    pub(super) fn is_broken(&self) -> bool {
        self.left.broken.load(Ordering::Relaxed)
    }

    /// Returns whether hyper has just released the connection for an upgrade that does not take place. hyper does so
    /// once.
    pub(super) fn is_left_unfinished(&self) -> bool {
        self.left.offered.swap(false, Ordering::Relaxed) && lock(&self.left.handover).is_none()
    }

    pub(super) fn set_overrun(&self) {
        self.left.overrun.store(true, Ordering::Relaxed);
    }

    /// Returns whether an HTTP/2 client ignores its window.
    pub(super) fn is_overrun(&self) -> bool {
        self.left.overrun.load(Ordering::Relaxed)
    }

    /// Records that the last request was HTTP/1.0.
    pub(super) fn set_http_10(&self) {
        self.left.old.store(true, Ordering::Relaxed);
    }

    /// Records that a client has offered an upgrade.
    pub(super) fn set_offered(&self) {
        self.left.offered.store(true, Ordering::Relaxed);
    }

    /// Hands the connection over to another protocol.
    pub(super) fn hand_over(&self, handover: Handover) {
        *lock(&self.left.handover) = Some(handover);
    }

    /// Takes the protocol to which the connection was handed over.
    pub(super) fn take_handover(&self) -> Option<Handover> {
        lock(&self.left.handover).take()
    }
}

impl<A> Served for Connection<A> {
    fn watch(&self) -> &Watch {
        self.ticket.watch()
    }

    fn server_info(&self) -> &ServerInfo {
        &self.server_info
    }

    fn access_log(&self) -> Option<&AccessLog> {
        self.shared.access_log.as_ref()
    }
}

/// Drops a handover that did not take place.
impl<A> Drop for Connection<A> {
    fn drop(&mut self) {
        if let Some(handover) = self.take_handover() {
            discard(handover, self.server_info.errors());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Polls a connection to its end. `None` if a value of the application panics inside hyper, such as the owner of a
/// piece of a body.
pub(super) async fn unbroken<A, T>(
    own: &Connection<A>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Option<T> {
    poll_fn(|context| match attempt(|| poll(context)) {
        Ok(polled) => polled.map(Some),
        Err(error) => {
            report(own.server_info.errors(), None, &error);
            Poll::Ready(None)
        }
    })
    .await
}
