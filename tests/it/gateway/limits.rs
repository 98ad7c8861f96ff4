//! Setting limits of requests by name, from text.

use std::io::ErrorKind;
use std::time::Duration;

use rustzeug::gateway::Limits;

/// Each limit once, with a text for a value other than its default.
#[rustfmt::skip]
fn all() -> Vec<(&'static str, &'static str, Limits)> {
    let limits = Limits::default;
    let seconds = Duration::from_secs;
    vec![
        ("body_bytes",           "1 KiB",  limits().with_body_bytes(1024)),
        ("received_body_bytes",             "3 MiB",  limits().with_received_body_bytes(3 << 20)),
        ("memory_bytes",         "2 MiB",  limits().with_memory_bytes(2 << 20)),
        ("budget_memory_bytes",  "1 GiB",  limits().with_budget_memory_bytes(1 << 30)),
        ("budget_disk_bytes",    "1 GiB",  limits().with_budget_disk_bytes(1 << 30)),
        ("head_bytes",           "16 KiB", limits().with_head_bytes(16 << 10)),
        ("variables_bytes",      "16 KiB", limits().with_variables_bytes(16 << 10)),
        ("header_fields",        "7",      limits().with_header_fields(7)),
        ("field_bytes",          "4 KiB",  limits().with_field_bytes(4 << 10)),
        ("target_bytes",         "4 KiB",  limits().with_target_bytes(4 << 10)),
        ("body_idle",            "7",      limits().with_body_idle(seconds(7))),
        ("body_rate",            "1 KiB",  limits().with_body_rate(1024)),
        ("body_rate_grace",      "7",      limits().with_body_rate_grace(seconds(7))),
        ("cookies",              "7",      limits().with_cookies(7)),
        ("ranges",               "7",      limits().with_ranges(7)),
        ("query_pairs",          "7",      limits().with_query_pairs(7)),
        ("decoded_ratio",        "7",      limits().with_decoded_ratio(7)),
        ("decoded_ratio_bytes",  "1 KiB",  limits().with_decoded_ratio_bytes(1024)),
        ("form_bytes",           "1 KiB",  limits().with_form_bytes(1024)),
        ("form_fields",          "7",      limits().with_form_fields(7)),
        ("multipart_bytes",      "1 MiB",  limits().with_multipart_bytes(1 << 20)),
        ("multipart_parts",      "7",      limits().with_multipart_parts(7)),
        ("multipart_field_bytes","1 KiB",  limits().with_multipart_field_bytes(1024)),
        ("file_bytes",           "1 GiB",  limits().with_file_bytes(1 << 30)),
        ("part_header_bytes",    "1 KiB",  limits().with_part_header_bytes(1024)),
        ("part_header_lines",    "7",      limits().with_part_header_lines(7)),
        ("preamble_bytes",       "1 KiB",  limits().with_preamble_bytes(1024)),
    ]
}

#[test]
fn each_is_set_by_its_name_and_no_other_is() {
    for (name, text, want) in all() {
        let mut limits = Limits::default();
        assert_ne!(limits, want, "{name}: this is its default");
        limits.set(name, text).unwrap();
        assert_eq!(limits, want, "{name}: {text}");
    }
    // `Limits { body_bytes: …, received_body_bytes: …, … }`
    let shown = format!("{:?}", Limits::default());
    let shown = shown.trim_start_matches("Limits {").split(", ");
    for name in shown.map(|field| field.split(':').next().unwrap().trim()) {
        let known = all().iter().any(|(known, ..)| *known == name);
        assert!(known, "`{name}` is not in this table");
    }
}

#[test]
#[rustfmt::skip]
fn a_value_may_be_written_in_several_ways() {
    let bytes = |count| Limits::default().with_received_body_bytes(count);
    let time = |milliseconds| Limits::default().with_body_idle(Duration::from_millis(milliseconds));
    let cases = [
        ("received_body_bytes", "0",        bytes(0),           "nothing at all"),
        ("received_body_bytes", "1500",     bytes(1500),        "bytes"),
        ("received_body_bytes", "  1500\n", bytes(1500),        "with white space, as in a file"),
        ("received_body_bytes", "2KiB",     bytes(2048),        "no space"),
        ("received_body_bytes", "2   KiB",  bytes(2048),        "more space"),
        ("received_body_bytes", "2 MiB",    bytes(2 << 20),     "1024 times as much"),
        ("received_body_bytes", "2 GiB",    bytes(2 << 30),     "1024 times as much again"),
        ("received_body_bytes", "18446744073709551615", bytes(u64::MAX), "as much as fits"),
        ("received_body_bytes", "17179869183 GiB", bytes(17_179_869_183 << 30), "as much as fits, with a unit"),
        ("body_idle",   "0",        time(0),            "no time at all"),
        ("body_idle",   "90",       time(90_000),       "seconds"),
        ("body_idle",   "0.25",     time(250),          "a fraction"),
        ("body_idle",   ".5",       time(500),          "a fraction, shorter"),
        ("body_idle",   " 1.5 ",    time(1500),         "with space around it"),
    ];
    for (name, text, want, why) in cases {
        let mut limits = Limits::default();
        limits.set(name, text).unwrap_or_else(|error| panic!("{text:?}: {why}: {error}"));
        assert_eq!(limits, want, "{text:?}: {why}");
    }
}

#[test]
#[rustfmt::skip]
fn what_cannot_be_set_is_an_error_that_says_what_it_was() {
    let number = "it must be a whole number, optionally in KiB, MiB or GiB";
    let seconds = "a time is a number of seconds";
    let cases = [
        ("received_body_bytes",      "",          number,  "nothing"),
        ("received_body_bytes",      "many",      number,  "no number"),
        ("received_body_bytes",      "-1",        number,  "less than nothing"),
        ("received_body_bytes",      "1.5 MiB",   number,  "a fraction"),
        ("received_body_bytes",      "1 MB",      number,  "a unit that means two things"),
        ("received_body_bytes",      "1 mib",     number,  "units have a case"),
        ("received_body_bytes",      "MiB",       number,  "a unit of nothing"),
        ("received_body_bytes",      "1 KiB MiB", number,  "two units"),
        ("received_body_bytes",      "1,000",     number,  "a separator that depends on the country"),
        ("received_body_bytes",      "18446744073709551616", number, "one past what fits"),
        ("received_body_bytes",      "17179869184 GiB",      number, "one past what fits, with a unit"),
        ("cookies",       "many",      number,  "no number"),
        ("body_idle",        "",          seconds, "nothing"),
        ("body_idle",        "soon",      seconds, "no number"),
        ("body_idle",        "5 s",       seconds, "the unit is not written"),
        ("body_idle",        "5 KiB",     seconds, "bytes"),
        ("body_idle",        "1:30",      seconds, "a clock"),
        ("body_idle",        "-1",        seconds, "a negative number"),
        ("body_idle",        "inf",       seconds, "infinity"),
        ("body_idle",        "NaN",       seconds, "`NaN` is not a number"),
        ("body_idle",        "1e300",     seconds, "more than fits"),
    ];
    for (name, text, reason, why) in cases {
        let mut limits = Limits::default();
        let error = limits.set(name, text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text:?}: {why}");
        let want = format!("the limit `{name}` cannot be `{text}`: {reason}");
        assert_eq!(error.to_string(), want, "{text:?}: {why}");
        assert_eq!(limits, Limits::default(), "{text:?}: {why}: nothing is set");
    }
}

#[test]
#[rustfmt::skip]
fn a_name_that_no_limit_has_is_an_error_that_names_it() {
    let cases = [
        ("max_boddy",      "a slip"),
        ("RECEIVED_BODY_BYTES",       "names have a case"),
        (" received_body_bytes",      "space is part of it"),
        ("with_received_body_bytes",  "the name of a method"),
        ("set",            "the name of another method"),
        ("workers",        "a limit of the server"),
        ("",               "no name"),
    ];
    for (name, why) in cases {
        let mut limits = Limits::default();
        let error = limits.set(name, "1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}: {why}");
        assert_eq!(error.to_string(), format!("there is no limit `{name}`"), "{why}");
        assert_eq!(limits, Limits::default(), "{name:?}: {why}: nothing is set");
    }
}
