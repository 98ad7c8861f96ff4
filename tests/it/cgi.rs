//! CGI: one request from variables and a stream, answered in the form that web servers read.

use std::io;
use std::io::Cursor;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::process::Command;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::cgi::Cgi;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::Limits;
use rustzeug::gateway::Lint;
use rustzeug::gateway::Variables;

use crate::waiting::pass_async;

#[path = "../../examples/cgi.rs"]
#[allow(dead_code, reason = "main is not called")]
pub(crate) mod example;

type Pairs<'p> = &'p [(&'p str, &'p str)];

fn variables(method: &str, path: &str, more: Pairs<'_>) -> Variables {
    let ours = [("REQUEST_METHOD", method), ("PATH_INFO", path)];
    let pairs = ours.iter().chain(more);
    pairs
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect()
}

/// An answer, whether it is complete, what was reported, and how many bytes of the input are left.
struct Answer {
    text: String,
    outcome: io::Result<()>,
    reported: String,
    left: usize,
}

fn run(app: impl Application, variables: Variables, input: &str) -> Answer {
    let left = Arc::new(AtomicUsize::new(input.len()));
    let reader = Counted(Cursor::new(input.as_bytes().to_vec()), Arc::clone(&left));
    let (errors, reported) = reports();
    let mut output = Vec::new();
    let cgi = Cgi::new().with_errors(errors);
    let outcome = cgi.answer(Lint::new(app), variables, reader, &mut output);
    let reported = reported.lock().unwrap().clone();
    Answer {
        text: String::from_utf8(output).unwrap(),
        outcome,
        reported: String::from_utf8(reported).unwrap(),
        left: left.load(Ordering::SeqCst),
    }
}

/// An error stream, and what is written to it.
fn reports() -> (ErrorStream, Arc<Mutex<Vec<u8>>>) {
    struct Kept(Arc<Mutex<Vec<u8>>>);
    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let kept = Arc::new(Mutex::new(Vec::new()));
    (ErrorStream::new(Kept(Arc::clone(&kept))), kept)
}

struct Counted(Cursor<Vec<u8>>, Arc<AtomicUsize>);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.fetch_sub(count, Ordering::SeqCst);
        Ok(count)
    }
}

fn app() -> Router {
    Router::new()
        .get("/", || "hello\n")
        .get("/empty", || Response::empty(204))
        .get("/go", || Response::redirect("/there"))
        .get("/same", |request: &Request| {
            Response::text("content")
                .with_etag("v1")
                .conditional(request)
        })
        .get("/stream", || Response::iterator(["one ", "two"]))
        .get("/fails", || -> Result<()> {
            Err(Error::from("a secret cause"))
        })
        .get("/panics", || -> Result<()> { panic!("a bug") })
        .get("/cut", || {
            let chunks = [Ok("half"), Err("the disk is gone")];
            Response::text(Body::try_iterator(chunks))
        })
        .post(
            "/refused",
            async || Err::<(), _>(Error::content_too_large()),
        )
        .post("/length", |request: &Request| -> Result<String> {
            Ok(format!("{} bytes\n", request.bytes().wait()?.len()))
        })
        .post("/async", async |request: &Request| -> Result<String> {
            Ok(format!("{} bytes\n", request.bytes().await?.len()))
        })
}

#[test]
fn answers_are_written_as_web_servers_read_them() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, Pairs<'_>, &str, &str, &str)] = &[
        ("GET",  "/",       &[], "Status: 200 OK\r\n", "\r\ncontent-length: 6\r\n\r\nhello\n", "a page"),
        ("HEAD", "/",       &[], "Status: 200 OK\r\n", "\r\ncontent-length: 6\r\n\r\n", "the same head, no body"),
        ("GET",  "/empty",  &[], "Status: 204 No Content\r\n", "\r\n\r\n", "neither length nor type"),
        ("GET",  "/same",   &[("HTTP_IF_NONE_MATCH", "\"v1\"")], "Status: 304 Not Modified\r\n", "\r\n\r\n", "no body"),
        ("GET",  "/stream", &[], "Status: 200 OK\r\n", "\r\n\r\none two", "a length that nobody knows"),
        ("GET",  "/none",   &[], "Status: 404 Not Found\r\n", "\n", "an error is an answer"),
        ("PUT",  "/",       &[], "Status: 405 Method Not Allowed\r\n", "\n", "an error is an answer"),
        ("GET",  "/",       &[("CONTENT_LENGTH", "x")], "Status: 400 Bad Request\r\n", "\n", "refused"),
        ("HEAD", "/",       &[("CONTENT_LENGTH", "x")], "Status: 400 Bad Request\r\n", "\r\n\r\n", "refused, without a body"),
        ("GET",  "/",       &[("HTTP_HOST", "a b")], "Status: 400 Bad Request\r\n", "\n", "refused by the edge"),
        ("GET",  "/",       &[("SCRIPT_NAME", "/cgi-bin/nph-app.cgi")], "HTTP/1.1 200 OK\r\n", "hello\n", "RFC 3875 §5"),
        ("GET",  "/",       &[("SCRIPT_NAME", "/nph-x/app.cgi")], "Status: 200 OK\r\n", "hello\n", "only the name of the program"),
    ];
    for (method, path, more, begin, end, why) in cases {
        let answer = run(app(), variables(method, path, more), "");
        assert!(
            answer.text.starts_with(begin),
            "{method} {path}: {why}: {}",
            answer.text
        );
        assert!(
            answer.text.ends_with(end),
            "{method} {path}: {why}: {}",
            answer.text
        );
        assert!(answer.outcome.is_ok(), "{why}");
    }
}

#[test]
fn a_redirect_is_absolute_so_that_the_front_does_not_follow_it() {
    let host = [
        ("HTTP_HOST", "example.org"),
        ("HTTPS", "on"),
        ("SCRIPT_NAME", "/cgi-bin/a"),
    ];
    let answer = run(app(), variables("GET", "/go", &host), "");
    let location = "\r\nlocation: https://example.org/";
    assert!(answer.text.contains(location), "{}", answer.text);
}

#[test]
fn all_of_the_input_is_read_and_nothing_beyond_it() {
    const FOUR: (&str, &str) = ("CONTENT_LENGTH", "4");
    #[rustfmt::skip]
    let cases: &[(&str, Pairs<'_>, &str, &str, usize, &str)] = &[
        ("/length",  &[FOUR], "four",      "4 bytes\n", 0, "a plain fn"),
        ("/async",   &[FOUR], "four",      "4 bytes\n", 0, "an async fn"),
        ("/length",  &[FOUR], "four more", "4 bytes\n", 5, "the rest is not body"),
        ("/async",   &[FOUR], "four more", "4 bytes\n", 5, "the rest is not body"),
        ("/refused", &[FOUR], "four",      "413 Payload Too Large", 0, "unread, and drained"),
        ("/",        &[FOUR], "four",      "405 Method Not Allowed", 0, "unread, and drained"),
        ("/none",    &[FOUR], "four more", "404 Not Found", 5, "drained up to the length"),
        ("/length",  &[],     "four",      "0 bytes\n", 4, "RFC 3875 §4.1.2: no length, no body"),
        ("/length",  &[("HTTP_TRANSFER_ENCODING", "chunked")], "four", "4 bytes\n", 0, "the front has decoded it"),
        ("/length",  &[("CONTENT_LENGTH", "9")], "four", "400 Bad Request", 0, "a short body is an error"),
        ("/async",   &[("CONTENT_LENGTH", "9")], "four", "400 Bad Request", 0, "a short body is an error"),
        ("/none",    &[("CONTENT_LENGTH", "18446744073709551615")], "four", "404 Not Found", 0, "a length that is a lie"),
    ];
    for (path, more, input, want, left, why) in cases {
        let answer = run(app(), variables("POST", path, more), input);
        assert!(answer.text.contains(want), "{path}: {why}: {}", answer.text);
        assert_eq!(answer.left, *left, "{path}: {why}");
    }
}

#[test]
fn a_body_of_unknown_length_that_nobody_reads_has_a_limit() {
    for (input, want) in [("0123456789", 0), ("0123456789+", 1)] {
        let left = Arc::new(AtomicUsize::new(input.len()));
        let reader = Counted(Cursor::new(input.into()), Arc::clone(&left));
        let limits = Limits::default().with_received_body_bytes(10);
        let cgi = Cgi::new().with_limits(limits);
        let chunked = [("HTTP_TRANSFER_ENCODING", "chunked")];
        let variables = variables("POST", "/none", &chunked);
        cgi.answer(app(), variables, reader, &mut Vec::new())
            .unwrap();
        assert_eq!(left.load(Ordering::SeqCst), want, "{input}");
    }
}

#[test]
fn failures_are_reported_and_never_shown() {
    for (path, cause) in [("/fails", "a secret cause"), ("/panics", "a bug")] {
        let answer = run(app(), variables("GET", path, &[]), "");
        assert!(answer.text.starts_with("Status: 500 "), "{}", answer.text);
        assert!(!answer.text.contains(cause), "{}", answer.text);
        assert!(answer.reported.contains(cause), "{}", answer.reported);
        assert!(answer.outcome.is_ok(), "{path} was answered");
    }
}

#[test]
fn a_failure_after_the_head_is_no_success() {
    let answer = run(app(), variables("GET", "/cut", &[]), "");
    assert!(answer.text.ends_with("\r\n\r\nhalf"), "{}", answer.text);
    assert!(
        answer.reported.contains("the disk is gone"),
        "{}",
        answer.reported
    );
    assert!(answer.outcome.is_err());
}

#[test]
fn an_application_that_is_put_together_wrongly_says_so() {
    let twice = Router::new().get("/a", || "1").get("/a", || "2");
    let answer = run(twice, variables("GET", "/a", &[]), "");
    assert!(answer.text.starts_with("Status: 500 "), "{}", answer.text);
    assert!(answer.reported.contains("/a"), "{}", answer.reported);
    assert!(answer.outcome.is_err());
}

#[test]
fn a_client_that_has_left_is_an_error_and_no_panic() {
    struct Closed(usize);
    impl Write for Closed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(ErrorKind::BrokenPipe.into());
            }
            self.0 -= 1;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for (path, writes) in [("/", 0), ("/stream", 0), ("/stream", 1), ("/stream", 2)] {
        let (errors, reported) = reports();
        let cgi = Cgi::new().with_errors(errors);
        let variables = variables("GET", path, &[]);
        let outcome = cgi.answer(app(), variables, io::empty(), &mut Closed(writes));
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert!(reported.lock().unwrap().is_empty(), "nobody is at fault");
    }
}

#[test]
fn a_response_may_be_made_from_the_request_as_it_is_read() {
    let echo = async |request: &Request| Response::text(request.take_body());
    let app = rustzeug::IntoApplication::into_application(echo);
    let answer = run(
        app,
        variables("POST", "/", &[("CONTENT_LENGTH", "4")]),
        "four more",
    );
    assert!(
        answer.text.ends_with("\r\ncontent-length: 4\r\n\r\nfour"),
        "{}",
        answer.text
    );
    assert_eq!(answer.left, 5);
}

#[cfg(feature = "server")]
#[test]
fn an_async_fn_has_timers_and_a_plain_fn_its_own_runtime() {
    let app = Arc::new(
        Router::new()
            .get("/timer", async || {
                pass_async(Duration::from_millis(1)).await;
                "slept"
            })
            .get("/own", || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async { "ran" })
            })
            .get("/streams", async || {
                Response::text(Body::async_writer(async |mut out| {
                    pass_async(Duration::from_millis(1)).await;
                    out.write("written").await
                }))
            }),
    );
    for (path, want) in [
        ("/timer", "slept"),
        ("/own", "ran"),
        ("/streams", "written"),
    ] {
        let mut output = Vec::new();
        let variables = variables("GET", path, &[]);
        let cgi = Cgi::new().with_limits(Limits::default());
        cgi.answer(Arc::clone(&app), variables, io::empty(), &mut output)
            .unwrap();
        let text = String::from_utf8(output).unwrap();
        assert!(text.ends_with(want), "{path}: {text}");
    }
}

#[test]
fn the_server_is_declared_as_it_is() {
    let flags = |request: &Request| {
        let server = request.environ().server();
        format!(
            "{} {} {}",
            server.multithread(),
            server.multiprocess(),
            server.run_once()
        )
    };
    let app = rustzeug::IntoApplication::into_application(flags);
    let answer = run(app, variables("GET", "/", &[]), "");
    assert!(answer.text.ends_with("false true true"), "{}", answer.text);
}

#[test]
fn the_example_answers() {
    let answer = run(example::app(), variables("GET", "/Ada", &[]), "");
    assert!(
        answer.text.ends_with("\r\n\r\nHello, Ada!\n"),
        "{}",
        answer.text
    );
    let post = variables("POST", "/Ada", &[("CONTENT_LENGTH", "4")]);
    let answer = run(example::app(), post, "four");
    assert!(answer.text.ends_with("4 bytes\n"), "{}", answer.text);
}

/// Not a test by itself: a process of its own, which answers one request.
#[test]
#[ignore = "another test starts it"]
fn program() {
    if std::env::var_os("REQUEST_METHOD").is_some() {
        let proxy = || format!("proxy: {:?}", std::env::var_os("HTTP_PROXY"));
        let code = Cgi::new().serve(proxy);
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
    }
}

#[test]
fn the_proxy_of_a_client_is_not_left_in_the_environment() {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args([
        "--ignored",
        "--exact",
        "cgi::program",
        "--nocapture",
        "--test-threads=1",
    ]);
    program.env("REQUEST_METHOD", "GET").env("PATH_INFO", "/");
    let output = program
        .env("HTTP_PROXY", "http://evil.example")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("Status: 200 OK\r\n") && text.contains("proxy: None"),
        "{text}"
    );
}
