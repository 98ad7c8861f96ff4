//! What answers a request, by the name that logs and traces give it.

use std::any::Any;

use http::Extensions;

use crate::base::error::Error;
use crate::gateway::LogNote;

/// The name of what answers a request: a pattern, as `/notes/{id}`, which many paths have in common. An error has it
/// among its extensions once it has left what is named so; a reply has it in its [`LogNote`].
#[derive(Clone)]
pub(crate) struct Route(pub(crate) String);

impl Route {
    /// The name of what an error comes from.
    pub(crate) fn of(error: &Error) -> Option<&str> {
        let Self(name) = error.extensions().get()?;
        Some(name)
    }
}

/// What was called for a request, as an environ keeps it.
pub(crate) trait Callee: Any + Send + Sync {
    /// Its name, with those of what called it, and `inner`, the name of what it has called itself.
    fn route(&self, inner: Option<&str>) -> Option<String>;
}

/// Notes what an error comes from that becomes a reply, unless the reply has a note of it.
pub(crate) fn note_route(extensions: &mut Extensions, error: &Error) {
    let Some(name) = Route::of(error) else { return };
    let note = extensions.get_or_insert_default::<LogNote>();
    if note.route().is_none() {
        note.set_route(name.to_owned());
    }
}
