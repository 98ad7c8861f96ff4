//! The limits of the server itself.

use std::time::Duration;

use crate::base::settings::limits;

limits! {
    /// The limits of the embedded server itself: of connections, threads and its end, each with a default that
    /// suits the open internet. Those of requests are [`Limits`](crate::gateway::Limits).
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

    /// Threads for blocking work, started on demand. Default 512.
    workers, with_workers: usize = 512;

    /// Blocking jobs that may wait for a thread; beyond it `503` with `Retry-After`. Default 1024.
    queued_jobs, with_queued_jobs: usize = 1024;

    /// Time after which an idle worker thread ends. Default 10 s.
    worker_idle, with_worker_idle: Duration = Duration::from_secs(10);

    /// Threads for blocking body writers ([`Body::writer`](crate::gateway::Body::writer)), which
    /// are held as long as the client reads; beyond it `503`. Default 256.
    body_writers, with_body_writers: usize = 256;

    /// Time for a whole request head to arrive, from its first byte or, on a new connection, from
    /// the beginning. Default 30 s.
    head_timeout, with_head_timeout: Duration = Duration::from_secs(30);

    /// Time for which a connection without a request is kept open. Default 75 s: longer than
    /// the 60 s for which nginx keeps idle connections to its backends, or it would now and then
    /// write to one that has just been closed.
    keep_alive, with_keep_alive: Duration = Duration::from_secs(75);

    /// Time for which a client may take nothing of what is written to it; beyond it the
    /// connection is cut. Default 60 s: a client with a large buffer that reads slowly acknowledges nothing for
    /// half a minute and more.
    write_idle, with_write_idle: Duration = Duration::from_mins(1);

    /// Bytes per second that a client must take of what is written to it, over the last
    /// [`write_idle`](Self::write_idle) for which it was waited for; below it the connection is cut. Default 240, 0 for any.
    write_rate, with_write_rate: u64 = 240;

    /// Time for which an answer is still made for a client that has closed its sending side, counting only while
    /// it takes nothing; then the connection is cut. Default 5 s.
    half_closed, with_half_closed: Duration = Duration::from_secs(5);

    /// Time after which a TCP connection is given up whose client has vanished without a word: after half of it
    /// without a packet the kernel asks, three times. In whole seconds, at least 2. Default 60 s, zero for never.
    dead_peer, with_dead_peer: Duration = Duration::from_mins(1);

    /// Bytes of an unread request body that are read and dropped, so that the connection can be
    /// kept; beyond it the answer says `Connection: close`. Default 64 KiB.
    drain_bytes, with_drain_bytes: u64 = 64 << 10;

    /// Time for which a connection that was closed for sending still drops what comes, so that the
    /// answer is not lost to a client that is still sending. Default 5 s.
    linger, with_linger: Duration = Duration::from_secs(5);

    /// Bytes that a connection drops while it lingers. Default 64 MiB.
    linger_bytes, with_linger_bytes: u64 = 64 << 20;

    /// Connections at a time; others wait to be accepted. Default 1024.
    connections, with_connections: usize = 1024;

    /// Streams at a time on an HTTP/2 connection. Default 100.
    http2_streams, with_http2_streams: u32 = 100;

    /// Bytes of a request body that an HTTP/2 client may send on a stream before somebody reads
    /// them; on a connection as many for each of [`http2_streams`](Self::http2_streams). It then has
    /// to wait. Default 64 KiB.
    http2_unread_bytes, with_http2_unread_bytes: u32 = 64 << 10;

    /// Bytes of a request head in HTTP/2, with 32 for each field (RFC 9113 §6.5.2); beyond it `431`.
    /// Default 16 KiB.
    http2_head_bytes, with_http2_head_bytes: u32 = 16 << 10;

    /// Streams that an HTTP/2 client may reset before the server has looked at them; beyond it
    /// the connection is closed. Default 20.
    http2_resets, with_http2_resets: usize = 20;

    /// Time for which the server goes on as before after `SIGTERM` or `SIGINT`, but for
    /// its health path, which says `503`. Default none.
    lame_duck, with_lame_duck: Duration = Duration::ZERO;

    /// Time for which open connections are still answered, with `Connection: close`, after the
    /// listeners were closed. Default 1 s.
    closing_notice, with_closing_notice: Duration = Duration::from_secs(1);

    /// Time that requests in flight then have to be answered. Default 10 s.
    grace_period, with_grace_period: Duration = Duration::from_secs(10);
}
