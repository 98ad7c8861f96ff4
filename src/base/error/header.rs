//! Headers as callers give them: text or typed, checked, with an error that says which one is wrong and why.

use http::HeaderName;
use http::HeaderValue;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::syntax::header_fault;

/// The pair, or a `500` whose cause names the header.
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

/// The pair, if an application may set it on a response.
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
