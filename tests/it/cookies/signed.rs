//! Signed cookies.

use std::time::{Duration, SystemTime};

use rustzeug::cookie::{Cookie, SameSite};
use rustzeug::signed::Keys;
use rustzeug::{Request, Response};

use super::{kept, lines, sent};

const DAY: Duration = Duration::from_hours(24);

pub(super) fn keys() -> Keys {
    Keys::new([1; 32]).unwrap()
}

fn signed(name: &'static str, value: &'static str) -> String {
    kept(&Response::text("x").with_cookie(keys().sign_cookie((name, value))))
}

#[test]
fn any_text_comes_back() {
    for value in ["", "7", "café; \"x\"\r\n\0", "a=b; c=d"] {
        let request = sent(signed("a", value).as_bytes());
        assert_eq!(
            request.signed_cookie(&keys(), "a", DAY).as_deref(),
            Some(value)
        );
    }
}

#[test]
fn the_attributes_stay() {
    let mut cookie = Cookie::new("a", "1");
    cookie.set_same_site(SameSite::Strict);
    cookie.set_path("/x");
    let response = Response::text("x").with_cookie(keys().sign_cookie(cookie));
    assert!(lines(&response)[0].ends_with("; Path=/x; HttpOnly; SameSite=Strict"));
}

#[test]
fn what_was_not_signed_so_is_none() {
    let good = signed("a", "1");
    let value = good.strip_prefix("a=").unwrap();
    let token = keys().sign("cookie", "1");
    #[rustfmt::skip]
    let cases = [
        (good.clone(),                    true,  "unchanged"),
        (format!("a=\"{value}\""),        true,  "quotes are not part of it"),
        (format!("x={value}; {good}"),    true,  "beside other cookies"),
        (format!("a=evil; {good}"),       true,  "after a cookie that another host has planted"),
        (format!("a=; a; a={}; {good}", &value[1..]), true, "after several cookies that another host has planted"),
        (format!("b={value}"),            false, "under another name"),
        (format!("A={value}"),            false, "names have a case"),
        (format!("a={value}A"),           false, "extended"),
        (format!("a={}", &value[..value.len() - 2]), false, "cut"),
        (format!("a={value}="),           false, "padded"),
        ("a=".into(),                     false, "empty"),
        ("a=1".into(),                    false, "plain"),
        (signed("b", "1").replacen('b', "a", 1), false, "another cookie's value"),
        (format!("a={token}"),            false, "a token is not a cookie"),
    ];
    for (line, want, why) in cases {
        let found = sent(line.as_bytes()).signed_cookie(&keys(), "a", DAY);
        assert_eq!(found.as_deref(), want.then_some("1"), "{line}: {why}");
    }
    assert!(
        keys().verify("cookie", value, DAY).is_err(),
        "a cookie is not a token"
    );
    assert!(keys().verify("a", value, DAY).is_err());
}

#[test]
fn of_two_that_are_genuine_the_first_fresh_one_counts() {
    let now = SystemTime::now();
    let at = |value: &'static str, ago: u64| {
        let then = now - Duration::from_secs(ago);
        keys().sign_cookie_at(("a", value), then).value().to_owned()
    };
    let line = format!(
        "a={}; a={}; a={}",
        at("old", 100),
        at("fresh", 10),
        at("newest", 0)
    );
    let request = sent(line.as_bytes());
    let read = |seconds| {
        request
            .cookies()
            .signed_at(&keys(), "a", Duration::from_secs(seconds), now)
    };
    assert_eq!(read(100).as_deref(), Some("old"));
    assert_eq!(read(99).as_deref(), Some("fresh"));
    assert_eq!(read(9).as_deref(), Some("newest"));
}

#[test]
fn keys_are_rotated() {
    let request = sent(signed("a", "1").as_bytes());
    let new = Keys::new([2; 32]).unwrap();
    assert_eq!(request.signed_cookie(&new, "a", DAY), None);
    let both = new.with_old([1; 32]).unwrap();
    assert_eq!(request.signed_cookie(&both, "a", DAY).as_deref(), Some("1"));
}

#[test]
fn too_long_is_too_long_when_it_is_signed() {
    let cookie = keys().sign_cookie(("a", "x".repeat(3000)));
    assert!(Response::text("x").set_cookie(cookie).is_ok());
    let cookie = keys().sign_cookie(("a", "x".repeat(3100)));
    assert!(Response::text("x").set_cookie(cookie).is_err());
}

#[test]
fn no_change_verifies() {
    let good = signed("a", "value");
    arbtest::arbtest(|u| {
        let mut bytes = good.clone().into_bytes();
        let place = 2 + u.choose_index(bytes.len() - 2)?;
        match u.int_in_range(0..=2)? {
            0 => bytes[place] = *u.choose(b"ABCxyz019-_+/=\"; \xff")?,
            1 => bytes.truncate(place),
            _ => bytes.insert(place, *u.choose(b"ABCxyz019-_+/=; \xff")?),
        }
        let request = Request::blank("/").with_header("cookie", bytes.clone());
        let same = request.cookies().get("a").as_deref() == good.strip_prefix("a=");
        let found = request.signed_cookie(&keys(), "a", DAY);
        assert_eq!(found.is_some(), same, "{}", bytes.escape_ascii());
        Ok(())
    });
}
