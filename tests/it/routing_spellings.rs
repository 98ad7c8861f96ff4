//! Each value has one spelling: URLs are built with it, and other spellings redirect to it.

use arbtest::arbtest;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;
use rustzeug::routing::SlashPolicy;
use rustzeug::routing::TypedRule;
use rustzeug::{Request, Response, Result, Router};

use crate::common::answer;
use crate::common::serve;

const LOWER: &str = "01234567-89ab-cdef-0123-456789abcdef";
const UPPER: &str = "01234567-89AB-CDEF-0123-456789ABCDEF";

/// The target of the redirect, or the status with the values of the rule.
fn led(router: &Router, method: &str, target: &str) -> String {
    let response = serve(router, Request::blank(target).with_method(method));
    let mut response = Response::from(response);
    let status = response.status();
    match response.headers().get("location") {
        Some(location) => format!("{} {}", status.as_u16(), location.to_str().unwrap()),
        None if status == 200 => response.read_text().wait().unwrap(),
        None => status.as_u16().to_string(),
    }
}

fn told(request: &Request) -> String {
    let params = request.path_params();
    let values: Vec<_> = params.iter().map(|(_, value)| value).collect();
    values.join(" ")
}

#[rustfmt::skip]
const REDIRECTED: &[(&str, &str, &str, &str)] = &[
    ("GET",  "/i/7",         "7",           ""),
    ("GET",  "/i/007",       "308 /i/7",    "zeros in front"),
    ("GET",  "/i/00",        "308 /i/0",    "zero has one spelling"),
    ("GET",  "/i/%30%37",    "308 /i/7",    "encoded"),
    ("GET",  "/i/+7",        "404",         "a plus"),
    ("GET",  "/i/-0",        "404",         "there is no negative zero"),
    ("GET",  "/i/099999999999999999999", "404", "more than 64 bits"),
    ("GET",  "/s/-07",       "308 /s/-7",   "with a sign"),
    ("GET",  "/d/007",       "007",         "zeros up to the number of digits"),
    ("GET",  "/d/7",         "404",         "the number of digits counts"),
    ("GET",  "/d/0007",      "404",         "the number of digits counts"),
    ("GET",  "/f/1.5",       "1.5",         ""),
    ("GET",  "/f/1.50?x=1",  "308 /f/1.5?x=1", "zeros at the end"),
    ("GET",  "/f/2.0",       "308 /f/2",    "a fraction of zero"),
    ("GET",  "/f/052.520",   "308 /f/52.52", "zeros on both sides"),
    ("GET",  "/f/0.1000000000000000055511151231257827", "308 /f/0.1", "digits that a float cannot distinguish"),
    ("GET",  "/f/1e5",       "404",         "no exponent"),
    ("GET",  "/f/1.",        "404",         "no fraction"),
    ("GET",  "/g/-1.50",     "308 /g/-1.5", "with a sign"),
    ("GET",  "/g/-0.0",      "308 /g/0",    "zero has one spelling"),
    ("GET",  "/g/9.10",      "404",         "out of range in any spelling"),
    ("GET",  "/2026/01/05/", "308 /2026/1/5/", "several"),
    ("GET",  "/2026/01/05",  "308 /2026/1/5/", "with a slash that is missing"),
    ("GET",  "//2026//01/05/", "308 /2026/1/5/", "with slashes too many"),
    ("GET",  "/m/1.50.txt",  "308 /m/1.5.txt", "not `1` and `50.txt`"),
    ("GET",  "/v/007",       "007",         "a rule that matches comes before a redirect"),
    ("PUT",  "/p/1.50",      "308 /p/1.5",  "only rules for the method count: a float"),
    ("POST", "/p/1.50",      "1.50",        "only rules for the method count: a text"),
    ("GET",  "/p/1.50",      "405",         "a redirect only if the rule has the method"),
    ("GET",  "/h/07",        "308 /h/7",    "next to a more specific rule"),
    ("GET",  "/at/1.50/x/01", "308 /at/1.5/x/01", "the path below a mount is not changed"),
    ("GET",  "/u/01234567-89AB-CDEF-0123-456789ABCDEF?a=b", "308 /u/01234567-89ab-cdef-0123-456789abcdef?a=b", "upper case, with a query"),
    ("GET",  "/m/01234567-89AB-CDEF-0123-456789ABCDEF.html", "308 /m/01234567-89ab-cdef-0123-456789abcdef.html", "within a segment"),
];

fn numbers() -> Router {
    Router::new()
        .get("/i/{n:int}", told)
        .get("/s/{n:int(signed)}", told)
        .get("/d/{n:int(digits=3)}", told)
        .get("/f/{n:float}", told)
        .get("/g/{n:float(signed,max=9)}", told)
        .get("/{y:int}/{m:int}/{d:int}/", told)
        .get("/u/{u:uuid}", told)
        .get("/m/{u:uuid}.{e}", told)
        .get("/m/{a:float}.{e}", told)
        .get("/v/{n:int}", told)
        .get("/v/{s}", told)
        .put("/p/{n:float}", told)
        .post("/p/{s}", told)
        .get("/h/{n:int}", told)
        .get("/h/7", || "seven")
        .mount("/at/{n:float}", told)
        .checked()
        .unwrap()
}

#[test]
fn another_spelling_is_redirected_where_nothing_else_matches() {
    let app = numbers();
    for (method, target, expected, why) in REDIRECTED {
        assert_eq!(
            led(&app, method, target),
            *expected,
            "{method} {target}: {why}"
        );
        if let Some(location) = expected.strip_prefix("308 ") {
            let next = led(&app, method, location);
            assert!(
                !next.starts_with("308") && next != "404",
                "{location}: {next}"
            );
        }
    }
    // Slashes have a policy, spellings do not.
    for policy in [SlashPolicy::Exact, SlashPolicy::Both] {
        let app = Router::new()
            .get("/{n:int}/", told)
            .with_slash_policy(policy);
        assert_eq!(led(&app, "GET", "/07/"), "308 /7/", "{policy:?}");
    }
    let found = app.match_environ(Request::blank("/i/007").environ());
    assert_eq!(
        found.unwrap_err().status(),
        404,
        "a redirect is not a match"
    );
}

#[test]
fn values_are_built_in_their_one_spelling() {
    let app = Router::new()
        .get("/i/{n:int}", told)
        .name("int")
        .get("/d/{n:int(digits=3,signed)}", told)
        .name("digits")
        .get("/f/{n:float(signed)}", told)
        .name("float")
        .get("/u/{n:uuid}", told)
        .name("uuid")
        .host(
            "{n:int(digits=2)}.example.org",
            Router::new().get("/", told).name("shard"),
        )
        .checked()
        .unwrap();
    let lower = format!("/u/{LOWER}");
    #[rustfmt::skip]
    let cases = [
        ("int",    "7",     Some("/i/7"),       ""),
        ("int",    "007",   Some("/i/7"),       "zeros in front"),
        ("int",    "-7",    None,               "not signed"),
        ("digits", "7",     Some("/d/007"),     "filled up"),
        ("digits", "0",     Some("/d/000"),     "filled up"),
        ("digits", "-7",    Some("/d/-007"),    "the sign is not a digit"),
        ("digits", "007",   Some("/d/007"),     "the spelling that was matched"),
        ("digits", "07",    Some("/d/007"),     "filled up from two digits"),
        ("digits", "999",   Some("/d/999"),     "the last"),
        ("digits", "1000",  None,               "one past it"),
        ("float",  "1.5",   Some("/f/1.5"),     ""),
        ("float",  "1.50",  Some("/f/1.5"),     "zeros at the end"),
        ("float",  "-0",    Some("/f/0"),       "negative zero, as a float displays it"),
        ("float",  "2.0",   Some("/f/2"),       "as a float is displayed"),
        ("float",  "NaN",   None,               "no number"),
        ("float",  "inf",   None,               "no number"),
        ("uuid",   UPPER,   Some(&*lower),      "lower case"),
        ("shard",  "7",     Some("//07.example.org/"), "a parameter of a host"),
        ("shard",  "100",   None,               "too many digits in a host"),
    ];
    for (name, value, expected, why) in cases {
        let built = app.url_for(name, [("n", value)]).ok();
        assert_eq!(built.as_deref(), expected, "{name} {value}: {why}");
    }
}

#[test]
fn a_typed_rule_fills_up_its_digits() {
    const PART: TypedRule<(u16, u8)> = TypedRule::new("/{year:int(digits=4)}/{part:int(digits=2)}");

    fn next(request: &Request) -> Result<String> {
        let (year, part) = PART.params(request)?;
        PART.url_for(request, (year, part + 1))
    }

    let app = Router::new().get(PART, next).checked().unwrap();
    for (path, url) in [("/0099/01", "/0099/02"), ("/2026/09", "/2026/10")] {
        assert_eq!(
            answer(&app, Request::blank(path)),
            (200, url.to_owned()),
            "{path}"
        );
    }
    assert_eq!(
        app.url_for(PART.rule(), PART.values((7, 3))).as_deref(),
        Ok("/0007/03")
    );
}

#[test]
fn what_is_matched_is_what_is_built_and_back() {
    let texts = [
        "/{n:int(signed)}",
        "/f/{n:float(signed)}",
        "/d/{n:int(digits=5,signed)}",
    ];
    let rules = texts.map(|text| (Rule::parse(text).unwrap(), text));
    let rules = Rules::new(rules).unwrap();
    arbtest(|u| {
        let (whole, number): (i64, f64) = (u.arbitrary()?, u.arbitrary()?);
        let path = rules.build(&texts[0], [("n", whole)]).unwrap();
        let read = rules.find(&path).unwrap().get("n").unwrap().parse();
        assert_eq!(read, Ok(whole), "{path}");
        if number.is_finite() {
            let path = rules.build(&texts[1], [("n", number)]).unwrap();
            let read: f64 = rules
                .find(&path)
                .unwrap()
                .get("n")
                .unwrap()
                .parse()
                .unwrap();
            assert_eq!((read + 0.0).to_bits(), (number + 0.0).to_bits(), "{path}");
        }
        let few = whole % 100_000;
        let path = rules.build(&texts[2], [("n", few)]).unwrap();
        let read = rules.find(&path).unwrap().get("n").unwrap().parse();
        assert_eq!(read, Ok(few), "{path}");
        // A text that a rule matches is the text that is built from its value.
        let letters = u.arbitrary_len::<u8>()?.min(12);
        let text: String = (0..letters)
            .map(|_| Ok(*u.choose(&['0', '1', '9', '.', '-', 'e', '+'])?))
            .collect::<std::result::Result<_, arbtest::arbitrary::Error>>()?;
        for prefix in ["/", "/f/", "/d/"] {
            let path = format!("{prefix}{text}");
            let Some(found) = rules.find(&path) else {
                continue;
            };
            let value: f64 = found.get("n").unwrap().parse().unwrap();
            assert_eq!(
                rules.build(found.endpoint(), [("n", value)]).as_deref(),
                Ok(&*path)
            );
        }
        Ok(())
    });
}

fn below_localhost() -> Router {
    fn links(request: &Request) -> Result<String> {
        Ok([
            request.url_for("front", ())?,
            request.url_for("help", ())?,
            request.url_for("home", [("user", "ada")])?,
            request.absolute_url_for("home", [("user", "bob")])?,
        ]
        .join(" "))
    }
    let site = |name: &str| Router::new().get("/", links).name(name);
    Router::new()
        .host("example.org", site("front"))
        .host("help.example.org", site("help"))
        .host("{user}.example.org", site("home"))
        .host("api.example.net", site("api"))
        .host("own.localhost", Router::new().get("/", || "its own"))
        .with_localhost_as("Example.org.")
        .checked()
        .unwrap()
}

#[test]
fn hosts_are_tried_below_localhost() {
    let app = below_localhost();
    let there = "https://help.example.org/ https://ada.example.org/ https://bob.example.org/";
    let here = "http://help.localhost:8000/ http://ada.localhost:8000/ http://bob.localhost:8000/";
    #[rustfmt::skip]
    let cases = [
        ("https://example.org/",          "/",                       there, "in production"),
        ("http://localhost:8000/",        "/",                       here,  "the domain itself"),
        ("http://help.localhost:8000/",   "http://localhost:8000/",  here,  "a subdomain"),
        ("http://HELP.LocalHost:8000/",   "http://localhost:8000/",  here,  "hosts have no case"),
        ("http://ada.localhost:8000/",    "http://localhost:8000/",  here,  "a parameter"),
        ("http://127.0.0.1:8000/",       "/",                       here,  "the address of this machine"),
        ("http://[::1]:8000/",           "/",                       here,  "the address of this machine"),
        ("http://ada.localhost.:8000/",   "http://localhost:8000/",  here,  "the root of all names"),
    ];
    for (url, front, others, why) in cases {
        let (status, text) = answer(&app, Request::blank(url));
        // A router links to its own host by a path.
        let whole = |link: &str| match link {
            "/" => url.to_lowercase().replace("localhost.:", "localhost:"),
            link => link.to_owned(),
        };
        let links: Vec<_> = text.split(' ').map(whole).collect();
        let expected = format!("{} {others}", whole(front));
        assert_eq!((status, links.join(" ")), (200, expected), "{url}: {why}");
    }
    for (url, status, why) in [
        (
            "http://own.localhost/",
            200,
            "a rule for localhost comes first",
        ),
        ("http://a.b.localhost/", 404, "a parameter is one label"),
        (
            "http://api.localhost/",
            200,
            "a parameter of the domain, not a subdomain of another host",
        ),
        ("http://notlocalhost/", 404, "another host"),
        ("http://192.0.2.1/", 404, "another machine"),
        ("http://help.localhost.evil.org/", 404, "another host"),
    ] {
        assert_eq!(answer(&app, Request::blank(url)).0, status, "{url}: {why}");
    }
    assert_eq!(
        app.url_for("help", ()).as_deref(),
        Ok("//help.example.org/")
    );
    let base = app.absolute_url_for("http://localhost:8000", "help", ());
    assert_eq!(base.as_deref(), Ok("http://help.localhost:8000/"));
    for domain in ["", "a b", "example.org:80", "[::1]"] {
        let fault = Router::new()
            .with_localhost_as(domain)
            .checked()
            .unwrap_err();
        assert!(
            fault.to_string().contains("can replace"),
            "{domain}: {fault}"
        );
    }
}
