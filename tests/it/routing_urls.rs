//! URLs of routes, in a handler and outside.

use rustzeug::routing::{BuildError, Values};
use rustzeug::{MultiDict, Request, Result, Router};

use crate::common::{Log, answer, serve};

/// A name, values, and the URL that is built.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

#[test]
fn urls_are_built_by_name() {
    let router = Router::new()
        .get("/", || "")
        .name("home")
        .get("/users/{id:int}", || "")
        .name("user")
        .get("/posts/{year:int}-{slug}.{ext:any(html,txt)}", || "")
        .name("post")
        .get("/files/{path:path}", || "")
        .name("file")
        .post("/users/{id:int}", || "")
        .nest("/admin/{area}", Router::new().get("/", || "").name("admin"))
        .mount("/wiki/{space}", || "")
        .name("wiki");
    let url = |name, values: &[(&str, &str)]| router.url_for(name, values);
    #[rustfmt::skip]
    let cases: &[Case] = &[
        ("home", &[], "/"),
        ("home", &[("q", "a b"), ("q", "c")], "/?q=a+b&q=c"),
        ("user", &[("id", "7")], "/users/7"),
        ("post", &[("year", "2026"), ("slug", "a-b"), ("ext", "txt")], "/posts/2026-a-b.txt"),
        ("file", &[("path", "a b/ä.txt")], "/files/a%20b/%C3%A4.txt"),
        ("admin", &[("area", "x/y")], "/admin/x%2Fy/"),
        ("wiki", &[("space", "s")], "/wiki/s"),
    ];
    for (name, values, expected) in cases {
        assert_eq!(
            url(name, values).as_deref(),
            Ok(*expected),
            "{name} {values:?}"
        );
    }
    #[rustfmt::skip]
    let errors: &[Case] = &[
        ("users", &[], "there is no route `users`; did you mean `user`?"),
        ("xxxxxxx", &[], "there is no route `xxxxxxx`"),
        ("user", &[], "`id` is missing for the rule `/users/{id:int}`"),
        ("user", &[("id", "x")], "`id` is `x`, which does not fit the rule `/users/{id:int}`"),
        ("file", &[("path", "../x")], "`path` is `../x`, which does not fit the rule `/files/{path:path}`"),
        ("file", &[("path", "//evil.org")], "`path` is `//evil.org`, which does not fit the rule `/files/{path:path}`"),
    ];
    for (name, values, expected) in errors {
        let error = url(name, values).map_err(|error: BuildError| error.to_string());
        assert_eq!(error, Err((*expected).to_owned()), "{name} {values:?}");
    }
}

#[test]
fn values_come_in_several_shapes() {
    let dict = MultiDict::from([("a", "1"), ("b", "2")]);
    let cases = [
        [("a", 1), ("b", 2)].into_dict(),
        vec![("a", 1), ("b", 2)].into_dict(),
        (&[("a", 1), ("b", 2)]).into_dict(),
        [("a", 1), ("b", 2)][..].into_dict(),
        (("a", '1'), ("b", 2.0)).into_dict(),
        (&dict).into_dict(),
        [Some(("a", 1)), None, Some(("b", 2))].into_dict(),
        (("a", 1), None::<(&str, u8)>, Some(("b", 2))).into_dict(),
        [("a".to_owned(), "1"), ("b".to_owned(), "2")].into_dict(),
    ];
    for case in cases {
        assert_eq!(case, dict);
    }
}

#[test]
fn a_request_builds_urls_with_all_that_is_in_front() {
    fn links(request: &Request) -> Result<String> {
        let own = request.url_for("own", [("x", "a/b")])?;
        let outer = request.url_for("outer", ())?;
        let host = request.url_for("tenant", (("tenant", "ada"), ("id", 7)))?;
        let whole = request.absolute_url_for("own", [("x", 1)])?;
        Ok([own, outer, host, whole].join(" "))
    }
    let inner = Router::new()
        .get("/links", links)
        .get("/{x}", || "")
        .name("own");
    let app = Router::new()
        .get("/outer", || "")
        .name("outer")
        .host(
            "{tenant}.example.org",
            Router::new().get("/{id}", || "").name("tenant"),
        )
        .mount("/in ner", inner);
    let mut request = Request::blank("http://localhost:81/app/in%20ner/links");
    request.environ_mut().set_raw_script_name("/app").unwrap();
    let expected = "/app/in%20ner/a%2Fb /app/outer http://ada.example.org:81/app/7 http://localhost:81/app/in%20ner/1";
    assert_eq!(answer(&app, request), (200, expected.to_owned()));
}

#[test]
fn a_link_that_cannot_be_is_a_server_error_that_says_why() {
    let log = Log::default();
    let app = Router::new()
        .get("/", |request: &Request| request.url_for("hom", ()))
        .name("home");
    let response = serve(&app, Request::blank("/").with_server(log.server()));
    assert_eq!(response.status(), 500);
    assert!(
        log.text()
            .contains("there is no route `hom`; did you mean `home`?"),
        "{}",
        log.text()
    );
}

#[test]
fn a_mount_at_the_top_has_a_url() {
    let app = Router::new().mount("/", || "").name("all");
    assert_eq!(app.url_for("all", ()).as_deref(), Ok("/"));
    assert_eq!(app.url_for("all", [("q", 1)]).as_deref(), Ok("/?q=1"));
}

/// A name, values, the path or the error, and the reason.
type Linked = (
    &'static str,
    &'static [(&'static str, &'static str)],
    Result<&'static str, &'static str>,
    &'static str,
);

#[test]
fn a_host_that_another_rule_takes_is_not_built() {
    let app = Router::new()
        .host("www.example.org", Router::new().get("/", || ""))
        .host(
            "{tenant}.example.org",
            Router::new().get("/", || "").name("tenant"),
        )
        .host(
            "{a}-{n:int}.{zone:any(DE,en)}.example.com",
            Router::new().get("/", || "").name("several"),
        );
    #[rustfmt::skip]
    let cases: &[Linked] = &[
        ("tenant", &[("tenant", "ada")], Ok("//ada.example.org/"), "a host without a scheme"),
        ("tenant", &[("tenant", "www")], Err("the rule `{tenant}.example.org` gives `www.example.org`, which the rule `www.example.org` matches"), "another rule has it"),
        ("tenant", &[("tenant", "a.b")], Err("`tenant` is `a.b`, which does not fit the rule `{tenant}.example.org`"), "two labels"),
        ("tenant", &[("tenant", "a b")], Err("`tenant` is `a b`, which does not fit the rule `{tenant}.example.org`"), "no host"),
        ("tenant", &[("tenant", "bü")], Err("`tenant` is `bü`, which does not fit the rule `{tenant}.example.org`"), "it would be percent-encoded"),
        ("tenant", &[("tenant", "")], Err("`tenant` is ``, which does not fit the rule `{tenant}.example.org`"), ""),
        ("tenant", &[("tenant", "Ada")], Err("`tenant` is `Ada`, which does not fit the rule `{tenant}.example.org`"), "it would come back as `ada`"),
        ("tenant", &[], Err("`tenant` is missing for the rule `{tenant}.example.org`"), ""),
        ("several", &[("a", "x"), ("n", "7"), ("zone", "de")], Ok("//x-7.de.example.com/"), ""),
        ("several", &[("a", "x-1"), ("n", "7"), ("zone", "de")], Ok("//x-1-7.de.example.com/"), ""),
        ("several", &[("a", "x"), ("n", "y"), ("zone", "de")], Err("`n` is `y`, which does not fit the rule `{a}-{n:int}.{zone:any(DE,en)}.example.com`"), "the value that is wrong"),
        ("several", &[("a", "x"), ("n", "7"), ("zone", "fr")], Err("`zone` is `fr`, which does not fit the rule `{a}-{n:int}.{zone:any(DE,en)}.example.com`"), ""),
        ("several", &[("a", "x"), ("zone", "de")], Err("`n` is missing for the rule `{a}-{n:int}.{zone:any(DE,en)}.example.com`"), ""),
    ];
    for (name, values, expected, why) in cases {
        let built = app
            .url_for(name, *values)
            .map_err(|error| error.to_string());
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(built, expected, "{name} {values:?}: {why}");
    }
}

#[test]
fn a_route_of_one_host_links_to_another() {
    let links = |request: &Request| {
        let own = request.url_for("own", ())?;
        let other = request.url_for("tenant", [("tenant", "ada")])?;
        Ok::<_, rustzeug::Error>(format!("{own} {other}"))
    };
    let inner = Router::new().get("/", links);
    let api = Router::new()
        .get("/", links)
        .get("/own", || "")
        .name("own")
        .mount("/in", inner);
    let app = Router::new()
        .get("/", || "")
        .name("home")
        .host("api.example.org", api)
        .host(
            "{tenant}.example.org",
            Router::new().get("/", || "").name("tenant"),
        );
    let text = "/own http://ada.example.org:81/";
    for target in [
        "http://api.example.org:81/",
        "http://api.example.org:81/in/",
    ] {
        assert_eq!(
            answer(&app, Request::blank(target)),
            (200, text.to_owned()),
            "{target}"
        );
    }
}

#[test]
fn a_route_for_all_other_hosts_has_no_url_at_one_that_has_its_own() {
    let log = Log::default();
    let link = |request: &Request| request.url_for("home", ());
    let app = Router::new()
        .get("/", link)
        .name("home")
        .host("api.example.org", Router::new().get("/", link));
    assert_eq!(
        answer(&app, Request::blank("http://example.org/")),
        (200, "/".to_owned())
    );
    let request = Request::blank("http://api.example.org/").with_server(log.server());
    assert_eq!(serve(&app, request).status(), 500);
    let said = "the route `home` is for hosts without a separate router, so it has no URL at a host with one";
    assert!(log.text().contains(said), "{}", log.text());
}

#[test]
fn a_route_links_to_other_hosts_of_its_own_router() {
    fn links(request: &Request) -> Result<String> {
        let same = request.url_for("page", [("id", 7)])?;
        let own = request.url_for("page", (("id", 7), ("user", "ada")))?;
        let other = request.url_for("page", (("id", 7), ("user", "bob")))?;
        let zone = request.url_for("page", (("id", 7), ("zone", "fr")))?;
        let query = request.url_for("page", (("id", 7), ("colour", "red")))?;
        Ok([same, own, other, zone, query].join(" "))
    }
    let tenant = Router::new()
        .get("/", links)
        .get("/{id:int}", || "")
        .name("page");
    let app = Router::new().host("{user}.{zone}.org", tenant);
    let text = "/7 http://ada.de.org/7 http://bob.de.org/7 http://ada.fr.org/7 /7?colour=red";
    let request = Request::blank("http://ada.de.org/");
    assert_eq!(answer(&app, request), (200, text.to_owned()));
}

#[test]
fn a_base_stands_for_a_request() {
    let app = Router::new()
        .get("/{id:int}", || "")
        .name("note")
        .host("{x}.example.org", Router::new().get("/", || "").name("x"));
    #[rustfmt::skip]
    let cases = [
        ("https://example.org", Ok("https://example.org/7"), "no path"),
        ("https://example.org/", Ok("https://example.org/7"), "the path `/`"),
        ("http://[::1]:81/a%20b/", Ok("http://[::1]:81/a%20b/7"), "a mount"),
        ("wss://example.org", Ok("wss://example.org/7"), "another scheme"),
        ("HTTPS://example.org", Ok("https://example.org/7"), "schemes have no case"),
        ("https://example.org/a..b/...", Ok("https://example.org/a..b/.../7"), "dots that are not dot segments"),
        ("ftp://example.org", Err(()), "a scheme that requests do not have"),
        ("javascript://example.org/", Err(()), "code"),
        ("https://example.org/a/../b", Err(()), "a client would resolve it"),
        ("https://example.org/./", Err(()), "a client would resolve it"),
        ("https://example.org/{x}", Err(()), "a character that must be encoded"),
        ("https://example.org/\"", Err(()), "a character that would end an attribute"),
        ("https://example.org/%zz", Err(()), "no escape"),
        ("https://example.org:99999/", Err(()), "no port"),
        ("https://exa%mple.org/", Err(()), "no host"),
        (" https://example.org/", Err(()), "white space in front"),
        ("https://example.org/@ada", Ok("https://example.org/@ada/7"), "an @ in the path"),
        ("http://:80/", Err(()), "only a port"),
        ("https://example.org:abc/", Err(()), "no port"),
        ("example.org", Err(()), "no scheme"),
        ("/app", Err(()), "no host"),
        ("", Err(()), "nothing"),
        ("https://example.org/?a=b", Err(()), "a query"),
        ("https://example.org/#a", Err(()), "a fragment"),
        ("https://user@example.org/", Err(()), "user info"),
    ];
    for (base, expected, why) in cases {
        let built = app.absolute_url_for(base, "note", [("id", 7)]);
        let refused = BuildError::Base(base.to_owned());
        let expected = expected.map(str::to_owned).map_err(|()| refused);
        assert_eq!(built, expected, "{base}: {why}");
    }
    let base = "https://[::1]:8443/app";
    let built = app.absolute_url_for(base, "x", [("x", "ada")]);
    assert_eq!(built.as_deref(), Ok("https://ada.example.org:8443/app/"));
    let error = app.absolute_url_for("x\n", "note", ()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`x\\n` is not a base of URLs"),
        "{error}"
    );
}

#[test]
fn of_several_hosts_the_one_that_uses_most_values_is_linked() {
    let with = |rule: &str| Router::new().get(rule, || "").name("home");
    let app = Router::new()
        .host("www.example.org", with("/"))
        .host("{tenant}.example.org", with("/"))
        .host("{user}.{tenant}.example.org", with("/"))
        .host("blog.example.net", with("/{id:int}"))
        .host("shop.example.net", with("/{article}"))
        .checked()
        .unwrap();
    #[rustfmt::skip]
    let cases: &[Linked] = &[
        ("home", &[], Ok("//www.example.org/"), "the host that needs no value"),
        ("home", &[("q", "x")], Ok("//www.example.org/?q=x"), "a value that is not a parameter"),
        ("home", &[("tenant", "ada")], Ok("//ada.example.org/"), "one"),
        ("home", &[("tenant", "ada"), ("user", "bob")], Ok("//bob.ada.example.org/"), "two"),
        ("home", &[("article", "x")], Ok("//shop.example.net/x"), "a parameter of the path"),
        ("home", &[("tenant", "a b")], Err("`tenant` is `a b`, which does not fit the rule `{tenant}.example.org`"), "no other host is tried"),
    ];
    for (name, values, expected, why) in cases {
        let built = app
            .url_for(name, *values)
            .map_err(|error| error.to_string());
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(built, expected, "{values:?}: {why}");
    }
}

#[test]
fn a_name_of_several_hosts_means_the_one_that_uses_the_values() {
    let links = |request: &Request| {
        let own = request.url_for("home", ())?;
        let tenant = request.url_for("home", [("tenant", "ada")])?;
        let number = request.url_for("home", [("number", "7")])?;
        Ok::<_, rustzeug::Error>([own, tenant, number].join(" "))
    };
    let home = || Router::new().get("/", links).name("home");
    let app = home()
        .host("api.example.org", home())
        .host("{tenant}.example.org", home())
        .host("{number:int}.example.com", home());
    let hosts = "http://ada.example.org/ http://7.example.com/";
    for (target, own) in [
        ("http://example.org/", "/"),
        ("http://api.example.org/", "/"),
        ("http://bob.example.org/", "/"),
        ("http://1.example.com/", "/"),
    ] {
        let text = format!("{own} {hosts}");
        assert_eq!(
            answer(&app, Request::blank(target)),
            (200, text),
            "{target}"
        );
    }
    let built = app.url_for("home", (("tenant", "ada"), ("q", 1)));
    assert_eq!(built.as_deref(), Ok("//ada.example.org/?q=1"));
}
