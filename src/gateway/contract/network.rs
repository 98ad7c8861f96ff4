//! Networks of proxies.

use std::net::IpAddr;
use std::str::FromStr;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Address;

/// A network of trusted proxies, or Unix sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// The addresses that share the first bits with this one.
    Ip { address: IpAddr, bits: u8 },
    /// A proxy that connects to a Unix socket, and so has no address.
    Unix,
}

impl Network {
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        let Self::Ip {
            address: network,
            bits,
        } = self
        else {
            return false;
        };
        // A listener for IPv6 sees IPv4 clients as mapped addresses.
        match (network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differs = u32::from(network) ^ u32::from(address);
                differs.leading_zeros() >= u32::from(bits)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differs = u128::from(network) ^ u128::from(address);
                differs.leading_zeros() >= u32::from(bits)
            }
            _ => false,
        }
    }

    pub(crate) fn has_peer(self, peer: &Address) -> bool {
        match peer.ip() {
            Some(address) => self.contains(address),
            None => self == Self::Unix,
        }
    }
}

impl FromStr for Network {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "unix" {
            return Ok(Self::Unix);
        }
        let wrong = || {
            Error::from(format!(
                "`{text}` is not a network: write `10.0.0.0/8`, `2001:db8::/32`, `127.0.0.1` or `unix`"
            ))
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| wrong())?,
            None => most,
        };
        if bits > most {
            return Err(wrong());
        }
        Ok(Self::Ip { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_belong_to_networks() {
        #[rustfmt::skip]
        let cases = [
            ("10.0.0.0/8",     "10.255.0.1",        true,  "the first bits"),
            ("10.0.0.0/8",     "11.0.0.1",          false, "another network"),
            ("10.0.0.0/8",     "::ffff:10.0.0.1",   true,  "a mapped address"),
            ("10.1.2.3/8",     "10.9.9.9",          true,  "the other bits do not matter"),
            ("192.0.2.1",      "192.0.2.1",         true,  "one address"),
            ("192.0.2.1",      "192.0.2.2",         false, "another one"),
            ("0.0.0.0/0",      "192.0.2.2",         true,  "all"),
            ("0.0.0.0/0",      "2001:db8::1",       false, "all of IPv4"),
            ("2001:db8::/32",  "2001:db8:1::1",     true,  "IPv6"),
            ("2001:db8::/32",  "2001:db9::1",       false, "another network"),
            ("::/0",           "2001:db9::1",       true,  "all of IPv6"),
            ("unix",           "192.0.2.1",         false, "not an address"),
        ];
        for (network, address, want, why) in cases {
            let network: Network = network.parse().unwrap();
            assert_eq!(
                network.contains(address.parse().unwrap()),
                want,
                "{network:?} {address}: {why}"
            );
        }
        for wrong in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "example.org",
            "*",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
