//! `Link`: relations of a response to other resources.

use std::borrow::Cow;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::written;
use super::text::header_text;
use crate::base::url;
use crate::syntax::ext_value;
use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::push_value;
use crate::syntax::pieces::value_text;

/// One element of [`Link`]: a target, and its relation to the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkValue {
    target: String,
    /// Names in lower case; those with `*` are kept as they were sent.
    parameters: Vec<(String, String)>,
}

impl LinkValue {
    /// Makes a link to a URL or a path. Characters that are not valid in a URI are percent-encoded.
    ///
    /// # Errors
    ///
    /// The target has a control character.
    pub fn new(target: &str) -> Result<Self, HeaderError> {
        if target.contains(char::is_control) {
            return Err(malformed());
        }
        Ok(Self {
            target: url::clean_reference(target).into_owned(),
            parameters: Vec::new(),
        })
    }

    /// Sets the relation: `next`, `preload`, or several with blanks between them.
    ///
    /// # Errors
    ///
    /// It has a control character.
    pub fn with_rel(self, rel: &str) -> Result<Self, HeaderError> {
        self.with("rel", rel)
    }

    /// Sets a parameter, and replaces a parameter of the same name. A value beyond ASCII is written as in RFC 8187,
    /// such as `title*`.
    ///
    /// # Errors
    ///
    /// The name is not a token, or the value has a control character.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, HeaderError> {
        let name = name.strip_suffix('*').unwrap_or(name).to_ascii_lowercase();
        if !is_token(name.as_bytes()) || value.contains(char::is_control) {
            return Err(malformed());
        }
        let extended = [&name, "*"].concat();
        self.parameters
            .retain(|(own, _)| *own != name && *own != extended);
        if value.is_ascii() {
            self.parameters.push((name, value.to_owned()));
        } else {
            let mut encoded = String::new();
            ext_value::push(&mut encoded, value);
            self.parameters.push((extended, encoded));
        }
        Ok(self)
    }

    /// The URL or path, as it was sent: relative to the URL of the response.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The relation.
    #[must_use]
    pub fn rel(&self) -> Option<&str> {
        self.plain("rel")
    }

    /// The value of a parameter. If it is present in both forms (`title`, `title*`), the decoded value of `title*`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        let extended = self.plain(&[name, "*"].concat());
        let extended = extended.and_then(|value| ext_value::decode(value.as_bytes()));
        let plain = || self.plain(name).map(Cow::Borrowed);
        extended.map(Cow::Owned).or_else(plain)
    }

    fn plain(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// Reads the first link; returns it and the text after its comma.
    fn read(text: &[u8]) -> Option<(Self, &[u8])> {
        let text = text.strip_prefix(b"<")?;
        let (target, rest) = cut(text, b'>')?;
        let target = str::from_utf8(target).ok()?;
        let is_character = |byte: u8| byte.is_ascii_graphic() && !b"<\"".contains(&byte);
        if !target.bytes().all(is_character) {
            return None;
        }
        let mut link = Self {
            target: target.to_owned(),
            parameters: Vec::new(),
        };
        let mut elements = Pieces::of(rest, b',');
        let mut parameters = Pieces::of(elements.next()?, b';');
        if !parameters.next()?.is_empty() {
            return None;
        }
        for parameter in parameters.filter(|piece| !piece.is_empty()) {
            link.add(parameter)?;
        }
        Some((link, elements.rest.unwrap_or_default()))
    }

    fn add(&mut self, parameter: &[u8]) -> Option<()> {
        let (name, value) = match cut(parameter, b'=') {
            Some((name, value)) => (name.trim_ascii_end(), value_text(value.trim_ascii_start())?),
            None => (parameter, Cow::Borrowed("")),
        };
        let name = str::from_utf8(name)
            .ok()
            .filter(|it| is_token(it.as_bytes()))?;
        // RFC 8288 §3.3, §3.4: the first parameter of a name counts.
        if self.plain(name).is_none() {
            self.parameters
                .push((name.to_ascii_lowercase(), value.into_owned()));
        }
        Some(())
    }

    fn push(&self, line: &mut String) {
        line.push('<');
        line.push_str(&self.target);
        line.push('>');
        for (name, value) in &self.parameters {
            line.push_str("; ");
            line.push_str(name);
            line.push('=');
            push_value(line, value);
        }
    }
}

/// The `Link` header: relations of the response to other resources, such as the next page of a list, or files that a
/// page will need.
///
/// # Grammar
///
/// `Link = #link-value` (RFC 8288 [§3](https://www.rfc-editor.org/rfc/rfc8288#section-3)). If several parameters have
/// one name, the first one counts; a text beyond ASCII is `title*` (RFC 8187).
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::{Link, LinkValue};
///
/// let next = LinkValue::new("/notes?page=3")?.with_rel("next")?.with("title", "später")?;
/// let response = Response::text("…").with_link([next]);
/// assert_eq!(response.headers()["link"], "</notes?page=3>; rel=next; title*=UTF-8''sp%C3%A4ter");
///
/// let links: Link = r#"<https://a.org/>; rel="next last", <b>"#.parse()?;
/// assert_eq!(links.find("LAST").map(LinkValue::target), Some("https://a.org/"));
/// assert_eq!(links.values().len(), 2);
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(Vec<LinkValue>);

impl Link {
    /// The links, in the order of the header.
    #[must_use]
    pub fn values(&self) -> &[LinkValue] {
        &self.0
    }

    /// The first link of a relation. Relations are case-insensitive.
    #[must_use]
    pub fn find(&self, rel: &str) -> Option<&LinkValue> {
        let is = |link: &&LinkValue| {
            let mut rels = link.rel().unwrap_or_default().split_ascii_whitespace();
            rels.any(|own| own.eq_ignore_ascii_case(rel))
        };
        self.0.iter().find(is)
    }
}

impl FromIterator<LinkValue> for Link {
    fn from_iter<I: IntoIterator<Item = LinkValue>>(links: I) -> Self {
        Self(links.into_iter().collect())
    }
}

impl<const N: usize> From<[LinkValue; N]> for Link {
    fn from(links: [LinkValue; N]) -> Self {
        Self(links.into())
    }
}

fn malformed() -> HeaderError {
    HeaderError::new(header::LINK, "links such as `</a>; rel=next`")
}

impl Header for Link {
    const NAME: HeaderName = header::LINK;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let mut found = Vec::new();
        for line in lines {
            let mut rest = line.as_bytes();
            loop {
                // Empty elements are ignored.
                let at = rest.iter().position(|byte| !b", \t".contains(byte));
                let Some(at) = at else {
                    break;
                };
                let (link, after) = LinkValue::read(&rest[at..]).ok_or_else(malformed)?;
                found.push(link);
                rest = after;
            }
        }
        Ok(Self(found))
    }

    fn encode(&self) -> HeaderValue {
        let mut line = String::new();
        for link in &self.0 {
            if !line.is_empty() {
                line.push_str(", ");
            }
            link.push(&mut line);
        }
        written(line)
    }
}

header_text! { Link }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("<http://example.com/TheBook/chapter2>; rel=\"previous\"; title=\"previous chapter\"",
                Some("<http://example.com/TheBook/chapter2>; rel=previous; title=\"previous chapter\""), "an example of RFC 8288 §3.5"),
            ("</>; rel=\"a\", </b,c;d>; rel=b",  Some("</>; rel=a, </b,c;d>; rel=b"), "separators in a target"),
            ("<>",                               Some("<>"),           "the response itself"),
            ("<a>;;x;",                          Some("<a>; x=\"\""),  "nothing between two semicolons, no value"),
            (", <a> ,\t, <b>,",                  Some("<a>, <b>"),     "empty elements do not count"),
            ("<a>; rel=x; REL=y",                Some("<a>; rel=x"),   "the first counts"),
            ("",                                 Some(""),             "none"),
            ("a; rel=x",                         None,                 "no brackets"),
            ("<a; rel=x",                        None,                 "an open one"),
            ("<a b>",                            None,                 "a blank"),
            ("<a> x",                            None,                 "text behind it"),
            ("<a>; x=y z",                       None,                 "two words"),
            ("<a>; x=\"y",                       None,                 "an open quote"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<Link>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn no_part_of_a_link_splits_the_header() {
        assert!(LinkValue::new("/a\r\nb").is_err());
        let link = LinkValue::new("/a>, <b").expect("no control characters");
        assert_eq!(link.target(), "/a%3E,%20%3Cb");
        assert!(link.clone().with("a b", "c").is_err() && link.clone().with("a", "b\nc").is_err());
        let link = link.with("title", "a\", <c>").expect("quoted");
        assert_eq!(
            Link::from([link])
                .to_string()
                .parse::<Link>()
                .expect("one")
                .values()
                .len(),
            1
        );
    }
}
