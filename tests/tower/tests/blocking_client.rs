//! Plain functions that use a synchronous client, which has a runtime of its own.

use std::net::SocketAddr;
use std::thread;

use rustzeug::Request;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::Server;
use rustzeug::server::ServerLimits;

/// Asks its own server, so that a lane that waits for the answer would wait for itself.
fn asks(request: &Request) -> Result<String> {
    let url = format!("http://{}/async", request.host());
    let answer = reqwest::blocking::get(url)?.error_for_status()?;
    Ok(answer.text()?)
}

fn app() -> Router {
    Router::new()
        .get("/asks", asks)
        .get("/async", async || "an async fn")
}

fn ask_together(address: SocketAddr, kind: &str) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(move || {
                let client = reqwest::blocking::Client::new();
                for _ in 0..5 {
                    let answer = client.get(format!("http://{address}/asks")).send();
                    let answer = answer.unwrap().error_for_status().unwrap();
                    assert_eq!(answer.text().unwrap(), "an async fn", "{kind}");
                }
            });
        }
    });
}

#[test]
fn functions_may_use_a_synchronous_client() {
    for kind in ["one lane", "two lanes", "work stealing"] {
        let mut server = Server::bind("127.0.0.1:0").unwrap();
        if kind == "work stealing" {
            server = server.work_stealing();
        }
        let lanes = if kind == "two lanes" { 2 } else { 1 };
        let server = server.with_server_limits(ServerLimits::default().with_lanes(lanes));
        let (address, stopper) = (server.local_addr(), server.stopper());
        let running = thread::spawn(move || server.serve(app()));
        ask_together(address, kind);
        stopper.stop();
        running.join().unwrap().unwrap();
    }
}
