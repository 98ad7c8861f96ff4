//! Typed headers of a request: by type here, by name in the header table.

use crate::base::error::Error;
use crate::base::error::Result;
use crate::headers;
use crate::headers::Header;
use crate::headers::headers_of_both;
use crate::headers::headers_of_requests;
use crate::headers::line_of;
use crate::request::Request;
use crate::semantics::negotiation;
use crate::semantics::negotiation::Negotiated;
use crate::semantics::negotiation::Offers;

/// Typed headers. A header with its own method is read leniently by that method, and strictly by
/// [`header`](Self::header).
impl Request {
    headers_of_both!();
    headers_of_requests!();

    /// The value of a header, parsed as its type; `None` if the header is absent.
    ///
    /// It takes any type that implements [`Header`], including your own: see the module [`headers`].
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
        let Some(line) = line_of(&header) else {
            self.headers_mut().remove(H::NAME);
            return Ok(self);
        };
        self.set_header(H::NAME, line)
    }

    /// Sets a typed header in a chain: see [`set`](Self::set).
    #[must_use]
    pub fn with<H: Header>(mut self, header: H) -> Self {
        let outcome = self.set(header).map(drop);
        self.keep_fault(outcome);
        self
    }

    /// The offered media type that the client prefers; `None` if the client accepts none of them.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("accept", "text/html, */*;q=0.1");
    /// assert_eq!(request.best_media_type(&["application/json", "text/html"]), Some(&"text/html"));
    /// ```
    ///
    /// The rules: [`negotiation::media_type`].
    #[must_use]
    #[doc(alias = "best_match")]
    #[doc(alias = "acceptable_offers")]
    #[doc(alias = "accept_mimetypes")]
    pub fn best_media_type<'o, O: AsRef<str>>(&self, offers: &'o [O]) -> Option<&'o O> {
        negotiation::media_type(self.headers(), offers)
    }

    /// The offered language that the user prefers; `None` if the user accepts none of them.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("accept-language", "de-CH, en;q=0.5");
    /// assert_eq!(request.best_language(&["en", "de"]), Some(&"de"));
    /// ```
    ///
    /// The rules: [`negotiation::language`].
    #[must_use]
    #[doc(alias = "best_match")]
    #[doc(alias = "lookup")]
    #[doc(alias = "accept_languages")]
    pub fn best_language<'o, O: AsRef<str>>(&self, offers: &'o [O]) -> Option<&'o O> {
        negotiation::language(self.headers(), offers)
    }

    /// The offered content coding that the client prefers, which may be `identity`; `None` if the client accepts none
    /// of them.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("accept-encoding", "gzip, br");
    /// assert_eq!(request.best_encoding(&["zstd", "br", "identity"]), Some(&"br"));
    /// ```
    ///
    /// The rules: [`negotiation::encoding`].
    #[must_use]
    #[doc(alias = "best_match")]
    #[doc(alias = "accept_encodings")]
    pub fn best_encoding<'o, O: AsRef<str>>(&self, offers: &'o [O]) -> Option<&'o O> {
        negotiation::encoding(self.headers(), offers)
    }

    /// Chooses media type, language and content coding at once:
    /// [`Response::with_negotiated`](crate::Response::with_negotiated) sets the headers for the choice.
    ///
    /// # Errors
    ///
    /// `406` if the client accepts none of the media types or none of the codings, and [`Offers::or_not_acceptable`] is
    /// set. Without that setting, the first offer is chosen.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::negotiation::Offers;
    ///
    /// let offers = Offers::new().with_media_types(&["text/html", "application/json"]).with_languages(&["en", "de"]);
    /// let chosen = Request::blank("/").with_header("accept-language", "de").negotiate(&offers)?;
    /// assert_eq!((chosen.media_type(), chosen.language()), ("text/html", "de"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn negotiate<'o>(&self, offers: &Offers<'o>) -> Result<Negotiated<'o>> {
        negotiation::negotiate(self.headers(), offers)
    }

    /// Sets or removes a header, for the setters of the header table.
    fn put_header<H: Header>(&mut self, header: Option<H>) -> &mut Self {
        headers::set(self.headers_mut(), header.as_ref());
        self
    }
}
