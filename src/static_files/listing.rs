//! The page that lists a folder.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::directory::inside;
use super::target::is_hidden;
use crate::base::filename::safe_join;
use crate::base::html::escape;
use crate::base::url::encode_path;
use crate::headers::HttpDate;

/// The maximum number of files that a page lists.
const MOST: usize = 10_000;

struct Item {
    name: String,
    is_folder: bool,
    length: u64,
    modified: Option<SystemTime>,
}

/// How a page is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    by: &'static str,
    is_reversed: bool,
}

const COLUMNS: [(&str, &str); 3] = [("name", "Name"), ("size", "Size"), ("time", "Changed")];

impl Order {
    /// Reads `sort=size`, or `sort=-size` for the reverse order. Any other query sorts by name.
    fn of(query: &str) -> Self {
        let mut pairs = query.split('&');
        let sort = pairs.find_map(|pair| pair.strip_prefix("sort="));
        let sort = sort.unwrap_or_default();
        let column = sort.strip_prefix('-').unwrap_or(sort);
        let known = COLUMNS.iter().find(|(name, _)| *name == column);
        Self {
            by: known.map_or("name", |(name, _)| name),
            is_reversed: known.is_some() && sort.starts_with('-'),
        }
    }

    fn sort(self, items: &mut [Item]) {
        items.sort_by(|one, two| {
            let order = match self.by {
                "size" => one.length.cmp(&two.length),
                "time" => one.modified.cmp(&two.modified),
                _ => one.name.cmp(&two.name),
            };
            let order = if self.is_reversed {
                order.reverse()
            } else {
                order
            };
            // Folders come first. Files of the same size or time are sorted by name.
            let folders = two.is_folder.cmp(&one.is_folder);
            folders.then(order).then_with(|| one.name.cmp(&two.name))
        });
    }
}

/// The page of a folder: the served names in it, with links relative to the folder.
pub(super) fn page(root: &Path, folder: &Path, name: &str, query: &str) -> io::Result<String> {
    let (mut items, is_cut) = items(root, folder)?;
    let order = Order::of(query);
    order.sort(&mut items);
    let title = escape(name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>/{title}</title>\n\
         <style>body{{font:1rem/1.5 sans-serif;margin:1rem}}table{{border-collapse:collapse}}\
         td,th{{padding:.4rem 1.5rem .4rem 0;text-align:left;overflow-wrap:anywhere}}\
         td+td{{white-space:nowrap}}@media(max-width:40rem){{td:last-child,th:last-child{{display:none}}}}</style>\n\
         <h1>/{title}</h1>\n<table>\n<tr>"
    );
    for (column, text) in COLUMNS {
        let is_next_reversed = order.by == column && !order.is_reversed;
        let sign = if is_next_reversed { "-" } else { "" };
        let _ = write!(page, "<th><a href=\"?sort={sign}{column}\">{text}</a>");
    }
    if !name.is_empty() {
        page.push_str("\n<tr><td><a href=\"../\">../</a><td><td>");
    }
    for item in &items {
        push_row(&mut page, item);
    }
    page.push_str("\n</table>\n");
    if is_cut {
        let _ = writeln!(page, "<p>There are more; these are {MOST} of them.");
    }
    Ok(page)
}

fn push_row(page: &mut String, item: &Item) {
    let slash = if item.is_folder { "/" } else { "" };
    let link = encode_path(item.name.as_bytes());
    let (link, text) = (escape(&link), escape(&item.name));
    let _ = write!(
        page,
        "\n<tr><td><a href=\"./{link}{slash}\">{text}{slash}</a><td>"
    );
    if !item.is_folder {
        push_size(page, item.length);
    }
    page.push_str("<td>");
    if let Some(modified) = item.modified {
        let _ = write!(page, "{}", HttpDate::from(modified));
    }
}

fn push_size(page: &mut String, bytes: u64) {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10), "B");
    for larger in units {
        if tenths < 10_000 {
            break;
        }
        (tenths, unit) = (tenths / 1000, larger);
    }
    let _ = match tenths % 10 {
        0 => write!(page, "{} {unit}", tenths / 10),
        tenth => write!(page, "{}.{tenth} {unit}", tenths / 10),
    };
}

/// The served names in a folder, and whether there are more.
fn items(root: &Path, folder: &Path) -> io::Result<(Vec<Item>, bool)> {
    let mut items = Vec::new();
    for entry in fs::read_dir(folder)? {
        if items.len() == MOST {
            return Ok((items, true));
        }
        let entry = entry?;
        // A URL cannot name a file whose name is not UTF-8.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if is_hidden(&name) || safe_join("", &name).is_none() {
            continue;
        }
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if is_link && !matches!(inside(root, &entry.path()), Ok(Some(_))) {
            continue;
        }
        let Ok(metadata) = entry.path().metadata() else {
            continue;
        };
        if metadata.is_file() || metadata.is_dir() {
            items.push(Item {
                name,
                is_folder: metadata.is_dir(),
                length: metadata.len(),
                modified: metadata.modified().ok(),
            });
        }
    }
    Ok((items, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        #[rustfmt::skip]
        let cases = [
            (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1550, "1.5 kB"), (999_999, "999.9 kB"),
            (1_000_000, "1 MB"), (u64::MAX / 10, "1.8 EB"),
        ];
        for (bytes, want) in cases {
            let mut text = String::new();
            push_size(&mut text, bytes);
            assert_eq!(text, want);
        }
    }

    #[test]
    fn the_query_names_a_column() {
        let order = |by, is_reversed| Order { by, is_reversed };
        #[rustfmt::skip]
        let cases = [
            ("",               order("name", false), "by name"),
            ("sort=size",      order("size", false), "the small ones first"),
            ("sort=-time",     order("time", true),  "the new ones first"),
            ("a=b&sort=size",  order("size", false), "among other pairs"),
            ("sort=-",         order("name", false), "no column"),
            ("sort=%3Cb%3E",   order("name", false), "an unknown column"),
        ];
        for (query, want, why) in cases {
            assert_eq!(Order::of(query), want, "{query:?}: {why}");
        }
    }
}
