//! Rules of negotiation, one table each.

mod encodings;
mod languages;
mod media_types;
mod offers;
