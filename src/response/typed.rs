//! Typed headers of a response: by type here, by name in the header table.

use crate::base::error::Result;
use crate::headers;
use crate::headers::Header;
use crate::headers::headers_of_both;
use crate::headers::headers_of_responses;
use crate::response::Response;
use crate::syntax::media_type::completed;

/// Typed headers. Those that have a method of their own are read leniently by it, and strictly by
/// [`header`](Self::header).
impl Response {
    headers_of_both!();
    headers_of_responses!();

    /// A header as its type; `None` where it is absent.
    ///
    /// Any type that implements [`Header`], also one of your own: see [`headers`](crate::headers).
    ///
    /// # Errors
    ///
    /// A `500` whose cause names the header, where it is there and malformed.
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

    /// Sets a typed header, in place of all lines of its name. The type says the name, so that `set_header` with a
    /// name and a value, and this with a value alone, are two methods.
    ///
    /// # Errors
    ///
    /// Those of [`set_header`](Self::set_header); a header of this crate gives none.
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

    /// Sets a typed header in a chain: [`set`](Self::set). One that cannot be sent makes it a `500`.
    #[must_use]
    pub fn with<H: Header>(self, header: H) -> Self {
        self.with_header(H::NAME, header.encode())
    }

    /// What the setters of the header table do: text says that it is UTF-8.
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
