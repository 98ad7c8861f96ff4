//! Cookies: a view of the cookies of a request, and the rules for cookies that a response sets.
//!
//! [`Cookies`] reads the cookies of a request in place: it builds nothing, allocates nothing, and never fails. A
//! response sets [`Cookie`](crate::cookie::Cookie)s of the crate `cookie`. [`write`](fn@write) checks them before it
//! writes them, since that crate does not.
//!
//! `signed::Keys` (feature `signed`) makes signed and encrypted values. It is a separate module, because links have
//! signed values too.
//!
//! # Defaults
//!
//! Attributes that a cookie does not set get a safe default. Every attribute of `Cookie` is an `Option`, and `None`
//! means "not set"; so a default is switched off explicitly.
//!
//! | attribute | default | to change it |
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
