//! Request bodies in temporary files, observed through `/proc`.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::Limits;
use rustzeug::gateway::ServerInfo;

use crate::common::answer;

/// Bytes that do not repeat within about the length of a chunk.
fn pattern(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

/// Reads the body in every way, and says whether it is in a file without a name.
fn handler(request: &Request) -> rustzeug::Result<String> {
    let bytes = request.bytes().wait()?;
    let want = pattern(bytes.len());
    for _ in 0..2 {
        let (mut whole, mut chunks) = (Vec::new(), Vec::new());
        request.take_body().into_reader().read_to_end(&mut whole)?;
        let mut body = request.take_body();
        assert_eq!(
            body.length(),
            Some(bytes.len() as u64),
            "known, now that it is here"
        );
        while let Some(chunk) = body.chunk().wait()? {
            chunks.extend_from_slice(&chunk);
        }
        assert!(
            bytes == want && whole == want && chunks == want,
            "byte by byte"
        );
    }
    assert_eq!(
        request.bytes().wait()?,
        bytes,
        "reading a stream of it took nothing"
    );
    Ok(format!("{} {:?}", bytes.len(), spools(bytes.len())))
}

/// The modes of the open files without a name of exactly this length.
fn spools(length: usize) -> Vec<u32> {
    let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| {
        let path = entry.ok()?.path();
        let target = fs::read_link(&path).ok()?;
        let metadata = fs::metadata(&path).ok()?;
        let unlinked = target.to_string_lossy().ends_with("(deleted)");
        (unlinked && metadata.len() == length as u64).then(|| metadata.permissions().mode() & 0o777)
    });
    open.collect()
}

/// Whether a body of this length is in a file, by the text of the handler.
fn told(text: &str) -> bool {
    !text.ends_with("[]")
}

/// A body of unknown length, in chunks of `chunk` bytes.
fn body(length: usize, chunk: usize) -> Body {
    let chunks: Vec<Vec<u8>> = pattern(length).chunks(chunk).map(<[u8]>::to_vec).collect();
    Body::iterator(chunks)
}

fn send(length: usize, chunk: usize, memory: usize) -> (u16, String) {
    let server_info =
        ServerInfo::default().with_limits(Limits::default().with_memory_bytes(memory));
    let request = Request::blank("/")
        .with_server(server_info)
        .with_body(body(length, chunk));
    answer(&handler.into_application(), request)
}

#[test]
fn a_large_body_is_received_into_a_file_without_a_name() {
    // Unusual lengths, since other tests may spool at the same time.
    let (kept, spooled) = (false, true);
    #[rustfmt::skip]
    let cases = [
        (1_001,   1_001,  1_001,   kept,    "at the limit"),
        (1_002,   1_002,  1_001,   spooled, "one past it"),
        (2_003,   7,      2_002,   spooled, "in small chunks"),
        (300_001, 4_093,  65_536,  spooled, "past one step of the spool"),
        (300_002, 4_093,  300_002, kept,    "a limit past the step"),
        (600_001, 65_536, 1,       spooled, "several steps"),
        (600_002, 600_002, 0,      spooled, "one chunk, and no memory at all"),
    ];
    for (length, chunk, memory, where_, why) in cases {
        let (status, text) = send(length, chunk, memory);
        assert_eq!((status, told(&text)), (200, where_), "{why}: {text}");
        assert!(text.starts_with(&length.to_string()), "{why}: {text}");
        assert!(spools(length).is_empty(), "{why}: gone with the request");
    }
}

#[test]
fn nothing_is_left_in_the_temporary_directory() {
    let length = 700_001;
    let (status, text) = send(length, 9_973, 65_536);
    assert_eq!((status, told(&text)), (200, true), "{text}");
    let left: Vec<_> = fs::read_dir(std::env::temp_dir())
        .unwrap()
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .metadata()
                .is_ok_and(|metadata| metadata.len() == length as u64)
        })
        .map(|entry| entry.path())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_default_keeps_a_file_of_a_mebibyte_and_its_form_in_memory() {
    let app = handler.into_application();
    for (length, want) in [(1088 << 10, false), ((1088 << 10) + 1, true)] {
        let (_, text) = answer(&app, Request::blank("/").with_body(body(length, 8_192)));
        assert_eq!(told(&text), want, "{text}");
    }
}

#[test]
fn a_spool_is_its_owners_alone() {
    let (_, text) = send(900_001, 65_536, 65_536);
    assert_eq!(text, format!("900001 [{}]", 0o600));
}
