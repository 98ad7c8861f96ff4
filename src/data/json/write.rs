//! Values as JSON.

use std::cell::Cell;
use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::base::error::Result;
use crate::base::finite;

/// A value as text without spaces; an error where a number in it is not finite.
pub(super) fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let (mut bytes, has_null) = (Vec::with_capacity(128), Cell::new(false));
    let notes = Nulls(&has_null);
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut bytes, notes,
    ))?;
    // serde_json writes `null` for it.
    if has_null.get() {
        finite::check_finite(value)?;
    }
    Ok(bytes)
}

/// The same with each member on a line of its own.
pub(super) fn to_vec_pretty<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    finite::check_finite(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Notes whether there is a `null`, so that a value without one is gone through once.
struct Nulls<'n>(&'n Cell<bool>);

impl Formatter for Nulls<'_> {
    fn write_null<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.set(true);
        writer.write_all(b"null")
    }
}
