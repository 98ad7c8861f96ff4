// `rustzeug::Server` without the feature `server`.
// The message names the feature.
//
// expect: cannot find `Server` in `rustzeug`
// cure: #[cfg(any(feature = "server", feature = "front"))]

fn main() {
    let _server = rustzeug::Server::bind("127.0.0.1:8000");
}
