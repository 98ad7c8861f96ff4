//! The limits of the server itself.

use std::time::Duration;

use crate::base::settings::limits;

limits! {
    /// The limits of the embedded server itself: of connections, threads and stopping. The defaults are suitable for
    /// the open internet. The limits of requests are [`Limits`](crate::gateway::Limits).
    ///
    /// ```
    /// use rustzeug::{Server, server::ServerLimits};
    /// use std::time::Duration;
    ///
    /// let mut limits = ServerLimits::default().with_connections(200);
    /// limits.set("grace_period", "2.5")?;
    /// assert_eq!(limits.grace_period(), Duration::from_millis(2500));
    /// assert!(limits.set("conections", "1").is_err());
    ///
    /// let server = Server::bind("127.0.0.1:0").unwrap().with_server_limits(limits);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ServerLimits;

    /// Event loops of [`Server::serve`](crate::Server::serve), each with its own thread. Default 0, for one per core.
    /// Without effect with [`work_stealing`](crate::Server::work_stealing) and `serve_async`.
    lanes, with_lanes: usize = 0;

    /// Threads for blocking work, started on demand, besides the threads of the lanes; beyond it jobs wait. If all are
    /// stuck, a handler that occupies none of them gets one more. Default 512.
    workers, with_workers: usize = 512;

    /// Blocking jobs that may wait, on all lanes and for a thread together; beyond it `503` with `Retry-After`. Default
    /// 1024.
    queued_jobs, with_queued_jobs: usize = 1024;

    /// Time after which an idle worker thread ends. Default 10 s.
    worker_idle, with_worker_idle: Duration = Duration::from_secs(10);

    /// Threads for blocking body writers ([`Body::writer`](crate::gateway::Body::writer)), which are held as long as
    /// the client reads; beyond it `503`. Default 256.
    body_writers, with_body_writers: usize = 256;

    /// Time for a whole request head to arrive, from its first byte, or, on a new connection, from its beginning.
    /// Default 30 s.
    head_timeout, with_head_timeout: Duration = Duration::from_secs(30);

    /// Time for a TLS handshake, together with the header of the PROXY protocol before it. Default 10 s.
    handshake_timeout, with_handshake_timeout: Duration = Duration::from_secs(10);

    /// Simultaneous connections of which the server awaits one of these two; at the limit, the oldest one is closed for
    /// the next. Default 256.
    handshakes, with_handshakes: usize = 256;

    /// Time for which a connection without a request is kept open. Default 75 s: nginx keeps idle connections to its
    /// backends for 60 s, and with a shorter time it would sometimes write to a connection that has just been closed.
    keep_alive, with_keep_alive: Duration = Duration::from_secs(75);

    /// Time for which a connection of FastCGI without a request is kept open. Default zero, which means no limit: web
    /// servers keep such connections for their next requests. When
    /// [`connections`](Self::connections) is reached, idle ones are closed in favour of others.
    front_keep_alive, with_front_keep_alive: Duration = Duration::ZERO;

    /// Time for which a client may accept none of the data written to it; beyond it the connection is cut. Default 60
    /// s: a client with a large buffer that reads slowly acknowledges nothing for half a minute or more.
    write_idle, with_write_idle: Duration = Duration::from_mins(1);

    /// Bytes per second that a client must accept while the server waits for it, measured over the last
    /// [`write_idle`](Self::write_idle); below it the connection is cut. Default 240, 0 for no minimum.
    write_rate, with_write_rate: u64 = 240;

    /// Time for which the server still works on the response to a client that has closed its sending side; then the
    /// connection is cut. Only time in which the client accepts no data counts. Default 5 s.
    half_closed, with_half_closed: Duration = Duration::from_secs(5);

    /// Time after which the server closes a TCP connection whose client has vanished without closing it. After half of
    /// this time without a packet, the kernel sends up to three probes. In whole seconds, at least 2. Default 60 s,
    /// zero for never.
    dead_peer, with_dead_peer: Duration = Duration::from_mins(1);

    /// Bytes of an unread request body that are read and dropped, so that the connection can be kept; beyond it the
    /// response says `Connection: close`. Default 64 KiB.
    drain_bytes, with_drain_bytes: u64 = 64 << 10;

    /// Time for which a connection that is closed for sending still drops incoming bytes, so that the response is not
    /// lost to a client that is still sending. Default 5 s.
    linger, with_linger: Duration = Duration::from_secs(5);

    /// Bytes that a connection drops while it lingers. Default 64 MiB.
    linger_bytes, with_linger_bytes: u64 = 64 << 20;

    /// Simultaneous connections; other connections wait to be accepted. Default 1024.
    connections, with_connections: usize = 1024;

    /// Simultaneous streams on an HTTP/2 connection. Default 100.
    http2_streams, with_http2_streams: u32 = 100;

    /// Bytes of a request body that an HTTP/2 client may send on a stream before the application reads them; then the
    /// client has to wait. The limit of a connection is this number times [`http2_streams`](Self::http2_streams).
    /// Default 64 KiB.
    http2_unread_bytes, with_http2_unread_bytes: u32 = 64 << 10;

    /// Bytes of a request head in HTTP/2, plus 32 for each field (RFC 9113 §6.5.2); beyond it `431`. Default 16 KiB.
    http2_head_bytes, with_http2_head_bytes: u32 = 16 << 10;

    /// Streams that an HTTP/2 client may reset before the server has processed them; beyond it the connection is
    /// closed. Default 20.
    http2_resets, with_http2_resets: usize = 20;

    /// Time for which the server goes on as before after `SIGTERM` or `SIGINT`, except that its health path responds
    /// with `503`. Default none.
    lame_duck, with_lame_duck: Duration = Duration::ZERO;

    /// Time for which requests on open connections are still answered, with `Connection: close`, after the listeners
    /// were closed. Default 1 s.
    closing_notice, with_closing_notice: Duration = Duration::from_secs(1);

    /// Time that requests in flight then have to finish. Default 10 s.
    grace_period, with_grace_period: Duration = Duration::from_secs(10);
}

/// For servers with connections.
#[cfg(feature = "hosting")]
impl ServerLimits {
    /// How long a connection without a request is kept; `is_fronted`: its client is a web server in front.
    pub(super) fn keep_alive_of(&self, is_fronted: bool) -> Duration {
        match self.front_keep_alive() {
            _ if !is_fronted => self.keep_alive(),
            Duration::ZERO => Duration::MAX,
            keep => keep,
        }
    }
}
