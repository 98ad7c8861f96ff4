//! Forms without the feature `multipart`: they have no files.

use crate::base::error::Result;
use crate::gateway::Environ;

use super::Form;
use super::no_form;

/// The files of a form: none.
#[derive(Debug, Default)]
pub(super) struct Parts {}

/// Options for files: none.
#[derive(Clone, Debug, Default)]
pub(super) struct Options;

pub(super) fn are_in(_: &[u8]) -> bool {
    false
}

#[expect(clippy::unused_async, reason = "its twin awaits the body")]
pub(super) async fn read(_: &Environ, options: super::read::Options) -> Result<Form> {
    let super::read::Options { parts: Options, .. } = options;
    Err(no_form())
}
