//! The options of a form reader, which replace the limits of the request.

use mime::Mime;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::wire::multipart::PartHead;

/// Options that replace the limits of the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// The maximum length of the body, in bytes.
    pub(super) limit: Option<u64>,
    /// The maximum length of a single file, in bytes.
    pub(super) file_limit: Option<u64>,
    pub(super) allowed: Allowed,
}

impl Options {
    pub(super) fn allow_only<T: AsRef<str>>(&mut self, types: impl IntoIterator<Item = T>) {
        self.allowed = Allowed::only(types);
    }
}

/// The allowed types of files; empty allows all.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed(Vec<String>);

impl Allowed {
    pub(super) fn only<T: AsRef<str>>(types: impl IntoIterator<Item = T>) -> Self {
        let types = types.into_iter();
        Self(types.map(|it| it.as_ref().to_owned()).collect())
    }

    pub(super) fn check_type(&self, head: &PartHead) -> Result<()> {
        if self.0.is_empty() || !head.is_file() {
            return Ok(());
        }
        let sent = match head.raw_content_type() {
            None => Some(mime::APPLICATION_OCTET_STREAM),
            Some(_) => head.content_type(),
        };
        let essence = sent.as_ref().map_or("", Mime::essence_str);
        let is_allowed = |allowed: &String| match allowed.strip_suffix('*') {
            Some("" | "*/") => true,
            Some(kind) => essence
                .get(..kind.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(kind)),
            None => essence.eq_ignore_ascii_case(allowed),
        };
        if self.0.iter().any(is_allowed) {
            return Ok(());
        }
        let essence = if essence.is_empty() {
            "unknown"
        } else {
            essence
        };
        Err(Error::unsupported_media_type().with_message(format!(
            "the file `{}` is of type {essence}, allowed are: {}",
            head.filename().unwrap_or_default(),
            self.0.join(", ")
        )))
    }
}
