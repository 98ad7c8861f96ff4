//! The same promises, however a server is run: on lanes, with work stealing, and in the runtime of another program.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use rustzeug::gateway::Application;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Request, Response, Result, Router, Server};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle};

use super::lanes::{Gate, OpenAtEnd};
use super::{Client, Served, status};
use crate::waiting::{Guard, pass, until};

const KINDS: [&str; 5] = [
    "one lane",
    "two lanes",
    "work stealing",
    "a runtime with one thread",
    "a runtime with two threads",
];

/// A server of a kind.
fn serve(kind: &str, limits: ServerLimits, application: impl Application) -> Served {
    let lanes = if kind == "one lane" { 1 } else { 2 };
    let server = Server::bind("127.0.0.1:0").unwrap();
    let server = server.with_server_limits(limits.with_lanes(lanes));
    let mut builder = match kind {
        "work stealing" => return Served::by(server.work_stealing(), application),
        "a runtime with one thread" => Builder::new_current_thread(),
        "a runtime with two threads" => Builder::new_multi_thread(),
        _ => return Served::by(server, application),
    };
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    Served::within(runtime, server, application)
}

/// `/stuck` waits at the gate, `/waits` for a moment, `/fn` and `/async` answer.
fn app(gate: &Gate) -> impl Application + use<> {
    let gate = gate.clone();
    let stuck = move || {
        gate.wait();
        "came back"
    };
    let waits = || {
        pass(Duration::from_millis(2));
        "a fn"
    };
    let router = Router::new()
        .get("/stuck", stuck)
        .get("/waits", waits)
        .get("/fn", || "a fn")
        .get("/async", async || "an async fn");
    router.into_application()
}

fn ask(served: &Served, path: &str) -> Client {
    let mut client = served.connect();
    client.send(&format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ));
    client
}

#[test]
fn other_handlers_are_served_although_all_workers_are_stuck() {
    for kind in KINDS {
        let gate = Gate::default();
        let _end = OpenAtEnd(gate.clone());
        let served = serve(kind, ServerLimits::default().with_workers(4), app(&gate));
        for _ in 0..4 {
            assert_eq!(
                status(&served.get("/waits")),
                200,
                "it is known to wait now"
            );
        }
        let mut early = served.connect();
        let stuck: Vec<_> = (0..12).map(|_| ask(&served, "/stuck")).collect();
        for _ in 0..4 {
            for path in ["/waits", "/fn", "/async"] {
                early.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                let why = format!("{path}, {kind}");
                assert!(
                    early.until("fn").ends_with("fn"),
                    "{why}: an old connection"
                );
                let answer = served.get(path);
                assert!(answer.ends_with("fn"), "{why}: a new one: {answer}");
            }
        }
        gate.open();
        for mut client in stuck {
            assert!(client.rest().ends_with("came back"), "{kind}: none is lost");
        }
    }
}

#[test]
fn functions_that_wait_for_each_other_all_run() {
    const COUNT: usize = 16;
    for kind in KINDS {
        let together = Arc::new(Barrier::new(COUNT));
        let meet = move || {
            together.wait();
            "met"
        };
        let served = serve(kind, ServerLimits::default(), meet.into_application());
        for round in 0..3 {
            let all: Vec<_> = (0..COUNT).map(|_| ask(&served, "/")).collect();
            for mut client in all {
                let answer = client.rest();
                assert!(answer.ends_with("met"), "{kind}, round {round}: {answer}");
            }
        }
    }
}

#[test]
fn functions_run_although_no_event_loop_is_ever_idle() {
    for kind in KINDS {
        let (gate, stop) = (Gate::default(), Arc::new(AtomicBool::new(false)));
        let _end = Guard(Arc::clone(&stop));
        let spin = move || {
            let stop = Arc::clone(&stop);
            async move {
                tokio::spawn(async move {
                    while !stop.load(Ordering::SeqCst) {
                        tokio::task::yield_now().await;
                    }
                });
                "spins"
            }
        };
        let app = Router::new().get("/spin", spin).mount("/app", app(&gate));
        let served = serve(kind, ServerLimits::default(), app.into_application());
        for _ in 0..4 {
            assert!(served.get("/spin").ends_with("spins"), "{kind}");
        }
        for _ in 0..4 {
            for path in ["/app/waits", "/app/fn"] {
                let answer = served.get(path);
                assert!(answer.ends_with("a fn"), "{path}, {kind}: {answer}");
            }
        }
    }
}

#[test]
fn beyond_the_queue_every_plain_function_gets_503() {
    for kind in KINDS {
        let gate = Gate::default();
        let _end = OpenAtEnd(gate.clone());
        let limits = ServerLimits::default().with_workers(1).with_queued_jobs(2);
        let served = serve(kind, limits, app(&gate));
        let mut stuck = vec![ask(&served, "/stuck")];
        assert_eq!(status(&served.get("/fn")), 200, "{kind}: there is room");
        until("others of its requests fill the queue", || {
            stuck.push(ask(&served, "/stuck"));
            status(&served.get("/fn")) == 503
        });
        assert_eq!(status(&served.get("/async")), 200, "{kind}: it needs none");
        gate.open();
        let answers: Vec<_> = stuck.iter_mut().map(Client::rest).collect();
        let known = |answer: &String| [200, 503].contains(&status(answer));
        assert!(answers.iter().all(known), "{kind}: {answers:?}");
        let came_back = |answer: &&String| answer.ends_with("came back");
        let count = answers.iter().filter(came_back).count();
        assert!(count >= 2, "{kind}: two have waited: {answers:?}");
        until("there is room again", || status(&served.get("/fn")) == 200);
    }
}

#[test]
fn block_in_place_needs_a_runtime_with_several_threads() {
    let blocks = async || tokio::task::block_in_place(|| "done");
    let app = || {
        let router = Router::new().get("/", blocks).get("/fn", || "a fn");
        router.into_application()
    };
    for (kind, wanted) in [
        ("one lane", 500),
        ("two lanes", 500),
        ("work stealing", 200),
        ("a runtime with one thread", 500),
        ("a runtime with two threads", 200),
    ] {
        let served = serve(kind, ServerLimits::default(), app());
        assert_eq!(status(&served.get("/")), wanted, "{kind}");
        if wanted == 500 {
            let why = "can call blocking only when running on the multi-threaded runtime";
            served.running.log.wait_for(why);
        }
        assert_eq!(
            status(&served.get("/fn")),
            200,
            "{kind}: the server goes on"
        );
    }
}

#[test]
fn a_piece_is_sent_while_its_iterator_waits_for_the_next() {
    for kind in KINDS {
        // On lanes, the second one comes from the pool.
        let gates = [Gate::default(), Gate::default()];
        let _ends = gates.clone().map(OpenAtEnd);
        let own = gates.clone();
        let pieces = move |request: &Request| {
            let gate = own[usize::from(request.path() == "/second")].clone();
            let second = std::iter::once_with(move || {
                gate.wait();
                "later"
            });
            Response::iterator(std::iter::once("piece").chain(second))
        };
        let served = serve(kind, ServerLimits::default(), pieces.into_application());
        for (path, gate) in ["/first", "/second"].into_iter().zip(&gates) {
            let mut client = ask(&served, path);
            let answer = client.until("piece");
            assert!(answer.ends_with("piece"), "{path}, {kind}: {answer}");
            gate.open();
            let rest = client.rest();
            assert!(rest.contains("later"), "{path}, {kind}: {rest}");
        }
    }
}

#[test]
fn without_a_router_the_log_names_the_request_and_only_lanes_are_watched() {
    // Longer than the time between two questions to a lane.
    const LONG: Duration = Duration::from_millis(1500);
    let servers = ["two lanes", "work stealing", "a runtime with two threads"].map(|kind| {
        let blocks = async || {
            pass(LONG);
            "done"
        };
        serve(kind, ServerLimits::default(), blocks.into_application())
    });
    // A server asks while it has connections.
    let _idle = servers.each_ref().map(Served::connect);
    until("the log of the lanes names the request", || {
        let clients = servers.each_ref().map(|served| ask(served, "/slow"));
        for mut client in clients {
            assert_eq!(status(&client.rest()), 200);
        }
        let log = servers[0].running.log.text();
        log.contains("GET /slow has blocked an event loop for at least ")
    });
    for served in &servers[1..] {
        let log = served.running.log.text();
        assert!(!log.contains("blocked"), "{log}");
    }
}

#[test]
fn code_that_has_no_route_and_never_comes_back_is_a_task_in_the_log() {
    let gate = Gate::default();
    let _end = OpenAtEnd(gate.clone());
    let hang = move || {
        let gate = gate.clone();
        async move { gate.wait() }
    };
    let served = serve("one lane", ServerLimits::default(), hang.into_application());
    let _hangs = ask(&served, "/");
    let line = "a task has blocked an event loop for at least ";
    served.running.log.wait_for(line);
}

#[test]
fn tasks_and_sockets_of_the_application_are_used_from_lanes() {
    /// Answers each connection from a task that stays where the application was made.
    async fn greet(listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            stream.writable().await.unwrap();
            stream.try_write(b"from the task").unwrap();
        }
    }
    async fn read(stream: &TcpStream) -> Result<String> {
        let mut text = [0; 64];
        loop {
            stream.readable().await?;
            match stream.try_read(&mut text) {
                Ok(count) => return Ok(String::from_utf8_lossy(&text[..count]).into_owned()),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let limits = ServerLimits::default().with_lanes(2);
    let bound = Server::bind("127.0.0.1:0").unwrap();
    let bound = bound.with_server_limits(limits);
    let (address, monitor) = (bound.local_addr(), bound.monitor());
    let build = async || {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        Handle::current().spawn(greet(listener));
        // Registered with this runtime, and read from another one.
        let early = Arc::new(TcpStream::connect(at).await?);
        let app = move |request: &Request| {
            let (early, is_early) = (Arc::clone(&early), request.path() == "/early");
            async move {
                if is_early {
                    return read(&early).await;
                }
                read(&TcpStream::connect(at).await?).await
            }
        };
        Ok::<_, Error>(app)
    };
    let running = super::Running::by(bound, move |bound| bound.serve_from(build));
    let served = Served {
        address,
        monitor,
        running,
    };
    for path in ["/early", "/", "/"] {
        let answer = served.get(path);
        assert!(answer.ends_with("from the task"), "{path}: {answer}");
    }
}
