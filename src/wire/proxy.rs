//! The PROXY protocol, versions 1 and 2: the addresses of a client, sent by the proxy before the client's first byte.
//!
//! HAProxy's `doc/proxy-protocol.txt`. A [`ProxyDecoder`] is given bytes and says how many of them belong to the header, so
//! that no byte of the protocol that follows is taken.

use std::fmt;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

/// How a header of version 1 begins.
const FIRST: &[u8] = b"PROXY ";

/// How a header of version 2 begins (§2.2).
const SECOND: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// The longest line of version 1, with its end (§2.1).
const LONGEST_LINE: usize = 107;

/// The part of a header of version 2 before the addresses.
const FIXED: usize = 16;

/// The longest addresses of version 2: two paths of Unix sockets.
const LONGEST_ADDRESSES: usize = 216;

/// What a header says about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxied {
    /// The address of the client, and the address that it connected to.
    Inet { peer: SocketAddr, local: SocketAddr },
    /// The client is connected to the proxy by a Unix socket.
    Unix,
    /// Nothing: the proxy itself connects, as for a health check, or does not know the addresses.
    Unknown,
}

/// Why bytes are not a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyError {
    /// They begin in another way.
    Missing,
    /// A line of version 1 that does not end.
    TooLong,
    /// The header has a wrong part.
    Wrong(&'static str),
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the connection does not begin with a PROXY header"),
            Self::TooLong => f.write_str("the PROXY line does not end"),
            Self::Wrong(part) => write!(f, "the PROXY header has a wrong {part}"),
        }
    }
}

/// Reads one header, piece by piece.
#[derive(Debug, Default)]
pub(crate) struct ProxyDecoder {
    /// The header so far, without the extensions of version 2 behind the addresses.
    kept: Vec<u8>,
    /// The number of bytes so far.
    length: usize,
}

impl ProxyDecoder {
    /// Takes the bytes that belong to the header. Returns their number, and the content of the header if it is complete.
    ///
    /// # Errors
    ///
    /// A [`ProxyError`]; then no more bytes may be given.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Proxied>), ProxyError> {
        for (index, byte) in bytes.iter().enumerate() {
            self.length += 1;
            if self.length <= FIXED + LONGEST_ADDRESSES {
                self.kept.push(*byte);
            }
            if let Some(proxied) = self.step()? {
                return Ok((index + 1, Some(proxied)));
            }
        }
        Ok((bytes.len(), None))
    }

    /// Looks at the header after each byte.
    fn step(&self) -> Result<Option<Proxied>, ProxyError> {
        let head = &self.kept[..self.kept.len().min(SECOND.len())];
        if SECOND.starts_with(head) {
            return self.second();
        }
        if !FIRST.starts_with(&head[..head.len().min(FIRST.len())]) {
            return Err(ProxyError::Missing);
        }
        if let Some(line) = self.kept.strip_suffix(b"\r\n") {
            return first(line).map(Some);
        }
        if self.length >= LONGEST_LINE {
            return Err(ProxyError::TooLong);
        }
        Ok(None)
    }

    fn second(&self) -> Result<Option<Proxied>, ProxyError> {
        let Some((fixed, addresses)) = self.kept.split_first_chunk::<FIXED>() else {
            return Ok(None);
        };
        let [.., version, family, high, low] = *fixed;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let is_local = match version {
            0x20 => true,
            0x21 => false,
            _ => return Err(ProxyError::Wrong("version or command")),
        };
        // The upper half is the family, the lower half the transport.
        let least = match family >> 4 {
            0 => 0,
            1 => 12,
            2 => 36,
            3 => LONGEST_ADDRESSES,
            _ => return Err(ProxyError::Wrong("family")),
        };
        if !is_local && length < least {
            return Err(ProxyError::Wrong("length"));
        }
        if self.length < FIXED + length {
            return Ok(None);
        }
        Ok(Some(match family >> 4 {
            _ if is_local => Proxied::Unknown,
            1 => inet(addresses, |bytes: [u8; 4]| Ipv4Addr::from(bytes).into()),
            2 => inet(addresses, |bytes: [u8; 16]| Ipv6Addr::from(bytes).into()),
            3 => Proxied::Unix,
            _ => Proxied::Unknown,
        }))
    }
}

/// Reads a line of version 1, without its end.
fn first(line: &[u8]) -> Result<Proxied, ProxyError> {
    let line = std::str::from_utf8(line).map_err(|_| ProxyError::Wrong("address"))?;
    let mut words = line.split(' ').skip(1);
    let is_ip: fn(&IpAddr) -> bool = match words.next() {
        Some("TCP4") => IpAddr::is_ipv4,
        Some("TCP6") => IpAddr::is_ipv6,
        // §2.1: whatever follows is not looked at.
        Some("UNKNOWN") => return Ok(Proxied::Unknown),
        _ => return Err(ProxyError::Wrong("family")),
    };
    let mut word = || words.next().unwrap_or_default();
    let (peer, local, peer_port, local_port) = (word(), word(), word(), word());
    if words.next().is_some() {
        return Err(ProxyError::Wrong("end"));
    }
    let ip = |text: &str| {
        let ip = text.parse().ok().filter(is_ip);
        ip.ok_or(ProxyError::Wrong("address"))
    };
    Ok(Proxied::Inet {
        peer: SocketAddr::new(ip(peer)?, port(peer_port)?),
        local: SocketAddr::new(ip(local)?, port(local_port)?),
    })
}

/// A decimal number without leading zeros.
fn port(text: &str) -> Result<u16, ProxyError> {
    let is_plain = text == "0" || text.starts_with(|first: char| matches!(first, '1'..='9'));
    let port = text.parse().ok().filter(|_| is_plain);
    port.ok_or(ProxyError::Wrong("port"))
}

/// The addresses and ports of version 2: both addresses, then both ports.
fn inet<const LENGTH: usize>(bytes: &[u8], ip: impl Fn([u8; LENGTH]) -> IpAddr) -> Proxied {
    let address = |at: usize, port: usize| {
        let ip = bytes[at..]
            .first_chunk()
            .map_or(Ipv4Addr::UNSPECIFIED.into(), |it| ip(*it));
        let port = bytes[port..]
            .first_chunk()
            .map_or(0, |it| u16::from_be_bytes(*it));
        SocketAddr::new(ip, port)
    };
    Proxied::Inet {
        peer: address(0, 2 * LENGTH),
        local: address(LENGTH, 2 * LENGTH + 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(usize, Option<Proxied>), ProxyError> {
        ProxyDecoder::default().push(bytes)
    }

    fn two(version: u8, family: u8, length: u16, rest: &[u8]) -> Vec<u8> {
        let [high, low] = length.to_be_bytes();
        [&SECOND[..], &[version, family, high, low], rest].concat()
    }

    fn write_first(peer: SocketAddr, local: SocketAddr) -> Vec<u8> {
        let family = if peer.is_ipv4() { "TCP4" } else { "TCP6" };
        let (from, to) = (peer.ip(), local.ip());
        format!(
            "PROXY {family} {from} {to} {} {}\r\n",
            peer.port(),
            local.port()
        )
        .into()
    }

    fn write_second(peer: SocketAddr, local: SocketAddr, extensions: &[u8]) -> Vec<u8> {
        let octets = |ip| match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let ports = [peer.port().to_be_bytes(), local.port().to_be_bytes()].concat();
        let rest = [
            octets(peer.ip()),
            octets(local.ip()),
            ports,
            extensions.to_vec(),
        ]
        .concat();
        let family = if peer.is_ipv4() { 0x11 } else { 0x21 };
        two(
            0x21,
            family,
            u16::try_from(rest.len()).expect("short"),
            &rest,
        )
    }

    #[test]
    fn a_header_is_read() {
        use ProxyError::{Missing, TooLong, Wrong};
        let inet = |peer: &str, local: &str| {
            let address = |text: &str| text.parse().expect("an address");
            Ok(Proxied::Inet {
                peer: address(peer),
                local: address(local),
            })
        };
        let four = b"\x0a\0\0\x01\x0a\0\0\x02\x10\xe1\x01\xbb";
        #[rustfmt::skip]
        let cases = [
            (b"PROXY TCP4 10.0.0.1 10.0.0.2 4321 443\r\n".to_vec(), inet("10.0.0.1:4321", "10.0.0.2:443"), "version 1"),
            (b"PROXY TCP6 ::1 fe80::2 4321 443\r\n".to_vec(), inet("[::1]:4321", "[fe80::2]:443"), "IPv6"),
            (b"PROXY UNKNOWN\r\n".to_vec(),                  Ok(Proxied::Unknown),   "the proxy itself"),
            (b"PROXY UNKNOWN ffff::1 x 1\r\n".to_vec(),      Ok(Proxied::Unknown),   "the rest is not looked at"),
            (b"PROXY TCP4 ::1 ::1 1 1\r\n".to_vec(),         Err(Wrong("address")),  "another family"),
            (b"PROXY TCP4 10.0.0.1 10.0.0.2 1\r\n".to_vec(), Err(Wrong("port")),     "a port is missing"),
            (b"PROXY TCP4 10.0.0.1 10.0.0.2 01 1\r\n".to_vec(), Err(Wrong("port")),  "a leading zero"),
            (b"PROXY TCP4 10.0.0.1 10.0.0.2 +1 1\r\n".to_vec(), Err(Wrong("port")),  "a sign"),
            (b"PROXY TCP4 10.0.0.1 10.0.0.2 1 65536\r\n".to_vec(), Err(Wrong("port")), "too large"),
            (b"PROXY TCP4  10.0.0.1 10.0.0.2 1 1\r\n".to_vec(), Err(Wrong("end")), "two blanks"),
            (b"PROXY TCP4 10.0.0.1 10.0.0.2 1 1 \r\n".to_vec(), Err(Wrong("end")),   "a blank at the end"),
            (b"PROXY UDP4 10.0.0.1 10.0.0.2 1 1\r\n".to_vec(), Err(Wrong("family")), "not in version 1"),
            (b"PROXY \r\n".to_vec(),                         Err(Wrong("family")),   "no family"),
            (b"PROXY TCP4 \xff\r\n".to_vec(),                Err(Wrong("address")),  "not text"),
            (b"PROXY TCP4 10.0.0.1".to_vec(),                Ok(Proxied::Unix),      "cut"),
            ([b"PROXY UNKNOWN ", &[b'x'; 100][..]].concat(), Err(TooLong),           "no end"),
            (b"GET / HTTP/1.1\r\n".to_vec(),                 Err(Missing),           "HTTP"),
            (b"PROXYTCP4".to_vec(),                          Err(Missing),           "no blank"),
            (b"\x16\x03\x01".to_vec(),                       Err(Missing),           "TLS"),
            (two(0x21, 0x11, 12, four),                      inet("10.0.0.1:4321", "10.0.0.2:443"), "version 2"),
            (two(0x21, 0x12, 12, four),                      inet("10.0.0.1:4321", "10.0.0.2:443"), "UDP to the proxy"),
            (two(0x21, 0x31, 216, &[b'p'; 216]),             Ok(Proxied::Unix),      "a Unix socket"),
            (two(0x21, 0x00, 0, b""),                        Ok(Proxied::Unknown),   "no addresses"),
            (two(0x20, 0x00, 0, b""),                        Ok(Proxied::Unknown),   "the proxy itself"),
            (two(0x20, 0x11, 12, four),                      Ok(Proxied::Unknown),   "its addresses do not count"),
            (two(0x21, 0x11, 11, four),                      Err(Wrong("length")),   "too short for its family"),
            (two(0x21, 0x41, 0, b""),                        Err(Wrong("family")),   "an unknown family"),
            (two(0x22, 0x11, 12, four),                      Err(Wrong("version or command")), "an unknown command"),
            (two(0x11, 0x11, 12, four),                      Err(Wrong("version or command")), "an unknown version"),
        ];
        for (bytes, want, why) in cases {
            match read(&bytes) {
                Ok((used, Some(proxied))) => {
                    assert_eq!((Ok(proxied), used), (want, bytes.len()), "{why}");
                }
                Ok((used, None)) => assert_eq!((why, used), ("cut", bytes.len())),
                Err(error) => assert_eq!(Err(error), want, "{why}"),
            }
        }
    }

    #[test]
    fn the_longest_line_is_read_and_one_byte_more_is_not() {
        let line =
            |length: usize| [b"PROXY UNKNOWN ", &vec![b'x'; length - 16][..], b"\r\n"].concat();
        assert_eq!(read(&line(107)), Ok((107, Some(Proxied::Unknown))));
        assert_eq!(read(&line(108)), Err(ProxyError::TooLong));
    }

    #[test]
    fn what_is_written_is_read_in_any_pieces_and_no_byte_more() {
        arbtest::arbtest(|u| {
            let ip = |u: &mut arbtest::arbitrary::Unstructured<'_>, is_four: bool| {
                Ok(if is_four {
                    IpAddr::from(u.arbitrary::<[u8; 4]>()?)
                } else {
                    IpAddr::from(u.arbitrary::<[u8; 16]>()?)
                })
            };
            let is_four = u.arbitrary()?;
            let peer = SocketAddr::new(ip(u, is_four)?, u.arbitrary()?);
            let local = SocketAddr::new(ip(u, is_four)?, u.arbitrary()?);
            let extensions: Vec<u8> = u.arbitrary()?;
            let header = if u.arbitrary()? {
                write_first(peer, local)
            } else {
                write_second(peer, local, &extensions)
            };
            let bytes = [&header[..], b"GET / HTTP/1.1"].concat();
            let (mut decoder, mut at) = (ProxyDecoder::default(), 0);
            let end = loop {
                let piece = u.int_in_range(1..=bytes.len() - at)?;
                let (used, end) = decoder.push(&bytes[at..at + piece]).expect("a header");
                at += used;
                if let Some(end) = end {
                    break end;
                }
            };
            assert_eq!((end, at), (Proxied::Inet { peer, local }, header.len()));
            Ok(())
        });
    }

    #[test]
    fn any_bytes_are_read_alike_whole_and_byte_by_byte() {
        arbtest::arbtest(|u| {
            let start: &[u8] = u.choose::<&[u8]>(&[b"", FIRST, SECOND])?;
            let bytes = [start, u.arbitrary()?].concat();
            let whole = read(&bytes);
            let (mut decoder, mut used) = (ProxyDecoder::default(), 0);
            let mut outcome = Ok(None);
            for byte in bytes.chunks(1) {
                match decoder.push(byte) {
                    Ok((one, end)) => {
                        used += one;
                        outcome = Ok(end);
                    }
                    Err(error) => outcome = Err(error),
                }
                if !matches!(outcome, Ok(None)) {
                    break;
                }
            }
            assert_eq!(whole, outcome.map(|end| (used, end)));
            Ok(())
        });
    }
}
