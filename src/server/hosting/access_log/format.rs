//! The formats of lines: Apache's common and combined formats, and JSON.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write;
use std::time::Duration;

use http::HeaderValue;
use http::Uri;
use http::Version;

use crate::gateway::LogNote;
use crate::server::hosting::access_log::escape::JsonString;
use crate::server::hosting::access_log::escape::Quoted;
use crate::server::hosting::access_log::escape::Word;
use crate::server::hosting::access_log::line::Asked;
use crate::server::hosting::access_log::line::LogOutcome;
use crate::server::hosting::access_log::line::Seen;
use crate::server::hosting::access_log::utc::Utc;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The capacity for most lines.
const LINE_BYTES: usize = 256;

#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    Common,
    Combined,
    Json,
}

impl Format {
    /// The line, including its line end.
    pub(super) fn line(self, line: &Seen, outcome: &LogOutcome<'_>, took: Duration) -> String {
        let mut text = String::with_capacity(LINE_BYTES);
        match self {
            Self::Common => common(&mut text, line, outcome),
            Self::Combined => combined(&mut text, line, outcome),
            Self::Json => json(&mut text, line, outcome, took),
        }
        .expect("writing to a `String` cannot fail");
        text.push('\n');
        text
    }
}

/// `%h %l %u %t "%r" %>s %b`
fn common(out: &mut String, line: &Seen, outcome: &LogOutcome<'_>) -> fmt::Result {
    match outcome.note.and_then(LogNote::client).or(line.peer) {
        Some(peer) => write!(out, "{peer}")?,
        None => out.write_str("-")?,
    }
    let Utc {
        year,
        month,
        day,
        hour,
        minute,
        second,
        ..
    } = line.time.into();
    let month = usize::try_from(month - 1).map_or("", |month| MONTHS[month]);
    write!(
        out,
        " - {} [{day:02}/{month}/{year:04}:{hour:02}:{minute:02}:{second:02} +0000]",
        Word(outcome.note.and_then(LogNote::user)),
    )?;
    match &line.asked {
        Asked::Request {
            method,
            uri,
            version,
        } => {
            let target = target(uri, *version);
            write!(
                out,
                " \"{method} {} {version:?}\"",
                Quoted(target.as_bytes())
            )?;
        }
        Asked::Other(line) if line.is_empty() => out.write_str(" \"-\"")?,
        Asked::Other(line) => write!(out, " \"{}\"", Quoted(line))?,
    }
    write!(out, " {} ", outcome.status.as_str())?;
    match outcome.sent_bytes {
        0 => out.write_str("-"),
        bytes => write!(out, "{bytes}"),
    }
}

/// The common format, and `"%{Referer}i" "%{User-agent}i"`.
fn combined(out: &mut String, line: &Seen, outcome: &LogOutcome<'_>) -> fmt::Result {
    common(out, line, outcome)?;
    for field in [&line.referer, &line.user_agent] {
        let value = field.as_ref().map_or(&b"-"[..], HeaderValue::as_bytes);
        write!(out, " \"{}\"", Quoted(value))?;
    }
    Ok(())
}

fn json(out: &mut String, line: &Seen, outcome: &LogOutcome<'_>, took: Duration) -> fmt::Result {
    let utc = Utc::from(line.time);
    write!(
        out,
        "{{\"time\":\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"",
        utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.millisecond,
    )?;
    if let Some(peer) = line.peer {
        write!(out, ",\"peer\":\"{peer}\"")?;
    }
    if let Some(client) = outcome.note.and_then(LogNote::client) {
        write!(out, ",\"client\":\"{client}\"")?;
    }
    match &line.asked {
        Asked::Request {
            method,
            uri,
            version,
        } => {
            member(out, "method", Some(method.as_str()))?;
            member(out, "target", Some(&*target(uri, *version)))?;
            write!(out, ",\"protocol\":\"{version:?}\"")?;
        }
        Asked::Other(line) => {
            let line = Some(String::from_utf8_lossy(line)).filter(|line| !line.is_empty());
            member(out, "request", line.as_deref())?;
        }
    }
    member(out, "host", host(line).as_deref())?;
    let micros = took.as_micros();
    write!(
        out,
        ",\"status\":{},\"bytes\":{},\"duration_ms\":{}.{:03}",
        outcome.status.as_str(),
        outcome.sent_bytes,
        micros / 1000,
        micros % 1000,
    )?;
    member(out, "referer", text(line.referer.as_ref()).as_deref())?;
    member(out, "user_agent", text(line.user_agent.as_ref()).as_deref())?;
    member(out, "user", outcome.note.and_then(LogNote::user))?;
    member(out, "route", outcome.note.and_then(LogNote::route))?;
    write!(out, ",\"complete\":{}}}", outcome.whole)
}

/// Writes a member of an object that already has one.
fn member(out: &mut String, name: &str, value: Option<&str>) -> fmt::Result {
    value.map_or(Ok(()), |value| {
        write!(out, ",\"{name}\":{}", JsonString(value))
    })
}

fn text(value: Option<&HeaderValue>) -> Option<Cow<'_, str>> {
    value.map(|value| String::from_utf8_lossy(value.as_bytes()))
}

/// The target of the request, as it was sent.
fn target(uri: &Uri, version: Version) -> Cow<'_, str> {
    match uri.path_and_query() {
        // RFC 9113 §8.3.1: the path has its own field, and so do scheme and authority.
        Some(target) if uri.scheme().is_none() || version >= Version::HTTP_2 => {
            target.as_str().into()
        }
        _ => uri.to_string().into(),
    }
}

/// RFC 9112 §3.2.2: the host in an absolute target takes precedence over the `Host` field.
fn host(line: &Seen) -> Option<Cow<'_, str>> {
    match &line.asked {
        Asked::Request { uri, .. } if uri.authority().is_some() => {
            uri.authority().map(|authority| authority.as_str().into())
        }
        _ => text(line.host.as_ref()),
    }
}
