//! Hop-by-hop headers.

use http::HeaderMap;

use crate::syntax::is_hop_by_hop;

/// Removes the hop-by-hop headers, which describe one connection.
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
