//! The `Cookie` header, piece by piece.

use rustzeug::gateway::Limits;
use rustzeug::{Cookies, FieldError, Request};

use super::{pairs, sent};

/// A `Cookie` line, the pairs that are read, and the reason.
type Case = (
    &'static [u8],
    &'static [(&'static str, &'static str)],
    &'static str,
);

#[test]
fn each_piece_is_read_or_skipped_alone() {
    #[rustfmt::skip]
    let cases: [Case; 33] = [
        (b"",                         &[],                               "nothing"),
        (b"a=1",                      &[("a", "1")],                     "one"),
        (b"a=1; b=2",                 &[("a", "1"), ("b", "2")],         "two"),
        (b"a=1;b=2",                  &[("a", "1"), ("b", "2")],         "no blank is needed"),
        (b" \ta \t=\t 1 \t; b=2",     &[("a", "1"), ("b", "2")],         "spaces and tabs are trimmed"),
        (b"a=1, b=2",                 &[("a", "1, b=2")],                "a comma separates nothing"),
        (b"a=hello world; b=1",       &[("a", "hello world"), ("b", "1")], "a blank inside stays"),
        (b"a=b=c",                    &[("a", "b=c")],                   "the first = counts"),
        (b"a=",                       &[("a", "")],                      "an empty value is a value"),
        (b"a; b=2",                   &[("b", "2")],                     "only the bare word is skipped"),
        (b"=1; b=2",                  &[("b", "2")],                     "only the value without a name is skipped"),
        (b"=__Host-sid=evil; b=2",    &[("b", "2")],                     "CVE-2023-23934: it is not a name"),
        (b" = __Host-sid=evil",       &[],                               "a value without a name, after a blank"),
        (b";;; a=1;;",                &[("a", "1")],                     "empty pieces are skipped"),
        (b"a=\"1\"",                  &[("a", "1")],                     "one pair of quotes is removed"),
        (b"a=\"\"",                   &[("a", "")],                      "quotes around an empty value are removed"),
        (b"a=\"\"1\"\"",              &[("a", "\"1\"")],                 "only one pair of quotes is removed"),
        (b"a=\"",                     &[("a", "\"")],                    "a single quote is not a pair of quotes"),
        (b"a=\" 1 \"",                &[("a", " 1 ")],                   "quotes protect blanks"),
        (b"a=1\"",                    &[("a", "1\"")],                   "a quote at the end is not a pair of quotes"),
        (b"a=\"b;c\"; d=e",           &[("a", "\"b"), ("d", "e")],       "quotes do not protect a semicolon"),
        (b"a=\"b; c=d",               &[("a", "\"b"), ("c", "d")],       "an open quote does not extend a value"),
        (b"a=\"\\303\"",              &[("a", "\\303")],                 "octal is not unescaped"),
        (b"a=x\\y",                   &[("a", "x\\y")],                  "a backslash is not unescaped"),
        (b"a=%20+",                   &[("a", "%20+")],                  "percent and plus are not decoded"),
        (b"path=/x; secure=1; a=1",   &[("path", "/x"), ("secure", "1"), ("a", "1")], "no name is reserved"),
        (b"$Version=1; a=1",          &[("$Version", "1"), ("a", "1")],  "RFC 2965 is obsolete"),
        (b"A=1; a=2",                 &[("A", "1"), ("a", "2")],         "names have a case"),
        (b"a=1; a=2",                 &[("a", "1"), ("a", "2")],         "a repeated name is kept twice"),
        (b"a[b]=c; a b=d",            &[("a[b]", "c"), ("a b", "d")],    "names that are not tokens are read"),
        (b"a=caf\xc3\xa9",            &[("a", "caf\u{e9}")],             "UTF-8"),
        (b"a=\xff; b\xff=2; c=3",     &[("a", "\u{fffd}"), ("b\u{fffd}", "2"), ("c", "3")], "bytes that are not UTF-8 become U+FFFD"),
        (b"\xe2\x80\x80__Host-a=b",   &[("\u{2000}__Host-a", "b")],      "U+2000 is not a blank: the name is not the protected one"),
    ];
    for (line, want, why) in cases {
        let want: Vec<_> = want
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(pairs(line), want, "{}: {why}", line.escape_ascii());
    }
}

#[test]
fn a_name_is_looked_up_exactly() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, Option<&str>, &str); 17] = [
        (b"a=1; b=2",        "b",  Some("2"),  "the second cookie"),
        (b"a=1; a=2",        "a",  Some("1"),  "the first of two"),
        (b"aa=1; a=2",       "a",  Some("2"),  "not a name that begins with it"),
        (b"xa=1; a=2",       "a",  Some("2"),  "not a name that ends with it"),
        (b"a =1",            "a",  Some("1"),  "blanks do not belong to it"),
        (b"\ta\t= \"1\" ",   "a",  Some("1"),  "tabs do not belong to it, and quotes are removed"),
        (b"a=1",             "A",  None,       "names have a case"),
        (b"a =1",            "a ", None,       "a blank is not part of a name"),
        (b"a=b=1",           "a=b", None,      "a name cannot contain `=`"),
        (b"a==1",            "a",  Some("=1"), "a value can contain `=`"),
        (b"a; a=1",          "a",  Some("1"),  "a bare word has no value"),
        (b"=1; a=2",         "",   None,       "an empty text is not a name"),
        (b"b=a=1",           "a",  None,       "a value is not a pair"),
        (b"\xe2\x80\x80__Host-a=evil", "__Host-a", None, "U+2000 is not a blank"),
        (b"\xc2\xa0__Host-a=evil", "__Host-a", None, "U+00A0 is not a blank"),
        (b"\xa0__Host-a=evil", "__Host-a", None, "half of U+00A0 is not a blank"),
        (b"a\xff=1",         "a\u{fffd}", None, "names are compared as bytes"),
    ];
    for (line, name, want, why) in cases {
        let request = sent(line);
        let cookies = request.cookies();
        let what = format!("{name:?} of {}: {why}", line.escape_ascii());
        assert_eq!(cookies.get(name).as_deref(), want, "{what}");
        assert_eq!(cookies.contains(name), want.is_some(), "{what}");
        assert_eq!(cookies.get_all(name).next().as_deref(), want, "{what}");
    }
}

#[test]
fn all_of_a_name_can_be_had() {
    let request = sent(b"a=1; b=2; a=3; a; a=");
    let cookies = request.cookies();
    assert_eq!(cookies.get("a").as_deref(), Some("1"));
    assert_eq!(cookies.get_last("a").as_deref(), Some(""));
    assert_eq!(cookies.get_all("a").collect::<Vec<_>>(), ["1", "3", ""]);
    assert_eq!(cookies.get_all("c").count(), 0);
    assert_eq!(cookies.get_last("c"), None);
    assert_eq!(cookies.into_iter().count(), 4);
}

#[test]
fn several_lines_are_one() {
    let request = Request::blank("/")
        .with_header("cookie", "a=1; b=2")
        .with_appended_header("cookie", "")
        .with_appended_header("cookie", "a=3;c=4");
    let cookies = request.cookies();
    let pairs: Vec<_> = cookies.iter().map(|(n, v)| format!("{n}{v}")).collect();
    assert_eq!(pairs, ["a1", "b2", "a3", "c4"], "RFC 9113 §8.2.3");
    assert_eq!(cookies.get("c").as_deref(), Some("4"));
    assert_eq!(cookies.get_last("a").as_deref(), Some("3"));
    assert!(Request::blank("/").cookies().is_empty());
}

#[test]
fn the_environ_is_enough() {
    let request = sent(b"a=1");
    assert_eq!(
        Cookies::of(request.environ()).get("a").as_deref(),
        Some("1")
    );
}

#[test]
fn no_more_are_looked_at_than_the_limit_allows() {
    let line = |count: usize| {
        let pieces: Vec<_> = (1..=count).map(|n| format!("c{n}=v")).collect();
        pieces.join("; ").into_bytes()
    };
    assert_eq!(pairs(&line(300)).len(), 300, "the default");
    assert_eq!(pairs(&line(301)).len(), 300, "one past the default");
    let request = sent(&line(301));
    assert!(request.cookies().contains("c300"));
    assert!(!request.cookies().contains("c301"));

    let mut request = sent(b"a=1; junk; b=2").with_appended_header("cookie", "c=3");
    for (limit, want) in [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 3)] {
        let environ = request.environ_mut();
        environ.set_limits(Limits::default().with_cookies(limit));
        assert_eq!(request.cookies().iter().count(), want, "{limit}");
    }
}

#[test]
fn a_value_by_type_is_there_or_not_or_does_not_fit() {
    let request = sent(b"n=7; m=-1; e=; b=true");
    let cookies = request.cookies();
    assert_eq!(cookies.get_as::<u8>("n").unwrap(), Some(7));
    assert_eq!(cookies.get_as::<bool>("b").unwrap(), Some(true));
    assert_eq!(cookies.get_as::<u8>("none").unwrap(), None);
    for name in ["m", "e", "b"] {
        let error = cookies.get_as::<u8>(name).unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.message().contains(&format!("`{name}`")), "{error}");
        assert_eq!(
            (
                error.field_errors()[0].name(),
                error.field_errors()[0].value()
            ),
            (name, None)
        );
    }
}

#[test]
fn percent_is_decoded_on_request() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 6] = [
        (b"a=caf%C3%A9", "caf\u{e9}",   "UTF-8"),
        (b"a=%zz%",      "%zz%",        "bad escapes stay"),
        (b"a=1+2",       "1+2",         "plus is plus"),
        (b"a=%FF",       "\u{fffd}",    "bytes that are not UTF-8 become U+FFFD"),
        (b"a=%3B%22",    ";\"",         "characters that a cookie cannot contain"),
        (b"a=%00",       "\0",          "a NUL is decoded too"),
    ];
    for (line, want, why) in cases {
        assert_eq!(
            sent(line).cookies().get_decoded("a").as_deref(),
            Some(want),
            "{why}"
        );
    }
}

#[test]
fn logs_are_told_names_and_no_values() {
    let request = sent(b"sid=secret; a=1");
    let cookies = request.cookies();
    let told = format!("{cookies:?} {:?}", cookies.iter());
    assert!(told.contains("sid") && !told.contains("secret"), "{told}");
}

#[test]
fn all_of_them_are_a_dictionary_or_a_type() {
    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Settings {
        theme: String,
        size: Option<u8>,
        tag: Vec<String>,
    }

    let request = sent(b"theme=dark; tag=a; junk; tag=\"b\"; sid=x");
    let dict = request.cookies().to_dict();
    assert_eq!(dict.get_all("tag").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(dict.len(), 4);
    let (theme, tag) = ("dark".to_owned(), vec!["a".to_owned(), "b".to_owned()]);
    let want = Settings {
        theme,
        size: None,
        tag,
    };
    assert_eq!(request.cookies_as::<Settings>().unwrap(), want);

    let error = sent(b"size=SECRET").cookies_as::<Settings>().unwrap_err();
    assert_eq!(error.status(), 400);
    let names: Vec<_> = error.field_errors().iter().map(FieldError::name).collect();
    assert_eq!(names, ["size", "theme"]);
    assert!(
        !format!("{error:?} {:?}", error.field_errors()).contains("SECRET"),
        "a script must not read the value"
    );
}

#[test]
fn no_value_is_repeated_by_an_error_of_a_type_either() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(try_from = "String")]
    struct Id;

    impl TryFrom<String> for Id {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            Err(format!("`{text}` is not an id"))
        }
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "never made")]
    struct Inner {
        id: Id,
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "never made")]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }

    let request = sent(b"id=SECRET");
    #[rustfmt::skip]
    let cases = [
        (request.cookies_as::<Inner>().err(), "a value that is read directly"),
        (request.cookies_as::<Outer>().err(), "a value that serde buffers"),
    ];
    for (error, why) in cases {
        let error = error.unwrap();
        assert_eq!(error.status(), 400, "{why}");
        let all = format!("{error:?} {} {:?}", error.message(), error.field_errors());
        assert!(!all.contains("SECRET"), "{why}: {all}");
    }
}
