//! Parsing of credentials and challenges.

use super::*;
use crate::headers::Header;

#[test]
fn credentials_are_read_strictly() {
    let basic = |user: &str, password: &str| Credentials::basic(user, password);
    #[rustfmt::skip]
    let cases = [
        ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", basic("Aladdin", "open sesame"), "the example of RFC 7617"),
        ("Basic dGVzdDoxMjPCow==",             basic("test", "123£"),           "UTF-8, its other example"),
        ("bAsIc OmE=",                         basic("", "a"),                  "any case; an empty name"),
        ("Basic YTpiOmM=",                     basic("a", "b:c"),               "a colon in the password"),
        ("Basic YTo=",                         basic("a", ""),                  "an empty password"),
        ("Basic   YTo=",                       basic("a", ""),                  "several blanks"),
        ("Bearer mF_9.B5f-4.1JqM",             Credentials::bearer("mF_9.B5f-4.1JqM"), "the example of RFC 6750"),
        ("Bearer a==",                         Credentials::bearer("a=="),      "padding"),
        ("Basic dGVzdDoxMjOj",                 None, "Latin-1"),
        ("Basic YQ==",                         None, "no colon"),
        ("Basic YToK",                         None, "a control character"),
        ("Basic YTpi=",                        None, "padding of another length"),
        ("Basic a=b",                          None, "parameters"),
        ("Basic",                              None, "nothing behind the scheme"),
        ("Bearer a=b",                         None, "parameters in place of a token"),
        ("Bearer a b",                         None, "two tokens"),
        ("Digest abc",                         None, "a token in place of parameters"),
        ("Digest",                             None, "no parameters"),
        ("Bearer a, Bearer b",                 None, "two of them"),
        ("Digest a=1, A=2",                    None, "a parameter twice"),
        ("x=y",                                None, "no scheme"),
        ("",                                   None, "an empty value"),
        (" , ",                                None, "empty elements"),
        ("B\u{e4}r a",                         None, "no token"),
    ];
    for (text, want, why) in cases {
        let read = text.parse::<Authorization>().ok().map(Credentials::from);
        assert_eq!(read, want, "{text:?}: {why}");
    }
}

#[test]
fn a_scheme_has_no_more_parameters_than_are_worth_comparing() {
    let read = |count: usize| {
        let parameters: Vec<_> = (0..count).map(|at| format!("x{at}=1")).collect();
        let line = format!("Digest {}", parameters.join(", "));
        line.parse::<Authorization>().is_ok()
    };
    assert!(read(64));
    assert!(!read(65));
}

#[test]
fn digest_and_others_have_parameters() {
    // RFC 7616 §3.9.1
    let sent = "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", \
        algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, \
        cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, \
        response=\"8ca523f5e9506fed4657c9700eebdbec\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
    let read: Authorization = sent.parse().expect("the example");
    assert_eq!(read.to_string(), sent);
    let Credentials::Digest(parameters) = read.into() else {
        panic!("not Digest");
    };
    assert_eq!(parameters.get("UserName"), Some("Mufasa"));
    assert_eq!(parameters.iter().count(), 10);

    // RFC 7616 §3.9.2, in part
    let sent = "Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, userhash=false, nc=00000001";
    let read: Authorization = sent.parse().expect("the example");
    assert_eq!(read.to_string(), sent, "an encoded value has no quotes");

    let read: Authorization = "Negotiate YII=".parse().expect("another scheme");
    let Credentials::Other(other) = read.into() else {
        panic!("it is known");
    };
    assert_eq!((other.scheme(), other.token()), ("Negotiate", Some("YII=")));
}

#[test]
fn nothing_secret_is_shown() {
    let header = Authorization::from(Credentials::basic("ada", "sesame").expect("sound"));
    assert_eq!(format!("{header:?}"), "Authorization(Basic ***)");
    assert!(header.encode().is_sensitive());
    let unsound = Credentials::Bearer("a\r\nb".to_owned());
    assert_eq!(Authorization::from(unsound).to_string(), "invalid");
}

#[test]
fn challenges_are_told_apart() {
    #[rustfmt::skip]
    let cases = [
        ("Basic realm=\"a\"",                      Some("Basic realm=\"a\""), "one"),
        ("Basic realm=a",                          Some("Basic realm=\"a\""), "without quotes: written with them"),
        ("Basic realm=\"a\", Bearer realm=\"b\"",  Some("Basic realm=\"a\", Bearer realm=\"b\""), "two"),
        ("Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
            Some("Newauth realm=\"apps\", type=\"1\", title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\""),
            "the example of RFC 9110 §11.6.1"),
        (",, Negotiate ,, Basic ,realm = \"a, b\",", Some("Negotiate, Basic realm=\"a, b\""), "empty elements, blanks"),
        ("Negotiate YII=",                         Some("Negotiate YII="), "a token"),
        ("Bearer, Basic",                          Some("Bearer, Basic"), "schemes alone"),
        ("Basic realm=\"\"",                       Some("Basic realm=\"\""), "an empty realm"),
        ("Digest realm=\"r\", ALGORITHM=SHA-256",  Some("Digest realm=\"r\", algorithm=SHA-256"), "what has no quotes"),
        ("realm=\"a\"",                            None, "no scheme"),
        ("Basic realm=\"a\", realm=\"b\"",         None, "a parameter twice"),
        ("Basic realm=\"a",                        None, "an open quote"),
        ("Negotiate YII=, realm=\"a\"",            None, "a token and a parameter"),
        ("Basic realm=\"a\" x",                    None, "text behind the value"),
        ("",                                       None, "no challenge"),
    ];
    for (text, want, why) in cases {
        let read = text.parse::<WwwAuthenticate>().ok();
        assert_eq!(
            read.map(|it| it.to_string()).as_deref(),
            want,
            "{text:?}: {why}"
        );
    }
}

#[test]
fn no_part_of_a_challenge_splits_the_header() {
    let challenge = Challenge::new("Ba sic\r\n")
        .with_parameter("realm\r\nx", "a")
        .with_parameter("realm", "a\r\nx: \"y\"\t");
    let written = challenge.to_string();
    assert_eq!(written, "invalid realm=\"a  x: \\\"y\\\" \"");
    assert_eq!(Challenge::basic("a").with_token("x y").token(), None);
}
