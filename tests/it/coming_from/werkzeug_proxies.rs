//! The rows for users of Werkzeug: behind a proxy, and side by side.

use std::net::IpAddr;

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::gateway::ServerInfo;
use rustzeug::middleware::BeforeProxyFix;
use rustzeug::middleware::Dispatcher;
use rustzeug::middleware::ProxyFix;
use serde_json::json;

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("`ProxyFix(app, x_host=1, x_prefix=1)`", "", || {
        let app = |request: &Request| format!("{} {}", request.client_ip().unwrap(), request.url());
        let app = ProxyFix::new()
            .with_for(1)
            .with_proto(1)
            .with_host(1)
            .with_prefix(1)
            .around(app);
        let proxy = "10.0.0.9".parse::<IpAddr>()?;
        let request = Request::blank("/page")
            .with_server(ServerInfo::default().with_peer(proxy))
            .with_header("x-forwarded-for", "6.6.6.6, 203.0.113.7")
            .with_header("x-forwarded-proto", "https")
            .with_header("x-forwarded-host", "example.org")
            .with_header("x-forwarded-prefix", "/app");
        Ok(json!(request.send(&app).wait()?.read_text().wait()?))
    }),
    (r#"`environ["werkzeug.proxy_fix.orig"]`"#, "", || {
        let app = |request: &Request| {
            let before = request.extensions().get::<BeforeProxyFix>();
            let host = before.and_then(|before| before.host()?.to_str().ok());
            host.unwrap_or_default().to_owned()
        };
        let app = ProxyFix::new().with_host(1).around(app);
        let request =
            Request::blank("http://inside/").with_header("x-forwarded-host", "example.org");
        Ok(json!(request.send(&app).wait()?.read_text().wait()?))
    }),
    (
        r#"`DispatcherMiddleware(app, {"/wiki": wiki})`"#,
        "",
        || {
            let wiki =
                |request: &Request| format!("{} in {}", request.path(), request.script_name());
            let app = (|| "front").into_application();
            let app = Dispatcher::new(app).mount("/wiki", wiki);
            let text = |path| Request::blank(path).send(&app).wait()?.read_text().wait();
            Ok(json!([text("/wiki/Home")?, text("/wikipedia")?]))
        },
    ),
];
