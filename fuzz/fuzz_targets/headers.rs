//! Variables and headers that an application sets: a valid value is read back, an invalid one is refused and changes
//! nothing.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rustzeug::gateway::Environ;
use rustzeug::Request;
use rustzeug::gateway::StartResponse;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    sets: Vec<(Name<'a>, Option<&'a [u8]>)>,
    status: u16,
    lines: Vec<(&'a [u8], &'a [u8])>,
}

#[derive(Arbitrary, Debug)]
enum Name<'a> {
    Method,
    ScriptName,
    PathInfo,
    Query,
    ContentType,
    ContentLength,
    ServerName,
    Proxy,
    Header(&'a str),
    Any(&'a str),
}

impl Name<'_> {
    fn text(&self) -> String {
        match self {
            Self::Method => "REQUEST_METHOD",
            Self::ScriptName => "SCRIPT_NAME",
            Self::PathInfo => "PATH_INFO",
            Self::Query => "QUERY_STRING",
            Self::ContentType => "CONTENT_TYPE",
            Self::ContentLength => "CONTENT_LENGTH",
            Self::ServerName => "SERVER_NAME",
            Self::Proxy => "HTTP_PROXY",
            Self::Header(rest) => return format!("HTTP_{}", rest.to_ascii_uppercase()),
            Self::Any(name) => name,
        }
        .to_owned()
    }
}

fuzz_target!(|input: Input<'_>| {
    let mut request = Request::blank("/mount/path?query").with_header("x-a", "before");
    for (name, value) in &input.sets {
        set(request.environ_mut(), &name.text(), *value);
    }
    start(input.status, &input.lines);
});

fn set(environ: &mut Environ, name: &str, value: Option<&[u8]>) {
    let before = all(environ);
    let outcome = environ.set_var(name, value);
    let after = all(environ);
    assert!(after.iter().all(|(name, _)| name != "HTTP_PROXY"));
    assert!(
        after.is_sorted_by(|(one, _), (next, _)| one < next),
        "each once: {after:?}"
    );
    if outcome.is_err() {
        assert_eq!(before, after, "{name}: refused, and nothing has changed");
        return;
    }
    assert_ne!(name, "HTTP_PROXY");
    let read = environ.var_bytes(name).map(|value| value.into_owned());
    let given = value.unwrap_or_default();
    match name {
        // Without a path there is no target.
        "SCRIPT_NAME" | "PATH_INFO" if environ.raw_path() == "/" => {}
        "REQUEST_METHOD" | "SCRIPT_NAME" | "PATH_INFO" => assert_eq!(read.as_deref(), Some(given)),
        // The raw query: characters that are not allowed in one are encoded.
        "QUERY_STRING" => {
            let read = read.expect("never absent");
            assert!(read.iter().all(u8::is_ascii_graphic), "{read:?}");
            if given.iter().all(u8::is_ascii_alphanumeric) {
                assert_eq!(read, given);
            }
        }
        // Never empty; IPv6 has brackets, as in a URL.
        "SERVER_NAME" if given.is_empty() => assert_eq!(read.as_deref(), Some(&b"localhost"[..])),
        "SERVER_NAME" if given.contains(&b':') => {}
        // Removing a value uncovers the server's own value.
        _ if value.is_none() => {
            let blank = Request::blank("/mount/path?query");
            let known = blank.environ().var(name).is_some() || name.starts_with("REQUEST_");
            assert!(read.is_none() || known, "{name}: removed");
        }
        _ => assert_eq!(read.as_deref(), value, "{name}"),
    }
}

fn all(environ: &Environ) -> Vec<(String, Vec<u8>)> {
    let names = environ.vars().map(|(name, _)| name.into_owned());
    let mut all: Vec<_> = names
        .map(|name| {
            let value = environ.var_bytes(&name).expect("it was listed");
            (name.clone(), value.into_owned())
        })
        .collect();
    all.sort();
    all
}

/// The head of a started response can be sent.
fn start(status: u16, lines: &[(&[u8], &[u8])]) {
    let Ok(started) = StartResponse::new().start(status, lines.to_vec()) else {
        return;
    };
    let reply = started.body(());
    assert!((200..=599).contains(&reply.status().as_u16()));
    assert_eq!(reply.headers().len(), lines.len());
    for (name, value) in reply.headers() {
        assert!(!value.as_bytes().iter().any(u8::is_ascii_control), "{name}");
        let set = |(given, text): &(&[u8], &[u8])| {
            given.eq_ignore_ascii_case(name.as_str().as_bytes()) && *text == value.as_bytes()
        };
        assert!(lines.iter().any(set), "{name}");
    }
}
