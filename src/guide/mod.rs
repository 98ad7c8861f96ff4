//! The guide, chapter by chapter.
//!
//! Read these in this order:
//!
//! 1. [A tour](tour)
//! 2. [What a request brings](requests)
//! 3. [Your own errors](errors)
//! 4. [Middleware](middleware)
//! 5. [Compression](compression)
//! 6. [Coming from WebOb](coming_from_webob)
//! 7. [Coming from Werkzeug](coming_from_werkzeug)
//!
//! For reference:
//!
//! * [Routing](routing)
//! * [Cookies](cookies)
//! * [Headers and negotiation](headers)
//! * [Files](files)
//! * [Conditional requests, ranges, caching](conditional)
//! * [Testing](testing)
//! * [The gateway](gateway)
//! * [The rules of PEP 3333](rules)
//! * [Limits](limits)
//! * [Deployments](deployments)
//! * [Proxies and trust](proxies)
//! * [CGI](cgi)
//! * [FastCGI](fastcgi)
//! * [SCGI](scgi)
//! * [uwsgi protocol](uwsgi)
//! * [TLS](tls)
//! * [axum and tower](tower)
//!
//! About the crate:
//!
//! * [Architecture](architecture)
//! * [Why, why not](why)
//! * [Figures](figures)

// The chapters of `docs/src` are included here, so that every example in them is run. They are part of the documentation
// in every feature set. Their examples are run if the features that they need are on.
//
// A link from chapter to chapter uses a label. `links.md`, which is included before each chapter, defines the label for
// rustdoc; the chapter itself defines it at its end for the book. The first definition wins.

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
    proxies "proxies.md";
    fastcgi "fastcgi.md";
    scgi "scgi.md";
    uwsgi "uwsgi.md";
    tls "tls.md";
    tower "tower.md";
    coming_from_webob "coming-from-webob.md";
    coming_from_werkzeug "coming-from-werkzeug.md";
    architecture "architecture.md";
    why "why.md";
    figures "figures.md";
}

#[cfg(any(not(doctest), all(feature = "routing", feature = "static-files")))]
chapters! {
    headers "headers.md";
    conditional "conditional.md";
    errors "errors.md";
    files "files.md";
    middleware "middleware.md";
    routing "routing.md";
}

#[cfg(any(not(doctest), all(feature = "compression", feature = "routing")))]
chapters! {
    compression "compression.md";
}

#[cfg(any(not(doctest), feature = "cgi"))]
chapters! {
    cgi "cgi.md";
}

// This chapter needs all features for cookies.
#[cfg(any(not(doctest), feature = "private-cookies"))]
chapters! {
    cookies "cookies.md";
}

/// The README, so that its examples are run; its links lead to files of the repository.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
