//! Listeners: an address, and what is spoken there.

use std::fmt;
use std::io;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;

use listenfd::ListenFd;

use crate::base::error::Error;
use crate::gateway::Address;
use crate::server::hosting::listen_text;
use crate::server::hosting::listen_text::Place;
use crate::server::hosting::listener_socket;
use crate::server::hosting::listener_socket::ListenerSocket;
use crate::server::hosting::opening::Opening;
use crate::server::hosting::opening::Proxies;
use crate::server::hosting::protocol::Protocol;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::socket_file;
use crate::server::hosting::socket_file::SocketFile;
use crate::server::hosting::tls::Tls;
use crate::server::listen_at::ListenAt;

/// An address at which a [`Server`](crate::Server) listens, a TCP port or a Unix socket, and the [`Protocol`] that is
/// spoken there.
///
/// Clients can connect as soon as it exists; they get responses once a server serves. `Display` writes the text after
/// "Listening on": `http://127.0.0.1:8000`, `unix:/run/app.sock`.
///
/// ```
/// use rustzeug::{Server, server::Listener};
///
/// let folder = std::env::temp_dir();
/// let path = folder.join(format!("listener-{}.sock", std::process::id()));
/// let server = Server::on(Listener::unix(&path)?).with_listener(Listener::tcp("127.0.0.1:0")?);
/// assert_eq!(server.addresses().count(), 2);
/// assert!(path.exists());
///
/// drop(server);
/// assert!(!path.exists());
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
#[derive(Debug)]
pub struct Listener {
    // Dropped first: see `SocketFile`.
    file: Option<SocketFile>,
    socket: ListenerSocket,
    terms: Terms,
}

/// What holds for all connections of a listener.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) address: Address,
    pub(super) protocol: Protocol,
    pub(super) opening: Opening,
    /// Other processes may serve it too.
    pub(super) is_shared: bool,
}

impl Terms {
    fn new(address: impl Into<Address>) -> Self {
        Self {
            address: address.into(),
            protocol: Protocol::default(),
            opening: Opening::default(),
            is_shared: false,
        }
    }
}

impl Listener {
    /// Listens at a place that is given as text, as in the variable `LISTEN` of
    /// [`Server::from_env`](crate::Server::from_env).
    ///
    /// | text | meaning |
    /// |---|---|
    /// | `http://127.0.0.1:8000`, `127.0.0.1:8000` | a TCP address: [`tcp`](Self::tcp) |
    /// | `unix:/run/app.sock`, `http+unix:/run/app.sock` | a Unix socket: [`unix`](Self::unix) |
    /// | `stdin:`, `http+stdin:` | descriptor 0: [`from_stdin`](Self::from_stdin) |
    ///
    /// Instead of `http`, the text can name any other [`Protocol`]: `fastcgi://127.0.0.1:9000`, `scgi+unix:/run/app.sock`.
    /// Without a protocol it is HTTP.
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if the protocol does not exist, or if the server cannot listen there.
    ///
    /// ```
    /// use rustzeug::server::{Listener, Protocol};
    ///
    /// let listener = Listener::at("http://127.0.0.1:0")?;
    /// assert!(listener.to_string().starts_with("http://127.0.0.1:"));
    /// assert_eq!(listener.protocol(), Protocol::Http);
    ///
    /// let error = Listener::at("gopher://127.0.0.1:70").unwrap_err();
    /// assert!(error.to_string().starts_with("`gopher` is not a protocol of this server"));
    /// # Ok::<(), rustzeug::ServeError>(())
    /// ```
    pub fn at(text: &str) -> Result<Self, ServeError> {
        let (protocol, place) = listen_text::read(text).map_err(ServeError::protocol)?;
        let listener = match place {
            Place::Tcp(address) => Self::tcp(address),
            Place::Unix(path) => Self::unix(path),
            Place::Stdin => Self::from_stdin(),
        };
        listener.map(|listener| listener.with_protocol(protocol))
    }

    /// Listens on a TCP address; port 0 selects a free port.
    ///
    /// If there are several addresses, as for `localhost`, the first one that works is used.
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if the address is not valid, is taken or is not allowed.
    pub fn tcp(address: impl ListenAt) -> Result<Self, ServeError> {
        let addresses = address.to_socket_addrs().map_err(ServeError::address)?;
        let mut last = ServeError::address(io::ErrorKind::AddrNotAvailable.into());
        for address in addresses {
            match listener_socket::listen(address) {
                Ok(listener) => return Ok(listener.into()),
                Err(error) => last = ServeError::bind(address, error),
            }
        }
        Err(last)
    }

    /// Listens on a Unix socket at a path. The socket file is removed when the server ends.
    ///
    /// A socket on which no process listens is replaced: a server that was killed leaves one behind. When the server
    /// ends, the file is only removed if it is still the same file.
    ///
    /// The permissions of the file decide who may connect. The `umask` of the process applies to it, and
    /// [`std::fs::set_permissions`] changes them afterwards. To keep others out at every moment, put the socket into a
    /// folder that only the allowed users may enter.
    ///
    /// ```
    /// use rustzeug::{Server, server::Listener};
    /// use std::fs::{self, Permissions};
    /// use std::os::unix::fs::PermissionsExt;
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = Listener::unix("/run/app/app.sock")?;
    /// fs::set_permissions("/run/app/app.sock", Permissions::from_mode(0o660))?;
    /// Server::on(listener).serve(|| "hello\n")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if another process listens there, the file is not a socket, the path is longer than the system
    /// allows (about 100 bytes), or its folder is missing or not allowed.
    pub fn unix(path: impl AsRef<Path>) -> Result<Self, ServeError> {
        let path = path.as_ref();
        let (socket, file) =
            socket_file::listen(path).map_err(|error| ServeError::unix(path, error))?;
        Ok(Self {
            file: Some(file),
            socket: ListenerSocket::Unix(socket),
            terms: Terms::new(Address::Unix(Some(path.to_owned()))),
        })
    }

    /// The socket that the process inherited as its standard input, where the protocol FastCGI expects it: spawn-fcgi,
    /// `mod_fcgid` and lighttpd start programs that way. TCP and Unix stream sockets are possible.
    ///
    /// The file of an inherited Unix socket belongs to the program that made it, so the server does not remove it. That
    /// program may start several processes, so [`ServerInfo::multiprocess`](crate::gateway::ServerInfo::multiprocess) is
    /// true.
    ///
    /// ```no_run
    /// use rustzeug::{ServeError, Server, server::{Listener, Protocol}};
    ///
    /// fn main() -> Result<(), ServeError> {
    ///     let listener = Listener::from_stdin()?.with_protocol(Protocol::FastCgi);
    ///     Server::on(listener).serve(|| "hello\n")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if the standard input is not a socket that accepts connections.
    pub fn from_stdin() -> Result<Self, ServeError> {
        let stdin = io::stdin();
        let descriptor = stdin.as_fd().try_clone_to_owned();
        let socket = descriptor.and_then(ListenerSocket::of_descriptor);
        let mut listener = Self::of(socket.map_err(ServeError::stdin)?);
        listener.terms.is_shared = true;
        Ok(listener)
    }

    /// The sockets that the process inherited, by the protocol of systemd: TCP and Unix stream sockets, as many as
    /// `LISTEN_FDS` says. Empty if the variable is not set, or if `LISTEN_PID` names another process.
    ///
    /// Call it once, at the start of `main`. It removes both variables, so that child processes do not use the sockets,
    /// and the environment must not be changed while other threads read it.
    ///
    /// The files of inherited Unix sockets belong to the program that made them, so the server does not remove them.
    ///
    /// ```no_run
    /// use rustzeug::{ServeError, Server, server::{Listener, address_from_port}};
    ///
    /// fn main() -> Result<(), ServeError> {
    ///     let mut inherited = Listener::inherited()?.into_iter();
    ///     let server = match inherited.next() {
    ///         Some(first) => inherited.fold(Server::on(first), Server::with_listener),
    ///         None => Server::bind(address_from_port()?)?,
    ///     };
    ///     server.serve(|| "hello\n")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if one of them is not such a socket, or is a connection (`Accept=yes` in the unit of the
    /// socket).
    pub fn inherited() -> Result<Vec<Self>, ServeError> {
        let mut inherited = ListenFd::from_env();
        (0..inherited.len())
            .map(|index| {
                ListenerSocket::take(&mut inherited, index)
                    .map(Self::of)
                    .map_err(|error| ServeError::inherited(index, error))
            })
            .collect()
    }

    fn of(socket: ListenerSocket) -> Self {
        match socket {
            ListenerSocket::Tcp(socket) => socket.into(),
            ListenerSocket::Unix(socket) => socket.into(),
        }
    }

    /// The address at which it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.terms.address
    }

    /// Sets the protocol that is spoken there; the default is HTTP. Serving fails if the feature of the protocol is off.
    ///
    /// ```
    /// use rustzeug::{Server, server::{Listener, Protocol}};
    ///
    /// let server = Server::on(Listener::tcp("127.0.0.1:0")?.with_protocol(Protocol::FastCgi));
    /// # Ok::<(), rustzeug::ServeError>(())
    /// ```
    #[must_use]
    pub fn with_protocol(mut self, protocol: Protocol) -> Self {
        self.terms.protocol = protocol;
        self
    }

    /// The protocol that is spoken there.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.terms.protocol
    }

    /// Expects the PROXY protocol, version 1 or 2, from proxies in these networks: `10.0.0.0/8`, `fd00::/8`, or `unix` for
    /// the connections of a Unix socket. HAProxy, nginx and the load balancers of clouds use it to tell the address of the
    /// client.
    ///
    /// Each connection from such a network must begin with the header, otherwise it is closed. Connections from elsewhere
    /// are served as they come, and a header of theirs is a bad request, so that nobody can forge an address.
    ///
    /// The address of the client in the header becomes `REMOTE_ADDR`, and the address that it connected to becomes
    /// `SERVER_NAME` and `SERVER_PORT`.
    ///
    /// ```
    /// use rustzeug::{Server, server::Listener};
    ///
    /// let listener = Listener::tcp("127.0.0.1:0")?.with_proxy_protocol(["10.0.0.0/8", "::1"])?;
    /// let server = Server::on(listener);
    /// # Ok::<(), rustzeug::ServeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if a text is not a network.
    pub fn with_proxy_protocol(
        mut self,
        trusted: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, ServeError> {
        let networks = trusted.into_iter();
        let networks = networks.map(|network| network.as_ref().trim().parse());
        let networks = networks
            .collect::<Result<Vec<_>, Error>>()
            .map_err(|error| ServeError::sentence(error.causes().unwrap_or_default()))?;
        self.terms.opening.proxies = Some(Arc::new(Proxies::new(networks)));
        Ok(self)
    }

    /// Serves over TLS.
    pub(in crate::server) fn over(mut self, tls: Tls) -> Self {
        self.terms.opening.tls = Some(tls);
        self
    }

    /// Whether other processes may serve it too.
    pub(in crate::server) fn is_shared(&self) -> bool {
        self.terms.is_shared
    }

    /// The certificates, if it serves over TLS.
    pub(in crate::server) fn tls(&self) -> Option<&Tls> {
        self.terms.opening.tls.as_ref()
    }

    pub(super) fn into_parts(self) -> (Option<SocketFile>, ListenerSocket, Terms) {
        (self.file, self.socket, self.terms)
    }
}

/// For TLS.
#[cfg(feature = "tls")]
impl Listener {
    /// Serves over TLS: `https` instead of `http`.
    ///
    /// A client that speaks HTTP without TLS gets a `400` that says so. See [`Tls`] for an example.
    #[must_use]
    pub fn with_tls(self, tls: Tls) -> Self {
        self.over(tls)
    }
}

/// Uses a listener that was bound elsewhere.
impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        // This only fails if it is not a TCP socket; serving then reports the error.
        let unknown = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
        Self {
            file: None,
            terms: Terms::new(listener.local_addr().unwrap_or(unknown)),
            socket: ListenerSocket::Tcp(listener),
        }
    }
}

/// Uses a listener that was bound elsewhere; its file is not removed.
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        let address = listener.local_addr().ok();
        let path = address.and_then(|address| address.as_pathname().map(Path::to_owned));
        Self {
            file: None,
            socket: ListenerSocket::Unix(listener),
            terms: Terms::new(Address::Unix(path)),
        }
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secured = if self.tls().is_some() { "s" } else { "" };
        match (&self.terms.address, self.terms.protocol) {
            (Address::Inet(address), protocol) => write!(f, "{protocol}{secured}://{address}"),
            (other, Protocol::Http) => other.fmt(f),
            (other, protocol) => write!(f, "{protocol}+{other}"),
        }
    }
}
