//! The examples for files: called as a browser calls them.

use rustzeug::form::MultipartForm;
use rustzeug::testing::Client;
use rustzeug::{Request, Result};

use crate::folder::Folder;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/download.rs"]
pub(crate) mod download;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/gallery.rs"]
pub(crate) mod gallery;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/static_files.rs"]
pub(crate) mod static_files;

/// What stands between two texts.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap().1;
    rest.split_once(end).unwrap().0
}

#[test]
fn static_files_share_their_paths_with_pages() -> Result<()> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src");
    for client in [
        Client::new(static_files::app(folder)?),
        Client::serve(static_files::app(folder)?)?,
    ] {
        let home = client.get("/").wait()?.expect_status(200);
        let style = between(home.text(), "href=\"", "\"").to_owned();
        let sheet = client
            .get(&style)
            .wait()?
            .expect_content_type("text/css; charset=utf-8");
        sheet.expect_header("cache-control", "max-age=31536000, immutable");
        let tour = client
            .get("/docs/tour.md")
            .with_header("range", "bytes=0-9");
        tour.wait()?.expect_status(206);
        client.get("/docs/").wait()?.expect_text_contains("tour.md");
        client.get("/docs").wait()?.expect_redirect("./docs/");
        client.get("/docs/nothing.md").wait()?.expect_status(404);
        client
            .get("/hello/%3Cb%3E")
            .wait()?
            .expect_text_contains("Hello, &lt;b&gt;!");
    }
    Ok(())
}

#[test]
fn a_download_goes_on_where_it_was() -> Result<()> {
    let folder = Folder::new();
    download::make(&folder.at("file"))?;
    let client = Client::serve(download::app(folder.at("file")))?;
    client.get("/").wait()?.expect_text_contains("<progress");
    let mut first = client.get("/file").streaming().wait()?;
    let name = "attachment; filename=\"Gro_e Datei.bin\"; filename*=UTF-8''Gro%C3%9Fe%20Datei.bin";
    assert_eq!(first.header_text("content-disposition"), Some(name));
    let etag = first.header_text("etag").unwrap().to_owned();
    let received = first.chunk().wait()?.unwrap().len();
    drop(first);
    let rest = |etag: &str| {
        let call = client
            .get("/file")
            .with_header("range", format!("bytes={received}-"));
        call.with_header("if-range", etag).streaming().wait()
    };
    let length =
        |answer: &rustzeug::Response| answer.header_text("content-length").unwrap().to_owned();
    let same = rest(&etag)?;
    assert_eq!(same.status(), 206);
    assert_eq!(length(&same), ((200 << 20) - received).to_string());
    let other = rest("\"another\"")?;
    assert_eq!(other.status(), 200, "of another file there is nothing yet");
    assert_eq!(length(&other), (200 << 20).to_string());
    Ok(())
}

/// The smallest PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\0\0\0\0IEND\xaeB`\x82";

#[test]
fn what_is_uploaded_to_the_gallery_is_shown() -> Result<()> {
    let folder = Folder::new();
    let (images, outside) = (folder.at("images"), folder.at("secret.png"));
    std::fs::write(&outside, "secret").unwrap();
    for client in [
        Client::new(gallery::app(&images)?),
        Client::serve(gallery::app(&images)?)?,
    ] {
        let form = MultipartForm::new()
            .bytes("images", "Grüße <1>.png", "image/png", PNG)
            .bytes("images", "../../secret.png", "image/png", PNG);
        let request = Request::blank("/").with_method("POST").with_multipart(form);
        client.send(request).wait()?.expect_status(303);
        let page = client.get("/").wait()?.expect_status(200);
        let image = between(page.text(), "src=\"", "\"").to_owned();
        let image = client.get(&format!("/{image}")).wait()?.expect_bytes(PNG);
        let image = image.expect_content_type("image/png");
        let image = image.expect_header("cache-control", "max-age=31536000, immutable");
        image.expect_header("x-content-type-options", "nosniff");
        let page = page.expect_no_text("<1>");
        assert!(page.text().contains("Grüße"), "{page}");
        let form = MultipartForm::new().bytes("images", "page.html", "image/png", "<script>");
        let request = Request::blank("/").with_method("POST").with_multipart(form);
        client.send(request).wait()?.expect_status(415);
        let page = client.get("/").wait()?;
        page.expect_no_text("page.html");
    }
    assert_eq!(std::fs::read(outside).unwrap(), b"secret");
    assert_eq!(
        std::fs::read_dir(images).unwrap().count(),
        4,
        "two of each name"
    );
    Ok(())
}
