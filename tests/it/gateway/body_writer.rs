//! Writers of bodies: back-pressure, clients that leave, writers that fail.

use std::io::ErrorKind;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::AsyncBodyWriter;
use rustzeug::gateway::Body;

use super::Flag;
use super::drain;
use crate::common::block_on;
use crate::common::serve;
use crate::waiting::settled;

const CHANNEL_BYTES: usize = 64 << 10;
const CHUNK_BYTES: usize = 8 << 10;

#[test]
fn a_writer_is_never_far_ahead_of_its_client() {
    for size in [1_000, CHUNK_BYTES, 3 * CHUNK_BYTES] {
        let written = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&written);
        let mut body = Body::writer(move |out| {
            for _ in 0..4_000_000 / size {
                out.write_all(&vec![b'x'; size])?;
                counter.fetch_add(size, Ordering::SeqCst);
            }
            Ok(())
        });
        let mut taken = 0;
        for _ in 0..3 {
            taken += block_on(body.chunk()).unwrap().unwrap().len();
            let ahead = settled(|| written.load(Ordering::SeqCst), |count| *count > 0) - taken;
            // The content of the channel, the chunk that filled it, and the chunk that is being collected.
            let most = CHANNEL_BYTES + 2 * (CHUNK_BYTES + size);
            assert!(ahead <= most, "writes of {size}: {ahead} bytes ahead");
        }
        while let Some(chunk) = block_on(body.chunk()).unwrap() {
            taken += chunk.len();
        }
        assert_eq!(taken, 4_000_000 / size * size, "all of it comes");
    }
}

#[test]
fn an_async_writer_is_never_far_ahead_of_its_client() {
    let written = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&written);
    let mut body = Body::async_writer(async move |mut out: AsyncBodyWriter| {
        for _ in 0..100 {
            out.write(vec![b'x'; CHUNK_BYTES]).await?;
            counter.fetch_add(CHUNK_BYTES, Ordering::SeqCst);
        }
        Ok(())
    });
    let mut taken = 0;
    while let Some(chunk) = block_on(body.chunk()).unwrap() {
        taken += chunk.len();
        let ahead = (written.load(Ordering::SeqCst) + CHUNK_BYTES).saturating_sub(taken);
        assert!(ahead <= CHANNEL_BYTES + CHUNK_BYTES, "{ahead} bytes ahead");
    }
    assert_eq!(taken, 100 * CHUNK_BYTES);
}

#[test]
fn small_writes_are_gathered_and_flushing_sends_them() {
    let mut body = Body::writer(|out| {
        for _ in 0..CHUNK_BYTES {
            out.write_all(b"x")?;
        }
        out.write_all(b"flushed")?;
        out.flush()?;
        out.flush()?;
        out.write_all(b"the rest")?;
        Ok(())
    });
    let chunk = |body: &mut Body| block_on(body.chunk()).unwrap().unwrap();
    assert_eq!(chunk(&mut body).len(), CHUNK_BYTES);
    assert_eq!(chunk(&mut body), "flushed");
    assert_eq!(chunk(&mut body), "the rest", "the end flushes too");
    assert_eq!(block_on(body.chunk()).unwrap(), None);
}

#[test]
fn a_writer_learns_that_its_client_has_left() {
    for flushes in [false, true] {
        let (tell, told) = mpsc::channel();
        let mut body = Body::writer(move |out| {
            let error = loop {
                let outcome = out.write_all(&[b'x'; 1_000]);
                let flushed = if flushes { out.flush() } else { Ok(()) };
                if let Err(error) = outcome.and(flushed) {
                    break error;
                }
            };
            let _ = tell.send(error.kind());
            Err(error.into())
        });
        block_on(body.chunk()).unwrap();
        drop(body);
        let kind = told.recv_timeout(Duration::from_secs(10));
        assert_eq!(
            kind,
            Ok(ErrorKind::BrokenPipe),
            "also while it waits for room"
        );
    }
}

#[test]
fn an_async_writer_learns_that_its_client_has_left() {
    let (give, given) = mpsc::channel();
    let body = Body::async_writer(|out| {
        give.send(out).unwrap();
        std::future::pending()
    });
    let mut out = given.recv().unwrap();
    let flag = Arc::<Flag>::default();
    block_on(out.write(vec![0; CHANNEL_BYTES])).unwrap();
    let mut waiting = Box::pin(out.write("more"));
    assert!(flag.poll(&mut waiting).is_pending(), "the channel is full");
    drop(body);
    assert!(flag.woken(), "otherwise the writer would wait forever");
    let error = block_on(waiting).unwrap_err();
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    assert_eq!(kind, Some(ErrorKind::BrokenPipe));
}

#[test]
fn an_async_writer_is_dropped_with_its_body() {
    struct Held(Arc<AtomicBool>);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let released = Arc::new(AtomicBool::new(false));
    let held = Held(Arc::clone(&released));
    let mut body = Body::async_writer(async move |mut out| {
        let _held = held;
        out.write("one").await?;
        std::future::pending().await
    });
    assert_eq!(block_on(body.chunk()).unwrap().unwrap(), "one");
    drop(body);
    assert!(released.load(Ordering::SeqCst));
}

#[test]
fn a_writer_that_fails_or_panics_is_an_error_of_the_body() {
    let (text, error) = drain(Body::writer(|out| {
        out.write_all(b"one")?;
        out.flush()?;
        panic!("in the writer")
    }));
    assert_eq!((text.as_str(), error.is_some()), ("one", true), "a panic");
    let (_, error) = drain(Body::async_writer(async |_| Err(Error::gone())));
    assert_eq!(error.as_deref(), Some("410 Gone"), "an error");
}

#[test]
fn what_an_async_writer_wrote_comes_before_its_error() {
    let mut body = Body::async_writer(async |mut out| {
        out.write("one").await?;
        Err(Error::gone())
    });
    assert_eq!(
        block_on(body.chunk()).ok().flatten().as_deref(),
        Some(&b"one"[..])
    );
    assert!(block_on(body.chunk()).is_err());
    assert_eq!(
        block_on(body.chunk()).unwrap(),
        None,
        "nothing comes after an error"
    );
}

/// Returns whether the writer of a body started before the body was polled for a chunk.
fn started_early(serving: impl FnOnce(Body) -> Option<Body>) -> bool {
    let (tell, told) = mpsc::channel();
    let body = serving(Body::writer(move |_| Ok(tell.send(())?)));
    let started = told.recv_timeout(Duration::from_millis(200)).is_ok();
    drop(body);
    started
}

#[test]
fn a_writer_nobody_reads_is_not_started() {
    assert!(!started_early(Some), "a body that is only held");
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304)] {
        let started = started_early(|body| {
            let body = std::sync::Mutex::new(Some(body));
            let app = super::Raw(move |_, start: rustzeug::gateway::StartResponse| {
                let body = body.lock().unwrap().take().unwrap();
                Response::empty(200)
                    .with_status(status)
                    .with_body(body)
                    .start(start)
            });
            Some(serve(&app, Request::blank("/").with_method(method)).into_body())
        });
        assert!(!started, "{method} {status}: its body is not sent");
    }
}

#[test]
fn a_writer_begins_when_the_server_takes_the_response() {
    let started = started_early(|body| {
        let body = std::sync::Mutex::new(Some(body));
        let app = super::Raw(move |_, start: rustzeug::gateway::StartResponse| {
            let body = body.lock().unwrap().take().unwrap();
            Response::empty(200).with_body(body).start(start)
        });
        Some(serve(&app, Request::blank("/")).into_body())
    });
    assert!(started);
}
