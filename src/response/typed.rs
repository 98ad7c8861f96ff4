//! Typed headers of a response: by type here, by name in the header table.

use http::HeaderName;
use http::header;

use crate::base::error::Result;
use crate::headers;
use crate::headers::Header;
use crate::headers::Vary;
use crate::headers::headers_of_both;
use crate::headers::headers_of_responses;
use crate::headers::line_of;
use crate::response::Response;
use crate::semantics::negotiation::Negotiated;
use crate::syntax::media_type::completed;

/// Typed headers. A header with its own method is read leniently by that method, and strictly by
/// [`header`](Self::header).
impl Response {
    headers_of_both!();
    headers_of_responses!();

    /// The value of a header, parsed as its type; `None` if the header is absent.
    ///
    /// It takes any type that implements [`Header`], including your own: see the module [`headers`].
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
        let Some(line) = line_of(&header) else {
            self.headers_mut().remove(H::NAME);
            return Ok(self);
        };
        self.set_header(H::NAME, line)
    }

    /// Sets a typed header in a chain: [`set`](Self::set). A value that cannot be sent turns the response into a `500`.
    #[must_use]
    pub fn with<H: Header>(mut self, header: H) -> Self {
        let outcome = self.set(header).map(drop);
        self.keep_fault(outcome)
    }

    /// Adds fields of the request on which the response depends to `Vary`. What is there stays, none is repeated, and a
    /// `*` remains one. Malformed lines stay too; the fields are added in another line.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::http::header;
    ///
    /// let mut response = Response::text("x").with_header("vary", "cookie");
    /// response.append_vary([header::ACCEPT, header::COOKIE]);
    /// assert_eq!(response.headers()["vary"], "cookie, accept");
    /// ```
    ///
    /// RFC 9110 [§12.5.5](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5).
    #[doc(alias = "add_vary_header")]
    pub fn append_vary(&mut self, names: impl IntoIterator<Item = HeaderName>) -> &mut Self {
        let Ok(vary) = self.header::<Vary>() else {
            let line = Vary::Fields(names.into_iter().collect()).encode();
            self.headers_mut().append(header::VARY, line);
            return self;
        };
        let mut vary = vary.unwrap_or(Vary::Fields(Vec::new()));
        vary.extend(names);
        let is_empty = matches!(&vary, Vary::Fields(fields) if fields.is_empty());
        self.set_vary((!is_empty).then_some(vary))
    }

    /// Says what was negotiated: `Content-Type` and `Content-Language` where they were chosen, and in `Vary` on what that
    /// depends. `Content-Encoding` is set by what codes the body.
    ///
    /// [`Offers`](crate::negotiation::Offers) has an example.
    #[must_use]
    pub fn with_negotiated(mut self, chosen: &Negotiated<'_>) -> Self {
        self.append_vary(chosen.vary());
        let pairs = [
            (header::CONTENT_TYPE, chosen.media_type()),
            (header::CONTENT_LANGUAGE, chosen.language()),
        ];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        pairs.fold(self, |response, (name, value)| {
            response.with_header(name, value)
        })
    }

    /// Sets or removes a header, for the setters of the header table; text is declared as UTF-8.
    fn put_header<H: Header>(&mut self, header: Option<H>) -> &mut Self {
        match header.as_ref().and_then(line_of) {
            Some(line) => self
                .headers_mut()
                .insert(H::NAME, completed(&H::NAME, line)),
            None => self.headers_mut().remove(H::NAME),
        };
        self
    }
}
