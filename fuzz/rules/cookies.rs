//! Properties of cookies, whatever is sent or set: read, edited, written, signed, encrypted.

use std::sync::LazyLock;
use std::time::Duration;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::cookie::Cookie;
use rustzeug::cookies::encode;
use rustzeug::cookies::write;
use rustzeug::http::HeaderValue;
use rustzeug::signed::Keys;

const DAY: Duration = Duration::from_hours(24);

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new([7; 32]).expect("long enough"));

struct Input<'a> {
    lines: [&'a [u8]; 2],
    name: &'a str,
    value: &'a str,
    path: &'a str,
    domain: &'a str,
}

/// Checks lines: two of a `Cookie` header, then the name, value, path and domain of a cookie to set.
pub(crate) fn check(input: &[u8]) {
    let mut lines = input.splitn(6, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let lines = [line(), line()];
    let mut text = || std::str::from_utf8(line()).unwrap_or_default();
    let input = Input {
        lines,
        name: text(),
        value: text(),
        path: text(),
        domain: text(),
    };
    read(&input);
    written(&input);
    sealed(&input);
}

fn request(lines: &[&[u8]]) -> Request {
    let values = lines
        .iter()
        .filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.fold(Request::blank("/"), |request, value| {
        request.with_header("cookie", value)
    })
}

fn pairs(request: &Request, without: &str) -> Vec<(String, String)> {
    let pairs = request.cookies().into_iter();
    let others = pairs.filter(|(name, _)| name != without);
    others
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn read(input: &Input<'_>) {
    let mut request = request(&input.lines);
    assert!(request.cookies().iter().count() <= 300);
    for (name, _) in request
        .cookies()
        .iter()
        .filter(|(name, _)| !name.contains('\u{fffd}'))
    {
        let first = request
            .cookies()
            .into_iter()
            .find(|(other, _)| *other == name);
        assert_eq!(request.cookies().get(&name), first.map(|(_, value)| value));
    }
    assert_eq!(request.signed_cookie(&KEYS, input.name, DAY), None);
    assert_eq!(request.private_cookie(&KEYS, input.name, DAY), None);
    assert!(KEYS.verify(input.name, input.value, DAY).is_err());
    // Cookies past the limit become visible when others are removed.
    let all_seen = input.lines.iter().map(|line| line.len()).sum::<usize>() < 290;
    let before = pairs(&request, input.name);
    if all_seen && request.set_cookie(input.name, input.value).is_ok() {
        assert!(request.cookies().get_all(input.name).eq([input.value]));
        assert_eq!(pairs(&request, input.name), before);
        request.remove_cookie(input.name);
        assert!(!request.cookies().contains(input.name));
        assert_eq!(pairs(&request, ""), before);
    }
}

fn written(input: &Input<'_>) {
    let mut cookie = Cookie::new(input.name, input.value);
    cookie.set_path(input.path);
    cookie.set_domain(input.domain);
    if let Ok(line) = write(&cookie) {
        assert!(line.len() <= 4096);
        let line = line.to_str().expect("visible ASCII");
        let attributes = if input.path.is_empty() { 3 } else { 4 };
        assert_eq!(line.matches(';').count(), attributes, "{line}");
        let sent = line.split(';').next().unwrap_or_default();
        let request = request(&[sent.as_bytes()]);
        assert_eq!(
            pairs(&request, ""),
            [(input.name.to_owned(), input.value.to_owned())]
        );
    }
    // A header of a response cannot have a tab.
    if let Ok(value) = HeaderValue::from_bytes(input.lines[0])
        && !input.lines[0].contains(&b'\t')
    {
        let response = Response::empty(200).with_header("set-cookie", value);
        assert_eq!(response.with_cookie(("a", encode("b c"))).status(), 200);
    }
}

fn sealed(input: &Input<'_>) {
    let (signed, private) = (
        KEYS.sign_cookie(("a", input.value)),
        KEYS.encrypt_cookie(("a", input.value)),
    );
    let line = format!("a={}; a={}", signed.value(), private.value());
    let sealed = request(&[input.lines[0], line.as_bytes()]);
    // Earlier cookies may have reached the limit.
    let is_seen = |value: &str| sealed.cookies().get_all("a").any(|seen| seen == value);
    if is_seen(signed.value()) && is_seen(private.value()) {
        assert_eq!(
            sealed.signed_cookie(&KEYS, "a", DAY).as_deref(),
            Some(input.value)
        );
        assert_eq!(
            sealed.private_cookie(&KEYS, "a", DAY).as_deref(),
            Some(input.value)
        );
    }
}
