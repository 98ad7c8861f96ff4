//! A full disk, and a disk that has room again.

use std::task::Waker;

use super::*;
use crate::gateway::Limits;

fn poll<T>(poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> T {
    match poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("everything is done in place"),
    }
}

fn text(body: Body) -> String {
    std::io::read_to_string(body.into_reader()).expect("it is text")
}

#[test]
fn a_disk_that_is_full_loses_nothing() {
    let server_info =
        ServerInfo::default().with_limits(Limits::default().with_budget_memory_bytes(0));
    let terms = Terms {
        server_info: &server_info,
        left: server_info.client_left(),
        memory_bytes: 0,
        limit: 1_000_000,
    };
    let mut store = Store::default();
    poll(|context| store.poll_room(None, terms, context)).unwrap();
    store.push("one ".into());
    let hold = store.claim.as_deref().and_then(Claim::disk).unwrap();
    for spool in [Some(Spool::full(hold.clone())), None] {
        let is_full = spool.is_some();
        store.spool = spool;
        let written = poll(|context| store.poll_room(None, terms, context));
        assert_eq!(written.is_err(), is_full);
        if let Err(error) = written {
            assert_eq!(error.status(), 500);
            assert!(format!("{error:?}").contains("No space left"), "{error:?}");
            let replay = store.replay().length();
            assert_eq!((store.length(), replay), (4, Some(4)));
        }
    }
    store.push("two".into());
    store.spool = Some(Spool::full(hold));
    assert!(poll(|context| store.poll_end(&server_info, context)).is_err());
    assert_eq!(
        (store.written, store.length()),
        (4, 7),
        "written bytes stay counted as written"
    );
    drop(store);
    assert_eq!(server_info.budget().disk(), 0);
}

#[test]
fn what_is_taken_while_it_is_written_is_all_there() {
    let server_info =
        ServerInfo::default().with_limits(Limits::default().with_budget_memory_bytes(0));
    let terms = Terms {
        server_info: &server_info,
        left: server_info.client_left(),
        memory_bytes: 0,
        limit: 1_000_000,
    };
    let mut store = Store::default();
    for chunk in ["one ", "two ", "three"] {
        poll(|context| store.poll_room(None, terms, context)).unwrap();
        store.push(chunk.into());
    }
    store.write(server_info.blocking());
    assert!(store.writing.is_some());
    assert_eq!(text(store.replay()), "one two three");
    assert_eq!(text(store.into_replay()), "one two three");
}
