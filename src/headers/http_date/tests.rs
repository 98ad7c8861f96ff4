//! Valid and invalid dates.

use super::*;

const NOW: HttpDate = HttpDate::from_unix_seconds(1_767_225_600);

fn read(text: &str) -> Option<i64> {
    HttpDate::parse_at(text, NOW)
        .ok()
        .map(HttpDate::unix_seconds)
}

#[test]
fn three_forms_are_read() {
    #[rustfmt::skip]
    let cases = [
        ("Sun, 06 Nov 1994 08:49:37 GMT",     Some(784_111_777),      "the form that is written"),
        ("Sunday, 06-Nov-94 08:49:37 GMT",    Some(784_111_777),      "RFC 850"),
        ("Sun Nov  6 08:49:37 1994",          Some(784_111_777),      "asctime"),
        ("Wed Nov 16 08:49:37 1994",          Some(784_975_777),      "asctime, two digits of the day"),
        ("Thu, 01 Jan 1970 00:00:00 GMT",     Some(0),                "the epoch"),
        ("Wed, 31 Dec 1969 23:59:59 GMT",     Some(-1),               "before it"),
        ("Mon, 01 Jan 0001 00:00:00 GMT",     Some(-62_135_596_800),  "the first"),
        ("Fri, 31 Dec 9999 23:59:59 GMT",     Some(253_402_300_799),  "the last"),
        ("Thu, 29 Feb 2024 12:00:00 GMT",     Some(1_709_208_000),    "a leap day"),
        ("Mon, 06 Nov 1994 08:49:37 GMT",     Some(784_111_777),      "the name of the day is not compared"),
        ("Sat, 31 Dec 2016 23:59:60 GMT",     Some(1_483_228_800),    "a leap second is the next one"),
        ("Fri, 31 Dec 9999 23:59:60 GMT",     None,                   "there is none after the last"),
        ("Sun, 06 Nov 1994 08:49:60 GMT",     None,                   "a leap second at another time"),
        ("Thu, 31 Feb 1994 08:49:37 GMT",     None,                   "no such day"),
        ("Wed, 29 Feb 2023 12:00:00 GMT",     None,                   "no leap year"),
        ("Sun, 00 Nov 1994 08:49:37 GMT",     None,                   "days count from one"),
        ("Sun, 06 Nov 1994 24:00:00 GMT",     None,                   "no such hour"),
        ("Sun, 06 Nov 1994 08:60:00 GMT",     None,                   "no such minute"),
        ("Sat, 01 Jan 0000 00:00:00 GMT",     None,                   "no year"),
        ("Sun, 06 Nov 10000 08:49:37 GMT",    None,                   "five digits"),
        ("Sun, 06 Nov 1994 08:49:37 UTC",     None,                   "another name of the zone"),
        ("Sun, 06 Nov 1994 08:49:37 +0000",   None,                   "a date of e-mail"),
        ("Sun, 06 nov 1994 08:49:37 GMT",     None,                   "names have their case"),
        ("sun, 06 Nov 1994 08:49:37 GMT",     None,                   "those of days too"),
        ("Xxx, 06 Nov 1994 08:49:37 GMT",     None,                   "no such day of the week"),
        ("Sun, 6 Nov 1994 08:49:37 GMT",      None,                   "one digit"),
        ("Sun, +6 Nov 1994 08:49:37 GMT",     None,                   "a sign"),
        ("Sun, 06 Nov 1994 8:49:37 GMT",      None,                   "one digit of the hour"),
        (" Sun, 06 Nov 1994 08:49:37 GMT",    None,                   "a blank in front"),
        ("Sun, 06 Nov 1994 08:49:37 GMT ",    None,                   "a blank behind"),
        ("Sun, 06 Nov 1994",                  None,                   "no time"),
        ("Sun, 06-Nov-94 08:49:37 GMT",       None,                   "RFC 850 has whole names of days"),
        ("Sunday, 06-Nov-1994 08:49:37 GMT",  None,                   "and two digits of the year"),
        ("Sun Nov 06 08:49:37 1994 GMT",      None,                   "asctime has no zone"),
        ("784111777",                         None,                   "a number"),
        ("",                                  None,                   "nothing"),
        ("Sun, 06 Nov 1994 08:4\u{669}:7 GMT", None,                  "digits are ASCII"),
    ];
    for (text, want, why) in cases {
        assert_eq!(read(text), want, "{text:?}: {why}");
    }
}

#[test]
fn two_digits_are_a_year_at_most_fifty_years_ahead() {
    // §5.6.7; now is the beginning of 2026.
    #[rustfmt::skip]
    let cases = [
        ("Thursday, 01-Jan-26 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT", "now"),
        ("Wednesday, 01-Jan-76 00:00:00 GMT", "Wed, 01 Jan 2076 00:00:00 GMT", "fifty years ahead"),
        ("Thursday, 01-Jan-76 00:00:01 GMT", "Thu, 01 Jan 1976 00:00:01 GMT", "a second more"),
        ("Sunday, 06-Nov-94 08:49:37 GMT",   "Sun, 06 Nov 1994 08:49:37 GMT", "long ahead, so past"),
        ("Saturday, 01-Jan-00 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT", "of this century"),
    ];
    for (text, want, why) in cases {
        let date = HttpDate::parse_at(text, NOW).expect("a date");
        assert_eq!(date.to_string(), want, "{text:?}: {why}");
    }
    let later = HttpDate::parse("Sun, 01 Jan 2090 00:00:00 GMT").expect("a date");
    let date = HttpDate::parse_at("Saturday, 06-Nov-10 08:49:37 GMT", later).expect("a date");
    assert_eq!(
        date.to_string(),
        "Thu, 06 Nov 2110 08:49:37 GMT",
        "the next century"
    );
}

/// The recorded results of the crate `httpdate` 1.0.3.
#[test]
fn it_is_as_httpdate_where_both_can() {
    #[rustfmt::skip]
    let recorded = [
        (0,               "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777,     "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400,     "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_799,     "Tue, 29 Feb 2000 23:59:59 GMT"),
        (951_868_800,     "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_078_012_799,   "Sat, 28 Feb 2004 23:59:59 GMT"),
        (1_475_419_451,   "Sun, 02 Oct 2016 14:44:11 GMT"),
        (2_147_483_648,   "Tue, 19 Jan 2038 03:14:08 GMT"),
        (4_107_542_400,   "Mon, 01 Mar 2100 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ];
    for (seconds, text) in recorded {
        assert_eq!(HttpDate::from_unix_seconds(seconds).to_string(), text);
        assert_eq!(read(text), Some(seconds));
    }
}

#[test]
fn what_is_written_is_read_as_the_same() {
    arbtest::arbtest(|u| {
        let date = HttpDate::from_unix_seconds(u.arbitrary()?);
        assert_eq!(HttpDate::parse(date.to_string()), Ok(date));
        let near = HttpDate::from_unix_seconds(u.int_in_range(-63_000_000_000..=254_000_000_000)?);
        assert_eq!(HttpDate::parse(date.to_string()), Ok(date));
        assert_eq!(HttpDate::from(SystemTime::from(near)), near);
        Ok(())
    });
}

#[test]
fn no_bytes_make_it_panic() {
    arbtest::arbtest(|u| {
        let mut text = b"Sun, 06 Nov 1994 08:49:37 GMT".to_vec();
        for _ in 0..u.int_in_range(0..=3)? {
            let at = u.choose_index(text.len())?;
            text[at] = u.arbitrary()?;
        }
        let _ = HttpDate::parse(&text);
        let _ = HttpDate::parse(u.arbitrary::<&[u8]>()?);
        Ok(())
    });
}

#[test]
fn times_outside_of_the_calendar_are_its_ends() {
    for (time, want) in [
        (
            UNIX_EPOCH.checked_add(Duration::from_secs(1 << 62)),
            HttpDate::MAX,
        ),
        (
            UNIX_EPOCH.checked_sub(Duration::from_secs(1 << 62)),
            HttpDate::MIN,
        ),
    ] {
        // Not every platform has such times.
        if let Some(time) = time {
            assert_eq!(HttpDate::from(time), want);
        }
    }
    assert_eq!(HttpDate::MAX + Duration::MAX, HttpDate::MAX);
    assert_eq!(HttpDate::MIN - Duration::MAX, HttpDate::MIN);
    let half = Duration::from_millis(500);
    assert_eq!(HttpDate::from(UNIX_EPOCH + half), HttpDate(0));
    assert_eq!(
        HttpDate::from(UNIX_EPOCH - half),
        HttpDate(-1),
        "rounded down"
    );
}
