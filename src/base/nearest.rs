//! Suggestions: which of the known names a wrong name was probably meant to be.

/// The name that was probably meant: it differs least from `wanted`, and by a third at most.
pub(crate) fn nearest<'n>(
    wanted: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let length = wanted.chars().count();
    let limit = length.div_ceil(3).min(length.saturating_sub(1));
    let rated = names.into_iter().map(|name| (distance(wanted, name), name));
    let close = rated.filter(|(distance, name)| *distance <= limit || begins(wanted, name));
    close.min().map(|(_, name)| name)
}

/// The end of a message that names what was probably meant.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// Whether one text is the beginning of the other, such as `int` of `integer`.
fn begins(one: &str, other: &str) -> bool {
    let shorter = one.len().min(other.len());
    shorter >= 3 && (one.starts_with(other) || other.starts_with(one))
}

/// How many characters must be inserted, removed or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, wanted) in one.chars().enumerate() {
        let mut corner = line;
        row[0] = line + 1;
        for (column, found) in other.iter().enumerate() {
            let replaced = corner + usize::from(wanted != *found);
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_no_distant_one() {
        let names = ["user", "users", "note", "int", "new_note", "n"];
        for (wanted, found) in [
            ("usr", Some("user")),
            ("user_", Some("user")),
            ("Note", Some("note")),
            ("integer", Some("int")),
            ("newnote", Some("new_note")),
            ("search", None),
            ("", None),
            ("x", None),
            ("x1", None),
            ("int1", Some("int")),
        ] {
            assert_eq!(nearest(wanted, names), found, "{wanted}");
        }
    }
}
