//! Properties of pairs, whatever is sent: they are read as by `form_urlencoded`, as a query and as a form, and the same
//! again after they have been written.

use std::borrow::Cow;

use rustzeug::MultiDict;
use rustzeug::Query;
use rustzeug::Request;
use rustzeug::query;

pub(crate) fn check(input: &[u8]) {
    let want: Vec<_> = form_urlencoded::parse(input).collect();
    let form = Request::blank("/")
        .with_header("content-type", "application/x-www-form-urlencoded")
        .with_body(input.to_vec());
    match form.form().limit(u64::MAX).wait() {
        Ok(form) => same(&form, &want),
        Err(error) => assert!(error.status() == 413 && want.len() > 1000, "{error}"),
    }
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let query = Query::new(text);
    assert!(query.iter().eq(want.iter().cloned()));
    for (name, value) in &want {
        let found = want.iter().find(|(other, _)| other == name);
        assert_eq!(query.get(name), found.map(|(_, value)| value.clone()));
        assert!(query.get_all(name).any(|other| other == *value));
    }
    let Ok(dict) = query.to_dict() else {
        return assert!(want.len() > 1000);
    };
    same(&dict, &want);
    let pairs: Vec<_> = dict.iter().collect();
    let written = query::encode(&pairs[..]).expect("pairs");
    assert_eq!(Query::new(&written).to_dict().expect("as many"), dict);
    assert!(Query::new(&written).strict().is_ok());
}

fn same(dict: &MultiDict, want: &[(Cow<'_, str>, Cow<'_, str>)]) {
    assert!(
        dict.iter()
            .eq(want.iter().map(|(name, value)| (&**name, &**value)))
    );
}
