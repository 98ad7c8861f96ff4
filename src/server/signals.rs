//! `SIGTERM` and `SIGINT` end the server; a second one of the same kind does not wait for anything.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use crate::server::ending::Aside;
use crate::server::open::Open;
use crate::server::open::Stage;

pub(super) fn stop_on_signals(open: &Arc<Open>) -> io::Result<[Aside; 2]> {
    let watch = |kind| {
        let mut signal = signal(kind)?;
        let open = Arc::clone(open);
        Ok::<_, io::Error>(Aside(tokio::spawn(async move {
            signal.recv().await;
            open.advance(Stage::LameDuck);
            signal.recv().await;
            open.advance(Stage::Hurrying);
        })))
    };
    Ok([
        watch(SignalKind::terminate())?,
        watch(SignalKind::interrupt())?,
    ])
}
