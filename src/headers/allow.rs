//! `Allow`: the methods of a resource.

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::elements;
use super::lines::written;
use super::text::header_text;

/// The `Allow` header: the methods that a resource supports.
///
/// A `405` must have it ([`Error::method_not_allowed`](crate::Error::method_not_allowed) sets it), and an answer to
/// `OPTIONS` should have it. An empty list is sent too; it means that no method is allowed. Methods are case-sensitive.
/// Repeated methods are removed.
///
/// # Grammar
///
/// `Allow = #method` (RFC 9110 [§10.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1))
///
/// ```
/// use rustzeug::headers::Allow;
/// use rustzeug::{Response, http::Method};
///
/// let response = Response::empty(204).with_allow([Method::GET, Method::HEAD]);
/// assert_eq!(response.headers()["allow"], "GET, HEAD");
/// assert!(!response.allow().is_some_and(|allow| allow.contains(&Method::PUT)));
/// assert_eq!("GET,, PUT".parse::<Allow>()?.methods(), [Method::GET, Method::PUT]);
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow(Vec<Method>);

impl Allow {
    /// The methods, in the order in which they were given.
    #[must_use]
    pub fn methods(&self) -> &[Method] {
        &self.0
    }

    /// Whether a method is allowed.
    #[must_use]
    pub fn contains(&self, method: &Method) -> bool {
        self.0.contains(method)
    }
}

impl FromIterator<Method> for Allow {
    fn from_iter<I: IntoIterator<Item = Method>>(methods: I) -> Self {
        let mut kept = Vec::new();
        for method in methods {
            if !kept.contains(&method) {
                kept.push(method);
            }
        }
        Self(kept)
    }
}

impl<const N: usize> From<[Method; N]> for Allow {
    fn from(methods: [Method; N]) -> Self {
        methods.into_iter().collect()
    }
}

impl Header for Allow {
    const NAME: HeaderName = header::ALLOW;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let methods = elements(lines).map(Method::from_bytes);
        methods
            .collect::<Result<_, _>>()
            .map_err(|_| HeaderError::new(Self::NAME, "methods with commas between them"))
    }

    fn encode(&self) -> HeaderValue {
        let names: Vec<_> = self.0.iter().map(Method::as_str).collect();
        written(names.join(", "))
    }
}

header_text! { Allow }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_methods() {
        let get_and_put = [Method::GET, Method::PUT].to_vec();
        let lower = Method::from_bytes(b"get").expect("a token");
        #[rustfmt::skip]
        let cases = [
            ("GET, PUT",      Some(get_and_put.clone()), "two"),
            ("GET,PUT",       Some(get_and_put.clone()), "without a space"),
            (",GET ,\t, PUT,", Some(get_and_put.clone()), "empty elements do not count"),
            ("GET, PUT, GET", Some(get_and_put),         "a method counts once"),
            ("",              Some(vec![]),              "no method is allowed"),
            (" , ",           Some(vec![]),              "nor here"),
            ("get",           Some(vec![lower]),         "case matters: another method"),
            ("GET PUT",       None,                      "no comma"),
            ("\"GET\"",       None,                      "a quoted string is not a token"),
            ("GET, ü",        None,                      "beyond ASCII"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<Allow>().ok();
            assert_eq!(read.map(|allow| allow.0), want, "{text:?}: {why}");
        }
    }

    #[test]
    fn lines_are_one_list() {
        let lines = ["GET", "", "HEAD"].map(HeaderValue::from_static);
        let allow = Allow::decode(lines.iter()).expect("methods");
        assert_eq!(allow.to_string(), "GET, HEAD");
    }
}
