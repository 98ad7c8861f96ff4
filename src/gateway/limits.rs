//! The one configuration type for every limit.

use std::io;
use std::io::ErrorKind;
use std::time::Duration;

/// Declares the settings with their defaults, getters and `with_` setters. Holds no logic.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident, $with:ident: $type:ty = $default:expr;)*) => {
        /// Every limit there is, each with a default that suits a server on the open internet.
        ///
        /// Give it to a server (`Server::with_limits`) or, for what is below it, to
        /// [`Environ::set_limits`](crate::gateway::Environ::set_limits); single reads narrow or
        /// widen theirs by `.limit(…)`. An error that a limit causes names the setting.
        ///
        /// ```
        /// use rustzeug::gateway::Limits;
        ///
        /// let limits = Limits::default().with_body_bytes(64 * 1024);
        /// assert_eq!(limits.body_bytes(), 65_536);
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> $type {
                self.$name
            }

            #[doc = concat!("Sets what [`", stringify!($name), "`](Self::", stringify!($name), ") tells.")]
            #[must_use]
            pub fn $with(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            }
        )*

            /// Sets the limit of this name from text, as configuration has it.
            ///
            /// Counts and bytes are whole numbers, bytes also with `KiB`, `MiB` or `GiB`; times are
            /// seconds, with a fraction if need be.
            ///
            /// ```
            /// use rustzeug::gateway::Limits;
            /// use std::time::Duration;
            ///
            /// let mut limits = Limits::default();
            /// limits.set("received_body_bytes", "64 MiB")?;
            /// limits.set("body_idle", "2.5")?;
            /// assert_eq!(limits.received_body_bytes(), 64 << 20);
            /// assert_eq!(limits.body_idle(), Duration::from_millis(2500));
            /// assert!(limits.set("max_boddy", "1").is_err());
            /// # Ok::<(), std::io::Error>(())
            /// ```
            ///
            /// # Errors
            ///
            /// `InvalidInput`, a sentence that names the limit, when there is none of this name or the
            /// text is no such value.
            pub fn set(&mut self, name: &str, value: &str) -> io::Result<()> {
                match name {
                    $(stringify!($name) => self.$name = parse(name, value)?,)*
                    _ => return Err(invalid(format!("there is no limit `{name}`"))),
                }
                Ok(())
            }
        }
    };
}

limits! {
    /// Bytes of a body read whole (`bytes`, `text`, `json`); beyond it `413`. Default 2 MiB.
    body_bytes, with_body_bytes: u64 = 2 << 20;

    /// Bytes of a request body received for a plain `fn` before it is called; beyond it `413`.
    /// Default 16 MiB.
    received_body_bytes, with_received_body_bytes: u64 = 16 << 20;

    /// Bytes of a received body kept in memory as long as half of
    /// [`budget_memory_bytes`](Self::budget_memory_bytes) is free, 64 KiB of them otherwise; what is
    /// longer goes to an unlinked temporary file (with the feature `spool`). Default 1088 KiB: a
    /// file of 1 MiB, and the form around it.
    memory_bytes, with_memory_bytes: usize = (1 << 20) + (64 << 10);

    /// Pairs in a query that is read whole; beyond it `400`. Default 1000.
    query_pairs, with_query_pairs: usize = 1000;

    /// Bytes of an urlencoded form; beyond it `413`. Default 512 KiB.
    form_bytes, with_form_bytes: u64 = 512 << 10;

    /// Fields of an urlencoded form; beyond it `413`. Default 1000.
    form_fields, with_form_fields: usize = 1000;

    /// Bytes of a multipart body; beyond it `413`. Default 16 MiB.
    multipart_bytes, with_multipart_bytes: u64 = 16 << 20;

    /// Parts of a multipart body, files among them; beyond it `413`. Default 1000.
    multipart_parts, with_multipart_parts: usize = 1000;

    /// Bytes of all fields of a multipart form that are no files, together, names included; beyond it
    /// `413`. Default 512 KiB.
    multipart_field_bytes, with_multipart_field_bytes: u64 = 512 << 10;

    /// Bytes of a single file in a multipart body; beyond it `413`. Default: as many as
    /// [`multipart_bytes`](Self::multipart_bytes) allows.
    file_bytes, with_file_bytes: u64 = u64::MAX;

    /// Bytes of the head of a part of a multipart body; beyond it `400`. Default 8 KiB.
    part_header_bytes, with_part_header_bytes: usize = 8 << 10;

    /// Lines in the head of a part of a multipart body; beyond it `400`. Default 32.
    part_header_lines, with_part_header_lines: usize = 32;

    /// Bytes before the first part of a multipart body; beyond it `400`. Default 16 KiB.
    preamble_bytes, with_preamble_bytes: usize = 16 << 10;

    /// Bytes of memory that all bodies which are received and kept hold together, and an eighth of it
    /// those of a single connection. What is longer goes to a temporary file; when there is no
    /// room there either, reading waits for [`body_idle`](Self::body_idle), then fails with
    /// `503`. Default 64 MiB.
    budget_memory_bytes, with_budget_memory_bytes: u64 = 64 << 20;

    /// Bytes of temporary files that all bodies hold together, and an eighth of it those of a single
    /// connection: what is longer than that is `413`. When they are used up, reading waits for
    /// [`body_idle`](Self::body_idle), then fails with `503`. 0 keeps all bodies in memory. Default
    /// 2 GiB.
    budget_disk_bytes, with_budget_disk_bytes: u64 = 2 << 30;

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

    /// Bytes of a request head; beyond it `431`. Default 32 KiB.
    head_bytes, with_head_bytes: usize = 32 << 10;

    /// Fields in a request head; beyond it `431`. Default 100.
    header_fields, with_header_fields: usize = 100;

    /// Bytes of a single header field, its name included; beyond it `431`. Default 16 KiB.
    field_bytes, with_field_bytes: usize = 16 << 10;

    /// Cookies of a request that are looked at, the invalid ones among them; the rest is ignored.
    /// Default 300.
    cookies, with_cookies: usize = 300;

    /// Bytes of a request target; beyond it `414`. Default 8 KiB.
    target_bytes, with_target_bytes: usize = 8 << 10;

    /// Time that may pass between two pieces of a request body while somebody waits for them;
    /// beyond it reading fails with `408`. Default 30 s.
    body_idle, with_body_idle: Duration = Duration::from_secs(30);

    /// Bytes per second that a request body must bring on average, counting only the time for which
    /// somebody waits for it; below it reading fails with `408`. Default 240.
    body_rate, with_body_rate: u64 = 240;

    /// Time of waiting before [`body_rate`](Self::body_rate) is asked for. Default 5 s.
    body_rate_grace, with_body_rate_grace: Duration = Duration::from_secs(5);

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

fn invalid(text: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, text)
}

fn parse<T: Setting>(name: &str, value: &str) -> io::Result<T> {
    T::parse(value.trim())
        .map_err(|why| invalid(format!("the limit `{name}` cannot be `{value}`: {why}")))
}

/// The type of a limit.
trait Setting: Sized {
    /// Reads a value, or says what one is.
    fn parse(text: &str) -> Result<Self, &'static str>;
}

impl Setting for Duration {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let seconds = text.parse().ok().map(Self::try_from_secs_f64);
        seconds
            .and_then(Result::ok)
            .ok_or("a time is a number of seconds")
    }
}

impl Setting for u64 {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
        let unit = units
            .into_iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(name)?.trim_end(), unit)));
        let (digits, unit) = unit.unwrap_or((text, 1));
        let number: Option<Self> = digits.parse().ok();
        number
            .and_then(|number| number.checked_mul(unit))
            .ok_or("it is a whole number, also of KiB, MiB or GiB")
    }
}

impl Setting for usize {
    fn parse(text: &str) -> Result<Self, &'static str> {
        u64::parse(text)?.try_into().map_err(|_| "it is too large")
    }
}

impl Setting for u32 {
    fn parse(text: &str) -> Result<Self, &'static str> {
        u64::parse(text)?.try_into().map_err(|_| "it is too large")
    }
}
