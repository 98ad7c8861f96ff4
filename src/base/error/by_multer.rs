//! Errors of the crate `multer`: faults in the request of a client.

use http::StatusCode;

use super::BoxError;
use super::Error;

/// Converts an error of multer to an [`Error`]; returns other errors unchanged.
pub(super) fn among(error: BoxError) -> Result<Error, BoxError> {
    let error = match *error.downcast::<multer::Error>()? {
        // An error of this crate that passed through multer.
        multer::Error::StreamReadFailed(source) => return Ok(Error::from(source)),
        error => error,
    };
    let status = match &error {
        multer::Error::LockFailure => return Ok(Error::internal().with_source(error)),
        multer::Error::NoMultipart => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        _ => StatusCode::BAD_REQUEST,
    };
    Ok(Error::new(status, format!("the form is refused: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_the_status_of_its_cause() {
        let own = Error::content_too_large().with_message("too long");
        #[rustfmt::skip]
        let cases = [
            (multer::Error::IncompleteStream,                    400, "cut short"),
            (multer::Error::IncompleteHeaders,                   400, "malformed"),
            (multer::Error::UnknownField { field_name: None },   400, "a constraint of multer"),
            (multer::Error::StreamSizeExceeded { limit: 1 },     413, "a limit of multer on the body"),
            (multer::Error::FieldSizeExceeded { limit: 1, field_name: None }, 413, "a limit of multer on a field"),
            (multer::Error::NoMultipart,                         415, "another type"),
            (multer::Error::StreamReadFailed(own.into_boxed()),  413, "an error of this crate, from the body"),
            (multer::Error::StreamReadFailed("disk".into()),     500, "another error, from the body"),
            (multer::Error::LockFailure,                         500, "a fault of the program"),
        ];
        for (error, status, why) in cases {
            assert_eq!(Error::from(error).status(), status, "{why}");
        }
    }
}
