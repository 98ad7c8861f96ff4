//! The mount points of an application behind a server that does not split the path correctly.

use std::str::FromStr;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::contract::variables::paths::prefix_length;

/// The mount points of an application, for servers that do not split the path into `SCRIPT_NAME` and `PATH_INFO`
/// correctly.
///
/// With mount points, the two are made from `REQUEST_URI`. The longest mount point that the decoded path equals, or
/// continues at a slash, is the new `SCRIPT_NAME`; the rest is the new `PATH_INFO`. The mount point `/` is the empty
/// `SCRIPT_NAME`. If no mount point fits, or there are none (the default), the two stay as the server sends them.
///
/// Its text form is a list with commas. These need it:
///
/// * nginx with its default `fastcgi_params`, which sends the whole path as `SCRIPT_NAME`;
/// * Apache's `mod_proxy_fcgi`, `mod_proxy_scgi` and `mod_proxy_uwsgi`;
/// * a CGI program behind `RewriteRule`, which otherwise builds URLs that contain its file name.
///
/// ```
/// use rustzeug::gateway::{Body, Environ, ScriptNameFix, ServerInfo, Variables};
///
/// let variables: Variables = [
///     ("REQUEST_METHOD", "GET"),
///     ("REQUEST_URI", "/app/a%2Fb?c"),
///     ("SCRIPT_NAME", "/app/a/b"),
/// ].into_iter().collect();
/// let fix: ScriptNameFix = "/app,/".parse()?;
/// let environ = Environ::from_variables(&variables, Body::empty(), ServerInfo::default(), &fix)?;
/// assert_eq!((environ.raw_script_name(), environ.raw_path_info()), ("/app", "/a%2Fb"));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptNameFix(Vec<String>);

impl ScriptNameFix {
    /// The number of bytes of a raw path that belong to the mount point.
    pub(super) fn split(&self, raw_path: &str) -> Option<usize> {
        let mut points = self.0.iter();
        points.find_map(|point| prefix_length(raw_path.as_bytes(), point.as_bytes()))
    }
}

impl FromStr for ScriptNameFix {
    type Err = Error;

    /// Reads mount points with commas between them, in any order. An empty text has none.
    ///
    /// # Errors
    ///
    /// A mount point that does not begin with a slash.
    fn from_str(text: &str) -> Result<Self> {
        let points = text.split(',').map(str::trim);
        let mut points = points
            .filter(|point| !point.is_empty())
            .map(|point| {
                if point.starts_with('/') {
                    return Ok(point.trim_end_matches('/').to_owned());
                }
                Err(format!("the mount point `{point}` does not begin with a slash").into())
            })
            .collect::<Result<Vec<_>>>()?;
        points.sort_by_key(|point| std::cmp::Reverse(point.len()));
        Ok(Self(points))
    }
}
