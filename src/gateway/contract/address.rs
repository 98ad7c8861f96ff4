//! The address of one end of a connection.

use std::fmt;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The address of one end of a connection.
///
/// ```
/// use rustzeug::gateway::Address;
/// use std::net::{IpAddr, Ipv4Addr};
///
/// let known = Address::from(IpAddr::from(Ipv4Addr::LOCALHOST));
/// assert_eq!((known.ip(), known.port()), (Some(Ipv4Addr::LOCALHOST.into()), None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// An IP address and a port.
    Inet(SocketAddr),
    /// An IP address with an unknown port, as gateways often report it.
    Ip(IpAddr),
    /// A unix socket with its path. A client usually has no path.
    Unix(Option<PathBuf>),
}

impl Address {
    /// The IP address; `None` for a unix socket.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Inet(address) => Some(address.ip()),
            Self::Ip(address) => Some(*address),
            Self::Unix(_) => None,
        }
    }

    /// The port; `None` for a unix socket, and if it is unknown.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Inet(address) => Some(address.port()),
            Self::Ip(_) | Self::Unix(_) => None,
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Inet(address)
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(address) => address.fmt(f),
            Self::Ip(address) => address.fmt(f),
            Self::Unix(Some(path)) => write!(f, "unix:{}", path.display()),
            Self::Unix(None) => f.write_str("unix:"),
        }
    }
}
