//! supercargo reads a container image layer by layer and answers for its papers: every package in it, under which licence,
//! from which layer, and whether it may ship.
//!
//! # The way that data takes
//!
//! ```text
//! image -> layers -> tree -> inventory -> licences -> verdict -> documents
//! ```
//!
//! | room | takes | gives |
//! |---|---|---|
//! | [`image`] | what the user named | the image, where each layer's bytes are, what is wrong with it |
//! | [`layers`] | bytes of a layer | entries, finds and texts of that layer alone; then all layers stacked, at every moment |
//! | [`catalog`] | the bytes of one wanted file (by its name, or any program) | what it says: packages, sources of packages, owned files, the distribution |
//! | [`inventory`] | finds and the tree | packages with layer, state, owner, texts, dependencies; files that belong to none |
//! | [`license`] | declarations, texts, what is known from outside of the image | SPDX expressions, class, evidence |
//! | [`source`] | a package of the report | its exact source and where that is kept, or why none can be named |
//! | [`policy`] | the report and a configuration | verdicts, findings, what waivers and clarifications did, in the report |
//! | [`diff`](mod@diff) | two reports or documents | what came, went and changed |
//! | [`emit`] | the [`Report`](model::Report) | one document |
//!
//! Beside the way stands [`cache`]: what layers and whole scans said, what texts were read as, and the documents that were made of it, which
//! takes the place of working them out again (`codec` turns values into bytes and back, each room lists its own types).
//!
//! [`model`] holds the types that cross rooms; [`purl`] writes package URLs. Rooms do not use each other sideways, but that [`policy`]
//! and [`emit`] look facts about licences up in [`license`] and sources in [`source`]: what joins them is [`scan`], which is the place to begin to read.
//!
//! # What holds everywhere
//!
//! - Each layer is read once, as a stream, on its own thread; threads without a layer parse files for the others. Nothing is written to disk but the documents and, where it
//!   is asked for, the cache. Bytes that a join turns out to need (a database behind a link) cost one more pass over that layer only.
//! - A layer's scan depends on its bytes alone. What depends on other layers (links, whiteouts, who owns what) is decided in the
//!   tree and the inventory.
//! - Broken content is an issue in the report; it costs the file or the record that it is in, never another. What ends a scan is
//!   [`Error`]: a source that cannot be read, a choice that is not there, bytes that do not hash to their name.
//! - The same image and options give the same bytes, whatever the number of threads: no clock, no random id, sorted output.
//! - What can be known before an image is read is worked out when the program is built: the build script in `build/` makes the index
//!   of licence texts, with the reader of words and the vocabulary of the room `license` itself.
//! - Sizes, depths and counts that an image could lie about have named limits beside the code that they guard.

pub mod model;

pub mod image;

pub mod layers;

pub mod catalog;

pub mod inventory;

pub mod license;

pub mod source;

pub mod policy;

pub mod purl;

pub mod diff;

pub mod emit;

pub mod cache;

mod codec;
mod error;
mod scan;
mod seal;

pub use error::Error;
pub use scan::{Options, Progress, scan, threads};
