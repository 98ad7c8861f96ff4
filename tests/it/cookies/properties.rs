//! Properties that hold for any bytes.

use arbtest::arbitrary::{Result, Unstructured};
use rustzeug::cookie::Cookie;
use rustzeug::cookies::{encode, write};
use rustzeug::http::HeaderValue;
use rustzeug::{Request, Response};

/// Bytes that a header can have; those that matter to cookies are more frequent.
fn header(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length = u.int_in_range(0..=60)?;
    let byte = |u: &mut Unstructured<'_>| match u.int_in_range(0..=3)? {
        0 => u.arbitrary(),
        _ => u.choose(b";;==\"\" \tab%\xff\xc3\xa9").copied(),
    };
    let bytes: Result<Vec<u8>> = (0..length).map(|_| byte(u)).collect();
    let is_fine = |byte: &u8| *byte == b'\t' || *byte >= 0x20 && *byte != 0x7f;
    Ok(bytes?.into_iter().filter(is_fine).collect())
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(String::from_utf8_lossy(&header(u)?).into_owned())
}

#[test]
fn all_ways_of_reading_agree() {
    arbtest::arbtest(|u| {
        let request = Request::blank("/")
            .with_header("cookie", header(u)?)
            .with_appended_header("cookie", header(u)?);
        let cookies = request.cookies();
        for (name, _) in cookies
            .iter()
            .filter(|(name, _)| !name.contains('\u{fffd}'))
        {
            let values = || {
                cookies
                    .iter()
                    .filter(|(other, _)| *other == name)
                    .map(|(_, value)| value)
            };
            assert_eq!(cookies.get(&name), values().next());
            assert_eq!(cookies.get_last(&name), values().last());
            assert!(cookies.get_all(&name).eq(values()));
            assert!(cookies.contains(&name) && cookies.get_decoded(&name).is_some());
        }
        Ok(())
    });
}

#[test]
fn what_is_set_is_read() {
    arbtest::arbtest(|u| {
        let mut request = Request::blank("/")
            .with_header("cookie", header(u)?)
            .with_appended_header("cookie", header(u)?);
        let pairs = |request: &Request| {
            let others = request
                .cookies()
                .into_iter()
                .filter(|(name, _)| name != "b");
            others
                .map(|(n, v)| (n.into_owned(), v.into_owned()))
                .collect::<Vec<_>>()
        };
        let (before, value) = (pairs(&request), text(u)?);
        if request.set_cookie("b", &value).is_ok() {
            assert!(request.cookies().get_all("b").eq([&*value]));
        }
        assert_eq!(pairs(&request), before, "the others stay");
        request.remove_cookie("b");
        assert!(!request.cookies().contains("b"));
        assert_eq!(pairs(&request), before, "the others stay");
        Ok(())
    });
}

#[test]
fn what_is_written_is_sent_back_and_read() {
    arbtest::arbtest(|u| {
        let (name, value) = (text(u)?, text(u)?);
        let encoded = Cookie::new("e", encode(&value));
        for (cookie, always_written) in [(Cookie::new(&name, &value), false), (encoded, true)] {
            let Ok(line) = write(&cookie) else {
                assert!(!always_written);
                continue;
            };
            let sent: Vec<_> = line
                .as_bytes()
                .split(|byte| *byte == b';')
                .take(1)
                .collect();
            let request = Request::blank("/").with_header("cookie", sent.concat());
            let read = request.cookies().get(cookie.name());
            assert_eq!(read.as_deref(), Some(cookie.value()));
            assert_eq!(request.cookies().iter().count(), 1);
        }
        Ok(())
    });
}

#[test]
fn no_attribute_comes_out_of_another() {
    arbtest::arbtest(|u| {
        let mut cookie = Cookie::new(text(u)?, text(u)?);
        cookie.set_path(text(u)?);
        cookie.set_domain(text(u)?);
        if let Ok(line) = write(&cookie) {
            let line = line.to_str().unwrap();
            let parts: Vec<_> = line.split("; ").collect();
            let path = usize::from(cookie.path() != Some(""));
            assert_eq!(parts.len(), 4 + path, "{line}");
            assert_eq!(line.matches(';').count(), parts.len() - 1, "{line}");
        }
        Ok(())
    });
}

#[test]
fn any_line_of_others_can_be_set_beside() {
    arbtest::arbtest(|u| {
        let other = HeaderValue::from_bytes(&header(u)?);
        // A cookie with a tab cannot be set, but may come from an inner application.
        let mut response = Response::text("x");
        response.headers_mut().append("set-cookie", other.unwrap());
        let response = response.with_cookie(("a", "1"));
        assert_eq!(response.status(), 200);
        Ok(())
    });
}
