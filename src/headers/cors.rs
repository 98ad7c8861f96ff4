//! Cross-origin resource sharing: which pages of other sites may send requests and read the responses.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;

use super::Header;
use super::HeaderError;
use super::Origin;
use super::keyword::keyword_headers;
use super::lines::elements;
use super::lines::only;
use super::lines::only_text;
use super::lines::seconds;
use super::lines::written;
use super::text::header_text;

/// The `Access-Control-Allow-Origin` header: the site whose pages may read the response.
///
/// If the response depends on the origin, add `Vary: origin` in all cases, also without this header: a cache could send
/// the response to another site. `*` allows all sites, without
/// credentials. `null` is the origin of all pages that hide their origin: allowing it allows every site.
///
/// # Grammar
///
/// `( origin / "null" / "*" )` ([Fetch §3.3.3](https://fetch.spec.whatwg.org/#http-access-control-allow-origin))
///
/// ```
/// use rustzeug::headers::AccessControlAllowOrigin;
/// use rustzeug::http::header;
/// use rustzeug::{Request, Response};
///
/// fn shared(request: &Request) -> Response {
///     let mut response = Response::text("x");
///     response.append_vary([header::ORIGIN]);
///     match request.origin() {
///         Some(origin) if origin.as_str() == "https://example.org" => {
///             response.with_access_control_allow_origin(origin)
///         }
///         _ => response,
///     }
/// }
///
/// let request = Request::blank("/").with_header("origin", "https://example.org");
/// assert_eq!(shared(&request).headers()["access-control-allow-origin"], "https://example.org");
/// assert_eq!("*".parse(), Ok(AccessControlAllowOrigin::Any));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AccessControlAllowOrigin {
    /// `*`: every page, without credentials.
    Any,
    /// The pages of this site.
    Origin(Origin),
}

impl From<Origin> for AccessControlAllowOrigin {
    fn from(origin: Origin) -> Self {
        Self::Origin(origin)
    }
}

impl Header for AccessControlAllowOrigin {
    const NAME: HeaderName = header::ACCESS_CONTROL_ALLOW_ORIGIN;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let read = |text| match text {
            "*" => Some(Self::Any),
            _ => Origin::read(text).map(Self::Origin),
        };
        only_text(lines)
            .and_then(read)
            .ok_or(HeaderError::new(Self::NAME, "one origin, or `*`"))
    }

    fn encode(&self) -> HeaderValue {
        match self {
            Self::Any => HeaderValue::from_static("*"),
            Self::Origin(origin) => written(origin.as_str()),
        }
    }
}

header_text! { AccessControlAllowOrigin }

keyword_headers! {
    /// The `Access-Control-Allow-Credentials` header: pages may read the response to a request with cookies.
    ///
    /// # Grammar
    ///
    /// `%s"true"`, and nothing else ([Fetch
    /// §3.3.3](https://fetch.spec.whatwg.org/#http-access-control-allow-credentials)); case is ignored here
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::AccessControlAllowCredentials;
    ///
    /// let response = Response::text("x").with(AccessControlAllowCredentials::True);
    /// assert_eq!(response.headers()["access-control-allow-credentials"], "true");
    /// assert!("false".parse::<AccessControlAllowCredentials>().is_err());
    /// ```
    AccessControlAllowCredentials header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "`true`" {
        /// Pages may read the response.
        True "true",
    }
}

/// Declares headers whose value is a list of names or methods. Holds no logic.
macro_rules! list_headers {
    ($($(#[$doc:meta])* $name:ident of $item:ty, $field:ident, $all:ident, $expected:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(Vec<$item>);

        impl $name {
            /// The elements, in the order of the header.
            #[must_use]
            pub fn $all(&self) -> &[$item] {
                &self.0
            }

            /// Whether the list has this element. A `*` in the list is not considered.
            #[must_use]
            pub fn contains(&self, element: &$item) -> bool {
                self.0.contains(element)
            }

            /// Whether the list has a `*`, which allows everything for a request without credentials.
            #[must_use]
            pub fn is_any(&self) -> bool {
                self.0.iter().any(|element| element.as_str() == "*")
            }
        }

        impl FromIterator<$item> for $name {
            fn from_iter<I: IntoIterator<Item = $item>>(elements: I) -> Self {
                Self(elements.into_iter().collect())
            }
        }

        impl<const N: usize> From<[$item; N]> for $name {
            fn from(elements: [$item; N]) -> Self {
                Self(elements.into())
            }
        }

        impl Header for $name {
            const NAME: HeaderName = header::$field;

            fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
                let elements = elements(lines).map(<$item>::from_bytes);
                elements
                    .collect::<Result<_, _>>()
                    .map(Self)
                    .map_err(|_| HeaderError::new(Self::NAME, $expected))
            }

            fn encode(&self) -> HeaderValue {
                let names: Vec<_> = self.0.iter().map(<$item>::as_str).collect();
                written(names.join(", "))
            }
        }

        header_text! { $name }
    )*};
}

list_headers! {
    /// The `Access-Control-Allow-Headers` header: the headers that a page may send, in the answer to a preflight.
    ///
    /// # Grammar
    ///
    /// `#field-name` ([Fetch §3.3.3](https://fetch.spec.whatwg.org/#http-access-control-allow-headers)); without
    /// credentials, `*` means all except `Authorization`.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::AccessControlAllowHeaders;
    /// use rustzeug::http::header;
    ///
    /// let allowed = AccessControlAllowHeaders::from([header::CONTENT_TYPE, header::AUTHORIZATION]);
    /// let response = Response::empty(204).with(allowed);
    /// assert_eq!(response.headers()["access-control-allow-headers"], "content-type, authorization");
    /// ```
    AccessControlAllowHeaders of HeaderName, ACCESS_CONTROL_ALLOW_HEADERS, names, "names of headers";

    /// The `Access-Control-Allow-Methods` header: the methods that a page may use, in the answer to a preflight.
    ///
    /// A router answers `OPTIONS` itself. So put the middleware that answers preflights around the router, with
    /// [`wrap`](crate::wrap): that of `Router::wrap` does not see them.
    ///
    /// # Grammar
    ///
    /// `#method` ([Fetch §3.3.3](https://fetch.spec.whatwg.org/#http-access-control-allow-methods)); without
    /// credentials, `*` means all.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::AccessControlAllowMethods;
    /// use rustzeug::http::Method;
    ///
    /// let response = Response::empty(204).with(AccessControlAllowMethods::from([Method::PUT, Method::DELETE]));
    /// assert_eq!(response.headers()["access-control-allow-methods"], "PUT, DELETE");
    /// assert!("*".parse::<AccessControlAllowMethods>()?.is_any());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    AccessControlAllowMethods of Method, ACCESS_CONTROL_ALLOW_METHODS, methods, "methods";

    /// The `Access-Control-Expose-Headers` header: the headers of the response that a page may read, in addition to the
    /// few that are always readable.
    ///
    /// # Grammar
    ///
    /// `#field-name` ([Fetch §3.3.3](https://fetch.spec.whatwg.org/#http-access-control-expose-headers)); without
    /// credentials, `*` means all.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::AccessControlExposeHeaders;
    /// use rustzeug::http::header;
    ///
    /// let response = Response::text("x").with(AccessControlExposeHeaders::from([header::ETAG]));
    /// assert_eq!(response.headers()["access-control-expose-headers"], "etag");
    /// ```
    AccessControlExposeHeaders of HeaderName, ACCESS_CONTROL_EXPOSE_HEADERS, names, "names of headers";

    /// The `Access-Control-Request-Headers` header of a preflight: the headers that a page wants to send.
    ///
    /// # Grammar
    ///
    /// `#field-name` ([Fetch §3.3.2](https://fetch.spec.whatwg.org/#http-access-control-request-headers))
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::AccessControlRequestHeaders;
    /// use rustzeug::http::header;
    ///
    /// let request = Request::blank("/").with_header("access-control-request-headers", "content-type,x-a");
    /// let asked = request.header::<AccessControlRequestHeaders>()?.unwrap();
    /// assert!(asked.contains(&header::CONTENT_TYPE) && asked.names().len() == 2);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    AccessControlRequestHeaders of HeaderName, ACCESS_CONTROL_REQUEST_HEADERS, names, "names of headers";
}

/// The `Access-Control-Request-Method` header of a preflight: the method that a page wants to use.
///
/// # Grammar
///
/// `method` ([Fetch §3.3.2](https://fetch.spec.whatwg.org/#http-access-control-request-method))
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::AccessControlRequestMethod;
/// use rustzeug::http::Method;
///
/// let request = Request::blank("/").with_method("OPTIONS").with_header("access-control-request-method", "PUT");
/// let asked = request.header::<AccessControlRequestMethod>()?.map(Method::from);
/// assert_eq!(asked, Some(Method::PUT));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccessControlRequestMethod(Method);

impl From<Method> for AccessControlRequestMethod {
    fn from(method: Method) -> Self {
        Self(method)
    }
}

impl From<AccessControlRequestMethod> for Method {
    fn from(header: AccessControlRequestMethod) -> Self {
        header.0
    }
}

impl Header for AccessControlRequestMethod {
    const NAME: HeaderName = header::ACCESS_CONTROL_REQUEST_METHOD;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let method = only(lines).and_then(|line| Method::from_bytes(line).ok());
        method
            .map(Self)
            .ok_or(HeaderError::new(Self::NAME, "a method"))
    }

    fn encode(&self) -> HeaderValue {
        written(self.0.as_str())
    }
}

header_text! { AccessControlRequestMethod }

/// The `Access-Control-Max-Age` header: for how long a browser may cache the response to a preflight.
///
/// It is made of a [`Duration`], and converts into one; a fraction of a second is cut off, and zero means not to cache.
/// Browsers cache it for at most two hours (Chromium) or a day (Firefox), and for five seconds without the header.
///
/// # Grammar
///
/// `delta-seconds` ([Fetch §3.3.3](https://fetch.spec.whatwg.org/#http-access-control-max-age))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::AccessControlMaxAge;
/// use std::time::Duration;
///
/// let response = Response::empty(204).with(AccessControlMaxAge::from(Duration::from_secs(600)));
/// assert_eq!(response.headers()["access-control-max-age"], "600");
/// let max_age = response.header::<AccessControlMaxAge>()?.map(Duration::from);
/// assert_eq!(max_age, Some(Duration::from_secs(600)));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessControlMaxAge(u64);

impl From<Duration> for AccessControlMaxAge {
    fn from(max_age: Duration) -> Self {
        Self(max_age.as_secs())
    }
}

impl From<AccessControlMaxAge> for Duration {
    fn from(max_age: AccessControlMaxAge) -> Self {
        Self::from_secs(max_age.0)
    }
}

impl Header for AccessControlMaxAge {
    const NAME: HeaderName = header::ACCESS_CONTROL_MAX_AGE;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let seconds = only(lines).and_then(seconds);
        seconds
            .map(Self)
            .ok_or(HeaderError::new(Self::NAME, "a number of seconds"))
    }

    fn encode(&self) -> HeaderValue {
        self.0.into()
    }
}

header_text! { AccessControlMaxAge }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_written() {
        fn line<H: Header + ToString>(text: &str) -> Option<String> {
            let value = HeaderValue::from_str(text).expect("a value");
            let read = H::decode(std::iter::once(&value)).ok();
            read.map(|header| header.to_string())
        }
        #[rustfmt::skip]
        let cases = [
            (line::<AccessControlAllowOrigin>("*"),               Some("*"),              "all"),
            (line::<AccessControlAllowOrigin>("HTTPS://A.org"),   Some("https://a.org"),  "in lower case"),
            (line::<AccessControlAllowOrigin>("null"),            Some("null"),           "hidden"),
            (line::<AccessControlAllowOrigin>("https://a https://b"), None,               "there is one"),
            (line::<AccessControlAllowOrigin>(""),                None,                   "an empty value"),
            (line::<AccessControlAllowMethods>("GET,, PUT,"),     Some("GET, PUT"),       "empty elements do not count"),
            (line::<AccessControlAllowMethods>(""),               Some(""),               "an empty list"),
            (line::<AccessControlAllowHeaders>("X-A , *"),        Some("x-a, *"),         "names, a star"),
            (line::<AccessControlAllowHeaders>("x a"),            None,                   "no name"),
            (line::<AccessControlMaxAge>("-1"),                   None,                   "Chromium's way not to keep it, and no number"),
            (line::<AccessControlMaxAge>("060"),                  Some("60"),             "a zero in front"),
            (line::<AccessControlRequestMethod>("PUT"),           Some("PUT"),            "a method"),
            (line::<AccessControlRequestMethod>("PUT, GET"),      None,                   "there is one"),
            (line::<AccessControlRequestMethod>(""),              None,                   "an empty value"),
            (line::<AccessControlAllowCredentials>("TRUE"),       Some("true"),           "in any case"),
        ];
        for (read, want, why) in cases {
            assert_eq!(read.as_deref(), want, "{why}");
        }
    }
}
