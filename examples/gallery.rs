//! A gallery: images are uploaded with a form and shown as thumbnails, which the browser scales.
//!
//! ```sh
//! cargo run --example gallery
//! curl -F images=@a.png -F images=@b.jpg http://127.0.0.1:8000/    # 303, back to the page
//! curl http://127.0.0.1:8000/                                      # the page
//! curl -i -r 0-9 http://127.0.0.1:8000/images/a.png                # a range of an image
//! ```
//!
//! Only suffixes of pictures are accepted, and no SVG, which can contain scripts. An uploaded file never changes,
//! because a second file with the same name gets another name. So browsers may store it forever. The images are in the
//! folder `gallery`, or in the folder that is given as an argument.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustzeug::gateway::Application;
use rustzeug::headers::CacheControl;
use rustzeug::html::escape;
use rustzeug::static_files::StaticFiles;
use rustzeug::url::encode_path;
use rustzeug::{Error, Request, Response, Result, Router, serve};
use rustzeug::{server::address_from_port, with_state};

const SUFFIXES: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"];
const MOST_BYTES: u64 = 100 << 20;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Gallery</title>
<style>
  body { font: 1rem sans-serif; margin: 1rem }
  main { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); margin-top: 1rem }
  img { width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .3rem }
</style>
<form method="post" enctype="multipart/form-data">
  <input type="file" name="images" accept="image/*" multiple required>
  <button>Upload</button>
</form>
<main>
"#;

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app(folder: &Path) -> Result<impl Application + use<>> {
    fs::create_dir_all(folder)?;
    let year = Duration::from_hours(365 * 24);
    let forever = move |_: &str| CacheControl::new().with_max_age(year).with_immutable();
    let images = StaticFiles::new(folder)?.with_prefix("/images");
    let pages = Router::new()
        .get("/", with_state(Arc::from(folder), show))
        .post("/", with_state(Arc::from(folder), upload));
    Ok(images.with_cache_control(forever).or(pages))
}

fn is_image(name: &str) -> bool {
    let name = name.to_lowercase();
    SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

fn upload(folder: &Arc<Path>, request: &Request) -> Result<Response> {
    let form = request.form().limit(MOST_BYTES).wait()?;
    let mut files = form.files_named("images");
    if let Some(other) = files.find(|file| !is_image(file.filename())) {
        let text = format!("`{}` is not a picture", other.filename());
        return Err(Error::unsupported_media_type().with_message(text));
    }
    for file in form.files_named("images") {
        file.save_in(&**folder).wait()?;
    }
    Ok(Response::redirect(request.path_url()))
}

/// The images of the folder, the newest first.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut images = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let time = entry
            .metadata()?
            .modified()
            .unwrap_or(SystemTime::UNIX_EPOCH);
        if let Ok(name) = entry.file_name().into_string()
            && is_image(&name)
        {
            images.push((time, name));
        }
    }
    images.sort_by(|one, two| two.cmp(one));
    Ok(images.into_iter().map(|(_, name)| name).collect())
}

fn show(folder: &Arc<Path>, request: &Request) -> Result<Response> {
    let thumbnail = |name: String| {
        let link = encode_path(name.as_bytes());
        let (link, name) = (escape(&link), escape(&name));
        format!(
            "<a href=\"images/{link}\"><img src=\"images/{link}\" alt=\"{name}\" loading=\"lazy\"></a>\n"
        )
    };
    let thumbnails: String = names(folder)?.into_iter().map(thumbnail).collect();
    let page = Response::html(format!("{HEAD}{thumbnails}</main>\n"));
    let page = page.with_cache_control(CacheControl::new().with_no_cache());
    Ok(page.with_content_etag().conditional(request))
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let folder = std::env::args().nth(1).unwrap_or("gallery".to_owned());
    let app = app(Path::new(&folder)).map_err(Error::into_boxed)?;
    Ok(serve(address_from_port()?, app)?)
}
