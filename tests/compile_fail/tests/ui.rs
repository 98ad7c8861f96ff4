//! Incorrect programs, and the compiler's messages for them.
//!
//! `TRYBUILD=overwrite cargo test -p compile-fail` rewrites the messages; the second test then checks that they are
//! still helpful. They are those of the `rust-version` of the workspace; another compiler words them differently.
//!
//! If a message cannot say what to do, the comment at the top of the program says why, after `no cure`: so far if a
//! future is not `Send` or borrows, and for an array of mixed types.

mod expectations;

#[test]
fn the_messages_are_those_checked_in() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn the_first_message_names_mistake_and_cure() {
    expectations::check(concat!(env!("CARGO_MANIFEST_DIR"), "/ui"), 124);
}
