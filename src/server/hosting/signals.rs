//! `SIGTERM` and `SIGINT` stop the server gracefully; a second signal, of either kind, stops it at once. Process managers
//! of FastCGI send `SIGUSR1` too.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use crate::server::hosting::ending::Aside;
use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;

/// `by_user_signal`: `SIGUSR1` counts too.
pub(in crate::server) fn stop_on_signals(
    open: &Arc<Open>,
    by_user_signal: bool,
) -> io::Result<Aside> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let user = by_user_signal.then(|| signal(SignalKind::user_defined1()));
    let mut user = user.transpose()?;
    let open = Arc::clone(open);
    Ok(Aside(tokio::spawn(async move {
        for stage in [Stage::LameDuck, Stage::Hurrying] {
            // The second signal may be of the other kind: `docker stop`, then ^C.
            poll_fn(|context| {
                let mut signals = [Some(&mut terminate), Some(&mut interrupt), user.as_mut()];
                let mut signals = signals.iter_mut().flatten();
                match signals.find_map(|signal| signal.poll_recv(context).is_ready().then_some(()))
                {
                    Some(()) => Poll::Ready(()),
                    None => Poll::Pending,
                }
            })
            .await;
            open.advance(stage);
        }
    })))
}
