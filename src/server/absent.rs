//! In place of a protocol whose feature is off. A server with such a listener does not start.

use std::future::Ready;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::server::hosting::accept::Accepted;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::shared::Shared;

pub(super) const AVAILABLE: bool = false;

/// Serves nothing.
pub(super) struct Host<A>(PhantomData<fn(A)>);

pub(super) fn host<A>(_: &Arc<Shared<A>>) -> Host<A> {
    Host(PhantomData)
}

impl<A> Host<A> {
    pub(super) fn serve(&self, _: Accepted, _: Ticket) -> Ready<()> {
        std::future::ready(())
    }
}
