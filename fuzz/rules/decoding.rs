//! Properties of compressed bodies, whatever is sent: a body is decoded, or refused as a `4xx`, and the same in any pieces;
//! what this crate has compressed is read back.

use std::io::Read;

use rustzeug::Application;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Body;
use rustzeug::middleware::Compression;
use rustzeug::middleware::compress_with;
use rustzeug::middleware::decode_requests;
use rustzeug::with_state;
use rustzeug::wrap;

const CODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];

/// The first byte chooses the coding, the second the length of the pieces.
pub(crate) fn check(input: &[u8]) {
    let [coding, size, body @ ..] = input else {
        return;
    };
    let coding = CODINGS[usize::from(*coding) % CODINGS.len()];
    let app = echo();
    let whole = send(&app, coding, body.to_vec().into());
    let pieces: Vec<_> = body
        .chunks(usize::from(*size).max(1))
        .map(<[u8]>::to_vec)
        .collect();
    assert_eq!(
        whole,
        send(&app, coding, Body::iterator(pieces)),
        "{coding}"
    );
    match whole {
        (200, Some(decoded)) => {
            let longest = (1 << 20).max(100 * body.len());
            assert!(decoded.len() <= longest, "{coding}: {}", decoded.len());
        }
        (status, _) => assert!(matches!(status, 400 | 413 | 415), "{coding}: {status}"),
    }
    round_trip(coding, body);
}

fn echo() -> impl Application {
    wrap(
        async |request: &Request| {
            let bytes = request.bytes().limit(u64::MAX).await?;
            Ok::<_, rustzeug::Error>(bytes)
        },
        decode_requests,
    )
}

/// The status, and the content of a success. Which of two faults is found first may depend on the pieces.
fn send(app: &impl Application, coding: &str, body: Body) -> (u16, Option<Vec<u8>>) {
    let request = Request::blank("/")
        .with_header("content-encoding", coding.to_owned())
        .with_body(body);
    let mut response = request.send(app).wait().expect("a response");
    match response.status().as_u16() {
        200 => (
            200,
            Some(response.read_bytes().wait().expect("the content").into()),
        ),
        400 | 413 => (400, None),
        other => (other, None),
    }
}

fn round_trip(coding: &str, content: &[u8]) {
    let body = content.to_vec();
    let handler = move || {
        let pieces: Vec<_> = body.chunks(1000).map(<[u8]>::to_vec).collect();
        Response::text("").with_body(Body::iterator(pieces))
    };
    let app = wrap(
        handler,
        with_state(Compression::default().with_min_bytes(0), compress_with),
    );
    let request = Request::blank("/").with_header("accept-encoding", coding.to_owned());
    let response = request.send(&app).wait().expect("a response");
    if response.header_text("content-encoding") != Some(coding) {
        return;
    }
    let mut coded = Vec::new();
    response
        .into_body()
        .into_reader()
        .read_to_end(&mut coded)
        .expect("compressed");
    let (status, decoded) = send(&echo(), coding, coded.into());
    // Content that shrinks to less than a hundredth is refused beyond a mebibyte.
    assert!(
        status == 200 || content.len() > 1 << 20,
        "{coding}: {status}"
    );
    assert!(
        status != 200 || decoded.as_deref() == Some(content),
        "{coding}"
    );
}
