//! The example of a server outside the crate, over real sockets.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/own_server.rs"]
pub(crate) mod example;

/// The response of the server to these bytes; the client sends nothing more.
fn exchange(request: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let serving = thread::spawn(move || example::serve(&example::app(), stream));
    client.write_all(request.as_bytes()).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    serving.join().unwrap().unwrap();
    answer
}

#[test]
fn a_server_of_ones_own_answers() {
    let long = "x".repeat(9000);
    let target = format!("GET /{long} HTTP/1.0\r\n\r\n");
    #[rustfmt::skip]
    let cases = [
        ("GET / HTTP/1.0\r\n\r\n",                            "1.0 200 OK", "\r\ncontent-length: 13\r\n\r\nHello from /\n", "a request"),
        ("GET /a%2Fb?c HTTP/1.1\r\nHost: a\r\n\r\n",          "1.0 200 OK", "\r\n\r\nHello from /a%2Fb\n",                "a newer version"),
        ("HEAD / HTTP/1.0\r\n\r\n",                           "1.0 200 OK", "\r\ncontent-length: 13\r\n\r\n",              "a HEAD"),
        ("POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\nfour",  "1.0 200 OK", "with 4 bytes\n",                              "a body"),
        ("POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\nfour",  "1.0 400 ",   "5 bytes before its length of 9\n",            "a body that ends early"),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhi",
                                                              "1.1 101 ",   "\r\n\r\nhi",                                  "a connection that leaves HTTP"),
        ("GET / HTTP/1.1\r\n\r\n",                            "1.0 400 ",   "the Host header is missing\n",                "the edge sees that no host is named"),
        ("GET / HTTP/1.0\r\nHost: a b\r\n\r\n",               "1.0 400 ",   "",                                            "an invalid host"),
        (&*target,                                            "1.0 414 ",   "`target_bytes`)\n",                           "the edge checks the limits of the head"),
        ("GET / HTTP/1.0\r\nExpect: more\r\n\r\n",            "1.0 417 ",   "",                                            "the edge checks expectations"),
        ("GET /\r\n\r\n",                                     "1.0 400 ",   "\r\n\r\n",                                    "no version"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                                                              "1.0 400 ",   "\r\n\r\n",                                    "a coding that the server cannot read"),
    ];
    for (request, first, last, why) in cases {
        let answer = exchange(request);
        assert!(
            answer.starts_with(&format!("HTTP/{first}")),
            "{why}: {answer}"
        );
        assert!(answer.ends_with(last), "{why}: {answer}");
    }
}
