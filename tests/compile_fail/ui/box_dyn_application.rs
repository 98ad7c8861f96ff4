// A boxed application as a trait object.
// The message says that the trait cannot be one; its page begins with `BoxApplication`.
//
// expect: the trait `Application` is not dyn compatible
// page: src/gateway/contract/application.rs Application BoxApplication::new(handler.into_application())

use rustzeug::{Application, IntoApplication, ServeError, serve};

fn app(plain: bool) -> Box<dyn Application> {
    if plain { Box::new((|| "plain").into_application()) } else { Box::new((|| 204).into_application()) }
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", app(true))
}
