//! Typed headers of a request: by type here, by name in the header table.

use crate::base::error::Error;
use crate::base::error::Result;
use crate::headers;
use crate::headers::Header;
use crate::headers::headers_of_both;
use crate::request::Request;

/// Typed headers. A header with its own method is read leniently by that method, and strictly by
/// [`header`](Self::header).
impl Request {
    headers_of_both!();

    /// The value of a header, parsed as its type; `None` if the header is absent.
    ///
    /// It takes any type that implements [`Header`], including your own: see [`headers`](crate::headers).
    ///
    /// # Errors
    ///
    /// A `400` that names the header, if the header is malformed.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::Date;
    ///
    /// let request = Request::blank("/").with_header("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    /// assert!(request.header::<Date>()?.is_some());
    /// assert!(Request::blank("/").header::<Date>()?.is_none());
    ///
    /// let request = Request::blank("/").with_header("date", "now");
    /// assert_eq!(request.header::<Date>().unwrap_err().status(), 400);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn header<H: Header>(&self) -> Result<Option<H>> {
        let header = headers::get(self.headers());
        header.map_err(|error| {
            Error::bad_request()
                .with_message(error.to_string())
                .with_source(error)
        })
    }

    /// Sets a typed header and replaces all lines of its name. The type has the name of the header, so this takes only
    /// a value; `set_header` takes a name and a value.
    ///
    /// # Errors
    ///
    /// As for [`set_header`](Self::set_header).
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::{Date, HttpDate};
    ///
    /// let mut request = Request::blank("/");
    /// request.set(Date::from(HttpDate::from_unix_seconds(0)))?;
    /// assert_eq!(request.headers()["date"], "Thu, 01 Jan 1970 00:00:00 GMT");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set<H: Header>(&mut self, header: H) -> Result<&mut Self> {
        self.set_header(H::NAME, header.encode())
    }

    /// Sets a typed header in a chain: see [`set`](Self::set).
    #[must_use]
    pub fn with<H: Header>(self, header: H) -> Self {
        self.with_header(H::NAME, header.encode())
    }

    /// Sets or removes a header, for the setters of the header table.
    fn put_header<H: Header>(&mut self, header: Option<H>) -> &mut Self {
        headers::set(self.headers_mut(), header.as_ref());
        self
    }
}
