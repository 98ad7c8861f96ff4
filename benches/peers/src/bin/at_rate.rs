//! Sends requests at fixed rates, and prints the percentiles of their latencies. A latency counts from the time at
//! which the request should have been sent, so a server that stops for a moment is seen. It occupies one core, since a
//! timer is too coarse.
//!
//! ```sh
//! # seconds, then groups of clients: a path, connections, requests per second
//! cargo run --release -p peers --bin at_rate -- 127.0.0.1:8000 2 /time,58,18000 /wait_5ms,32,2000
//! ```

use std::error::Error;
use std::io;
use std::time::Duration;
use std::time::Instant;

use tokio::net::TcpStream;
use tokio::task::yield_now;

/// Clients that send the same request.
struct Group {
    path: String,
    connections: u32,
    rate: f64,
}

impl Group {
    fn parse(text: &str) -> Result<Self, Box<dyn Error>> {
        let parts: Vec<_> = text.split(',').collect();
        let [path, connections, rate] = parts[..] else {
            return Err("a group is a path, connections, and requests per second".into());
        };
        Ok(Self {
            path: path.to_owned(),
            connections: connections.parse()?,
            rate: rate.parse()?,
        })
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Receives a small response, which arrives in one piece.
async fn receive(stream: &TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.try_read(&mut buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) if buffer.starts_with(b"HTTP/1.1 200 ") => return Ok(()),
            Ok(_) => return Err(io::Error::other("not a 200")),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.readable().await?,
            Err(error) => return Err(error),
        }
    }
}

/// Sends a request each time one is due. If the last response is late, the next request is sent late, and its latency
/// counts from when it was due.
async fn client(
    stream: TcpStream,
    request: String,
    first: Instant,
    each: Duration,
    end: Instant,
) -> io::Result<Vec<Duration>> {
    let (mut due, mut latencies) = (first, Vec::new());
    while due < end {
        while Instant::now() < due {
            yield_now().await;
        }
        send(&stream, request.as_bytes()).await?;
        receive(&stream).await?;
        latencies.push(due.elapsed());
        due += each;
    }
    Ok(latencies)
}

/// The first part of the time is for warming up.
const WARM: f64 = 0.3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [address, seconds, groups @ ..] = &arguments[..] else {
        return Err("name an address, seconds, and groups of clients".into());
    };
    let groups = groups.iter().map(|text| Group::parse(text));
    let groups = groups.collect::<Result<Vec<_>, _>>()?;
    let mut connected = Vec::new();
    for group in &groups {
        for _ in 0..group.connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            connected.push(stream);
        }
    }
    let begin = Instant::now();
    let end = begin + Duration::from_secs_f64(seconds.parse::<f64>()? + WARM);
    let mut connected = connected.into_iter();
    let mut running = Vec::new();
    for group in &groups {
        let each = Duration::from_secs_f64(f64::from(group.connections) / group.rate);
        let request = format!("GET {} HTTP/1.1\r\nHost: {address}\r\n\r\n", group.path);
        let one = |(number, stream)| {
            let first = begin + each * number / group.connections;
            tokio::spawn(client(stream, request.clone(), first, each, end))
        };
        let clients = (0..group.connections).zip(connected.by_ref());
        running.push((group, each, clients.map(one).collect::<Vec<_>>()));
    }
    for (group, each, clients) in running {
        let mut latencies = Vec::new();
        let warm = (WARM / each.as_secs_f64()) as usize;
        for client in clients {
            latencies.extend(client.await??.into_iter().skip(warm));
        }
        latencies.sort_unstable();
        let (path, count) = (&group.path, latencies.len());
        let at = |share: f64| match latencies.get((count as f64 * share) as usize) {
            Some(latency) => latency.as_micros(),
            None => 0,
        };
        println!(
            "{path}: {count} requests, p50 {} p90 {} p99 {} p99.9 {} us",
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999)
        );
    }
    Ok(())
}
