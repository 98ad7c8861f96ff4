//! Files as responses: one file with [`Response::file`](crate::Response::file), a folder of files with [`StaticFiles`].
//!
//! Both send a file without reading it whole, and answer conditional requests and ranges. The guide has a chapter about
//! [files](crate::guide::files).

mod answer;
mod application;
mod built_in;
mod cache;
mod directory;
mod entry;
mod file;
mod fingerprint;
mod hand_over;
mod listing;
mod media_type;
mod settings;
mod stored;
mod target;
mod url;

pub use application::FilesOr;
pub use file::IntoFile;
pub use settings::StaticFiles;
