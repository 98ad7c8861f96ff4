//! Policies that a browser enforces for a page. Their values are one word or a checked text.

use http::HeaderName;
use http::header;

use super::checked_text::checked_text;
use super::keyword::keyword_headers;
use crate::syntax::is_token;

keyword_headers! {
    /// The `Cross-Origin-Opener-Policy` header: whether pages of other sites that open this one, or are opened by it,
    /// can reach it.
    ///
    /// # Grammar
    ///
    /// One word ([HTML §7.1.3](https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-opener-policies))
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::CrossOriginOpenerPolicy;
    ///
    /// let response = Response::html("<p>").with(CrossOriginOpenerPolicy::SameOrigin);
    /// assert_eq!(response.headers()["cross-origin-opener-policy"], "same-origin");
    /// ```
    CrossOriginOpenerPolicy HeaderName::from_static("cross-origin-opener-policy"), "a policy such as `same-origin`" {
        /// Pages of all sites can, which is the default.
        UnsafeNone "unsafe-none",
        /// Pages that this page opens can.
        SameOriginAllowPopups "same-origin-allow-popups",
        /// Only pages of the same origin can.
        SameOrigin "same-origin",
        /// Pages that this page opens can. A page that opens this one cannot, even if it has the same origin.
        NoopenerAllowPopups "noopener-allow-popups",
    }

    /// The `Cross-Origin-Embedder-Policy` header: whether this page may embed resources that do not allow it.
    ///
    /// With `require-corp` and an opener policy of `same-origin` a page is isolated, and gets `SharedArrayBuffer` and
    /// exact clocks.
    ///
    /// # Grammar
    ///
    /// One word ([HTML §7.1.4](https://html.spec.whatwg.org/multipage/browsers.html#coep))
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::CrossOriginEmbedderPolicy;
    ///
    /// let response = Response::html("<p>").with(CrossOriginEmbedderPolicy::RequireCorp);
    /// assert_eq!(response.headers()["cross-origin-embedder-policy"], "require-corp");
    /// ```
    CrossOriginEmbedderPolicy HeaderName::from_static("cross-origin-embedder-policy"), "a policy such as `require-corp`" {
        /// It may embed all resources, which is the default.
        UnsafeNone "unsafe-none",
        /// Only resources that allow it by `Cross-Origin-Resource-Policy` or CORS.
        RequireCorp "require-corp",
        /// Other resources are requested without credentials.
        Credentialless "credentialless",
    }

    /// The `Cross-Origin-Resource-Policy` header: which sites may embed this response.
    ///
    /// # Grammar
    ///
    /// One word ([Fetch §3.7](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header))
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::CrossOriginResourcePolicy;
    ///
    /// let response = Response::bytes("…").with(CrossOriginResourcePolicy::SameSite);
    /// assert_eq!(response.headers()["cross-origin-resource-policy"], "same-site");
    /// ```
    CrossOriginResourcePolicy HeaderName::from_static("cross-origin-resource-policy"), "a policy such as `same-site`" {
        /// Pages of the same origin.
        SameOrigin "same-origin",
        /// Pages of the same registrable domain.
        SameSite "same-site",
        /// All pages.
        CrossOrigin "cross-origin",
    }

    /// The `X-Content-Type-Options` header: a browser must not guess another content type.
    ///
    /// Send it with every response that contains uploads of other users: then a text that looks like HTML is shown as
    /// text.
    ///
    /// # Grammar
    ///
    /// `"nosniff"` ([Fetch §3.6](https://fetch.spec.whatwg.org/#x-content-type-options-header))
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::XContentTypeOptions;
    ///
    /// let response = Response::text("<b>").with(XContentTypeOptions::Nosniff);
    /// assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    /// ```
    XContentTypeOptions header::X_CONTENT_TYPE_OPTIONS, "`nosniff`" {
        /// The browser must use the declared content type.
        Nosniff "nosniff",
    }

    /// The `X-Frame-Options` header: whether other pages may show this one in a frame.
    ///
    /// `frame-ancestors` of [`ContentSecurityPolicy`](super::ContentSecurityPolicy) can express more, and takes
    /// precedence.
    ///
    /// # Grammar
    ///
    /// `"DENY" / "SAMEORIGIN"` (RFC 7034 [§2.1](https://www.rfc-editor.org/rfc/rfc7034#section-2.1)); browsers no
    /// longer support `ALLOW-FROM`.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::XFrameOptions;
    ///
    /// let response = Response::html("<p>").with(XFrameOptions::Deny);
    /// assert_eq!(response.headers()["x-frame-options"], "DENY");
    /// ```
    XFrameOptions header::X_FRAME_OPTIONS, "`DENY` or `SAMEORIGIN`" {
        /// No page may.
        Deny "DENY",
        /// Pages of the same origin may.
        SameOrigin "SAMEORIGIN",
    }
}

checked_text! {
    /// The `Referrer-Policy` header: how much of the URL of a page browsers send in `Referer` when they follow its
    /// links.
    ///
    /// Several words are a list from old to new: a browser uses the last word that it supports.
    ///
    /// # Grammar
    ///
    /// `1#policy-token` ([Referrer Policy §4.1](https://www.w3.org/TR/referrer-policy/#referrer-policy-header)). A word
    /// other than the eight policies is refused.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::ReferrerPolicy;
    ///
    /// let response = Response::html("<p>").with(ReferrerPolicy::new("no-referrer, same-origin")?);
    /// assert_eq!(response.headers()["referrer-policy"], "no-referrer, same-origin");
    /// assert!(ReferrerPolicy::new("none").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    ReferrerPolicy header::REFERRER_POLICY, "policies such as `same-origin`", is_referrer_policy;

    /// The `Permissions-Policy` header: which features of the browser a page and its frames may use.
    ///
    /// # Grammar
    ///
    /// A dictionary whose values are `*`, `self`, or a list in parentheses ([Permissions Policy
    /// §5.2](https://www.w3.org/TR/permissions-policy/#permissions-policy-http-header-field), RFC 9651 §3.2)
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::PermissionsPolicy;
    ///
    /// let policy = PermissionsPolicy::new(r#"camera=(), geolocation=(self "https://example.org")"#)?;
    /// let response = Response::html("<p>").with(policy);
    /// assert!(response.headers().contains_key("permissions-policy"));
    /// assert!(PermissionsPolicy::new("camera 'none'").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    PermissionsPolicy HeaderName::from_static("permissions-policy"), "a policy such as `camera=(), fullscreen=(self)`", is_permissions_policy;
}

fn is_referrer_policy(text: &str) -> bool {
    const POLICIES: [&str; 8] = [
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ];
    let mut words = text
        .split(',')
        .map(str::trim_ascii)
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some()
        && words.all(|word| {
            POLICIES
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word))
        })
}

fn is_permissions_policy(text: &str) -> bool {
    text.split(',').all(|member| {
        let Some((name, value)) = member.trim_ascii().split_once('=') else {
            return false;
        };
        let is_key = name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        !name.is_empty() && is_key && is_allowlist(value)
    })
}

/// `*`, `self`, or a list of `self`, `src` and origins in quotes.
fn is_allowlist(value: &str) -> bool {
    let is_item = |item: &str| {
        let quoted = item
            .strip_prefix('"')
            .and_then(|item| item.strip_suffix('"'));
        let is_origin = |text: &str| {
            text.bytes()
                .all(|it| it.is_ascii_graphic() && !b"\"\\".contains(&it))
        };
        quoted.map_or_else(|| item == "*" || is_token(item.as_bytes()), is_origin)
    };
    let list = value
        .strip_prefix('(')
        .and_then(|value| value.strip_suffix(')'));
    match list {
        Some(list) => list.split(' ').filter(|item| !item.is_empty()).all(is_item),
        None => is_item(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_checked() {
        #[rustfmt::skip]
        let cases = [
            (ReferrerPolicy::new("Same-Origin").is_ok(),            true,  "any case"),
            (ReferrerPolicy::new(",origin,").is_ok(),               true,  "empty elements"),
            (ReferrerPolicy::new("").is_ok(),                       false, "an empty value"),
            (ReferrerPolicy::new("origin; x").is_ok(),              false, "no list"),
            (PermissionsPolicy::new("camera=*").is_ok(),            true,  "all"),
            (PermissionsPolicy::new("camera=self, x=()").is_ok(),   true,  "itself, none"),
            (PermissionsPolicy::new("camera").is_ok(),              false, "no value"),
            (PermissionsPolicy::new("Camera=()").is_ok(),           false, "keys are in lower case"),
            (PermissionsPolicy::new("camera=(").is_ok(),            false, "an open list"),
            (PermissionsPolicy::new("camera=()\r\nx: y").is_ok(),   false, "two lines"),
            (PermissionsPolicy::new("").is_ok(),                    false, "an empty value"),
            ("deny".parse::<XFrameOptions>().is_ok(),               true,  "any case"),
            ("ALLOW-FROM a".parse::<XFrameOptions>().is_ok(),       false, "of old"),
            ("".parse::<XFrameOptions>().is_ok(),                   false, "an empty value"),
            ("nosniff, nosniff".parse::<XContentTypeOptions>().is_ok(), false, "no list"),
        ];
        for (is_taken, want, why) in cases {
            assert_eq!(is_taken, want, "{why}");
        }
    }
}
