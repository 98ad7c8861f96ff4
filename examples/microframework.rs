//! A framework of one's own, on the raw protocol and the rules: handlers get what they ask for, and
//! give JSON. What a request is to its users is the framework's affair.
//!
//! ```sh
//! cargo run --example microframework
//! curl http://127.0.0.1:8000/add/2/3                   # {"sum":5}
//! curl http://127.0.0.1:8000/add/2/x                   # {"error":"not found"}
//! ```

use rustzeug::gateway::Application;
use rustzeug::routing::{Match, Rule, RuleError, Rules};
use rustzeug::{Environ, Reply, Result, ServeError, StartResponse, local_address, serve};

/// What a handler of this framework sees.
pub(crate) struct Context<'c> {
    found: &'c Match<'c, 'c, Endpoint>,
}

impl Context<'_> {
    fn number(&self, name: &str) -> i64 {
        let value = self.found.get(name);
        value.and_then(|text| text.parse().ok()).unwrap_or_default()
    }
}

type View = fn(&Context<'_>) -> String;

struct Endpoint {
    method: &'static str,
    view: View,
}

/// The framework: routes are declared by method, rule and view.
pub(crate) struct Micro {
    rules: Rules<Endpoint>,
}

impl Micro {
    fn new(routes: &[(&'static str, &str, View)]) -> Result<Self, RuleError> {
        let parsed = routes.iter().map(|(method, rule, view)| {
            let (method, view) = (*method, *view);
            Ok((Rule::parse(rule)?, Endpoint { method, view }))
        });
        let parsed: Result<Vec<_>, RuleError> = parsed.collect();
        Ok(Self {
            rules: Rules::new(parsed?)?,
        })
    }
}

impl Application for Micro {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let (path, method) = (environ.raw_path_info(), environ.method().as_str());
        let found = self
            .rules
            .find_where(path, |endpoint| endpoint.method == method);
        let (status, text) = match &found {
            Some(found) => (200, (found.endpoint().view)(&Context { found })),
            None => (404, r#"{"error":"not found"}"#.to_owned()),
        };
        let started = start_response.start(status, [("content-type", "application/json")])?;
        Ok(started.body(text + "\n"))
    }
}

fn add(context: &Context<'_>) -> String {
    let sum = context.number("a").saturating_add(context.number("b"));
    format!(r#"{{"sum":{sum}}}"#)
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> Result<Micro, RuleError> {
    Micro::new(&[("GET", "/add/{a:int(signed)}/{b:int(signed)}", add)])
}

fn main() -> Result<(), ServeError> {
    let app = app().expect("the rules are sound");
    serve(local_address()?, app)
}
