//! Testing pages: following links, filling in and submitting forms.

use rustzeug::Html;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::testing::Client;
use rustzeug::testing::PageForm;
use rustzeug::testing::TestResponse;

use super::both;
use super::panic_of;

fn page(html: &'static str) -> TestResponse {
    Client::new(move || Html(html))
        .get("/notes/7?q")
        .wait()
        .unwrap()
}

fn form(html: &'static str) -> PageForm {
    page(html).form()
}

/// Responds with what arrived: method, target, content type up to its boundary, and the entries.
fn arrives(request: &Request) -> Result<String> {
    let content_type = request.header_text("content-type").unwrap_or("none");
    let content_type = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let mut told = format!(
        "{} {} {content_type}",
        request.method(),
        request.path_and_query()
    );
    if request.method() == "POST" {
        let form = request.form().wait()?;
        for entry in form.entries() {
            let entry = match entry {
                rustzeug::form::FormEntry::Field(name, text) => format!(" {name}={text:?}"),
                rustzeug::form::FormEntry::File(file) => format!(
                    " {}=<{} {} {}>",
                    file.name(),
                    file.raw_filename(),
                    file.raw_content_type().unwrap_or_default(),
                    file.size()
                ),
            };
            told.push_str(&entry);
        }
    }
    Ok(told)
}

fn submitted(form: PageForm) -> String {
    let client = Client::new(arrives);
    let answer = client.submit(form).wait().unwrap().expect_status(200);
    answer.text().to_owned()
}

#[test]
fn a_link_leads_where_a_browser_would_go() {
    #[rustfmt::skip]
    let cases = [
        ("<a href=/x>go</a>",                        "http://localhost/x",          "a path"),
        ("<a href=x>go</a>",                         "http://localhost/notes/x",    "relative to the page"),
        ("<a href='?p=2'>go</a>",                    "http://localhost/notes/7?p=2", "a query alone"),
        ("<a href='#top'>go</a>",                    "http://localhost/notes/7?q",  "a fragment is not sent"),
        ("<a href=' /x '>go</a>",                    "http://localhost/x",          "blanks around"),
        ("<a href='https://a.org/?a=1&amp;b=2'>go</a>", "https://a.org/?a=1&b=2",   "escapes, and another site"),
        ("<base href=/base/><a href=x>go</a>",       "http://localhost/base/x",     "relative to the base"),
        ("<A HREF=/x><b>g</b>o</A>",                 "http://localhost/x",          "tags in the text"),
        ("<a href=/x>\n  go\n</a>",                  "http://localhost/x",          "blanks in the text"),
        ("<a href=/x><img src=i alt=go></a>",        "http://localhost/x",          "an image"),
        ("<a name=a>go</a> <a href=/x>go</a>",       "http://localhost/x",          "an anchor is not a link"),
        ("<a href=/x>go</a> <a href=/x>go</a>",      "http://localhost/x",          "two links to the same URL"),
        ("<!-- <a href=/y>go</a> --><a href=/x>go</a>", "http://localhost/x",       "a link in a comment does not count"),
        ("<script>'<a href=/y>go</a>'</script><a href=/x>go</a>", "http://localhost/x", "a link in a script does not count"),
        ("<a href=/y>stay<a href=/x>go</a>",         "http://localhost/x",          "a link that is not closed"),
    ];
    for (html, want, why) in cases {
        assert_eq!(page(html).link("go"), want, "{html}: {why}");
    }
}

#[test]
fn a_link_that_is_not_there_fails_with_those_that_are() {
    #[rustfmt::skip]
    let cases = [
        ("none",                                  "but the page has none", "no link at all"),
        ("<a href=/x>stay</a>",                   "got \"stay\" to `http://localhost/x`", "another text"),
        ("<a href=/x>go</a><a href=/y>go</a>",    "expected one link with the text \"go\"", "two links that differ"),
    ];
    for (html, want, why) in cases {
        let (text, line) = panic_of(|| drop(page(html).link("go")));
        assert!(text.contains(want), "{why}: {text}");
        assert!(text.contains("> GET /notes/7?q HTTP/1.1"), "{why}: {text}");
        assert_eq!(line, line!() - 3, "{why}: the line of the caller");
    }
}

#[test]
fn a_form_is_sent_as_a_browser_sends_it() {
    const URL: &str = "POST /notes/7?q application/x-www-form-urlencoded";
    #[rustfmt::skip]
    let cases = [
        ("<form><input name=a value=1></form>",                        "GET /notes/7?a=1 none", "a GET to the page itself, its query replaced"),
        ("<form action='/s?x#f'><input name=a value='b c'></form>",    "GET /s?a=b+c none", "a query of the action is replaced too"),
        ("<form action=''><input name=a></form>",                      "GET /notes/7?a= none", "an empty action is the page"),
        ("<form method=POST><input name=a value=1></form>",            "{} a=\"1\"", "a POST to the page itself"),
        ("<form method=dialog><input name=a></form>",                  "GET /notes/7?a= none", "another method is a GET"),
        ("<form method=post><input type=hidden name=csrf value='&quot;'></form>", "{} csrf=\"\\\"\"", "a hidden field"),
        ("<form method=post><input><input value=1></form>",            "{}", "a field without a name is not sent"),
        ("<form method=post><input name=a disabled><input name=b></form>", "{} b=\"\"", "a disabled field is not sent"),
        ("<form method=post><fieldset disabled><input name=a></fieldset><input name=b></form>", "{} b=\"\"", "a field in a disabled fieldset is not sent"),
        ("<form method=post><input type=checkbox name=a><input type=checkbox name=b checked></form>", "{} b=\"on\"", "boxes that are checked"),
        ("<form method=post><input type=radio name=a value=1><input type=radio name=a value=2 checked></form>", "{} a=\"2\"", "the radio button that is checked"),
        ("<form method=post><select name=a><option>1<option value=2>two</select></form>", "{} a=\"1\"", "the first option"),
        ("<form method=post><select name=a><option>1<option selected value=2>two</select></form>", "{} a=\"2\"", "the option that is selected"),
        ("<form method=post><select name=a><option disabled>1<option>2</select></form>", "{} a=\"2\"", "the first option that can be chosen"),
        ("<form method=post><select name=a multiple><option>1<option selected>2<option selected>3</select></form>", "{} a=\"2\" a=\"3\"", "several options"),
        ("<form method=post><select name=a multiple><option>1</select></form>", "{}", "no option is selected of several"),
        ("<form method=post><textarea name=a>\nx &amp;\ny</textarea></form>", "{} a=\"x &\\r\\ny\"", "a textarea: no first line break, CRLF elsewhere"),
        ("<form method=post><button name=b value=1>Go</button><button name=c>No</button></form>", "{} b=\"1\"", "the first button"),
        ("<form method=post><button type=button name=b>x</button><input type=reset name=r><input type=submit name=s value=Go></form>", "{} s=\"Go\"", "the first button that submits"),
        ("<form method=post><button disabled name=b>x</button></form>", "{}", "a disabled button is not sent"),
        ("<form method=post><input name=a><button formaction=/t formmethod=get>Go</button></form>", "GET /t?a= none", "a button with another target"),
        ("<input name=z form=f><form id=f method=post><input name=a></form><input name=b form=f><input name=c>", "{} z=\"\" a=\"\" b=\"\"", "fields outside of the form that name it, in the order of the page"),
        ("<form method=post><table><tr><td><input name=a></form></table>", "{} a=\"\"", "tags that do not nest"),
        ("<form id=outer method=post><form><input name=a></form>",     "{} a=\"\"", "a form in a form, which is ignored"),
        ("<form method=post><input type=file name=f></form>",          "{} f=\"\"", "a file, urlencoded"),
        ("<form method=post enctype=multipart/form-data><input name=a value='ü\"'><input type=file name=f></form>", "POST /notes/7?q multipart/form-data a=\"ü\\\"\"", "multipart, no file chosen"),
        ("<form method=post enctype=text/plain><input name=a></form>", "{} a=\"\"", "plain text is sent urlencoded"),
        ("<base href=/base/><form action=s><input name=a></form>",     "GET /base/s?a= none", "relative to the base"),
    ];
    for (html, want, why) in cases {
        assert_eq!(
            submitted(form(html)),
            want.replace("{}", URL),
            "{html}: {why}"
        );
    }
}

#[test]
fn a_form_is_filled_in() {
    const PAGE: &str = "<form method=post action=/s enctype=multipart/form-data>
        <input name=text value=old> <input name=text value=second> <textarea name=area>x</textarea>
        <input type=hidden name=box value=0> <input type=checkbox name=box value=1>
        <input type=checkbox name=tag value=a checked> <input type=checkbox name=tag value=b>
        <input type=radio name=size value=s checked> <input type=radio name=size value=m>
        <select name=color><option value=r>red</option><option value=g>green</option></select>
        <select name=many multiple><option selected>1<option>2</select>
        <input type=file name=one> <input type=file name=more multiple>
        <button name=do value=save>Save</button> <input type=submit name=do value=Delete>
        </form>";
    const START: &str = "POST /s multipart/form-data";
    type Fill = fn(PageForm) -> PageForm;
    #[rustfmt::skip]
    let cases: [(Fill, &[&str], &[&str], &str); 15] = [
        (|form| form,                                   &["text=\"old\"", "do=\"save\"", "color=\"r\""], &["do=\"Delete\"", "one="], "an unchanged form"),
        (|form| form.with("text", "new"),               &["text=\"new\"", "text=\"second\""], &["old"],       "the first of two texts"),
        (|form| form.with("area", "a\nb"),              &["area=\"a\\r\\nb\""], &[],                          "a textarea"),
        (|form| form.with("box", "1"),                  &["box=\"0\"", "box=\"1\""], &[],                     "a checkbox with a hidden field of its name"),
        (|form| form.with("tag", "b"),                  &["tag=\"a\"", "tag=\"b\""], &[],                     "a second box"),
        (|form| form.without("tag").with("tag", "b"),   &["tag=\"b\""], &["tag=\"a\""],                       "another box"),
        (|form| form.with("size", "m"),                 &["size=\"m\""], &["size=\"s\""],                     "the other radio button"),
        (|form| form.with("color", "g"),                &["color=\"g\""], &["color=\"r\""],                   "an option by its value"),
        (|form| form.with("color", "green"),            &["color=\"g\""], &["color=\"r\""],                   "an option by its text"),
        (|form| form.with("many", "2"),                 &["many=\"1\"", "many=\"2\""], &[],                   "one more option"),
        (|form| form.without("many"),                   &[], &["many="],                                      "no option"),
        (|form| form.without("text"),                   &["text=\"\""], &["old"],                             "an empty text"),
        (|form| form.with_file("one", "a", "x/y", "1").with_file("one", "b", "x/y", "22"),
                                                        &["one=<b x/y 2>"], &["one=<a"],                      "only the last file"),
        (|form| form.with_file("more", "a", "x/y", "1").with_file("more", "b", "x/y", "22"),
                                                        &["more=<a x/y 1>", "more=<b x/y 2>"], &[],           "several files"),
        (|form| form.pressing("Delete"),                &["do=\"Delete\""], &["do=\"save\""],                 "the other button"),
    ];
    for (fill, there, absent, why) in cases {
        let told = submitted(fill(form(PAGE)));
        assert!(told.starts_with(START), "{why}: {told}");
        for part in there {
            assert!(told.contains(&format!(" {part}")), "{why}: {told}");
        }
        for part in absent {
            assert!(!told.contains(part), "{why}: {told}");
        }
    }
    let form = form(PAGE);
    for (name, want) in [
        ("text", Some("old")),
        ("size", Some("s")),
        ("color", Some("r")),
        ("many", Some("1")),
        ("do", None),
        ("nothing", None),
    ] {
        assert_eq!(form.value(name), want, "{name}");
    }
}

#[test]
fn what_cannot_be_filled_in_fails_at_the_line_of_the_test() {
    const PAGE: &str = "<form><input name=a><input name=off disabled>
        <select name=s><option>1<option>2</select><input type=checkbox name=c value=x><button>Go</button></form>";
    type Fill = fn(PageForm) -> PageForm;
    #[rustfmt::skip]
    let cases: [(Fill, &str); 7] = [
        (|form| form.with("b", "1"),                    "no field `b`, but: a, off, s, c"),
        (|form| form.with("off", "1"),                  "`off` is disabled"),
        (|form| form.with("s", "3"),                    "the field `s` cannot be \"3\": it is one of \"1\", \"2\""),
        (|form| form.with("c", "on"),                   "the field `c` cannot be \"on\": it is \"x\""),
        (|form| form.without("b"),                      "no field `b`"),
        (|form| form.with_file("a", "f", "x/y", ""),    "the field `a` is not for files"),
        (|form| form.pressing("Stop"),                  "no button \"Stop\" to press, but: \"Go\""),
    ];
    for (fill, want) in cases {
        let (text, _) = panic_of(|| drop(fill(form(PAGE))));
        assert!(text.contains(want), "{text}");
    }
    let several = "<form id=a></form><form name=b action=/x></form><form action=/x></form>";
    assert_eq!(
        submitted(page(several).form_named("a")),
        "GET /notes/7 none"
    );
    assert_eq!(submitted(page(several).form_named("b")), "GET /x none");
    for (act, want) in [
        ((|| drop(page("x").form())) as fn(), "but the page has none"),
        (
            || drop(page("<form></form><form></form>").form()),
            "got 2: `form_named`",
        ),
        (
            || drop(page("<form id=a></form><form action=/x></form>").form_named("c")),
            "got 0; the forms have: a; /x",
        ),
        (
            || drop(page("<form action=/x></form><form action=/x></form>").form_named("/x")),
            "got 2",
        ),
    ] {
        let (text, _) = panic_of(act);
        assert!(text.contains(want), "{text}");
    }
}

#[test]
fn a_site_is_walked_through_in_process_and_over_a_socket() {
    let login = "<form method=post><input type=hidden name=csrf value=7f3a>
        <input name=user><input type=password name=password><button>Sign in</button></form>";
    let make = || {
        let check = |request: &Request| -> Result<rustzeug::Response> {
            let form = request.form().wait()?;
            assert_eq!(
                (form.require("csrf")?, form.require("password")?),
                ("7f3a", "secret")
            );
            let home = rustzeug::Response::redirect(request.url_for("home", ())?);
            Ok(home.with_cookie(("user", form.require("user")?)))
        };
        let home = |request: &Request| match request.cookies().get("user") {
            Some(user) => Html(format!("hello, {user} <a href=login>again</a>")),
            None => Html("<a href=login>Sign in</a>".to_owned()),
        };
        let app = Router::new()
            .get("/", home)
            .name("home")
            .get("/login", move || Html(login))
            .post("/login", check);
        app.into_application()
    };
    for (how, client) in both(make) {
        let client = client.following_redirects();
        let start = client.get("/").wait().unwrap();
        let page = client.get(&start.link("Sign in")).wait().unwrap();
        let form = page.form().with("user", "ada").with("password", "secret");
        let home = client.submit(form).wait().unwrap();
        let home = home
            .expect_text_contains("hello, ada")
            .expect_no_text("Sign in");
        assert!(home.link("again").ends_with("/login"), "{how}");
        let (text, _) = panic_of(std::panic::AssertUnwindSafe(|| {
            drop(client.get("/").wait().unwrap().expect_no_text("ada"));
        }));
        assert!(
            text.contains("expected a text without \"ada\""),
            "{how}: {text}"
        );
    }
}

#[test]
fn a_base_with_a_path_is_a_mount() {
    fn tell(request: &Request) -> rustzeug::Response {
        match request.path() {
            "/go" => rustzeug::Response::redirect(format!("{}/there", request.script_name())),
            "/out" => rustzeug::Response::redirect("/elsewhere"),
            _ => rustzeug::Response::text(format!(
                "{}|{}|{}",
                request.script_name(),
                request.path(),
                request.query_string()
            ))
            .with_header("set-cookie", "a=b; Path=/app"),
        }
    }
    #[rustfmt::skip]
    let cases = [
        ("/x?y",                       "/app|/x|y",       "a path"),
        ("x",                          "/app|/x|",        "without its slash"),
        ("",                           "/app|/|",         "nothing"),
        ("?y",                         "/app|/|y",        "a query"),
        ("/app/x",                     "/app|/app/x|",    "a path that looks like the mount is below it"),
        ("http://localhost/app/x",     "/app|/x|",        "a URL below the mount"),
        ("http://localhost/app",       "/app||",          "the URL of the mount itself"),
        ("http://localhost/apple",     "|/apple|",        "a URL that only begins like the mount"),
        ("http://localhost/",          "|/|",             "a URL out of the mount"),
    ];
    for base in ["http://localhost/app", "http://localhost/app/"] {
        let client = Client::new(tell).with_base(base);
        for (target, want, why) in cases {
            client.get(target).wait().unwrap().expect_text(want);
            assert!(client.cookie("a").is_some(), "{why}");
        }
        client
            .send(Request::blank("/x"))
            .wait()
            .unwrap()
            .expect_text("/app|/x|");
        let there = client.get("/go").following_redirects().wait().unwrap();
        assert_eq!(there.request().path_and_query(), "/app/there");
        there.expect_text("/app|/there|");
        let error = client.get("/out").following_redirects().wait().unwrap_err();
        assert!(
            format!("{error:?}").contains("out of the mount `/app`"),
            "{error:?}"
        );
        // Cookies of the mount are sent to the mount.
        client.clear_cookies();
        client.receive_cookie("/x", "c=d");
        assert_eq!(client.cookies()[0].path(), "/app");
    }
    let (text, _) = panic_of(|| drop(Client::new(tell).with_base("http://a/b?c")));
    assert!(text.contains("has a query"), "{text}");
}

#[test]
fn an_address_with_a_path_is_a_mount_of_the_server() {
    fn tell(request: &Request) -> rustzeug::Response {
        match request.path() {
            "/go" => rustzeug::Response::redirect(format!("{}/there", request.script_name())),
            path => rustzeug::Response::text(format!("{path} of {}", request.script_name())),
        }
    }
    // A server that mounts the application, and a client with that mount.
    let mounted = Router::new().mount("/app", tell);
    let server = Client::serve(mounted).unwrap();
    let own = server
        .get("/app/x")
        .wait()
        .unwrap()
        .expect_text("/x of /app");
    let address = own.request().host_url();
    let client = Client::connect(format!("{address}/app")).unwrap();
    client.get("/x?y").wait().unwrap().expect_text("/x of /app");
    client
        .get("/go")
        .following_redirects()
        .wait()
        .unwrap()
        .expect_text("/there of /app");
}

#[test]
fn a_client_signs_in_with_a_name_and_a_password() {
    let told = |request: &Request| {
        request
            .header_text("authorization")
            .unwrap_or("nobody")
            .to_owned()
    };
    let client = Client::new(told);
    let get = |client: &Client| client.get("/").wait().unwrap().text().to_owned();
    #[rustfmt::skip]
    let cases = [
        ("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "RFC 7617 section 2"),
        ("test",    "123£",        "Basic dGVzdDoxMjPCow==",             "RFC 7617 section 2.1, UTF-8"),
        ("a",       "b:c",         "Basic YTpiOmM=",                     "a colon in the password"),
        ("",        "",            "Basic Og==",                         "nothing"),
    ];
    for (user, password, want, why) in cases {
        let call = client.get("/").with_basic_auth(user, password);
        call.wait().unwrap().expect_text(want);
        assert_eq!(
            get(&client.another().with_basic_auth(user, password)),
            want,
            "{why}"
        );
    }
    assert_eq!(
        get(&client),
        "nobody",
        "credentials of one call apply only to that call"
    );
    let client = client.with_basic_auth("a", "b").with_basic_auth("c", "d");
    assert_eq!(get(&client), "Basic Yzpk", "the last credentials count");
    let own = client.get("/").with_header("authorization", "Bearer x");
    own.wait().unwrap().expect_text("Bearer x");
    for (user, password, want) in [("a:b", "", "a colon"), ("a", "b\n", "a control character")] {
        let (text, _) = panic_of(|| drop(Client::new(|| "x").with_basic_auth(user, password)));
        assert!(text.contains(want), "{text}");
    }
}
