//! Cookies as a typed value.

use serde::de::DeserializeOwned;

use crate::base::error::Error;
use crate::base::error::FieldError;
use crate::base::error::FieldErrors;
use crate::base::error::Result;
use crate::data::cookies::view::misfit;
use crate::request::Request;

impl Request {
    /// Reads the cookies as a `T`, as [`MultiDict::read_as`](crate::MultiDict::read_as) does.
    ///
    /// # Errors
    ///
    /// A `400` that names every cookie that is missing or invalid. Values are never repeated, not even in
    /// [`field_errors`](Error::field_errors), because a script in the page could read there a value that `HttpOnly`
    /// hides from it.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Settings {
    ///     theme: String,
    ///     font_size: Option<u8>,
    /// }
    ///
    /// let request = Request::blank("/").with_header("cookie", "theme=dark; sid=31d4");
    /// let settings: Settings = request.cookies_as()?;
    /// assert_eq!((&*settings.theme, settings.font_size), ("dark", None));
    ///
    /// let request = Request::blank("/").with_header("cookie", "font_size=huge");
    /// let error = request.cookies_as::<Settings>().err().unwrap();
    /// assert_eq!(error.status(), 400);
    /// assert_eq!(error.message(), "`font_size` has a value that does not fit; `theme` is missing");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn cookies_as<T: DeserializeOwned>(&self) -> Result<T> {
        let dict = self.cookies().to_dict();
        dict.read_as().map_err(|errors| {
            let mut shown = FieldErrors::default();
            for error in errors.fields() {
                shown.add(without_value(error));
            }
            Error::bad_request().with_fields(shown)
        })
    }
}

fn without_value(error: &FieldError) -> FieldError {
    match (error.name(), error.value()) {
        // A message of the type itself, which may contain the value of some cookie.
        ("", _) => FieldError::new("", None, "a cookie has a value that does not fit"),
        (name, Some(_)) => misfit(name),
        (_, None) => error.clone(),
    }
}
