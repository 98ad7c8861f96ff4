//! Corrects the framing of a response, whatever the application and its middleware have set.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Handover;
use crate::gateway::Reply;
use crate::gateway::ServerInfo;
use crate::gateway::body::Exactly;
use crate::gateway::contract::reply::Parts;
use crate::gateway::contract::start_response::is_final;
use crate::gateway::discard;
use crate::gateway::drop_hop_by_hop;
use crate::syntax::is_hop_by_hop;

/// Prepares a reply for sending, in answer to `HEAD` or to another method.
///
/// # Errors
///
/// Fails for an invalid status, and if no thread is free for a writer of a body.
pub(super) fn frame(reply: &mut Reply, head_only: bool, server_info: &ServerInfo) -> Result<()> {
    let parts = &mut *reply.parts;
    if let Some(handover) = parts.extensions.get::<Handover>().cloned() {
        if handover.frame(parts) {
            leave_out_body(parts, server_info);
            return Ok(());
        }
        discard(handover, server_info.errors());
    }
    check_final(parts.status)?;
    // One pass over the names, since most replies have none of these headers.
    let (mut hop_by_hop, mut has_length, mut has_date) = (false, false, false);
    for name in parts.headers.keys() {
        hop_by_hop |= is_hop_by_hop(name);
        has_length |= name == header::CONTENT_LENGTH;
        has_date |= name == header::DATE;
    }
    if hop_by_hop {
        drop_connection_headers(parts);
    }
    if has_date {
        drop_repeated_date(&mut parts.headers, server_info);
    }
    let length = parts.body.length();
    let declared = has_length
        .then(|| declared_length(&mut parts.headers, server_info))
        .flatten();
    match parts.status {
        // RFC 9110 §8.6: no Content-Length with 204; §15.3.6: no content with 205.
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => {
            parts.headers.remove(header::CONTENT_LENGTH);
            leave_out_body(parts, server_info);
        }
        // RFC 9110 §8.6: the length that the body would have. If there is no body, only the application can
        // know it.
        status if head_only || status == StatusCode::NOT_MODIFIED => {
            if let Some(length) = length.filter(|length| *length > 0) {
                parts.headers.insert(header::CONTENT_LENGTH, length.into());
            }
            leave_out_body(parts, server_info);
        }
        _ => {
            parts.body.bind(server_info.blocking());
            parts.body.start()?;
            match (length, declared) {
                (Some(length), Some(declared)) if length != declared => {
                    server_info.errors().line(&format!(
                        "the application declared Content-Length {declared}, its body has {length} bytes"
                    ));
                    parts.headers.remove(header::CONTENT_LENGTH);
                }
                (None, Some(left)) => {
                    let body = std::mem::take(&mut parts.body);
                    parts.body = Body::new(Exactly::new(body, left, "the application's body"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Drops a body that must not be sent. It may never have been bound to workers.
fn leave_out_body(parts: &mut Parts, server_info: &ServerInfo) {
    // Nothing of the application is dropped.
    if parts.body.as_bytes().is_some_and(Bytes::is_empty) {
        return;
    }
    let mut body = std::mem::take(&mut parts.body);
    body.bind(server_info.blocking());
    discard(body, server_info.errors());
}

fn check_final(status: StatusCode) -> Result<()> {
    if is_final(status) {
        return Ok(());
    }
    let status = status.as_u16();
    Err(Error::from(format!(
        "the status {status} cannot be the last one of a response"
    )))
}

/// Removes the headers that only the server may set, except the `Upgrade` of a `426`: such a response must
/// have one (RFC 9110 §15.5.22), listed in `Connection`.
fn drop_connection_headers(parts: &mut Parts) {
    let headers = &mut parts.headers;
    let upgrade = headers.get(header::UPGRADE).cloned();
    drop_hop_by_hop(headers);
    if let (Some(protocol), StatusCode::UPGRADE_REQUIRED) = (upgrade, parts.status) {
        headers.insert(header::UPGRADE, protocol);
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    }
}

/// Removes a `Date` of several lines; the server then adds its own. A single `Date` stays, since the
/// application may have the response from elsewhere (RFC 9110 §6.6.1).
fn drop_repeated_date(headers: &mut HeaderMap, server_info: &ServerInfo) {
    if headers.get_all(header::DATE).iter().nth(1).is_some() {
        server_info.errors().line("the application set Date twice");
        headers.remove(header::DATE);
    }
}

/// Returns the application's `Content-Length`; a value that is not one number is dropped.
fn declared_length(headers: &mut HeaderMap, server_info: &ServerInfo) -> Option<u64> {
    let mut lines = headers.get_all(header::CONTENT_LENGTH).iter();
    let value = lines.next()?;
    let digits = value
        .to_str()
        .ok()
        .filter(|_| lines.next().is_none())
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let length = digits.and_then(|text| text.parse().ok());
    if length.is_none() {
        server_info
            .errors()
            .line("the application's Content-Length is not a number");
        headers.remove(header::CONTENT_LENGTH);
    }
    length
}
