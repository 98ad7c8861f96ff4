//! Properties of a request from variables, whatever a web server in front sends: it is refused as the client's fault, or
//! all views of it agree.

use std::collections::BTreeSet;

use rustzeug::Request;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ScriptNameFix;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::Variables;

/// Names with a meaning. A byte of the input selects one of them, or a name of its own.
const NAMES: [&str; 26] = [
    "REQUEST_METHOD",
    "REQUEST_URI",
    "QUERY_STRING",
    "SCRIPT_NAME",
    "PATH_INFO",
    "SERVER_PROTOCOL",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_ADDR",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "REQUEST_SCHEME",
    "HTTPS",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_PROXY",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_CONTENT_LENGTH",
    "HTTP_X",
    "HTTP_x",
    "HTTP_",
    "REMOTE_USER",
    "SERVER_SOFTWARE",
    "GATEWAY_INTERFACE",
];

const BODY: &str = "a body of 20 bytes..";

/// The first byte selects the mount points. Then come names and values: a byte for the name, one for the length of the
/// value, and the value. If no name has the byte, it is a name itself.
pub(crate) fn check(input: &[u8]) {
    let Some((first, mut rest)) = input.split_first() else {
        return;
    };
    let mounts = ["", "/", "/app", "/app,/"][usize::from(first % 4)];
    let fix: ScriptNameFix = mounts.parse().expect("mount points");
    let mut variables = Variables::new();
    while let [name, length, values @ ..] = rest {
        let (value, others) = values.split_at(usize::from(*length).min(values.len()));
        rest = others;
        match NAMES.get(usize::from(*name)) {
            Some(name) => variables.push(name, value),
            None => variables.push([*name], value),
        }
    }
    let length = variables.content_length();
    match Environ::from_variables(&variables, BODY, ServerInfo::default(), &fix) {
        Ok(environ) => look(environ, length.expect("it was accepted")),
        Err(error) => {
            let status = error.status().as_u16();
            assert!(matches!(status, 400 | 414 | 431), "{error:?}");
        }
    }
}

fn look(environ: Environ, length: Option<u64>) {
    let (script_name, path_info) = (environ.raw_script_name(), environ.raw_path_info());
    assert_eq!([script_name, path_info].concat(), environ.raw_path());
    assert!(!script_name.ends_with('/'), "{script_name}");
    if environ.raw_path() != "*" {
        let is_part = |part: &str| part.is_empty() || part.starts_with('/');
        assert!(is_part(script_name) && is_part(path_info), "{environ:?}");
    }
    let mut names = BTreeSet::new();
    for (name, value) in environ.vars() {
        assert_eq!(environ.var(&name).as_ref(), Some(&value), "{name}");
        assert!(name != "HTTP_PROXY" && name != "HTTP_CONTENT_LENGTH");
        assert!(names.insert(name), "{names:?}");
    }
    assert!(matches!(environ.scheme(), "http" | "https"));
    let request = Request::new(environ);
    let url = request.url();
    let splits = |c: char| c.is_ascii_control() || c == ' ' || !c.is_ascii();
    assert!(!url.contains(splits), "{url:?}");
    let body = request.bytes().wait();
    match length {
        Some(length) if length > BODY.len() as u64 => assert!(body.is_err(), "{body:?}"),
        Some(length) => assert_eq!(body.expect("a body").len() as u64, length),
        None => assert_eq!(body.expect("a body"), BODY),
    }
}
