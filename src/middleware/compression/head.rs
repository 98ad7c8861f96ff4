//! The head of a response: the reasons not to compress the response, and the changes when it is compressed.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::syntax::elements;
use crate::wire::compression::Coding;

/// The facts in a head that decide about compression.
#[derive(Default)]
pub(super) struct Head {
    /// The content is already encoded, is partial, or must not be changed.
    pub(super) is_barred: bool,
    pub(super) content_length: Option<u64>,
}

impl Head {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            let value = value.as_bytes();
            match *name {
                header::CONTENT_LENGTH => {
                    let length = std::str::from_utf8(value).ok();
                    head.content_length = length.and_then(|length| length.parse().ok());
                }
                header::CONTENT_ENCODING => {
                    let is_coding = |it: &[u8]| !it.eq_ignore_ascii_case(b"identity");
                    head.is_barred |= elements(value).any(is_coding);
                }
                header::CONTENT_RANGE => head.is_barred = true,
                header::CACHE_CONTROL => {
                    // RFC 9110 §7.7, RFC 9111 §5.2.2.6.
                    let is_no_transform = |it: &[u8]| it.eq_ignore_ascii_case(b"no-transform");
                    head.is_barred |= elements(value).any(is_no_transform);
                }
                _ => {}
            }
        }
        head
    }
}

/// Whether responses of this status have content that may be compressed.
pub(super) fn has_content(status: StatusCode) -> bool {
    !matches!(
        status,
        StatusCode::SWITCHING_PROTOCOLS
            | StatusCode::NO_CONTENT
            | StatusCode::RESET_CONTENT
            | StatusCode::PARTIAL_CONTENT
            | StatusCode::NOT_MODIFIED
    )
}

/// Fields that are valid only for the uncompressed content.
const OF_CONTENT: [HeaderName; 6] = [
    header::ACCEPT_RANGES,
    header::CONTENT_LENGTH,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("repr-digest"),
];

/// Changes the head into that of the compressed response.
pub(super) fn coded(headers: &mut HeaderMap, coding: Coding) {
    for name in OF_CONTENT {
        headers.remove(name);
    }
    let value = HeaderValue::from_static(coding.name());
    headers.insert(header::CONTENT_ENCODING, value);
    weaken(headers);
}

/// Makes a strong `ETag` a weak one: the compressed content has the same meaning, but different bytes (RFC 9110
/// §8.8.1).
pub(super) fn weaken(headers: &mut HeaderMap) {
    let Some(etag) = headers.get_mut(header::ETAG) else {
        return;
    };
    if etag.as_bytes().starts_with(b"\"")
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", etag.as_bytes()].concat())
    {
        *etag = weak;
    }
}
