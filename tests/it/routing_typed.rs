//! Routes as constants, with the types of their parameters.

use rustzeug::routing::TypedRule;
use rustzeug::{Request, Result, Router};

use crate::common::{Log, answer, serve};

const HOME: TypedRule<()> = TypedRule::new("/");
const NOTE: TypedRule<(u8,)> = TypedRule::new("/notes/{id:int}");
const POST: TypedRule<(u16, String)> = TypedRule::new("/{year:int}/{slug}.html");
const COMMENT: TypedRule<(u64,)> = TypedRule::new("/comments/{comment:int}");

fn note(request: &Request) -> Result<String> {
    let (id,) = NOTE.params(request)?;
    NOTE.url_for(request, (id.wrapping_add(1),))
}

fn post(request: &Request) -> Result<String> {
    let (year, slug) = POST.params(request)?;
    Ok(format!("{slug} of {year}: {}", HOME.url_for(request, ())?))
}

fn comment(request: &Request) -> Result<String> {
    let (comment,) = COMMENT.params(request)?;
    let (id,) = NOTE.params(request)?;
    Ok(format!("{comment} on {id}"))
}

fn app() -> Router {
    Router::new()
        .get(HOME, || "home")
        .get(NOTE, note)
        .post(NOTE, note)
        .get(POST, post)
        .name("post")
        .get("/mistaken/{id}", note)
}

#[test]
fn parameters_and_urls_have_their_types() {
    for (target, status, text, why) in [
        ("/notes/7", 200, "/notes/8", "read and built"),
        ("/notes/256", 404, "Not Found\n", "no u8"),
        ("/2026/a%2Fb.html", 200, "a/b of 2026: /", "two, decoded"),
        (
            "/mistaken/7",
            500,
            "Internal Server Error\n",
            "another route",
        ),
    ] {
        let log = Log::default();
        let request = Request::blank(target).with_server(log.server());
        assert_eq!(
            answer(&app(), request),
            (status, text.to_owned()),
            "{target}: {why}"
        );
    }
    let log = Log::default();
    serve(
        &app(),
        Request::blank("/mistaken/7").with_server(log.server()),
    );
    let text = "the request took the route `/mistaken/{id}`, not `/notes/{id:int}`";
    assert!(log.text().contains(text), "{}", log.text());
}

#[test]
fn a_route_is_known_wherever_it_is_put() {
    let nested = Router::new().nest("/app/{user}", app());
    let request = Request::blank("/app/ada/notes/7");
    assert_eq!(answer(&nested, request).0, 500, "the user is not said");
    let mut values = NOTE.values((8,));
    values.add("user", "ada");
    assert_eq!(
        nested.url_for(NOTE.rule(), &values).as_deref(),
        Ok("/app/ada/notes/8")
    );

    let mounted = Router::new().mount("/app", app());
    let built = answer(&mounted, Request::blank("/app/notes/7"));
    assert_eq!(built, (200, "/app/notes/8".to_owned()));

    let below = Router::new().nest("/notes/{id:int}", Router::new().get(COMMENT, comment));
    assert_eq!(
        answer(&below, Request::blank("/notes/1/comments/2")).0,
        500,
        "a prefix is not a route"
    );
    let inner = Router::new().get(COMMENT, comment);
    let outer = Router::new()
        .any("/notes/{id:int}", || "")
        .mount("/notes/{id:int}", inner);
    assert_eq!(
        answer(&outer, Request::blank("/notes/1/comments/2")),
        (200, "2 on 1".to_owned())
    );
}

#[test]
fn a_route_at_two_places_has_no_url_of_its_own() {
    let both = Router::new()
        .nest("/a", Router::new().get(NOTE, note))
        .nest("/b", Router::new().get(NOTE, note));
    let error = both.url_for(NOTE.rule(), NOTE.values((1,))).unwrap_err();
    assert!(error.to_string().contains("`/notes/{id:int}`"), "{error}");
    let named = both.get(NOTE, note);
    assert!(named.url_for(NOTE.rule(), NOTE.values((1,))).is_err());
}

#[test]
fn a_name_comes_before_a_rule() {
    let app = app().get("/other", || "").name("/notes/{id:int}");
    assert_eq!(app.url_for("/notes/{id:int}", ()).as_deref(), Ok("/other"));
    assert_eq!(
        app.url_for("post", POST.values((2026, "x".into())))
            .as_deref(),
        Ok("/2026/x.html")
    );
    assert_eq!(
        app.url_for(POST.rule(), POST.values((2026, "x".into())))
            .as_deref(),
        Ok("/2026/x.html")
    );
}

#[test]
fn a_route_is_a_prefix_too() {
    const USER: TypedRule<(String,)> = TypedRule::new("/{user}");
    let told = |request: &Request| USER.params(request).map(|(user,)| user);
    let link = |request: &Request| USER.url_for(request, ("grace".into(),));
    let app = Router::new()
        .mount(USER, Router::new().get("/", told).get("/link", link))
        .nest(String::from("/x"), Router::new().get("/y", || "nested"));
    for (path, text) in [
        ("/ada/", "ada"),
        ("/ada/link", "/grace"),
        ("/x/y", "nested"),
    ] {
        assert_eq!(
            answer(&app, Request::blank(path)),
            (200, text.to_owned()),
            "{path}"
        );
    }
}
