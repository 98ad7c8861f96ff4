//! Clients that read their responses slowly or not at all.

use std::io;
use std::io::Read;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use rustzeug::gateway::Body;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response};
use socket2::SockRef;

use super::{Client, End, Served, status};
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::wait_for;

const PAUSE: Duration = Duration::from_millis(400);

/// More than the buffers of both sides hold.
const SIZE: usize = 64 << 20;

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Sets its flag when the body that holds it is dropped.
struct Guard(Arc<AtomicBool>, Bytes);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl AsRef<[u8]> for Guard {
    fn as_ref(&self) -> &[u8] {
        &self.1
    }
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b'x');
        Ok(buffer.len())
    }
}

impl Iterator for Guard {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        Some(self.1.clone())
    }
}

type Make = fn(Guard) -> Body;

fn piece(guard: &Guard) -> Bytes {
    guard.1.slice(..1 << 16)
}

/// Every kind of body, each of `SIZE` bytes.
const BODIES: [(&str, Make); 6] = [
    ("bytes", |guard| Body::from(Bytes::from_owner(guard))),
    ("reader", |guard| {
        Body::reader(Read::take(guard, SIZE as u64))
    }),
    ("iterator", |guard| Body::iterator(Iterator::take(guard, 1))),
    ("many pieces", |guard| {
        Body::iterator((0..SIZE >> 16).map(move |_| piece(&guard)))
    }),
    ("writer", |guard| {
        Body::writer(move |out| {
            for _ in 0..SIZE >> 16 {
                out.write_all(&piece(&guard))?;
            }
            Ok(())
        })
    }),
    ("async writer", |guard| {
        Body::async_writer(async move |mut out| {
            for _ in 0..SIZE >> 16 {
                out.write(piece(&guard)).await?;
            }
            Ok(())
        })
    }),
];

fn limits() -> ServerLimits {
    ServerLimits::default().with_write_idle(PAUSE)
}

fn large() -> Bytes {
    Bytes::from(vec![b'x'; SIZE])
}

/// The number of bytes that still arrive, and how the connection ends.
fn count(client: &mut Client) -> (usize, End) {
    let (mut bytes, mut buffer) = (0, [0; 4096]);
    loop {
        match client.0.read(&mut buffer) {
            Ok(0) => return (bytes, End::Closed),
            Ok(count) => bytes += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return (bytes, End::Open),
            Err(_) => return (bytes, End::Reset),
        }
    }
}

#[test]
fn a_client_that_does_not_read_is_cut_off_and_its_body_is_given_up() {
    let data = large();
    thread::scope(|scope| {
        for (kind, make) in BODIES {
            let data = data.clone();
            scope.spawn(move || {
                let dropped = Arc::new(AtomicBool::new(false));
                let flag = Arc::clone(&dropped);
                let handler = move || {
                    let guard = Guard(Arc::clone(&flag), data.clone());
                    Response::bytes("").with_body(make(guard))
                };
                let served = Served::with_limits(handler.into_application(), limits());
                let mut client = served.connect();
                let start = Instant::now();
                client.send(GET);
                wait_for(&dropped);
                assert!(
                    start.elapsed() >= PAUSE * 3 / 4,
                    "{kind}: given up too early"
                );
                let (bytes, end) = count(&mut client);
                assert_ne!(end, End::Open, "{kind}: the connection is closed");
                assert!(bytes < SIZE, "{kind}: {bytes} bytes came");
            });
        }
    });
}

#[test]
fn a_writer_is_told_that_nobody_reads() {
    let told = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&told);
    let handler = move || {
        let flag = Arc::clone(&flag);
        Response::writer(move |out| {
            while out.write_all(&[b'x'; 1 << 12]).is_ok() {}
            flag.store(true, Ordering::SeqCst);
            Ok(())
        })
    };
    let served = Served::with_limits(handler.into_application(), limits());
    let mut client = served.connect();
    client.send(GET);
    wait_for(&told);
}

#[test]
fn a_client_that_reads_slowly_gets_everything() {
    let data = large();
    let never = Arc::new(AtomicBool::new(false));
    let handler = move |request: &Request| {
        let guard = Guard(Arc::clone(&never), data.clone());
        let number: usize = request.query_string().parse().unwrap_or_default();
        Response::bytes("").with_body(BODIES[number].1(guard))
    };
    let limits = limits().with_write_idle(Duration::from_millis(1500));
    let served = Served::with_limits(handler.into_application(), limits);
    thread::scope(|scope| {
        for (number, kind) in [(0, "bytes"), (3, "many pieces")] {
            let served = &served;
            scope.spawn(move || {
                let mut client = served.connect();
                client.send(&GET.replace("/ ", &format!("/?{number} ")));
                // In total longer than the allowed pause, but the client always takes something.
                let between = Duration::from_millis(120);
                assert_eq!(status(&client.head()), 200, "{kind}");
                let (mut bytes, mut buffer) = (0, vec![0; 4 << 20]);
                while bytes < SIZE {
                    let wanted = buffer.len().min(SIZE - bytes);
                    let read = client.0.read_exact(&mut buffer[..wanted]);
                    assert!(read.is_ok(), "{kind}: {read:?} after {bytes} bytes");
                    bytes += wanted;
                    pass(between);
                }
            });
        }
    });
}

#[test]
fn a_client_that_only_asks_is_cut_off_as_well() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let handler = move || {
        count.fetch_add(1, Ordering::Relaxed);
        "x".repeat(10_000)
    };
    let served = Served::with_limits(handler.into_application(), limits());
    let mut client = served.connect();
    client.0.set_write_timeout(Some(PATIENCE)).unwrap();
    let many = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000);
    // First until neither side takes any more, then until the server gives up.
    let error = loop {
        if let Err(error) = client.0.write_all(many.as_bytes()) {
            break error;
        }
    };
    assert_ne!(
        error.kind(),
        io::ErrorKind::WouldBlock,
        "cut off, not only kept waiting, after {} answers",
        asked.load(Ordering::Relaxed)
    );
}

#[test]
fn a_slow_reader_that_reads_is_not_cut_and_one_that_trickles_is() {
    let data = large();
    let served = |rate: u64| {
        let data = data.clone();
        let handler = move || Response::bytes(data.clone());
        let limits = ServerLimits::default()
            .with_write_idle(PAUSE * 3)
            .with_write_rate(rate);
        Served::with_limits(handler.into_application(), limits)
    };
    // So slow that the kernel does not report the connection as writable in time.
    let read = |served: &Served| {
        let mut client = served.connect();
        SockRef::from(&client.0)
            .set_recv_buffer_size(32 << 10)
            .unwrap();
        client.send(GET);
        let (start, mut buffer) = (Instant::now(), vec![0; 16 << 10]);
        while start.elapsed() < PAUSE * 8 {
            if client.0.read_exact(&mut buffer).is_err() {
                return false;
            }
            pass(Duration::from_millis(100));
        }
        served.monitor.counters().stuck == 0
    };
    let (honest, strict) = (served(240), served(10 << 20));
    thread::scope(|scope| {
        let reading = scope.spawn(|| read(&honest));
        assert!(!read(&strict), "slower than 10 MiB a second");
        assert!(reading.join().unwrap(), "it reads all the time");
    });
}
