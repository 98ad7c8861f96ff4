//! Redirects to a target from the request, which must not lead to another site.

use crate::base::error::Error;
use crate::base::url;
use crate::request::Request;
use crate::response::Response;

impl Response {
    /// A `303 See Other` to a target on this site that came with the request, such as a `next` field or the `Referer`.
    ///
    /// A relative reference is local, and so is an absolute URL with the scheme, host and port of the request
    /// ([`Request::host_url`]). Any other target gives a `400`, and the headers and cookies of the chain are not sent.
    /// [`Request::is_local_url`] checks a target in advance.
    ///
    /// Behind a proxy that terminates TLS, an absolute `https` URL is local only if the server knows that the client
    /// used `https`.
    ///
    /// ```
    /// use rustzeug::{Request, Response};
    ///
    /// let request = Request::blank("https://example.org/login");
    /// assert_eq!(Response::redirect_local(&request, "/after-login").status(), 303);
    /// assert_eq!(Response::redirect_local(&request, "https://example.org/notes").status(), 303);
    /// assert_eq!(Response::redirect_local(&request, "https://evil.org/").status(), 400);
    /// assert_eq!(Response::redirect_local(&request, "http://example.org/").status(), 400);
    /// ```
    #[must_use]
    pub fn redirect_local(request: &Request, location: impl AsRef<str>) -> Self {
        let location = location.as_ref();
        if request.is_local_url(location) {
            return Self::redirect_external(location);
        }
        Self::failed(Error::bad_request().with_message("the redirect target is not on this site"))
    }
}

impl Request {
    /// Returns whether a target that came with the request is on this site, by the rule of
    /// [`Response::redirect_local`]. Use it for a target that is stored in a form or a session and used later.
    ///
    /// ```
    /// use rustzeug::{Request, Response};
    ///
    /// fn after_login(request: &Request, next: &str) -> Response {
    ///     Response::redirect_local(request, if request.is_local_url(next) { next } else { "/" })
    /// }
    ///
    /// let request = Request::blank("https://example.org/login");
    /// assert_eq!(after_login(&request, "/notes").headers()["location"], "/notes");
    /// assert_eq!(after_login(&request, "//evil.org/").headers()["location"], "/");
    /// ```
    #[must_use]
    #[doc(alias = "url_has_allowed_host_and_scheme")]
    pub fn is_local_url(&self, location: impl AsRef<str>) -> bool {
        let location = location.as_ref();
        let is_local =
            !url::leaves_site(location) || url::is_of_site(location, self.scheme(), &self.host());
        is_local && !location.chars().any(char::is_control)
    }
}
