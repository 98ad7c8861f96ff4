//! Handlers that share state.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::catch_panic;
use crate::handler::Deliver;
use crate::handler::Entry;
use crate::handler::Outcome;
use crate::handler::adapted::on_worker;
use crate::handler::adapted::outcome_now;
use crate::handler::adapted::settle;
use crate::request::Request;
use crate::response::Response;

/// A handler of `(&S, &Request)` together with its state: see [`with_state`].
pub struct WithState<S, F, K> {
    state: Arc<S>,
    handler: Arc<F>,
    entry: Entry,
    kind: PhantomData<fn() -> K>,
}

impl<S, F, K> WithState<S, F, K> {
    /// Has a plain function entered before the body of the request has arrived: see
    /// [`streaming`](crate::streaming).
    #[must_use]
    pub fn streaming(mut self) -> Self {
        self.entry = Entry::Streaming;
        self
    }
}

impl<S, F, K> fmt::Debug for WithState<S, F, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WithState({})", std::any::type_name::<F>())
    }
}

/// A handler of `(&S, &Request)` as an application, with the state that it is called with.
///
/// One state is shared by all calls, from any thread.
///
/// ```
/// use rustzeug::{Request, with_state};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// fn count(visits: &AtomicU32, _: &Request) -> String {
///     format!("visit {}", visits.fetch_add(1, Ordering::Relaxed) + 1)
/// }
///
/// let app = with_state(AtomicU32::new(0), count);
/// Request::blank("/").send(&app).wait()?;
/// assert_eq!(Request::blank("/").send(&app).wait()?.read_text().wait()?, "visit 2");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub fn with_state<S, F, K: 'static>(state: S, handler: F) -> WithState<S, F, K>
where
    F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    with_shared_state(Arc::new(state), handler)
}

/// The same with a state that others have too.
pub(crate) fn with_shared_state<S, F, K: 'static>(state: Arc<S>, handler: F) -> WithState<S, F, K>
where
    F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    WithState {
        state,
        handler: Arc::new(handler),
        entry: Entry::Received,
        kind: PhantomData,
    }
}

/// A function of state and request, called.
#[doc(hidden)]
pub trait TakesStateAndRequest<'a, S, K> {
    /// Whether it blocks.
    const BLOCKS: bool;

    /// Calls it.
    fn go(&self, state: &'a S, request: &'a Request) -> impl Future<Output = Response> + Send;
}

impl<'a, S: 'a, F, O, K> TakesStateAndRequest<'a, S, K> for F
where
    F: Fn(&'a S, &'a Request) -> O,
    O: Outcome<K> + Deliver<'a, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    fn go(&self, state: &'a S, request: &'a Request) -> impl Future<Output = Response> + Send {
        self(state, request).deliver()
    }
}

impl<S, F, K: 'static> Application for WithState<S, F, K>
where
    S: Send + Sync + 'static,
    F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
{
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        if !<F as TakesStateAndRequest<'static, S, K>>::BLOCKS {
            let request = Request::new(environ);
            let outcome = catch_panic(|| self.handler.go(&self.state, &request)).await;
            return settle(outcome, request.environ(), start_response);
        }
        let (state, handler) = (Arc::clone(&self.state), Arc::clone(&self.handler));
        on_worker(environ, self.entry, move |environ| {
            let request = Request::new(environ);
            settle(
                outcome_now(|| handler.go(&state, &request)),
                request.environ(),
                start_response,
            )
        })
        .await
    }
}
