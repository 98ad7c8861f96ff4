//! A multipart form, received as a whole.

use std::sync::Arc;

use crate::base::error::Result;
use crate::gateway::Environ;
use crate::gateway::Limits;
use crate::syntax::media_type;
use crate::syntax::media_type::MULTIPART;
use crate::wire::multipart::PartHead;

use super::fields::Fields;
use super::files::Files;
use super::multipart::Multipart;
use super::options::Options;
use super::part_refusals::file_too_long;
use super::part_refusals::too_large;
use super::part_refusals::too_long;
use super::stored::Stored;
use super::uploaded_file::UploadedFile;
use super::whole::Content;
use super::whole::Form;

pub(super) fn are_in(content_type: &[u8]) -> bool {
    media_type::is(content_type, MULTIPART)
}

/// Reads the form; it can be read again.
pub(super) async fn read(environ: &Environ, options: Options) -> Result<Form> {
    if let Some(form) = environ.parsed::<Content>().map(Form) {
        check_form(&form, environ.limits(), &options)?;
        return Ok(form);
    }
    let form = receive(environ, options).await?;
    environ.set_parsed(Arc::clone(&form.0));
    Ok(form)
}

/// Checks that a form that was read before is within the limits of this reader.
fn check_form(form: &Form, limits: &Limits, options: &Options) -> Result<()> {
    let limit = options.limit.unwrap_or(limits.multipart_bytes());
    if form.0.files.body_bytes > limit {
        return Err(too_long(limit));
    }
    let limit = options.file_limit.unwrap_or(limits.file_bytes());
    for file in form.files() {
        options.allowed.check_type(file.head())?;
        if file.size() > limit {
            return Err(file_too_long(limit));
        }
    }
    Ok(())
}

/// A file and its range in the body.
struct FileRange {
    head: PartHead,
    start: u64,
    length: u64,
}

/// Reads the body as it arrives. The body is kept; files are ranges of it.
async fn receive(environ: &Environ, options: Options) -> Result<Form> {
    let limits = environ.limits();
    let most = options.limit.unwrap_or(limits.multipart_bytes());
    let body = environ.peek_body(most, "multipart_bytes");
    let mut multipart = Multipart::reading(environ, body);
    multipart.allowed = options.allowed;
    multipart.limit = most;
    multipart.file_limit = options.file_limit.unwrap_or(multipart.file_limit);
    let limit = limits.multipart_field_bytes();
    let mut fields = Fields::new(media_type::charset_of(environ.headers()));
    let (mut files, mut left) = (Vec::new(), limit);
    while let Some(mut part) = multipart.next_part().await? {
        if part.is_file() {
            let (head, start, length) = part.find().await?;
            // Browsers send a file without a name if the user chose none.
            if length > 0 || head.raw_filename().is_some_and(|name| !name.is_empty()) {
                let found = FileRange {
                    head,
                    start,
                    length,
                };
                files.push((fields.count(), found));
            }
            continue;
        }
        let too_long = || too_large("the fields together are", limit, "multipart_field_bytes");
        left = left
            .checked_sub(part.name().len() as u64)
            .ok_or_else(too_long)?;
        let text = part.gather(left, too_long).await?;
        left -= text.len() as u64;
        fields.add(part.head(), &text)?;
    }
    let (fields, charset) = fields.end()?;
    drop(multipart);
    environ.receive_within(most, "multipart_bytes").await?;
    let mut files = kept(environ, files);
    if let Some(charset) = charset {
        for (_, file) in &mut files.list {
            file.read_names_in(&charset)?;
        }
    }
    Ok(Form::new(fields, files))
}

/// The files, once the whole body is stored.
fn kept(environ: &Environ, files: Vec<(usize, FileRange)>) -> Files {
    let body_bytes = environ.body_length().unwrap_or(0);
    if files.is_empty() {
        return Files {
            list: Vec::new(),
            body_bytes,
        };
    }
    let body = environ.kept_body();
    let blocking = environ.blocking();
    let file = |(before, found): (usize, FileRange)| {
        let (kept, begin) = body.clone()?;
        let stored = Stored::new(kept, begin + found.start, found.length);
        let file = UploadedFile::new(found.head, stored, blocking.clone());
        Some((before, file))
    };
    Files {
        list: files.into_iter().filter_map(file).collect(),
        body_bytes,
    }
}
