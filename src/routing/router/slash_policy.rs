//! Slashes at the end of a path, and several in a row.

/// What happens to a path that no rule matches, but that a rule would match with a slash added or removed at its end.
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::routing::{Router, SlashPolicy};
///
/// for (policy, status) in [(SlashPolicy::Exact, 404), (SlashPolicy::Redirect, 308), (SlashPolicy::Both, 200)] {
///     let app = Router::new().get("/notes/", || "all notes").with_slash_policy(policy);
///     assert_eq!(Request::blank("/notes").send(&app).wait()?.status(), status);
/// }
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SlashPolicy {
    /// The path gets `404`.
    Exact,
    /// A redirect to the other path, with the query: `308`, so that the client repeats method and body. Only if the
    /// rule has the method.
    #[default]
    Redirect,
    /// The rule matches the path anyway.
    Both,
}

/// The path with its slash at the end removed, or one added.
pub(super) fn toggled(path: &str) -> String {
    match path.strip_suffix('/') {
        None => format!("{path}/"),
        Some(shorter) => shorter.to_owned(),
    }
}

/// The path with one slash for several in a row, if there are any.
pub(super) fn merged(path: &str) -> Option<String> {
    let mut pairs = path.as_bytes().windows(2);
    pairs.find(|pair| *pair == b"//")?;
    let mut merged = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !merged.ends_with('/') {
            merged.push(character);
        }
    }
    Some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_toggled_and_merged() {
        for (path, other, one) in [
            ("", "/", None),
            ("/", "", None),
            ("/a", "/a/", None),
            ("/a/", "/a", None),
            ("//", "/", Some("/")),
            ("//a///b//", "//a///b/", Some("/a/b/")),
        ] {
            assert_eq!(toggled(path), other, "{path}");
            assert_eq!(merged(path).as_deref(), one, "{path}");
        }
    }
}
