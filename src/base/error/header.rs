//! Headers as callers pass them: text or typed, checked, with an error that names the bad one and the reason.

use http::HeaderName;
use http::HeaderValue;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::syntax::header_fault;

impl Error {
    /// Sets a header of the response, replacing all lines of its name: the chain form of
    /// [`set_header`](Self::set_header). Name and value may be text.
    ///
    /// An invalid name or value, or a header that belongs to the connection, turns the error into a `500`
    /// whose cause gives the reason.
    ///
    /// ```
    /// use rustzeug::Error;
    ///
    /// let error = Error::forbidden().with_header("x-reason", "quota");
    /// assert_eq!(error.headers()["x-reason"], "quota");
    ///
    /// let error = Error::forbidden().with_header("x-reason", "two\nlines");
    /// assert_eq!(error.status(), 500);
    /// assert!(error.source().unwrap().to_string().contains("`x-reason`"));
    /// ```
    #[must_use]
    pub fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Self>>,
        V: TryInto<HeaderValue, Error: Into<Self>>,
    {
        match self.set_header(name, value) {
            Ok(_) => self,
            Err(fault) => fault,
        }
    }

    /// Appends a header line; lines of the same name stay: the chain form of
    /// [`append_header`](Self::append_header). An invalid one turns the error into a `500`.
    ///
    /// ```
    /// use rustzeug::Error;
    ///
    /// let error = Error::unauthorized("Basic").with_appended_header("www-authenticate", "Bearer");
    /// assert_eq!(error.headers().get_all("www-authenticate").iter().count(), 2);
    /// ```
    #[must_use]
    pub fn with_appended_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Self>>,
        V: TryInto<HeaderValue, Error: Into<Self>>,
    {
        match self.append_header(name, value) {
            Ok(_) => self,
            Err(fault) => fault,
        }
    }

    /// Sets a header of the response, replacing all lines of its name.
    ///
    /// # Errors
    ///
    /// A `500` for an invalid name or value, or a header that belongs to the connection; the cause names it.
    pub fn set_header<N, V>(&mut self, name: N, value: V) -> Result<&mut Self>
    where
        N: TryInto<HeaderName, Error: Into<Self>>,
        V: TryInto<HeaderValue, Error: Into<Self>>,
    {
        let (name, value) = response_header(name, value)?;
        self.0.headers.try_insert(name, value)?;
        Ok(self)
    }

    /// Appends a header line to the response; lines of the same name stay.
    ///
    /// # Errors
    ///
    /// The errors of [`set_header`](Self::set_header).
    pub fn append_header<N, V>(&mut self, name: N, value: V) -> Result<&mut Self>
    where
        N: TryInto<HeaderName, Error: Into<Self>>,
        V: TryInto<HeaderValue, Error: Into<Self>>,
    {
        let (name, value) = response_header(name, value)?;
        self.0.headers.try_append(name, value)?;
        Ok(self)
    }
}

/// Converts name and value to a header. If one is invalid, the cause of the `500` names it.
pub(crate) fn header_pair<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue)>
where
    N: TryInto<HeaderName, Error: Into<Error>>,
    V: TryInto<HeaderValue, Error: Into<Error>>,
{
    let name = name
        .try_into()
        .map_err(|error| refused("the name of a header is not valid", error.into()))?;
    match value.try_into() {
        Ok(value) => Ok((name, value)),
        Err(error) => {
            let what = format!("the header `{name}` has a value that cannot be sent");
            Err(refused(&what, error.into()))
        }
    }
}

/// Converts name and value to a header that an application may set on a response.
pub(crate) fn response_header<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue)>
where
    N: TryInto<HeaderName, Error: Into<Error>>,
    V: TryInto<HeaderValue, Error: Into<Error>>,
{
    let (name, value) = header_pair(name, value)?;
    match header_fault(&name, &value) {
        Some(why) => Err(Error::internal().with_source(why)),
        None => Ok((name, value)),
    }
}

fn refused(what: &str, why: Error) -> Error {
    let text = match why.causes() {
        Some(causes) => format!("{what}: {causes}"),
        None => format!("{what}: {why}"),
    };
    Error::internal().with_source(text)
}
