//! `SIGTERM` and `SIGINT` stop the server gracefully; a second signal, of either kind, stops it at once.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use crate::server::hosting::ending::Aside;
use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;

pub(in crate::server) fn stop_on_signals(open: &Arc<Open>) -> io::Result<Aside> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let open = Arc::clone(open);
    Ok(Aside(tokio::spawn(async move {
        for stage in [Stage::LameDuck, Stage::Hurrying] {
            // The second signal may be of the other kind: `docker stop`, then ^C.
            poll_fn(|context| match terminate.poll_recv(context) {
                Poll::Pending => interrupt.poll_recv(context),
                come @ Poll::Ready(_) => come,
            })
            .await;
            open.advance(stage);
        }
    })))
}
