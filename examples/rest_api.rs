//! Items over HTTP: list them by tags, get one, add one.
//!
//! ```sh
//! cargo run --example rest_api
//! curl 'http://127.0.0.1:8000/items?tag=fruit&tag=red'      # items with both tags
//! curl http://127.0.0.1:8000/items/1
//! curl -i http://127.0.0.1:8000/items/9                     # 404
//! curl -i -H 'content-type: application/json' -d '{"title":"Plum"}' http://127.0.0.1:8000/items
//! ```

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use rustzeug::gateway::Application;
use rustzeug::{
    OptionExt, Request, Response, Result, Router, ServeError, serve, server::address_from_port,
};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Item {
    title: String,
    #[serde(default)]
    tags: Vec<String>,
}

impl Item {
    fn has(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }
}

struct Items(Mutex<Vec<Item>>);

impl Items {
    fn lock(&self) -> MutexGuard<'_, Vec<Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn list(items: &Items, request: &Request) -> Result<Response> {
    let (query, items) = (request.query().to_dict()?, items.lock());
    let fits = |item: &&Item| query.get_all("tag").all(|tag| item.has(tag));
    let found: Vec<_> = items.iter().filter(fits).collect();
    Ok(Response::json(&found))
}

fn item(items: &Items, request: &Request) -> Result<Response> {
    let index = request.path_param::<usize>("id")? - 1;
    Ok(Response::json(items.lock().get(index).or_not_found()?))
}

fn create(items: &Items, request: &Request) -> Result<Response> {
    let (item, mut items) = (request.json().wait()?, items.lock());
    items.push(item);
    let location = request.url_for("item", [("id", items.len())])?;
    let created = Response::json(&items.last()).with_status(201);
    Ok(created.with_header("location", location))
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    let tags = vec!["fruit".to_owned(), "red".to_owned()];
    let cherry = Item {
        title: "Cherry".to_owned(),
        tags,
    };
    Router::new().with_state(Items(Mutex::new(vec![cherry])), |scope| {
        scope
            .get("/items", list)
            .post("/items", create)
            .get("/items/{id:int(min=1)}", item)
            .name("item")
    })
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
