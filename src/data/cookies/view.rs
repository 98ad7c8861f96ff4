//! The cookies of a request, looked up where they are.

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

/// A view of the cookies that a request brings: two words, copied freely.
///
/// Nothing is built and kept: a cookie is found by scanning the header, and making the view costs
/// nothing. Several `Cookie` lines, as HTTP/2 has them, count as one.
///
/// * The header is split at each `;`, inside of quotes too, as browsers write it.
/// * A piece without `=`, or with nothing before it, is skipped, and nothing else with it.
/// * Space and tab are trimmed from names and values; then one pair of quotes from a value. Else
///   a value is what was sent: nothing is unescaped ([`get_decoded`](Self::get_decoded) is for
///   that). Bytes that are no UTF-8 become U+FFFD.
/// * Names are compared exactly: they have a case, and are not decoded.
/// * The first [`Limits::cookies`](crate::gateway::Limits::cookies) pieces (300) are looked at.
///
/// A client can send what it likes under any name, twice, in any order, and so can other hosts
/// of the same domain in its stead. Signed values (`signed_cookie`, feature `signed`) show that; so do, in current
/// browsers, names that begin with `__Host-`.
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
    /// The cookies in an environ, for applications without a `Request`.
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

    /// Whether there is a cookie of this name, with whatever value.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        let name = name.as_bytes();
        self.pieces().any(|piece| value_of(piece, name).is_some())
    }

    /// The value of the first cookie of this name, made an `T`.
    ///
    /// # Errors
    ///
    /// `400` for a value that is no `T`; it names the cookie, and does not repeat the value.
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

    /// The value of the first cookie of this name, percent-decoded: what
    /// [`encode`](fn@crate::data::cookies::encode), or `encodeURIComponent` in a browser, has written.
    ///
    /// `%` without two hexadecimal digits stays as it is, and so does `+`; what is not UTF-8 then
    /// becomes U+FFFD.
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

    /// Names and values in order, those that are there twice twice.
    #[must_use]
    pub fn iter(&self) -> Iter<'r> {
        Iter(self.pieces())
    }

    /// Names and values as a dictionary of their own, to be kept or changed.
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

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The error of a cookie whose value does not fit. Without that value: a script in the page could
/// read it there, whatever `HttpOnly` says.
pub(super) fn misfit(name: &str) -> FieldError {
    FieldError::new(name, None, "has a value that does not fit")
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Names alone: values let their bearer in, and logs are no place for them.
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

/// The pairs of [`Cookies`], as [`Cookies::iter`] gives them.
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
