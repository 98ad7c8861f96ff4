//! Without the feature `multer`, no error comes from the crate `multer`.

use super::BoxError;
use super::Error;

/// Returns the error unchanged.
pub(super) fn among(error: BoxError) -> Result<Error, BoxError> {
    Err(error)
}
