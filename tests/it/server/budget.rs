//! One budget for the bodies of all connections, as clients see it.

use std::net::Shutdown;
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rustzeug::form::UploadedFile;
use rustzeug::gateway::{Application, BoxApplication, Limits};
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Result, Router, server::Counters};

use socket2::SockRef;

use super::fields::fields;
use super::frames::{DATA, PING, Peer, frame};
use super::{Client, Served, counted, status};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

fn plain(request: &Request) -> Result<String> {
    Ok(format!(
        "{} bytes",
        request.bytes().limit(16 << 20).wait()?.len()
    ))
}

async fn later(request: &Request) -> Result<String> {
    Ok(format!(
        "{} bytes",
        request.bytes().limit(16 << 20).await?.len()
    ))
}

async fn form(request: &Request) -> Result<String> {
    let form = request.form().await?;
    let sizes = form.files().map(UploadedFile::size).sum::<u64>();
    Ok(format!("{} fields, {sizes} bytes", form.len()))
}

fn app() -> Router {
    Router::new()
        .post("/plain", plain)
        .post("/later", later)
        .post("/form", form)
}

fn begin(served: &Served, path: &str, framing: &str) -> Client {
    let mut client = served.connect();
    client.send(&format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Content-Type: application/x-www-form-urlencoded\r\n{framing}\r\n\r\n"
    ));
    client
}

fn known(length: usize) -> String {
    format!("Content-Length: {length}")
}

/// 1 MiB of memory and 8 MiB of disk; one connection may hold at most 128 KiB and 1 MiB.
fn small() -> Limits {
    Limits::default()
        .with_budget_memory_bytes(MIB as u64)
        .with_budget_disk_bytes(8 * MIB as u64)
}

/// Slow clients that hold the whole budget, except for the part that is reserved for new connections.
fn fill(served: &Served) -> Vec<Client> {
    let (part, all) = (MIB as u64, 8 * MIB as u64);
    let mut clients = Vec::new();
    for path in ["/plain", "/later"].into_iter().cycle() {
        let before = served.monitor.counters();
        let length = if before.body_disk < all {
            part.min(all - before.body_disk)
        } else {
            (64 << 10).min((part / 8 * 7).saturating_sub(before.body_memory))
        };
        if length == 0 {
            break;
        }
        let mut client = begin(served, path, &format!("Content-Length: {length}"));
        client.send("a=");
        counted(served, "it is reserved before it is read", |now| {
            (now.body_memory, now.body_disk) != (before.body_memory, before.body_disk)
        });
        clients.push(client);
    }
    clients
}

#[test]
fn a_newcomers_small_form_is_read_though_slow_uploads_hold_all() {
    let mut served = Served::with_limits(app().into_application(), small());
    let slow = fill(&served);
    let counters = served.monitor.counters();
    assert_eq!(counters.body_memory, (MIB / 8 * 7) as u64);
    assert_eq!(counters.body_disk, 8 * MIB as u64);
    for path in ["/plain", "/later", "/form"] {
        let mut client = begin(&served, path, &known(7));
        client.send("a=1&b=2");
        let answer = client.rest();
        assert_eq!(status(&answer), 200, "{path}: {answer}");
        let mut client = begin(&served, path, "Transfer-Encoding: chunked");
        client.send("7\r\na=1&b=2\r\n0\r\n\r\n");
        assert_eq!(status(&client.rest()), 200, "{path}, chunked");
    }
    drop(slow);
    counted(&served, "all is given back", |now| {
        (now.body_memory, now.body_disk, now.open) == (0, 0, 0)
    });
    served.end();
}

/// Blocks handlers, which hold a received body, until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let closed = |open: &mut bool| !*open;
        drop(
            self.0
                .1
                .wait_while(self.0.0.lock().unwrap(), closed)
                .unwrap(),
        );
    }

    /// The application of the tests, with `/hold` added.
    fn app(&self) -> impl Application + use<> {
        let gate = self.clone();
        let hold = move |request: &Request| -> Result<String> {
            gate.wait();
            plain(request)
        };
        app().post("/hold", hold).into_application()
    }
}

/// Clients whose bodies have been received and are on disk.
fn hold(served: &Served, count: usize, length: usize) -> Vec<Client> {
    let clients = (0..count).map(|_| {
        let mut client = begin(served, "/hold", &known(length));
        client.send(&"x".repeat(length));
        client
    });
    let clients = clients.collect();
    counted(served, "they hold it", |now| {
        now.body_disk == (count * length) as u64
    });
    clients
}

#[test]
fn a_body_for_which_there_is_no_room_is_503_after_a_while() {
    let gate = Gate::default();
    let limits = small().with_body_idle(Duration::from_secs(1));
    let mut served = Served::with_limits(gate.app(), limits);
    let holding = hold(&served, 8, MIB);
    for (path, framing) in [
        ("/plain", known(300 * KIB)),
        ("/later", known(300 * KIB)),
        ("/form", known(300 * KIB)),
        ("/plain", "Transfer-Encoding: chunked".to_owned()),
    ] {
        let mut client = begin(&served, path, &format!("{framing}\r\nExpect: 100-continue"));
        if framing.starts_with('T') {
            let told = client.head();
            assert!(
                told.starts_with("http/1.1 100"),
                "some of it has room: {told}"
            );
            let piece = "x".repeat(200 * KIB);
            client.offer(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes());
        }
        let answer = client.rest();
        assert_eq!(status(&answer), 503, "{path}, {framing}: {answer}");
        let answer = answer.to_ascii_lowercase();
        assert!(answer.contains("\r\nretry-after: 5\r\n"), "{answer}");
        assert!(answer.contains("`budget_disk_bytes`"), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    gate.open();
    for mut client in holding {
        assert_eq!(status(&client.rest()), 200);
    }
    let log = served.end();
    assert!(log.contains("budget_disk_bytes"), "the log names it: {log}");
}

#[test]
fn who_waits_goes_on_when_something_is_given_back() {
    let gate = Gate::default();
    let served = Served::with_limits(gate.app(), small());
    let holding = hold(&served, 8, MIB);
    let waiting: Vec<_> = ["/plain", "/later", "/later", "/plain"]
        .into_iter()
        .map(|path| {
            let mut client = begin(&served, path, &known(MIB));
            client.offer(&vec![b'x'; 10_000]);
            client
        })
        .collect();
    counted(&served, "they have begun", |now| now.in_flight == 12);
    gate.open();
    for mut client in waiting {
        client.offer(&vec![b'x'; MIB - 10_000]);
        assert_eq!(status(&client.rest()), 200);
    }
    for mut client in holding {
        assert_eq!(status(&client.rest()), 200);
    }
    counted(&served, "all is given back", |now| {
        (now.body_memory, now.body_disk) == (0, 0)
    });
}

#[test]
fn a_client_that_leaves_while_it_waits_holds_nothing_up() {
    let gate = Gate::default();
    let served = Served::with_limits(gate.app(), small().with_body_idle(Duration::from_secs(2)));
    let holding = hold(&served, 8, MIB);
    for path in ["/plain", "/later"].repeat(5) {
        let client = begin(&served, path, &known(MIB));
        client.0.shutdown(Shutdown::Both).unwrap();
    }
    counted(&served, "they have begun", |now| now.in_flight == 18);
    gate.open();
    let mut client = begin(&served, "/plain", &known(MIB));
    client.send(&"x".repeat(MIB));
    assert_eq!(status(&client.rest()), 200);
    drop(holding);
    counted(&served, "all is given back", |now| {
        (now.body_memory, now.body_disk, now.in_flight, now.open) == (0, 0, 0, 0)
    });
}

#[test]
fn a_client_that_leaves_gives_its_place_in_the_queue_back() {
    let gate = Gate::default();
    // A body that waits is cancelled after a minute.
    let limits = small().with_body_idle(Duration::from_mins(1));
    let server_limits = ServerLimits::default().with_half_closed(Duration::from_millis(200));
    let limits = (limits, server_limits);
    let mut served = Served::with_limits(gate.app(), limits);
    let holding = hold(&served, 8, MIB);
    for framing in [known(300 * KIB), "Transfer-Encoding: chunked".to_owned()] {
        for (path, resets) in [("/plain", true), ("/later", true), ("/form", true)]
            .into_iter()
            .chain([("/plain", false), ("/later", false), ("/form", false)])
        {
            let mut client = begin(&served, path, &framing);
            let piece = "x".repeat(200 * KIB);
            if framing.starts_with('T') {
                client.offer(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes());
            }
            counted(&served, "it waits", |now| now.in_flight == 9);
            let linger = resets.then_some(Duration::ZERO);
            SockRef::from(&client.0).set_linger(linger).unwrap();
            drop(client);
            counted(&served, &format!("{path}, reset: {resets}"), |now| {
                (now.in_flight, now.open) == (8, 8)
            });
        }
    }
    gate.open();
    for mut client in holding {
        assert_eq!(status(&client.rest()), 200);
    }
    let counters = counted(&served, "all is given back", |now| now.open == 0);
    assert_eq!((counters.body_memory, counters.body_disk), (0, 0));
    served.end();
}

#[test]
fn bodies_of_unknown_length_all_finish_though_they_are_longer_than_the_budget_together() {
    // No client stops before it has its answer, and all send concurrently.
    let served = Served::with_limits(app().into_application(), small());
    let framing = "Transfer-Encoding: chunked";
    let piece = format!("{:x}\r\n{}\r\n", 10_000, "x".repeat(10_000));
    thread::scope(|scope| {
        for path in ["/plain", "/later"].repeat(20) {
            let (served, piece) = (&served, &piece);
            scope.spawn(move || {
                let mut client = begin(served, path, framing);
                for _ in 0..90 {
                    client.offer(piece.as_bytes());
                }
                client.offer(b"0\r\n\r\n");
                let answer = client.rest();
                assert!(answer.ends_with("900000 bytes"), "{path}: {answer}");
            });
        }
        let over = |now: &Counters| {
            assert!(now.body_memory <= MIB as u64 && now.body_disk <= 8 * MIB as u64);
            now.responses[1] == 40
        };
        counted(&served, "they finish", over);
    });
}

#[test]
fn the_streams_of_one_connection_hold_an_eighth_together() {
    let served = Served::with_limits(app().into_application(), small());
    let mut peer = Peer::new(served.address);
    let streams: Vec<u32> = (0..60).map(|number| 2 * number + 1).collect();
    for stream in &streams {
        peer.begin(*stream, &fields("POST", "/later"));
        peer.send(&frame(DATA, 0, *stream, &[b'x'; 1_000]));
    }
    counted(&served, "it has begun to read", |now| now.body_memory > 0);
    for _ in 0..15 {
        // As much as the window of the connection allows.
        for stream in &streams {
            peer.send(&frame(DATA, 0, *stream, &[b'x'; 1_000]));
        }
        let now = served.monitor.counters();
        assert!(now.body_memory <= (128 * KIB) as u64, "{now:?}");
        assert!(now.body_disk <= MIB as u64, "{now:?}");
        // All that was sent has been read by then.
        peer.send(&frame(PING, 0, 0, &[0; 8]));
        peer.next(PING);
    }
    let mut other = begin(&served, "/plain", &known(100 * KIB));
    other.send(&"x".repeat(100 * KIB));
    assert_eq!(status(&other.rest()), 200, "others have theirs");
    drop(peer);
    counted(&served, "all is given back", |now| {
        (now.body_memory, now.body_disk) == (0, 0)
    });
}

#[test]
fn a_form_that_its_handler_keeps_is_counted_after_the_answer() {
    let (sender, forms) = mpsc::channel();
    let keep = move |request: &Request| {
        sender.send(request.form().wait()?).unwrap();
        Ok::<_, rustzeug::Error>("kept")
    };
    let served = Served::new(BoxApplication::new(keep.into_application()));
    let mut client = served.connect();
    let body = "--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n1\r\n--b--\r\n";
    client.send(&format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert_eq!(status(&client.rest()), 200);
    counted(&served, "closed", |now| now.open == 0);
    let form = forms.recv().unwrap();
    assert_eq!(served.monitor.counters().body_memory, body.len() as u64);
    drop(form);
    assert_eq!(served.monitor.counters().body_memory, 0);
}
