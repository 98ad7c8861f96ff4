//! The address of a server as a separate trait, so that the compiler can explain it.

use std::net::ToSocketAddrs;

/// An address to listen at: any [`ToSocketAddrs`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an address to listen at",
    label = "needs a host and a port, as text",
    note = "as in `\"127.0.0.1:8000\"`, or `(\"127.0.0.1\", port)` for a port that is a number; port 0 selects a free port"
)]
pub trait ListenAt: ToSocketAddrs {}

#[diagnostic::do_not_recommend]
impl<A: ToSocketAddrs + ?Sized> ListenAt for A {}
