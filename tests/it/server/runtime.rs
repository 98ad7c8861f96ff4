//! tokio is available in plain functions, in the test client, and while an application is made.

use std::io::Write;
use std::time::Duration;

use rustzeug::gateway::Body;
use rustzeug::testing::Client;
use rustzeug::{Error, IntoApplication, Request, Response, Result, Server};
use tokio::runtime::Handle;

use super::Served;
use crate::waiting::pass_async;

/// A timer is what does not work without a runtime.
const MOMENT: Duration = Duration::from_millis(10);

fn plain() -> &'static str {
    Handle::current().block_on(pass_async(MOMENT));
    "slept"
}

async fn later() -> &'static str {
    pass_async(MOMENT).await;
    "slept"
}

async fn streamed() -> Response {
    Response::text("").with_body(Body::async_writer(async |mut out| {
        out.write("sl").await?;
        pass_async(MOMENT).await;
        out.write("ept").await
    }))
}

fn written() -> Response {
    Response::writer(|out| {
        Handle::current().block_on(pass_async(MOMENT));
        Ok(out.write_all(b"slept")?)
    })
}

#[test]
fn handlers_and_bodies_use_the_runtime_of_the_server() {
    for (kind, served) in [
        ("fn", Served::new(plain.into_application())),
        ("async fn", Served::new(later.into_application())),
        ("a body", Served::new(streamed.into_application())),
        ("a writer", Served::new(written.into_application())),
    ] {
        let answer = served.get("/");
        assert!(answer.contains("sl"), "{kind}: {answer}");
        assert!(answer.contains("ept"), "{kind}: {answer}");
    }
}

#[test]
fn the_test_client_has_a_runtime_for_them() -> Result<()> {
    for client in [
        Client::new(plain),
        Client::new(later),
        Client::new(streamed),
    ] {
        client.get("/").wait()?.expect_text("slept");
    }
    let mut answer = Client::new(streamed).get("/").streaming().wait()?;
    let mut text = Vec::new();
    while let Some(chunk) = answer.chunk().wait()? {
        text.extend_from_slice(&chunk);
    }
    assert_eq!(text, b"slept");
    Ok(())
}

#[test]
fn an_application_is_made_inside_of_the_runtime() {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let (address, stopper) = (server.local_addr(), server.stopper());
    let serving = std::thread::spawn(move || {
        server.serve_from(async || {
            // Some values need a runtime when they are made, for example connection pools.
            let handle = Handle::current();
            pass_async(MOMENT).await;
            Ok(move |_: &Request| format!("{}", handle.metrics().num_workers() > 0))
        })
    });
    let client = Client::connect(format!("http://{address}")).unwrap();
    client.get("/").wait().unwrap().expect_text("true");
    stopper.stop();
    serving.join().unwrap().unwrap();
}

#[test]
fn an_application_that_cannot_be_made_is_a_sentence() {
    async fn build() -> Result<fn() -> &'static str> {
        Err(Error::internal().with_source("the database is not there"))
    }
    let server = Server::bind("127.0.0.1:0").unwrap();
    let error = server.serve_from(build).unwrap_err();
    assert!(
        error.to_string().contains("the database is not there"),
        "{error}"
    );
}
