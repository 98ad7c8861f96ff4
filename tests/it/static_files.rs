//! A folder of files as an application.

use std::fs;

use rustzeug::gateway::Application;
use rustzeug::headers::CacheControl;
use rustzeug::static_files::StaticFiles;
use rustzeug::testing::Client;
use rustzeug::{Request, Response, Result, Router};

use crate::folder::Folder;

fn site() -> Folder {
    Folder::with(&[
        ("index.html", "<h1>Home"),
        ("app.css", "body { margin: 0 }"),
        ("docs/index.html", "<h1>Docs"),
        ("docs/Grüße 1.txt", "hello"),
        ("empty/readme", "r"),
        ("data", "?"),
        ("404.html", "<h1>Not here"),
        (".well-known/security.txt", "Contact: x"),
        (".env", "SECRET=1"),
    ])
}

fn get(app: &impl Application, target: &str) -> Response {
    Request::blank(target).send(app).wait().unwrap()
}

#[test]
fn paths_lead_to_files() {
    let site = site();
    let files = StaticFiles::new(site.path()).unwrap();
    #[rustfmt::skip]
    let cases = [
        ("/app.css",                   200, "body { margin: 0 }", "text/css; charset=utf-8",   "a file"),
        ("/app.css?v=2",               200, "body { margin: 0 }", "text/css; charset=utf-8",   "a query does not matter"),
        ("/",                          200, "<h1>Home",           "text/html; charset=utf-8",  "the index"),
        ("/docs/",                     200, "<h1>Docs",           "text/html; charset=utf-8",  "of a folder"),
        ("/docs/Gr%C3%BC%C3%9Fe%201.txt", 200, "hello",           "text/plain; charset=utf-8", "a name in UTF-8"),
        ("/data",                      200, "?",                  "application/octet-stream",  "no suffix"),
        ("/.well-known/security.txt",  200, "Contact: x",         "text/plain; charset=utf-8", "a hidden folder that is for clients"),
    ];
    for (target, status, text, content_type, why) in cases {
        let mut response = get(&files, target);
        assert_eq!(response.status(), status, "{target}: {why}");
        assert_eq!(
            response.headers()["content-type"],
            content_type,
            "{target}: {why}"
        );
        assert_eq!(
            response.headers()["x-content-type-options"],
            "nosniff",
            "{target}: {why}"
        );
        assert_eq!(
            response.headers()["cache-control"],
            "no-cache",
            "{target}: {why}"
        );
        assert_eq!(
            response.read_text().wait().unwrap(),
            text,
            "{target}: {why}"
        );
    }
}

#[test]
fn a_folder_without_its_slash_is_redirected_relative_to_the_request() {
    let site = site();
    let files = || StaticFiles::new(site.path()).unwrap();
    let mounted = Router::new().mount("/a/static", files());
    for (response, location, why) in [
        (get(&files(), "/docs"), "./docs/", "a folder"),
        (get(&files(), "/docs?a=b"), "./docs/?a=b", "with its query"),
        (get(&mounted, "/a/static/docs"), "./docs/", "below a mount"),
    ] {
        assert_eq!(response.status(), 308, "{why}");
        assert_eq!(response.headers()["location"], location, "{why}");
    }
    assert_eq!(
        get(&files(), "/empty").status(),
        404,
        "a folder without an index"
    );
    assert_eq!(
        get(&files(), "/empty/").status(),
        404,
        "the same with a slash"
    );
    assert_eq!(
        get(&files(), "/app.css/").status(),
        404,
        "a file is not a folder"
    );
}

#[test]
fn conditions_ranges_and_head_are_answered_for_small_and_long_files() -> Result<()> {
    let site = site();
    let long: String = "0123456789".repeat(20_000);
    site.write("long.txt", &long);
    site.write("short.txt", &long[..65_536]);
    let files = StaticFiles::new(site.path())?;
    for client in [Client::new(files.clone()), Client::serve(files)?] {
        for (target, length) in [("/short.txt", 65_536), ("/long.txt", 200_000)] {
            let whole = client.get(target).wait()?.expect_status(200);
            let whole = whole.expect_text(&long[..length]);
            let etag = whole.header_text("etag").unwrap().to_owned();
            let modified = whole.header_text("last-modified").unwrap().to_owned();
            let length_text = length.to_string();
            let head = client.head(target).wait()?.expect_status(200);
            head.expect_header("content-length", &length_text)
                .expect_empty();
            for (name, value) in [("if-none-match", &etag), ("if-modified-since", &modified)] {
                let known = client.get(target).with_header(name, &**value).wait()?;
                let known = known.expect_status(304).expect_empty();
                known
                    .expect_header("etag", &etag)
                    .expect_header("cache-control", "no-cache");
            }
            let lost = client.get(target).with_header("if-match", "\"x\"").wait()?;
            lost.expect_status(412);
            let part = client
                .get(target)
                .with_header("range", "bytes=3-5")
                .wait()?;
            let part = part.expect_status(206).expect_text("345");
            part.expect_header("content-range", &format!("bytes 3-5/{length}"));
            let rest = client
                .get(target)
                .with_header("range", "bytes=65530-999999999");
            rest.wait()?
                .expect_status(206)
                .expect_text(&long[65_530..length]);
            let empty = client.get(target).with_header("range", "").wait()?;
            empty.expect_status(200);
            let none = client
                .get(target)
                .with_header("range", "bytes=200000-")
                .wait()?;
            none.expect_status(416);
        }
    }
    Ok(())
}

#[test]
fn other_methods_are_not_for_files() {
    let site = site();
    let files = StaticFiles::new(site.path()).unwrap();
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = Request::blank("/app.css").with_method(method);
        let response = request.send(&files).wait().unwrap();
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()["allow"], "GET, HEAD", "{method}");
    }
}

#[test]
fn an_application_shares_its_paths_with_files() -> Result<()> {
    let site = site();
    let inner = |request: &Request| format!("{} {}", request.method(), request.path());
    let app = StaticFiles::new(site.path())?.or(inner);
    for client in [
        Client::new(app),
        Client::serve(StaticFiles::new(site.path())?.or(inner))?,
    ] {
        client
            .get("/app.css")
            .wait()?
            .expect_text("body { margin: 0 }");
        client.get("/").wait()?.expect_text("<h1>Home");
        client.get("/notes/7").wait()?.expect_text("GET /notes/7");
        client.get("/empty/").wait()?.expect_text("GET /empty/");
        client.get("/.env").wait()?.expect_text("GET /.env");
        client.post("/app.css").wait()?.expect_text("POST /app.css");
        let odd = client.get("/a%2Fb/%FF").wait()?.expect_status(200);
        odd.expect_text("GET /a/b/\u{FFFD}");
    }
    Ok(())
}

#[test]
fn a_prefix_keeps_files_apart() {
    let site = site();
    let files = StaticFiles::new(site.path()).unwrap();
    let app = files.with_prefix("/my static/").or(|| "application");
    #[rustfmt::skip]
    let cases = [
        ("/my%20static/app.css",  "body { margin: 0 }", "below the prefix"),
        ("/my%20static/",         "<h1>Home",           "the index"),
        ("/my%20staticapp.css",   "application",        "the prefix ends at a segment"),
        ("/app.css",              "application",        "elsewhere"),
    ];
    for (target, text, why) in cases {
        assert_eq!(
            get(&app, target).read_text().wait().unwrap(),
            text,
            "{target}: {why}"
        );
    }
    assert_eq!(
        get(&app, "/my%20static").headers()["location"],
        "./my%20static/"
    );
}

#[test]
fn a_page_of_its_own_says_that_there_is_nothing() {
    let site = site();
    let files = StaticFiles::new(site.path())
        .unwrap()
        .with_not_found_page("404.html");
    let mut response = get(&files, "/nothing");
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    assert_eq!(response.read_text().wait().unwrap(), "<h1>Not here");
    let request = Request::blank("/nothing").with_header("range", "bytes=0-1");
    assert_eq!(request.send(&files).wait().unwrap().status(), 404);

    let files = StaticFiles::new(site.path())
        .unwrap()
        .with_not_found_page("gone.html");
    assert_eq!(
        get(&files, "/nothing").status(),
        404,
        "the page is not there either"
    );
}

#[test]
fn another_index_or_none() {
    let site = site();
    let files = || StaticFiles::new(site.path()).unwrap();
    let mut response = get(&files().with_index("readme"), "/empty/");
    assert_eq!(response.read_text().wait().unwrap(), "r");
    assert_eq!(get(&files().with_index(None), "/").status(), 404);
}

#[test]
fn a_rule_decides_what_caches_may_do() {
    let site = site();
    let files = StaticFiles::new(site.path()).unwrap();
    let files = files.with_cache_control(|name| match name {
        "docs/index.html" => CacheControl::new().with_no_store(),
        _ => CacheControl::new().with_max_age(std::time::Duration::from_mins(1)),
    });
    assert_eq!(
        get(&files, "/app.css").headers()["cache-control"],
        "max-age=60"
    );
    assert_eq!(get(&files, "/docs/").headers()["cache-control"], "no-store");
}

#[test]
fn a_precompressed_sibling_is_sent_to_clients_that_take_it() {
    let site = site();
    site.write("app.css.gz", "gzip");
    site.write("app.css.br", "brotli");
    site.write("docs/index.html.gz", "docs");
    site.write("archive.tar.gz", "tar");
    let files = StaticFiles::new(site.path()).unwrap();
    #[rustfmt::skip]
    let cases = [
        ("/app.css",        "gzip, deflate, br", Some("br"),   "brotli",             true,  "the smallest"),
        ("/app.css",        "gzip",              Some("gzip"), "gzip",               true,  "the one that is taken"),
        ("/app.css",        "br;q=0.5, gzip",    Some("gzip"), "gzip",               true,  "the one that is wanted more"),
        ("/app.css",        "zstd",              None,         "body { margin: 0 }", true,  "no such sibling"),
        ("/app.css",        "br;q=0, gzip;q=0",  None,         "body { margin: 0 }", true,  "none is taken"),
        ("/docs/",          "gzip",              Some("gzip"), "docs",               true,  "of an index"),
        ("/archive.tar.gz", "gzip",              None,         "tar",                false, "the archive itself is asked for"),
    ];
    let mut tags = Vec::new();
    for (target, accepted, coding, text, is_negotiated, why) in cases {
        let request = Request::blank(target).with_header("accept-encoding", accepted);
        let mut response = request.send(&files).wait().unwrap();
        assert_eq!(response.header_text("content-encoding"), coding, "{why}");
        let vary = is_negotiated.then_some("accept-encoding");
        assert_eq!(response.header_text("vary"), vary, "{why}");
        tags.push(response.etag().unwrap());
        assert_eq!(response.read_text().wait().unwrap(), text, "{why}");
    }
    assert_eq!(
        get(&files, "/app.css").header_text("content-encoding"),
        None
    );
    assert_eq!(
        get(&files, "/app.css").headers()["content-type"],
        "text/css; charset=utf-8"
    );
    assert!(
        tags[0] != tags[1] && tags[1] != tags[3],
        "each has its own tag"
    );
    let part = Request::blank("/app.css").with_header("accept-encoding", "br");
    let mut part = part
        .with_header("range", "bytes=0-2")
        .send(&files)
        .wait()
        .unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-encoding"], "br");
    assert_eq!(part.read_text().wait().unwrap(), "bro");
}

#[test]
fn files_that_are_built_in_are_served_alike() {
    let files = StaticFiles::built_in(&[
        ("index.html", b"<h1>Home"),
        ("css/app.css", b"body {}"),
        ("css/app.css.br", b"brotli"),
        ("docs/index.html", b"<h1>Docs"),
    ]);
    assert_eq!(get(&files, "/").read_text().wait().unwrap(), "<h1>Home");
    assert_eq!(get(&files, "/docs").headers()["location"], "./docs/");
    assert_eq!(
        get(&files, "/docs/").read_text().wait().unwrap(),
        "<h1>Docs"
    );
    assert_eq!(get(&files, "/css/").status(), 404);
    assert_eq!(get(&files, "/doc").status(), 404);
    assert_eq!(get(&files, "/nothing").status(), 404);
    let response = get(&files, "/css/app.css");
    let etag = response.etag().unwrap();
    assert_eq!(response.headers()["vary"], "accept-encoding");
    let request = Request::blank("/css/app.css").with_if_none_match(etag);
    assert_eq!(request.send(&files).wait().unwrap().status(), 304);
    let request = Request::blank("/css/app.css").with_header("range", "bytes=0-3");
    let mut response = request.send(&files).wait().unwrap();
    assert_eq!(response.read_text().wait().unwrap(), "body");
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_at_the_start() {
    let site = site();
    let error = StaticFiles::new(site.at("nothing")).unwrap_err();
    assert!(error.to_string().contains("nothing"), "{error}");
    assert!(StaticFiles::new(site.at("app.css")).is_err(), "a file");
    assert!(
        StaticFiles::new("").is_err(),
        "an empty name is not the current folder"
    );
    drop(site);
}

#[test]
fn a_listing_shows_what_is_served() {
    let site = Folder::with(&[
        ("b.txt", "123"),
        ("a.txt", "12345"),
        ("<img onerror=alert(1)>.png", "x"),
        ("'\"&.txt", "x"),
        ("sub/x", "x"),
        (".hidden", "x"),
        ("back\\slash", "x"),
    ]);
    let outside = Folder::with(&[("secret", "x")]);
    std::os::unix::fs::symlink(outside.path(), site.at("out")).unwrap();
    let files = StaticFiles::new(site.path()).unwrap().with_listing();
    let page = |target: &str| get(&files, target).read_text().wait().unwrap();
    let top = page("/");
    for (part, why) in [
        ("<a href=\"./a.txt\">a.txt</a><td>5 B<td>", "a file"),
        ("<a href=\"./sub/\">sub/</a><td><td>", "a folder"),
        (
            "<a href=\"./%3Cimg%20onerror=alert(1)%3E.png\">&lt;img onerror=alert(1)&gt;.png</a>",
            "escaped for both",
        ),
        (
            "<a href=\"./&#39;%22&amp;.txt\">&#39;&quot;&amp;.txt</a>",
            "quotes",
        ),
        ("name=\"viewport\"", "a phone can read it"),
    ] {
        assert!(top.contains(part), "{why}: {top}");
    }
    for (part, why) in [
        (".hidden", "hidden"),
        ("slash", "not served"),
        ("\"./out", "a link out of the folder"),
        ("../", "there is nothing above"),
    ] {
        assert!(!top.contains(part), "{why}: {top}");
    }
    assert!(page("/sub/").contains("<a href=\"../\">../</a>"));
    assert_eq!(get(&files, "/sub").headers()["location"], "./sub/");
    let position = |page: &str, name: &str| page.find(&format!(">{name}<")).unwrap();
    for (target, first, second) in [
        ("/", "a.txt", "b.txt"),
        ("/?sort=-name", "b.txt", "a.txt"),
        ("/?sort=size", "b.txt", "a.txt"),
        ("/?sort=-size", "a.txt", "b.txt"),
    ] {
        let page = page(target);
        assert!(position(&page, first) < position(&page, second), "{target}");
    }
    assert_eq!(get(&files, "/out/").status(), 404);
    fs::remove_file(site.at("out")).unwrap();
}

#[test]
fn a_listing_that_is_the_same_is_not_sent_again() {
    let site = Folder::with(&[("a.txt", "1")]);
    let files = StaticFiles::new(site.path()).unwrap().with_listing();
    let tag = get(&files, "/").headers()["etag"].clone();
    let again = || Request::blank("/").with_header("if-none-match", tag.clone());
    assert_eq!(again().send(&files).wait().unwrap().status(), 304);
    fs::write(site.at("b.txt"), "2").unwrap();
    assert_eq!(again().send(&files).wait().unwrap().status(), 200);
}
