//! Answers requests for files.

use std::io;
use std::io::ErrorKind;
use std::sync::Arc;

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use super::directory::Kind;
use super::entry::Entry;
use super::fingerprint;
use super::listing;
use super::settings::Source;
use super::settings::StaticFiles;
use super::stored::Stored;
use super::target::Target;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::request::Request;
use crate::response::Response;
use crate::semantics::conditional::Validators;

const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const BY_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");

/// The result of the lookup of a name.
pub(super) enum Found {
    File(Arc<Entry>),
    Folder,
    Nothing,
}

impl StaticFiles {
    /// Answers a `GET` or `HEAD`; `None` if there is no file.
    pub(super) async fn answer(&self, request: &Request) -> Result<Option<Response>> {
        let path = request.raw_path_info().strip_prefix(&*self.prefix);
        let Some(target) = path.and_then(Target::of) else {
            return Ok(None);
        };
        match self.find(request, &target.name).await? {
            Found::File(entry) if !target.has_slash => {
                self.send(request, &target.name, &entry).await.map(Some)
            }
            Found::Folder => self.folder(request, &target).await,
            Found::Nothing if !target.has_slash => self.fingerprinted(request, &target.name).await,
            Found::File(_) | Found::Nothing => Ok(None),
        }
    }

    async fn find(&self, request: &Request, name: &str) -> Result<Found> {
        let directory = match &self.source {
            Source::Directory(directory) => directory,
            Source::BuiltIn(files) => {
                return Ok(match (files.file(name), files.kind(name)) {
                    (Some(entry), _) => Found::File(Arc::clone(entry)),
                    (None, Some(_)) => Found::Folder,
                    (None, None) => Found::Nothing,
                });
            }
        };
        if let Some(entry) = directory.cached(name) {
            return Ok(Found::File(entry));
        }
        // One lookup without a worker, so that a request for the application does not need a worker.
        match directory.kind(name).map_err(refused)? {
            None => return Ok(Found::Nothing),
            Some(Kind::Folder) => return Ok(Found::Folder),
            Some(Kind::File) => {}
        }
        let (directory, name, bounds) = (Arc::clone(directory), name.to_owned(), self.bounds);
        let work = move || directory.load(&name, bounds);
        let loaded = request.environ().blocking().run(work).await?;
        Ok(loaded.map_err(refused)?.map_or(Found::Nothing, Found::File))
    }

    /// The index of a folder, or its listing.
    async fn folder(&self, request: &Request, target: &Target<'_>) -> Result<Option<Response>> {
        if let Some(index) = &self.index {
            let name = below(&target.name, index);
            if let Found::File(entry) = self.find(request, &name).await? {
                return if target.has_slash {
                    self.send(request, &name, &entry).await.map(Some)
                } else {
                    Ok(Some(with_slash(request)))
                };
            }
        }
        let Source::Directory(directory) = &self.source else {
            return Ok(None);
        };
        if !self.has_listing {
            return Ok(None);
        }
        let (directory, name) = (Arc::clone(directory), target.name.clone().into_owned());
        let query = request.query_string().to_owned();
        let work = move || match directory.inside(&name)? {
            Some(folder) => listing::page(directory.root(), &folder, &name, &query).map(Some),
            None => Ok(None),
        };
        let page = request.environ().blocking().run(work).await?;
        Ok(match page.map_err(refused)? {
            Some(_) if !target.has_slash => Some(with_slash(request)),
            Some(page) => {
                let listing = guarded(Response::html(page)).with_content_etag();
                Some(listing.conditional(request))
            }
            None => None,
        })
    }

    /// Answers a request for a name with a fingerprint. If the fingerprint is not that of the current content, the link
    /// is old: the client gets the current content, and must revalidate it.
    async fn fingerprinted(&self, request: &Request, name: &str) -> Result<Option<Response>> {
        let Some((name, fingerprint)) = fingerprint::split(name) else {
            return Ok(None);
        };
        let Found::File(entry) = self.find(request, &name).await? else {
            return Ok(None);
        };
        let is_current = if entry.has_fingerprint() {
            entry.fingerprint().map_err(refused)? == Some(fingerprint)
        } else {
            let (entry, fingerprint) = (Arc::clone(&entry), fingerprint.to_owned());
            let work = move || {
                entry
                    .fingerprint()
                    .map(|known| known == Some(&*fingerprint))
            };
            let compared = request.environ().blocking().run(work).await?;
            compared.map_err(refused)?
        };
        let response = self.send(request, &name, &entry).await?;
        // An error of a range has no content to be stored.
        Ok(Some(if is_current && response.error().is_none() {
            response.immutable()
        } else {
            response
        }))
    }

    /// A file, or the part of it that the request asks for.
    async fn send(&self, request: &Request, name: &str, entry: &Entry) -> Result<Response> {
        let (coding, stored) = entry.choose(request.headers());
        let (stored, body) = opened(request, stored).await?;
        let mut response =
            guarded(Response::typed(entry.content_type.clone(), body)).with_etag(stored.etag);
        if let Some(rule) = &self.cache_rule {
            response.set_cache_control(rule(name));
        }
        let headers = response.headers_mut();
        if let Some((_, written)) = stored.last_modified {
            headers.insert(header::LAST_MODIFIED, written);
        }
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        if entry.is_negotiated() {
            headers.insert(header::VARY, BY_ENCODING);
        }
        Ok(response.conditional(request))
    }

    /// The response where there is no file.
    pub(super) async fn nothing(&self, request: &Request) -> Result<Response> {
        let Some(name) = &self.not_found_page else {
            return Err(Error::not_found());
        };
        let Found::File(entry) = self.find(request, name).await? else {
            let text = format!("static files: there is no `{name}` to show for a 404");
            return Err(Error::not_found().with_source(text));
        };
        let (coding, stored) = entry.choose(request.headers());
        let (_, body) = opened(request, stored).await?;
        let mut response = guarded(Response::typed(entry.content_type.clone(), body));
        let headers = response.headers_mut();
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            headers.insert(header::VARY, BY_ENCODING);
        }
        Ok(response.with_status(StatusCode::NOT_FOUND))
    }
}

/// Whether files support this method.
pub(super) fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The content of a file with its metadata. A long file is opened on a worker, with its current metadata.
async fn opened(request: &Request, stored: &Stored) -> Result<(Stored, Body)> {
    if let Some(content) = &stored.content {
        return Ok((stored.clone(), content.clone().into()));
    }
    let known = Validators::from(&stored.etag);
    let known = match stored.last_modified {
        Some((date, _)) => known.with_last_modified(date),
        None => known,
    };
    if request.has_current(known) {
        // The response becomes a `304`, for which nothing is read.
        return Ok((stored.clone(), Body::empty()));
    }
    let path = Arc::clone(&stored.path);
    let work = move || match Stored::open(&path)? {
        Some((stored, file)) => Ok((stored, Body::file(file)?)),
        None => Err(io::Error::from(ErrorKind::NotFound)),
    };
    let opened = request.environ().blocking().run(work).await?;
    opened.map_err(refused)
}

/// The headers of all responses with content.
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    headers.insert(header::CACHE_CONTROL, NO_CACHE);
    response
}

/// A redirect to the same path with a slash. It is relative to the request, so it works below any mount and proxy.
fn with_slash(request: &Request) -> Response {
    let path = request.raw_path();
    let last = path.rsplit('/').next().unwrap_or_default();
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    Response::redirect(format!("./{last}/{mark}{query}"))
        .with_status(StatusCode::PERMANENT_REDIRECT)
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Converts an error of the file system to an HTTP error.
pub(super) fn refused(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => Error::not_found(),
        ErrorKind::PermissionDenied => Error::forbidden().with_source(error),
        _ => error.into(),
    }
}
