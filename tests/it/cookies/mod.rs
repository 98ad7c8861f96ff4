//! Cookies: reading, editing, writing, and values that are signed or encrypted.

mod editing;
pub(crate) mod examples;
#[cfg(feature = "private-cookies")]
mod private;
mod properties;
mod python;
mod reading;
#[cfg(feature = "signed")]
mod signed;
#[cfg(feature = "signed")]
mod tokens;
mod writing;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::http::header::SET_COOKIE;

/// A request with this as its `Cookie` line.
fn sent(line: &[u8]) -> Request {
    Request::blank("/").with_header("cookie", line)
}

/// The pairs that are read from a `Cookie` line.
fn pairs(line: &[u8]) -> Vec<(String, String)> {
    let request = sent(line);
    let pairs = request.cookies().iter();
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// The `Set-Cookie` lines of a response.
fn lines(response: &Response) -> Vec<&str> {
    let lines = response.headers().get_all(SET_COOKIE).iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

/// The cookie that a browser sends back for the only cookie of a response.
#[cfg(feature = "signed")]
fn kept(response: &Response) -> String {
    assert_eq!(response.status(), 200, "{response:?}");
    let [line] = lines(response)[..] else {
        panic!("{response:?}");
    };
    line.split(';').next().unwrap().to_owned()
}
