//! Accepts connections from several listeners as long as there is room for them.
//!
//! One task serves all listeners, because one limit applies to all their connections. The listeners take turns.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use socket2::SockRef;
use socket2::TcpKeepalive;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::UnixListener;
use tokio::net::UnixStream;
use tokio::time::Sleep;

use crate::gateway::Address;
use crate::gateway::ErrorStream;
use crate::server::hosting::carrier::Carrier;
use crate::server::hosting::listener::Listener;
use crate::server::hosting::listener::Terms;
use crate::server::hosting::listener_socket::ListenerSocket;
use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;
use crate::server::hosting::opening::Opening;
use crate::server::hosting::protocol::Protocol;
use crate::server::hosting::socket_file::SocketFile;
use crate::server::hosting::stream::Stream;
use crate::server::limits::ServerLimits;

/// The pause after the process has run out of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often the server checks whether a connection can be closed in favour of one that waits.
const CROWDED_TICK: Duration = Duration::from_millis(50);

/// The maximum queue of a listener in Linux, unless `net.core.somaxconn` is changed.
const LONGEST_QUEUE: usize = 4096;

/// Listeners that are registered with the runtime.
pub(in crate::server) struct Listening {
    places: Vec<Place>,
    /// The index of the listener whose turn it is.
    next: usize,
}

struct Place {
    // Dropped first: see `SocketFile`.
    file: Option<SocketFile>,
    socket: Socket,
    terms: Terms,
    /// The pause after a failure; the other listeners go on.
    pause: Option<Pin<Box<Sleep>>>,
    failing: bool,
}

enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection, the addresses of both ends, and the protocol of its listener.
pub(in crate::server) struct Accepted {
    pub(in crate::server) stream: Carrier,
    pub(in crate::server) peer: Address,
    pub(in crate::server) local: Address,
    pub(in crate::server) protocol: Protocol,
    /// What comes before the protocol.
    pub(in crate::server) opening: Opening,
}

/// Accepts connections until the server is stopped; then the listeners are closed. Each connection is passed to
/// `admit`, which must register it as open.
pub(in crate::server) async fn accept(
    mut listening: Listening,
    open: &Arc<Open>,
    errors: &ErrorStream,
    limits: &ServerLimits,
    admit: impl Fn(Accepted),
) {
    let admit = |accepted: Accepted| {
        if let Carrier::Plain(Stream::Tcp(stream)) = &accepted.stream {
            probe_when_silent(stream.into(), limits);
        }
        admit(accepted);
    };
    open.set_listens(true);
    let next = |listening: &mut Listening, context: &mut Context<'_>| {
        if open.poll_stage(Stage::Closing, context).is_ready() {
            return Poll::Ready(None);
        }
        listening.poll_accept(errors, context).map(Some)
    };
    while let Some(accepted) = poll_fn(|context| next(&mut listening, context)).await {
        make_room(open, limits).await;
        admit(accepted);
    }
    for place in listening.places {
        place.close(errors, admit);
    }
    open.set_listens(false);
}

/// Waits until there is a free slot for a connection. The connection has already been accepted: otherwise the server
/// would not know that a client needs a slot.
async fn make_room(open: &Open, limits: &ServerLimits) {
    let room = || poll_fn(|context| open.poll_room(limits.connections(), limits, context));
    while tokio::time::timeout(CROWDED_TICK, room()).await.is_err() {}
}

impl Listening {
    /// Logs the address of each listener.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime, and in a runtime without an I/O driver.
    pub(in crate::server) fn new(
        listeners: Vec<Listener>,
        errors: &ErrorStream,
        limits: &ServerLimits,
    ) -> io::Result<Self> {
        let started = listeners.iter().map(|at| format!("Listening on {at}"));
        let started: Vec<_> = started.collect();
        let places = listeners.into_iter().map(|at| Place::new(at, limits));
        let places = places.collect::<io::Result<_>>()?;
        for line in started {
            errors.line(&line);
        }
        Ok(Self { places, next: 0 })
    }

    fn poll_accept(&mut self, errors: &ErrorStream, context: &mut Context<'_>) -> Poll<Accepted> {
        let count = self.places.len();
        for turn in self.next..self.next + count {
            let place = &mut self.places[turn % count];
            if let Poll::Ready(accepted) = place.poll_accept(errors, context) {
                self.next = (turn + 1) % count;
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    }
}

impl Place {
    fn new(listener: Listener, limits: &ServerLimits) -> io::Result<Self> {
        let (file, socket, terms) = listener.into_parts();
        let socket = match socket {
            ListenerSocket::Tcp(socket) => {
                socket.set_nonblocking(true)?;
                probe_when_silent((&socket).into(), limits);
                Socket::Tcp(TcpListener::from_std(socket)?)
            }
            ListenerSocket::Unix(socket) => {
                socket.set_nonblocking(true)?;
                Socket::Unix(UnixListener::from_std(socket)?)
            }
        };
        Ok(Self {
            file,
            socket,
            terms,
            pause: None,
            failing: false,
        })
    }

    fn poll_accept(&mut self, errors: &ErrorStream, context: &mut Context<'_>) -> Poll<Accepted> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            match ready!(self.socket.poll_accept(&self.terms, context)) {
                Ok(accepted) => {
                    self.failing = false;
                    return Poll::Ready(accepted);
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    // Logged once, and not ten times a second.
                    if !std::mem::replace(&mut self.failing, true) {
                        errors.line(&format!("cannot accept connections for now: {error}"));
                    }
                    self.pause = Some(Box::pin(tokio::time::sleep(ACCEPT_PAUSE)));
                }
            }
        }
    }

    /// Closes the listener after all waiting connections have been accepted, even beyond the limit: the kernel would
    /// reset the connections in its queue.
    fn close(self, errors: &ErrorStream, admit: impl Fn(Accepted)) {
        drop(self.file);
        // The runtime learns of connections later than the kernel, so the kernel is asked directly. The number is
        // limited, because another process that inherited the socket may accept connections too.
        let accepted = self.socket.into_std().and_then(|socket| {
            for _ in 0..LONGEST_QUEUE {
                match accept_now(&socket, &self.terms) {
                    Ok(accepted) => admit(accepted),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
        if let Err(error) = accepted {
            errors.line(&format!("cannot accept the last connections: {error}"));
        }
    }
}

impl Socket {
    fn poll_accept(&self, terms: &Terms, context: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        Poll::Ready(Ok(match self {
            Self::Tcp(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(context))?;
                tcp(stream, peer, terms)
            }
            Self::Unix(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(context))?;
                unix(stream, peer.as_pathname(), terms)
            }
        }))
    }

    fn into_std(self) -> io::Result<ListenerSocket> {
        match self {
            Self::Tcp(listener) => listener.into_std().map(ListenerSocket::Tcp),
            Self::Unix(listener) => listener.into_std().map(ListenerSocket::Unix),
        }
    }
}

fn accept_now(socket: &ListenerSocket, terms: &Terms) -> io::Result<Accepted> {
    Ok(match socket {
        ListenerSocket::Tcp(listener) => {
            let (stream, peer) = listener.accept()?;
            stream.set_nonblocking(true)?;
            tcp(TcpStream::from_std(stream)?, peer, terms)
        }
        ListenerSocket::Unix(listener) => {
            let (stream, peer) = listener.accept()?;
            stream.set_nonblocking(true)?;
            unix(UnixStream::from_std(stream)?, peer.as_pathname(), terms)
        }
    })
}

/// The longest interval that the kernel accepts for its probes.
const LONGEST_SILENCE: u64 = 32_767;

/// Lets the kernel probe whether silent clients still exist. A connection inherits the option from its listener, unless
/// it was made before the option was set.
///
/// `TCP_USER_TIMEOUT` is not used, because it resets clients that read slowly.
fn probe_when_silent(socket: SockRef<'_>, limits: &ServerLimits) {
    if limits.dead_peer().is_zero() || socket.keepalive().unwrap_or(true) {
        return;
    }
    let whole = limits.dead_peer().as_secs();
    let seconds = |parts: u64| Duration::from_secs((whole / parts).clamp(1, LONGEST_SILENCE));
    let probes = TcpKeepalive::new()
        .with_time(seconds(2))
        .with_interval(seconds(6))
        .with_retries(3);
    let _ = socket.set_tcp_keepalive(&probes);
}

fn tcp(stream: TcpStream, peer: SocketAddr, terms: &Terms) -> Accepted {
    // Responses are written whole; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let local = stream.local_addr();
    Accepted {
        local: local.map_or_else(|_| terms.address.clone(), |local| plain(local).into()),
        peer: plain(peer).into(),
        stream: Carrier::Plain(Stream::Tcp(stream)),
        protocol: terms.protocol,
        opening: terms.opening.clone(),
    }
}

fn unix(stream: UnixStream, peer: Option<&Path>, terms: &Terms) -> Accepted {
    Accepted {
        stream: Carrier::Plain(Stream::Unix(stream)),
        peer: Address::Unix(peer.map(Path::to_owned)),
        local: terms.address.clone(),
        protocol: terms.protocol,
        opening: terms.opening.clone(),
    }
}

/// Converts an IPv4 address that a dual-stack socket maps to IPv6: `10.0.0.1`, not `::ffff:10.0.0.1`.
pub(super) fn plain(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        ip if ip == address.ip() => address,
        ip => SocketAddr::new(ip, address.port()),
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::ConnectionAborted;
    use io::ErrorKind::ConnectionRefused;
    use io::ErrorKind::ConnectionReset;
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
