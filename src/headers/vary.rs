//! `Vary`: the request fields on which a response depends.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::elements;
use super::lines::written;
use super::text::header_text;

/// The `Vary` header: the fields of the request on which the choice of the response depended.
///
/// A cache uses a stored response only for requests with the same values of these fields. `*` means that the response
/// depends on more than fields. [`Response::append_vary`](crate::Response::append_vary) adds fields.
///
/// # Grammar
///
/// `Vary = #( "*" / field-name )` (RFC 9110 [§12.5.5](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5)). A list
/// that contains `*` is `*`. Names are in lower case, and repeated names are removed.
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::Vary;
/// use rustzeug::http::header;
///
/// let mut response = Response::text("x").with_vary([header::ACCEPT, header::COOKIE]);
/// assert_eq!(response.headers()["vary"], "accept, cookie");
/// response.append_vary([header::COOKIE, header::ORIGIN]);
/// assert_eq!(response.headers()["vary"], "accept, cookie, origin");
/// assert_eq!("Accept, *".parse::<Vary>()?, Vary::Any);
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vary {
    /// `*`: a cache must not reuse the response without revalidation.
    Any,
    /// These fields.
    Fields(Vec<HeaderName>),
}

impl Vary {
    /// Adds fields; fields that are already in the list are not repeated.
    pub fn extend(&mut self, names: impl IntoIterator<Item = HeaderName>) {
        if let Self::Fields(fields) = self {
            for name in names {
                if !fields.contains(&name) {
                    fields.push(name);
                }
            }
        }
    }

    /// Whether it depends on this field.
    #[must_use]
    pub fn contains(&self, name: &HeaderName) -> bool {
        match self {
            Self::Any => true,
            Self::Fields(fields) => fields.contains(name),
        }
    }
}

impl FromIterator<HeaderName> for Vary {
    fn from_iter<I: IntoIterator<Item = HeaderName>>(names: I) -> Self {
        let mut vary = Self::Fields(Vec::new());
        vary.extend(names);
        vary
    }
}

impl<const N: usize> From<[HeaderName; N]> for Vary {
    fn from(names: [HeaderName; N]) -> Self {
        names.into_iter().collect()
    }
}

impl Header for Vary {
    const NAME: HeaderName = header::VARY;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let (mut vary, mut is_any) = (Self::Fields(Vec::new()), false);
        for element in elements(lines) {
            if element == b"*" {
                is_any = true;
                continue;
            }
            let name = HeaderName::from_bytes(element)
                .map_err(|_| HeaderError::new(Self::NAME, "names of fields, or `*`"))?;
            vary.extend([name]);
        }
        Ok(if is_any { Self::Any } else { vary })
    }

    fn encode(&self) -> HeaderValue {
        match self {
            Self::Any => HeaderValue::from_static("*"),
            Self::Fields(fields) => {
                let names: Vec<_> = fields.iter().map(HeaderName::as_str).collect();
                written(names.join(", "))
            }
        }
    }
}

header_text! { Vary }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_or_a_star() {
        #[rustfmt::skip]
        let cases = [
            ("Accept, Cookie",      Some("accept, cookie"), "in lower case"),
            (",accept ,\t,cookie,", Some("accept, cookie"), "empty elements do not count"),
            ("accept, Accept",      Some("accept"),         "once"),
            ("*",                   Some("*"),              "anything"),
            ("accept, *, cookie",   Some("*"),              "among others too"),
            ("",                    Some(""),               "nothing"),
            ("accept cookie",       None,                   "no comma"),
            ("accept, ü",           None,                   "no name"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<Vary>().ok().map(|vary| vary.to_string());
            assert_eq!(read.as_deref(), want, "{text:?}: {why}");
        }
    }

    #[test]
    fn a_star_stays_one() {
        let mut vary = Vary::Any;
        vary.extend([header::ACCEPT]);
        assert_eq!(vary, Vary::Any);
        assert!(vary.contains(&header::COOKIE));
    }
}
