//! The guide, chapter by chapter.
//!
//! To read in this order:
//!
//! 1. [A tour](tour)
//! 2. [What a request brings](requests)
//! 3. [Your own errors](errors)
//! 4. [Middleware](middleware)
//! 5. [Coming from WebOb](coming_from_webob)
//! 6. [Coming from Werkzeug](coming_from_werkzeug)
//!
//! To look things up in:
//!
//! * [Routing](routing)
//! * [Cookies](cookies)
//! * [Testing](testing)
//! * [The gateway](gateway)
//! * [The rules of PEP 3333](rules)
//! * [Limits](limits)
//! * [Deployments](deployments)
//!
//! About the crate:
//!
//! * [Architecture](architecture)
//! * [Why, why not](why)
//! * [Figures](figures)

// The chapters are those of `docs/src`, here so that every example in them is run. They are part of the documentation
// in every feature set, and their examples are run where the features are on that they need.
//
// A link from chapter to chapter goes through a label. `links.md` stands before a chapter and says where the
// label leads in rustdoc; what the chapter says itself, at its end, is where it leads in the book.

macro_rules! chapters {
    ($($name:ident $file:literal;)*) => {$(
        #[doc = include_str!("links.md")]
        #[doc = include_str!(concat!("../../docs/src/", $file))]
        pub mod $name {}
    )*};
}

chapters! {
    tour "tour.md";
    requests "requests.md";
    gateway "gateway.md";
    testing "testing.md";
    rules "rules.md";
    limits "limits.md";
    deployments "deployments.md";
    coming_from_webob "coming-from-webob.md";
    coming_from_werkzeug "coming-from-werkzeug.md";
    architecture "architecture.md";
    why "why.md";
    figures "figures.md";
}

#[cfg(any(not(doctest), feature = "routing"))]
chapters! {
    errors "errors.md";
    middleware "middleware.md";
    routing "routing.md";
}

// It shows all that there is about cookies.
#[cfg(any(not(doctest), feature = "private-cookies"))]
chapters! {
    cookies "cookies.md";
}

/// The README, for its examples; its links are those of the repository.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
