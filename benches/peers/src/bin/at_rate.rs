//! Sends requests at a fixed rate, and prints the percentiles of their latencies. A latency counts from the time at
//! which the request should have been sent, so a server that stops for a moment is seen.
//!
//! ```sh
//! cargo run --release -p peers --bin at_rate -- 127.0.0.1:8000 /time 64 40000 2    # connections, per second, seconds
//! ```

use std::error::Error;
use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio::time::sleep_until;

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
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.readable().await?,
            Err(error) => return Err(error),
        }
    }
}

async fn client(
    address: String,
    path: String,
    first: Duration,
    each: Duration,
    end: Instant,
) -> io::Result<Vec<Duration>> {
    let stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let (mut due, mut latencies) = (Instant::now() + first, Vec::new());
    while due < end {
        if due > Instant::now() {
            sleep_until(due).await;
        }
        send(&stream, request.as_bytes()).await?;
        receive(&stream).await?;
        // tokio's timer is a millisecond late at most; that is not the server's.
        latencies.push(due.elapsed());
        due += each;
    }
    Ok(latencies)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [address, path, connections, rate, seconds] = &arguments[..] else {
        return Err(
            "name an address, a path, a number of connections, requests per second, seconds".into(),
        );
    };
    let (connections, rate): (u32, f64) = (connections.parse()?, rate.parse()?);
    let each = Duration::from_secs_f64(f64::from(connections) / rate);
    let end = Instant::now() + Duration::from_secs_f64(seconds.parse()?);
    let clients: Vec<_> = (0..connections)
        .map(|number| {
            let first = each * number / connections;
            tokio::spawn(client(address.clone(), path.clone(), first, each, end))
        })
        .collect();
    let mut latencies = Vec::new();
    for client in clients {
        latencies.extend(client.await??);
    }
    latencies.sort_unstable();
    let count = latencies.len();
    let at = |share: f64| latencies[((count - 1) as f64 * share) as usize].as_micros();
    println!(
        "{count} requests: p50 {} p90 {} p99 {} p99.9 {} us",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999)
    );
    Ok(())
}
