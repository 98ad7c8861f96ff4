//! Request bodies that are received before a plain `fn` is called.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::gateway::Application;
use rustzeug::gateway::Limits;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::call;
use rustzeug::handler::streaming;

use super::Feed;
use super::Flag;
use crate::common::answer;

fn request(feed: &Feed) -> Request {
    let server_info =
        ServerInfo::default().with_limits(Limits::default().with_received_body_bytes(4));
    Request::blank("/")
        .with_server(server_info)
        .with_body(feed.body())
}

/// A plain function that counts its calls.
fn counted(calls: &Arc<AtomicUsize>) -> impl Fn(&Request) -> Result<String> + use<> {
    let calls = Arc::clone(calls);
    move |request| {
        calls.fetch_add(1, Ordering::SeqCst);
        request.text().wait()
    }
}

#[test]
fn received_body_bytes_holds_to_the_byte_before_the_handler_is_entered() {
    #[rustfmt::skip]
    let cases = [
        (Feed::whole(&["four"]).claiming(4),     200, None,    "known: at the limit"),
        (Feed::whole(&["fives"]).claiming(5),    413, Some(0), "known: at once, so without 100 Continue"),
        (Feed::whole(&["fo", "ur"]),             200, None,    "unknown: at the limit"),
        (Feed::whole(&["fo", "urs", "more"]),    413, Some(2), "unknown: as soon as the count is passed"),
        (Feed::default().claiming(u64::MAX),     413, Some(0), "whatever is claimed"),
    ];
    for (feed, want, asked, why) in cases {
        let calls = Arc::default();
        let (status, text) = answer(&counted(&calls).into_application(), request(&feed));
        assert_eq!(status, want, "{why}");
        assert_eq!(
            calls.load(Ordering::SeqCst),
            usize::from(want == 200),
            "{why}: calls"
        );
        assert!(
            asked.is_none_or(|asked| asked == feed.asked()),
            "{why}: {}",
            feed.asked()
        );
        if want == 413 {
            assert!(
                text.contains("4 bytes") && text.contains("`received_body_bytes`"),
                "{why}: {text}"
            );
            assert_eq!(feed.dropped(), 1, "{why}: the body is dropped");
        }
    }
}

#[test]
fn a_body_in_memory_is_limited_when_it_is_read_only() {
    let calls = Arc::default();
    let request = request(&Feed::default()).with_body("fives");
    assert_eq!(
        answer(&counted(&calls).into_application(), request).0,
        200,
        "the whole body is in memory already"
    );
}

#[test]
fn only_what_blocks_waits_for_its_body() {
    async fn asynchronous(request: &Request) -> Result<String> {
        request.text().await
    }
    let feed = Feed::whole(&["fives"]).claiming(5);
    assert_eq!(
        answer(&asynchronous.into_application(), request(&feed)).0,
        200,
        "an `async fn` has only the limit `body_bytes`"
    );
    let calls = Arc::default();
    let feed = Feed::whole(&["fives"]).claiming(5);
    assert_eq!(
        answer(&streaming(counted(&calls)), request(&feed)).0,
        200,
        "the same with `streaming`"
    );
}

#[test]
fn a_plain_fn_is_entered_once_its_body_is_there() {
    let (feed, calls) = (Feed::default(), Arc::default());
    let app = counted(&calls).into_application();
    let flag = Arc::<Flag>::default();
    let waker = Arc::clone(&flag).into();
    let mut context = Context::from_waker(&waker);
    let mut answering = pin!(call(&app, request(&feed).into_environ()));
    assert!(answering.as_mut().poll(&mut context).is_pending());
    feed.push("two");
    assert!(flag.woken() && answering.as_mut().poll(&mut context).is_pending());
    assert_eq!(
        calls.load(Ordering::SeqCst),
        0,
        "200 half-sent bodies hold no worker"
    );
    feed.end();
    assert!(flag.woken() && answering.as_mut().poll(&mut context).is_ready());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_body_that_breaks_off_never_enters_a_plain_fn() {
    let (feed, calls) = (Feed::default(), Arc::default());
    feed.push("one");
    feed.fail(
        rustzeug::Error::bad_request()
            .with_message("broke off")
            .into_boxed(),
    );
    let (status, text) = answer(&counted(&calls).into_application(), request(&feed));
    assert_eq!((status, text.as_str()), (400, "broke off\n"));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

/// Blocking handlers of every form, one of them behind another application.
fn forms() -> Vec<rustzeug::gateway::BoxApplication> {
    fn boxed(app: impl Application) -> rustzeug::gateway::BoxApplication {
        rustzeug::gateway::BoxApplication::new(app)
    }
    vec![
        boxed((|| "entered").into_application()),
        boxed((|_: Request| "entered").into_application()),
        boxed((|_: &Request| "entered").into_application()),
        boxed((|_: &mut Request| "entered").into_application()),
        boxed(rustzeug::with_state((), |(): &(), _: &Request| "entered").into_application()),
    ]
}

#[test]
fn every_form_that_blocks_is_limited() {
    for (form, app) in forms().iter().enumerate() {
        let feed = Feed::whole(&["fives"]).claiming(5);
        assert_eq!(answer(app, request(&feed)).0, 413, "form {form}");
        let feed = Feed::whole(&["four"]);
        assert_eq!(answer(app, request(&feed)).0, 200, "form {form}");
    }
}

#[test]
fn a_plain_fn_is_entered_when_middleware_has_taken_the_body() {
    let app = rustzeug::wrap(
        || "entered",
        async |request: Request, next: rustzeug::Next| {
            drop(request.take_body());
            next.run(request).await
        },
    );
    let (status, text) = answer(&app, request(&Feed::whole(&["four"])));
    assert_eq!(
        (status, text.as_str()),
        (200, "entered"),
        "only reading the body would be an error"
    );
}
