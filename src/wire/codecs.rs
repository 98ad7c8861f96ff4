//! The codecs of web servers in front, for the fuzz targets.

#[cfg(feature = "fastcgi")]
pub use crate::wire::fastcgi::FastCgi;
pub use crate::wire::front::Codec;
pub use crate::wire::front::DecodeError;
pub use crate::wire::front::Event;
pub use crate::wire::front::outgoing::Outgoing;
#[cfg(feature = "scgi")]
pub use crate::wire::scgi::Scgi;
#[cfg(feature = "uwsgi")]
pub use crate::wire::uwsgi::Uwsgi;
