//! Constructors named after statuses.

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Error;

/// Declares the constructors named after statuses. Holds no logic.
macro_rules! family {
    ($($name:ident $status:ident $code:literal;)*) => {
        /// Each named error status has a constructor. A status whose answer requires a header has a
        /// constructor that takes its content.
        impl Error {$(
            #[doc = concat!("`", $code, "`; the message is the reason phrase until [`with_message`](Self::with_message) replaces it.")]
            #[doc(alias = $code)]
            #[must_use]
            pub fn $name() -> Self {
                Self::new(StatusCode::$status, "")
            }
        )*}
    };
}

family! {
    bad_request BAD_REQUEST "400";
    payment_required PAYMENT_REQUIRED "402";
    forbidden FORBIDDEN "403";
    not_found NOT_FOUND "404";
    not_acceptable NOT_ACCEPTABLE "406";
    request_timeout REQUEST_TIMEOUT "408";
    conflict CONFLICT "409";
    gone GONE "410";
    length_required LENGTH_REQUIRED "411";
    precondition_failed PRECONDITION_FAILED "412";
    content_too_large PAYLOAD_TOO_LARGE "413";
    uri_too_long URI_TOO_LONG "414";
    unsupported_media_type UNSUPPORTED_MEDIA_TYPE "415";
    expectation_failed EXPECTATION_FAILED "417";
    im_a_teapot IM_A_TEAPOT "418";
    misdirected_request MISDIRECTED_REQUEST "421";
    unprocessable_content UNPROCESSABLE_ENTITY "422";
    locked LOCKED "423";
    failed_dependency FAILED_DEPENDENCY "424";
    too_early TOO_EARLY "425";
    precondition_required PRECONDITION_REQUIRED "428";
    header_fields_too_large REQUEST_HEADER_FIELDS_TOO_LARGE "431";
    unavailable_for_legal_reasons UNAVAILABLE_FOR_LEGAL_REASONS "451";
    internal INTERNAL_SERVER_ERROR "500";
    not_implemented NOT_IMPLEMENTED "501";
    bad_gateway BAD_GATEWAY "502";
    gateway_timeout GATEWAY_TIMEOUT "504";
    http_version_not_supported HTTP_VERSION_NOT_SUPPORTED "505";
    variant_also_negotiates VARIANT_ALSO_NEGOTIATES "506";
    insufficient_storage INSUFFICIENT_STORAGE "507";
    loop_detected LOOP_DETECTED "508";
    not_extended NOT_EXTENDED "510";
    network_authentication_required NETWORK_AUTHENTICATION_REQUIRED "511";
}

/// The statuses that require a header.
impl Error {
    /// `401` with the challenge that `WWW-Authenticate` must carry (RFC 9110
    /// [§15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2)).
    ///
    /// A challenge that cannot be sent makes it a `500`; the cause gives the reason.
    ///
    /// ```
    /// use rustzeug::Error;
    ///
    /// let error = Error::unauthorized("Basic realm=\"notes\"");
    /// assert_eq!(error.headers()["www-authenticate"], "Basic realm=\"notes\"");
    /// ```
    #[doc(alias = "401")]
    #[must_use]
    #[doc(alias = "HTTPUnauthorized")]
    pub fn unauthorized(challenge: impl TryInto<HeaderValue, Error: Into<Self>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "").with_header(header::WWW_AUTHENTICATE, challenge)
    }

    /// `405` with the methods that `Allow` must list (RFC 9110
    /// [§15.5.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6)), as text or as [`Method`]s.
    ///
    /// An invalid method makes it a `500`; the cause names it.
    ///
    /// ```
    /// use rustzeug::{Error, http::Method};
    ///
    /// assert_eq!(Error::method_not_allowed(["GET", "HEAD"]).headers()["allow"], "GET, HEAD");
    /// assert_eq!(Error::method_not_allowed(&[Method::PUT]).headers()["allow"], "PUT");
    /// ```
    #[doc(alias = "405")]
    #[must_use]
    #[doc(alias = "HTTPMethodNotAllowed")]
    pub fn method_not_allowed(allowed: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let mut names = String::new();
        for name in allowed {
            let name = name.as_ref();
            if Method::from_bytes(name.as_bytes()).is_err() {
                let text = format!("`{}` is not a method", name.escape_debug());
                return Self::internal().with_source(text);
            }
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.push_str(name);
        }
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "").with_header(header::ALLOW, names)
    }

    /// `407` with the challenge that `Proxy-Authenticate` must carry (RFC 9110
    /// [§15.5.8](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8)).
    ///
    /// A challenge that cannot be sent makes it a `500`; the cause gives the reason.
    #[doc(alias = "407")]
    #[must_use]
    pub fn proxy_authentication_required(
        challenge: impl TryInto<HeaderValue, Error: Into<Self>>,
    ) -> Self {
        Self::new(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "")
            .with_header(header::PROXY_AUTHENTICATE, challenge)
    }

    /// `416` with the length of the representation in bytes, for `Content-Range` (RFC 9110
    /// [§15.5.17](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17)).
    #[doc(alias = "416")]
    #[must_use]
    pub fn range_not_satisfiable(complete_length: u64) -> Self {
        Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "")
            .with_header(header::CONTENT_RANGE, format!("bytes */{complete_length}"))
    }

    /// `426` with the protocols that `Upgrade` must list (RFC 9110
    /// [§15.5.22](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22)).
    ///
    /// Protocols that cannot be sent make it a `500`; the cause gives the reason.
    #[doc(alias = "426")]
    #[must_use]
    pub fn upgrade_required(protocols: impl TryInto<HeaderValue, Error: Into<Self>>) -> Self {
        Self::new(StatusCode::UPGRADE_REQUIRED, "").with_header(header::UPGRADE, protocols)
    }

    /// `429`: retry after this number of seconds.
    #[doc(alias = "429")]
    #[must_use]
    pub fn too_many_requests(retry_after_seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "")
            .with_header(header::RETRY_AFTER, retry_after_seconds)
    }

    /// `503`: retry after this number of seconds.
    #[doc(alias = "503")]
    #[must_use]
    pub fn service_unavailable(retry_after_seconds: u64) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "")
            .with_header(header::RETRY_AFTER, retry_after_seconds)
    }
}
