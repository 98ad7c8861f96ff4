//! The examples, called in process and over a socket.

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::TcpStream;

use rustzeug::chrono::DateTime;
use rustzeug::gateway::Application;
use rustzeug::gateway::Lint;
use rustzeug::http::header::CONTENT_TYPE;
use rustzeug::{Request, Server};

use crate::common::{Log, answer, serve};

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/platform.rs"]
mod platform;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/time_raw.rs"]
mod time_raw;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/time_webob_style.rs"]
mod time_webob_style;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/time_werkzeug_style.rs"]
mod time_werkzeug_style;

struct Case {
    method: &'static str,
    host: &'static str,
    target: &'static str,
    status: u16,
    text: &'static str,
    why: &'static str,
}

const HOSTS: &str = "Only http://127.0.0.1/ and http://localhost/ are answered";
const METHOD: &str = "Only GET is implemented";

#[rustfmt::skip]
const TIME: [Case; 15] = [
    Case { method: "GET",    host: "127.0.0.1",      target: "/",      status: 200, text: "",     why: "the address" },
    Case { method: "GET",    host: "127.0.0.1:8000", target: "/",      status: 200, text: "",     why: "the port does not matter" },
    Case { method: "GET",    host: "localhost",      target: "/",      status: 200, text: "",     why: "the name" },
    Case { method: "GET",    host: "LocalHost:80",   target: "/",      status: 200, text: "",     why: "names of hosts have no case" },
    Case { method: "GET",    host: "localhost",      target: "/?a=b",  status: 200, text: "",     why: "the query is no part of the path" },
    Case { method: "GET",    host: "localhost",      target: "/x",     status: 404, text: HOSTS,  why: "another path" },
    Case { method: "GET",    host: "localhost",      target: "//",     status: 404, text: HOSTS,  why: "slashes are not merged" },
    Case { method: "GET",    host: "localhost",      target: "/%2F",   status: 404, text: HOSTS,  why: "nor is an escaped one" },
    Case { method: "GET",    host: "example.org",    target: "/",      status: 404, text: HOSTS,  why: "another host" },
    Case { method: "GET",    host: "localhost.evil", target: "/",      status: 404, text: HOSTS,  why: "a host that begins alike" },
    Case { method: "GET",    host: "[::1]:8000",     target: "/",      status: 404, text: HOSTS,  why: "an IPv6 address is another host" },
    Case { method: "POST",   host: "localhost",      target: "/",      status: 501, text: METHOD, why: "another method" },
    Case { method: "DELETE", host: "example.org",    target: "/x",     status: 501, text: METHOD, why: "the method is looked at first" },
    Case { method: "get",    host: "localhost",      target: "/",      status: 501, text: METHOD, why: "methods have a case" },
    Case { method: "GET",    host: "local host",     target: "/",      status: 400, text: "",     why: "no host at all, refused by the server" },
];

#[test]
fn the_three_current_time_programs_answer_the_same_table_in_process() {
    check_in_process("raw", &Lint::new(time_raw::app()));
    check_in_process("webob style", &Lint::new(time_webob_style::app()));
    check_in_process("werkzeug style", &Lint::new(time_werkzeug_style::app()));
}

fn check_in_process(name: &str, app: &impl Application) {
    for case in &TIME {
        let request = || {
            let request = Request::blank(case.target)
                .with_method(case.method)
                .with_facts(Log::default().facts());
            request.with_header("host", case.host)
        };
        let what = format!(
            "{name}: {} {} of {}: {}",
            case.method, case.target, case.host, case.why
        );
        let response = serve(app, request());
        assert_eq!(
            response.headers()[CONTENT_TYPE],
            "text/plain; charset=utf-8",
            "{what}"
        );
        check_text(case, &answer(app, request()), &what);
    }
}

fn check_text(case: &Case, (status, text): &(u16, String), what: &str) {
    assert_eq!(*status, case.status, "{what}");
    match case.status {
        200 => assert!(DateTime::parse_from_rfc2822(text).is_ok(), "{what}: {text}"),
        400 => {}
        _ => assert_eq!(text, case.text, "{what}"),
    }
}

#[test]
fn the_three_current_time_programs_answer_the_same_table_over_a_socket() {
    check_over_a_socket("raw", time_raw::app());
    check_over_a_socket("webob style", time_webob_style::app());
    check_over_a_socket("werkzeug style", time_werkzeug_style::app());
}

fn check_over_a_socket(name: &str, app: impl Application) {
    let log = Log::default();
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_errors(log.stream());
    let (address, stopper) = (server.local_addr(), server.stopper());
    let serving = std::thread::spawn(move || server.serve(Lint::new(app)));
    for case in &TIME {
        let what = format!(
            "{name}: {} {} of {}: {}",
            case.method, case.target, case.host, case.why
        );
        let mut client = TcpStream::connect(address).unwrap();
        let head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            case.method, case.target, case.host
        );
        client.write_all(head.as_bytes()).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            head.to_ascii_lowercase()
                .contains("\r\ncontent-type: text/plain; charset=utf-8"),
            "{what}: {head}"
        );
        assert!(
            head.contains(&format!("\r\ncontent-length: {}", text.len())),
            "{what}: {head}"
        );
        check_text(
            case,
            &(head[9..12].parse().unwrap(), text.to_owned()),
            &what,
        );
    }
    stopper.stop();
    serving.join().unwrap().unwrap();
    assert!(
        log.text()
            .starts_with(&format!("Listening on http://{address}\n")),
        "{}",
        log.text()
    );
}

#[test]
fn the_example_for_platforms_tells_who_is_at_both_ends() {
    let request = Request::blank("/");
    let (status, text) = answer(&Lint::new(platform::app()), request);
    assert_eq!(status, 200);
    assert_eq!(text, "from nobody in particular, at nowhere\n");
}
