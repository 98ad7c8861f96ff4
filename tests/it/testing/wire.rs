//! How a client over a socket reads correct and malformed responses of a scripted server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;
use std::time::Instant;

use crate::waiting::pass;
use rustzeug::gateway::Body;
use rustzeug::testing::Client;

/// A client of a server that answers one request with these bytes, then closes.
fn answering(bytes: &'static [u8]) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        let _ = stream.read(&mut buffer);
        let _ = stream.write_all(bytes);
    });
    Client::connect(address).unwrap()
}

#[test]
fn the_end_of_a_body_is_found_by_its_head() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 9] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",                     "abc",   "by its length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef",                  "abc",   "bytes after the length are not read"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "abcde", "by its last chunk"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\nx-t: 1\r\n\r\n", "0123456789", "trailers are skipped"),
        (b"HTTP/1.1 200 OK\r\n\r\nabc",                                          "abc",   "by the end of the connection"),
        (b"HTTP/1.0 200 \r\n\r\n",                                               "",      "an older version, no reason, no body"),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",                "",      "a 204 has no body"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nlink: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "a", "interim responses are skipped"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",                        "",      "empty"),
    ];
    for (bytes, want, why) in cases {
        let answer = answering(bytes).get("/").wait().unwrap();
        assert_eq!(answer.text(), want, "{why}");
    }
}

#[test]
fn an_answer_that_is_cut_or_wrong_is_an_error() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 17] = [
        (b"",                                                                    "it breaks off", "no answer"),
        (b"HTTP/1.1 200",                                                        "breaks off after `HTTP/1.1 200`", "cut in the first line"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n",                            "it breaks off", "cut in the head"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc",                     "1 bytes are missing", "cut in the body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",        "1 bytes are missing", "cut in a chunk"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",   "it breaks off", "cut between chunks"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", "it breaks off", "cut before the last line end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", "a chunk is longer", "a chunk of another length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", "the length of a chunk is malformed", "a length with a sign"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",           "the length of a chunk is malformed", "no length of a chunk"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",                  "Transfer-Encoding", "another coding"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", "has both", "both"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "two lengths", "twice"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc",                    "Content-Length", "no number"),
        (b"HTTP/2 200 OK\r\n\r\n",                                               "the status line is malformed", "another version"),
        (b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",                              "does not end with CR LF", "bare line feeds"),
        (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",                                "a header line is malformed", "no header"),
    ];
    for (bytes, want, why) in cases {
        let error = answering(bytes).get("/").wait().unwrap_err();
        assert!(format!("{error:?}").contains(want), "{why}: {error:?}");
    }
}

#[test]
fn a_head_with_more_headers_than_a_map_holds_is_an_error() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
    for n in 0..40_000 {
        bytes.extend_from_slice(format!("x{n}:\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    let error = answering(bytes.leak()).get("/").wait().unwrap_err();
    assert!(
        format!("{error:?}").contains("too many headers"),
        "{error:?}"
    );
}

#[test]
fn a_request_ends_with_its_answer() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str); 4] = [
        (b"",                                                     "no response arrives"),
        (b"HTTP/1.1 204 No Content\r\n\r\n",                     "a response without a body"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",      "a complete response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nabc",   "a malformed response"),
    ];
    for (bytes, why) in cases {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = Client::connect(listener.local_addr().unwrap())
            .unwrap()
            .with_timeout(Duration::from_millis(300));
        // Reads as long as something arrives.
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(bytes).unwrap();
            let (begin, mut buffer) = (Instant::now(), [0; 4096]);
            while matches!(stream.read(&mut buffer), Ok(1..)) {
                if begin.elapsed() > Duration::from_secs(5) {
                    return false;
                }
            }
            true
        });
        let endless = Body::iterator(std::iter::repeat_with(|| {
            pass(Duration::from_millis(1));
            "more"
        }));
        let _ = client.post("/").with_body(endless).wait();
        assert!(server.join().unwrap(), "{why}");
    }
}

#[test]
fn silence_is_an_error_after_a_while() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::connect(listener.local_addr().unwrap()).unwrap();
    let error = client
        .with_timeout(Duration::from_millis(50))
        .get("/")
        .wait()
        .unwrap_err();
    assert!(
        format!("{error:?}").contains("no response came for 50ms"),
        "{error:?}"
    );
}

#[test]
fn an_address_is_one_of_a_server() {
    for (address, fine, why) in [
        ("http://127.0.0.1:8000", true, "a URL"),
        ("http://127.0.0.1:8000/", true, "a URL with a slash"),
        ("127.0.0.1:8000", true, "an IPv4 address"),
        ("[::1]:8000", true, "an IPv6 address"),
        ("http://localhost", true, "a URL without a port"),
        ("https://127.0.0.1", false, "https is not supported"),
        ("http://127.0.0.1/path", true, "a mount"),
        ("http://127.0.0.1 /", false, "a space"),
        ("", false, "nothing"),
    ] {
        assert_eq!(Client::connect(address).is_ok(), fine, "{address}: {why}");
    }
}

#[test]
fn the_host_is_that_of_the_request_or_of_the_server() {
    let client = Client::serve(|request: &rustzeug::Request| request.host().into_owned()).unwrap();
    let own = client.get("/").wait().unwrap().text().to_owned();
    assert!(own.starts_with("127.0.0.1:"), "{own}");
    client
        .get("http://example.org/")
        .wait()
        .unwrap()
        .expect_text("example.org");
    client
        .get("/")
        .with_header("host", "a.org:1")
        .wait()
        .unwrap()
        .expect_text("a.org:1");
    client
        .with_base("http://b.org")
        .get("/")
        .wait()
        .unwrap()
        .expect_text("b.org");
}
