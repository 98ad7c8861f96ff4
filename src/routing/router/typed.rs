//! Path parameters as a typed value.

use serde::de::DeserializeOwned;

use crate::base::error::Error;
use crate::base::error::FieldError;
use crate::base::error::Result;
use crate::request::Request;

impl Request {
    /// The parameters of the rule as a typed value: see [`MultiDict::read_as`](crate::MultiDict::read_as)
    /// for how names become fields.
    ///
    /// # Errors
    ///
    /// A `404` that tells every parameter that does not fit; a `500` where the type wants one that the
    /// rule does not have.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Post {
    ///     year: u16,
    ///     slug: String,
    /// }
    ///
    /// fn post(request: &Request) -> Result<String> {
    ///     let post: Post = request.path_params_as()?;
    ///     Ok(format!("{} of {}", post.slug, post.year))
    /// }
    ///
    /// let app = Router::new().get("/{year}/{slug}", post);
    /// let ask = |path| Request::blank(path).send(&app).wait();
    /// assert_eq!(ask("/2026/first")?.read_text().wait()?, "first of 2026");
    /// assert_eq!(ask("/recent/first")?.status(), 404);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn path_params_as<T: DeserializeOwned>(&self) -> Result<T> {
        let params = self.path_params();
        params.read_as().map_err(|errors| {
            // What has no name is wrong with all of them together.
            let absent = |field: &FieldError| {
                !field.name().is_empty()
                    && field.value().is_none()
                    && !params.contains(field.name())
            };
            if errors.fields().iter().any(absent) {
                let rule = self
                    .routed()
                    .map_or_else(String::new, |it| it.rule().to_owned());
                return Error::internal().with_source(format!("the rule `{rule}`: {errors}"));
            }
            Error::not_found().with_fields(errors)
        })
    }
}
