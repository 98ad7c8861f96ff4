//! Calls of every kind.

use rustzeug::form::MultipartForm;
use rustzeug::gateway::{Application, Body, Environ, Limits, Reply, StartResponse};
use rustzeug::testing::{Client, TestResponse};
use rustzeug::{Error, IntoApplication, Json, Request, Response, Result, Server};

use super::both;
use super::panic_of;
use crate::common::{Log, block_on};

/// Responds with what arrived, as text.
async fn echo(request: &Request) -> Result<Response> {
    let headers = ["content-type", "content-length", "x-a"];
    let headers = headers.map(|name| {
        request
            .headers()
            .get(name)
            .map_or("-", |value| value.to_str().unwrap_or("?"))
    });
    let (method, path, query) = (
        request.method().clone(),
        request.path().to_owned(),
        request.query_string().to_owned(),
    );
    let body = request.text().await?;
    Ok(Response::text(format!(
        "{method} {path} {query} [{}] {body}",
        headers.join(" | ")
    )))
}

type Make = fn(&Client) -> Result<TestResponse>;

#[test]
fn each_call_arrives_as_it_was_made() {
    #[rustfmt::skip]
    let cases: [(Make, &str, &str); 14] = [
        (|c| c.get("/a%20b?c=d").wait(),                                 "GET /a b c=d [- | - | -] ",                    "a path and a query"),
        (|c| c.get("http://localhost/x").wait(),                         "GET /x  [- | - | -] ",                         "a URL"),
        (|c| c.delete("/x").wait(),                                      "DELETE /x  [- | - | -] ",                      "no length is sent"),
        (|c| c.options("/x").wait(),                                     "OPTIONS /x  [- | - | -] ",                     "OPTIONS"),
        (|c| c.post("/x").wait(),                                        "POST /x  [- | 0 | -] ",                        "the length 0 is sent"),
        (|c| c.post("/x").with_body("four").wait(),                      "POST /x  [- | 4 | -] four",                    "a body"),
        (|c| c.put("/x").with_body("ü").wait(),                          "PUT /x  [- | 2 | -] ü",                        "the length is that of the bytes"),
        (|c| c.patch("/x").with_json(&[1, 2]).wait(),                    "PATCH /x  [application/json | 5 | -] [1,2]",   "JSON"),
        (|c| c.post("/x").with_form(&[("a", "b c")]).wait(),             "POST /x  [application/x-www-form-urlencoded | 5 | -] a=b+c", "a form"),
        (|c| c.get("/x").with_query(&[("q", "a&b")]).wait(),             "GET /x q=a%26b [- | - | -] ",                  "a query of pairs"),
        (|c| c.get("/x").with_header("x-a", "1").wait(),                 "GET /x  [- | - | 1] ",                         "a header"),
        (|c| c.send(Request::blank("/x").with_method("REPORT")).wait(),  "REPORT /x  [- | - | -] ",                      "any request"),
        (|c| c.post("/x").with_body(Body::iterator(["on", "e"])).wait(), "POST /x  [- | - | -] one",                     "a body of unknown length"),
        (|c| c.post("/x").with_body("x".repeat(100_000)).wait(),         "",                                             "a long one"),
    ];
    for (name, client) in both(|| echo.into_application()) {
        for (call, want, why) in &cases {
            let answer = call(&client).unwrap().expect_status(200);
            if want.is_empty() {
                assert!(
                    answer.text().ends_with(&"x".repeat(100_000)),
                    "{name}: {why}"
                );
            } else {
                assert_eq!(answer.text(), *want, "{name}: {why}");
            }
        }
        client
            .head("/x")
            .wait()
            .unwrap()
            .expect_status(200)
            .expect_empty();
        client.options("*").wait().unwrap().expect_status(204);
    }
}

#[test]
fn files_arrive() {
    async fn files(request: &Request) -> Result<Json<(String, Vec<u8>)>> {
        let form = request.form().await?;
        let file = form.file("photo")?;
        Ok(Json((
            file.filename().to_owned(),
            file.bytes().await?.to_vec(),
        )))
    }
    for (_, client) in both(|| files.into_application()) {
        let form = MultipartForm::new().text("title", "Cat").bytes(
            "photo",
            "cat.png",
            "image/png",
            "\x7fPNG",
        );
        let answer = client.post("/").with_multipart(form).wait().unwrap();
        answer.expect_json(&("cat.png", b"\x7fPNG"));
    }
}

#[test]
fn a_plain_fn_runs_in_place_and_may_wait() {
    fn plain(request: &Request) -> Result<String> {
        let thread = std::thread::current().id();
        Ok(format!("{thread:?} {}", request.text().wait()?))
    }
    let here = format!("{:?} x", std::thread::current().id());
    let client = Client::new(plain);
    client
        .post("/")
        .with_body("x")
        .wait()
        .unwrap()
        .expect_text(&here);
    block_on(async {
        client
            .post("/")
            .with_body("x")
            .await
            .unwrap()
            .expect_text(&here)
    });
}

#[test]
fn calls_are_awaited_on_any_executor() {
    for (_, client) in both(|| echo.into_application()) {
        let calls = async {
            let answer = client.get("/x").await?;
            answer.expect_text("GET /x  [- | - | -] ");
            Ok::<_, Error>(())
        };
        block_on(calls).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let client = Client::serve(echo).unwrap();
    runtime.block_on(async { client.get("/x").await.unwrap().expect_status(200) });
}

#[test]
fn several_calls_go_on_at_once() {
    let (_, client) = both(|| echo.into_application()).into_iter().nth(1).unwrap();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let client = &client;
            scope.spawn(move || {
                client
                    .get(&format!("/{n}"))
                    .wait()
                    .unwrap()
                    .expect_text_contains(&format!("/{n}"))
            });
        }
    });
}

#[test]
fn what_is_wrong_with_a_call_is_its_error() {
    for (name, client) in both(|| echo.into_application()) {
        for (call, why) in [
            (
                client.get("/").with_header("x-a", "1\r\nx-b: 2"),
                "a header in a header",
            ),
            (client.get("/#top"), "a fragment is never sent"),
        ] {
            assert!(call.wait().is_err(), "{name}: {why}");
        }
        let failing = Body::try_iterator([Ok("one"), Err("disk gone")]);
        let error = client.post("/").with_body(failing).wait();
        match error {
            // In process, the handler gets the error and answers.
            Ok(answer) => assert!(
                answer.status().is_client_error() || answer.status().is_server_error(),
                "{name}"
            ),
            Err(error) => assert!(
                format!("{error:?}").contains("disk gone"),
                "{name}: {error:?}"
            ),
        }
    }
}

#[test]
fn the_referee_is_there_unless_it_is_sent_away() {
    fn wrong(_: Environ, start_response: StartResponse) -> Result<Reply> {
        Ok(start_response
            .start(405, [("content-type", "text/plain")])?
            .body("no"))
    }
    let client = Client::new(wrong);
    let answer = client.get("/").wait().unwrap().expect_status(500);
    assert!(format!("{:?}", answer.error().unwrap()).contains("a 405 needs the header `allow`"));
    client
        .without_lint()
        .get("/")
        .wait()
        .unwrap()
        .expect_status(405);
}

#[test]
fn the_error_that_was_rendered_is_kept_with_its_type() {
    async fn panics() -> &'static str {
        panic!("at the disco")
    }
    #[derive(Debug)]
    struct Missing(u32);
    impl std::fmt::Display for Missing {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{} is missing", self.0)
        }
    }
    impl std::error::Error for Missing {}
    let answer = Client::new(|| Err::<(), _>(Missing(7)))
        .get("/")
        .wait()
        .unwrap();
    let error = answer.error().unwrap();
    assert_eq!(
        error.downcast_ref::<Missing>().map(|missing| missing.0),
        Some(7)
    );

    let answer = Client::new(panics)
        .get("/")
        .wait()
        .unwrap()
        .expect_status(500);
    assert!(format!("{:?}", answer.error().unwrap()).contains("at the disco"));
}

#[test]
fn what_goes_to_the_error_stream_is_kept_unless_it_has_a_place() {
    for (name, client) in both(|| (|| Err::<(), _>("no such table")).into_application()) {
        let answer = client.get("/x").wait().unwrap().expect_status(500);
        assert!(
            answer
                .log()
                .contains("GET /x: 500 Internal Server Error: no such table"),
            "{name}: {}",
            answer.log()
        );
        assert!(!answer.log().contains("Listening"), "{name}");
    }
    let log = Log::default();
    let client = Client::new(|| Err::<(), _>("no such table"));
    let answer = client
        .get("/")
        .with(|request| request.with_server(log.server()))
        .wait()
        .unwrap();
    assert_eq!(answer.log(), "");
    assert!(log.text().contains("no such table"));
}

#[test]
fn a_header_of_clients_and_calls_replaces_or_is_appended() {
    let show = |request: &Request| {
        let lines = request.headers().get_all("x-a").iter();
        let lines = lines.map(|line| line.to_str().unwrap().to_owned());
        lines.collect::<Vec<_>>().join(",")
    };
    let client = Client::new(show).with_header("x-a", "0");
    let client = client
        .with_header("x-a", "1")
        .with_appended_header("x-a", "2");
    client.get("/").wait().unwrap().expect_text("1,2");
    let call = client.get("/").with_header("x-a", "3");
    call.wait().unwrap().expect_text("3");
    let call = client
        .get("/")
        .with_header("x-a", "3")
        .with_header("x-a", "4");
    call.wait().unwrap().expect_text("4");
    let call = client.get("/").with_header("x-a", "3");
    let call = call.with_appended_header("x-a", "4");
    call.wait().unwrap().expect_text("3,4");
}

#[test]
fn a_client_says_the_same_with_every_request() {
    let show = |request: &Request| format!("{} {:?}", request.url(), request.headers().get("x-a"));
    let client = Client::new(show)
        .with_base("https://Example.org:8443/")
        .with_header("x-a", "1");
    client
        .get("/p")
        .wait()
        .unwrap()
        .expect_text("https://example.org:8443/p Some(\"1\")");
    client
        .get("/p")
        .with_header("x-a", "2")
        .wait()
        .unwrap()
        .expect_text_contains("Some(\"2\")");
    client
        .get("http://a.org/p")
        .wait()
        .unwrap()
        .expect_text_contains("http://a.org/p ");
    client
        .another()
        .get("/p")
        .wait()
        .unwrap()
        .expect_text_contains("https://example.org:8443/p Some");
    for base in ["https://exa mple.org", "https://a/#b", "/x", "mailto:a"] {
        let (text, _) = panic_of(|| drop(Client::new(|| "").with_base(base)));
        assert_eq!(text, format!("`{base}` is not a URL of a host"));
    }
}

#[test]
fn a_server_may_have_limits_of_its_own() {
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_limits(Limits::default().with_received_body_bytes(3));
    let client = Client::serve_by(server, |request: &Request| request.text().wait()).unwrap();
    client
        .post("/")
        .with_body("abc")
        .wait()
        .unwrap()
        .expect_text("abc");
    client
        .post("/")
        .with_body("abcd")
        .wait()
        .unwrap()
        .expect_status(413);
    // An answer that arrives before the request has ended is read.
    client
        .post("/")
        .with_body("x".repeat(8 << 20))
        .wait()
        .unwrap()
        .expect_status(413);
}

#[test]
fn the_server_ends_with_the_last_client() {
    let client = Client::serve(|| "hello").unwrap();
    let other = client.another();
    let address = client
        .get("/")
        .wait()
        .unwrap()
        .request()
        .host()
        .into_owned();
    drop(client);
    other.get("/").wait().unwrap().expect_text("hello");
    drop(other);
    assert!(std::net::TcpStream::connect(&address).is_err());
    let error = Client::connect(format!("http://{address}"))
        .unwrap()
        .get("/")
        .wait()
        .unwrap_err();
    assert!(error.to_string().contains("could not connect"), "{error:?}");
}

#[test]
fn an_application_is_taken_as_it_is() {
    fn boxed() -> impl Application {
        Response::text("fixed").into_application()
    }
    for (_, client) in both(boxed) {
        client.get("/").wait().unwrap().expect_text("fixed");
    }
}

#[test]
fn the_upgrade_of_a_426_reaches_the_client() {
    let app = |request: &Request| match request.path() {
        "/error" => Err(Error::upgrade_required("websocket")),
        _ => Ok((426, [("upgrade", "websocket")], "not like this")),
    };
    for (name, client) in both(|| app.into_application()) {
        for path in ["/error", "/tuple"] {
            let answer = client.get(path).wait().unwrap().expect_status(426);
            let upgrade = answer.header_text("upgrade");
            assert_eq!(upgrade, Some("websocket"), "{name}: {path}: {answer}");
        }
    }
}
