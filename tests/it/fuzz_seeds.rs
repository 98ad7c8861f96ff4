//! The seeds of the fuzz targets: each is an example of a parsing rule, and is replayed here.

use std::fs;
use std::path::Path;

#[cfg(all(feature = "fastcgi", feature = "scgi", feature = "uwsgi"))]
use rustzeug::codecs::{FastCgi, Scgi, Uwsgi};

#[cfg(feature = "private-cookies")]
#[path = "../../fuzz/rules/cookies.rs"]
mod cookies;
#[cfg(feature = "compression")]
#[path = "../../fuzz/rules/decoding.rs"]
mod decoding;
#[cfg(all(feature = "fastcgi", feature = "scgi", feature = "uwsgi"))]
#[path = "../../fuzz/rules/fronts.rs"]
mod fronts;
#[cfg(feature = "multer")]
#[path = "../../fuzz/rules/multer.rs"]
pub(crate) mod multer;
#[path = "../../fuzz/rules/multipart.rs"]
mod multipart;
#[path = "../../fuzz/rules/proxy.rs"]
mod proxy;
#[path = "../../fuzz/rules/routing.rs"]
mod routing;
#[path = "../../fuzz/rules/typed.rs"]
mod typed;
#[path = "../../fuzz/rules/typed_headers.rs"]
mod typed_headers;
#[path = "../../fuzz/rules/urlencoded.rs"]
mod urlencoded;
#[path = "../../fuzz/rules/variables.rs"]
mod variables;

fn replay(target: &str, check: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut count = 0;
    for entry in fs::read_dir(seeds).unwrap() {
        let entry = entry.unwrap();
        // The other files are findings of a fuzzer on this machine.
        if entry.file_name().to_string_lossy().starts_with("seed-") {
            check(&fs::read(entry.path()).unwrap());
            count += 1;
        }
    }
    assert!(count >= 10, "{target} has {count} seeds");
}

#[test]
fn what_the_fuzzers_of_forms_start_from_holds() {
    replay("multipart", multipart::check);
    replay("typed", typed::check);
    replay("urlencoded", urlencoded::check);
}

#[test]
fn what_the_fuzzer_of_proxy_headers_starts_from_holds() {
    replay("proxy", proxy::check);
}

#[test]
fn what_the_fuzzer_of_rules_starts_from_holds() {
    replay("routing", routing::check);
}

#[cfg(feature = "compression")]
#[test]
fn what_the_fuzzer_of_compressed_bodies_starts_from_holds() {
    replay("decoding", decoding::check);
}

#[cfg(all(feature = "fastcgi", feature = "scgi", feature = "uwsgi"))]
#[test]
fn what_the_fuzzers_of_web_servers_in_front_start_from_holds() {
    use fronts::{MOST, check};
    replay("fastcgi", |input| check(input, || FastCgi::new(MOST, 10)));
    replay("scgi", |input| check(input, || Scgi::new(MOST)));
    replay("uwsgi", |input| check(input, || Uwsgi::new(MOST)));
}

#[test]
fn what_the_fuzzer_of_variables_starts_from_holds() {
    replay("variables", variables::check);
}

#[cfg(feature = "private-cookies")]
#[test]
fn what_the_fuzzer_of_cookies_starts_from_holds() {
    replay("cookies", cookies::check);
}

#[test]
fn any_pairs_are_read_typed_by_the_rule() {
    const PIECES: [&str; 22] = [
        "a=", "b=", "c=", "d=", "e=", "f=", "x=", "&", "&", "&", "7", "007", "-1", "70000", "1.5",
        "on", "True", "number", "texts", "%00", "é", "1e400",
    ];
    arbtest::arbtest(|u| {
        let mut query = String::new();
        for _ in 0..u.int_in_range(0..=60)? {
            query.push_str(u.choose(&PIECES)?);
        }
        typed::check(query.as_bytes());
        Ok(())
    });
}

#[cfg(feature = "multer")]
#[test]
fn what_the_fuzzer_beside_multer_starts_from_holds() {
    replay("multer", multer::check);
}

#[test]
fn typed_headers_hold_for_the_seeds() {
    replay("typed_headers", typed_headers::check);
}

#[test]
fn typed_headers_hold_for_any_pieces() {
    const PIECES: [&str; 40] = [
        ", ",
        ",",
        ";",
        "; ",
        "=",
        "\"",
        "\\",
        "(",
        ")",
        "<",
        ">",
        "/",
        "*",
        "a",
        "b",
        "q=0.5",
        "text/html",
        "gzip",
        "de-CH",
        "Basic ",
        "Bearer ",
        "YTpi",
        "realm=",
        "filename*=UTF-8''",
        "%C3%A9",
        "max-age=",
        "31536000",
        "for=",
        "[::1]",
        "1.1 ",
        "dur=",
        "https://",
        "a.org",
        ":80",
        "é",
        "\t",
        "\n",
        "-1",
        ".5",
        "default-src ",
    ];
    arbtest::arbtest(|u| {
        let mut line = String::new();
        for _ in 0..u.int_in_range(0..=24)? {
            line.push_str(u.choose(&PIECES)?);
        }
        typed_headers::check(line.as_bytes());
        Ok(())
    });
}

#[test]
fn typed_headers_hold_for_changed_seeds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/typed_headers");
    let seeds: Vec<_> = fs::read_dir(seeds)
        .unwrap()
        .map(|seed| fs::read(seed.unwrap().path()).unwrap())
        .collect();
    arbtest::arbtest(|u| {
        let mut line = u.choose(&seeds)?.clone();
        for _ in 0..u.int_in_range(1..=4)? {
            let at = u.choose_index(line.len())?;
            match u.int_in_range(0..=2)? {
                0 => drop(line.remove(at)),
                1 => line[at] = u.arbitrary()?,
                _ => line.insert(at, *u.choose(b",;=\"\\ ()<>*\t")?),
            }
            if line.is_empty() {
                break;
            }
        }
        typed_headers::check(&line);
        Ok(())
    });
}
