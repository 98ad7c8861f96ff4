//! No errors of the crate `multer`: the feature `multer` is off.

use super::BoxError;
use super::Error;

/// None of them is.
pub(super) fn among(error: BoxError) -> Result<Error, BoxError> {
    Err(error)
}
