//! How a program ends its server.

use std::sync::Arc;

use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;

/// Ends a [`Server`](crate::Server) step by step, as a signal does.
///
/// ```
/// use rustzeug::Server;
///
/// let server = Server::bind("127.0.0.1:0")?;
/// let stopper = server.stopper();
/// std::thread::spawn(move || stopper.stop());
/// server.serve(|| "hello\n")?; // returns when the server has ended
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stopper(pub(in crate::server) Arc<Open>);

impl Stopper {
    /// Ends it; calling it again changes nothing.
    pub fn stop(&self) {
        self.0.advance(Stage::LameDuck);
    }
}

/// Ends the server, and all that is left of it, when its future is dropped or has finished: nobody
/// looks after connections any more.
pub(in crate::server) struct StopOnDrop(pub(in crate::server) Arc<Open>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.advance(Stage::Hurrying);
    }
}
