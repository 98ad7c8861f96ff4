//! Headers whose value is a URL or a path: `Location`, `Content-Location`, `Referer`.

use http::header;

use super::HeaderError;
use super::checked_text::checked_text;
use crate::base::url;

checked_text! {
    /// The `Location` header: the target of a redirect, or the resource that a `201` has created.
    ///
    /// [`Response::redirect`](crate::Response::redirect) sets it with the status. `Location::new` takes the value
    /// exactly as it is sent. [`Location::local`] makes one from a path: it encodes characters where necessary, and
    /// refuses a path that leads to another site.
    ///
    /// # Grammar
    ///
    /// `Location = URI-reference` (RFC 9110 [§10.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2)).
    /// Characters that are not valid in a URI (blanks, letters beyond ASCII) are refused.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::Location;
    ///
    /// let response = Response::empty(201).with_location(Location::local("/notes/a b")?);
    /// assert_eq!(response.headers()["location"], "/notes/a%20b");
    /// assert!(Location::local("//evil.org/").is_err());
    /// assert_eq!(Location::new("https://example.org/")?.as_str(), "https://example.org/");
    /// assert!(Location::new("/a b").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    Location header::LOCATION, "a URL or a path, percent-encoded", is_reference;

    /// The `Content-Location` header: the URL of exactly what this message contains.
    ///
    /// # Grammar
    ///
    /// `Content-Location = absolute-URI / partial-URI` (RFC 9110
    /// [§8.7](https://www.rfc-editor.org/rfc/rfc9110#section-8.7)): without a fragment.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::ContentLocation;
    ///
    /// let response = Response::text("Hallo").with_content_location(ContentLocation::new("/greeting.de")?);
    /// assert_eq!(response.content_location().unwrap().as_str(), "/greeting.de");
    /// assert!(ContentLocation::new("/greeting#de").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    ContentLocation header::CONTENT_LOCATION, "a URL or a path without a fragment", is_without_fragment;

    /// The `Referer` header: where the client found the URL of this request.
    ///
    /// It is a hint from the client. By default, browsers reduce it to the origin in requests to other sites, and users
    /// can switch it off. To redirect back to it, use [`redirect_local`](crate::Response::redirect_local), which checks
    /// that it is a URL of this site.
    ///
    /// # Grammar
    ///
    /// `Referer = absolute-URI / partial-URI` (RFC 9110
    /// [§10.1.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.1.3)): without a fragment. Browsers leave characters in
    /// a query that no URI has, such as `|`, `{` and a `%` alone; they are read.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("referer", "https://example.org/a?b");
    /// assert_eq!(request.referer().unwrap().as_str(), "https://example.org/a?b");
    /// let request = Request::blank("/").with_header("referer", "not a URL");
    /// assert_eq!(request.referer(), None);
    /// ```
    Referer header::REFERER, "a URL without a fragment", is_of_browsers;
}

impl Location {
    /// Makes the location of a place on this site from an absolute or relative path. Characters that are not valid in a
    /// URI are percent-encoded.
    ///
    /// # Errors
    ///
    /// The path has a control character, or a browser would follow it to another site: it has a scheme, or begins with
    /// two slashes or backslashes.
    pub fn local(reference: &str) -> Result<Self, HeaderError> {
        let is_local = !url::leaves_site(reference) && !reference.contains(char::is_control);
        let encoded = is_local.then(|| url::clean_reference(reference).into_owned());
        encoded
            .map(Self)
            .ok_or(HeaderError::new(header::LOCATION, "a path of this site"))
    }
}

/// Whether all characters are valid in a URI reference (RFC 3986 §2, §4.1), and each `%` begins an escape.
fn is_reference(text: &str) -> bool {
    let is_character =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let mut escapes = text.split('%').skip(1);
    let is_escape = |escape: &str| {
        let digits = escape.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    text.bytes().all(is_character) && text.matches('#').count() <= 1 && escapes.all(is_escape)
}

/// Whether all characters are those that a browser leaves in a URL: visible ASCII without `"`, `#`, `<` and `>`
/// ([URL](https://url.spec.whatwg.org/#query-percent-encode-set)).
fn is_of_browsers(text: &str) -> bool {
    let is_left = |byte: u8| byte.is_ascii_graphic() && !b"\"#<>".contains(&byte);
    text.bytes().all(is_left)
}

fn is_without_fragment(text: &str) -> bool {
    is_reference(text) && !text.contains('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_only_its_characters() {
        #[rustfmt::skip]
        let cases = [
            ("/a?b#c",              true,  "a path"),
            ("http://[::1]:80/",    true,  "a URL"),
            ("a%20b",               true,  "an escape"),
            ("",                    true,  "the empty reference"),
            ("/a b",                false, "a blank"),
            ("/ä",                  false, "beyond ASCII"),
            ("/a%2",                false, "half an escape"),
            ("/a%zz",               false, "no escape"),
            ("/a#b#c",              false, "two fragments"),
            ("/\\evil",             false, "a backslash"),
            ("/<a>",                false, "angle brackets"),
        ];
        for (text, is, why) in cases {
            assert_eq!(Location::new(text).is_ok(), is, "{text:?}: {why}");
        }
        assert!(Location::new("/a\r\nx: y").is_err(), "two lines");
    }

    #[test]
    fn a_referer_is_what_a_browser_sends() {
        for (text, is) in [
            ("https://a.org/?q={x}|y^`\\[]", true),
            ("https://a.org/?q=100%", true),
            ("https://a.org/#b", false),
            ("https://a.org/?<b>", false),
            ("https://a.org/ b", false),
            ("https://a.org/\u{e9}", false),
        ] {
            assert_eq!(Referer::new(text).is_ok(), is, "{text:?}");
        }
    }

    #[test]
    fn a_local_place_stays_on_the_site() {
        for (text, want) in [
            ("/a b", Some("/a%20b")),
            ("a", Some("a")),
            ("?é", Some("?%C3%A9")),
            ("//evil.org", None),
            ("/\\evil.org", None),
            ("/\t/evil.org", None),
            ("https://evil.org", None),
            ("javascript:alert(1)", None),
            ("/a\r\nb", None),
        ] {
            let local = Location::local(text).ok();
            assert_eq!(local.as_ref().map(Location::as_str), want, "{text:?}");
        }
    }
}
