//! nginx and Apache in front of every example, by each protocol. `.ci/gateways` runs these tests, because they need the
//! two servers.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use rustzeug::gateway::Application;
use rustzeug::server::Protocol;
use rustzeug::testing::Client;
use rustzeug::{IntoApplication, Request, Result, Server};

use super::examples::{Example, all};
use super::requests::app;
use super::speak::{Host, PROTOCOLS, listen};
use crate::folder::Folder;
use crate::server::leavers::events;
use crate::waiting::until;

/// A web server in front of some hosts, each with a port of its own.
struct Front {
    process: Child,
    ports: Vec<u16>,
    _folder: Folder,
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}

/// Ports that are free now.
fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let ports = listeners
        .iter()
        .map(|listener| listener.local_addr().unwrap().port());
    ports.collect()
}

impl Front {
    fn start(hosts: &[Host], configure: fn(&[Host], &[u16], &Folder) -> Vec<String>) -> Self {
        let (folder, ports) = (Folder::new(), free_ports(hosts.len()));
        let command = configure(hosts, &ports, &folder);
        let process = Command::new(&command[0])
            .args(&command[1..])
            .stdout(Stdio::null())
            .spawn()
            .expect("the web server is installed");
        let front = Self {
            process,
            ports,
            _folder: folder,
        };
        until("the web server listens", || {
            let mut ports = front.ports.iter();
            ports.all(|port| std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok())
        });
        front
    }

    fn client(&self, index: usize) -> Client {
        let port = self.ports[index];
        Client::connect(format!("http://127.0.0.1:{port}"))
            .unwrap()
            .without_cookies()
    }
}

/// As the guide has it, for each protocol.
fn nginx(hosts: &[Host], ports: &[u16], folder: &Folder) -> Vec<String> {
    let at = folder.at("").display().to_string();
    let mut text = format!(
        "daemon off; pid {at}/pid; error_log {at}/error.log; worker_processes 1; events {{ worker_connections 512; }}\n\
         http {{ access_log off; client_max_body_size 0; client_body_temp_path {at}/a; proxy_temp_path {at}/b;\n\
         fastcgi_temp_path {at}/c; uwsgi_temp_path {at}/d; scgi_temp_path {at}/e;\n"
    );
    for (index, (host, port)) in hosts.iter().zip(ports).enumerate() {
        let (name, address) = (host.protocol, host.address);
        let keep = match name {
            Protocol::FastCgi => "fastcgi_keep_conn on;",
            _ => "",
        };
        writeln!(
            text,
            "upstream u{index} {{ server {address}; keepalive 4; }}"
        )
        .unwrap();
        writeln!(
            text,
            "server {{ listen 127.0.0.1:{port}; location / {{ {name}_pass u{index}; {keep}"
        )
        .unwrap();
        for (variable, value) in PARAMETERS {
            writeln!(text, "{name}_param {variable} {value};").unwrap();
        }
        writeln!(text, "{name}_buffering off; }} }}").unwrap();
    }
    text.push_str("}\n");
    fs::write(folder.at("nginx.conf"), text).unwrap();
    let config = folder.at("nginx.conf").display().to_string();
    vec![
        "nginx".to_owned(),
        "-p".to_owned(),
        at,
        "-c".to_owned(),
        config,
    ]
}

const PARAMETERS: [(&str, &str); 15] = [
    ("QUERY_STRING", "$query_string"),
    ("REQUEST_METHOD", "$request_method"),
    ("CONTENT_TYPE", "$content_type"),
    ("CONTENT_LENGTH", "$content_length"),
    ("REQUEST_URI", "$request_uri"),
    ("SCRIPT_NAME", "\"\""),
    ("PATH_INFO", "$document_uri"),
    ("SERVER_PROTOCOL", "$server_protocol"),
    ("REQUEST_SCHEME", "$scheme"),
    ("HTTPS", "$https if_not_empty"),
    ("REMOTE_ADDR", "$remote_addr"),
    ("REMOTE_PORT", "$remote_port"),
    ("SERVER_ADDR", "$server_addr"),
    ("SERVER_PORT", "$server_port"),
    ("SERVER_NAME", "$server_name"),
];

/// As the guide has it, for each protocol.
fn apache(hosts: &[Host], ports: &[u16], folder: &Folder) -> Vec<String> {
    let at = folder.at("").display().to_string();
    let mut text = format!(
        "ServerName localhost\nPidFile {at}/pid\nErrorLog {at}/error.log\nDefaultRuntimeDir {at}\n"
    );
    for module in [
        "mpm_event",
        "authz_core",
        "env",
        "setenvif",
        "proxy",
        "proxy_fcgi",
        "proxy_scgi",
        "proxy_uwsgi",
    ] {
        writeln!(
            text,
            "LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so"
        )
        .unwrap();
    }
    for (host, port) in hosts.iter().zip(ports) {
        let scheme = match host.protocol {
            Protocol::FastCgi => "fcgi".to_owned(),
            other => other.to_string(),
        };
        let address = host.address;
        // mod_proxy_uwsgi has no answer to a path that it has to decode.
        let slashes = match host.protocol {
            Protocol::Uwsgi => "On",
            _ => "NoDecode",
        };
        writeln!(
            text,
            "Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nAllowEncodedSlashes {slashes}\n\
             SetEnv ap_trust_cgilike_cl 1\nProxyPass / {scheme}://{address}/ flushpackets=on\n</VirtualHost>"
        )
        .unwrap();
    }
    fs::write(folder.at("apache.conf"), text).unwrap();
    let config = folder.at("apache.conf").display().to_string();
    ["apache2", "-X", "-d", &at, "-f", &config]
        .map(str::to_owned)
        .to_vec()
}

fn host(protocol: Protocol, app: impl Application) -> Host {
    let server: Server = listen(protocol).with_script_name_fix("/".parse().unwrap());
    Host::with(server, protocol, app)
}

#[test]
#[ignore = "needs nginx"]
fn every_example_answers_behind_nginx() -> Result<()> {
    examples_behind(nginx)
}

#[test]
#[ignore = "needs Apache"]
fn every_example_answers_behind_apache() -> Result<()> {
    examples_behind(apache)
}

fn examples_behind(configure: fn(&[Host], &[u16], &Folder) -> Vec<String>) -> Result<()> {
    let folder = Folder::new();
    let examples = all(&folder)?;
    for protocol in PROTOCOLS {
        let hosts: Vec<_> = examples
            .iter()
            .map(|example| host(protocol, example.app.clone()))
            .collect();
        let front = Front::start(&hosts, configure);
        for (index, example) in examples.iter().enumerate() {
            compare(example, &front.client(index), protocol)?;
        }
    }
    Ok(())
}

fn compare(example: &Example, client: &Client, protocol: Protocol) -> Result<()> {
    let in_process = Client::new(example.app.clone());
    for request in &example.requests {
        let copy = || request.copy().unwrap();
        let want = in_process.another().send(copy()).wait()?;
        let got = client.send(copy()).wait()?;
        let what = format!("{} by {protocol}: {request:?}: {got}", example.name);
        assert_eq!(got.status(), want.status(), "{what}");
        for name in [
            "content-type",
            "etag",
            "cache-control",
            "content-range",
            "content-encoding",
        ] {
            assert_eq!(
                got.headers().get(name),
                want.headers().get(name),
                "{what}: {name}"
            );
        }
        if example.steady {
            assert!(got.bytes() == want.bytes(), "{what}: {want}");
        }
    }
    Ok(())
}

#[test]
#[ignore = "needs nginx"]
fn nginx_passes_on_what_matters() -> Result<()> {
    passes_on(nginx)
}

#[test]
#[ignore = "needs Apache"]
fn apache_passes_on_what_matters() -> Result<()> {
    passes_on(apache)
}

fn passes_on(configure: fn(&[Host], &[u16], &Folder) -> Vec<String>) -> Result<()> {
    let hosts: Vec<_> = PROTOCOLS
        .map(|protocol| host(protocol, app.into_application()))
        .into();
    let front = Front::start(&hosts, configure);
    let megabytes = vec![b'x'; 3 << 20];
    for (index, protocol) in PROTOCOLS.into_iter().enumerate() {
        let client = front.client(index);
        let facts = client.get("/facts").wait()?.expect_status(200);
        facts.expect_text_contains("Some(\"127.0.0.1\")");
        let path = client.get("/path/a%2Fb//c").wait()?;
        path.expect_text("/path/a%2Fb//c");
        let length = client.post("/length").with_body(megabytes.clone());
        length.wait()?.expect_text("3145728 bytes");
        let echo = client.post("/echo").with_body(megabytes.clone()).wait()?;
        assert!(echo.bytes()[..] == megabytes, "{protocol}");
        let unread = client.post("/unread").with_body(megabytes.clone());
        unread.wait()?.expect_status(403);
        let large = client.get("/large").wait()?;
        assert_eq!(large.bytes().len(), 300_000, "{protocol}");
        let there = client.get("/there").wait()?.expect_status(303);
        assert!(
            there.headers()["location"]
                .to_str()
                .unwrap()
                .ends_with("/facts"),
            "{protocol}"
        );
        client.get("/panic").wait()?.expect_status(500);
        client.get("/empty").wait()?.expect_status(204);
        let head = Request::blank("/large").with_method("HEAD");
        client
            .send(head)
            .wait()?
            .expect_header("content-length", "300000");
        // The client must see that a response was cut, by an error of the connection or of the front.
        for _ in 0..10 {
            match client.get("/cut").wait() {
                Err(_) => {}
                Ok(answer) => assert_eq!(answer.status(), 502, "{protocol}: {answer}"),
            }
        }
        for _ in 0..20 {
            client.get("/").wait()?.expect_text("hello");
        }
    }
    Ok(())
}

#[test]
#[ignore = "needs nginx"]
fn nginx_passes_events_on_at_once() -> Result<()> {
    let hosts: Vec<_> = PROTOCOLS
        .map(|protocol| host(protocol, events::app()))
        .into();
    let front = Front::start(&hosts, nginx);
    for (index, protocol) in PROTOCOLS.into_iter().enumerate() {
        let mut answer = front.client(index).get("/").streaming().wait()?;
        let first = answer.chunk().wait()?.unwrap();
        assert!(first.starts_with(b"data: "), "{protocol}: {first:?}");
    }
    Ok(())
}
