//! A server that is configured by its environment, in processes with their own environment.

use std::fs::File;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::process::Stdio;

use rustzeug::server::Listener;
use rustzeug::{Request, Server};

use super::listening;
use super::processes::{Process, is_started, said, say, start};
use super::unix_sockets::Folder;

/// Not a test: the server that the test starts in other processes.
#[test]
fn started_by_the_other_test() {
    if is_started() {
        let server = Server::from_env();
        say(&server.map_or_else(|error| error.to_string(), |server| server.to_string()));
    }
}

type Variables = &'static [(&'static str, &'static str)];

fn with(variables: Variables) -> String {
    with_input(variables, Stdio::null())
}

fn with_input(variables: Variables, input: impl Into<Stdio>) -> String {
    let mut process = start("server::platform::started_by_the_other_test");
    process.envs(variables.iter().copied()).stdin(input);
    let output = String::from_utf8(process.output().unwrap().stdout).unwrap();
    said(&output).expect(&output).to_owned()
}

#[test]
#[rustfmt::skip]
fn the_environment_says_where_to_listen_and_what_to_allow() {
    let cases: &[(Variables, &str, &str)] = &[
        (&[("PORT", "0")],                             "http://0.0.0.0:",   "a platform reaches it from outside"),
        (&[("PORT", "0"), ("HOST", "")],               "http://0.0.0.0:",   "an empty variable is not set"),
        (&[("PORT", "0"), ("HOST", "127.0.0.1")],      "http://127.0.0.1:", "`HOST` sets the address"),
        (&[("PORT", "0"), ("HOST", "localhost")],      "http://127.0.0.1:", "`HOST` is `localhost`"),
        (&[("PORT", "0"), ("HOST", "[127.0.0.1]")],    "http://127.0.0.1:", "with brackets, as an IPv6 address has them"),
        (&[("PORT", "0"), ("HOST", "x86_64-conda-linux-gnu")], "http://0.0.0.0:", "conda sets `HOST` to a kind of machine"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "1 MiB")],   "http://",     "a limit"),
        (&[("PORT", "0"), ("RUSTZEUG_WORKERS", "7")],   "http://",                     "a limit of the server"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "")],  "http://",           "an empty one is not set"),
        (&[("PORT", "0"), ("HEALTH_PATH", "-")],       "http://",           "no health path"),
        (&[("PORT", "seven")],                         "PORT is `seven`; set it to ", "no number"),
        (&[("PORT", "65536")],                         "PORT is `65536`; set it", "too large"),
        (&[("PORT", "0"), ("HOST", "192.0.2.1")],      "192.0.2.1 is not an address of this machine", "another's"),
        (&[("PORT", "0"), ("HEALTH_PATH", "ok")],      "HEALTH_PATH is `ok`; set it to ", "no path"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTE", "1")], "RUSTZEUG_RECEIVED_BODY_BYTE: there is no limit `received_body_byte`", "a slip is not ignored"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "-1")], "RUSTZEUG_RECEIVED_BODY_BYTES: the limit `received_body_bytes` cannot be `-1`", "less than nothing"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "99999999999 GiB")], "RUSTZEUG_RECEIVED_BODY_BYTES: the limit `received_body_bytes` cannot be `99999999999 GiB`", "more than fits"),
        (&[("PORT", "0"), ("RUSTZEUG_BODY_IDLE", "-1")], "RUSTZEUG_BODY_IDLE: the limit `body_idle` cannot be `-1`", "no time"),
        (&[("PORT", "0"), ("RUSTZEUG_LINGER", "-1")], "RUSTZEUG_LINGER: the limit `linger` cannot be `-1`", "an invalid limit of the server"),
        (&[("PORT", "0"), ("RUSTZEUG_BODY_IDLE", "NaN")], "RUSTZEUG_BODY_IDLE: the limit `body_idle` cannot be `NaN`", "no number at all"),
        (&[("LISTEN", "http://127.0.0.1:0")],          "http://127.0.0.1:", "`LISTEN` names protocol and place"),
        (&[("LISTEN", "127.0.0.1:0"), ("PORT", "seven"), ("UNIX_SOCKET", "/nowhere/a")], "http://127.0.0.1:", "it has priority over the others"),
        (&[("LISTEN", "unix:/nowhere/app.sock")],      "the folder of /nowhere/app.sock does not exist", "a Unix socket"),
        (&[("LISTEN", "http+stdin:")],                 "the standard input is not a socket that accepts connections: ", "nothing was inherited"),
        (&[("LISTEN", "ftp://127.0.0.1:0")],           "`ftp` is not a protocol of this server; it has `http`, `fastcgi`, `scgi`, `uwsgi`", "a protocol that does not exist"),
        (&[("LISTEN", "127.0.0.1:0,")],                "this is not an address to listen on: ", "an empty place is a slip"),
        (&[("LISTEN", "nowhere")],                     "this is not an address to listen on: ", "no port"),
        (&[("LISTEN", "fastcgi://127.0.0.1:0")],       "fastcgi://127.0.0.1:", "another protocol"),
        (&[("LISTEN", "127.0.0.1:0"), ("SCRIPT_NAME_FIX", "/app,/")], "http://127.0.0.1:", "mount points"),
        (&[("LISTEN", "127.0.0.1:0"), ("SCRIPT_NAME_FIX", "app")], "SCRIPT_NAME_FIX is `app`: ", "no path"),
        (&[("PORT", "0"), ("PROXY_PROTOCOL", "10.0.0.0/8")], "http://", "proxies that tell the client"),
        (&[("PORT", "0"), ("PROXY_PROTOCOL", "10.0.0.0/33")], "PROXY_PROTOCOL: `10.0.0.0/33` is not a network", "a slip"),
        (&[("PORT", "0"), ("TLS_CERT", "/nowhere/a")], "TLS_CERT is set, but TLS_KEY is not", "one without the other"),
        (&[("PORT", "0"), ("TLS_KEY", "/nowhere/a")],  "TLS_KEY is set, but TLS_CERT is not", "one without the other"),
        (&[("LISTEN", "https://127.0.0.1:0")],         "LISTEN has https://127.0.0.1:0; set TLS_CERT and TLS_KEY", "no certificate"),
        (&[("UNIX_SOCKET", "/nowhere/app.sock"), ("PORT", "0")], "the folder of /nowhere/app.sock does not exist", "the socket has priority over the port"),
    ];
    for (variables, want, why) in cases {
        let got = with(variables);
        assert!(got.starts_with(want), "{variables:?}: {why}: {got}");
    }
}

#[test]
fn several_places_are_listened_at() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let places = format!("http://127.0.0.1:0, http+unix:{}", path.display());
    let mut process = start("server::platform::started_by_the_other_test");
    let output = process.env("LISTEN", places).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let said = said(&output).expect(&output);
    let want = format!(", unix:{}", path.display());
    assert!(
        said.starts_with("http://127.0.0.1:") && said.ends_with(&want),
        "{said}"
    );
}

#[test]
fn the_standard_input_may_be_a_listener() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tcp.local_addr().unwrap();
    let connection = TcpStream::connect(address).unwrap();
    let cases: [(OwnedFd, String, &str); 5] = [
        (
            tcp.try_clone().unwrap().into(),
            format!("http://{address}"),
            "TCP",
        ),
        (
            UnixListener::bind(&path).unwrap().into(),
            format!("unix:{}", path.display()),
            "a Unix socket",
        ),
        (
            connection.into(),
            refused("it is a connection"),
            "a connection",
        ),
        (
            UdpSocket::bind("127.0.0.1:0").unwrap().into(),
            refused("it is not a stream socket"),
            "datagrams",
        ),
        (
            File::open("/dev/null").unwrap().into(),
            refused(""),
            "a file",
        ),
    ];
    for (input, want, why) in cases {
        let got = with_input(&[("LISTEN", "stdin:")], input);
        assert!(got.starts_with(&want), "{why}: {got}");
    }
    assert!(
        path.exists(),
        "the file belongs to the program that made it"
    );
}

/// Not a test: the server that the next test starts.
#[test]
fn serves_the_standard_input() {
    if is_started() {
        let flag = |request: &Request| request.environ().server().multiprocess().to_string();
        let listener = Listener::from_stdin().unwrap();
        let server = Server::on(listener);
        say(&server.local_addr().to_string());
        server.serve(flag).unwrap();
    }
}

#[test]
fn a_program_that_passes_a_socket_may_start_several_processes() {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = start("server::platform::serves_the_standard_input");
    command.stdin(OwnedFd::from(tcp));
    let process = Process::new(command);
    assert_eq!(listening::ask(super::tcp(process.address)), "true");
}

fn refused(why: &str) -> String {
    format!("the standard input is not a socket that accepts connections: {why}")
}
