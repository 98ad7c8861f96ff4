//! The errors by the names of their statuses.

use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::error::Error;

/// Declares the constructors named after statuses. Holds no logic.
macro_rules! family {
    ($($name:ident $status:ident $code:literal;)*) => {
        impl Error {$(
            #[doc = concat!("`", $code, "`; the message is the reason phrase until [`with_message`](Self::with_message) replaces it.")]
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
    misdirected_request MISDIRECTED_REQUEST "421";
    unprocessable_content UNPROCESSABLE_ENTITY "422";
    locked LOCKED "423";
    precondition_required PRECONDITION_REQUIRED "428";
    header_fields_too_large REQUEST_HEADER_FIELDS_TOO_LARGE "431";
    unavailable_for_legal_reasons UNAVAILABLE_FOR_LEGAL_REASONS "451";
    internal INTERNAL_SERVER_ERROR "500";
    not_implemented NOT_IMPLEMENTED "501";
    bad_gateway BAD_GATEWAY "502";
    gateway_timeout GATEWAY_TIMEOUT "504";
    insufficient_storage INSUFFICIENT_STORAGE "507";
}

/// The statuses that are not complete without a header of their own.
impl Error {
    /// `401` with the challenge that `WWW-Authenticate` must carry (RFC 9110
    /// [§15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2)).
    ///
    /// ```
    /// use rustzeug::{Error, http::HeaderValue};
    ///
    /// let error = Error::unauthorized(HeaderValue::from_static("Basic realm=\"notes\""));
    /// assert_eq!(error.headers()["www-authenticate"], "Basic realm=\"notes\"");
    /// ```
    #[must_use]
    pub fn unauthorized(challenge: HeaderValue) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "").with_header(header::WWW_AUTHENTICATE, challenge)
    }

    /// `405` with the methods that `Allow` must list (RFC 9110
    /// [§15.5.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6)).
    #[must_use]
    pub fn method_not_allowed(allowed: &[http::Method]) -> Self {
        let names: Vec<_> = allowed.iter().map(http::Method::as_str).collect();
        let error = Self::new(StatusCode::METHOD_NOT_ALLOWED, "");
        match HeaderValue::try_from(names.join(", ")) {
            Ok(value) => error.with_header(header::ALLOW, value),
            Err(_) => error,
        }
    }

    /// `416` with the length of the representation in bytes, which `Content-Range` tells
    /// (RFC 9110 [§15.5.17](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17)).
    #[must_use]
    pub fn range_not_satisfiable(complete_length: u64) -> Self {
        let error = Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "");
        match HeaderValue::try_from(format!("bytes */{complete_length}")) {
            Ok(value) => error.with_header(header::CONTENT_RANGE, value),
            Err(_) => error,
        }
    }

    /// `426` with the protocols that `Upgrade` must list (RFC 9110
    /// [§15.5.22](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22)).
    #[must_use]
    pub fn upgrade_required(protocols: HeaderValue) -> Self {
        Self::new(StatusCode::UPGRADE_REQUIRED, "").with_header(header::UPGRADE, protocols)
    }

    /// `429`: ask again after so many seconds.
    #[must_use]
    pub fn too_many_requests(retry_after_seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "")
            .with_header(header::RETRY_AFTER, retry_after_seconds.into())
    }

    /// `503`: ask again after so many seconds.
    #[must_use]
    pub fn service_unavailable(retry_after_seconds: u64) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "")
            .with_header(header::RETRY_AFTER, retry_after_seconds.into())
    }
}
