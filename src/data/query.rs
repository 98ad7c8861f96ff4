//! The query of a request: the pairs after the `?`, looked up in place or read as a type; and queries for links.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::error::Error;
use crate::base::error::FieldError;
use crate::base::error::Result;
use crate::base::error::shown;
use crate::base::multi_dict::MultiDict;
use crate::gateway::Environ;
use crate::gateway::Limits;
use crate::request::Request;
use crate::wire::urlencoded;
use crate::wire::urlencoded::UrlencodedError;

/// A view of the query of a request: nothing is built, values are looked up in the text.
///
/// Names and values are decoded. `+` is a space, and an invalid escape is kept unchanged. Bytes that are not valid
/// UTF-8 become U+FFFD; with [`strict`](Self::strict) they are an error. Only `&` separates pairs.
///
/// # Examples
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/search?q=red+apple&tag=a&tag=b&page=2");
/// let query = request.query();
/// assert_eq!(query.get("q").as_deref(), Some("red apple"));
/// assert_eq!(query.get_all("tag").collect::<Vec<_>>(), ["a", "b"]);
/// assert_eq!(query.get_as::<u32>("page")?, Some(2));
/// assert_eq!(query.get_as::<u32>("size")?, None);
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// [URL standard](https://url.spec.whatwg.org/#urlencoded-parsing)
#[derive(Clone, Copy)]
pub struct Query<'r> {
    raw: &'r str,
    limit: usize,
}

impl<'r> Query<'r> {
    /// The query of an environ, for code without a [`Request`].
    ///
    /// ```
    /// use rustzeug::{Query, Request};
    ///
    /// let environ = Request::blank("/?a=1").into_environ();
    /// assert_eq!(Query::of(&environ).get("a").as_deref(), Some("1"));
    /// ```
    #[must_use]
    pub fn of(environ: &'r Environ) -> Self {
        Self {
            raw: environ.query_string(),
            limit: environ.limits().query_pairs(),
        }
    }

    /// A query from text, without its `?`.
    #[must_use]
    pub fn new(raw: &'r str) -> Self {
        Self {
            raw,
            limit: Limits::default().query_pairs(),
        }
    }

    /// The query as it was sent; empty if there is none.
    #[must_use]
    pub fn as_str(&self) -> &'r str {
        self.raw
    }

    /// Returns whether the query has no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The first value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'r, str>> {
        self.get_all(name).next()
    }

    /// The first value of a required name.
    ///
    /// # Errors
    ///
    /// A `400` that names the missing value, if the name is absent.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/?q=red+apple");
    /// assert_eq!(request.query().require("q")?, "red apple");
    /// assert_eq!(request.query().require("page").unwrap_err().to_string(), "400 Bad Request: `page` is missing");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn require(&self, name: &str) -> Result<Cow<'r, str>> {
        let missing = || Error::bad_request().with_fields(FieldError::missing(name));
        self.get(name).ok_or_else(missing)
    }

    /// The last value of a name.
    #[must_use]
    pub fn get_last(&self, name: &str) -> Option<Cow<'r, str>> {
        self.get_all(name).last()
    }

    /// All values of a name, in order.
    pub fn get_all<'n>(&self, name: &'n str) -> impl Iterator<Item = Cow<'r, str>> + use<'r, 'n> {
        urlencoded::pairs(self.raw.as_bytes())
            .filter(move |(key, _)| key.is(name))
            .map(|(_, value)| value.decode())
    }

    /// Returns whether the query has a pair of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The first value of a name, parsed; `None` if the name is absent.
    ///
    /// # Errors
    ///
    /// A `400` that says what is wrong, if the value does not parse.
    pub fn get_as<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value.parse().map(Some).map_err(|error: T::Err| {
            let error = FieldError::new(name, Some(&value), error.to_string());
            Error::bad_request().with_fields(error)
        })
    }

    /// All pairs, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'r, str>, Cow<'r, str>)> {
        urlencoded::pairs(self.raw.as_bytes()).map(|(name, value)| (name.decode(), value.decode()))
    }

    /// Returns the query if it decodes without loss.
    ///
    /// # Errors
    ///
    /// A `400` if a `%` is not followed by two hex digits, or if the decoded text is not valid UTF-8.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/?name=%FF");
    /// assert_eq!(request.query().get("name").as_deref(), Some("\u{fffd}"));
    /// assert_eq!(request.query().strict().unwrap_err().status(), 400);
    /// ```
    pub fn strict(self) -> Result<Self> {
        urlencoded::check_pairs(self.raw.as_bytes()).map_err(refused)?;
        Ok(self)
    }

    /// Copies all pairs into a dictionary.
    ///
    /// # Errors
    ///
    /// A `400` if there are more pairs than [`Limits::query_pairs`] (1,000).
    ///
    /// ```
    /// use rustzeug::{MultiDict, Request};
    ///
    /// let dict = Request::blank("/?b=1&a=2").query().to_dict()?;
    /// assert_eq!(dict, MultiDict::from([("b", "1"), ("a", "2")]));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn to_dict(&self) -> Result<MultiDict> {
        urlencoded::to_dict(self.raw.as_bytes(), self.limit).map_err(refused)
    }
}

fn refused(error: UrlencodedError) -> Error {
    let setting = match error {
        UrlencodedError::TooMany(_) => " (limit `query_pairs`)",
        _ => "",
    };
    Error::bad_request().with_message(format!("the query is refused: {error}{setting}"))
}

/// Writes the query as it was sent.
impl Display for Query<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw)
    }
}

/// Values whose name suggests a password are not shown.
impl fmt::Debug for Query<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pairs = f.debug_list();
        for (name, value) in self.iter() {
            pairs.entry(&(&name, shown(&name, &value)));
        }
        pairs.finish()
    }
}

impl Request {
    /// The query of the request.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// fn greet(request: &Request) -> String {
    ///     let name = request.query().get("name").unwrap_or("you".into());
    ///     format!("Hello, {name}!")
    /// }
    ///
    /// assert_eq!(greet(&Request::blank("/?name=Ada")), "Hello, Ada!");
    /// assert_eq!(greet(&Request::blank("/")), "Hello, you!");
    /// ```
    #[must_use]
    #[doc(alias = "GET")]
    #[doc(alias = "args")]
    pub fn query(&self) -> Query<'_> {
        Query::of(self.environ())
    }

    /// Reads the query as a typed value: see [`MultiDict::read_as`] for how names become fields.
    ///
    /// # Errors
    ///
    /// A `400` that lists every invalid or missing field, or says that there are more pairs than
    /// [`Limits::query_pairs`].
    ///
    /// ```
    /// use rustzeug::Request;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Page {
    ///     number: u32,
    ///     tag: Vec<String>,
    /// }
    ///
    /// let page: Page = Request::blank("/?number=3&tag=a&tag=b").query_as()?;
    /// assert_eq!((page.number, page.tag.len()), (3, 2));
    ///
    /// let error = Request::blank("/?number=x").query_as::<Page>().err().unwrap();
    /// assert_eq!(error.to_string(), "400 Bad Request: `number` is `x`: expected a whole number");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "Query")]
    pub fn query_as<T: DeserializeOwned>(&self) -> Result<T> {
        let read = self.query().to_dict()?.read_as();
        read.map_err(|errors| Error::bad_request().with_fields(errors))
    }

    /// Replaces the query with pairs, or with a struct that has a field for each name: see [`encode`].
    ///
    /// # Errors
    ///
    /// As for [`encode`], and a `414` if the result is too long.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/search?q=old");
    /// request.set_query(&[("q", "red apple"), ("page", "2")])?;
    /// assert_eq!(request.query_string(), "q=red+apple&page=2");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_query<T: Serialize + ?Sized>(&mut self, pairs: &T) -> Result<&mut Self> {
        let raw = encode(pairs)?;
        self.environ_mut().set_query_string(&raw)?;
        Ok(self)
    }

    /// [`set_query`](Self::set_query) in a chain.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// assert_eq!(Request::blank("/").with_query(&[("a", "&")]).url(), "http://localhost/?a=%26");
    /// ```
    #[must_use]
    pub fn with_query<T: Serialize + ?Sized>(mut self, pairs: &T) -> Self {
        let outcome = self.set_query(pairs).map(drop);
        self.keep_fault(outcome);
        self
    }
}

/// Encodes pairs, or a struct that has a field for each name, as a query without its `?`.
///
/// `None` and an empty list write nothing. A list in a struct or a map writes its name once for each element. A
/// [`MultiDict`] is written pair by pair, in its order. A space becomes `+`.
///
/// # Errors
///
/// A `500` if the value is not name-value pairs, such as a struct within a struct, or if a number is not finite.
///
/// ```
/// use rustzeug::query;
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Search {
///     q: &'static str,
///     tag: Vec<u32>,
///     page: Option<u32>,
/// }
///
/// let search = Search { q: "a&b", tag: vec![1, 2], page: None };
/// assert_eq!(query::encode(&search)?, "q=a%26b&tag=1&tag=2");
/// assert_eq!(query::encode(&[("x", 1.5), ("y", 2.5)])?, "x=1.5&y=2.5");
/// let dict = rustzeug::MultiDict::from([("b", "1"), ("a", "x y"), ("b", "2")]);
/// assert_eq!(query::encode(&dict)?, "b=1&a=x+y&b=2");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub fn encode<T: Serialize + ?Sized>(pairs: &T) -> Result<String> {
    Ok(urlencoded::encode(pairs)?)
}

/// Makes a link: adds pairs to the query of `url`.
///
/// # Errors
///
/// As for [`encode`].
///
/// ```
/// use rustzeug::query;
///
/// assert_eq!(query::link("/search", &[("q", "x y")])?, "/search?q=x+y");
/// assert_eq!(query::link("/search?page=2#top", &[("q", "x")])?, "/search?page=2&q=x#top");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub fn link<T: Serialize + ?Sized>(url: &str, pairs: &T) -> Result<String> {
    let added = encode(pairs)?;
    let (before, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let separator = match before.split_once('?') {
        _ if added.is_empty() => "",
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    Ok([before, separator, &added, fragment].concat())
}
