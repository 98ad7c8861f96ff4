//! Routers in routers: mounts, nesting, hosts.

use rustzeug::Router;

use crate::routing::{ask, told};

#[test]
fn redirects_stay_below_their_mount() {
    let inner = Router::new()
        .get("/{x}/", told)
        .get("/a/b", told)
        .get("/{x}/{y}", told);
    let app = Router::new()
        .mount("/m/{n}", inner.clone())
        .mount("/", inner);
    #[rustfmt::skip]
    let cases = [
        ("/m/%2F/x", "/m/%2F/x/", "the prefix stays as it was sent"),
        ("/m/1/%2Fevil.org", "/m/1/%2Fevil.org/", "the rest stays as it was sent"),
        ("/m/1//evil.org/", "/m/1/evil.org/", ""),
        ("/m/1/a//b?x=//y", "/m/1/a/b?x=//y", "the query is not changed"),
        ("//evil.org", "/evil.org/", "several slashes become one"),
        ("//evil.org/%2e%2e/", "/evil.org/%2e%2e", ""),
        ("/%09/evil.org/", "/%09/evil.org", "control characters stay encoded"),
        ("/%0D%0Aa:b", "/%0D%0Aa:b/", ""),
        ("http://example.org//evil.org", "/evil.org/", "a target in absolute form"),
    ];
    for (target, location, why) in cases {
        for method in ["GET", "HEAD"] {
            let got = ask(&app, method, target);
            assert_eq!(
                (got.0, &*got.1),
                (308, location),
                "{method} {target}: {why}"
            );
        }
    }
}

#[test]
fn a_mount_moves_the_script_name() {
    let inner = Router::new()
        .get("/", told)
        .get("/{x}", told)
        .get("/dir/", told);
    let app = Router::new()
        .mount("/app", inner.clone())
        .mount("/{tenant}/in", inner)
        .mount("/raw", told)
        .get("/app/own", || "own");
    #[rustfmt::skip]
    let cases = [
        ("/app/", 200, "", "/  /app", ""),
        ("/app", 308, "/app/", "", "the mounted router redirects"),
        ("/app/x", 200, "", "/{x} x=x /app", ""),
        ("/app/own", 200, "", "own", "the outer rule is more specific"),
        ("/app/dir?q", 200, "", "/{x} x=dir /app", ""),
        ("/app/a%2Fb", 200, "", "/{x} x=a/b /app", ""),
        ("/app/a/b", 404, "", "Not Found", ""),
        ("/apple", 404, "", "Not Found", "a mount ends at a slash"),
        ("/a%70p/x", 200, "", "/{x} x=x /app", "decoded"),
        ("/ada/in/x", 200, "", "/{x} tenant=ada,x=x /ada/in", "outer parameters first"),
        ("/raw/a/b//c", 200, "", "/raw  /raw", ""),
        ("/raw/", 200, "", "/raw  /raw", ""),
    ];
    for (target, status, header, text, why) in cases {
        let got = ask(&app, "GET", target);
        let text = if text.is_empty() { &got.2 } else { text };
        assert_eq!(
            (got.0, &*got.1, &*got.2),
            (status, header, text),
            "{target}: {why}"
        );
    }
    // A path that no rule but a mount at the top matches.
    let top = Router::new().mount("/", told);
    assert_eq!(ask(&top, "GET", "/").0, 200);
    assert_eq!(ask(&top, "PURGE", "/a/b").0, 200);
}

#[test]
fn nested_routers_are_one_with_the_outer() {
    let notes = Router::new()
        .get("/", told)
        .get("/{id:int}", told)
        .fallback(|| (404, "no such note"));
    let app = Router::new()
        .nest("/{user}/notes", notes)
        .nest("", Router::new().get("/about", told))
        .get("/{user}/notes/new", told)
        .fallback(|| (404, "nothing"));
    #[rustfmt::skip]
    let cases = [
        ("GET",  "/ada/notes/7", 200, "/{user}/notes/{id:int} user=ada,id=7"),
        ("GET",  "/ada/notes", 308, ""),
        ("GET",  "/ada/notes/new", 200, "/{user}/notes/new user=ada"),
        ("GET",  "/ada/notes/x", 404, "no such note"),
        ("POST", "/ada/notes/7", 405, "Method Not Allowed"),
        ("GET",  "/about", 200, "/about"),
        ("GET",  "/ada/x", 404, "nothing"),
    ];
    for (method, target, status, text) in cases {
        let got = ask(&app, method, target);
        let text = if text.is_empty() { &got.2 } else { text };
        assert_eq!((got.0, &*got.2), (status, text), "{method} {target}");
    }
}

#[test]
fn hosts_have_routers_of_their_own() {
    let app = Router::new()
        .get("/", || "default")
        .host("api.example.org", Router::new().get("/", || "api"))
        .host("{tenant}.example.org", Router::new().get("/{x}", told));
    #[rustfmt::skip]
    let cases = [
        ("http://api.example.org/", 200, "api"),
        ("http://API.example.org:81/", 200, "api"),
        ("http://ada.example.org/y", 200, "/{x} tenant=ada,x=y"),
        ("http://ada.example.org/", 404, "Not Found"),
        ("http://a.b.example.org/", 200, "default"),
        ("http://example.org/", 200, "default"),
    ];
    for (target, status, text) in cases {
        let got = ask(&app, "GET", target);
        assert_eq!((got.0, &*got.2), (status, text), "{target}");
    }
}
