//! The target of a request: the raw path, its two parts, the query.

use std::borrow::Cow;
use std::sync::OnceLock;

use bytes::Bytes;
use http::HeaderValue;
use http::Uri;
use http::header;
use http::uri::PathAndQuery;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::gateway::Environ;

impl Environ {
    /// The request target: its path is the whole raw path, percent-encoded, mount included.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// The path as it was sent, percent-encoded, mount included; `*` for `OPTIONS *`.
    #[must_use]
    pub fn raw_path(&self) -> &str {
        self.0.uri.path()
    }

    /// The part of the raw path at which the application is mounted. It is empty, or has no trailing slash.
    #[must_use]
    pub fn raw_script_name(&self) -> &str {
        &self.raw_path()[..self.0.script_length]
    }

    /// The part of the raw path below the mount. It is empty, or begins with a slash.
    #[must_use]
    pub fn raw_path_info(&self) -> &str {
        &self.raw_path()[self.0.script_length..]
    }

    /// The path info, percent-decoded; invalid UTF-8 becomes U+FFFD. It is decoded once.
    pub(crate) fn path_info(&self) -> &str {
        let raw = self.raw_path_info();
        if !raw.contains('%') {
            return raw;
        }
        let decode = || String::from_utf8_lossy(&url::decode_path(raw)).into();
        self.0.decoded_path.get_or_init(decode)
    }

    /// Makes the first `length` bytes of the raw path the script name.
    pub(in crate::gateway::contract) fn split_at(&mut self, length: usize) {
        self.0.script_length = length;
        self.0.decoded_path = OnceLock::new();
    }

    /// The query as it was sent, without its `?`; empty if there is none.
    #[must_use]
    pub fn query_string(&self) -> &str {
        self.0.uri.query().unwrap_or_default()
    }

    /// Replaces the query with a raw one, without its `?`. An empty one removes the query.
    ///
    /// # Errors
    ///
    /// A `414` for a target that is too long.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut environ = Request::blank("/a?b").into_environ();
    /// environ.set_query_string("c=d e")?;
    /// assert_eq!(environ.uri(), "/a?c=d%20e");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_query_string(&mut self, raw: &str) -> Result<()> {
        let (script_name, path_info) = (self.raw_script_name(), self.raw_path_info());
        let (script_name, path_info) = (script_name.to_owned(), path_info.to_owned());
        let query = Some(raw.as_bytes()).filter(|raw| !raw.is_empty());
        self.set_raw(&script_name, &path_info, query)
    }

    /// Moves the split between `SCRIPT_NAME` and `PATH_INFO`: `raw_prefix` is the new script
    /// name, percent-encoded as in the raw path.
    ///
    /// # Errors
    ///
    /// A `500` if the raw path does not begin with `raw_prefix` at a segment boundary.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/blog/2026");
    /// request.environ_mut().set_raw_script_name("/blog")?;
    /// assert_eq!(request.path(), "/2026");
    /// assert!(request.environ_mut().set_raw_script_name("/bl").is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_raw_script_name(&mut self, raw_prefix: &str) -> Result<()> {
        let rest = self.raw_path().strip_prefix(raw_prefix);
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || raw_prefix.ends_with('/')
        {
            let text = format!(
                "the path {} does not begin with the segments of `{raw_prefix}`",
                self.raw_path()
            );
            return Err(Error::from(text));
        }
        self.split_at(raw_prefix.len());
        Ok(())
    }

    /// Replaces both parts of the path with decoded ones, and the query with a raw one.
    ///
    /// For gateways that receive only the decoded pair, and for rewriting.
    ///
    /// # Errors
    ///
    /// A `400` for a path info without a leading slash, for a script name without a leading slash or with a
    /// trailing one, and for a path with a NUL; a `414` for a target that is too long.
    pub fn set_path(
        &mut self,
        script_name: &[u8],
        path_info: &[u8],
        raw_query: Option<&[u8]>,
    ) -> Result<()> {
        let (script_name, path_info) = (encoded(script_name)?, encoded(path_info)?);
        self.set_raw(&script_name, &path_info, raw_query)
    }

    /// Replaces the path with a percent-encoded one, mount included; the query stays. The mount stays if the
    /// new path begins with it, otherwise it becomes empty.
    ///
    /// Unlike [`set_path`](Self::set_path), it keeps escapes such as `%2F`.
    ///
    /// # Errors
    ///
    /// A `400` for a path that does not begin with a slash or contains a NUL (`%00`), a `414` for a target
    /// that is too long.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut environ = Request::blank("/old/a%2Fb?c").into_environ();
    /// let path = environ.raw_path().replacen("/old", "/new", 1);
    /// environ.set_raw_path(&path)?;
    /// assert_eq!(environ.uri(), "/new/a%2Fb?c");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_raw_path(&mut self, raw: &str) -> Result<()> {
        if !raw.starts_with('/') {
            return Err(Error::bad_request().with_message("the path does not begin with a slash"));
        }
        let raw = raw.replace('?', "%3F");
        let query = self.uri().query();
        let target = match query {
            Some(query) => format!("{raw}?{query}"),
            None => raw,
        };
        self.set_mounted_target(target.as_bytes())
    }

    /// Replaces the raw path and query. The mount stays if the new path begins with it.
    pub(in crate::gateway::contract) fn set_mounted_target(&mut self, target: &[u8]) -> Result<()> {
        let target = url::clean_target(target).into_owned();
        let path = target.split('?').next().unwrap_or_default();
        if path.contains("%00") {
            return Err(has_nul());
        }
        let script_name = self.raw_script_name().to_owned();
        self.set_target(target)?;
        // If the new path is not below the mount, there is no mount.
        let _ = self.set_raw_script_name(&script_name);
        Ok(())
    }

    /// Replaces the scheme and authority of the target. The authority becomes the `Host`.
    pub(in crate::gateway::contract) fn set_origin(&mut self, origin: Uri) -> Result<()> {
        let mut parts = origin.into_parts();
        parts.path_and_query = self.0.uri.path_and_query().cloned();
        self.0.uri = Uri::from_parts(parts)?;
        self.take_authority();
        Ok(())
    }

    /// Replaces the host that the client asked for, also in a target with an authority.
    pub(crate) fn set_host(&mut self, host: HeaderValue) {
        let target = self.0.uri.path_and_query().cloned();
        if self.0.uri.authority().is_some()
            && let Some(target) = target
        {
            self.0.uri = target.into();
        }
        self.0.headers.insert(header::HOST, host);
    }

    /// Replaces both parts of the path with percent-encoded ones, and the query.
    pub(in crate::gateway::contract) fn set_raw(
        &mut self,
        script_name: &str,
        path_info: &str,
        query: Option<&[u8]>,
    ) -> Result<()> {
        if script_name.ends_with('/') {
            return Err(Error::bad_request().with_message("the script name ends with a slash"));
        }
        let mut target = [script_name, path_info].concat();
        if let Some(query) = query {
            target.push_str(&url::clean_target(&[b"?", query].concat()));
        }
        self.set_target(target)?;
        self.split_at(script_name.len());
        Ok(())
    }

    /// Replaces the raw path and query. The mount becomes empty.
    pub(crate) fn set_target(&mut self, target: String) -> Result<()> {
        let target = if target.is_empty() || target.starts_with('?') {
            format!("/{target}")
        } else {
            target
        };
        let target = PathAndQuery::from_maybe_shared(Bytes::from(target))
            .map_err(|_| Error::uri_too_long())?;
        let mut parts = self.0.uri.clone().into_parts();
        parts.path_and_query = Some(target);
        self.0.uri = Uri::from_parts(parts)?;
        self.split_at(0);
        Ok(())
    }

    /// Rewrites a raw target to ASCII with a leading slash, if `http` accepted anything else.
    pub(super) fn clean_target(&mut self) {
        let target = self
            .0
            .uri
            .path_and_query()
            .map_or("/", PathAndQuery::as_str);
        if !target.is_ascii() || target.starts_with('?') {
            let target = url::clean_target(target.as_bytes()).into_owned();
            // If that makes it too long, the target stays unchanged.
            let _ = self.set_target(target);
        }
    }
}

/// Percent-encodes a decoded part of a path.
pub(in crate::gateway::contract) fn encoded(part: &[u8]) -> Result<Cow<'_, str>> {
    if !part.is_empty() && !part.starts_with(b"/") {
        return Err(Error::bad_request().with_message("the path does not begin with a slash"));
    }
    if part.contains(&0) {
        return Err(has_nul());
    }
    Ok(url::encode_path(part))
}

fn has_nul() -> Error {
    Error::bad_request().with_message("the path has a NUL in it")
}
