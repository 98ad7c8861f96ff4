//! Serializing values as JSON.

use std::cell::Cell;
use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::base::error::Result;
use crate::base::finite;

/// Serializes without spaces; an error if a number is not finite.
pub(super) fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let (mut bytes, has_null) = (Vec::with_capacity(128), Cell::new(false));
    let notes = Nulls(&has_null);
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut bytes, notes,
    ))?;
    // serde_json writes `null` for such a number.
    if has_null.get() {
        finite::check_finite(value)?;
    }
    Ok(bytes)
}

/// Like [`to_vec`], with one member per line.
pub(super) fn to_vec_pretty<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    finite::check_finite(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Records whether the text has a `null`; if it has none, the value need not be searched for numbers that are not
/// finite.
struct Nulls<'n>(&'n Cell<bool>);

impl Formatter for Nulls<'_> {
    fn write_null<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.set(true);
        writer.write_all(b"null")
    }
}
