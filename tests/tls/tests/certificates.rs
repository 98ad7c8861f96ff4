//! Which certificate a client gets, and what is said about wrong ones.

use std::fs;

use rcgen::date_time_ymd;
use rustls::version::TLS12;
use rustls::version::TLS13;
use rustzeug::IntoApplication;
use rustzeug::server::Tls;

use crate::support::Files;
use crate::support::Served;
use crate::support::get;
use crate::support::until;

#[test]
fn a_client_gets_the_certificate_for_the_name_that_it_asks_for() {
    let (first, second) = (Files::new("localhost"), Files::new("other.test"));
    let tls = first
        .tls()
        .unwrap()
        .with_files(&second.certificate, &second.key)
        .unwrap();
    let served = Served::new(tls, (|| "hello").into_application());
    for (name, files) in [("localhost", &first), ("other.test", &second)] {
        let client = served.connect(name, &files.der);
        assert_eq!(
            client.conn.peer_certificates(),
            Some(&[files.der.clone()][..]),
            "{name}"
        );
    }
    // A name that no certificate has gets the first one, which the client does not take.
    let wrong = served.connect_by("third.test", &first.der, &[], &[&TLS13, &TLS12]);
    assert!(
        wrong
            .unwrap_err()
            .contains("certificate not valid for name")
    );
}

/// The name is that of RFC 6066 §3: one host, in any case; an address is not one.
#[test]
fn names_match_as_clients_match_them() {
    let (first, other) = (Files::new("127.0.0.1"), Files::new("*.other.test"));
    let tls = first.tls().unwrap();
    let tls = tls.with_files(&other.certificate, &other.key).unwrap();
    let served = Served::new(tls, (|| "hello").into_application());
    let cases = [
        (
            "127.0.0.1",
            &first,
            true,
            "a client that names an address asks for no name",
        ),
        ("a.other.test", &other, true, "a wildcard"),
        ("A.Other.TEST", &other, true, "case does not matter"),
        (
            "a.b.other.test",
            &other,
            false,
            "a wildcard is for one label",
        ),
        ("other.test", &other, false, "and not for none"),
    ];
    for (name, files, works, why) in cases {
        let client = served.connect_by(name, &files.der, &[], &[&TLS13, &TLS12]);
        assert_eq!(client.is_ok(), works, "{name}: {why}");
    }
}

#[test]
fn changed_files_are_read_again() {
    let (old, new) = (Files::new("localhost"), Files::new("localhost"));
    let served = Served::new(old.tls().unwrap(), (|| "hello").into_application());
    let works = |der| served.connect_by("localhost", der, &[], &[&TLS13]).is_ok();
    assert!(works(&old.der) && !works(&new.der));
    new.replace(&old);
    until("the new certificate is used", || works(&new.der));
    assert!(!works(&old.der));
    assert!(
        served.log.text().contains("was read again"),
        "{}",
        served.log.text()
    );

    fs::write(&old.certificate, "nothing").unwrap();
    until("it is said", || {
        assert!(works(&new.der), "the last good certificate stays in use");
        served
            .log
            .text()
            .contains("The old certificate stays in use: ")
    });
    assert!(
        served.log.text().contains("has no certificate"),
        "{}",
        served.log.text()
    );
}

#[test]
fn what_cannot_be_used_is_said_in_a_sentence() {
    let (good, other) = (Files::new("localhost"), Files::new("localhost"));
    let dated = |from: (i32, u8), to: (i32, u8)| {
        Files::made("localhost", |mut params| {
            params.not_before = date_time_ymd(from.0, from.1, 1);
            params.not_after = date_time_ymd(to.0, to.1, 1);
            params
        })
    };
    let (expired, early) = (dated((2020, 1), (2021, 2)), dated((2190, 1), (2191, 1)));
    let nothing = Files::new("localhost");
    fs::write(&nothing.certificate, "").unwrap();
    fs::write(&nothing.key, "").unwrap();
    let garbage = Files::new("localhost");
    fs::write(
        &garbage.certificate,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let reversed = Files::new("localhost");
    let chain =
        [&other.certificate, &reversed.certificate].map(|file| fs::read_to_string(file).unwrap());
    fs::write(&reversed.certificate, chain.concat()).unwrap();
    let missing = std::path::Path::new("/nowhere/x.pem");
    #[rustfmt::skip]
    let cases = [
        (&*expired.certificate, &*expired.key, "has expired: it was valid until Mon, 01 Feb 2021 00:00:00 GMT", "expired"),
        (&*early.certificate,   &*early.key,   "is not valid before Fri, 01 Jan 2190 00:00:00 GMT", "early"),
        (&*good.certificate,    &*other.key,   "belongs to another certificate than the one in", "mismatched"),
        (&*reversed.certificate, &*reversed.key, "is not the first one in", "the issuer comes first"),
        (missing,               &*good.key,    "the file /nowhere/x.pem for the certificate does not exist", "no file"),
        (&*good.certificate,    missing,       "the file /nowhere/x.pem for the key does not exist", "no file"),
        (&*nothing.certificate, &*good.key,    "has no certificate", "empty"),
        (&*good.certificate,    &*nothing.key, "has no key", "empty"),
        (&*good.key,            &*good.certificate, "has no certificate", "exchanged"),
        (&*garbage.certificate, &*good.key,    "is not a certificate that clients accept", "garbage"),
    ];
    for (certificate, key, want, why) in cases {
        let error = Tls::from_files(certificate, key).unwrap_err().to_string();
        assert!(
            error.contains(want) && !error.contains('\n'),
            "{why}: {error}"
        );
    }
}

#[test]
fn both_versions_are_spoken() {
    let files = Files::new("localhost");
    let served = Served::new(files.tls().unwrap(), (|| "hello").into_application());
    for version in [&TLS12, &TLS13] {
        let client = served
            .connect_by("localhost", &files.der, &["http/1.1"], &[version])
            .unwrap();
        assert_eq!(client.conn.protocol_version(), Some(version.version));
        assert!(get(client, "/").ends_with("\r\n\r\nhello"));
    }
}
