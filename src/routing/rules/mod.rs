//! Rules, pure: what is written, and paths looked up among all of them; no requests.

mod arguments;
mod calendar;
pub(super) mod converter;
pub(super) mod host_rule;
pub(super) mod kind;
mod labels;
mod lookalike;
pub(super) mod nearest;
mod number;
mod plain_text;
pub(super) mod rule;
pub(super) mod rule_error;
pub(super) mod rule_match;
pub(super) mod rule_set;
mod scan;
pub(super) mod search;
pub(super) mod segment;
pub(super) mod spans;
mod split;
mod syntax;
pub(super) mod table;
