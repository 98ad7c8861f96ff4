//! `SIGTERM` and `SIGINT` end the server; a second one does not wait for anything.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::task::JoinHandle;

use crate::server::open::Open;

/// Ends its task when the server is gone.
pub(super) struct Signals([JoinHandle<()>; 2]);

impl Drop for Signals {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

pub(super) fn stop_on_signals(open: &Arc<Open>) -> io::Result<Signals> {
    let watch = |kind| {
        let mut signal = signal(kind)?;
        let open = Arc::clone(open);
        Ok::<_, io::Error>(tokio::spawn(async move {
            signal.recv().await;
            open.stop();
            signal.recv().await;
            open.hurry();
        }))
    };
    Ok(Signals([
        watch(SignalKind::terminate())?,
        watch(SignalKind::interrupt())?,
    ]))
}
