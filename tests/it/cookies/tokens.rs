//! Signed tokens: which ones verify, and what the error of the others is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustzeug::signed::SignatureError::{BadSignature, Expired, FromTheFuture, Malformed};
use rustzeug::signed::{KeyError, Keys, generate_key};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";
const HOUR: Duration = Duration::from_hours(1);

fn keys() -> Keys {
    Keys::new(SECRET).unwrap()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn the_format_is_fixed() {
    // Made with Python's hmac and base64, from the description in the module.
    const TOKEN: &str = "CUB_odKJD2qXUvj8WA8_h1ENhbaGFDsEzH8PTMPRcCwAAAAAa0nSAHVzZXItNw";
    let token = keys().sign_at("password-reset", "user-7", at(1_800_000_000));
    assert_eq!(token, TOKEN);
    assert!(
        token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    );
}

#[test]
fn a_token_is_good_for_its_purpose_and_its_time() {
    let token = keys().sign_at("p", "v", at(10_000));
    #[rustfmt::skip]
    let cases = [
        ("p", 10_000, HOUR,           Ok(()),             "at once"),
        ("p", 13_600, HOUR,           Ok(()),             "at the limit"),
        ("p", 13_601, HOUR,           Err(Expired),       "one past it"),
        ("p", 10_000, Duration::ZERO, Ok(()),             "within the second"),
        ("p", 10_001, Duration::ZERO, Err(Expired),       "after the second"),
        ("p", u64::MAX >> 30, Duration::MAX, Ok(()),      "without a limit"),
        ("p", 9_940,  HOUR,           Ok(()),             "clocks differ by a minute"),
        ("p", 9_939,  HOUR,           Err(FromTheFuture), "clocks differ by more than a minute"),
        ("q", 10_000, HOUR,           Err(BadSignature),  "another purpose"),
        ("",  10_000, HOUR,           Err(BadSignature),  "none"),
        ("q", 99_999, HOUR,           Err(BadSignature),  "the age is checked only for genuine tokens"),
    ];
    for (purpose, now, max_age, want, why) in cases {
        let found = keys().verify_at(purpose, &token, max_age, at(now));
        assert_eq!(found, want.map(|()| "v".to_owned()), "{why}");
    }
}

#[test]
fn times_before_1970_are_1970() {
    let early = UNIX_EPOCH - Duration::from_secs(5);
    let token = keys().sign_at("p", "v", early);
    assert_eq!(keys().verify_at("p", &token, HOUR, early).unwrap(), "v");
}

#[test]
fn what_was_changed_is_told_from_what_is_no_token() {
    let token = keys().sign_at("p", "some value", at(10_000));
    let other = keys().sign_at("p", "other value", at(10_000));
    let mut spare = token.clone();
    // The last of two or three characters has unused bits, so it has other spellings.
    let last = spare.pop().unwrap();
    spare.push(char::from(u8::try_from(last).unwrap() + 1));
    #[rustfmt::skip]
    let cases = [
        (String::new(),                         Malformed,    "nothing"),
        ("user-7".into(),                       Malformed,    "the value alone"),
        (token[..40].into(),                    Malformed,    "less than a MAC"),
        (token[..52].into(),                    Malformed,    "less than a time"),
        (token[..56].into(),                    BadSignature, "too little for a value"),
        (token[..token.len() - 1].into(),       Malformed,    "cut within a byte"),
        (token[..token.len() - 3].into(),       BadSignature, "cut"),
        (format!("{token}AAAA"),                BadSignature, "extended"),
        (format!("{token}=="),                  Malformed,    "padding"),
        (format!("{token} "),                   Malformed,    "a blank"),
        (format!("{token}\n"),                  Malformed,    "a line end"),
        (spare,                                 Malformed,    "spare bits"),
        (token.replacen(&token[..1], "+", 1),   Malformed,    "the other alphabet"),
        (token.to_ascii_lowercase(),            BadSignature, "by a mail program"),
        (format!("{}{}", &token[..44], &other[44..]), BadSignature, "the value of another token"),
        ("é".repeat(40),                        Malformed,    "no ASCII"),
        ("A".repeat(54),                        BadSignature, "zeros"),
    ];
    for (token, want, why) in cases {
        let found = keys().verify_at("p", &token, HOUR, at(10_000));
        let found = found.map(drop).unwrap_err();
        let lower = why == "by a mail program" || why == "spare bits";
        assert!(
            found == want || lower && found != Expired,
            "{token}: {why}: {found:?}"
        );
    }
}

#[test]
fn no_two_sets_of_purpose_and_value_are_one() {
    let (keys, now) = (keys(), at(10_000));
    let sets = [
        ("a", "bc"),
        ("ab", "c"),
        ("", "abc"),
        ("abc", ""),
        ("a\0", "bc"),
        ("cookie", "abc"),
    ];
    for (purpose, value) in sets {
        let token = keys.sign_at(purpose, value, now);
        for (other, _) in sets {
            let found = keys.verify_at(other, &token, HOUR, now);
            assert_eq!(found.is_ok(), other == purpose, "{purpose:?} as {other:?}");
        }
    }
}

#[test]
fn the_first_key_signs_and_all_verify() {
    let (old, new) = (Keys::new(OTHER).unwrap(), keys());
    let both = keys().with_old(OTHER).unwrap();
    let now = at(10_000);
    let verifies = |keys: &Keys, signer: &Keys| {
        let token = signer.sign_at("p", "v", now);
        keys.verify_at("p", &token, HOUR, now).is_ok()
    };
    #[rustfmt::skip]
    let cases = [
        (&both, &old,  true,  "a value that the old key signed is valid"),
        (&both, &new,  true,  "a value that the new key signed is valid"),
        (&new,  &both, true,  "CVE-2025-47278: the new key signs"),
        (&old,  &both, false, "the old key does not sign"),
        (&new,  &old,  false, "a removed key does not verify"),
    ];
    for (keys, signer, want, why) in cases {
        assert_eq!(verifies(keys, signer), want, "{why}");
    }
    let listed: Keys = format!(" {SECRET},\t{OTHER} ,").parse().unwrap();
    assert!(verifies(&new, &listed) && verifies(&listed, &old) && !verifies(&old, &listed));
}

#[test]
fn a_key_has_32_bytes_at_least() {
    assert!(Keys::new([7; 32]).is_ok(), "at the limit");
    assert_eq!(
        Keys::new([7; 31]).unwrap_err(),
        KeyError::TooShort(31),
        "one short of it"
    );
    assert_eq!(keys().with_old("short").unwrap_err(), KeyError::TooShort(5));
    for text in ["", " ", ",, ,"] {
        assert_eq!(
            text.parse::<Keys>().unwrap_err(),
            KeyError::None,
            "{text:?}"
        );
    }
    let error = format!("{SECRET} short").parse::<Keys>().unwrap_err();
    assert_eq!(error, KeyError::TooShort(5));
    assert!(
        error.to_string().contains("openssl rand -hex 32"),
        "{error}"
    );
    assert!(!error.to_string().contains("short key"), "{error}");
}

#[test]
fn a_variable_that_does_not_help_is_named() {
    let error = Keys::from_env("RUSTZEUG_TEST_NO_KEYS").unwrap_err();
    assert_eq!(error, KeyError::NotSet("RUSTZEUG_TEST_NO_KEYS".into()));
    // Cargo sets this variable for every test.
    let error = Keys::from_env("CARGO_PKG_NAME").unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("CARGO_PKG_NAME") && text.contains("32 bytes"),
        "{text}"
    );
    assert_eq!(format!("{error:?}"), text, "`main` prints a sentence");
}

#[test]
fn generated_keys_are_keys_and_differ() {
    let (one, other) = (generate_key().unwrap(), generate_key().unwrap());
    assert_ne!(one, other);
    let token = one.parse::<Keys>().unwrap().sign("p", "v");
    assert_eq!(
        Keys::new(&one).unwrap().verify("p", &token, HOUR).unwrap(),
        "v"
    );
    assert_eq!(
        Keys::generate().unwrap().verify("p", &token, HOUR),
        Err(BadSignature)
    );
    assert_eq!(
        format!("{:?}", keys()),
        "Keys(1)",
        "no part of the keys is shown"
    );
}

#[test]
fn no_change_of_a_token_verifies() {
    arbtest::arbtest(|u| {
        let (keys, now) = (keys(), at(10_000));
        let (purpose, value): (String, String) = (u.arbitrary()?, u.arbitrary()?);
        let token = keys.sign_at(&purpose, &value, now);
        assert_eq!(
            keys.verify_at(&purpose, &token, HOUR, now).as_deref(),
            Ok(&*value)
        );

        let mut bytes = token.clone().into_bytes();
        let place = u.choose_index(bytes.len())?;
        match u.int_in_range(0..=3)? {
            0 => bytes[place] = u.int_in_range(0x20..=0x7e)?,
            1 => bytes.truncate(place),
            2 => bytes.insert(place, u.int_in_range(0x20..=0x7e)?),
            _ => bytes = u.arbitrary()?,
        }
        if let Ok(changed) = String::from_utf8(bytes)
            && changed != token
        {
            assert!(
                keys.verify_at(&purpose, &changed, HOUR, now).is_err(),
                "{changed}"
            );
        }
        let other: String = u.arbitrary()?;
        assert_eq!(
            keys.verify_at(&other, &token, HOUR, now).is_ok(),
            other == purpose
        );
        Ok(())
    });
}
