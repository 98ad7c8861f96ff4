//! The calls of a client: one method for each HTTP method.

use http::Method;

use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::ErrorStream;
use crate::gateway::ServerInfo;
use crate::request::Request;
use crate::testing::Call;
use crate::testing::Client;
use crate::testing::TestResponse;
use crate::testing::client::Way;
use crate::testing::exchange::Options;
use crate::testing::exchange::mount;
use crate::testing::in_process;
use crate::testing::log::Log;
use crate::testing::socket;
use crate::testing::test_response::Sent;

impl Client {
    /// Calls the application with any request.
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|request: &Request| request.method().to_string());
    /// client.send(Request::blank("/").with_method("REPORT")).wait()?.expect_text("REPORT");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn send(&self, mut request: Request) -> AwaitOrWait<Call<'_>> {
        mount(self.base(), &mut request);
        let options = Options {
            follow: self.settings.follow,
            stream: false,
        };
        AwaitOrWait(Call::new(self, request, options))
    }

    fn call(&self, method: Method, target: &str) -> AwaitOrWait<Call<'_>> {
        let mut request = Request::blank(target);
        request.set_method(method);
        self.send(request)
    }

    /// A `GET` of a path, with or without a query, or of a URL.
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn get(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::GET, target)
    }

    /// A `HEAD`; the answer has no body.
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn head(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::HEAD, target)
    }

    /// A `POST`; add content with `with_body`, `with_form`, `with_json` or `with_multipart`.
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn post(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::POST, target)
    }

    /// A `PUT`, with content as for [`post`](Self::post).
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn put(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::PUT, target)
    }

    /// A `PATCH`, with content as for [`post`](Self::post).
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn patch(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::PATCH, target)
    }

    /// A `DELETE`.
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn delete(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::DELETE, target)
    }

    /// An `OPTIONS` of a path or of `*`.
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn options(&self, target: &str) -> AwaitOrWait<Call<'_>> {
        self.call(Method::OPTIONS, target)
    }

    /// Sends a complete request.
    pub(in crate::testing) async fn transmit(
        &self,
        sent: Sent,
        mut request: Request,
    ) -> Result<TestResponse> {
        match &self.way {
            Way::InProcess(application) => {
                let server_info = request.environ().server();
                let log = server_info.errors().is_stderr().then(Log::default);
                if let Some(log) = log.clone() {
                    let errors = ErrorStream::new(log);
                    let server_info = ServerInfo::clone(server_info).with_errors(errors);
                    request.environ_mut().set_server(server_info);
                }
                let response = in_process::send(application, self.settings.lint, request).await;
                Ok(TestResponse::new(sent, response, log.map(|log| (log, 0))))
            }
            Way::Socket { peer, log, .. } => {
                let log = log.as_ref().map(|log| (log.clone(), log.position()));
                let response = socket::send(peer, self.settings.timeout, request).await?;
                Ok(TestResponse::new(sent, response, log))
            }
        }
    }
}
