//! Static files that change, links with fingerprints, and what is kept in memory.

use std::fs;
use std::sync::Arc;

use rustzeug::gateway::Application;
use rustzeug::static_files::StaticFiles;
use rustzeug::testing::Client;
use rustzeug::{Request, Response, Result, Router};

use crate::folder::Folder;
use crate::waiting::until_ok;

fn get(app: &impl Application, target: &str) -> Response {
    Request::blank(target).send(app).wait().unwrap()
}

fn text(app: &impl Application, target: &str) -> String {
    get(app, target).read_text().wait().unwrap()
}

fn until_text(app: &impl Application, target: &str, want: &str) {
    until_ok("the change is seen", || {
        let text = text(app, target);
        (text == want).then_some(()).ok_or(text)
    });
}

#[test]
fn changes_are_seen() {
    let folder = Folder::with(&[("a.txt", "one"), ("long.txt", &"x".repeat(100_000))]);
    let files = StaticFiles::new(folder.path()).unwrap();
    assert_eq!(text(&files, "/a.txt"), "one");
    assert_eq!(get(&files, "/long.txt").body().length(), Some(100_000));
    assert_eq!(get(&files, "/new.txt").status(), 404);
    folder.write("a.txt", "two and more");
    folder.write("long.txt", "short now");
    folder.write("new.txt", "new");
    until_text(&files, "/a.txt", "two and more");
    until_text(&files, "/long.txt", "short now");
    assert_eq!(
        text(&files, "/new.txt"),
        "new",
        "what was not there is not remembered"
    );
    folder.write("a.txt.gz", "coded");
    let coded = || Request::blank("/a.txt").with_header("accept-encoding", "gzip");
    until_ok("a new sibling is seen", || {
        let response = coded().send(&files).wait().unwrap();
        response.content_encoding().ok_or("plain")
    });
    fs::remove_file(folder.at("a.txt")).unwrap();
    until_ok("a removed file is gone", || {
        let status = get(&files, "/a.txt").status();
        (status == 404).then_some(()).ok_or(status)
    });
}

#[test]
fn a_link_that_is_moved_to_the_next_release_is_followed() {
    let folder = Folder::with(&[("1/a.txt", "one"), ("2/a.txt", "second")]);
    let link = |to: &str| {
        std::os::unix::fs::symlink(folder.at(to), folder.at("next")).unwrap();
        fs::rename(folder.at("next"), folder.at("current")).unwrap();
    };
    link("1");
    let files = StaticFiles::new(folder.at("current")).unwrap();
    assert_eq!(text(&files, "/a.txt"), "one");
    link("2");
    until_text(&files, "/a.txt", "second");
}

#[test]
fn a_file_that_is_kept_is_sent_without_the_disk() {
    let folder = Folder::with(&[("a.txt", "one")]);
    let files = StaticFiles::new(folder.path()).unwrap();
    // A machine that stands still for a second between the two requests gets another chance.
    until_ok("the second answer comes from memory", || {
        folder.write("a.txt", "one");
        let _ = text(&files, "/a.txt");
        fs::remove_file(folder.at("a.txt")).unwrap();
        let text = text(&files, "/a.txt");
        (text == "one").then_some(()).ok_or(text)
    });
    let nothing_kept = StaticFiles::new(folder.path())
        .unwrap()
        .with_cached_files(0);
    folder.write("a.txt", "one");
    assert_eq!(text(&nothing_kept, "/a.txt"), "one");
    fs::remove_file(folder.at("a.txt")).unwrap();
    assert_eq!(get(&nothing_kept, "/a.txt").status(), 404);
}

#[test]
fn links_with_fingerprints_are_immutable_and_change_with_the_content() {
    let folder = Folder::with(&[("css/app.css", "one"), ("long.js", &"x".repeat(100_000))]);
    let files = StaticFiles::new(folder.path())
        .unwrap()
        .with_prefix("static");
    let link = files.url("css/app.css").unwrap();
    let middle = link.strip_prefix("/static/css/app.");
    assert_eq!(middle.map(str::len), Some(16 + ".css".len()), "{link}");
    let app = files.clone().or(|| "application");
    let mut response = get(&app, &link);
    assert_eq!(
        response.headers()["cache-control"],
        "max-age=31536000, immutable"
    );
    assert_eq!(
        response.headers()["content-type"],
        "text/css; charset=utf-8"
    );
    assert_eq!(response.read_text().wait().unwrap(), "one");
    assert_eq!(
        get(&app, "/static/css/app.css").headers()["cache-control"],
        "no-cache"
    );
    let long = files.url("long.js").unwrap();
    assert!(
        get(&app, &long).headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );

    folder.write("css/app.css", "two is longer");
    until_ok("the link changes", || {
        let now = files.url("css/app.css").unwrap();
        (now != link).then_some(()).ok_or(now)
    });
    let mut old = get(&app, &link);
    assert_eq!(
        old.headers()["cache-control"],
        "no-cache",
        "an old link is not for ever"
    );
    assert_eq!(old.read_text().wait().unwrap(), "two is longer");

    let again = StaticFiles::new(folder.path())
        .unwrap()
        .with_prefix("static");
    assert_eq!(
        files.url("css/app.css").unwrap(),
        again.url("css/app.css").unwrap()
    );
    let made_up = "/static/css/app.0123456789abcdef.css";
    assert_eq!(get(&app, made_up).headers()["cache-control"], "no-cache");
    assert_eq!(
        text(&app, "/static/css/other.0123456789abcdef.css"),
        "application"
    );
    assert_eq!(files.url("nothing.css").unwrap_err().status(), 500);
}

#[test]
fn pages_below_a_mount_link_to_files_of_it() -> Result<()> {
    let folder = Folder::with(&[("app.css", "one")]);
    let page = |request: &Request| request.static_url("app.css");
    let inner = StaticFiles::new(folder.path())?.with_prefix("/static");
    let link = inner.url("app.css")?;
    let app = Router::new().mount("/shop", inner.or(Router::new().get("/page", page)));
    let client = Client::new(app);
    let at = client.get("/shop/page").wait()?.text().to_owned();
    assert_eq!(at, format!("/shop{link}"));
    client
        .get(&at)
        .wait()?
        .expect_status(200)
        .expect_text("one");
    assert_eq!(get(&Router::new().get("/", page), "/").status(), 500);
    Ok(())
}

#[test]
fn many_clients_of_a_folder_of_10_000_files() {
    let folder = Folder::new();
    for number in 0..10_000 {
        folder.write(&format!("{number}.txt"), number.to_string());
    }
    let files = StaticFiles::new(folder.path()).unwrap();
    let files = Arc::new(files.with_listing().with_cached_files(100));
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let files = Arc::clone(&files);
            std::thread::spawn(move || {
                for number in (thread..10_000).step_by(37) {
                    let target = format!("/{number}.txt");
                    assert_eq!(text(&files, &target), number.to_string());
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let page = text(&files, "/");
    assert_eq!(page.matches("<tr><td><a").count(), 10_000);
    folder.write("one-more.txt", "x");
    assert!(text(&files, "/").contains("these are 10000 of them"));
}
