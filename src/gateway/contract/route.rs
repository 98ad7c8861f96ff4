//! The name of the route that answers a request, for logs and traces.

use std::any::Any;

use http::Extensions;

use crate::base::error::Error;
use crate::gateway::LogNote;

/// The name of the route that answers a request: its pattern (`/notes/{id}`), which is the same for many
/// paths. When an error leaves the route, the name is among the error's extensions. A reply has it in its
/// [`LogNote`].
#[derive(Clone)]
pub(crate) struct Route(pub(crate) String);

impl Route {
    /// The name of the route that an error comes from.
    pub(crate) fn of(error: &Error) -> Option<&str> {
        let Self(name) = error.extensions().get()?;
        Some(name)
    }
}

/// The route that was called for a request, as the environ stores it.
pub(crate) trait Callee: Any + Send + Sync {
    /// Returns the full name: the names of the callers, its own, and `inner`, the name of what it has called.
    fn route(&self, inner: Option<&str>) -> Option<String>;
}

/// Notes the route of an error in a reply, unless the reply names a route already.
pub(crate) fn note_route(extensions: &mut Extensions, error: &Error) {
    let Some(name) = Route::of(error) else { return };
    let note = extensions.get_or_insert_default::<LogNote>();
    if note.route().is_none() {
        note.set_route(name.to_owned());
    }
}
