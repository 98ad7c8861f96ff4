//! Opens connections: reads the header of the PROXY protocol, and does the handshake of TLS.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::gateway::Address;
use crate::gateway::ErrorStream;
use crate::server::hosting::accept::Accepted;
use crate::server::hosting::accept::plain;
use crate::server::hosting::carrier::Carrier;
use crate::server::hosting::handshakes::Handshake;
use crate::server::hosting::handshakes::Handshakes;
use crate::server::hosting::open::Stage;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::opening::Opening;
use crate::server::hosting::opening::Proxies;
use crate::server::hosting::stream::Stream;
use crate::server::hosting::tls::Tls;
use crate::server::hosting::watch::Verdict;
use crate::server::limits::ServerLimits;
use crate::wire::proxy::Proxied;
use crate::wire::proxy::ProxyDecoder;

/// Opens connections.
pub(in crate::server) struct Opener(Arc<Inner>);

struct Inner {
    limits: ServerLimits,
    errors: ErrorStream,
    handshakes: Arc<Handshakes>,
}

impl Opener {
    pub(in crate::server) fn new(limits: &ServerLimits, errors: &ErrorStream) -> Self {
        Self(Arc::new(Inner {
            limits: limits.clone(),
            errors: errors.clone(),
            handshakes: Arc::default(),
        }))
    }

    /// Begins to open a connection.
    pub(in crate::server) fn begin(&self) -> Begun {
        Begun {
            handshake: self.0.handshakes.begin(self.0.limits.handshakes()),
            inner: Arc::clone(&self.0),
        }
    }
}

/// A connection that is being opened.
pub(in crate::server) struct Begun {
    inner: Arc<Inner>,
    handshake: Handshake,
}

impl Begun {
    /// Opens the connection. `None` if the client does not do its part in time, or if the connection must make room.
    pub(in crate::server) async fn open(
        self,
        accepted: Accepted,
        ticket: &Ticket,
    ) -> Option<Accepted> {
        let Self { inner, handshake } = self;
        let mut given_up = handshake.given_up.clone();
        ticket.wake_on_news().await;
        let mut steps = pin!(inner.steps(accepted));
        let opened = poll_fn(|context| {
            let is_closed =
                ticket.watch().verdict() != Verdict::None || ticket.stage() >= Stage::Ending;
            if is_closed || Pin::new(&mut given_up).poll(context).is_ready() {
                return Poll::Ready(None);
            }
            steps.as_mut().poll(context)
        });
        let opened = tokio::time::timeout(inner.limits.handshake_timeout(), opened).await;
        opened.ok().flatten()
    }
}

impl Inner {
    async fn steps(&self, mut accepted: Accepted) -> Option<Accepted> {
        let Opening { proxies, tls } = std::mem::take(&mut accepted.opening);
        let Carrier::Plain(mut stream) = accepted.stream else {
            return Some(accepted);
        };
        if let Some(proxies) = proxies.filter(|proxies| proxies.trust(&accepted.peer)) {
            match read_header(&mut stream).await {
                Ok(Proxied::Inet { peer, local }) => {
                    (accepted.peer, accepted.local) = (plain(peer).into(), plain(local).into());
                }
                Ok(Proxied::Unix) => accepted.peer = Address::Unix(None),
                Ok(Proxied::Unknown) => {}
                Err(error) => {
                    self.warn(&proxies, &accepted.peer, &error);
                    return None;
                }
            }
        }
        accepted.stream = match tls {
            None => Carrier::Plain(stream),
            Some(tls) => self.secure(stream, &tls).await?,
        };
        Some(accepted)
    }

    /// Logs once that a proxy and this server disagree. A connection without any byte is only a check of the port.
    fn warn(&self, proxies: &Proxies, peer: &Address, error: &io::Error) {
        if error.kind() == io::ErrorKind::InvalidData
            && !proxies.warned.swap(true, Ordering::Relaxed)
        {
            self.errors.line(&format!(
                "A connection from {peer} was closed, and others may be: {error}. Every connection from a trusted proxy must \
                 have the header"
            ));
        }
    }

    async fn secure(&self, mut stream: Stream, tls: &Tls) -> Option<Carrier> {
        // A record of TLS begins with a small number.
        if first_byte(&stream).await?.is_ascii_alphabetic() {
            refuse_plain(&mut stream).await;
            return None;
        }
        tls.refresh(&self.errors, false);
        let stream = tls.accept(stream).await.ok()?;
        Some(Carrier::Tls(Box::new(stream)))
    }
}

async fn first_byte(stream: &Stream) -> Option<u8> {
    let mut first = [0];
    let peeked = poll_fn(|context| stream.poll_peek(context, &mut first)).await;
    matches!(peeked, Ok(1)).then_some(first[0])
}

/// Reads a header of the PROXY protocol, and not a byte more.
///
/// # Errors
///
/// `InvalidData` if it is missing or wrong.
async fn read_header(stream: &mut Stream) -> io::Result<Proxied> {
    let mut decoder = ProxyDecoder::default();
    let mut buffer = [0; 256];
    loop {
        let count = poll_fn(|context| stream.poll_peek(context, &mut buffer)).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (used, proxied) = decoder
            .push(&buffer[..count])
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        skip(stream, used).await?;
        if let Some(proxied) = proxied {
            return Ok(proxied);
        }
    }
}

/// Reads bytes that have been peeked at.
async fn skip(stream: &mut Stream, mut count: usize) -> io::Result<()> {
    let mut buffer = [0; 256];
    while count > 0 {
        let mut read = ReadBuf::new(&mut buffer[..count]);
        poll_fn(|context| Pin::new(&mut *stream).poll_read(context, &mut read)).await?;
        count -= match read.filled().len() {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => read,
        };
    }
    Ok(())
}

/// The response to a request without TLS.
const NEEDS_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 62\r\n\
    Connection: close\r\n\
    \r\n\
    This port expects HTTPS: write https:// instead of http://...\n";

/// Answers a client that speaks HTTP without TLS, and waits until it has closed, so that it reads the response.
async fn refuse_plain(stream: &mut Stream) {
    let mut left = NEEDS_TLS;
    let _ = poll_fn(|context| poll_refuse(stream, &mut left, context)).await;
}

fn poll_refuse(
    stream: &mut Stream,
    left: &mut &[u8],
    context: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    while !left.is_empty() {
        let written = ready!(Pin::new(&mut *stream).poll_write(context, left))?;
        *left = &left[written..];
        if left.is_empty() {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        }
    }
    loop {
        let mut buffer = [0; 1024];
        let mut dropped = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut *stream).poll_read(context, &mut dropped))?;
        if dropped.filled().is_empty() {
            return Poll::Ready(Ok(()));
        }
    }
}
