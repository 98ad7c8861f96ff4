//! Static files under attack, and in folders where odd things lie or change.

use std::ffi::OsStr;
use std::fs;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use rustzeug::static_files::StaticFiles;
use rustzeug::testing::Client;
use rustzeug::{Request, Response, Result};

use crate::folder::Folder;

fn get(files: &StaticFiles, target: &str) -> Response {
    Request::blank(target).send(files).wait().unwrap()
}

/// A folder `static` beside which there are secrets.
fn guarded() -> Folder {
    Folder::with(&[
        ("static/a.txt", "a"),
        ("static/sub/b.txt", "b"),
        ("static/.git/config", "secret"),
        ("static/.env", "secret"),
        ("static/CON", "device"),
        ("static/aux.txt", "device"),
        ("static/NUL .x", "device"),
        ("static/sub/nul", "device"),
        ("static/c:/windows", "drive"),
        ("static/back\\slash", "separator"),
        ("static/a.txt.", "dot"),
        ("static/a.txt ", "space"),
        ("static/a.txt;x", "semicolon"),
        ("static_secret", "secret"),
        ("secret.txt", "secret"),
    ])
}

#[test]
fn no_path_leads_out_of_the_folder_or_to_what_is_not_for_clients() -> Result<()> {
    let folder = guarded();
    let files = StaticFiles::new(folder.at("static"))?.with_listing();
    let clients = [Client::new(files.clone()), Client::serve(files)?];
    #[rustfmt::skip]
    let cases = [
        ("/../secret.txt",                  "dots"),
        ("/sub/../../secret.txt",           "dots further on"),
        ("/sub/../a.txt",                   "dots inside the folder"),
        ("/nothing/../a.txt",               "dots do not tell whether a folder exists"),
        ("/./a.txt",                        "one dot"),
        ("/../static_secret",               "a sibling that begins alike"),
        ("/%2e%2e/secret.txt",              "escaped dots"),
        ("/%2e%2e%2fsecret.txt",            "an escaped slash"),
        ("/sub%2fb.txt",                    "an escaped slash inside the folder"),
        ("/%252e%252e/secret.txt",          "escaped twice"),
        ("/%c0%ae%c0%ae/secret.txt",        "dots in too many bytes"),
        ("/..%5csecret.txt",                "a separator of Windows"),
        ("/back%5cslash",                   "a separator of Windows in a name"),
        ("/c:/windows",                     "a drive"),
        ("//server/share",                  "a share of Windows"),
        ("//a.txt",                         "an empty segment"),
        ("/sub//b.txt",                     "an empty segment further on"),
        ("/a.txt.",                         "a dot at the end"),
        ("/a.txt%20",                       "a space at the end"),
        ("/CON",                            "a device of Windows"),
        ("/aux.txt",                        "a device with an extension"),
        ("/NUL%20.x",                       "a device with a space"),
        ("/sub/nul",                        "a device in a folder"),
        ("/.git/config",                    "hidden"),
        ("/.git/",                          "a hidden folder"),
        ("/.env",                           "a hidden file"),
        ("/%2eenv",                         "hidden, escaped"),
        ("/.well-known/../.env",            "by way of what is not hidden"),
    ];
    for client in clients {
        for (target, why) in cases {
            let answer = client.get(target).wait()?;
            assert_eq!(answer.status(), 404, "{target}: {why}: {answer}");
            let answer = answer.expect_no_text("secret").expect_no_text("device");
            drop(answer);
        }
        client.get("/a.txt;x").wait()?.expect_text("semicolon");
        let nul = client.get("/a.txt%00").wait()?;
        assert!(matches!(nul.status().as_u16(), 400 | 404), "{nul}");
    }
    Ok(())
}

#[test]
fn links_are_followed_inside_the_folder_alone() {
    let folder = guarded();
    let at = |name: &str| folder.at(&format!("static/{name}"));
    symlink("a.txt", at("in.txt")).unwrap();
    symlink("../secret.txt", at("out.txt")).unwrap();
    symlink("..", at("up")).unwrap();
    symlink("round", at("round")).unwrap();
    symlink("nothing", at("broken")).unwrap();
    symlink("/dev/zero", at("zero")).unwrap();
    symlink("../secret.txt", at("a.txt.gz")).unwrap();
    let files = StaticFiles::new(folder.at("static")).unwrap();
    #[rustfmt::skip]
    let cases = [
        ("/in.txt",             200, "inside"),
        ("/out.txt",            404, "a file outside"),
        ("/up/secret.txt",      404, "by way of a folder"),
        ("/up/static/a.txt",    200, "out and in again is inside"),
        ("/up/",                404, "the folder itself"),
        ("/up",                 404, "without its slash"),
        ("/round",              404, "a circle"),
        ("/broken",             404, "to nothing"),
        ("/zero",               404, "a device"),
    ];
    for (target, status, why) in cases {
        assert_eq!(get(&files, target).status(), status, "{target}: {why}");
    }
    let request = Request::blank("/a.txt").with_header("accept-encoding", "gzip");
    let mut response = request.send(&files).wait().unwrap();
    assert_eq!(
        response.read_text().wait().unwrap(),
        "a",
        "a sibling that leads out"
    );
}

#[test]
fn what_is_no_file_is_never_opened() {
    let folder = Folder::with(&[("a.txt", "a")]);
    // To open it would wait for a writer for ever.
    let made = Command::new("mkfifo").arg(folder.at("pipe")).status();
    assert!(made.unwrap().success());
    let _socket = UnixListener::bind(folder.at("socket")).unwrap();
    let files = StaticFiles::new(folder.path()).unwrap().with_listing();
    for name in ["pipe", "socket"] {
        assert_eq!(get(&files, &format!("/{name}")).status(), 404, "{name}");
        let error = Response::file_in(folder.path(), name).err().unwrap();
        assert_eq!(error.status(), 404, "{name}");
        assert!(Response::file(folder.at(name)).is_err(), "{name}");
    }
    let page = get(&files, "/").read_text().wait().unwrap();
    assert!(page.contains("a.txt") && !page.contains("pipe") && !page.contains("socket"));
}

#[test]
fn a_pipe_beside_a_file_or_in_place_of_a_page_is_never_opened() {
    let folder = Folder::with(&[("a.txt", "a"), ("docs/b.txt", "b")]);
    let pipes = ["a.txt.gz", "a.txt.br", "docs/index.html", "missing.html"];
    let mut mkfifo = Command::new("mkfifo");
    let made = mkfifo.args(pipes.map(|name| folder.at(name))).status();
    assert!(made.unwrap().success());
    let files = StaticFiles::new(folder.path()).unwrap();
    let files = files.with_not_found_page("missing.html");
    #[rustfmt::skip]
    let cases = [
        ("/a.txt",                        200, "its compressed siblings are pipes"),
        ("/a.txt.gz",                     404, "such a sibling"),
        ("/docs/",                        404, "its index is a pipe"),
        ("/docs",                         404, "the same without the slash"),
        ("/nothing",                      404, "the page for this is a pipe"),
        ("/missing.0123456789abcdef.html", 404, "a pipe with a fingerprint"),
    ];
    for (target, status, why) in cases {
        let request = Request::blank(target).with_header("accept-encoding", "br, gzip");
        let response = request.send(&files).wait().unwrap();
        assert_eq!(response.status(), status, "{target}: {why}");
        assert!(
            !response.headers().contains_key("content-encoding"),
            "{why}"
        );
    }
}

#[test]
fn names_that_are_long_or_not_utf_8() {
    let folder = Folder::new();
    let longest = "x".repeat(255);
    folder.write(&longest, "longest");
    fs::write(folder.path().join(OsStr::from_bytes(b"\xff.txt")), "x").unwrap();
    let files = StaticFiles::new(folder.path()).unwrap().with_listing();
    let mut response = get(&files, &format!("/{longest}"));
    assert_eq!(response.read_text().wait().unwrap(), "longest");
    assert_eq!(
        get(&files, &format!("/{longest}x")).status(),
        404,
        "256 bytes"
    );
    let deep = "/x".repeat(3000);
    assert_eq!(
        get(&files, &deep).status(),
        404,
        "longer than a path can be"
    );
    assert_eq!(get(&files, "/%FF.txt").status(), 404);
    assert_eq!(get(&files, "/%EF%BF%BD.txt").status(), 404);
    assert_eq!(get(&files, "/").status(), 200);
}

#[test]
fn ranges_do_not_multiply_the_answer() {
    let folder = Folder::with(&[("a.txt", &"0123456789".repeat(1000))]);
    let files = StaticFiles::new(folder.path()).unwrap();
    let many = format!("bytes={}0-0", "0-0,".repeat(3000));
    let overlapping: Vec<_> = (0..16).map(|start| format!("{start}-")).collect();
    let overlapping = format!("bytes={}", overlapping.join(","));
    for (range, why) in [
        (&*many, "thousands"),
        (&overlapping, "each nearly all of it"),
        ("bytes=0-999999999", "past the end"),
    ] {
        let request = Request::blank("/a.txt").with_header("range", range);
        let mut response = request.send(&files).wait().unwrap();
        let length = response.read_bytes().wait().unwrap().len();
        assert!(length <= 10_000 + 16 * 1024, "{why}: {length} bytes");
    }
}

/// A file of 64 MiB, none of which is on the disk: more than sockets hold.
fn large(folder: &Folder) -> File {
    let file = File::create(folder.at("large")).unwrap();
    file.set_len(64 << 20).unwrap();
    file
}

#[test]
fn a_file_that_changes_while_it_is_sent() -> Result<()> {
    type Change = fn(&Folder, &File);
    let cases: [(Change, bool, &str); 4] = [
        (
            |_, file| file.set_len(1 << 20).unwrap(),
            false,
            "it shrinks",
        ),
        (|_, file| file.set_len(65 << 20).unwrap(), true, "it grows"),
        (
            |folder, _| fs::remove_file(folder.at("large")).unwrap(),
            true,
            "it vanishes",
        ),
        (
            |folder, _| {
                fs::remove_file(folder.at("large")).unwrap();
                fs::create_dir(folder.at("large")).unwrap();
            },
            true,
            "it becomes a folder",
        ),
    ];
    for (change, is_whole, why) in cases {
        let folder = Folder::new();
        let file = large(&folder);
        let client = Client::serve(StaticFiles::new(folder.path())?)?;
        let mut answer = client.get("/large").streaming().wait()?;
        assert_eq!(answer.status(), 200, "{why}");
        let mut length = answer.chunk().wait()?.unwrap().len();
        change(&folder, &file);
        let error = loop {
            match answer.chunk().wait() {
                Ok(Some(chunk)) => length += chunk.len(),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert_eq!(error.is_none(), is_whole, "{why}: {error:?}");
        assert_eq!(length == 64 << 20, is_whole, "{why}: {length}");
    }
    Ok(())
}

#[test]
fn a_file_without_permission_is_forbidden() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("a.txt", "a")]);
    fs::set_permissions(folder.at("a.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(folder.at("a.txt")).is_ok() {
        return; // This user may read anything.
    }
    let files = StaticFiles::new(folder.path()).unwrap();
    assert_eq!(get(&files, "/a.txt").status(), 403);
}
