//! Headers that are about one connection.

use http::HeaderMap;

use crate::syntax::is_hop_by_hop;

/// Removes the headers that are about one connection.
pub(crate) fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let names: Vec<_> = headers
        .keys()
        .filter(|name| is_hop_by_hop(name))
        .cloned()
        .collect();
    for name in names {
        headers.remove(name);
    }
}
