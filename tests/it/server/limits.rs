//! Setting limits of the server by name, from text.

use std::time::Duration;

use rustzeug::server::ServerLimits;

/// Each limit once, with a text for a value other than its default.
#[rustfmt::skip]
fn all() -> Vec<(&'static str, &'static str, ServerLimits)> {
    let limits = ServerLimits::default;
    let seconds = Duration::from_secs;
    vec![
        ("lanes",                "7",      limits().with_lanes(7)),
        ("workers",              "7",      limits().with_workers(7)),
        ("queued_jobs",          "7",      limits().with_queued_jobs(7)),
        ("worker_idle",          "7",      limits().with_worker_idle(seconds(7))),
        ("body_writers",         "7",      limits().with_body_writers(7)),
        ("head_timeout",         "7",      limits().with_head_timeout(seconds(7))),
        ("handshake_timeout",    "7",      limits().with_handshake_timeout(seconds(7))),
        ("handshakes",           "7",      limits().with_handshakes(7)),
        ("keep_alive",           "7",      limits().with_keep_alive(seconds(7))),
        ("front_keep_alive",     "7",      limits().with_front_keep_alive(seconds(7))),
        ("write_idle",           "7",      limits().with_write_idle(seconds(7))),
        ("drain_bytes",          "1 MiB",  limits().with_drain_bytes(1 << 20)),
        ("linger",               "7",      limits().with_linger(seconds(7))),
        ("linger_bytes",         "1 GiB",  limits().with_linger_bytes(1 << 30)),
        ("connections",          "7",      limits().with_connections(7)),
        ("http2_streams",        "7",      limits().with_http2_streams(7)),
        ("http2_head_bytes",     "4 KiB",  limits().with_http2_head_bytes(4 << 10)),
        ("http2_unread_bytes",   "1 KiB",  limits().with_http2_unread_bytes(1024)),
        ("http2_resets",         "7",      limits().with_http2_resets(7)),
        ("write_rate",           "7",      limits().with_write_rate(7)),
        ("half_closed",          "7",      limits().with_half_closed(seconds(7))),
        ("dead_peer",            "7",      limits().with_dead_peer(seconds(7))),
        ("lame_duck",            "7",      limits().with_lame_duck(seconds(7))),
        ("closing_notice",       "7",      limits().with_closing_notice(seconds(7))),
        ("grace_period",         "7",      limits().with_grace_period(seconds(7))),
        ("grace_period",         "0",      limits().with_grace_period(Duration::ZERO)),
    ]
}

#[test]
fn each_is_set_by_its_name_and_no_other_is() {
    for (name, text, want) in all() {
        let mut limits = ServerLimits::default();
        assert_ne!(limits, want, "{name}: this is its default");
        limits.set(name, text).unwrap();
        assert_eq!(limits, want, "{name}: {text}");
    }
    // `ServerLimits { workers: …, queued_jobs: …, … }`
    let shown = format!("{:?}", ServerLimits::default());
    let shown = shown.trim_start_matches("ServerLimits {").split(", ");
    for name in shown.map(|field| field.split(':').next().unwrap().trim()) {
        let known = all().iter().any(|(known, ..)| *known == name);
        assert!(known, "`{name}` is not in this table");
    }
}

#[test]
#[rustfmt::skip]
fn what_cannot_be_set_is_an_error_that_says_what_it_was() {
    let large = "the limit `http2_streams` cannot be `4294967296`: it is too large";
    let units = "the limit `http2_streams` cannot be `4 GiB`: it is too large";
    let cases = [
        ("http2_streams", "4294967296", large,                             "one past what fits"),
        ("http2_streams", "4 GiB",      units,                             "one past what fits, with a unit"),
        ("body_bytes",    "1",          "there is no limit `body_bytes`",  "a limit of requests"),
        ("conections",    "1",          "there is no limit `conections`",  "a slip"),
    ];
    for (name, text, want, why) in cases {
        let mut limits = ServerLimits::default();
        let error = limits.set(name, text).unwrap_err();
        assert_eq!(error.to_string(), want, "{text:?}: {why}");
        assert_eq!(limits, ServerLimits::default(), "{text:?}: {why}: nothing is set");
    }
}
