//! Values that become a cookie.

use std::borrow::Cow;

use cookie::Cookie;
use cookie::CookieBuilder;

/// A cookie to set: a pair of name and value, a [`Cookie`], or its builder.
///
/// A name alone is not accepted, although the crate `cookie` takes it for a cookie with an empty value: usually the
/// parentheses of the pair are missing.
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::cookie::Cookie;
///
/// let response = Response::text("x")
///     .with_cookie(("theme", "dark"))
///     .with_cookie(Cookie::build(("lang", "de")).path("/shop"));
/// assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
/// ```
///
/// ```compile_fail
/// rustzeug::Response::text("x").with_cookie("theme");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a cookie with a value",
    label = "a cookie is a pair in its own parentheses: `((\"name\", \"value\"))`; or a `Cookie`"
)]
pub trait IntoCookie<'c> {
    /// Converts into a cookie.
    #[must_use]
    fn into_cookie(self) -> Cookie<'c>;
}

impl<'c> IntoCookie<'c> for Cookie<'c> {
    fn into_cookie(self) -> Self {
        self
    }
}

impl<'c> IntoCookie<'c> for CookieBuilder<'c> {
    fn into_cookie(self) -> Cookie<'c> {
        self.build()
    }
}

impl<'c, N: Into<Cow<'c, str>>, V: Into<Cow<'c, str>>> IntoCookie<'c> for (N, V) {
    fn into_cookie(self) -> Cookie<'c> {
        Cookie::new(self.0, self.1)
    }
}
