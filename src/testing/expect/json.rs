//! Answers that are JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::testing::TestResponse;

#[expect(
    clippy::return_self_not_must_use,
    reason = "what is expected last need not be passed on"
)]
impl TestResponse {
    /// The body as JSON, whatever its content type.
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
    /// When it is none, or none that fits.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(self.bytes()) {
            Ok(value) => value,
            Err(error) => self.fail(&format!("the body is not the expected JSON: {error}")),
        }
    }

    /// Expects a body that is this value as JSON; names of objects may come in any order.
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
    /// When it is not, or when the value does not serialise.
    #[track_caller]
    pub fn expect_json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let want = match serde_json::to_value(value) {
            Ok(want) => want,
            Err(error) => self.fail(&format!("what is expected does not serialise: {error}")),
        };
        let got: Value = self.json();
        if got != want {
            self.fail(&format!("expected the JSON {want}, got {got}"));
        }
        self
    }
}
