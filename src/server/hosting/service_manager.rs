//! Tells systemd, or another service manager, how the server is: the protocol of `sd_notify`.
//!
//! Nothing is told unless the manager has set `NOTIFY_SOCKET`, as for units with `Type=notify`.

use std::env;
use std::process;
use std::sync::Arc;
use std::time::Duration;

use rustix::time::ClockId;
use rustix::time::clock_gettime;
use socket2::Domain;
use socket2::SockAddr;
use socket2::Socket;
use socket2::Type;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use crate::gateway::ErrorStream;
use crate::server::hosting::ending::Aside;
use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;
use crate::server::hosting::tls::Tls;

/// The manager that has started the process.
#[derive(Clone)]
pub(in crate::server) struct ServiceManager(Option<Arc<(Socket, SockAddr)>>);

impl ServiceManager {
    /// The manager that `NOTIFY_SOCKET` names, if any.
    pub(in crate::server) fn from_env() -> Self {
        let name = env::var("NOTIFY_SOCKET").ok();
        Self(name.and_then(|name| connect(&name)).map(Arc::new))
    }

    /// Tells the manager. Nobody can do anything about a failure.
    fn tell(&self, state: &str) {
        if let Some(manager) = &self.0 {
            let (socket, address) = &**manager;
            let _ = socket.send_to(state.as_bytes(), address);
        }
    }

    /// Tells that the server accepts connections, later that it stops, and in between, if the manager wants it, that it
    /// is alive. `is_alive` gets the time within which the manager wants to hear of it.
    pub(in crate::server) fn accompany(
        &self,
        open: &Arc<Open>,
        is_alive: impl Fn(Duration) -> bool + Send + 'static,
    ) -> [Aside; 2] {
        self.tell("READY=1");
        let (manager, stopping) = (self.clone(), Arc::clone(open));
        let stop = tokio::spawn(async move {
            stopping.reach(Stage::LameDuck).await;
            manager.tell("STOPPING=1");
        });
        let (manager, watchdog) = (self.clone(), self.0.as_ref().and_then(|_| watchdog()));
        let alive = tokio::spawn(async move {
            let Some(time) = watchdog else { return };
            loop {
                if is_alive(time) {
                    manager.tell("WATCHDOG=1");
                }
                tokio::time::sleep(time / 2).await;
            }
        });
        [Aside(stop), Aside(alive)]
    }

    /// Reads certificates again at each `SIGHUP`. Without certificates, the signal keeps its effect.
    pub(in crate::server) fn reload_on_hangup(
        &self,
        all: Vec<Tls>,
        errors: &ErrorStream,
    ) -> std::io::Result<Option<Aside>> {
        if all.is_empty() {
            return Ok(None);
        }
        let mut hangup = signal(SignalKind::hangup())?;
        let (manager, errors) = (self.clone(), errors.clone());
        Ok(Some(Aside(tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                manager.tell(&format!("RELOADING=1\nMONOTONIC_USEC={}", monotonic()));
                for tls in &all {
                    tls.refresh(&errors, true);
                }
                manager.tell("READY=1");
            }
        }))))
    }
}

/// The address of the manager: a path, or with `@` a name in the abstract namespace.
fn connect(name: &str) -> Option<(Socket, SockAddr)> {
    let address = match name.strip_prefix('@') {
        Some(name) => SockAddr::unix(format!("\0{name}")),
        None => SockAddr::unix(name),
    };
    let socket = Socket::new(Domain::UNIX, Type::DGRAM, None).ok()?;
    socket.set_nonblocking(true).ok()?;
    Some((socket, address.ok()?))
}

/// How often the manager wants to hear that this process is alive.
fn watchdog() -> Option<Duration> {
    let number = |name| env::var(name).ok()?.parse::<u64>().ok();
    let is_other = number("WATCHDOG_PID").is_some_and(|pid| pid != u64::from(process::id()));
    let time = number("WATCHDOG_USEC").filter(|time| *time > 0 && !is_other);
    time.map(Duration::from_micros)
}

/// Microseconds of the clock that systemd compares.
fn monotonic() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}
