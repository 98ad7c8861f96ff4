//! Programs that need a feature that is not on, and what the compiler says about them.

#[path = "../../compile_fail/tests/expectations.rs"]
mod expectations;

#[test]
fn the_messages_are_those_checked_in() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn the_first_message_names_the_feature() {
    expectations::check(concat!(env!("CARGO_MANIFEST_DIR"), "/ui"), 6);
}
