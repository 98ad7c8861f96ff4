//! The cookies of a request, looked up in place.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use http::HeaderMap;
use percent_encoding::percent_decode;

use crate::base::error::Error;
use crate::base::error::FieldError;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::data::cookies::pairs::Pieces;
use crate::data::cookies::pairs::pair;
use crate::data::cookies::pairs::value_of;
use crate::gateway::Environ;

/// A view of the cookies of a request: two words, `Copy`.
///
/// Nothing is built and stored. A lookup scans the header, and making the view costs nothing. Several `Cookie` lines,
/// as HTTP/2 has them, count as one.
///
/// * The header is split at each `;`, even inside quotes, as browsers write it.
/// * A piece without `=`, or without a name before it, is skipped; the others are not affected.
/// * Space and tab are trimmed from names and values, then one pair of quotes from a value. Otherwise a value is
///   returned as it was sent: nothing is unescaped (use [`get_decoded`](Self::get_decoded) for that). Bytes that are
///   not valid UTF-8 become U+FFFD.
/// * Names are compared exactly: case matters, and they are not decoded.
/// * At most the first [`Limits::cookies`](crate::gateway::Limits::cookies) pieces (300) are read.
///
/// A client can send anything under any name, twice, and in any order. Other hosts of the same domain can do so through
/// the client. Signed values (`signed_cookie`, feature `signed`) detect this. In current browsers, other hosts cannot
/// set names that begin with `__Host-`.
///
/// # Examples
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/").with_header("cookie", "theme=dark; lang=de; lang=en; junk");
/// let cookies = request.cookies();
/// assert_eq!(cookies.get("theme").as_deref(), Some("dark"));
/// assert_eq!(cookies.get("lang").as_deref(), Some("de"));
/// assert_eq!(cookies.get_all("lang").collect::<Vec<_>>(), ["de", "en"]);
/// assert_eq!(cookies.iter().count(), 3);
/// ```
///
/// RFC 6265 [§4.2](https://www.rfc-editor.org/rfc/rfc6265#section-4.2); RFC 9113
/// [§8.2.3](https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3) (several lines).
#[derive(Clone, Copy)]
pub struct Cookies<'r> {
    headers: &'r HeaderMap,
    limit: usize,
}

impl<'r> Cookies<'r> {
    /// The cookies of an environ, for applications without a `Request`.
    ///
    /// ```
    /// use rustzeug::{Cookies, Result, gateway::{Environ, Reply, StartResponse}};
    ///
    /// fn app(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    ///     let theme = Cookies::of(&environ).get("theme").unwrap_or("light".into()).into_owned();
    ///     Ok(start_response.start(200, [("content-type", "text/plain")])?.body(theme))
    /// }
    /// ```
    #[must_use]
    pub fn of(environ: &'r Environ) -> Self {
        Self {
            headers: environ.headers(),
            limit: environ.limits().cookies(),
        }
    }

    fn pieces(self) -> Pieces<'r> {
        Pieces::of(self.headers, self.limit)
    }

    /// The value of the first cookie of this name.
    ///
    /// Browsers put the cookie with the longest path first (RFC 6265 §5.4).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'r, str>> {
        let name = name.as_bytes();
        self.pieces()
            .find_map(|piece| value_of(piece, name))
            .map(text)
    }

    /// The value of the last cookie of this name.
    #[must_use]
    pub fn get_last(&self, name: &str) -> Option<Cow<'r, str>> {
        let name = name.as_bytes();
        let values = self.pieces().filter_map(|piece| value_of(piece, name));
        values.last().map(text)
    }

    /// The values of all cookies of this name, in order.
    pub fn get_all<'n>(&self, name: &'n str) -> impl Iterator<Item = Cow<'r, str>> + use<'r, 'n> {
        let name = name.as_bytes();
        let values = self.pieces().filter_map(move |piece| value_of(piece, name));
        values.map(text)
    }

    /// Returns whether there is a cookie of this name, with any value.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        let name = name.as_bytes();
        self.pieces().any(|piece| value_of(piece, name).is_some())
    }

    /// The value of the first cookie of this name, parsed as a `T`.
    ///
    /// # Errors
    ///
    /// A `400` if the value is not a `T`. The message names the cookie and does not repeat the value.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("cookie", "visits=7; size=huge");
    /// assert_eq!(request.cookies().get_as::<u32>("visits")?, Some(7));
    /// assert_eq!(request.cookies().get_as::<u32>("none")?, None);
    /// let error = request.cookies().get_as::<u32>("size").unwrap_err();
    /// assert_eq!(error.to_string(), "400 Bad Request: the cookie `size` has a value that does not fit");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn get_as<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let value = self.get(name).map(|value| value.parse());
        value.transpose().map_err(|_| {
            let message = format!("the cookie {}", misfit(name));
            let error = Error::bad_request().with_fields(misfit(name));
            error.with_message(message)
        })
    }

    /// The value of the first cookie of this name, percent-decoded, as [`encode`](fn@crate::data::cookies::encode) or
    /// `encodeURIComponent` in a browser wrote it.
    ///
    /// A `%` without two hexadecimal digits is kept unchanged, and so is `+`. Decoded bytes that are not valid UTF-8
    /// become U+FFFD.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("cookie", "q=caf%C3%A9%20%26%20more; r=100%");
    /// assert_eq!(request.cookies().get_decoded("q").as_deref(), Some("café & more"));
    /// assert_eq!(request.cookies().get_decoded("r").as_deref(), Some("100%"));
    /// assert_eq!(request.cookies().get("q").as_deref(), Some("caf%C3%A9%20%26%20more"));
    /// ```
    #[must_use]
    pub fn get_decoded(&self, name: &str) -> Option<Cow<'r, str>> {
        let name = name.as_bytes();
        let value = self.pieces().find_map(|piece| value_of(piece, name))?;
        Some(percent_decode(value).decode_utf8_lossy())
    }

    /// Names and values in order; repeated cookies are repeated.
    #[must_use]
    pub fn iter(&self) -> Iter<'r> {
        Iter(self.pieces())
    }

    /// Copies names and values into a dictionary, to keep or change them.
    ///
    /// ```
    /// use rustzeug::{MultiDict, Request};
    ///
    /// let request = Request::blank("/").with_header("cookie", "a=1; b=2; a=3");
    /// let dict = request.cookies().to_dict();
    /// assert_eq!(dict, MultiDict::from([("a", "1"), ("b", "2"), ("a", "3")]));
    /// ```
    #[must_use]
    pub fn to_dict(&self) -> MultiDict {
        self.iter().collect()
    }

    /// Returns whether there are no cookies.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The error of a cookie whose value is invalid. It leaves the value out, because a script could read it on the error
/// page although `HttpOnly` hides it.
pub(super) fn misfit(name: &str) -> FieldError {
    FieldError::new(name, None, "has a value that does not fit")
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Only names: a value may grant access, and must not be in a log.
impl fmt::Debug for Cookies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

impl<'r> IntoIterator for Cookies<'r> {
    type Item = (Cow<'r, str>, Cow<'r, str>);
    type IntoIter = Iter<'r>;

    fn into_iter(self) -> Iter<'r> {
        self.iter()
    }
}

impl<'r> IntoIterator for &Cookies<'r> {
    type Item = (Cow<'r, str>, Cow<'r, str>);
    type IntoIter = Iter<'r>;

    fn into_iter(self) -> Iter<'r> {
        self.iter()
    }
}

/// The pairs of [`Cookies`], as [`Cookies::iter`] returns them.
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/").with_header("cookie", "a=1; b=2");
/// let mut pairs = request.cookies().iter();
/// assert_eq!(pairs.next(), Some(("a".into(), "1".into())));
/// assert_eq!(pairs.count(), 1);
/// ```
pub struct Iter<'r>(Pieces<'r>);

impl<'r> Iterator for Iter<'r> {
    type Item = (Cow<'r, str>, Cow<'r, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.0.find_map(pair)?;
        Some((text(name), text(value)))
    }
}

impl fmt::Debug for Iter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iter(..)")
    }
}
