//! Stopping a server from the program.

use std::sync::Arc;

use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;

/// Stops a [`Server`](crate::Server) step by step, like a signal.
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
    /// Stops the server; calling it again has no effect.
    pub fn stop(&self) {
        self.0.advance(Stage::LameDuck);
    }
}

/// Ends the server and all of its connections when its future is dropped or has finished, because the connections are
/// no longer checked then.
pub(in crate::server) struct StopOnDrop(pub(in crate::server) Arc<Open>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.advance(Stage::Hurrying);
    }
}
