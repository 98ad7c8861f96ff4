//! Reading a form of either kind as a whole.

use std::fmt;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http::HeaderMap;

use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::gateway::AwaitOrWait;
use crate::gateway::Environ;
use crate::semantics::content_coding::Described;
use crate::syntax::charset::Charset;
use crate::syntax::media_type;
use crate::syntax::media_type::URLENCODED;
use crate::wire::urlencoded;

use super::files::Files;
use super::options::Options;
use super::parts;
use super::refusals::no_form;
use super::refusals::too_many_pairs;
use super::refusals::unread;
use super::whole::CHARSET_FIELD;
use super::whole::Form;

type Reading<'r, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'r>>;

/// Reads the form of a request, when awaited: see [`Request::form`](crate::Request::form).
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/").with_form(&[("name", "Ada")]);
/// let form = request.form().limit(1000); // not read yet
/// assert_eq!(form.wait()?.get("name"), Some("Ada"));
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct ReadForm<'r, T = Form> {
    environ: &'r Environ,
    options: Options,
    finish: fn(&Environ, Result<Form>) -> Result<T>,
    reading: Option<Reading<'r, T>>,
}

impl<'r> ReadForm<'r> {
    pub(super) fn new(environ: &'r Environ) -> Self {
        Self::finished(environ, |_, form| form)
    }
}

impl<'r, T> ReadForm<'r, T> {
    pub(super) fn finished(
        environ: &'r Environ,
        finish: fn(&Environ, Result<Form>) -> Result<T>,
    ) -> Self {
        Self {
            environ,
            options: Options::default(),
            finish,
            reading: None,
        }
    }
}

impl<'r> ReadForm<'r, MultiDict> {
    pub(super) fn params(environ: &'r Environ) -> Self {
        Self::finished(environ, |environ, form| {
            let limit = environ.limits().query_pairs();
            let query = urlencoded::to_dict(environ.query_string().as_bytes(), limit)
                .map_err(|error| too_many_pairs("query", &error).with_status(400))?;
            match form {
                Ok(form) => Ok(query.merged(&form)),
                Err(_) if !is_form(environ.headers()) => Ok(query),
                Err(error) => Err(error),
            }
        })
    }
}

impl<T> AwaitOrWait<ReadForm<'_, T>> {
    /// Sets the maximum length of the body, in bytes, instead of [`form_bytes`](crate::gateway::Limits::form_bytes) or
    /// [`multipart_bytes`](crate::gateway::Limits::multipart_bytes).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_form(&[("a", "12")]);
    /// assert_eq!(request.form().limit(3).wait().unwrap_err().status(), 413);
    /// assert_eq!(request.form().limit(4).wait()?.get("a"), Some("12"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn limit(mut self, bytes: u64) -> Self {
        self.0.options.limit = Some(bytes);
        self
    }
}

#[cfg(feature = "multipart")]
impl<T> AwaitOrWait<ReadForm<'_, T>> {
    /// Sets the maximum length of a single file, in bytes, instead of
    /// [`file_bytes`](crate::gateway::Limits::file_bytes).
    pub fn file_limit(mut self, bytes: u64) -> Self {
        self.0.options.file_limit = Some(bytes);
        self
    }

    /// Refuses files of other types with `415`. A type is like `image/png`, `mime::IMAGE_PNG` or `image/*`.
    ///
    /// The type is the one that the client declares; the content is not checked.
    pub fn allow_types<N: AsRef<str>>(mut self, types: impl IntoIterator<Item = N>) -> Self {
        self.0.options.allow_only(types);
        self
    }
}

impl<'r, T: 'r> Future for ReadForm<'r, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        let reading = this.reading.get_or_insert_with(|| {
            let (environ, finish) = (this.environ, this.finish);
            let options = std::mem::take(&mut this.options);
            Box::pin(async move { finish(environ, read(environ, options).await) })
        });
        reading.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for ReadForm<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadForm")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = media_type::value(headers);
    media_type::is(content_type, URLENCODED) || parts::are_in(content_type)
}

async fn read(environ: &Environ, options: Options) -> Result<Form> {
    let described = Described::by(environ.headers());
    let content_type = described.content_type;
    if media_type::is(content_type, URLENCODED) {
        described.refuse_coded(environ.headers())?;
        let limit = options.limit.unwrap_or(environ.limits().form_bytes());
        let has_parameters = content_type.len() > URLENCODED.len();
        let parse = if has_parameters {
            parse_declared
        } else {
            parse
        };
        return environ.read_within(limit, "form_bytes", parse).await;
    }
    if !parts::are_in(content_type) {
        return Err(no_form());
    }
    described.refuse_coded(environ.headers())?;
    parts::read(environ, options).await
}

fn parse(environ: &Environ, bytes: Bytes) -> Result<Form> {
    let fields = pairs(environ, &bytes)?;
    match fields.get(CHARSET_FIELD) {
        None => Ok(Form::new(fields, Files::default())),
        Some(label) => in_charset(&Charset::of(label.as_bytes()), fields, &bytes),
    }
}

/// Like [`parse`], for a content type with parameters, one of which may be the charset.
fn parse_declared(environ: &Environ, bytes: Bytes) -> Result<Form> {
    match media_type::charset_of(environ.headers()) {
        None => parse(environ, bytes),
        Some(charset) => in_charset(&charset, pairs(environ, &bytes)?, &bytes),
    }
}

fn pairs(environ: &Environ, bytes: &[u8]) -> Result<MultiDict> {
    let limit = environ.limits().form_fields();
    urlencoded::to_dict(bytes, limit).map_err(|error| too_many_pairs("form", &error))
}

fn in_charset(charset: &Charset, fields: MultiDict, bytes: &[u8]) -> Result<Form> {
    let fields = if charset.is_utf8() {
        fields
    } else {
        urlencoded::to_dict_in(charset, bytes).map_err(|unknown| unread(&unknown))?
    };
    Ok(Form::new(fields, Files::default()))
}
