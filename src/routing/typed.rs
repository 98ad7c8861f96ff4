//! Path parameters as a typed value.

use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error::Result;
use crate::request::Request;

impl Request {
    /// The parameters of the rule as a typed value: see [`MultiDict::read_as`](crate::MultiDict::read_as)
    /// for how names become fields.
    ///
    /// # Errors
    ///
    /// A `404` that tells every parameter that does not fit.
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
        let read = self.path_params().read_as();
        read.map_err(|errors| Error::not_found().with_fields(errors))
    }
}
