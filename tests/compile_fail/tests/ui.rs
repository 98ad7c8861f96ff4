//! Wrong programs, and what the compiler says about them.
//!
//! `TRYBUILD=overwrite cargo test -p compile-fail` writes the messages anew; the second test
//! then says whether they are still good ones. They are those of the `rust-version` of the
//! workspace; another compiler words them differently.
//!
//! What a message cannot be made to say is told at the top of the program, after `no cure`: so far where a future is
//! not `Send` or borrows, and for an array of mixed types.

mod expectations;

#[test]
fn the_messages_are_those_checked_in() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn the_first_message_names_mistake_and_cure() {
    expectations::check(concat!(env!("CARGO_MANIFEST_DIR"), "/ui"), 124);
}
