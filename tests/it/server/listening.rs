//! Addresses on which a server listens, and several at once.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustzeug::gateway::Address;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Server, server::Listener};

use super::unix_sockets::Folder;
use super::{Running, status, tcp};
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::wait_for;

pub(super) fn unix(path: &std::path::Path) -> UnixStream {
    let client = UnixStream::connect(path).unwrap();
    let limit = Some(PATIENCE);
    client.set_read_timeout(limit).unwrap();
    client
}

/// The text of the response to one request.
pub(super) fn ask(mut client: impl Read + Write) -> String {
    write!(
        client,
        "GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn tcp_addresses(server: &Server) -> Vec<SocketAddr> {
    server
        .addresses()
        .filter_map(|address| match address {
            Address::Inet(address) => Some(*address),
            _ => None,
        })
        .collect()
}

#[test]
fn several_listeners_are_answered_and_ended_together() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_listener(Listener::tcp("127.0.0.1:0").unwrap())
        .with_listener(Listener::unix(&path).unwrap());
    let [first, second] = tcp_addresses(&server)[..] else {
        panic!("two of them are TCP")
    };
    assert_eq!(server.local_addr(), first);
    assert_eq!(
        server.to_string(),
        format!("http://{first}, http://{second}, unix:{}", path.display())
    );
    let local = |request: &Request| request.environ().server().local().unwrap().to_string();
    let mut running = Running::new(server, local.into_application());
    for _ in 0..3 {
        assert_eq!(ask(tcp(first)), first.to_string());
        assert_eq!(ask(tcp(second)), second.to_string());
        assert_eq!(ask(unix(&path)), format!("unix:{}", path.display()));
    }
    let log = running.end();
    let lines = format!(
        "Listening on http://{first}\nListening on http://{second}\nListening on unix:{}\n",
        path.display()
    );
    assert!(log.starts_with(&lines), "{log}");
    for address in [first, second] {
        assert!(TcpStream::connect(address).is_err(), "{address} is closed");
    }
    assert!(UnixStream::connect(&path).is_err(), "and so is the third");
}

#[test]
fn listeners_that_others_bound_are_served() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let tcp_listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tcp_listener.local_addr().unwrap();
    let server = Server::on(tcp_listener).with_listener(UnixListener::bind(&path).unwrap());
    assert_eq!(
        server.addresses().cloned().collect::<Vec<_>>(),
        [Address::Inet(address), Address::Unix(Some(path.clone()))]
    );
    let mut running = Running::new(server, (|| "fine").into_application());
    assert_eq!(ask(tcp(address)), "fine");
    assert_eq!(ask(unix(&path)), "fine");
    running.end();
    assert!(path.exists(), "a file that another process made stays");
}

#[test]
fn a_process_that_inherits_nothing_has_no_such_listener() {
    assert!(Listener::inherited().unwrap().is_empty());
}

#[test]
fn the_server_is_named_by_where_the_client_came_in() {
    let server = Server::bind("0.0.0.0:0").unwrap();
    let port = server.local_addr().port();
    let mut running = Running::new(
        server,
        (|request: &Request| request.url()).into_application(),
    );
    let mut client = tcp(([127, 0, 0, 1], port).into());
    client.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    let url = format!("http://127.0.0.1:{port}/");
    assert!(answer.ends_with(&url), "not 0.0.0.0: {answer}");
    running.end();
}

#[test]
fn a_client_by_ipv4_has_an_ipv4_address_on_a_socket_for_both() {
    let Ok(server) = Server::bind("[::]:0") else {
        return; // A machine without IPv6.
    };
    let port = server.local_addr().port();
    let client = |request: &Request| request.client_ip().unwrap().to_string();
    let mut running = Running::new(server, client.into_application());
    assert_eq!(ask(tcp(([127, 0, 0, 1], port).into())), "127.0.0.1");
    running.end();
}

/// A server with one connection slot, which is taken; the waiting clients, and the means to release the slot.
struct Full {
    running: Running,
    address: SocketAddr,
    path: std::path::PathBuf,
    release: Arc<AtomicBool>,
    holder: JoinHandle<String>,
    /// The order in which the clients were accepted.
    order: Arc<Mutex<Vec<&'static str>>>,
    _folder: Folder,
}

fn full() -> Full {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_listener(Listener::unix(&path).unwrap())
        .with_server_limits(ServerLimits::default().with_connections(1));
    let address = server.local_addr();
    let (entered, release) = (Arc::default(), Arc::<AtomicBool>::default());
    let order = Arc::<Mutex<Vec<_>>>::default();
    let (arrived, go_on, seen) = (
        Arc::<AtomicBool>::clone(&entered),
        Arc::clone(&release),
        Arc::clone(&order),
    );
    let handler = move |request: &Request| {
        let by_tcp = request.client_ip().is_some();
        seen.lock()
            .unwrap()
            .push(if by_tcp { "tcp" } else { "unix" });
        arrived.store(true, Ordering::SeqCst);
        wait_for(&go_on);
        "fine"
    };
    let running = Running::new(server, handler.into_application());
    let holder = thread::spawn(move || ask(tcp(address)));
    wait_for(&entered);
    Full {
        running,
        address,
        path,
        release,
        holder,
        order,
        _folder: folder,
    }
}

#[test]
fn the_cap_counts_the_connections_of_all_listeners_and_they_take_turns() {
    let mut full = full();
    let answered = Arc::new(AtomicUsize::new(0));
    let address = full.address;
    let mut waiting: Vec<_> = (0..4)
        .map(|_| Box::new(tcp(address)) as Box<dyn Stream>)
        .collect();
    waiting.push(Box::new(unix(&full.path)));
    let waiting = waiting.into_iter().map(|client| {
        let answered = Arc::clone(&answered);
        thread::spawn(move || {
            assert_eq!(ask(client), "fine");
            answered.fetch_add(1, Ordering::SeqCst);
        })
    });
    let waiting: Vec<_> = waiting.collect();
    // A while in which the server must not take any of them.
    pass(Duration::from_millis(100));
    assert_eq!(full.order.lock().unwrap().len(), 1, "there is room for one");
    full.release.store(true, Ordering::SeqCst);
    for client in waiting {
        client.join().unwrap();
    }
    assert_eq!(answered.load(Ordering::SeqCst), 5);
    let order = full.order.lock().unwrap().clone();
    // A client that was already accepted may come first.
    let place = order.iter().position(|by| *by == "unix");
    assert!(
        place <= Some(2),
        "its turn comes before the queue of the other: {order:?}"
    );
    full.holder.join().unwrap();
    full.running.end();
}

trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

#[test]
fn no_client_that_has_connected_is_reset_when_the_server_is_stopped() {
    let mut full = full();
    let address = full.address;
    let mut clients: Vec<_> = (0..8)
        .map(|_| Box::new(tcp(address)) as Box<dyn Stream>)
        .collect();
    clients.extend((0..8).map(|_| Box::new(unix(&full.path)) as Box<dyn Stream>));
    full.running.stopper.stop();
    for mut client in clients {
        let ended = client.read(&mut [0]).map_err(|error| error.kind());
        assert_ne!(ended, Err(ErrorKind::ConnectionReset));
        assert_eq!(ended, Ok(0), "closed in order");
    }
    full.release.store(true, Ordering::SeqCst);
    assert_eq!(full.holder.join().unwrap(), "fine");
    full.running.end();
}
