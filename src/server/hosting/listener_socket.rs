//! The sockets of listeners: TCP or Unix, bound here or inherited.

use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;

use listenfd::ListenFd;
use socket2::Domain;
use socket2::SockRef;
use socket2::Socket;
use socket2::Type;

use crate::server::hosting::socket_file::BACKLOG;

#[derive(Debug)]
pub(super) enum ListenerSocket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // A server that was just stopped leaves connections in TIME_WAIT.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

impl ListenerSocket {
    /// One of the sockets of `LISTEN_FDS`.
    pub(super) fn take(inherited: &mut ListenFd, index: usize) -> io::Result<Self> {
        let socket = if let Ok(Some(tcp)) = inherited.take_tcp_listener(index) {
            Self::Tcp(tcp)
        } else if let Ok(Some(unix)) = inherited.take_unix_listener(index) {
            Self::Unix(unix)
        } else {
            return Err(neither());
        };
        check_is_no_connection(&match &socket {
            Self::Tcp(tcp) => SockRef::from(tcp),
            Self::Unix(unix) => SockRef::from(unix),
        })?;
        Ok(socket)
    }

    /// An inherited descriptor.
    pub(super) fn of_descriptor(descriptor: OwnedFd) -> io::Result<Self> {
        let socket = Socket::from(descriptor);
        // These fail for anything that is not a socket.
        let (kind, domain) = (socket.r#type()?, socket.local_addr()?.domain());
        check_is_no_connection(&SockRef::from(&socket))?;
        match domain {
            _ if kind != Type::STREAM => Err(io::Error::other("it is not a stream socket")),
            Domain::UNIX => Ok(Self::Unix(socket.into())),
            Domain::IPV4 | Domain::IPV6 => Ok(Self::Tcp(socket.into())),
            _ => Err(neither()),
        }
    }
}

fn neither() -> io::Error {
    io::Error::other("it is neither a TCP nor a unix stream socket")
}

fn check_is_no_connection(socket: &SockRef<'_>) -> io::Result<()> {
    match socket.peer_addr() {
        Ok(_) => Err(io::Error::other("it is a connection")),
        Err(_) => Ok(()),
    }
}
