//! What Werkzeug 3.1.8 makes of rules, paths and values, recorded by tests/oracle/record.py, and what is made
//! of them here: the same, or there is a reason.

use rustzeug::{Request, Response, Router};

use crate::common::{Recorded, serve};

/// The rules, with `|` between them; the method of the rules and that of the request; the target; what
/// Werkzeug and this crate make of it; why, where they differ.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("/u/{n}", "GET GET", "/u/bob", "/u/{n} n=bob", "/u/{n} n=bob", ""),
    ("/u/{n}", "GET GET", "/u//bob", "308 /u/bob", "308 /u/bob", ""),
    ("/u/{n}", "GET GET", "/u/bob/", "404", "308 /u/bob", "redirects work both ways"),
    ("/a", "GET GET", "//a", "/a", "308 /a", "one URL for one thing"),
    ("/a", "GET GET", "/a/", "404", "308 /a", "redirects work both ways"),
    ("/a/", "GET GET", "/a", "308 /a/", "308 /a/", ""),
    ("/a/", "GET GET", "/a?x=1", "308 /a/?x=1", "308 /a/?x=1", ""),
    ("/a/", "GET POST", "/a", "404", "404", ""),
    ("/a", "GET PUT", "/a", "405 GET, HEAD", "405 GET, HEAD, OPTIONS", "OPTIONS is automatic"),
    ("/a", "GET HEAD", "/a", "/a", "/a", ""),
    ("/a", "GET OPTIONS", "/a", "405 GET, HEAD", "204 GET, HEAD, OPTIONS", "OPTIONS is automatic"),
    ("/{n:int}", "GET GET", "/7", "/{n:int} n=7", "/{n:int} n=7", ""),
    ("/{n:int}", "GET GET", "/007", "/{n:int} n=7", "404", "a number has one spelling"),
    ("/{n:int}", "GET GET", "/%D9%A3", "/{n:int} n=3", "404", "digits are those of ASCII"),
    ("/{n:int}", "GET GET", "/-7", "404", "404", ""),
    ("/{n:int(signed)}", "GET GET", "/-7", "/{n:int(signed)} n=-7", "/{n:int(signed)} n=-7", ""),
    ("/{n:int(max=5)}|/{s}", "GET GET", "/7", "404", "/{s} s=7", "a converter that declines is no end"),
    ("/{n:int(digits=3)}", "GET GET", "/007", "/{n:int(digits=3)} n=7", "/{n:int(digits=3)} n=007", "values are as they were sent until parsed"),
    ("/{n:int}|/{s}", "GET GET", "/x", "/{s} s=x", "/{s} s=x", ""),
    ("/{n:float}", "GET GET", "/1", "404", "/{n:float} n=1", "a fraction is not needed"),
    ("/{n:float}", "GET GET", "/1.5", "/{n:float} n=1.5", "/{n:float} n=1.5", ""),
    ("/{n:float}", "GET GET", "/1e5", "404", "404", ""),
    ("/{x}|/new", "GET GET", "/new", "/new", "/new", ""),
    ("/{p:path}|/{x}", "GET GET", "/a", "/{x} x=a", "/{x} x=a", ""),
    ("/{p:path}|/{x}", "GET GET", "/a/b", "/{p:path} p=a/b", "/{p:path} p=a/b", ""),
    ("/{p:path}/edit|/{p:path}", "GET GET", "/a/b/edit", "/{p:path}/edit p=a/b", "/{p:path}/edit p=a/b", ""),
    ("/{p:path}", "GET GET", "/a//b", "/{p:path} p=a//b", "/{p:path} p=a//b", ""),
    ("/{p:path}", "GET GET", "/a/", "/{p:path} p=a/", "/{p:path} p=a/", ""),
    ("/{y:int}-{s}.{e}", "GET GET", "/2024-my-post.v1.html", "/{y:int}-{s}.{e} y=2024 s=my-post.v1 e=html", "/{y:int}-{s}.{e} y=2024 s=my-post.v1 e=html", ""),
    ("/{a}-{b}", "GET GET", "/x-y-z", "/{a}-{b} a=x-y b=z", "/{a}-{b} a=x-y b=z", ""),
    ("/{a:any(new,old)}|/{x}", "GET GET", "/old", "/{a:any(new,old)} a=old", "/{a:any(new,old)} a=old", ""),
    ("/{a:any(new,old)}|/{x}", "GET GET", "/older", "/{x} x=older", "/{x} x=older", ""),
    ("/{u:uuid}", "GET GET", "/01234567-89ab-cdef-0123-456789abcdef", "/{u:uuid} u=01234567-89ab-cdef-0123-456789abcdef", "/{u:uuid} u=01234567-89ab-cdef-0123-456789abcdef", ""),
    ("/{l:str(length=2)}", "GET GET", "/de", "/{l:str(length=2)} l=de", "/{l:str(length=2)} l=de", ""),
    ("/{l:str(length=2)}", "GET GET", "/deu", "404", "404", ""),
    ("/{x}/b|/a/{y}", "GET GET", "/a/b", "/a/{y} y=b", "/a/{y} y=b", ""),
    ("/{x}.txt|/{x}", "GET GET", "/a.txt", "/{x}.txt x=a", "/{x}.txt x=a", ""),
    ("/a b", "GET GET", "/a%20b", "/a b", "/a b", ""),
    ("/{x}", "GET GET", "/a%2Fb", "404", "/{x} x=a/b", "an encoded slash is data"),
    ("/ä", "GET GET", "/%C3%A4", "/ä", "/ä", ""),
    ("/{x}", "GET GET", "/a+b", "/{x} x=a+b", "/{x} x=a+b", ""),
];

/// A rule with the parameter `n`; its value; what Werkzeug and this crate make of it; why.
type Built = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const BUILT: &[Built] = &[
    ("/u/{n}", "a/b", "/u/a/b", "/u/a%2Fb", "it leads back"),
    ("/u/{n}", "a b", "/u/a%20b", "/u/a%20b", ""),
    ("/u/{n}", "a?b", "/u/a%3Fb", "/u/a%3Fb", ""),
    ("/u/{n}", ".", "/u/.", "!", "a client would resolve it"),
    ("/{n:float}", "1e22", "/1e+22", "/10000000000000000000000", "it leads back"),
    ("/{n:str(max=2)}", "abc", "/abc", "!", "it would lead nowhere"),
    ("/{n:any(a,b)}", "c", "!", "!", ""),
    ("/{n:path}", "a/b c", "/a/b%20c", "/a/b%20c", ""),
    ("/{n:path}", "../a", "/../a", "!", "a client would resolve it"),
];

/// The rule that was chosen, and its values.
fn told(request: &Request) -> String {
    let rule = request
        .routed()
        .map_or_else(String::new, |routed| routed.rule().to_owned());
    let params = request.path_params();
    params
        .iter()
        .fold(rule, |text, (name, value)| format!("{text} {name}={value}"))
}

fn routed(rules: &str, methods: &str, target: &str) -> String {
    let (known, asked) = methods.split_once(' ').unwrap();
    let add = |router: Router, rule| router.route([known], rule, told);
    let router = rules.split('|').fold(Router::new(), add);
    let response = serve(&router, Request::blank(target).with_method(asked));
    let mut response = Response::from(response);
    let status = response.status().as_u16();
    let header = |name| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(format!("{status} {value}"))
    };
    match header("location").or_else(|| header("allow")) {
        Some(text) => text,
        None if asked == "HEAD" => rules.to_owned(),
        None if status == 200 => response.read_text().wait().unwrap(),
        None => status.to_string(),
    }
}

fn built(rule: &str, value: &str) -> String {
    let router = Router::new().get(rule, told).name("x");
    let url = match value.parse::<f64>() {
        Ok(number) if rule.contains("float") => router.url_for("x", [("n", number)]),
        _ => router.url_for("x", [("n", value)]),
    };
    url.unwrap_or_else(|_| "!".to_owned())
}

#[test]
fn paths_are_routed_as_werkzeug_does_or_for_a_reason() {
    let mut recorded = Recorded::default();
    for (rules, methods, target, werkzeug, ours, why) in ROWS {
        let got = routed(rules, methods, target);
        recorded.row(
            &format!("{rules} {methods} {target}"),
            &got,
            [ours, werkzeug, ours, why],
        );
    }
    for (rule, value, werkzeug, ours, why) in BUILT {
        recorded.row(
            &format!("{rule} {value}"),
            &built(rule, value),
            [ours, werkzeug, ours, why],
        );
    }
    recorded.hold();
}
