//! The rules of the dictionary, and what can be read from it.

use super::links::FEW;
use super::*;

#[cfg(feature = "json")]
mod growth;

fn dict(text: &str) -> MultiDict {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect()
}

fn text(dict: &MultiDict) -> String {
    let pairs: Vec<_> = dict
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

#[test]
fn edits_keep_the_order_of_what_stays() {
    type Edit = fn(&mut MultiDict);
    #[rustfmt::skip]
    let cases: [(&str, Edit, &str, &str); 10] = [
        ("a=1&b=2",     |d| { d.add("a", "3"); },    "a=1&b=2&a=3", "added at the end"),
        ("a=1&b=2&a=3", |d| { d.set("a", "long"); }, "a=long&b=2",  "set at the first place, others are removed"),
        ("a=1&b=2",     |d| { d.set("a", ""); },     "a=&b=2",      "an empty value is a value"),
        ("b=2",         |d| { d.set("a", "1"); },    "b=2&a=1",     "set at the end if it was absent"),
        ("a=1&b=2&a=3", |d| { d.remove("a"); },      "b=2",         "all values are removed"),
        ("a=1",         |d| { d.remove("b"); },      "a=1",         "removing what is absent does nothing"),
        ("a=1&b=2&a=3", |d| { d.pop("a"); },         "b=2&a=3",     "the first value is popped"),
        ("a=1&b=2&c=3", |d| { d.pop("b"); d.set("c", "x"); }, "a=1&c=x", "later places move"),
        ("a=1&b=2",     |d| d.retain(|n, _| n == "b"), "b=2",       "pairs are retained by name"),
        ("a=1",         |d| d.clear(),               "",            "cleared"),
    ];
    for (before, edit, after, why) in cases {
        let mut dict = dict(before);
        edit(&mut dict);
        assert_eq!(text(&dict), after, "{before}: {why}");
    }
}

#[test]
fn edits_do_the_same_as_on_a_list_of_pairs() {
    arbtest::arbtest(|u| {
        let (mut dict, mut model) = (MultiDict::new(), Vec::<(String, String)>::new());
        for _ in 0..u.int_in_range(0..=40)? {
            let name = *u.choose(&["", "a", "b", "ä", "=&"])?;
            let value = *u.choose(&["", "1", "ß", "long value"])?;
            match u.int_in_range(0..=3)? {
                0 | 1 => {
                    dict.add(name, value);
                    model.push((name.to_owned(), value.to_owned()));
                }
                2 => {
                    dict.set(name, value);
                    let at = model
                        .iter()
                        .position(|(key, _)| key == name)
                        .unwrap_or(model.len());
                    model.retain({
                        let mut index = 0;
                        move |(key, _)| {
                            index += 1;
                            key != name || index - 1 == at
                        }
                    });
                    if at == model.len() {
                        model.push((name.to_owned(), String::new()));
                    }
                    value.clone_into(&mut model[at].1);
                }
                _ => {
                    let at = model.iter().position(|(key, _)| key == name);
                    assert_eq!(dict.pop(name), at.map(|at| model.remove(at).1));
                }
            }
            let pairs: Vec<_> = dict
                .iter()
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .collect();
            assert_eq!(pairs, model);
        }
        Ok(())
    });
}

#[test]
fn keys_come_once_however_many_there_are() {
    for count in [0, 1, FEW, FEW + 1, 200] {
        let many: MultiDict = (0..count).map(|n| (format!("k{}", n % 7), "v")).collect();
        let keys: Vec<_> = many.keys().collect();
        let want: Vec<_> = (0..count.min(7)).map(|n| format!("k{n}")).collect();
        assert_eq!(keys, want, "of {count}");
        let lists: Vec<_> = many.lists().collect();
        let want: Vec<_> = keys.iter().map(|key| many.get_all(key).collect()).collect();
        let want: Vec<(&str, Vec<&str>)> = keys.into_iter().zip(want).collect();
        assert_eq!(lists, want, "of {count}");
    }
}

#[test]
fn passwords_are_not_shown() {
    let dict = dict("user=ann&Password=secret&passwd2=secret");
    assert_eq!(
        format!("{dict:?}"),
        r#"[("user", "ann"), ("Password", "***"), ("passwd2", "***")]"#
    );
}

#[cfg(feature = "json")]
#[test]
fn is_a_map_in_documents() {
    let dict: MultiDict =
        serde_json::from_str(r#"{"b":["1",2],"a":true,"n":null,"l":[]}"#).expect("JSON");
    assert_eq!(text(&dict), "b=1&b=2&a=true");
    assert_eq!(
        serde_json::to_string(&dict).expect("text"),
        r#"{"b":["1","2"],"a":"true"}"#
    );
}
