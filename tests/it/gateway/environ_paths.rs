//! The path of the environ: the split into mount and rest, escapes, and setting variables.

use rustzeug::Request;
use rustzeug::Result;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;

use super::Raw;
use super::environ::var;
use crate::common::answer;

#[test]
fn splits_the_path_at_a_segment_boundary() {
    #[rustfmt::skip]
    let cases = [
        ("/a/b/c", "",       Some("/a/b/c"), "no mount"),
        ("/a/b/c", "/a",     Some("/b/c"),   "one segment"),
        ("/a/b/c", "/a/b/c", Some(""),       "all of it"),
        ("/a/b/c", "/a/b/",  None,           "a script name ends without a slash"),
        ("/a/b/c", "/",      None,           "the script name of the root is empty"),
        ("/abc",   "/a",     None,           "not within a segment"),
        ("/a/b",   "/b",     None,           "a script name is the beginning of the path"),
        ("/a/b",   "a",      None,           "a script name begins with a slash"),
        ("/a/b",   "/a/b/c", None,           "no longer than the path"),
        ("/a%2Fb", "/a",     None,           "an escaped slash is not a boundary"),
        ("/a%2Fb", "/a/b",   None,           "an escaped slash does not match a slash"),
        ("/a%2fb/c", "/a%2fb", Some("/c"),   "raw, so with its escapes"),
        ("//a",    "/",      None,           "a script name ends without a slash"),
        ("/a//b",  "/a",     Some("//b"),    "an empty segment is kept"),
    ];
    for (path, script_name, want, why) in cases {
        let mut request = Request::blank(path);
        let moved = request.environ_mut().set_raw_script_name(script_name);
        assert_eq!(
            moved.is_ok(),
            want.is_some(),
            "{script_name} of {path}: {why}"
        );
        let environ = request.environ();
        let (mount, rest) = want.map_or(("", path), |rest| (script_name, rest));
        assert_eq!(
            (environ.raw_script_name(), environ.raw_path_info()),
            (mount, rest),
            "{path}: {why}"
        );
        assert_eq!(environ.raw_path(), path, "the raw path never moves");
    }
}

#[test]
fn moves_the_split_there_and_back() {
    let mut request = Request::blank("/a/b/c");
    for script_name in ["/a", "/a/b", "/a", ""] {
        request
            .environ_mut()
            .set_raw_script_name(script_name)
            .unwrap();
        let (mount, rest) = (request.script_name(), request.path());
        assert_eq!(format!("{mount}{rest}"), "/a/b/c");
        assert_eq!(mount, script_name);
    }
}

#[test]
fn decodes_paths_once() {
    #[rustfmt::skip]
    let cases: [(&str, &[u8], &str); 10] = [
        ("/caf%C3%A9", "/café".as_bytes(), "UTF-8"),
        ("/a%2Fb",     b"/a/b",            "an escaped slash: see the raw path"),
        ("/a%252Fb",   b"/a%2Fb",          "once"),
        ("/a%00b",     b"/a\0b",           "NUL is a byte here"),
        ("/%FF%FE",    b"/\xff\xfe",       "no UTF-8"),
        ("/%C0%AF",    b"/\xc0\xaf",       "overlong, and no slash"),
        ("/a+b",       b"/a+b",            "`+` is a plus in paths"),
        ("/%zz%4",     b"/%zz%4",          "bad escapes stay"),
        ("/%2e%2E/x",  b"/../x",           "dots are not resolved"),
        ("/a%0d%0ab",  b"/a\r\nb",         "line ends are not filtered"),
    ];
    for (raw, want, why) in cases {
        let request = Request::blank(raw);
        assert_eq!(
            *request.environ().var_bytes("PATH_INFO").unwrap(),
            *want,
            "{raw}: {why}"
        );
        assert_eq!(
            var(&request, "REQUEST_URI").unwrap(),
            raw,
            "{raw}: the raw one is kept"
        );
    }
}

fn echo(_: rustzeug::gateway::Environ, start_response: StartResponse) -> Result<Reply> {
    Ok(start_response.start(200, ())?.body("called"))
}

#[test]
fn refuses_a_nul_in_a_path() {
    for (target, want) in [
        ("/a%00b", 400),
        ("/%00", 400),
        ("/a?b=%00", 200),
        ("/a%2500", 200),
    ] {
        assert_eq!(
            answer(&Raw(echo), Request::blank(target)).0,
            want,
            "{target}"
        );
    }
}

#[test]
fn sets_the_path_from_its_decoded_parts() {
    type Part = &'static [u8];
    type Case = (
        Part,
        Part,
        Option<Part>,
        Result<&'static str, u16>,
        &'static str,
    );
    #[rustfmt::skip]
    let cases: [Case; 15] = [
        (b"",     b"/p",         None,         Ok("/p"),              "a path"),
        (b"/m",   b"/p",         Some(b"q=1"), Ok("/m/p?q=1"),        "mount and query"),
        (b"/m",   b"",           None,         Ok("/m"),              "nothing below the mount"),
        (b"",     b"",           None,         Ok("/"),               "nothing at all is the root"),
        (b"",     b"/a b%2F?#",  None,         Ok("/a%20b%252F%3F%23"), "all of it encoded"),
        (b"/\xff", b"/\xc3\xa9", None,         Ok("/%FF/%C3%A9"),     "any bytes"),
        (b"",     b"/p",         Some(b""),    Ok("/p?"),             "an empty query is a query"),
        (b"",     b"/p",         Some(b"a b#c"), Ok("/p?a%20b%23c"),  "a raw query is made fit"),
        (b"",     b"//evil",     None,         Ok("//evil"),          "empty segments are kept"),
        (b"",     b"p",          None,         Err(400),              "no slash"),
        (b"m",    b"/p",         None,         Err(400),              "no slash"),
        (b"/m/",  b"/p",         None,         Err(400),              "two slashes would be one"),
        (b"/",    b"/p",         None,         Err(400),              "the mount at the root is empty"),
        (b"",     b"/a\0b",      None,         Err(400),              "NUL"),
        (b"/\0",  b"/p",         None,         Err(400),              "NUL in the mount"),
    ];
    for (script_name, path_info, query, want, why) in cases {
        let mut request = Request::blank("/before?x");
        let outcome = request
            .environ_mut()
            .set_path(script_name, path_info, query);
        let target = var(&request, "REQUEST_URI").unwrap();
        match (outcome, want) {
            (Ok(()), Ok(want)) => {
                assert_eq!(target, want, "{why}");
                let mount = request.environ().var_bytes("SCRIPT_NAME").unwrap();
                assert_eq!(*mount, *script_name, "{why}");
            }
            (Err(error), Err(want)) => {
                assert_eq!(
                    (error.status().as_u16(), target.as_str()),
                    (want, "/before?x"),
                    "{why}"
                );
            }
            (outcome, want) => panic!("{why}: {outcome:?}, not {want:?}"),
        }
    }
    let long = [b"/", "x".repeat(1 << 16).as_bytes()].concat();
    let error = Request::blank("/")
        .environ_mut()
        .set_path(b"", &long, None)
        .unwrap_err();
    assert_eq!(error.status(), 414, "too long for any URL");
}

#[test]
fn sets_variables_of_each_kind() {
    type Text = &'static str;
    type Case = (Text, Option<Text>, Text, Option<Text>, Text);
    #[rustfmt::skip]
    let cases: [Case; 18] = [
        ("REQUEST_METHOD", Some("PUT"),    "REQUEST_METHOD", Some("PUT"),      "the method"),
        ("SCRIPT_NAME",    Some("/m"),     "REQUEST_URI",    Some("/m/p?q"),   "the path info stays"),
        ("PATH_INFO",      Some("/a b"),   "REQUEST_URI",    Some("/a%20b?q"), "decoded"),
        ("QUERY_STRING",   Some("a=%20"),  "REQUEST_URI",    Some("/p?a=%20"), "raw"),
        ("QUERY_STRING",   None,           "REQUEST_URI",    Some("/p"),       "removed"),
        ("QUERY_STRING",   Some(""),       "QUERY_STRING",   Some(""),         "emptied"),
        ("CONTENT_TYPE",   Some("a/b"),    "CONTENT_TYPE",   Some("a/b"),      "a header"),
        ("CONTENT_LENGTH", Some("7"),      "CONTENT_LENGTH", Some("7"),        "a header"),
        ("HTTP_ACCEPT",    Some("c"),      "HTTP_ACCEPT",    Some("c"),        "all lines replaced"),
        ("HTTP_ACCEPT",    None,           "HTTP_ACCEPT",    None,             "all lines removed"),
        ("HTTP_X_NEW",     Some("n"),      "HTTP_X_NEW",     Some("n"),        "a header that was not there"),
        ("REMOTE_USER",    Some("ada"),    "REMOTE_USER",    Some("ada"),      "a variable without a field"),
        ("REMOTE_USER",    None,           "REMOTE_USER",    None,             "a variable without a field is removed"),
        ("myapp.user",     Some("ada"),    "myapp.user",     Some("ada"),      "G9: a key of an extension"),
        ("SERVER_NAME",    Some("other"),  "SERVER_NAME",    Some("other"),    "a fact of the server is replaced"),
        ("SERVER_NAME",    Some(""),       "SERVER_NAME",    Some("localhost"), "never empty"),
        ("SERVER_NAME",    None,           "SERVER_NAME",    Some("localhost"), "never absent"),
        ("SERVER_NAME",    Some("::1"),    "SERVER_NAME",    Some("[::1]"),    "as in a URL"),
    ];
    for (name, value, read, want, why) in cases {
        let mut request = Request::blank("/p?q")
            .with_header("accept", "a")
            .with_appended_header("accept", "b");
        request
            .environ_mut()
            .set_var(name, value.map(str::as_bytes))
            .unwrap();
        assert_eq!(var(&request, read).as_deref(), want, "{name}: {why}");
    }
    let mut request = Request::blank("/p");
    request
        .environ_mut()
        .set_var("HTTP_X_A", Some(b"1"))
        .unwrap();
    assert_eq!(
        request.headers()["x-a"],
        "1",
        "a variable of a header is the header"
    );
}

#[test]
fn refuses_variables_with_bad_values() {
    #[rustfmt::skip]
    let cases: [(&str, Option<&[u8]>, &str); 11] = [
        ("REQUEST_METHOD", Some(b""),          "G3: never empty"),
        ("REQUEST_METHOD", None,               "G3: never absent"),
        ("REQUEST_METHOD", Some(b"GE T"),      "no token"),
        ("REQUEST_METHOD", Some(b"GET\r\n"),   "CR LF"),
        ("SCRIPT_NAME",    Some(b"m"),         "no slash"),
        ("SCRIPT_NAME",    Some(b"/m/"),       "a slash at the end"),
        ("PATH_INFO",      Some(b"p"),         "no slash"),
        ("PATH_INFO",      Some(b"/a\0"),      "NUL"),
        ("HTTP_X_A",       Some(b"a\r\nb: c"), "splitting"),
        ("HTTP_X_A",       Some(b"\0"),        "NUL"),
        ("CONTENT_TYPE",   Some(b"\n"),        "a control character"),
    ];
    for (name, value, why) in cases {
        let mut request = Request::blank("/p?q").with_header("x-a", "before");
        let before: Vec<_> = request
            .environ()
            .vars()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let error = request.environ_mut().set_var(name, value).unwrap_err();
        assert_eq!(
            error.status(),
            500,
            "{name}: {why}: the application's fault"
        );
        let after: Vec<_> = request
            .environ()
            .vars()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(before, after, "{name}: {why}: nothing has changed");
    }
}

#[test]
fn setting_one_part_leaves_the_others_raw() {
    #[rustfmt::skip]
    let cases = [
        ("/a%2Fb?q", "QUERY_STRING", "x",  "/a%2Fb?x",    "the path is not set"),
        ("/a%2fb?q", "SCRIPT_NAME",  "/m", "/m/a%2fb?q",  "the path info is not set"),
        ("/%zz",     "QUERY_STRING", "x",  "/%zz?x",      "bad escapes stay literal"),
        ("/a~%7E",   "QUERY_STRING", "x",  "/a~%7E?x",    "nothing is normalised"),
        ("/a%00b",   "QUERY_STRING", "x",  "/a%00b?x",    "a query can be set whatever the path"),
    ];
    for (target, name, value, want, why) in cases {
        let mut request = Request::blank(target);
        let set = request.environ_mut().set_var(name, Some(value.as_bytes()));
        assert!(set.is_ok(), "{name} of {target}: {why}: {set:?}");
        assert_eq!(
            var(&request, "REQUEST_URI").unwrap(),
            want,
            "{name} of {target}: {why}"
        );
    }
}

#[test]
fn what_was_set_is_read_under_the_same_name() {
    for name in [
        "HTTP_X_A", "HTTP_x_a", "HTTP_X-A", "HTTP_X.A", "HTTP_", "http_x", "X",
    ] {
        let mut request = Request::blank("/");
        request.environ_mut().set_var(name, Some(b"v")).unwrap();
        assert_eq!(var(&request, name).as_deref(), Some("v"), "{name}");
    }
}
