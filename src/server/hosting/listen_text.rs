//! Where to listen, as text: `http://127.0.0.1:8000`, `unix:/run/app.sock`.

use crate::server::hosting::protocol::Protocol;

/// A place to listen at.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<'t> {
    /// A host and a port.
    Tcp(&'t str),
    /// The path of a Unix socket.
    Unix(&'t str),
    /// The socket that is descriptor 0.
    Stdin,
}

/// Reads `[protocol://]host:port`, `[protocol+]unix:path` or `[protocol+]stdin:`.
///
/// # Errors
///
/// The part that should name a protocol and does not.
pub(super) fn read(text: &str) -> Result<(Protocol, Place<'_>), &str> {
    let protocol = |name| Protocol::of_scheme(name).ok_or(name);
    if let Some((name, address)) = text.split_once("://")
        && !name.ends_with("unix")
    {
        return Ok((protocol(name)?, Place::Tcp(address)));
    }
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    let (name, kind) = kind.split_once('+').unwrap_or(("http", kind));
    match (kind, rest) {
        ("unix", path) => Ok((protocol(name)?, Place::Unix(path))),
        ("stdin", "") => Ok((protocol(name)?, Place::Stdin)),
        _ => Ok((Protocol::Http, Place::Tcp(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_protocol_and_a_place() {
        use Protocol::Http;
        #[rustfmt::skip]
        let cases = [
            ("http://127.0.0.1:8000",  Ok((Http, Place::Tcp("127.0.0.1:8000"))), "a URL"),
            ("http://[::1]:8000",      Ok((Http, Place::Tcp("[::1]:8000"))),     "IPv6"),
            ("127.0.0.1:8000",         Ok((Http, Place::Tcp("127.0.0.1:8000"))), "no protocol"),
            ("localhost:0",            Ok((Http, Place::Tcp("localhost:0"))),    "a name"),
            ("[::1]:8000",             Ok((Http, Place::Tcp("[::1]:8000"))),     "an address with colons"),
            ("unix:/run/a.sock",       Ok((Http, Place::Unix("/run/a.sock"))),   "a Unix socket"),
            ("unix:///run/a.sock",     Ok((Http, Place::Unix("///run/a.sock"))), "as a URL; the system skips the slashes"),
            ("http+unix:a:b",          Ok((Http, Place::Unix("a:b"))),           "a path with a colon"),
            ("unix:",                  Ok((Http, Place::Unix(""))),              "listening there fails"),
            ("stdin:",                 Ok((Http, Place::Stdin)),                 "descriptor 0"),
            ("http+stdin:",            Ok((Http, Place::Stdin)),                 "with its protocol"),
            ("stdin:80",               Ok((Http, Place::Tcp("stdin:80"))),       "a host of that name"),
            ("",                       Ok((Http, Place::Tcp(""))),               "nothing"),
            ("ftp://127.0.0.1:21",     Err("ftp"),                               "another protocol"),
            ("ftp+unix:/run/a.sock",   Err("ftp"),                               "the same for a Unix socket"),
            ("HTTP://127.0.0.1:80",    Err("HTTP"),                              "another spelling"),
        ];
        for (text, want, why) in cases {
            assert_eq!(read(text), want, "{why}");
        }
    }
}
