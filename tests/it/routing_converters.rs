//! Custom converters: with arguments, and in URLs.

use std::borrow::Cow;
use std::sync::Arc;

use rustzeug::routing::Converter;
use rustzeug::{Request, Router};

use crate::common::answer;

/// A list with a separator; `list` without arguments has a comma.
struct List(char);

impl Converter for List {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let spaced = text.replace(self.0, " ");
        text.contains(self.0).then_some(Cow::Owned(spaced))
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(Cow::Owned(value.replace(' ', &self.0.to_string())))
    }

    fn with_arguments(&self, arguments: &str) -> Result<Arc<dyn Converter>, String> {
        let mut letters = arguments.chars();
        match (letters.next(), letters.next()) {
            (Some(separator), None) => Ok(Arc::new(Self(separator))),
            _ => Err(format!("`list` takes one character, not `{arguments}`")),
        }
    }
}

fn router() -> Router {
    Router::new().with_converter("list", List(','))
}

#[test]
fn arguments_make_another_converter() {
    fn rule(request: &Request) -> String {
        request
            .routed()
            .map(|routed| routed.rule().to_owned())
            .unwrap_or_default()
    }
    let told =
        |request: &Request| format!("{} {:?}", rule(request), request.path_params().get("l"));
    let app = router()
        .get("/{l:list(;)}", told)
        .name("semicolon")
        .get("/{l:list}", told)
        .name("comma")
        .get("/{l:list(+)}", told)
        .checked()
        .unwrap();
    for (path, text) in [
        ("/a,b", "/{l:list} Some(\"a b\")"),
        ("/a;b", "/{l:list(;)} Some(\"a b\")"),
        ("/a+b", "/{l:list(+)} Some(\"a b\")"),
    ] {
        assert_eq!(
            answer(&app, Request::blank(path)),
            (200, text.to_owned()),
            "{path}"
        );
    }
    assert_eq!(answer(&app, Request::blank("/ab")).0, 404);
    let built = |name| app.url_for(name, [("l", "a b")]);
    assert_eq!(built("comma").as_deref(), Ok("/a,b"));
    assert_eq!(built("semicolon").as_deref(), Ok("/a;b"));
}

#[test]
fn arguments_are_part_of_what_a_rule_matches() {
    let error = |one: &str, other: &str| {
        let app = router().get(one, || "").get(other, || "");
        app.checked().err().map(|error| error.to_string())
    };
    let same = "match the same paths";
    #[rustfmt::skip]
    let cases = [
        ("/{a:list(;)}", "/{b:list(;)}", Some(same), "the same argument"),
        ("/{a:list( ; )}", "/{b:list(;)}", Some(same), "but for spaces around it"),
        ("/{a:list()}", "/{b:list}", Some(same), "no argument"),
        ("/{a:list(;)}", "/{b:list(+)}", None, "another"),
        ("/{a:list(;)}", "/{b:list}", None, "none"),
        ("/{a:list(;;)}", "/b", Some("`list` takes one character, not `;;`"), "a wrong one"),
    ];
    for (one, other, expected, why) in cases {
        let error = error(one, other);
        let holds = match (&error, expected) {
            (Some(error), Some(text)) => error.contains(text),
            (error, text) => error.is_none() && text.is_none(),
        };
        assert!(holds, "{one} {other}: {error:?}: {why}");
    }
}
