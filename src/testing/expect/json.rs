//! Expectations for JSON bodies.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::testing::TestResponse;

#[expect(
    clippy::return_self_not_must_use,
    reason = "the result of the last expectation may be dropped"
)]
impl TestResponse {
    /// Reads the body as JSON, whatever its content type.
    ///
    /// ```
    /// use rustzeug::Json;
    /// use rustzeug::testing::Client;
    ///
    /// let answer = Client::new(|| Json([1, 2])).get("/").wait()?;
    /// assert_eq!(answer.json::<Vec<u32>>(), [1, 2]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the body is not valid JSON, or does not fit the type.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(self.bytes()) {
            Ok(value) => value,
            Err(error) => self.fail(&format!("the body is not the expected JSON: {error}")),
        }
    }

    /// Expects the body to be this value as JSON; the members of an object may be in any order.
    ///
    /// ```
    /// use rustzeug::Json;
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| Json([("a", 1)]));
    /// client.get("/").wait()?.expect_json(&[("a", 1)]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if it is not, or if the value cannot be serialized.
    #[track_caller]
    pub fn expect_json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let want = match serde_json::to_value(value) {
            Ok(want) => want,
            Err(error) => self.fail(&format!("the expected value cannot be serialized: {error}")),
        };
        let got: Value = self.json();
        if got != want {
            self.fail(&format!("expected the JSON {want}, got {got}"));
        }
        self
    }
}
