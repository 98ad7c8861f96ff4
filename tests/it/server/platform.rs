//! A server that is configured by its environment, in processes with their own environment.

use rustzeug::Server;

use super::processes::{is_started, said, say, start};

/// Not a test: the server that the test starts in other processes.
#[test]
fn started_by_the_other_test() {
    if is_started() {
        let server = Server::from_env();
        say(&server.map_or_else(|error| error.to_string(), |server| server.to_string()));
    }
}

type Variables = &'static [(&'static str, &'static str)];

fn with(variables: Variables) -> String {
    let mut process = start("server::platform::started_by_the_other_test");
    process.envs(variables.iter().copied());
    let output = String::from_utf8(process.output().unwrap().stdout).unwrap();
    said(&output).expect(&output).to_owned()
}

#[test]
#[rustfmt::skip]
fn the_environment_says_where_to_listen_and_what_to_allow() {
    let cases: &[(Variables, &str, &str)] = &[
        (&[("PORT", "0")],                             "http://0.0.0.0:",   "a platform reaches it from outside"),
        (&[("PORT", "0"), ("HOST", "")],               "http://0.0.0.0:",   "an empty variable is not set"),
        (&[("PORT", "0"), ("HOST", "127.0.0.1")],      "http://127.0.0.1:", "`HOST` sets the address"),
        (&[("PORT", "0"), ("HOST", "localhost")],      "http://127.0.0.1:", "`HOST` is `localhost`"),
        (&[("PORT", "0"), ("HOST", "[127.0.0.1]")],    "http://127.0.0.1:", "with brackets, as an IPv6 address has them"),
        (&[("PORT", "0"), ("HOST", "x86_64-conda-linux-gnu")], "http://0.0.0.0:", "conda sets `HOST` to a kind of machine"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "1 MiB")],   "http://",     "a limit"),
        (&[("PORT", "0"), ("RUSTZEUG_WORKERS", "7")],   "http://",                     "a limit of the server"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "")],  "http://",           "an empty one is not set"),
        (&[("PORT", "0"), ("HEALTH_PATH", "-")],       "http://",           "no health path"),
        (&[("PORT", "seven")],                         "PORT is `seven`; set it to ", "no number"),
        (&[("PORT", "65536")],                         "PORT is `65536`; set it", "too large"),
        (&[("PORT", "0"), ("HOST", "192.0.2.1")],      "192.0.2.1 is not an address of this machine", "another's"),
        (&[("PORT", "0"), ("HEALTH_PATH", "ok")],      "HEALTH_PATH is `ok`; set it to ", "no path"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTE", "1")], "RUSTZEUG_RECEIVED_BODY_BYTE: there is no limit `received_body_byte`", "a slip is not ignored"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "-1")], "RUSTZEUG_RECEIVED_BODY_BYTES: the limit `received_body_bytes` cannot be `-1`", "less than nothing"),
        (&[("PORT", "0"), ("RUSTZEUG_RECEIVED_BODY_BYTES", "99999999999 GiB")], "RUSTZEUG_RECEIVED_BODY_BYTES: the limit `received_body_bytes` cannot be `99999999999 GiB`", "more than fits"),
        (&[("PORT", "0"), ("RUSTZEUG_BODY_IDLE", "-1")], "RUSTZEUG_BODY_IDLE: the limit `body_idle` cannot be `-1`", "no time"),
        (&[("PORT", "0"), ("RUSTZEUG_LINGER", "-1")], "RUSTZEUG_LINGER: the limit `linger` cannot be `-1`", "an invalid limit of the server"),
        (&[("PORT", "0"), ("RUSTZEUG_BODY_IDLE", "NaN")], "RUSTZEUG_BODY_IDLE: the limit `body_idle` cannot be `NaN`", "no number at all"),
        (&[("UNIX_SOCKET", "/nowhere/app.sock"), ("PORT", "0")], "the folder of /nowhere/app.sock does not exist", "the socket has priority over the port"),
    ];
    for (variables, want, why) in cases {
        let got = with(variables);
        assert!(got.starts_with(want), "{variables:?}: {why}: {got}");
    }
}
