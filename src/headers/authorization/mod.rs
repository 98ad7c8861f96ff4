//! Authentication: credentials of a client, challenges of a server. The check of a password does not belong here.

mod challenge;
mod credentials;
mod parameters;
#[cfg(test)]
mod tests;

pub use challenge::Challenge;
pub use challenge::ProxyAuthenticate;
pub use challenge::WwwAuthenticate;
pub use credentials::AuthParameters;
pub use credentials::Authorization;
pub use credentials::Credentials;
pub use credentials::OtherCredentials;
pub use credentials::ProxyAuthorization;
