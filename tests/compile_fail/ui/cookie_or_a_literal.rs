// A literal for a cookie that is absent.
// The message shows what makes a `Cow` of it.
//
// expect: expected `Cow<'_, str>`, found `&str`
// cure: try wrapping the expression in `std::borrow::Cow::Borrowed`

use rustzeug::{Request, ServeError, serve};

fn theme(request: &Request) -> String {
    let theme = request.cookies().get("theme").unwrap_or("light");
    theme.to_owned()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", theme)
}
