//! Cookies: a view of those that a request brings, and the rules for those that a response sets.
//!
//! A request's cookies are read by [`Cookies`], in place: nothing is built, nothing is allocated,
//! nothing is an error. A response's are [`Cookie`](crate::cookie::Cookie)s of the crate `cookie`,
//! which [`write`](fn@write) checks before it writes them, since that crate does not.
//!
//! Signed and encrypted values are made by `signed::Keys` (feature `signed`), which have a module of
//! their own: links carry them too.
//!
//! # Defaults
//!
//! What a cookie does not say, becomes what is safe. Every attribute of `Cookie` is an `Option`:
//! `None` says nothing, so to switch a default off one says so.
//!
//! | attribute | nothing said | switched |
//! |---|---|---|
//! | `HttpOnly` | written | `set_http_only(false)` |
//! | `SameSite` | `Lax` | `set_same_site(SameSite::Strict)`, `SameSite::None` |
//! | `Path` | `/` | `set_path("/shop")`; `set_path("")` leaves it out |
//! | `Secure`, `Domain`, `Max-Age`, `Expires`, `Partitioned` | left out | |
//!
//! RFC 6265 [§4.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.1) (writing),
//! [§4.2](https://www.rfc-editor.org/rfc/rfc6265#section-4.2) (reading); RFC 6265bis for `SameSite`,
//! `Partitioned` and the prefixes of names.

mod check;
mod cookie_error;
mod encode;
mod into_cookie;
mod pairs;
#[cfg(feature = "private-cookies")]
mod private;
mod request;
mod response;
#[cfg(feature = "signed")]
mod signed;
#[cfg(feature = "serde")]
mod typed;
mod view;
mod write;

pub use cookie_error::CookieError;
pub use cookie_error::CookieFault;
pub use encode::encode;
pub use into_cookie::IntoCookie;
pub use view::Cookies;
pub use view::Iter;
pub use write::write;
