//! Facts about a request for the server's log, which only an application knows.

use std::borrow::Cow;
use std::net::IpAddr;

/// A note for the server's log and traces, among the extensions of a reply: facts about the request that only
/// an application or its middleware knows.
///
/// It is not sent to the client. The server reads the note of the final reply, so an outer layer can
/// overwrite an inner one. A layer that adds to an existing note uses
/// [`get_or_insert_default`](http::Extensions::get_or_insert_default) and the setters.
///
/// # Examples
///
/// ```
/// use rustzeug::gateway::{LogNote, StartResponse};
///
/// let mut reply = StartResponse::new().start(200, ())?.body("hello");
/// reply.extensions_mut().insert(LogNote::default().with_route("/notes/{id}"));
///
/// // Further out, where the user is known:
/// reply.extensions_mut().get_or_insert_default::<LogNote>().set_user("ann");
///
/// let note = reply.extensions().get::<LogNote>().unwrap();
/// assert_eq!((note.user(), note.route()), (Some("ann"), Some("/notes/{id}")));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogNote {
    client: Option<IpAddr>,
    user: Option<String>,
    route: Option<Cow<'static, str>>,
}

impl LogNote {
    /// Sets the address of the client, which differs from that of the connection behind a proxy.
    /// [`ProxyFix`](crate::middleware::ProxyFix) does this.
    ///
    /// ```
    /// use rustzeug::gateway::LogNote;
    /// use std::net::Ipv4Addr;
    ///
    /// let note = LogNote::default().with_client(Ipv4Addr::new(203, 0, 113, 7));
    /// assert_eq!(note.client().unwrap().to_string(), "203.0.113.7");
    /// ```
    #[must_use]
    pub fn with_client(mut self, client: impl Into<IpAddr>) -> Self {
        self.set_client(client);
        self
    }

    /// Sets the user who is logged in.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::gateway::LogNote;
    ///
    /// let mut reply = Response::text("hello");
    /// reply.extensions_mut().insert(LogNote::default().with_user("ann"));
    /// ```
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.set_user(user);
        self
    }

    /// Sets the route that answered the request, as its pattern (`/notes/{id}`), which is the same for many
    /// paths.
    ///
    /// ```
    /// use rustzeug::gateway::LogNote;
    ///
    /// let note = LogNote::default().with_route("/notes/{id}");
    /// assert_eq!(note.route(), Some("/notes/{id}"));
    /// ```
    #[must_use]
    pub fn with_route(mut self, route: impl Into<Cow<'static, str>>) -> Self {
        self.set_route(route);
        self
    }

    /// Replaces the address of the client.
    ///
    /// ```
    /// use rustzeug::gateway::LogNote;
    /// use std::net::Ipv6Addr;
    ///
    /// let mut note = LogNote::default();
    /// note.set_client(Ipv6Addr::LOCALHOST);
    /// assert!(note.client().unwrap().is_loopback());
    /// ```
    pub fn set_client(&mut self, client: impl Into<IpAddr>) {
        self.client = Some(client.into());
    }

    /// Replaces the user.
    ///
    /// ```
    /// use rustzeug::gateway::LogNote;
    ///
    /// let mut note = LogNote::default().with_user("ann");
    /// note.set_user("bob");
    /// assert_eq!(note.user(), Some("bob"));
    /// ```
    pub fn set_user(&mut self, user: impl Into<String>) {
        self.user = Some(user.into());
    }

    /// Replaces the route.
    ///
    /// ```
    /// use rustzeug::gateway::LogNote;
    ///
    /// let mut note = LogNote::default().with_route("/notes/{id}");
    /// note.set_route(format!("/v{}/notes/{{id}}", 2));
    /// assert_eq!(note.route(), Some("/v2/notes/{id}"));
    /// ```
    pub fn set_route(&mut self, route: impl Into<Cow<'static, str>>) {
        self.route = Some(route.into());
    }

    /// The address of the client, if it is not that of the connection.
    #[must_use]
    pub fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// The user who is logged in.
    #[must_use]
    #[doc(alias = "remote_user")]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The pattern of the route that answered.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }
}
