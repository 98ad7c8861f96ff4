//! Unix sockets: what a client sees, and when the socket file is removed.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use rustzeug::gateway::Address;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Server, server::Listener, with_state};

use super::Running;
use super::listening::{ask, unix};
use crate::waiting::PATIENCE;
use crate::waiting::pass_async;

/// A temporary folder, removed on drop.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("rustzeug-{}-{number}", process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn is_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

#[test]
fn a_request_by_a_unix_socket_has_no_address_and_the_name_that_it_asks_for() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let server = Server::on(Listener::unix(&path).unwrap());
    let seen = |request: &Request| {
        let environ = request.environ();
        let var = |name: &str| environ.var(name).map(std::borrow::Cow::into_owned);
        let server_info = environ.server();
        assert_eq!(server_info.peer(), Some(&Address::Unix(None)));
        assert!(matches!(server_info.local(), Some(Address::Unix(Some(_)))));
        assert_eq!(request.client_ip(), None);
        for (name, want) in [
            ("REMOTE_ADDR", Some("")),
            ("REMOTE_PORT", None),
            ("SERVER_ADDR", None),
            ("SERVER_NAME", Some("localhost")),
            ("SERVER_PORT", Some("80")),
        ] {
            assert_eq!(var(name).as_deref(), want, "{name}");
        }
        request.url()
    };
    let mut running = Running::new(server, seen.into_application());
    assert_eq!(ask(unix(&path)), "http://example.org/");
    let line = format!("Listening on unix:{}\n", path.display());
    assert!(running.end().starts_with(&line));
}

#[test]
fn a_socket_that_nobody_listens_on_is_replaced() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    drop(UnixListener::bind(&path).unwrap());
    assert!(is_socket(&path), "left behind");
    let server = Server::on(Listener::unix(&path).unwrap());
    let mut running = Running::new(server, (|| "fine").into_application());
    assert_eq!(ask(unix(&path)), "fine");
    running.end();
}

#[test]
fn a_socket_that_somebody_listens_on_is_left_to_them() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let server = Server::on(Listener::unix(&path).unwrap());
    let mut running = Running::new(server, (|| "first").into_application());
    let error = Listener::unix(&path).unwrap_err();
    let want = format!("{} is taken: another process listens there", path.display());
    assert_eq!(error.to_string(), want);
    assert_eq!(ask(unix(&path)), "first", "unharmed");
    running.end();
}

#[test]
fn what_is_no_socket_is_not_touched() {
    let folder = Folder::new();
    let (file, inner) = (folder.path("file"), folder.path("folder"));
    let (link, dangling) = (folder.path("link"), folder.path("dangling"));
    fs::write(&file, "precious").unwrap();
    fs::create_dir(&inner).unwrap();
    symlink(&file, &link).unwrap();
    symlink(folder.path("nowhere"), &dangling).unwrap();
    for path in [&file, &inner, &link, &dangling] {
        let error = Listener::unix(path).unwrap_err();
        let want = format!("{} is not a socket, and was not changed", path.display());
        assert_eq!(error.to_string(), want);
    }
    assert_eq!(fs::read(&file).unwrap(), b"precious");
    assert!(inner.is_dir() && link.is_symlink() && dangling.is_symlink());
}

#[test]
fn a_path_that_can_be_none_is_said_in_a_sentence() {
    let folder = Folder::new();
    let missing = folder.path("missing/app.sock");
    let long = "x".repeat(200);
    #[rustfmt::skip]
    let cases = [
        (Path::new(""),      "`` cannot name a socket: it is empty".to_owned()),
        (Path::new("a\0b"),  "`a\0b` cannot name a socket: it contains a NUL byte".to_owned()),
        (Path::new("\0ab"),  "`\0ab` cannot name a socket: it contains a NUL byte".to_owned()),
        (Path::new(&long),   format!("`{long}` cannot name a socket: it is longer than the system allows")),
        (&missing,           format!("the folder of {} does not exist", missing.display())),
    ];
    for (path, want) in cases {
        assert_eq!(Listener::unix(path).unwrap_err().to_string(), want);
    }
}

#[test]
fn the_file_is_removed_at_the_end() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let mut running = Running::new(
        Server::on(Listener::unix(&path).unwrap()),
        (|| "fine").into_application(),
    );
    assert_eq!(ask(unix(&path)), "fine");
    running.end();
    assert!(!path.exists());

    drop(Server::on(Listener::unix(&path).unwrap()));
    assert!(!path.exists(), "also when it never served");
}

#[test]
fn the_file_is_left_alone_when_it_is_anothers_by_then() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let mut running = Running::new(
        Server::on(Listener::unix(&path).unwrap()),
        (|| "old").into_application(),
    );
    assert_eq!(ask(unix(&path)), "old");
    fs::remove_file(&path).unwrap();
    let mut next = Running::new(
        Server::on(Listener::unix(&path).unwrap()),
        (|| "new").into_application(),
    );
    running.end();
    assert_eq!(ask(unix(&path)), "new");
    next.end();
    assert!(!path.exists());
}

#[test]
#[should_panic(expected = "listens on Unix sockets only")]
fn a_server_without_tcp_has_no_address_of_that_kind() {
    let folder = Folder::new();
    let _ = Server::on(Listener::unix(folder.path("app.sock")).unwrap()).local_addr();
}

#[test]
fn a_request_is_read_whose_client_has_closed_at_once() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    // The server checks all the time whether clients have left.
    let limits = ServerLimits::default()
        .with_linger(Duration::from_millis(50))
        .with_half_closed(Duration::from_mins(1));
    let server = Server::on(Listener::unix(&path).unwrap()).with_server_limits(limits);
    let (tell, told) = mpsc::channel();
    let late = async |tell: &mpsc::Sender<_>, request: &Request| {
        // While the server looks for clients that have left, several times.
        pass_async(Duration::from_millis(500)).await;
        let left = request.client_left().is_set();
        let text = request.text().await.map_err(|error| error.to_string());
        tell.send((left, text)).unwrap();
        "this is not delivered"
    };
    let mut running = Running::new(server, with_state(tell, late).into_application());
    let mut client = unix(&path);
    let request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nfour";
    client.write_all(request.as_bytes()).unwrap();
    drop(client);
    let seen = told.recv_timeout(PATIENCE);
    assert_eq!(seen, Ok((false, Ok("four".to_owned()))));
    running.end();
}
