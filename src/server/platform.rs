//! Configures a server from its environment: for platforms, containers and systemd units.

use std::env;
use std::ffi::OsString;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;

use crate::gateway::Address;
use crate::gateway::Limits;
use crate::gateway::ScriptNameFix;
use crate::server::Server;
use crate::server::hosting::listener::Listener;
use crate::server::hosting::protocol::Protocol;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::tls::Tls;
use crate::server::limits::ServerLimits;

/// The prefix of limits in the environment.
const PREFIX: &str = "RUSTZEUG_";

impl Server {
    /// Makes a server as the environment of the process configures it, with the usual variables of platforms.
    ///
    /// | variable | meaning | without it |
    /// |---|---|---|
    /// | `LISTEN_FDS` | sockets that the process was started with: [`Listener::inherited`] | |
    /// | `LISTEN` | places to listen at, separated by commas, each as for [`Listener::at`]: `http://0.0.0.0:8000,unix:/run/app.sock`; takes precedence over `UNIX_SOCKET` and `PORT` | |
    /// | `UNIX_SOCKET` | the path of a Unix socket; takes precedence over `PORT` | |
    /// | `PORT` | the port; 0 selects a free port | 8000 |
    /// | `HOST` | the address to listen at, or `localhost`; any other value is ignored, because conda sets `HOST` to a machine type | `0.0.0.0` where `PORT` is set, as platforms expect; else `127.0.0.1` |
    /// | `SCRIPT_NAME_FIX` | mount points, for web servers in front that do not split the path: [`with_script_name_fix`](Self::with_script_name_fix) | the web server is right |
    /// | `TLS_CERT`, `TLS_KEY` | PEM files of a certificate and its key, see `Tls` (feature `tls`): TCP ports speak HTTPS; of the places in `LISTEN`, those with `https://` | plain HTTP |
    /// | `PROXY_PROTOCOL` | networks whose proxies send the PROXY protocol, at all places: see [`Listener::with_proxy_protocol`] | |
    /// | `HEALTH_PATH` | see [`with_health_path`](Self::with_health_path); `-` for none | `/healthz` |
    /// | `RUSTZEUG_…` | a limit by its name in upper case: `RUSTZEUG_GRACE_PERIOD=25`, see [`Limits::set`] and [`ServerLimits::set`] | their defaults |
    ///
    /// Empty variables count as not set. Call it at the start of `main`, because it removes `LISTEN_FDS` from the
    /// environment.
    ///
    /// ```no_run
    /// use rustzeug::{ServeError, Server};
    ///
    /// fn main() -> Result<(), ServeError> {
    ///     Server::from_env()?.serve(|| "hello\n")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if a variable is not valid, a limit does not exist, or the server cannot listen at an address.
    pub fn from_env() -> Result<Self, ServeError> {
        let health = var("HEALTH_PATH")?.unwrap_or_else(|| "/healthz".to_owned());
        let (limits, server_limits) = limits()?;
        let listeners = listeners()?.into_iter().map(proxied);
        let listeners = listeners.collect::<Result<Vec<_>, _>>()?;
        let mut listeners = listeners.into_iter();
        let Some(first) = listeners.next() else {
            return Err(ServeError::variable(
                "there is no place to listen at".to_owned(),
            ));
        };
        let server = listeners
            .fold(Self::on(first), Self::with_listener)
            .with_limits(limits)
            .with_server_limits(server_limits);
        let server = match var("SCRIPT_NAME_FIX")? {
            Some(mounts) => server.with_script_name_fix(script_name_fix(&mounts)?),
            None => server,
        };
        Ok(match health.as_str() {
            "-" => server,
            path if path.starts_with('/') => server.with_health_path(path),
            path => {
                let text = format!("HEALTH_PATH is `{path}`; set it to a path, or to - for none");
                return Err(ServeError::variable(text));
            }
        })
    }
}

fn script_name_fix(mounts: &str) -> Result<ScriptNameFix, ServeError> {
    mounts
        .parse()
        .map_err(|error| ServeError::variable(format!("SCRIPT_NAME_FIX is `{mounts}`: {error}")))
}

fn listeners() -> Result<Vec<Listener>, ServeError> {
    let tls = certificate()?;
    let secured = |listener: Listener| match (&tls, listener.address()) {
        (Some(tls), Address::Inet(_)) if listener.protocol() == Protocol::Http => {
            listener.over(tls.clone())
        }
        _ => listener,
    };
    let inherited = Listener::inherited()?;
    if !inherited.is_empty() {
        return Ok(inherited.into_iter().map(secured).collect());
    }
    if let Some(places) = var("LISTEN")? {
        if tls.is_some() && !places.contains("https://") {
            let text = "TLS_CERT is set, but no place in LISTEN begins with https://";
            return Err(ServeError::variable(text.to_owned()));
        }
        let places = places.split(',').map(str::trim);
        return places
            .map(|place| listener_at(place, tls.as_ref()))
            .collect();
    }
    if let Some(path) = set("UNIX_SOCKET") {
        return Ok(vec![Listener::unix(path)?]);
    }
    let at_home = set("PORT").is_none();
    let default = if at_home {
        Ipv4Addr::LOCALHOST.into()
    } else {
        Ipv4Addr::UNSPECIFIED.into()
    };
    let listener = Listener::tcp((host().unwrap_or(default), port()?))?;
    Ok(vec![secured(listener)])
}

/// A place in `LISTEN`, where TLS is named as another protocol.
fn listener_at(place: &str, tls: Option<&Tls>) -> Result<Listener, ServeError> {
    let Some(address) = place.strip_prefix("https://") else {
        return Listener::at(place);
    };
    let Some(tls) = tls else {
        let text =
            format!("LISTEN has {place}; set TLS_CERT and TLS_KEY to the files of a certificate");
        return Err(ServeError::variable(text));
    };
    Ok(Listener::tcp(address)?.over(tls.clone()))
}

/// The certificate in `TLS_CERT` and `TLS_KEY`.
fn certificate() -> Result<Option<Tls>, ServeError> {
    match (var("TLS_CERT")?, var("TLS_KEY")?) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Tls::from_files(&certificate, &key).map(Some),
        (set, _) => {
            let (set, other) = if set.is_some() {
                ("TLS_CERT", "TLS_KEY")
            } else {
                ("TLS_KEY", "TLS_CERT")
            };
            let text = format!("{set} is set, but {other} is not");
            Err(ServeError::variable(text))
        }
    }
}

/// Expects the PROXY protocol, if `PROXY_PROTOCOL` is set.
fn proxied(listener: Listener) -> Result<Listener, ServeError> {
    match var("PROXY_PROTOCOL")? {
        None => Ok(listener),
        Some(trusted) => listener
            .with_proxy_protocol(trusted.split(','))
            .map_err(|error| ServeError::variable(format!("PROXY_PROTOCOL: {error}"))),
    }
}

/// The address in `HOST`, with or without the brackets of a URL.
fn host() -> Option<IpAddr> {
    let host = set("HOST")?.into_string().ok()?;
    if host == "localhost" {
        return Some(Ipv4Addr::LOCALHOST.into());
    }
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(&host).parse().ok()
}

fn limits() -> Result<(Limits, ServerLimits), ServeError> {
    let (mut limits, mut server_limits) = (Limits::default(), ServerLimits::default());
    for (name, value) in env::vars_os().filter(|(_, value)| !value.is_empty()) {
        let Some(name) = name.to_str() else { continue };
        let Some(setting) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let value = value.to_string_lossy();
        let setting = setting.to_ascii_lowercase();
        server_limits
            .try_set(&setting, &value)
            .unwrap_or_else(|| limits.set(&setting, &value))
            .map_err(|error| ServeError::variable(format!("{name}: {error}")))?;
    }
    Ok((limits, server_limits))
}

/// The port in `PORT`; 8000 if it is unset or empty.
pub(super) fn port() -> Result<u16, ServeError> {
    let Some(port) = set("PORT") else {
        return Ok(8000);
    };
    port.to_str()
        .and_then(|port| port.parse().ok())
        .ok_or_else(|| ServeError::port(port))
}

fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn var(name: &str) -> Result<Option<String>, ServeError> {
    let value = set(name).map(OsString::into_string).transpose();
    value.map_err(|_| ServeError::variable(format!("{name} is not valid text")))
}

/// The address of a server for this machine only ([`Server::from_env`] is for other machines): `127.0.0.1` and the port
/// in `PORT`; 8000 if it is unset or empty.
///
/// # Errors
///
/// A [`ServeError`] if `PORT` is not a port number.
///
/// ```no_run
/// use rustzeug::{ServeError, serve, server::address_from_port};
///
/// fn main() -> Result<(), ServeError> {
///     serve(address_from_port()?, || "hello\n")
/// }
/// ```
pub fn address_from_port() -> Result<SocketAddr, ServeError> {
    Ok((Ipv4Addr::LOCALHOST, port()?).into())
}
