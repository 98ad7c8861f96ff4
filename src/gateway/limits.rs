//! The limits of requests, under every server.

use std::time::Duration;

use crate::base::settings::limits;

limits! {
    /// The limits of requests, each with a default that suits the open internet.
    ///
    /// Pass it to a server (`Server::with_limits`), or set it for one request with
    /// [`Environ::set_limits`](crate::gateway::Environ::set_limits). A single read can lower or raise its
    /// limit with `.limit(…)`. An error caused by a limit names the setting. The embedded server has more
    /// limits, for connections and threads: `server::ServerLimits`.
    ///
    /// ```
    /// use rustzeug::gateway::Limits;
    /// use std::time::Duration;
    ///
    /// let mut limits = Limits::default().with_body_bytes(64 * 1024);
    /// assert_eq!(limits.body_bytes(), 65_536);
    ///
    /// limits.set("received_body_bytes", "64 MiB")?;
    /// limits.set("body_idle", "2.5")?;
    /// assert_eq!(limits.received_body_bytes(), 64 << 20);
    /// assert_eq!(limits.body_idle(), Duration::from_millis(2500));
    /// assert!(limits.set("max_boddy", "1").is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    Limits;

    /// Bytes of a body read whole (`bytes`, `text`, `json`); beyond it `413`. Default 2 MiB.
    body_bytes, with_body_bytes: u64 = 2 << 20;

    /// Bytes of a request body received for a plain `fn` before it is called; beyond it `413`.
    /// CGI reads at most so much of a body of unknown length that the application does not read.
    /// Default 16 MiB.
    received_body_bytes, with_received_body_bytes: u64 = 16 << 20;

    /// Bytes of a received body kept in memory while half of
    /// [`budget_memory_bytes`](Self::budget_memory_bytes) is free, otherwise 64 KiB; a longer body goes to an
    /// unlinked temporary file (with the feature `spool`). Default 1088 KiB: a file of 1 MiB, and the form
    /// around it.
    memory_bytes, with_memory_bytes: usize = (1 << 20) + (64 << 10);

    /// Pairs in a query read whole; beyond it `400`. Default 1000.
    query_pairs, with_query_pairs: usize = 1000;

    /// Bytes of a decoded body for each byte that was sent, once there are more than
    /// [`decoded_ratio_bytes`](Self::decoded_ratio_bytes) of them; beyond it `413`. For
    /// `middleware::decode_requests`. Default 100.
    decoded_ratio, with_decoded_ratio: u64 = 100;

    /// Bytes of a decoded body up to which [`decoded_ratio`](Self::decoded_ratio) does not apply. Default 1 MiB.
    decoded_ratio_bytes, with_decoded_ratio_bytes: u64 = 1 << 20;

    /// Bytes of an urlencoded form; beyond it `413`. Default 512 KiB.
    form_bytes, with_form_bytes: u64 = 512 << 10;

    /// Fields of an urlencoded form; beyond it `413`. Default 1000.
    form_fields, with_form_fields: usize = 1000;

    /// Bytes of a multipart body; beyond it `413`. Default 16 MiB.
    multipart_bytes, with_multipart_bytes: u64 = 16 << 20;

    /// Parts of a multipart body, fields and files; beyond it `413`. Default 1000.
    multipart_parts, with_multipart_parts: usize = 1000;

    /// Bytes of all fields of a multipart form together, names included, files excluded; beyond it `413`.
    /// Default 512 KiB.
    multipart_field_bytes, with_multipart_field_bytes: u64 = 512 << 10;

    /// Bytes of a single file in a multipart body; beyond it `413`. Default: no limit other than
    /// [`multipart_bytes`](Self::multipart_bytes).
    file_bytes, with_file_bytes: u64 = u64::MAX;

    /// Bytes of the head of one part of a multipart body; beyond it `400`. Default 8 KiB.
    part_header_bytes, with_part_header_bytes: usize = 8 << 10;

    /// Lines in the head of one part of a multipart body; beyond it `400`. Default 32.
    part_header_lines, with_part_header_lines: usize = 32;

    /// Bytes before the first part of a multipart body; beyond it `400`. Default 16 KiB.
    preamble_bytes, with_preamble_bytes: usize = 16 << 10;

    /// Bytes of memory for all received bodies together; one connection gets at most an eighth. A body that
    /// does not fit goes to a temporary file. If there is no room there either, reading waits for
    /// [`body_idle`](Self::body_idle), then fails with `503`. Default 64 MiB.
    budget_memory_bytes, with_budget_memory_bytes: u64 = 64 << 20;

    /// Bytes of temporary files for all bodies together; one connection gets at most an eighth, and a body
    /// longer than that fails with `413`. If the budget is used up, reading waits for
    /// [`body_idle`](Self::body_idle), then fails with `503`. 0 keeps all bodies in memory. Default 2 GiB.
    budget_disk_bytes, with_budget_disk_bytes: u64 = 2 << 30;

    /// Bytes of a request head; beyond it `431`. Default 32 KiB.
    head_bytes, with_head_bytes: usize = 32 << 10;

    /// Bytes of the variables of a request by FastCGI, SCGI or uwsgi; beyond it `431`, and the connection is
    /// closed. Default 64 KiB.
    variables_bytes, with_variables_bytes: usize = 64 << 10;

    /// Fields in a request head; beyond it `431`. Default 100.
    header_fields, with_header_fields: usize = 100;

    /// Bytes of a single header field, its name included; beyond it `431`. Default 16 KiB.
    field_bytes, with_field_bytes: usize = 16 << 10;

    /// Cookies of a request that are read, invalid ones included; the rest is ignored. Default 300.
    cookies, with_cookies: usize = 300;

    /// Parts that a `Range` header may request; with more parts the header is ignored, and the whole content is sent.
    /// Default 16.
    ranges, with_ranges: usize = 16;

    /// Bytes of a request target; beyond it `414`. Default 8 KiB.
    target_bytes, with_target_bytes: usize = 8 << 10;

    /// Time between two pieces of a request body while a reader waits; beyond it reading fails with `408`.
    /// Default 30 s.
    body_idle, with_body_idle: Duration = Duration::from_secs(30);

    /// Bytes per second that a request body must bring on average, counting only the time in which a reader
    /// waits for it; below it reading fails with `408`. Default 240.
    body_rate, with_body_rate: u64 = 240;

    /// Time of waiting after which [`body_rate`](Self::body_rate) applies. Default 5 s.
    body_rate_grace, with_body_rate_grace: Duration = Duration::from_secs(5);
}
