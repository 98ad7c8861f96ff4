//! Which types can be sent to another thread, and which can be shared between threads. The compiler checks it.

use std::fmt::Debug;

use rustzeug::Error;
use rustzeug::MultiDict;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Router;
use rustzeug::ServeError;
use rustzeug::Server;
use rustzeug::cookies::Cookies;
use rustzeug::form::Form;
use rustzeug::form::UploadedFile;
use rustzeug::gateway::Blocking;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Budget;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::Limits;
use rustzeug::gateway::Reply;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::Signal;
use rustzeug::gateway::StartResponse;
use rustzeug::gateway::Upgrade;
use rustzeug::gateway::Upgraded;
use rustzeug::multipart::Decoder;
use rustzeug::server::AccessLog;
use rustzeug::server::Monitor;
use rustzeug::server::Stopper;
use rustzeug::testing::Client;
use rustzeug::testing::TestResponse;

/// A task may keep it across an `.await`, and move it to another thread.
const fn sent<T: Send + Debug + 'static>() {}

/// Several tasks may use one at the same time.
const fn shared<T: Send + Sync + Debug>() {}

const _: () = {
    shared::<Request>();
    shared::<Environ>();
    shared::<ServerInfo>();
    shared::<BoxApplication>();
    shared::<Blocking>();
    shared::<Budget>();
    shared::<ErrorStream>();
    shared::<Limits>();
    shared::<Signal>();
    shared::<StartResponse>();
    shared::<Upgrade>();
    shared::<Error>();
    shared::<MultiDict>();
    shared::<Next>();
    shared::<Router>();
    shared::<Cookies<'_>>();
    shared::<Form>();
    shared::<UploadedFile>();
    shared::<Decoder>();
    shared::<Server>();
    shared::<ServeError>();
    shared::<AccessLog>();
    shared::<Monitor>();
    shared::<Stopper>();
    shared::<Client>();

    // A body may be any stream, which one task reads.
    sent::<Body>();
    sent::<Reply>();
    sent::<Response>();
    sent::<Upgraded>();
    sent::<TestResponse>();
};
