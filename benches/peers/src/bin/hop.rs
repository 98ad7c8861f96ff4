//! The cost of running a plain function on a worker: ns per job, on one core.
//!
//! ```sh
//! cargo build --release -p peers && taskset -c 0 target/release/hop
//! ```
//!
//! The job makes the text of `/time`. It runs in place, on the workers of the embedded server, and by tokio's
//! `spawn_blocking`; one job at a time, and 64 at a time. The workers come from the environ of a request, as for an
//! application.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

use rustzeug::Request;
use rustzeug::Server;
use rustzeug::gateway::Blocking;
use tokio::task::JoinSet;

const JOBS: u32 = 20_000;

/// Nanoseconds per job, best of five rounds.
async fn measure<F: Future<Output = usize> + Send + 'static>(
    at_a_time: u32,
    job: impl Fn() -> F + Clone + Send + 'static,
) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..at_a_time {
            let job = job.clone();
            tasks.spawn(async move {
                for _ in 0..JOBS / at_a_time {
                    assert!(job().await > 0);
                }
            });
        }
        while tasks.join_next().await.is_some() {}
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(JOBS));
    }
    best
}

async fn table(blocking: Blocking) -> String {
    let mut text = "| how | 1 at a time | 64 at a time |\n|---|---|---|\n".to_owned();
    let inline = || async { peers::time_body().len() };
    let tokio = || async {
        tokio::task::spawn_blocking(|| peers::time_body().len())
            .await
            .expect("no panic")
    };
    let worker = move || {
        let running = blocking.run(|| peers::time_body().len());
        async { running.await.expect("no panic") }
    };
    let rows = [
        (
            "in place",
            measure(1, inline).await,
            measure(64, inline).await,
        ),
        (
            "a worker of the server",
            measure(1, worker.clone()).await,
            measure(64, worker).await,
        ),
        (
            "spawn_blocking",
            measure(1, tokio).await,
            measure(64, tokio).await,
        ),
    ];
    for (how, one, many) in rows {
        text += &format!("| {how} | {one:.0} | {many:.0} |\n");
    }
    text
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::bind("127.0.0.1:0")?;
    let (address, stopper) = (server.local_addr(), server.stopper());
    let client = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        stopper.stop();
        Ok::<_, std::io::Error>(answer)
    });
    let handler = async |request: &Request| table(request.environ().blocking().clone()).await;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(server.serve_async(handler))?;
    let answer = client.join().expect("no panic")?;
    println!("{}", answer.split_once("\r\n\r\n").unwrap_or_default().1);
    Ok(())
}
