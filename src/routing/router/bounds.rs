//! What a router asks of types, as traits of its own, so that the compiler can say it in words.
//!
//! Each is there for every type that has the trait of the standard library behind it. Nothing here does
//! anything.

use std::fmt::Display;
use std::str::FromStr;

use http::Method;

/// Methods where a route is declared.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of methods",
    label = "the methods of a route come first, in an array",
    note = "for one method: `.get(\"/\", handler)`, `.post(\"/\", handler)` and so on; for several: `.route([\"GET\", \"POST\"], \"/\", handler)`; for all: `.any(\"/\", handler)`"
)]
pub trait AsMethods: IntoIterator<Item: TryInto<Method>> {}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: TryInto<Method>>> AsMethods for I {}

/// A rule where a route is declared.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no rule of a route",
    label = "the rule is a text or a `TypedRule`, and stands before the handler",
    note = "a route is declared by its rule, then its handler: `.get(\"/notes/{{id:int}}\", note)`"
)]
pub trait AsRule: AsRef<str> {}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str>> AsRule for T {}

/// What a parameter is read as.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a parameter of a path cannot be read as `{Self}`",
    label = "which type is it to be?",
    note = "say which, as in `let id: u64 = request.path_param(\"id\")?` or `request.path_param::<u64>(\"id\")?`",
    note = "a type of your own implements `std::str::FromStr`"
)]
pub trait ReadFromPath: FromStr {}

#[diagnostic::do_not_recommend]
impl<T: FromStr> ReadFromPath for T {}

/// What a value in a URL is written from.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a URL",
    label = "a value of a URL is anything that implements `std::fmt::Display`",
    note = "what may be absent is an `Option` around the pair: `page.map(|page| (\"page\", page))`",
    note = "a type of your own implements `std::fmt::Display`"
)]
pub trait WrittenToUrl: Display {}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> WrittenToUrl for T {}
