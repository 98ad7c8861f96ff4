//! A form that was already read: the options of a later reader apply too.

use rustzeug::form::{Form, MultipartForm};
use rustzeug::gateway::{Body, Limits, ServerInfo};
use rustzeug::{Request, Result};

use crate::form_limits::length;

fn request() -> Request {
    let form = MultipartForm::new().text("token", "1");
    Request::blank("/").with_multipart(form.bytes("f", "f.html", "text/html", "<p>"))
}

/// The same body, arriving in one piece, with an unknown length.
fn coming(request: Request) -> Request {
    let text = request.bytes().wait().unwrap();
    request.with_body(Body::iterator([text]))
}

#[test]
fn options_hold_of_a_form_that_was_read_before() {
    type Read = fn(&Request) -> Result<Form>;
    let all = length(&request());
    let limits = |setting, count: u64| {
        let mut limits = Limits::default();
        limits.set(setting, &count.to_string()).unwrap();
        limits
    };
    #[rustfmt::skip]
    let cases: [(Read, Limits, u16, &str); 7] = [
        (|r| r.form().wait(),                         Limits::default(),         200, "none"),
        (|r| r.form().allow_types(["text/*"]).wait(), Limits::default(),         200, "a type that is allowed"),
        (|r| r.form().allow_types(["image/*"]).wait(), Limits::default(),        415, "a type that is not allowed"),
        (|r| r.form().file_limit(3).wait(),           Limits::default(),         200, "a file at its limit"),
        (|r| r.form().file_limit(2).wait(),           Limits::default(),         413, "a file past its limit"),
        (|r| r.form().wait(),                         limits("multipart_bytes", all), 200, "a body at its limit"),
        (|r| r.form().wait(),                         limits("multipart_bytes", all - 1), 413, "a body past its limit"),
    ];
    for (read, limits, want, why) in cases {
        let status = |before: bool| {
            let mut request = coming(request());
            if before {
                request.form().wait().unwrap();
            }
            request.environ_mut().set_limits(limits.clone());
            read(&request).map_or_else(|error| error.status().as_u16(), |_| 200)
        };
        assert_eq!(status(false), want, "{why}, at first");
        assert_eq!(status(true), want, "{why}, afterwards");
        assert_eq!(status(true), want, "other readers are not refused");
    }
}

#[test]
fn a_limit_holds_of_a_body_that_comes_in_one_piece() {
    let server_info =
        |count| ServerInfo::default().with_limits(Limits::default().with_multipart_bytes(count));
    let all = length(&request());
    for (count, want) in [(all, 200), (all - 1, 413), (10, 413)] {
        let request = coming(request()).with_server(server_info(count));
        let got = request.form().wait();
        let status = got.map_or_else(|error| error.status().as_u16(), |_| 200);
        assert_eq!(status, want, "{count} of {all}");
    }
}

#[test]
fn parameters_leave_no_form_out_but_one_that_is_not_there() {
    let status = |request: Request| {
        let read = request.params().allow_types(["image/*"]).wait();
        read.map_or_else(|error| error.status().as_u16(), |_| 200)
    };
    #[rustfmt::skip]
    let cases = [
        (Request::blank("/?a=1"),                        200, "no body"),
        (Request::blank("/?a=1").with_json("x"),         200, "no form"),
        (Request::blank("/?a=1").with_form(&[("b", "")]), 200, "a form"),
        (request(),                                      415, "a file of a type that is not allowed"),
    ];
    for (request, want, why) in cases {
        assert_eq!(status(request), want, "{why}");
    }
}

#[test]
fn a_name_that_is_taken_stays_one_that_file_systems_take() {
    let folder = tempfile::tempdir().unwrap();
    #[rustfmt::skip]
    let cases = [
        ("a".repeat(300),                  "no suffix"),
        (format!("{}.txt", "a".repeat(300)), "a suffix"),
        (format!("{}.txt", "ä".repeat(300)), "letters of two bytes"),
        (format!("a.{}", "b".repeat(300)), "a suffix that is too long to be one"),
    ];
    for (name, why) in cases {
        let form = MultipartForm::new().bytes("f", &name, "text/plain", "1");
        let form = Request::blank("/")
            .with_multipart(form)
            .form()
            .wait()
            .unwrap();
        let file = form.file("f").unwrap();
        let save = || file.save_in(folder.path()).wait();
        let paths = [save(), save(), save()].map(|path| path.expect(why));
        let names = paths.each_ref().map(|path| path.file_name().unwrap().len());
        assert!(names.iter().all(|bytes| *bytes <= 255), "{why}: {names:?}");
        assert!(paths[0] != paths[1] && paths[1] != paths[2], "{why}");
    }
}
