//! The examples for cookies, called in process.

use rustzeug::Request;
use rustzeug::gateway::Lint;

use super::lines;
use crate::common::answer;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../../examples/cookie_counter.rs"]
pub(crate) mod cookie_counter;
#[cfg(feature = "signed")]
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../../examples/signed_cookies.rs"]
pub(crate) mod signed_cookies;

#[test]
fn the_counter_counts() {
    let app = Lint::new(cookie_counter::app());
    let visit = |cookie: &str| answer(&app, Request::blank("/").with_header("cookie", cookie));
    assert_eq!(visit(""), (200, "visit 1\n".into()));
    assert_eq!(visit("visits=7"), (200, "visit 8\n".into()));
    assert_eq!(
        visit("visits=4294967295"),
        (200, "visit 4294967295\n".into()),
        "no overflow"
    );
    assert_eq!(visit("visits=many").0, 400);

    let response = Request::blank("/").send(&app).wait().unwrap();
    assert_eq!(
        lines(&response),
        ["visits=1; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"]
    );
    let response = Request::blank("/forget").send(&app).wait().unwrap();
    assert!(lines(&response)[0].contains("Max-Age=0"));
}

#[cfg(feature = "signed")]
#[test]
fn the_signed_name_is_believed_and_no_other() {
    use rustzeug::signed::Keys;

    let app = Lint::new(signed_cookies::app(Keys::generate().unwrap()));
    let welcome = Request::blank("/")
        .with_method("POST")
        .with_body("Ada Lovelace");
    let response = welcome.send(&app).wait().unwrap();
    let cookie = super::kept(&response);
    let who = |cookie: &str| answer(&app, Request::blank("/").with_header("cookie", cookie));
    assert_eq!(who(&cookie), (200, "You are Ada Lovelace.\n".into()));
    for (forged, why) in [
        ("name=Ada", "not signed"),
        ("", "none"),
        (&cookie[..cookie.len() - 1], "cut"),
        (&cookie.replacen("name", "eman", 1), "under another name"),
    ] {
        assert_eq!(who(forged), (403, "Nobody yet.\n".into()), "{why}");
    }
    let planted = format!("name=evil; {cookie}");
    assert_eq!(who(&planted).0, 200, "the first that is genuine");

    let bye = Request::blank("/").with_method("DELETE");
    let response = bye.send(&app).wait().unwrap();
    assert!(lines(&response)[0].starts_with("name=; Path=/; Max-Age=0"));
}
