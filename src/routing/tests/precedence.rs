//! Which of several rules is chosen, in any order of declaration.

use super::*;

#[test]
fn the_most_specific_rule_is_chosen() {
    #[rustfmt::skip]
    let cases: &[(&[&str], &str, Option<&str>, &str)] = &[
        (&["/{x}", "/a"], "/a", Some("/a"), "1: text before parameters"),
        (&["/{x}", "/{y:path}"], "/a", Some("/{x}"), "1: a parameter before a path"),
        (&["/{x}/b", "/a/{y}"], "/a/b", Some("/a/{y}"), "from the left"),
        (&["/{x}/b", "/a/{y:int}"], "/a/b", Some("/{x}/b"), "a converter declines: the next rule"),
        (&["/a/{y}/c", "/{x}/b/d"], "/a/b/d", Some("/{x}/b/d"), "back up to where a choice was"),
        (&["/{x:int}", "/{x}"], "/7", Some("/{x:int}"), "2: the narrower converter"),
        (&["/{x:int}", "/{x}"], "/a", Some("/{x}"), "and the wider for the rest"),
        (&["/{x:int(max=5)}", "/{y}"], "/7", Some("/{y}"), "an argument declines too"),
        (&["/{x:any(7,8)}", "/{x:int}"], "/7", Some("/{x:any(7,8)}"), "2"),
        (&["/{x:float}", "/{x:int}"], "/7", Some("/{x:int}"), "2"),
        (&["/{a}-{b}", "/{d:date}"], "/2024-01-02", Some("/{d:date}"), "2: by the widest in it"),
        (&["/{a}.{b}", "/{d:float}"], "/1.5", Some("/{d:float}"), "2"),
        (&["/{a}", "/{a}.txt"], "/x.txt", Some("/{a}.txt"), "3: more text"),
        (&["/{a}.{b}", "/{a}.txt"], "/x.txt", Some("/{a}.txt"), "3"),
        (&["/v{a}", "/version-{a}"], "/version-1", Some("/version-{a}"), "3"),
        (&["/{a}-{b:int}", "/{a:int}-{b}"], "/1-2", Some("/{a:int}-{b}"), "4: from left to right"),
        (&["/{a:int}", "/{a:int(max=9)}"], "/7", Some("/{a:int(max=9)}"), "4: fewer values"),
        (&["/{a:int(digits=3)}", "/{a:int(max=100)}"], "/100", Some("/{a:int(max=100)}"), "4: 101 values, not 1000"),
        (&["/{a:int(digits=1,signed)}", "/{a:int(max=12)}"], "/7", Some("/{a:int(max=12)}"), "4: 13 values, not 19"),
        (&["/{a:int(digits=3,max=9)}", "/{a:int(max=10)}"], "/7", Some("/{a:int(max=10)}"), ""),
        (&["/{a:int(min=3)}", "/{a:int(min=3,max=9)}"], "/7", Some("/{a:int(min=3,max=9)}"), "4"),
        (&["/{a:str(max=9)}", "/{a}"], "/7", Some("/{a:str(max=9)}"), "4"),
        (&["/{a:float(max=9)}", "/{a:float}"], "/7", Some("/{a:float(max=9)}"), "4"),
        (&["/{a}-{b}", "/{a}_{b}"], "/x-y_z", Some("/{a}-{b}"), "5: as text"),
        (&["/{p:path}", "/{p:path}/edit"], "/a/edit", Some("/{p:path}/edit"), "more after a path"),
        (&["/{p:path}/{x}", "/{p:path}/edit"], "/a/edit", Some("/{p:path}/edit"), "then by segment"),
        (&["/{p:path}/{x}", "/{p:path}/{x}/{y}"], "/a/b/c", Some("/{p:path}/{x}/{y}"), "more after a path"),
        (&["/{p:path}", "/a/{x:int}"], "/a/b", Some("/{p:path}"), "a path takes what others leave"),
        (&["/a/{p:path}", "/{x}/{y}"], "/a/b", Some("/a/{p:path}"), "1: decided at the first segment"),
        (&["/a/{x:int}/c", "/a/{x}/d"], "/a/7/d", Some("/a/{x}/d"), "back up"),
    ];
    for (texts, path, expected, why) in cases {
        for texts in [texts.to_vec(), texts.iter().rev().copied().collect()] {
            let found = find(&rules(&texts), path).map(|(rule, _)| rule);
            assert_eq!(found.as_deref(), *expected, "{texts:?} {path}: {why}");
        }
    }
}

#[test]
fn rules_of_one_shape_are_duplicates_and_both_are_named() {
    for (one, other) in [
        ("/{a}", "/{b:str}"),
        ("/x/{a:int}/y", "/x/{b:int(min=0)}/y"),
        ("/{a:path}/e", "/{b:path}/e"),
        ("/a", "/a"),
    ] {
        let pair = [one, other].map(|text| (Rule::parse(text).expect("a rule"), ()));
        let (first, second) = (one.to_owned(), other.to_owned());
        assert_eq!(
            Rules::new(pair).err(),
            Some(RuleError::Duplicate { first, second })
        );
    }
}

#[test]
fn a_rule_whose_every_path_is_taken_is_an_error() {
    let new = |texts: &[&str]| {
        let rules = texts
            .iter()
            .map(|text| (Rule::parse(text).expect("a rule"), ()));
        Rules::new(rules).map(drop)
    };
    assert_eq!(new(&["/{a:any(x,y)}", "/x"]), Ok(()));
    let (rule, by) = ("/{a:any(x,y)}/b".to_owned(), "/x/b".to_owned());
    assert_eq!(
        new(&["/{a:any(x,y)}/b", "/y/b", "/x/b"]),
        Err(RuleError::Shadowed { rule, by })
    );
}

#[test]
fn a_converter_of_ones_own_has_the_place_of_its_weight() {
    struct Even(u16);
    impl Converter for Even {
        fn parse<'t>(&self, text: &'t str) -> Option<std::borrow::Cow<'t, str>> {
            let number: u64 = text.parse().ok()?;
            number.is_multiple_of(2).then_some(text.into())
        }
        fn weight(&self) -> u16 {
            self.0
        }
    }
    for (weight, expected) in [(30, "/{x:even}"), (75, "/{x:int}")] {
        let converters = Converters::new().with("even", Even(weight));
        let parse = |text| Rule::parse_with(text, &converters).expect("a rule");
        let rules = Rules::new(["/{x:even}", "/{x:int}"].map(|text| (parse(text), text)));
        let rules = rules.expect("they differ");
        assert_eq!(
            rules.find("/4").map(|found| *found.endpoint()),
            Some(expected)
        );
        assert_eq!(
            rules.find("/5").map(|found| *found.endpoint()),
            Some("/{x:int}")
        );
    }
}
