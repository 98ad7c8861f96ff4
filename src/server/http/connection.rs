//! A connection, and what its requests leave for it to do.

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
use crate::server::hosting::open::Ticket;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::uptime::Uptime;
use crate::server::hosting::watch::Watch;
use crate::server::limits::ServerLimits;

/// A connection, for as long as it is open or a handler of it is running.
pub(super) struct Connection<A> {
    pub(super) shared: Arc<Shared<A>>,
    pub(super) server_info: Arc<ServerInfo>,
    pub(super) ticket: Ticket,
    left: Left,
}

/// What a request leaves for the connection to deal with.
#[derive(Default)]
struct Left {
    /// The body of a request was malformed: nobody knows where the next one begins.
    broken: AtomicBool,
    /// The last request was of HTTP/1.0.
    old: AtomicBool,
    /// A client has offered to go on in another protocol, for which hyper holds itself ready.
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

    /// The clock by which clients are judged.
    pub(super) fn uptime(&self) -> &Uptime {
        self.ticket.open().uptime()
    }

    /// The body of a request has ended, with this piece if its end is known by its length.
    pub(super) fn body_is_whole(&self, last: Option<&[u8]>) {
        self.watch().mark_whole(last);
    }

    /// The body of a request is no body.
    pub(super) fn body_is_broken(&self) {
        self.left.broken.store(true, Ordering::Relaxed);
    }

    /// Whether the client takes an early end for a proper one: in HTTP/1.0 the end of a
    /// connection is the end of a response.
    pub(super) fn is_http_10(&self) -> bool {
        self.left.old.load(Ordering::Relaxed)
    }

    /// Whether a body has been no body.
    pub(super) fn is_broken(&self) -> bool {
        self.left.broken.load(Ordering::Relaxed)
    }

    /// Whether hyper has just left the connection to another protocol, though there is none. It does
    /// so once.
    pub(super) fn is_left_unfinished(&self) -> bool {
        self.left.offered.swap(false, Ordering::Relaxed) && lock(&self.left.handover).is_none()
    }

    pub(super) fn set_overrun(&self) {
        self.left.overrun.store(true, Ordering::Relaxed);
    }

    /// Whether a client of HTTP/2 keeps to no window.
    pub(super) fn is_overrun(&self) -> bool {
        self.left.overrun.load(Ordering::Relaxed)
    }

    /// The last request was of HTTP/1.0.
    pub(super) fn set_http_10(&self) {
        self.left.old.store(true, Ordering::Relaxed);
    }

    /// A client has offered to go on in another protocol.
    pub(super) fn set_offered(&self) {
        self.left.offered.store(true, Ordering::Relaxed);
    }

    /// Has the connection go on in another protocol.
    pub(super) fn hand_over(&self, handover: Handover) {
        *lock(&self.left.handover) = Some(handover);
    }

    /// What the connection goes on as, after it has left HTTP.
    pub(super) fn take_handover(&self) -> Option<Handover> {
        lock(&self.left.handover).take()
    }
}

/// What was to follow HTTP, and did not come to it.
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

/// Polls a connection to its end; `None` if something of the application panics that hyper has in its
/// hands, such as the owner of a piece of a body.
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
