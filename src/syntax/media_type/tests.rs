//! How content types are read, and which of them declare UTF-8.

use super::*;

fn text(read: Option<&Mime>) -> Option<&str> {
    read.map(AsRef::as_ref)
}

#[test]
fn a_content_type_is_read_as_clients_send_it() {
    #[rustfmt::skip]
    let cases = [
        ("text/html",                           Some("text/html"),                       "as it should be"),
        ("text/html; charset=utf-8",            Some("text/html; charset=utf-8"),        "as browsers write it"),
        ("text/html;charset=utf-8",             Some("text/html; charset=utf-8"),        "without a blank; written with one, so that equal types look alike"),
        ("text/html ; charset=UTF-8",           Some("text/html; charset=utf-8"),        "a blank before the semicolon, which `mime` refuses and WebOb keeps in the type"),
        ("TEXT/HTML;Charset=\"Utf-8\"",         Some("text/html; charset=utf-8"),        "upper case, which WebOb keeps, and quotes that are not needed"),
        ("text/html;\tcharset=x",               Some("text/html; charset=x"),            "a tab is white space too"),
        ("text/html; charset = x",              Some("text/html; charset=x"),            "blanks around `=`; Werkzeug leaves the parameter out"),
        ("text/html; charset='x'",              Some("text/html; charset='x'"),          "single quotes are part of a token"),
        ("text/html;",                          Some("text/html"),                       "nothing after the semicolon"),
        ("text/html;;charset=x",                Some("text/html; charset=x"),            "nothing between two semicolons"),
        ("application/json; charset=",          Some("application/json"),                "an empty value does not discard the type"),
        ("text/html; charset=; v=1",            Some("text/html; v=1"),                  "an empty value does not discard the parameters after it"),
        ("text/html; charset=\"\"; v=\"1\"",    Some("text/html; v=1"),                  "an empty value in quotes, of which `mime` would make one with the rest"),
        ("application/json; charset",           Some("application/json"),                "no value at all"),
        ("text/html; =x; charset=y",            Some("text/html; charset=y"),            "no name"),
        ("text/html; charset=a; charset=b",     Some("text/html; charset=a; charset=b"), "both are there, and the first counts; in Werkzeug the last"),
        (" application/json ",                  Some("application/json"),                "blanks around it"),
        ("application/vnd.api+json;v=1",        Some("application/vnd.api+json; v=1"),   "a suffix"),
        ("image/svg+xml",                       Some("image/svg+xml"),                   "another suffix"),
        ("application/json;odata=verbose",      Some("application/json; odata=verbose"), "as OData clients send it"),
        ("multipart/form-data; boundary=\"a b\"", Some("multipart/form-data; boundary=\"a b\""), "a value that needs its quotes"),
        ("multipart/form-data; boundary=a:b/c", Some("multipart/form-data; boundary=\"a:b/c\""), "a value that needs quotes and has none"),
        ("multipart/form-data; boundary=aB",    Some("multipart/form-data; boundary=aB"), "only the charset is case-insensitive"),
        ("application/soap+xml; action=\"http://x/y\"", Some("application/soap+xml; action=\"http://x/y\""), "as SOAP clients send it"),
        ("a/b; x=\"y;z\" ;v=1",                 Some("a/b; x=\"y;z\"; v=1"),             "a semicolon in quotes"),
        ("a/b; x=\"y\\\"z\"; v=1",              Some("a/b; v=1"),                        "an escaped quote, which `mime` cannot hold"),
        ("a/b; x=\"C:\\y\"; v=1",               Some("a/b; v=1"),                        "a backslash: others would take it for an escape"),
        ("a/b; x=\"y",                          Some("a/b"),                             "unclosed quotes"),
        ("a/b; x=y\"z; v=1",                    Some("a/b"),                             "a quote that makes the next parameter ambiguous"),
        ("text/html; charset=ä",                Some("text/html; charset=\"ä\""),        "a value beyond ASCII; Werkzeug leaves it out"),
        ("text/html; ä=x; v=1",                 Some("text/html; v=1"),                  "a name beyond ASCII"),
        ("text/html; charset=utf-8, text/html", Some("text/html; charset=\"utf-8, text/html\""), "two joined by a proxy: a charset that is not known, as in WebOb"),
        ("*/*",                                 Some("*/*"),                             "a range, as some old clients send"),
        ("",                                    None,                                    "nothing"),
        (";;",                                  None,                                    "nothing but semicolons"),
        ("json",                                None,                                    "no subtype; WebOb and Werkzeug give `json`"),
        ("text/",                               None,                                    "an empty subtype, which `mime` takes"),
        ("/html",                               None,                                    "no type"),
        ("text /html",                          None,                                    "a blank in it"),
        ("text/html charset=utf-8",             None,                                    "no semicolon; WebOb and Werkzeug give all of it as the type"),
        ("text/html: charset=utf-8",            None,                                    "a colon for a semicolon"),
        ("application/json, application/json",  None,                                    "two joined by a proxy: neither has priority"),
        ("charset=utf-8",                       None,                                    "a parameter alone"),
        ("täxt/html",                           None,                                    "a type beyond ASCII"),
        ("a/b/c",                               None,                                    "a second slash"),
    ];
    for (sent, expected, why) in cases {
        let read = parse(sent.as_bytes());
        assert_eq!(text(read.as_ref()), expected, "{sent:?}: {why}");
    }
    let read = parse(b"a/b; x=\xff; y=z");
    assert_eq!(text(read.as_ref()), Some("a/b; y=z"), "not UTF-8");
    assert_eq!(parse(b"a/\xff"), None, "the type is not UTF-8");
}

#[test]
fn json_is_known_by_its_type() {
    #[rustfmt::skip]
    let cases = [
        ("application/json",                   true,  "as it should be"),
        ("APPLICATION/JSON",                   true,  "in any case"),
        ("application/json ; charset=",        true,  "whatever follows"),
        ("application/vnd.api+json",           true,  "by its suffix (RFC 6839 §3.1)"),
        ("Application/Problem+JSON; x=y",      true,  "the same in any case"),
        ("application/+json",                  true,  "nothing before the suffix; Werkzeug the same"),
        ("application/json-seq",               false, "a sequence of texts (RFC 7464)"),
        ("application/jsonp",                  false, "a script"),
        ("application/a/b+json",               false, "not a type"),
        ("application/\u{e4}+json",            false, "a type beyond ASCII"),
        ("text/json",                          false, "not registered; Werkzeug the same"),
        ("model/gltf+json",                    false, "a form of another site cannot send it, but clients do not post it; Werkzeug the same"),
        ("application/json, application/json", false, "two joined"),
        ("json",                               false, "no type"),
        ("+json",                              false, "a suffix without a type"),
        ("",                                   false, "nothing"),
    ];
    for (sent, expected, why) in cases {
        assert_eq!(is_json(sent.as_bytes()), expected, "{sent:?}: {why}");
    }
}

#[test]
fn text_says_that_it_is_utf_8() {
    #[rustfmt::skip]
    let cases = [
        ("text/html",                     Some("text/html; charset=utf-8"),         "the common case"),
        ("Text/CSV",                      Some("Text/CSV; charset=utf-8"),          "in any case; not in WebOb and Werkzeug"),
        ("text/html;",                    Some("text/html; charset=utf-8"),         "nothing after the semicolon; theirs ends in `;; charset=…`"),
        ("text/plain; format=flowed",     Some("text/plain; format=flowed; charset=utf-8"), "another parameter"),
        ("text/event-stream",             Some("text/event-stream; charset=utf-8"), "all of text"),
        ("text/xml",                      Some("text/xml; charset=utf-8"),          "all of text"),
        ("text/javascript",               Some("text/javascript; charset=utf-8"),   "RFC 9239: scripts are text"),
        ("text/html; x=\"charset=a\"",    Some("text/html; x=\"charset=a\"; charset=utf-8"), "a value, not a parameter; WebOb takes it for one"),
        ("text/html; charset=latin1",     None, "another charset; Werkzeug's `mimetype` adds a second"),
        ("text/html;CHARSET=UTF-8",       None, "the same in capitals; WebOb adds a second"),
        ("text/html; charset = utf-8",    None, "with blanks"),
        ("text/html; charset=",           None, "never two, even if one is empty"),
        ("text/html; charset",            None, "never two, even if one has no value"),
        ("text/html; x=\"a",              None, "unclosed quotes: the charset would be inside them"),
        ("text/html; x=a\"b; y=z",        None, "an ambiguous quote"),
        ("text/html, text/plain",         None, "two"),
        ("text/",                         None, "not a type"),
        ("text",                          None, "no subtype"),
        ("application/json",              None, "RFC 8259 §11: there is no such parameter"),
        ("application/xml",               None, "the document declares it; WebOb and Werkzeug override it"),
        ("application/atom+xml",          None, "the same"),
        ("image/svg+xml",                 None, "the same"),
        ("application/javascript",        None, "obsolete (RFC 9239 §6); Werkzeug adds it, WebOb does not"),
        ("application/x-www-form-urlencoded", None, "no such parameter"),
        ("image/png",                     None, "not text"),
        ("",                              None, "nothing"),
    ];
    for (set, expected, why) in cases {
        let value = with_charset(HeaderValue::from_static(set));
        assert_eq!(value, expected.unwrap_or(set), "{set:?}: {why}");
    }
}

#[test]
fn what_is_read_can_be_sent_and_all_that_look_agree() {
    arbtest::arbtest(|u| {
        let start: &str = u.choose(&[
            "",
            "text/a",
            "application/json",
            "a/b+json",
            "multipart/form-data",
        ])?;
        let mut sent = start.as_bytes().to_vec();
        for _ in 0..u.arbitrary_len::<u8>()?.min(24) {
            let pieces: [&[u8]; 16] = [
                b"a",
                b"T",
                b"/",
                b";",
                b"=",
                b" ",
                b"\"",
                b"\\",
                b"\t",
                b",",
                b"+",
                b"*",
                b"charset",
                b"utf-8",
                b"\xc3\xa4",
                b"\xff",
            ];
            sent.extend_from_slice(u.choose(&pieces)?);
        }
        let read = parse(&sent);
        if let Some(read) = &read {
            let again = parse(to_header(read).as_bytes());
            assert_eq!(
                again.as_ref(),
                Some(read),
                "what is written is read as the same"
            );
            assert!(is(&sent, read.essence_str()), "{read}");
            // For a `Mime`, the subtype of `json+a` is `json`, which is wrong.
            let json = read.essence_str() == "application/json"
                || read.type_() == mime::APPLICATION && read.suffix() == Some(mime::JSON);
            assert_eq!(is_json(&sent), json, "{read}");
            if let Some(charset) = read.get_param(mime::CHARSET) {
                let label = charset_label(&sent);
                assert!(label.is_some(), "{charset}");
            }
        }
        assert!(read.is_some() || !is_json(&sent), "JSON has a type");
        assert!(read.is_some() || !is(&sent, MULTIPART), "a form has a type");
        if let Ok(value) = HeaderValue::from_bytes(&sent) {
            let once = with_charset(value);
            assert_eq!(with_charset(once.clone()), once, "never twice");
            assert_eq!(read.is_some(), parse(once.as_bytes()).is_some());
        }
        Ok(())
    });
}

#[test]
fn the_charset_is_a_parameter() {
    #[rustfmt::skip]
    let cases = [
        ("text/plain; charset=utf-8",         Some(("utf-8", true)),     "the common form"),
        ("text/plain;CHARSET=\"UTF-8\"; x=y", Some(("utf-8", true)),     "in capitals and quotes"),
        ("text/plain; charset = utf8 ",       Some(("utf8", true)),      "blanks do no harm"),
        ("text/plain; charset=\" utf8 \"",    Some(("utf8", true)),      "blanks in quotes do no harm either"),
        ("text/plain; x; y=\"z\"; charset=\"nonsense\"", Some(("nonsense", false)), "after other parameters"),
        ("text/plain; charset=A; charset=utf-8", Some(("a", false)),     "the first of two; in Werkzeug the last"),
        ("text/plain; charset=utf-8, a/b",    Some(("utf-8, a/b", false)), "two joined"),
        ("text/plain",                        None,                      "no parameter; WebOb gives UTF-8"),
        ("charset=utf-8",                     None,                      "a parameter without a type"),
        ("text/plain; xcharset=utf-8",        None,                      "another parameter"),
        ("text/plain; charset=",              None,                      "an empty charset"),
        ("text/plain; charset=\"utf-8",       None,                      "a charset that cannot be read"),
    ];
    for (content_type, expected, why) in cases {
        let content_type = content_type.as_bytes();
        let is_utf8 = charset(content_type).map(|charset| charset.is_utf8());
        let name = charset_name(content_type);
        let read = name.as_deref().zip(is_utf8);
        assert_eq!(read, expected, "{}: {why}", content_type.escape_ascii());
    }
    assert_eq!(charset_name(b"text/plain; charset=\"\""), None, "empty");
}
