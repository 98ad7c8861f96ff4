//! Rules of file names: tables, then properties.

use arbtest::arbtest;

use super::is_device;
use super::secure_ascii_filename;
use super::secure_filename;

#[test]
fn a_name_is_safe_on_every_system() {
    #[rustfmt::skip]
    let cases = [
        ("My cool movie.mov",       "My_cool_movie.mov",   "blanks, as Werkzeug"),
        ("../../../etc/passwd",     "passwd",              "the last segment; Werkzeug joins all by _"),
        ("C:\\Users\\x.txt",        "x.txt",               "a path of Windows"),
        ("a/b/",                    "b",                   "separators at the end"),
        ("i contain cool ümläuts.txt", "i_contain_cool_ümläuts.txt", "all scripts; Werkzeug drops the marks"),
        ("日本語.png",              "日本語.png",          "all scripts"),
        ("",                        "file",                "never empty; Werkzeug gives an empty name"),
        ("/",                       "file",                "nothing but separators"),
        ("..",                      "file",                "nothing but dots"),
        ("a/..",                    "file",                "the last segment is what counts"),
        (".bashrc",                 "bashrc",              "no hidden files"),
        ("-rf",                     "rf",                  "not an option of a command"),
        ("..-.x",                   "x",                   "also several in a row"),
        ("x.",                      "x",                   "Windows drops a dot at the end"),
        ("x. ",                     "x",                   "also a dot before a blank"),
        (" x.txt\t\n",              "x.txt",               "white space at the ends, as Werkzeug"),
        (". - x",                   "x",                   "white space in front, with dots and hyphens"),
        ("a/ ",                     "file",                "nothing but white space"),
        ("a \t\r\n b",              "a_b",                 "one underscore for a run between two words, as Werkzeug"),
        ("a\u{2028}b\u{b}c",        "a_b_c",               "white space that is a control character"),
        ("a\u{200b} \u{200b}b",     "a_b",                 "with invisible characters between"),
        ("__init__.py",             "__init__.py",         "an underscore is a letter; Werkzeug strips it"),
        ("a\0b\x1bc\x7fd",          "abcd",                "control characters"),
        ("a\u{85}b",                "a_b",                 "NEL is a line end"),
        ("exe.\u{202e}gnp",         "exe.gnp",             "reversed to look like another"),
        ("a\u{200b}b\u{feff}c\u{e0041}d", "abcd",          "invisible characters"),
        ("a:b<c>d\"e|f?g*h",        "a_b_c_d_e_f_g_h",     "reserved by Windows, and alternate streams"),
        ("a\u{a0}b\u{3000}c",       "a_b_c",               "blanks of all scripts"),
        ("CON",                     "_CON",                "a device"),
        ("con.tar.gz",              "_con.tar.gz",         "with any extension"),
        ("CON .txt",                "CON_.txt",            "not a device any more"),
        ("Lpt9.x",                  "_Lpt9.x",             "a port"),
        ("com¹",                    "_com¹",               "a port, in superscript"),
        ("com10",                   "com10",               "not a device"),
        ("conin$",                  "_conin$",             "the console"),
        ("console",                 "console",             "only the whole word"),
        (".nul",                    "_nul",                "a device after the dot is removed"),
    ];
    for (name, want, why) in cases {
        assert_eq!(secure_filename(name), want, "{name:?}: {why}");
    }
}

#[test]
fn an_ascii_name_has_nothing_else() {
    #[rustfmt::skip]
    let cases = [
        ("My cool movie.mov",  "My_cool_movie.mov", "blanks"),
        ("a  é  b",            "a_b",               "one underscore for a run"),
        ("日本語",             "_",                 "only other characters"),
        ("~$x;y&z`.sh",        "_x_y_z_.sh",        "characters with a meaning in shells"),
        ("aux.é",              "_aux._",            "a device"),
        (" a\t\nb ",           "a_b",               "white space"),
    ];
    for (name, want, why) in cases {
        assert_eq!(secure_ascii_filename(name), want, "{name:?}: {why}");
    }
}

#[test]
fn a_long_name_is_cut_before_its_extension() {
    let exact = format!("{}.txt", "x".repeat(251));
    let longer = format!("{}.txt", "x".repeat(252));
    let umlauts = format!("{}.txt", "ü".repeat(200));
    let dots = format!("{}{}.txt", "x".repeat(250), ".".repeat(9));
    let long_extension = format!("a.{}", "b".repeat(300));
    #[rustfmt::skip]
    let cases = [
        (&exact,          exact.clone(),                         "at the limit"),
        (&longer,         exact.clone(),                         "one past it"),
        (&umlauts,        format!("{}.txt", "ü".repeat(125)),    "between characters"),
        (&dots,           format!("{}.txt", "x".repeat(250)),    "not between dots"),
        (&long_extension, format!("a.{}", "b".repeat(253)),      "too long for an extension"),
    ];
    for (name, want, why) in cases {
        assert_eq!(secure_filename(name), want, "{why}");
    }
}

#[test]
fn any_text_becomes_a_safe_name_that_stays() {
    arbtest(|source| {
        let name: String = source.arbitrary()?;
        for secure in [secure_filename, secure_ascii_filename] {
            let made = secure(&name);
            assert!((1..=255).contains(&made.len()), "{name:?}");
            assert!(!made.contains(['/', '\\', '\0', ':']), "{made:?}");
            assert!(!made.contains(char::is_control), "{made:?}");
            assert!(
                !made.starts_with(['.', '-']) && !made.ends_with('.'),
                "{made:?}"
            );
            assert!(!is_device(&made), "{made:?}");
            assert_eq!(secure(&made), made, "{name:?}");
        }
        assert!(secure_ascii_filename(&name).is_ascii());
        Ok(())
    });
}
