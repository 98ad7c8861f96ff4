//! Multipart forms without the feature `multipart`: they are not recognized.

use crate::base::error::Result;
use crate::gateway::Environ;

use super::options::Options;
use super::refusals::no_form;
use super::whole::Form;

pub(super) fn are_in(_: &[u8]) -> bool {
    false
}

#[expect(clippy::unused_async, reason = "the full version awaits the body")]
pub(super) async fn read(_: &Environ, _: Options) -> Result<Form> {
    Err(no_form())
}
