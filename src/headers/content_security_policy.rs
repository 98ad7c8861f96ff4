//! `Content-Security-Policy`: what a page may load and run.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::Nonce;
use super::lines::written;
use super::text::header_text;

/// The `Content-Security-Policy` header: what a page may load and run, as directives.
///
/// A policy applies to everything in a page: a script that an attacker has injected does not run. The scripts of the
/// page itself have a [`Nonce`], which is new for each response. Here middleware makes the nonce and a handler reads
/// it:
///
/// ```
/// use rustzeug::headers::{ContentSecurityPolicy, Nonce};
/// use rustzeug::{Next, Request, Response, Result, wrap};
///
/// async fn protect(mut request: Request, next: Next) -> Result<Response> {
///     // With the feature `signed`: `Nonce::random()?`.
///     let nonce = Nonce::from_bytes([7; 16]);
///     request.extensions_mut().insert(nonce.clone());
///     let policy = ContentSecurityPolicy::new("default-src", "'self'")?.with_nonce(&nonce);
///     Ok(next.run(request).await.with_content_security_policy(policy))
/// }
///
/// fn page(request: &Request) -> Option<Response> {
///     let nonce: &Nonce = request.extensions().get()?;
///     Some(Response::html(format!("<script nonce=\"{nonce}\">greet()</script>")))
/// }
///
/// let app = wrap(|request: &Request| page(request).unwrap_or_default(), protect);
/// let mut response = Request::blank("/").send(&app).wait()?;
/// assert_eq!(
///     response.headers()["content-security-policy"],
///     "default-src 'self'; script-src 'self' 'nonce-BwcHBwcHBwcHBwcHBwcHBw=='; \
///      style-src 'self' 'nonce-BwcHBwcHBwcHBwcHBwcHBw=='"
/// );
/// assert!(response.read_text().wait()?.contains("nonce=\"BwcHBwcHBwcHBwcHBwcHBw==\""));
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// Put such middleware inside [`middleware::conditional`](crate::middleware::conditional), which leaves the policy out of
/// a `304`. The page that the browser has needs the nonce that came with it, and a new policy would replace that one.
///
/// # Grammar
///
/// `serialized-policy = serialized-directive *( ";" [ serialized-directive ] )` ([CSP3
/// §2.2.1](https://www.w3.org/TR/CSP3/#parse-serialized-policy)). Directive names are case-insensitive; if several
/// directives have one name, the first one counts. Unknown names are accepted. A list of several policies is malformed,
/// since none of them alone describes what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentSecurityPolicy(Vec<(String, String)>);

impl ContentSecurityPolicy {
    /// Makes a policy of one directive: `default-src`, `'self'`.
    ///
    /// # Errors
    ///
    /// Those of [`with`](Self::with).
    pub fn new(name: &str, value: &str) -> Result<Self, HeaderError> {
        Self(Vec::new()).with(name, value)
    }

    /// Sets a directive, and replaces a directive of the same name.
    ///
    /// # Errors
    ///
    /// The name has characters other than letters, digits and `-`; or the value has `;`, `,`, or characters that are
    /// not visible ASCII.
    ///
    /// ```
    /// use rustzeug::headers::ContentSecurityPolicy;
    ///
    /// let policy = ContentSecurityPolicy::new("default-src", "'self'")?.with("img-src", "*")?;
    /// assert_eq!(policy.to_string(), "default-src 'self'; img-src *");
    /// assert_eq!(policy.directive("IMG-SRC"), Some("*"));
    /// assert!(policy.with("img-src", "a; script-src *").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, HeaderError> {
        if !is_name(name) || !is_value(value) {
            return Err(malformed());
        }
        let words: Vec<_> = value.split_ascii_whitespace().collect();
        self.put(&name.to_ascii_lowercase(), words.join(" "));
        Ok(self)
    }

    /// Allows scripts and styles with this nonce, in addition to those that `script-src` and `style-src` allow, or
    /// `default-src` if they are not set. `script-src-elem` and `style-src-elem`, which take precedence, get the nonce
    /// too if they are set.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &Nonce) -> Self {
        for name in [
            "script-src",
            "style-src",
            "script-src-elem",
            "style-src-elem",
        ] {
            if name.ends_with("-elem") && self.directive(name).is_none() {
                continue;
            }
            let sources = self
                .directive(name)
                .or_else(|| self.directive("default-src"));
            // `'none'` is only valid alone.
            let sources = sources.filter(|sources| !sources.eq_ignore_ascii_case("'none'"));
            let mut sources = sources.unwrap_or_default().to_owned();
            if !sources.is_empty() {
                sources.push(' ');
            }
            sources.extend(["'nonce-", nonce.as_str(), "'"]);
            self.put(name, sources);
        }
        self
    }

    /// The value of a directive; empty for one without sources.
    #[must_use]
    pub fn directive(&self, name: &str) -> Option<&str> {
        let mut directives = self.0.iter();
        let found = directives.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// The directives, in order.
    pub fn directives(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    fn put(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    fn read<'a>(mut lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let line = lines.next().map(HeaderValue::as_bytes);
        let text = line.and_then(|line| str::from_utf8(line).ok());
        let text = text
            .filter(|_| lines.next().is_none())
            .ok_or_else(malformed)?;
        let mut policy = Self(Vec::new());
        for directive in text.split(';').map(str::trim_ascii) {
            let (name, value) = directive
                .split_once(|it: char| it.is_ascii_whitespace())
                .unwrap_or((directive, ""));
            if !directive.is_empty() && policy.directive(name).is_none() {
                policy = policy.with(name, value)?;
            }
        }
        Ok(policy)
    }

    fn line(&self) -> String {
        let directives = self.directives().map(|(name, value)| match value {
            "" => name.to_owned(),
            value => format!("{name} {value}"),
        });
        directives.collect::<Vec<_>>().join("; ")
    }
}

fn malformed() -> HeaderError {
    HeaderError::new(
        header::CONTENT_SECURITY_POLICY,
        "directives such as `default-src 'self'`",
    )
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

fn is_value(value: &str) -> bool {
    let is_part = |it: u8| it.is_ascii_graphic() && it != b';' && it != b',';
    value
        .bytes()
        .all(|it| is_part(it) || it == b' ' || it == b'\t')
}

impl Header for ContentSecurityPolicy {
    const NAME: HeaderName = header::CONTENT_SECURITY_POLICY;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        Self::read(lines)
    }

    fn encode(&self) -> HeaderValue {
        written(self.line())
    }
}

/// The `Content-Security-Policy-Report-Only` header: a policy for tests. Browsers only report what it would forbid.
///
/// # Grammar
///
/// That of [`ContentSecurityPolicy`] ([CSP3 §3.2](https://www.w3.org/TR/CSP3/#cspro-header))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::{ContentSecurityPolicy, ContentSecurityPolicyReportOnly};
///
/// let policy = ContentSecurityPolicy::new("default-src", "'self'")?.with("report-to", "csp")?;
/// let response = Response::html("<p>").with(ContentSecurityPolicyReportOnly(policy));
/// let sent = &response.headers()["content-security-policy-report-only"];
/// assert_eq!(sent, "default-src 'self'; report-to csp");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentSecurityPolicyReportOnly(pub ContentSecurityPolicy);

impl Header for ContentSecurityPolicyReportOnly {
    const NAME: HeaderName = header::CONTENT_SECURITY_POLICY_REPORT_ONLY;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let policy = ContentSecurityPolicy::read(lines);
        policy
            .map(Self)
            .map_err(|error| HeaderError::new(Self::NAME, error.expected()))
    }

    fn encode(&self) -> HeaderValue {
        written(self.0.line())
    }
}

header_text! { ContentSecurityPolicy ContentSecurityPolicyReportOnly }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("default-src 'self'",                     Some("default-src 'self'"), "one directive"),
            ("Default-Src  'self'\t* ;; img-src a ;",  Some("default-src 'self' *; img-src a"), "blanks, nothing between two semicolons"),
            ("img-src a; IMG-SRC b",                   Some("img-src a"), "the first of a name counts"),
            ("upgrade-insecure-requests",              Some("upgrade-insecure-requests"), "no value"),
            ("",                                       Some(""), "no policy"),
            ("default-src 'self', img-src a",          None, "two policies"),
            ("img_src a",                              None, "no name"),
            ("img-src ä",                              None, "beyond ASCII"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ContentSecurityPolicy>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn a_nonce_joins_what_is_allowed() {
        let nonce = Nonce::from_bytes([0; 16]);
        for (policy, want) in [
            (
                "default-src 'none'",
                "default-src 'none'; script-src 'nonce-N'; style-src 'nonce-N'",
            ),
            (
                "script-src a; style-src 'self'",
                "script-src a 'nonce-N'; style-src 'self' 'nonce-N'",
            ),
            (
                "script-src a; script-src-elem 'none'; style-src b",
                "script-src a 'nonce-N'; script-src-elem 'nonce-N'; style-src b 'nonce-N'",
            ),
            (
                "img-src a",
                "img-src a; script-src 'nonce-N'; style-src 'nonce-N'",
            ),
        ] {
            let policy: ContentSecurityPolicy = policy.parse().expect("a policy");
            let written = policy.with_nonce(&nonce).to_string();
            assert_eq!(written.replace(nonce.as_str(), "N"), want);
        }
    }
}
