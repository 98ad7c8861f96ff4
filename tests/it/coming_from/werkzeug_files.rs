//! The rows for users of Werkzeug: files.

use std::fs::File;
use std::io::read_to_string;
use std::time::Duration;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::filename::safe_join;
use rustzeug::gateway::Body;
use rustzeug::static_files::StaticFiles;
use serde_json::json;

use super::Row;
use super::public;
use super::status;
use super::text;

pub(super) const ROWS: &[Row] = &[
    ("`send_file(path, environ)`", "", || {
        let folder = public();
        let path = folder.at("public/a.txt");
        let request = Request::blank("/").with_header("range", "bytes=2-4");
        let mut response = Response::file(path)?.conditional(&request);
        let content_type = response.content_type();
        let content_type = content_type.map(|it| it.essence_str().to_owned());
        let text = response.read_text().wait()?;
        Ok(json!([content_type, status(&response), text]))
    }),
    (
        "`send_file(path, environ, as_attachment=True, download_name=name)`",
        "",
        || {
            let folder = public();
            let name = "b.txt";
            let response = Response::file(folder.at("public/a.txt"))?.with_attachment(name);
            Ok(json!(response.header_text("content-disposition")))
        },
    ),
    ("`send_file(path, environ, max_age=60)`", "", || {
        let folder = public();
        let response = Response::file(folder.at("public/a.txt"))?;
        let response = response.cache_for(Duration::from_mins(1));
        let control = response.cache_control().unwrap_or_default();
        let age = control.max_age().map(|age| age.as_secs());
        Ok(json!([age, control.no_cache()]))
    }),
    (
        "`send_from_directory(folder, name, environ)`",
        "[200, 404, 404, 404]",
        || {
            let made = public();
            let said = |name| {
                let folder = made.at("public");
                let response = Response::file_in(folder, name);
                response.map_or_else(|it| it.status().as_u16(), |it| status(&it))
            };
            let names = ["a.txt", "../secret.txt", "nothing", "out.txt"];
            Ok(json!(names.map(said)))
        },
    ),
    (
        "`safe_join(folder, name)`",
        r#"["r/a.txt", null, null]"#,
        || {
            let folder = "r";
            let names = ["a.txt", "../x", "a/../b"];
            Ok(json!(names.map(|name| safe_join(folder, name))))
        },
    ),
    (
        r#"`SharedDataMiddleware(app, {"/static": folder})`"#,
        r#"["0123456789", "application", "application"]"#,
        || {
            let made = public();
            let (folder, app) = (made.at("public"), || "application");
            let files = StaticFiles::new(folder)?.with_prefix("/static").or(app);
            let post = Request::blank("/static/a.txt").with_method("POST");
            Ok(json!([
                text(&files, "/static/a.txt")?,
                text(&files, "/static/nothing")?,
                post.send(&files).wait()?.read_text().wait()?
            ]))
        },
    ),
    ("`wrap_file(environ, file)`", "", || {
        let folder = public();
        let file = File::open(folder.at("public/a.txt"))?;
        Ok(json!(read_to_string(Body::file(file)?.into_reader())?))
    }),
];
