//! The converters of random rules, with a second implementation of what they take.

use std::borrow::Cow;

use super::naive::Known;
use crate::routing::rules::converter::Converter;
use crate::routing::rules::converter::Converters;

/// Takes even numbers, and builds them.
struct Even;

impl Converter for Even {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let number: u8 = text.parse().ok()?;
        number.is_multiple_of(2).then_some(text.into())
    }
}

/// Turns a text into capitals: not every value has a text, and several texts have the same value.
struct Shout;

impl Converter for Shout {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        Some(text.to_uppercase().into())
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(value.to_lowercase().into())
    }

    fn weight(&self) -> u16 {
        90
    }
}

thread_local! {
    static OWN: Converters = Converters::new().with("even", Even).with("shout", Shout);
}

pub(super) fn own() -> Converters {
    OWN.with(Clone::clone)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_int(text: &str) -> bool {
    is_number(text) && (text == "0" || !text.starts_with('0'))
}

fn is_float(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "1"));
    is_int(whole) && is_number(fraction) && !fraction.ends_with('0')
}

/// Whether a text is a value in another spelling: it is taken without needless zeros or in lower case.
pub(super) fn is_respelled(known: &Known, text: &str) -> bool {
    let (sign, number) = match text.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", text),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let are_numbers = is_number(whole) && is_number(fraction);
    let shorter = match whole.trim_start_matches('0') {
        "" => "0",
        some => some,
    };
    let spelling = match known.canonical.split('(').next() {
        Some("int") if !known.canonical.contains("digits") && are_numbers && number == whole => {
            format!("{sign}{shorter}")
        }
        Some("float") if are_numbers => {
            let number = format!("{shorter}.{fraction}");
            let number = number.trim_end_matches('0').trim_end_matches('.');
            format!("{}{number}", if number == "0" { "" } else { sign })
        }
        Some("uuid") => text.to_ascii_lowercase(),
        _ => return false,
    };
    spelling != text && (known.takes)(&spelling)
}

const fn known(
    text: &'static str,
    canonical: &'static str,
    weight: u16,
    breadth: u8,
    takes: fn(&str) -> bool,
) -> Known {
    Known {
        text,
        canonical,
        weight,
        breadth,
        takes,
    }
}

/// No random path has a number with more than six digits.
#[rustfmt::skip]
pub(super) static KNOWN: [Known; 16] = [
    known("even", "even@", 75, 0, |text| text.parse::<u8>().is_ok_and(|number| number.is_multiple_of(2))),
    known("shout", "shout@", 90, 0, |_| true),
    known("str", "str", 100, 4, |_| true),
    known("str(max=2)", "str(min=1,max=2)", 100, 1, |text| text.chars().count() <= 2),
    known("str(min=2)", "str(min=2)", 100, 3, |text| text.chars().count() >= 2),
    known("str(length=1)", "str(min=1,max=1)", 100, 0, |text| text.chars().count() == 1),
    known("int", "int(min=0,max=18446744073709551615)", 40, 2, is_int),
    known("int(max=5)", "int(min=0,max=5)", 40, 0, |text| is_int(text) && text.len() == 1 && text <= "5"),
    known("int(signed)", "int(min=-9223372036854775808,max=9223372036854775807)", 40, 2,
        |text| is_int(text.strip_prefix('-').unwrap_or(text)) && text != "-0"),
    known("int(digits=2)", "int(min=0,max=99,digits=2)", 40, 1, |text| is_number(text) && text.len() == 2),
    known("float", "float(min=0.0,max=1.7976931348623157e308)", 50, 0, is_float),
    known("float(max=3,signed)", "float(min=-1.7976931348623157e308,max=3.0)", 50, 0,
        |text| is_float(text.strip_prefix('-').unwrap_or(text)) && text != "-0" && text.parse::<f64>().is_ok_and(|number| number <= 3.0)),
    known("any(a,b)", "any(a,b)", 10, 0, |text| matches!(text, "a" | "b")),
    known("any(a,7)", "any(7,a)", 10, 0, |text| matches!(text, "a" | "7")),
    known("date", "date", 30, 0, |text| matches!(text, "2024-02-29" | "2026-11-24")),
    known("uuid", "uuid", 20, 0, |text| text == UUID),
];

/// In hosts, where the texts of an `any` are in lower case.
pub(super) static IN_HOSTS: [Known; 2] = [
    known("any(DE,a)", "any(a,de)", 10, 0, |text| {
        matches!(text, "a" | "de")
    }),
    known("shout", "shout@", 90, 0, |_| true),
];

pub(super) const UUID: &str = "01234567-89ab-cdef-0123-456789abcdef";
