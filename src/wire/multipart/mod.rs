//! `multipart/form-data`: a push decoder and the pieces of an encoder.
//!
//! Bytes in, events out, without I/O: [`Decoder`] takes the chunks of a body as they arrive and returns parts
//! and their data; [`PartBuilder`] and [`Boundary`] produce the bytes around the data of a body to send.
//! Reading chunks, storing files and limiting the amount of data do not belong here.
//!
//! ```
//! use rustzeug::bytes::Bytes;
//! use rustzeug::multipart::{Boundary, Decoder, Event, Limits};
//!
//! let boundary = Boundary::from_content_type(b"multipart/form-data; boundary=xyz")?;
//! let mut decoder = Decoder::new(&boundary, Limits::default());
//! let mut form = Vec::new();
//! let mut chunks = [
//!     "--xyz\r\nContent-Disposition: form-data; name=\"colo",
//!     "ur\"\r\n\r\nblue\r\n--xyz--\r\n",
//! ]
//! .into_iter();
//! loop {
//!     match decoder.next_event()? {
//!         Event::Part(head) => form.push((head.into_name(), Vec::new())),
//!         Event::Data(data) => form.last_mut().expect("data follow a head").1.extend(data),
//!         Event::PartEnd => {}
//!         Event::NeedData => match chunks.next() {
//!             Some(chunk) => decoder.push(Bytes::from(chunk)),
//!             None => decoder.finish(),
//!         },
//!         Event::End => break,
//!     }
//! }
//! assert_eq!(form, [("colour".to_owned(), b"blue".to_vec())]);
//! # Ok::<(), rustzeug::multipart::MultipartError>(())
//! ```

mod boundary;
mod decoder;
mod delimiter;
mod disposition;
mod limits;
mod multipart_error;
mod outside;
mod part_builder;
mod part_head;
#[cfg(test)]
mod tests;
mod text;

pub use self::boundary::Boundary;
pub use self::decoder::Decoder;
pub use self::decoder::Event;
pub use self::limits::Limits;
pub use self::multipart_error::MultipartError;
pub use self::part_builder::PART_END;
pub use self::part_builder::PartBuilder;
pub use self::part_head::PartHead;
