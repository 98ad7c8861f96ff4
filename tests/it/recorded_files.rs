//! What Werkzeug 3.1.9 makes of paths below a folder, what the static files of WebOb 1.8.11, Werkzeug 3.1.9 and Starlette
//! 1.10.0 answer, and how Werkzeug and Starlette write the name of a download, recorded by
//! `tests/oracle/record_files.py`; and what is made of them here: the same, or there is a reason.

use rustzeug::Request;
use rustzeug::filename::safe_join;
use rustzeug::headers::ContentDisposition;
use rustzeug::static_files::StaticFiles;

use crate::common::{Recorded, Texts, hold_texts};
use crate::folder::Folder;

/// The path; what Werkzeug and this crate make of it; why, where they differ.
type Path = (&'static str, &'static str, &'static str, &'static str);

/// The method and the path; what WebOb, Werkzeug, Starlette and this crate answer; why, where one of them differs.
type Answer = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const PATHS: &[Path] = &[
    ("", "r", "r", ""),
    ("a.txt", "r/a.txt", "r/a.txt", ""),
    ("a/b.txt", "r/a/b.txt", "r/a/b.txt", ""),
    ("ü/日本.txt", "r/ü/日本.txt", "r/ü/日本.txt", ""),
    ("..", "None", "None", ""),
    ("../a", "None", "None", ""),
    ("a/../b", "r/b", "None", "no `..`, wherever it leads"),
    ("a/../../b", "None", "None", ""),
    (".", "r/.", "None", "not the only spelling"),
    ("./a", "r/a", "None", "not the only spelling"),
    ("a/", "r/a", "None", "not the only spelling"),
    ("a//b", "r/a/b", "None", "not the only spelling"),
    ("/a", "None", "None", ""),
    ("//server/share", "None", "None", ""),
    ("a\\b", "r/a\\b", "None", "a separator of Windows"),
    ("..\\a", "r/..\\a", "None", "a separator of Windows"),
    ("c:/a", "r/c:/a", "None", "a drive"),
    ("a/c:", "r/a/c:", "None", "a drive"),
    ("a\u{0}b", "r/a\u{0}b", "None", "NUL ends a name in C"),
    ("a\nb", "r/a\nb", "None", "a control character"),
    ("a.", "r/a.", "None", "Windows ignores the dot"),
    ("a ", "r/a ", "None", "Windows ignores the space"),
    ("...", "r/...", "None", "Windows ignores the dots"),
    (".env", "r/.env", "r/.env", ""),
    ("CON", "r/CON", "None", "a device of Windows"),
    ("aux.txt", "r/aux.txt", "None", "a device of Windows"),
    ("NUL .x", "r/NUL .x", "None", "a device of Windows"),
    ("a/nul", "r/a/nul", "None", "a device of Windows"),
    ("com1.txt", "r/com1.txt", "None", "a device of Windows"),
    ("com10.txt", "r/com10.txt", "r/com10.txt", ""),
    ("console", "r/console", "r/console", ""),
    ("%2e%2e/a", "r/%2e%2e/a", "r/%2e%2e/a", ""),
];

#[rustfmt::skip]
const ANSWERS: &[Answer] = &[
    ("GET", "/a.txt", "200 a", "200 a", "200 a", "200 a", ""),
    ("HEAD", "/a.txt", "200", "200 a", "200", "200", "a `HEAD` has no body"),
    ("POST", "/a.txt", "405", "200 a", "405", "405", "files are read"),
    ("GET", "/nothing", "404", "404", "404", "404", ""),
    ("GET", "/docs/", "200 docs", "404", "200 docs", "200 docs", "the index of a folder"),
    ("GET", "/docs", "301 http://localhost/docs/", "404", "307 http://localhost/docs/", "308 ./docs/", "relative, so it works below any mount; it keeps the method"),
    ("GET", "/docs?x=y", "301 http://localhost/docs/?x=y", "404", "307 http://localhost/docs/?x=y", "308 ./docs/?x=y", "the same"),
    ("GET", "/empty/", "404", "404", "404", "404", ""),
    ("GET", "/a.txt/", "200 a", "200 a", "200 a", "404", "a file is not a folder"),
    ("GET", "/.env", "200 hidden", "200 hidden", "200 hidden", "404", "hidden"),
    ("GET", "/in.txt", "200 a", "200 a", "200 a", "200 a", ""),
    ("GET", "/out.txt", "200 secret", "200 secret", "404", "404", "a link out of the folder"),
    ("GET", "/../secret.txt", "403", "404", "404", "404", "it does not tell what there is outside"),
    ("GET", "/../public_secret", "403", "404", "404", "404", "it does not tell what there is outside"),
    ("GET", "/%2e%2e/secret.txt", "403", "404", "404", "404", "it does not tell what there is outside"),
    ("GET", "/..%2fsecret.txt", "403", "404", "404", "404", "it does not tell what there is outside"),
    ("GET", "/..%5csecret.txt", "404", "404", "404", "404", ""),
    ("GET", "/docs/../a.txt", "200 a", "200 a", "200 a", "404", "no `..`, wherever it leads"),
    ("GET", "/nothing/../a.txt", "200 a", "200 a", "200 a", "404", "no `..`, wherever it leads"),
    ("GET", "//a.txt", "200 a", "404", "200 a", "404", "not the only spelling"),
];

#[rustfmt::skip]
const DOWNLOADS: &[Texts] = &[
    ("a.txt", "attachment; filename=a.txt", "attachment; filename=\"a.txt\"", "attachment; filename=a.txt", "quotes are not needed"),
    ("a b.txt", "attachment; filename=\"a b.txt\"", "attachment; filename*=utf-8''a%20b.txt", "attachment; filename=\"a b.txt\"", "a quoted text is enough"),
    ("naïve.txt", "attachment; filename=naive.txt; filename*=UTF-8''na%C3%AFve.txt", "attachment; filename*=utf-8''na%C3%AFve.txt", "attachment; filename=na_ve.txt; filename*=UTF-8''na%C3%AFve.txt", "an underscore for what is not ASCII"),
    ("日本.txt", "attachment; filename=.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt", "attachment; filename*=utf-8''%E6%97%A5%E6%9C%AC.txt", "attachment; filename=__.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt", "the name does not become a hidden one"),
    ("a\"b.txt", "attachment; filename=\"a\\\"b.txt\"", "attachment; filename*=utf-8''a%22b.txt", "attachment; filename=a_b.txt; filename*=UTF-8''a%22b.txt", "some clients do not read escapes (RFC 6266 appendix D)"),
    ("a\\b.txt", "attachment; filename=\"a\\\\b.txt\"", "attachment; filename*=utf-8''a%5Cb.txt", "attachment; filename=a_b.txt; filename*=UTF-8''a%5Cb.txt", "some clients do not read escapes (RFC 6266 appendix D)"),
    ("a;b.txt", "attachment; filename=\"a;b.txt\"", "attachment; filename*=utf-8''a%3Bb.txt", "attachment; filename=\"a;b.txt\"", "a quoted text is enough"),
    ("a%41.txt", "attachment; filename=a%41.txt", "attachment; filename*=utf-8''a%2541.txt", "attachment; filename=a_41.txt; filename*=UTF-8''a%2541.txt", "some clients decode escapes in a plain name"),
    ("a'b.txt", "attachment; filename=a'b.txt", "attachment; filename*=utf-8''a%27b.txt", "attachment; filename=a'b.txt", "a token"),
    ("a\r\nb.txt", "!ValueError", "attachment; filename*=utf-8''a%0D%0Ab.txt", "attachment; filename=ab.txt", "a name has no control characters"),
    ("a\tb.txt", "attachment; filename=\"a\tb.txt\"", "attachment; filename*=utf-8''a%09b.txt", "attachment; filename=ab.txt", "a name has no control characters"),
];

#[test]
fn names_of_downloads() {
    hold_texts(DOWNLOADS, |name| {
        ContentDisposition::attachment(name).to_string()
    });
}

#[test]
fn paths_below_a_folder() {
    let mut recorded = Recorded::default();
    for (path, werkzeug, ours, why) in PATHS {
        let joined = safe_join("r", path);
        let got = joined.map_or("None".to_owned(), |it| it.display().to_string());
        recorded.row(&format!("{path:?}"), &got, &[werkzeug], [ours, why]);
    }
    recorded.hold();
}

#[test]
fn answers_of_static_files() {
    let folder = Folder::with(&[
        ("public/a.txt", "a"),
        ("public/docs/index.html", "docs"),
        ("public/empty/x", "x"),
        ("public/.env", "hidden"),
        ("secret.txt", "secret"),
        ("public_secret", "secret"),
    ]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, folder.at(&format!("public/{name}"))).unwrap();
    };
    link("a.txt", "in.txt");
    link("../secret.txt", "out.txt");
    let files = StaticFiles::new(folder.at("public")).unwrap();
    let mut recorded = Recorded::default();
    for (method, target, webob, werkzeug, starlette, ours, why) in ANSWERS {
        let request = Request::blank(target).with_method(*method);
        let mut response = request.send(&files).wait().unwrap();
        let status = response.status();
        let text = match response.header_text("location") {
            Some(location) => location.to_owned(),
            None if status == 200 && *method != "HEAD" => response.read_text().wait().unwrap(),
            None => String::new(),
        };
        let got = format!("{} {text}", status.as_str());
        let peers = [*webob, *werkzeug, *starlette];
        recorded.row(
            &format!("{method} {target}"),
            got.trim(),
            &peers,
            [ours, why],
        );
    }
    recorded.hold();
}
