//! One file as a response: `Response::file`, `file_in`, attachments, and files that a server in front sends.

use std::fs::File;
use std::io::{ErrorKind, Seek, SeekFrom};

use rustzeug::testing::Client;
use rustzeug::{Request, Response, Result};

use crate::folder::Folder;

#[test]
fn a_file_says_what_a_client_needs() {
    let folder = Folder::with(&[("plan.html", "<p>0123456789")]);
    let path = folder.at("plan.html");
    let text = path.to_str().unwrap().to_owned();
    let by_path: [(&str, Response); 4] = [
        ("a path", Response::file(&*path).unwrap()),
        ("a path of its own", Response::file(path.clone()).unwrap()),
        ("text", Response::file(&*text).unwrap()),
        ("text of its own", Response::file(text.clone()).unwrap()),
    ];
    let open = File::open(&path).unwrap();
    let etag = by_path[0].1.etag().unwrap();
    for (what, mut response) in by_path {
        assert_eq!(
            response.headers()["content-type"],
            "text/html; charset=utf-8",
            "{what}"
        );
        assert_eq!(response.headers()["cache-control"], "no-cache", "{what}");
        assert_eq!(
            response.headers()["x-content-type-options"],
            "nosniff",
            "{what}"
        );
        assert!(response.last_modified().is_some(), "{what}");
        assert_eq!(response.etag().as_ref(), Some(&etag), "{what}");
        assert_eq!(response.body().length(), Some(13), "{what}");
        assert_eq!(
            response.read_text().wait().unwrap(),
            "<p>0123456789",
            "{what}"
        );
    }
    let response = Response::file(open).unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/octet-stream",
        "an open file has no name"
    );
    assert_eq!(response.etag(), Some(etag));
}

#[test]
fn an_open_file_is_sent_from_where_it_stands() {
    let folder = Folder::with(&[("a", "0123456789")]);
    let mut file = File::open(folder.at("a")).unwrap();
    file.seek(SeekFrom::Start(4)).unwrap();
    let mut response = Response::file(file).unwrap();
    assert_eq!(response.read_text().wait().unwrap(), "456789");
}

#[test]
fn what_is_not_a_file_is_an_error_of_the_program() {
    let folder = Folder::new();
    for (path, kind, why) in [
        (
            folder.at("nothing"),
            ErrorKind::NotFound,
            "it does not exist",
        ),
        (
            folder.path().to_owned(),
            ErrorKind::InvalidInput,
            "a folder",
        ),
        ("/dev/null".into(), ErrorKind::InvalidInput, "a device"),
    ] {
        let error = Response::file(path).err().unwrap();
        assert_eq!(error.kind(), kind, "{why}");
    }
    let folder = File::open(folder.path()).unwrap();
    let error = Response::file(folder).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::IsADirectory, "an open folder");
}

#[test]
fn handlers_of_both_kinds_send_files_with_ranges_and_head_over_a_socket() -> Result<()> {
    let folder = Folder::new();
    let content: Vec<u8> = (0..300_000_u32).map(|it| (it % 251) as u8).collect();
    folder.write("film.mp4", &content);
    let path = folder.at("film.mp4");
    let (one, two) = (path.clone(), path);
    let clients = [
        Client::serve(move |request: &Request| -> Result<Response> {
            Ok(Response::file(&*one)?.conditional(request))
        })?,
        Client::serve(rustzeug::handler::owned(move |request: Request| {
            let path = two.clone();
            async move { Ok::<_, rustzeug::Error>(Response::file(path)?.conditional(&request)) }
        }))?,
    ];
    for client in clients {
        let whole = client.get("/").wait()?.expect_status(200);
        let whole = whole
            .expect_content_type("video/mp4")
            .expect_bytes(&content);
        let etag = whole.header_text("etag").unwrap().to_owned();
        let head = client.head("/").wait()?.expect_status(200);
        head.expect_header("content-length", "300000")
            .expect_empty();
        let piece = client.get("/").with_header("range", "bytes=299990-");
        let piece = piece
            .with_header("if-range", &*etag)
            .wait()?
            .expect_status(206);
        piece.expect_bytes(&content[299_990..]);
        let known = client.get("/").with_header("if-none-match", &*etag);
        known.wait()?.expect_status(304).expect_empty();
        let past = client
            .get("/")
            .with_header("range", "bytes=300000-")
            .wait()?;
        past.expect_status(416)
            .expect_header("content-range", "bytes */300000");
    }
    Ok(())
}

#[test]
fn a_path_of_a_client_stays_in_its_folder() {
    let outside = Folder::with(&[("secret.txt", "secret")]);
    let folder = Folder::with(&[("a.txt", "a"), ("b/c.txt", "c")]);
    let link = |to: &std::path::Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.at(name)).unwrap();
    };
    link(&outside.at("secret.txt"), "out.txt");
    link(&folder.at("a.txt"), "in.txt");
    #[rustfmt::skip]
    let cases = [
        ("a.txt",           200, "a file"),
        ("b/c.txt",         200, "in a folder"),
        ("in.txt",          200, "a link inside"),
        ("out.txt",         404, "a link out of it"),
        ("b",               404, "a folder"),
        ("",                404, "the folder itself"),
        ("nothing",         404, "nothing"),
        ("a.txt/x",         404, "below a file"),
        ("../a.txt",        404, "out of it"),
        ("/etc/passwd",     404, "absolute"),
    ];
    for (path, status, why) in cases {
        let answer = Response::file_in(folder.path(), path);
        let got = answer.map_or_else(|error| error.status().as_u16(), |it| it.status().as_u16());
        assert_eq!(got, status, "{path:?}: {why}");
    }
    let response = Response::file_in(folder.path(), "in.txt").unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    let long = "x".repeat(256);
    let error = Response::file_in(folder.path(), long).err().unwrap();
    assert_eq!(error.status(), 404, "a name that no file can have");
}

#[test]
fn an_attachment_has_a_name_in_any_script() {
    #[rustfmt::skip]
    let cases = [
        ("a.txt",        "attachment; filename=a.txt",                                        "text/plain; charset=utf-8", "ASCII"),
        ("a b.csv",      "attachment; filename=\"a b.csv\"",                                      "text/csv; charset=utf-8",   "a blank"),
        ("日本語.pdf",    "attachment; filename=___.pdf; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.pdf", "application/pdf", "no ASCII"),
        ("a\"b;c.txt",   "attachment; filename=\"a_b;c.txt\"; filename*=UTF-8''a%22b%3Bc.txt",    "text/plain; charset=utf-8", "a quote"),
        ("100%.txt",     "attachment; filename=100_.txt; filename*=UTF-8''100%25.txt",        "text/plain; charset=utf-8", "a percent sign"),
        ("../x/a.txt",   "attachment; filename=a.txt",                                        "text/plain; charset=utf-8", "the last segment counts"),
        ("c:\\x\\a.txt", "attachment; filename=a.txt",                                        "text/plain; charset=utf-8", "of Windows too"),
        ("a\r\nb: c",    "attachment; filename=\"ab: c\"",                                        "application/octet-stream",  "no line end gets into the header"),
    ];
    for (name, disposition, content_type, why) in cases {
        let response = Response::bytes("x").with_attachment(name);
        assert_eq!(
            response.headers()["content-disposition"],
            disposition,
            "{why}"
        );
        assert_eq!(response.headers()["content-type"], content_type, "{why}");
    }
    let response = Response::html("x").with_attachment("a.txt");
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8",
        "a type that was set stays"
    );
}

#[test]
fn a_server_in_front_is_told_what_to_send() {
    let response = Response::accel_redirect("/protected/Grüße 1.pdf");
    assert_eq!(
        response.headers()["x-accel-redirect"],
        "/protected/Gr%C3%BC%C3%9Fe%201.pdf"
    );
    assert_eq!(response.headers()["content-type"], "application/pdf");
    let response = Response::x_sendfile("/srv/a.png");
    assert_eq!(response.headers()["x-sendfile"], "/srv/a.png");
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(
        Response::x_sendfile("/srv/a\r\nset-cookie: a=b").status(),
        500
    );
}
