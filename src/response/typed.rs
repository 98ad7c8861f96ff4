//! Typed headers of a response: by type here, by name in the header table.

use crate::base::error::Result;
use crate::headers;
use crate::headers::Header;
use crate::headers::headers_of_both;
use crate::headers::headers_of_responses;
use crate::response::Response;
use crate::syntax::media_type::completed;

/// Typed headers. A header with its own method is read leniently by that method, and strictly by
/// [`header`](Self::header).
impl Response {
    headers_of_both!();
    headers_of_responses!();

    /// The value of a header, parsed as its type; `None` if the header is absent.
    ///
    /// It takes any type that implements [`Header`], including your own: see [`headers`](crate::headers).
    ///
    /// # Errors
    ///
    /// A `500` whose cause names the header, if the header is malformed.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::{Allow, RetryAfter};
    ///
    /// let response = Response::empty(503).with_header("retry-after", "soon");
    /// assert!(response.header::<RetryAfter>().is_err());
    /// assert_eq!(response.header::<Allow>()?, None);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn header<H: Header>(&self) -> Result<Option<H>> {
        Ok(headers::get(self.headers())?)
    }

    /// Sets a typed header and replaces all lines of its name. The type has the name of the header, so this takes only
    /// a value; `set_header` takes a name and a value.
    ///
    /// # Errors
    ///
    /// As for [`set_header`](Self::set_header); headers of this crate never fail.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::RetryAfter;
    ///
    /// let mut response = Response::empty(503);
    /// response.set(RetryAfter::Seconds(3))?;
    /// assert_eq!(response.headers()["retry-after"], "3");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set<H: Header>(&mut self, header: H) -> Result<&mut Self> {
        self.set_header(H::NAME, header.encode())
    }

    /// Sets a typed header in a chain: [`set`](Self::set). A value that cannot be sent turns the response into a `500`.
    #[must_use]
    pub fn with<H: Header>(self, header: H) -> Self {
        self.with_header(H::NAME, header.encode())
    }

    /// Sets or removes a header, for the setters of the header table; text is declared as UTF-8.
    fn put_header<H: Header>(&mut self, header: Option<H>) -> &mut Self {
        match header {
            Some(header) => {
                let value = completed(&H::NAME, header.encode());
                self.headers_mut().insert(H::NAME, value);
            }
            None => headers::set(self.headers_mut(), None::<&H>),
        }
        self
    }
}
