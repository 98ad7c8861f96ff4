//! `Server-Timing`: how the time for a response was spent.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;

use super::Header;
use super::HeaderError;
use super::lines::written;
use super::text::header_text;
use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::push_value;
use crate::syntax::pieces::value_text;

const NAME: HeaderName = HeaderName::from_static("server-timing");

/// One element of [`ServerTiming`]: a name, with a duration or a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    name: String,
    duration: Option<Duration>,
    description: Option<String>,
}

impl Metric {
    /// Makes a metric with this name.
    ///
    /// # Errors
    ///
    /// The name is not a token.
    pub fn new(name: &str) -> Result<Self, HeaderError> {
        let metric = Self {
            name: name.to_owned(),
            duration: None,
            description: None,
        };
        let is_sound = is_token(name.as_bytes());
        is_sound.then_some(metric).ok_or_else(malformed)
    }

    /// Sets how long it took, in whole microseconds.
    #[must_use]
    pub fn with_duration(mut self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        // The maximum is 2⁵³, up to which JavaScript represents integers exactly.
        self.duration = Some(Duration::from_micros(micros.min(1 << 53)));
        self
    }

    /// Sets the description. Control characters become spaces.
    #[must_use]
    pub fn with_description(mut self, description: &str) -> Self {
        self.description = Some(description.replace(|it: char| it.is_ascii_control(), " "));
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How long it took.
    #[must_use]
    pub const fn duration(&self) -> Option<Duration> {
        self.duration
    }

    /// The description.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    fn read(element: &[u8]) -> Option<Self> {
        let mut pieces = Pieces::of(element, b';');
        let mut metric = Self::new(str::from_utf8(pieces.next()?).ok()?).ok()?;
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let (name, value) = cut(piece, b'=')?;
            let (name, value) = (name.trim_ascii_end(), value_text(value.trim_ascii_start())?);
            // The first parameter of a name counts.
            if name.eq_ignore_ascii_case(b"dur") && metric.duration.is_none() {
                metric = metric.with_duration(milliseconds(&value)?);
            } else if name.eq_ignore_ascii_case(b"desc") && metric.description.is_none() {
                metric = metric.with_description(&value);
            } else if !is_token(name) {
                return None;
            }
        }
        Some(metric)
    }
}

/// A decimal number of milliseconds, to the microsecond.
fn milliseconds(text: &str) -> Option<Duration> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    let decimals: String = decimals.chars().chain("000".chars()).take(3).collect();
    let micros = whole.parse::<u64>().ok()?.checked_mul(1000)?;
    Some(Duration::from_micros(
        micros.checked_add(decimals.parse().ok()?)?,
    ))
}

/// The `Server-Timing` header: how the time for a response was spent, for the developer tools of browsers.
///
/// Pages of other sites see it only with `Timing-Allow-Origin`. It shows every client details about the inside of the
/// server.
///
/// # Grammar
///
/// `#server-timing-metric` ([Server Timing §2](https://www.w3.org/TR/server-timing/#the-server-timing-header-field)); durations
/// in milliseconds
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::{Metric, ServerTiming};
/// use std::time::Duration;
///
/// let query = Metric::new("db")?.with_duration(Duration::from_micros(53_200)).with_description("3 queries");
/// let response = Response::text("x").with(ServerTiming::from([query, Metric::new("miss")?]));
/// assert_eq!(response.headers()["server-timing"], "db;dur=53.2;desc=\"3 queries\", miss");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTiming(Vec<Metric>);

impl ServerTiming {
    /// The metrics, in the order of the header.
    #[must_use]
    pub fn metrics(&self) -> &[Metric] {
        &self.0
    }
}

impl FromIterator<Metric> for ServerTiming {
    fn from_iter<I: IntoIterator<Item = Metric>>(metrics: I) -> Self {
        Self(metrics.into_iter().collect())
    }
}

impl<const N: usize> From<[Metric; N]> for ServerTiming {
    fn from(metrics: [Metric; N]) -> Self {
        Self(metrics.into())
    }
}

fn malformed() -> HeaderError {
    HeaderError::new(NAME, "metrics such as `db;dur=53.2`")
}

impl Header for ServerTiming {
    const NAME: HeaderName = NAME;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let pieces = lines.flat_map(|line| Pieces::of(line.as_bytes(), b','));
        let metrics = pieces.filter(|piece| !piece.is_empty()).map(Metric::read);
        metrics
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(malformed)
    }

    fn encode(&self) -> HeaderValue {
        let mut line = String::new();
        for metric in &self.0 {
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(&metric.name);
            if let Some(duration) = metric.duration {
                let micros = duration.as_micros();
                let number = format!("{}.{:03}", micros / 1000, micros % 1000);
                line.push_str(";dur=");
                line.push_str(number.trim_end_matches('0').trim_end_matches('.'));
            }
            if let Some(description) = &metric.description {
                line.push_str(";desc=");
                push_value(&mut line, description);
            }
        }
        written(line)
    }
}

header_text! { ServerTiming }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("miss, db;dur=53, app;dur=47.2",      Some("miss, db;dur=53, app;dur=47.2"), "an example of the specification"),
            ("cache;desc=\"Cache Read\";dur=23.2", Some("cache;dur=23.2;desc=\"Cache Read\""), "another"),
            (",a ; dur = 1.23456 ;, ,",            Some("a;dur=1.234"), "blanks, empty elements, to the microsecond"),
            ("a;dur=0",                            Some("a;dur=0"), "no time"),
            ("a;dur=\"2\";dur=3;x=y",              Some("a;dur=2"), "in quotes; the first; another parameter"),
            ("a;desc=\"\"",                        Some("a;desc=\"\""), "an empty value"),
            ("",                                   Some(""), "none"),
            ("a;dur=-1",                           None, "a sign"),
            ("a;dur=1e3",                          None, "an exponent"),
            ("a;dur=",                             None, "no number"),
            ("a b",                                None, "no token"),
            (";dur=1",                             None, "no name"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ServerTiming>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn any_duration_can_be_written() {
        let longest = Metric::new("a")
            .expect("a token")
            .with_duration(Duration::MAX);
        let timing = ServerTiming::from([longest]);
        assert_eq!(timing.to_string().parse(), Ok(timing));
    }
}
