//! Prints a new secret key, for signed and private cookies.
//!
//! ```sh
//! cargo run --example generate_key --features signed
//! ```
//!
//! It prints nothing else to stdout, so the key can be stored in the environment and not in the source:
//! `export SECRET_KEYS=$(cargo run -q --example generate_key --features signed)`.

use std::io;
use std::io::Write;

use rustzeug::gateway::BoxError;
use rustzeug::signed::generate_key;

fn main() -> Result<(), BoxError> {
    writeln!(io::stdout(), "{}", generate_key()?)?;
    Ok(())
}
