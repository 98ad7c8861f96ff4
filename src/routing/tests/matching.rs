//! One rule and one path.

use super::find;
use super::rules;

/// A rule, a path, the values, and why.
type Case = (
    &'static str,
    &'static str,
    Option<&'static [&'static str]>,
    &'static str,
);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("/", "/", Some(&[]), ""),
    ("/", "", None, "no path"),
    ("/", "//", None, "one segment more"),
    ("/a", "/a", Some(&[]), ""),
    ("/a", "/A", None, "paths have a case"),
    ("/a", "/a/", None, "a slash is a segment more"),
    ("/a/", "/a", None, "or one less"),
    ("/a/", "/a/", Some(&[]), ""),
    ("/a", "a", None, "a path begins with a slash"),
    ("/a", "*", None, "`OPTIONS *` is not a path"),
    ("/a", "/%61", Some(&[]), "decoded before it is compared"),
    ("/a b", "/a%20b", Some(&[]), "a rule is a decoded path"),
    ("/ä", "/%C3%A4", Some(&[]), ""),
    ("/a/b", "/a%2Fb", None, "an encoded slash separates nothing"),
    ("/{x}", "/a%2Fb", Some(&["a/b"]), "but is data"),
    ("/{x}", "/", None, "an empty text is not a value"),
    ("/{x}", "/a+b", Some(&["a+b"]), "a plus is a plus"),
    ("/{x}", "/100%", Some(&["100%"]), "a bad escape is plain text"),
    ("/{x}", "/%2541", Some(&["%41"]), "decoded once"),
    ("/{x}", "/%FF", Some(&["\u{fffd}"]), "no UTF-8"),
    ("/{x}", "/%00", Some(&["\0"]), ""),
    ("/{x}", "/..", Some(&[".."]), "dots are text"),
    ("/{x}/{y}", "/a/b", Some(&["a", "b"]), ""),
    ("/{x}/{y}", "//b", None, ""),
    ("/{x}-{y}", "/a%2Db", Some(&["a", "b"]), "an escape is what it means"),
    ("/{x}-{y}", "/%41%2D%42%2D", Some(&["A", "B-"]), "no value is empty"),
    ("/{x}-{y}", "/a%2Fb-c", Some(&["a/b", "c"]), ""),
    ("/{x:path}", "/a/b", Some(&["a/b"]), ""),
    ("/{x:path}", "/a", Some(&["a"]), ""),
    ("/{x:path}", "/a/", Some(&["a/"]), ""),
    ("/{x:path}", "/a//b", Some(&["a//b"]), "slashes of a path are its own"),
    ("/{x:path}", "/", None, "an empty text is not a path"),
    ("/{x:path}", "//a", None, "none begins with a slash"),
    ("/{x:path}", "/a%2Fb", None, "a slash that is data would be lost"),
    ("/{x:path}", "/%2Fetc", None, "or would make it absolute"),
    ("/{x:path}", "/a%20b/%C3%A4", Some(&["a b/ä"]), ""),
    ("/{x:path}/edit", "/a/b/edit", Some(&["a/b"]), ""),
    ("/{x:path}/edit", "/edit", None, ""),
    ("/{x:path}/edit", "/a/edit/", None, ""),
    ("/{x:path}/{y}", "/a/b/c", Some(&["a/b", "c"]), ""),
    ("/{x:path}/{y}", "/a/b%2Fc", Some(&["a", "b/c"]), "data elsewhere"),
    ("/f/{x:path}", "/f/a/b", Some(&["a/b"]), ""),
    ("/f/{x:path}", "/f", None, ""),
    ("/{x:str(max=2)}", "/äö", Some(&["äö"]), "characters, not bytes"),
    ("/{x:str(max=2)}", "/abc", None, ""),
    ("/{x:str(min=2)}", "/a", None, ""),
    ("/{x:str(length=2)}", "/ab", Some(&["ab"]), ""),
    ("/{x:int}", "/0", Some(&["0"]), ""),
    ("/{x:int}", "/18446744073709551615", Some(&["18446744073709551615"]), "all of `u64`"),
    ("/{x:int}", "/18446744073709551616", None, "no more"),
    ("/{x:int}", "/007", None, "a number has one spelling"),
    ("/{x:int}", "/+7", None, ""),
    ("/{x:int}", "/-7", None, "not signed"),
    ("/{x:int}", "/٣", None, "digits of ASCII"),
    ("/{x:int}", "/%37", Some(&["7"]), ""),
    ("/{x:int(signed)}", "/-7", Some(&["-7"]), ""),
    ("/{x:int(signed)}", "/-0", None, "one spelling"),
    ("/{x:int(signed)}", "/-", None, ""),
    ("/{x:int(digits=3)}", "/007", Some(&["007"]), ""),
    ("/{x:int(digits=3)}", "/7", None, ""),
    ("/{x:int(digits=2,signed)}", "/-07", Some(&["-07"]), "the sign is not a digit"),
    ("/{x:int(digits=2,signed)}", "/-00", None, ""),
    ("/{x:int(digits=50)}", "/00000000000000000000000000000000000000000000000007", Some(&["00000000000000000000000000000000000000000000000007"]), ""),
    ("/{x:int(signed)}", "/-9223372036854775808", Some(&["-9223372036854775808"]), "all of `i64`"),
    ("/{x:int(signed)}", "/9223372036854775808", None, "no more"),
    ("/{x:int(min=-5)}", "/-5", Some(&["-5"]), "a limit below zero is a sign"),
    ("/{x:int}", "/99999999999999999999999999999999999999999", None, "more than any type has"),
    ("/{x:int(min=5,max=7)}", "/5", Some(&["5"]), "both ends included"),
    ("/{x:int(min=5,max=7)}", "/7", Some(&["7"]), ""),
    ("/{x:int(min=5,max=7)}", "/8", None, ""),
    ("/{x:float}", "/1.50", None, "one spelling"),
    ("/{x:float}", "/01.5", None, "one spelling"),
    ("/{x:float}", "/2.0", None, "one spelling"),
    ("/{x:float}", "/2", Some(&["2"]), "without a fraction"),
    ("/{x:float}", "/.5", None, ""),
    ("/{x:float}", "/5.", None, ""),
    ("/{x:float}", "/1e5", None, "no exponent"),
    ("/{x:float}", "/inf", None, ""),
    ("/{x:float}", "/-1.5", None, ""),
    ("/{x:float}", "/-0", None, "nor the zero below zero"),
    ("/{x:float}", "/-0.0", None, ""),
    ("/{x:float(signed)}", "/-0.0", None, "one spelling"),
    ("/{x:float(signed)}", "/-1.5", Some(&["-1.5"]), ""),
    ("/{x:float(max=2)}", "/2.01", None, ""),
    ("/{x:uuid}", "/01234567-89ab-cdef-0123-456789abcdef", Some(&["01234567-89ab-cdef-0123-456789abcdef"]), ""),
    ("/{x:uuid}", "/01234567-89ab-CDEF-0123-456789abcdef", None, "one spelling"),
    ("/{x:uuid}", "/0123456789abcdef0123456789abcdef", None, ""),
    ("/{x:date}", "/2024-02-29", Some(&["2024-02-29"]), ""),
    ("/{x:date}", "/2023-02-29", None, "no such day"),
    ("/{x:any(new,old)}", "/old", Some(&["old"]), ""),
    ("/{x:any(new,old)}", "/older", None, ""),
    ("/{y:int}-{s}.{e:any(html,txt)}", "/2024-a-b.html", Some(&["2024", "a-b", "html"]), ""),
    ("/{x:any(a b,ä,=)}", "/%C3%A4", Some(&["ä"]), ""),
    ("/{x:any(a b,ä,=)}", "/=", Some(&["="]), ""),
    ("/{x:date}", "/0000-02-29", Some(&["0000-02-29"]), "ISO 8601 has a year 0, a leap year"),
    ("/@{name}", "/@ada", Some(&["ada"]), ""),
    ("/{{x}}", "/%7Bx%7D", Some(&[]), "doubled braces are text"),
    ("/{a}/{b}/{c}/{d}/{e}/{f}", "/1/2/3/4/5/6", Some(&["1", "2", "3", "4", "5", "6"]), "more than four"),
];

#[test]
fn a_rule_matches_decoded_segments() {
    for (rule, path, found, why) in CASES {
        let values = find(&rules(&[rule]), path).map(|(_, values)| values);
        let expected = found.map(|values| values.iter().map(|value| (*value).to_owned()).collect());
        assert_eq!(values, expected, "{rule} {path}: {why}");
    }
}

#[test]
fn a_value_is_kept_as_it_was_sent() {
    let rules = rules(&["/{a}/{b}-{c}"]);
    let found = rules.find("/%FF/%2D%2Dx%2d%ff").expect("it matches");
    assert_eq!(found.raw("a"), Some("%FF"));
    assert_eq!(
        (found.raw("b"), found.raw("c")),
        (Some("%2D%2Dx"), Some("%ff"))
    );
    assert_eq!((found.raw("d"), found.get("d")), (None, None));
}
