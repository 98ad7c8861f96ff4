//! The guide: the chapters of `docs/src`, here so that every example in them is run.

macro_rules! chapters {
    ($($name:ident $file:literal;)*) => {$(
        #[doc = include_str!(concat!("../docs/src/", $file))]
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

#[cfg(feature = "routing")]
chapters! {
    errors "errors.md";
    middleware "middleware.md";
    routing "routing.md";
}

// It shows all that there is about cookies.
#[cfg(feature = "private-cookies")]
chapters! {
    cookies "cookies.md";
}

/// The README.
#[doc = include_str!("../README.md")]
pub mod readme {}
