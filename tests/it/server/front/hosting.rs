//! What every protocol has from the server: health, log, counters, limits of time, and a gentle end.

use std::io::Read;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use rustzeug::gateway::Lint;
use rustzeug::server::{AccessLog, Listener, Protocol, ServerLimits};
use rustzeug::{IntoApplication, Request, Server};

use super::super::processes::{Process, is_started, say, start};
use super::super::{Running, listening, tcp, unix_sockets::Folder, wait_until_refused};
use super::requests::app;
use super::speak::{
    Host, PROTOCOLS, encode, fastcgi, get, listen, post, read, read_fastcgi, read_record, record,
    request,
};
use crate::common::Log;
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::until;

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn several_protocols_are_served_at_once() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    for protocol in PROTOCOLS {
        server = server.with_listener(
            Listener::tcp("127.0.0.1:0")
                .unwrap()
                .with_protocol(protocol),
        );
    }
    let unix = Listener::at(&format!("scgi+unix:{}", path.display())).unwrap();
    let server = server.with_listener(unix);
    let said = server.to_string();
    for scheme in [
        "http://127",
        "fastcgi://127",
        "scgi://127",
        "uwsgi://127",
        "scgi+unix:/",
    ] {
        assert!(said.contains(scheme), "{said}");
    }
    let addresses: Vec<_> = server.addresses().cloned().collect();
    let mut running = Running::new(server, app.into_application());
    let at = |index: usize| {
        let port = addresses[index].port().unwrap();
        tcp(([127, 0, 0, 1], port).into())
    };
    assert_eq!(listening::ask(at(0)), "hello");
    for (index, protocol) in PROTOCOLS.into_iter().enumerate() {
        let mut stream = at(index + 1);
        stream.write_all(&encode(protocol, &get("/"), b"")).unwrap();
        assert_eq!(
            read(protocol, &mut stream).unwrap().text(),
            "hello",
            "{protocol}"
        );
    }
    let mut stream = listening::unix(&path);
    stream
        .write_all(&encode(Protocol::Scgi, &get("/"), b""))
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("hello"), "{answer}");
    running.end();
    assert!(!path.exists());
}

#[test]
fn requests_are_logged_and_counted() {
    for protocol in PROTOCOLS {
        let lines = Log::default();
        let log = AccessLog::common().with_writer(lines.clone());
        let server = listen(protocol)
            .with_access_log(log)
            .with_health_path("/healthz");
        let host = Host::with(server, protocol, app.into_application());
        host.get("/?a=b");
        host.ask(&post("/length", 4), b"four");
        host.get("/chunks");
        host.get("/panic");
        assert_eq!(host.get("/healthz").text(), "ok\n");
        host.ask(&request("", "/", &[("REQUEST_METHOD", "a b")]), b"");
        for want in [
            "203.0.113.9 - - [",
            "\"GET /?a=b HTTP/1.1\" 200 5\n",
            "\"POST /length HTTP/1.1\" 200 7\n",
            "\"GET /chunks HTTP/1.1\" 200 790\n",
            "\"GET /panic HTTP/1.1\" 500 ",
            "\"GET /healthz HTTP/1.1\" 200 3\n",
            "\"a b / HTTP/1.1\" 400 ",
        ] {
            lines.wait_for(want);
        }
        until("all are counted", || {
            let counters = host.monitor.counters();
            counters.requests == 6
                && counters.in_flight == 0
                && counters.responses == [0, 4, 0, 1, 1]
        });
        host.running.log.wait_for("at the disco");
    }
}

#[test]
fn idle_connections_are_kept_as_long_as_the_front_keeps_them() {
    let short = Duration::from_millis(300);
    let kept = ServerLimits::default().with_keep_alive(short);
    let closed = kept.clone().with_front_keep_alive(short);
    for (limits, is_kept) in [(kept, true), (closed, false)] {
        let host = Host::with_limits(Protocol::FastCgi, limits, app.into_application());
        let mut stream = host.connect();
        stream.write_all(&fastcgi(1, true, &get("/"), b"")).unwrap();
        read_fastcgi(&mut stream, 1);
        if is_kept {
            // Nothing is to happen.
            pass(4 * short);
            stream.write_all(&fastcgi(2, true, &get("/"), b"")).unwrap();
            assert_eq!(read_fastcgi(&mut stream, 2).0.unwrap().text(), "hello");
        } else {
            assert_eq!(stream.read(&mut [0]).unwrap(), 0);
            assert_eq!(host.monitor.counters().idle, 1);
        }
    }
}

#[test]
fn a_question_is_not_the_beginning_of_a_request() {
    let second = Duration::from_secs(1);
    let limits = ServerLimits::default().with_head_timeout(second);
    let host = Host::with_limits(Protocol::FastCgi, limits, app.into_application());
    let mut stream = host.connect();
    stream.write_all(&fastcgi(1, true, &get("/"), b"")).unwrap();
    read_fastcgi(&mut stream, 1);
    let question = record(9, 0, b"\x0f\0FCGI_MPXS_CONNS");
    stream.write_all(&question).unwrap();
    assert_eq!(read_record(&mut stream).unwrap().0, 10);
    // Nothing is to happen.
    pass(3 * second);
    // The beginning of a request is one, even if it is cut in its first record.
    let begun = &fastcgi(2, true, &get("/"), b"")[..4];
    stream.write_all(&[&question[..], begun].concat()).unwrap();
    assert_eq!(read_record(&mut stream).unwrap().0, 10);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

#[test]
fn a_stopping_server_answers_what_comes_on_open_connections() {
    let limits = ServerLimits::default().with_closing_notice(HOUR);
    let host = Host::with_limits(Protocol::FastCgi, limits, app.into_application());
    let mut idle = host.connect();
    idle.write_all(&fastcgi(1, true, &get("/"), b"")).unwrap();
    read_fastcgi(&mut idle, 1);
    host.running.stopper.stop();
    wait_until_refused(host.address);
    idle.write_all(&fastcgi(2, true, &get("/"), b"")).unwrap();
    let (answer, end) = read_fastcgi(&mut idle, 2);
    assert_eq!(
        (answer.unwrap().text(), end),
        ("hello", vec![0; 8]),
        "it is answered whole"
    );
    assert_eq!(
        idle.read(&mut [0]).unwrap(),
        0,
        "and closed, although the front would keep it"
    );
}

#[test]
fn requests_in_flight_are_finished() {
    let limits = ServerLimits::default().with_closing_notice(Duration::from_millis(50));
    for protocol in PROTOCOLS {
        let mut host = Host::with_limits(protocol, limits.clone(), app.into_application());
        let whole = encode(protocol, &post("/length", 4), b"four");
        let (early, late) =
            whole.split_at(whole.len() - if protocol == Protocol::FastCgi { 18 } else { 2 });
        let mut stream = host.connect();
        stream.write_all(early).unwrap();
        until("it is in flight", || host.monitor.counters().in_flight == 1);
        host.running.stopper.stop();
        wait_until_refused(host.address);
        pass(Duration::from_millis(200));
        stream.write_all(late).unwrap();
        assert_eq!(
            read(protocol, &mut stream).unwrap().text(),
            "4 bytes",
            "{protocol}"
        );
        host.running.end();
    }
}

/// Not a test: the server that the next test starts.
#[test]
fn started_by_the_other_test() {
    if !is_started() {
        return;
    }
    let handler = async |request: &Request| {
        let text = request.text().await;
        text.map(|text| text.to_uppercase())
    };
    let server = listen(Protocol::FastCgi);
    say(&server.local_addr().to_string());
    server.serve(Lint::new(handler.into_application())).unwrap();
}

#[test]
fn the_signal_of_process_managers_ends_the_server_gently() {
    let mut command = start("server::front::hosting::started_by_the_other_test");
    command.stderr(Stdio::null());
    let mut process = Process::new(command);
    // Until it serves, the signal has its usual effect.
    let mut stream = tcp(process.address);
    stream
        .write_all(&fastcgi(1, false, &get("/"), b""))
        .unwrap();
    assert!(read_fastcgi(&mut stream, 1).0.is_some());
    let whole = fastcgi(1, false, &post("/", 4), b"four");
    let (early, late) = whole.split_at(whole.len() - 24);
    let mut stream = tcp(process.address);
    stream.write_all(early).unwrap();
    process.signal("USR1");
    wait_until_refused(process.address);
    stream.write_all(late).unwrap();
    assert_eq!(read_fastcgi(&mut stream, 1).0.unwrap().text(), "FOUR");
    assert!(
        process
            .ended(PATIENCE)
            .is_some_and(|status| status.success())
    );
}

#[test]
fn only_the_web_servers_that_are_named_may_connect() {
    for (named, is_allowed) in [
        ("127.0.0.1", true),
        ("192.0.2.1, 127.0.0.1", true),
        ("192.0.2.1", false),
    ] {
        let mut command = start("server::front::hosting::started_by_the_other_test");
        command
            .stderr(Stdio::null())
            .env("FCGI_WEB_SERVER_ADDRS", named);
        let process = Process::new(command);
        let mut stream = tcp(process.address);
        let sent = stream.write_all(&fastcgi(1, false, &get("/"), b""));
        let answer = sent.ok().and_then(|()| read_fastcgi(&mut stream, 1).0);
        assert_eq!(answer.is_some(), is_allowed, "{named}");
    }
}
