//! URLs: hosts, percent-encoding, and resolution of references.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::url::Host;
use rustzeug::url::decode_path;
use rustzeug::url::encode_path;
use rustzeug::url::leaves_site;
use rustzeug::url::resolve;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    base: &'a str,
    reference: &'a str,
    path: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    host(input.base);
    path(input.path, input.reference);
    resolved(input.base, input.reference);
    site(input.reference);
});

fn host(text: &str) {
    let Ok(host) = Host::parse(text) else {
        return;
    };
    assert!(!host.name().is_empty() && host.name().bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(
        !host
            .name()
            .contains(['/', '?', '#', '@', '\\', '<', '>', '"'])
    );
    let written = host.to_string();
    assert_eq!(Host::parse(&written), Ok(host), "written and read");
}

fn path(decoded: &[u8], raw: &str) {
    let encoded = encode_path(decoded);
    assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!encoded.contains(['?', '#', '\\', '"', '<', '>', '[', ']']));
    assert_eq!(*decode_path(&encoded), *decoded);
    // Any other spelling of the same path decodes to the same bytes.
    let bytes = decode_path(raw);
    assert_eq!(decode_path(&encode_path(&bytes)), bytes);
}

fn resolved(base: &str, reference: &str) {
    let url = resolve(base, reference);
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
    let without_fragment = url.split('#').next().unwrap_or_default();
    assert_eq!(resolve(&url, ""), without_fragment, "it is unchanged");
}

/// A reference that does not leave the site resolves to the site, and so does a local redirect to it.
fn site(reference: &str) {
    const SITE: &str = "http://site.example";
    let base = format!("{SITE}/a/b?c");
    let stays = |reference: &str| {
        let url = resolve(&base, reference);
        let rest = url.strip_prefix(SITE);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    if !leaves_site(reference) {
        assert!(stays(reference), "{reference:?}");
    }
    let request = Request::blank(&base);
    let response = Response::redirect_local(&request, reference);
    if response.status() == 303 {
        let location = response.headers()["location"].to_str().expect("ASCII");
        let is_absolute = location
            .get(..SITE.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(SITE));
        assert!(is_absolute || (!leaves_site(location) && stays(location)), "{location}");
    } else {
        assert_eq!(response.status(), 400);
    }
}
