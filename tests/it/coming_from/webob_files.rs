//! The rows for users of `WebOb`: files and compression.

use std::fs::File;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::middleware;
use rustzeug::middleware::decode_requests;
use rustzeug::static_files::StaticFiles;
use rustzeug::wrap;
use serde_json::json;

use super::Row;
use super::public;
use super::status;
use super::text;

pub(super) const ROWS: &[Row] = &[
    ("`webob.static.FileApp(path)`", "", || {
        let folder = public();
        let path = &folder.at("public/a.txt");
        let request = Request::blank("/").with_header("range", "bytes=2-4");
        let mut part = Response::file(path)?.conditional(&request);
        let mut whole = Response::file(path)?;
        let content_type = whole.content_type().map(|it| it.essence_str().to_owned());
        Ok(json!([
            content_type,
            whole.read_text().wait()?,
            status(&part),
            part.read_text().wait()?
        ]))
    }),
    (
        "`webob.static.DirectoryApp(folder)`",
        r#"["0123456789", "docs", 404, 404]"#,
        || {
            let made = public();
            let folder = made.at("public");
            let app = StaticFiles::new(folder)?;
            let no = |path| Request::blank(path).send(&app).wait().map(|it| status(&it));
            Ok(json!([
                text(&app, "/a.txt")?,
                text(&app, "/docs/")?,
                no("/nothing")?,
                no("/.env")?
            ]))
        },
    ),
    (
        "`webob.static.DirectoryApp(folder, index_page=None)`",
        "",
        || {
            let folder = public();
            let app = StaticFiles::new(folder.at("public"))?.with_index(None);
            let said = |path| Request::blank(path).send(&app).wait().map(|it| status(&it));
            Ok(json!([said("/a.txt")?, said("/docs/")?]))
        },
    ),
    ("`FileIter(file)`", "", || {
        let folder = public();
        let file = File::open(folder.at("public/a.txt"))?;
        let mut response = Response::file(file)?;
        Ok(json!(response.read_text().wait()?))
    }),
    (
        r#"`resp.content_disposition = "attachment; filename=..."`"#,
        "",
        || {
            let name = "b.txt";
            let response = Response::text("x").with_attachment(name);
            Ok(json!(response.header_text("content-disposition")))
        },
    ),
    (r#"`resp.encode_content("gzip")`"#, "", || {
        let app = wrap(|| "hello ".repeat(1000), middleware::compress);
        let request = Request::blank("/").with_header("accept-encoding", "gzip");
        let mut response = request.send(&app).wait()?;
        assert_eq!(response.header_text("vary"), Some("accept-encoding"));
        let is_short = response.read_bytes().wait()?.len() < 200;
        Ok(json!([response.header_text("content-encoding"), is_short]))
    }),
    ("`resp.decode_content()`", "", || {
        let read = async |request: &Request| -> Result<String> {
            let coding = request.header_text("content-encoding");
            Ok(json!([coding, request.text().await?.len()]).to_string())
        };
        let app = wrap(read, decode_requests);
        let compressed = wrap(|| "hello ".repeat(1000), middleware::compress);
        let request = Request::blank("/").with_header("accept-encoding", "gzip");
        let content = request.send(&compressed).wait()?.read_bytes().wait()?;
        let request = Request::blank("/")
            .with_method("POST")
            .with_header("content-encoding", "gzip")
            .with_body(content);
        let told = request.send(&app).wait()?.read_text().wait()?;
        Ok(serde_json::from_str(&told)?)
    }),
];
