//! Forms over a socket: what a client sees, and whether temporary files remain.

use std::fs;
use std::io::Read;
use std::net::Shutdown;
use std::sync::mpsc;

use rustzeug::form::Form;
use rustzeug::gateway::{Application, BoxApplication, Limits};
use rustzeug::{IntoApplication, Next, Request, Response, Result, with_state, wrap};

use super::{Client, End, Served, status};

fn told(form: &Form) -> String {
    let sizes: Vec<_> = form.files().map(|file| file.size().to_string()).collect();
    format!("{:?} [{}]", form.get("a"), sizes.join(" "))
}

fn plain(request: &Request) -> Result<String> {
    Ok(told(&request.form().wait()?))
}

async fn later(request: &Request) -> Result<String> {
    Ok(told(&request.form().await?))
}

/// A server that keeps only a small part of a form in memory.
fn spooling(application: impl Application) -> Served {
    Served::with_limits(application, Limits::default().with_memory_bytes(1_000))
}

fn kinds() -> [(&'static str, BoxApplication); 2] {
    [
        ("fn", BoxApplication::new(plain.into_application())),
        ("async fn", BoxApplication::new(later.into_application())),
    ]
}

/// A field, and a file that begins with `mark` and is too long to stay in memory.
fn upload(mark: &str, length: usize) -> String {
    let content = format!("{mark}{}", "x".repeat(length - mark.len()));
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
        --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n{content}\r\n--b--\r\n"
    )
}

fn post(client: &mut Client, framing: &str) {
    client.send(&format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Content-Type: multipart/form-data; boundary=b\r\n{framing}\r\n\r\n"
    ));
}

fn post_whole(served: &Served, body: &str) -> Client {
    let mut client = served.connect();
    post(&mut client, &format!("Content-Length: {}", body.len()));
    client.send(body);
    client
}

/// The number of open files without a name that have this text near their beginning.
fn spools(mark: &str) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap().filter(|entry| {
        let Some(path) = entry.as_ref().ok().map(fs::DirEntry::path) else {
            return false;
        };
        let target = fs::read_link(&path).unwrap_or_default();
        let mut start = Vec::new();
        target.to_string_lossy().ends_with("(deleted)")
            && fs::File::open(path).is_ok_and(|file| file.take(512).read_to_end(&mut start).is_ok())
            && String::from_utf8_lossy(&start).contains(mark)
    });
    open.count()
}

#[test]
fn a_413_reaches_a_client_that_is_still_sending() {
    for (kind, application) in kinds() {
        let limits = Limits::default().with_multipart_bytes(100_000);
        let served = Served::with_limits(application, limits);
        let body = upload("", 1_500_000);
        let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        for (framing, sent) in [
            (format!("Content-Length: {}", body.len()), &body),
            ("Transfer-Encoding: chunked".to_owned(), &chunk),
        ] {
            let mut client = served.connect();
            post(&mut client, &framing);
            client.offer(sent.as_bytes());
            let _ = client.0.shutdown(Shutdown::Write);
            let (answer, end) = client.ending();
            assert_eq!(
                (status(&answer), end),
                (413, End::Closed),
                "{kind}, {framing}"
            );
            let message = "the body is longer than 100000 bytes (limit `multipart_bytes`)\n";
            assert!(answer.ends_with(message), "{kind}, {framing}: {answer}");
        }
    }
}

#[test]
fn a_length_past_the_limit_is_not_asked_for() {
    let limits = Limits::default()
        .with_multipart_bytes(1_000)
        .with_received_body_bytes(1_000);
    for (kind, application) in kinds() {
        let served = Served::with_limits(application, limits.clone());
        let mut client = served.connect();
        post(&mut client, "Content-Length: 1001\r\nExpect: 100-continue");
        assert_eq!(status(&client.head()), 413, "{kind}: no 100");
    }
}

#[test]
fn files_are_gone_after_an_answer() {
    for (kind, application) in kinds() {
        let mark = format!("answered by {kind}");
        let mut served = spooling(application);
        let answer = post_whole(&served, &upload(&mark, 300_000)).rest();
        assert!(answer.ends_with("Some(\"1\") [300000]"), "{kind}: {answer}");
        served.end();
        assert_eq!(spools(&mark), 0, "{kind}");
    }
}

#[test]
fn files_are_there_as_long_as_the_form_is() {
    let (sender, forms) = mpsc::channel();
    let keep = move |request: &Request| {
        let form = request.form().wait()?;
        sender.send(form).unwrap();
        Ok::<_, rustzeug::Error>("kept")
    };
    let mut served = spooling(keep.into_application());
    let answer = post_whole(&served, &upload("kept by its owner", 300_000)).rest();
    assert!(answer.ends_with("kept"), "{answer}");
    served.end();
    let form = forms.recv().unwrap();
    assert_eq!(
        spools("kept by its owner"),
        1,
        "the body, of which the file is a range"
    );
    let file = form.file("f").unwrap().clone();
    drop(form);
    assert_eq!(file.bytes().wait().unwrap().len(), 300_000);
    drop(file);
    assert_eq!(spools("kept by its owner"), 0);
}

#[test]
fn files_are_gone_after_an_error() {
    for (kind, application) in kinds() {
        let mark = format!("refused by {kind}");
        let mut served = spooling(application);
        let body = upload(&mark, 300_000).replace("--b--", "--b\r\n\r\n\r\n--b--");
        let answer = post_whole(&served, &body).rest();
        assert_eq!(status(&answer), 400, "{kind}");
        let message = "the form is refused: part 3: no Content-Disposition\n";
        assert!(answer.ends_with(message), "{kind}: {answer}");
        served.end();
        assert_eq!(spools(&mark), 0, "{kind}");
    }
}

#[test]
fn files_are_gone_after_a_panic() {
    let plain = |request: &Request| -> Result<String> {
        panic!(
            "{:?}, on purpose",
            request.form().wait().map(|form| told(&form))
        )
    };
    let later = async |request: &Request| -> Result<String> {
        panic!(
            "{:?}, on purpose",
            request.form().await.map(|form| told(&form))
        )
    };
    let plain = BoxApplication::new(plain.into_application());
    let later = BoxApplication::new(later.into_application());
    for (kind, application) in [("fn", plain), ("async fn", later)] {
        let mark = format!("panicked in {kind}");
        let mut served = spooling(application);
        let answer = post_whole(&served, &upload(&mark, 300_000)).rest();
        assert_eq!(status(&answer), 500, "{kind}");
        let log = served.end();
        assert!(log.contains("[300000]"), "{kind}: {log}");
        assert_eq!(spools(&mark), 0, "{kind}");
    }
}

async fn tell(sender: &mpsc::Sender<Option<u16>>, request: &Request) -> Result<String> {
    let form = request.form().await;
    let status = form.as_ref().err().map(|error| error.status().as_u16());
    sender.send(status).unwrap();
    Ok(told(&form?))
}

#[test]
fn files_are_gone_after_a_client_has_left() {
    let mark = "left in the middle";
    let (sender, seen) = mpsc::channel();
    let later = BoxApplication::new(with_state(sender, tell));
    let plain = BoxApplication::new(plain.into_application());
    for (kind, application) in [("async fn", later), ("fn", plain)] {
        let mut served = spooling(application);
        let mut client = served.connect();
        post(&mut client, "Content-Length: 900000");
        client.send(&upload(mark, 700_000)[..600_000]);
        client.0.shutdown(Shutdown::Both).unwrap();
        drop(client);
        if kind == "async fn" {
            assert_eq!(seen.recv().unwrap(), Some(400), "it is told");
        }
        served.end();
        assert_eq!(spools(mark), 0, "{kind}");
    }
}

#[test]
fn middleware_and_handler_see_the_same_form() {
    async fn check(request: Request, next: Next) -> Response {
        let seen = match request.form().await {
            Ok(form) => told(&form),
            Err(error) => error.to_string(),
        };
        next.run(request).await.with_header("x-seen", seen)
    }
    let plain = BoxApplication::new(wrap(plain, check));
    let later = BoxApplication::new(wrap(later, check));
    for (kind, application) in [("fn", plain), ("async fn", later)] {
        let served = Served::new(application);
        let answer = post_whole(&served, &upload("", 70_000)).rest();
        let seen = "Some(\"1\") [70000]";
        assert!(
            answer.contains(&format!("x-seen: {seen}\r\n")),
            "{kind}: {answer}"
        );
        assert!(answer.ends_with(seen), "{kind}: {answer}");

        let cut = upload("", 100).replace("--b--", "");
        let answer = post_whole(&served, &cut).rest();
        let seen = "the form is refused: the body ends before its closing boundary";
        assert!(
            answer.contains(&format!("x-seen: 400 Bad Request: {seen}\r\n")),
            "{answer}"
        );
        assert!(
            status(&answer) == 400 && answer.ends_with(&format!("{seen}\n")),
            "{answer}"
        );
    }
}
