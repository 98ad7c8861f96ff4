//! A framework on the raw protocol and the rules of the router: its handlers take its own type of request, and
//! return JSON.
//!
//! ```sh
//! cargo run --example microframework
//! curl http://127.0.0.1:8000/add/2/3                   # {"sum":5}
//! curl http://127.0.0.1:8000/add/2/x                   # {"error":"not found"}
//! curl -X DELETE http://127.0.0.1:8000/add/2/3         # {"error":"method not allowed"}
//! ```

use rustzeug::gateway::{Application, Environ, Reply, StartResponse};
use rustzeug::routing::{Rule, RuleError, RuleMatch, Rules};
use rustzeug::{Result, ServeError, serve, server::address_from_port};

/// The argument of a handler of this framework.
pub(crate) struct Context<'c>(&'c RuleMatch<'c, 'c, Endpoint>);

impl Context<'_> {
    fn number(&self, name: &str) -> i64 {
        let value = self.0.get(name);
        value.and_then(|text| text.parse().ok()).unwrap_or_default()
    }
}

type View = fn(&Context<'_>) -> String;

/// The methods of a rule, each with its view.
type Endpoint = &'static [(&'static str, View)];

/// The framework: a route is a rule with a view for each method.
pub(crate) struct Micro(Rules<Endpoint>);

impl Micro {
    fn new(routes: &[(&str, Endpoint)]) -> Result<Self, RuleError> {
        let parsed = routes.iter();
        let parsed = parsed.map(|(rule, views)| Ok((Rule::parse(rule)?, *views)));
        let parsed: Result<Vec<_>, RuleError> = parsed.collect();
        Ok(Self(Rules::new(parsed?)?))
    }
}

impl Application for Micro {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut headers = vec![("content-type", "application/json".to_owned())];
        let found = self.0.find(environ.raw_path_info());
        let views = found.as_ref().map(|found| *found.endpoint());
        let view = views.and_then(|views| {
            let is_asked = |(method, _): &&(&str, View)| *method == environ.method().as_str();
            views.iter().find(is_asked)
        });
        let (status, text) = match (&found, views, view) {
            (Some(found), _, Some((_, view))) => (200, view(&Context(found))),
            (_, Some(views), None) => {
                let known: Vec<_> = views.iter().map(|(method, _)| *method).collect();
                headers.push(("allow", known.join(", ")));
                (405, r#"{"error":"method not allowed"}"#.to_owned())
            }
            _ => (404, r#"{"error":"not found"}"#.to_owned()),
        };
        Ok(start_response.start(status, headers)?.body(text + "\n"))
    }
}

fn add(context: &Context<'_>) -> String {
    let sum = context.number("a").saturating_add(context.number("b"));
    format!(r#"{{"sum":{sum}}}"#)
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> Result<Micro, RuleError> {
    let views: Endpoint = &[("GET", add), ("POST", add)];
    Micro::new(&[("/add/{a:int(signed)}/{b:int(signed)}", views)])
}

fn main() -> Result<(), ServeError> {
    let app = app().expect("the rules are sound");
    serve(address_from_port()?, app)
}
