//! supercargo reads a container image layer by layer and answers for its papers.

pub mod catalog;
pub mod emit;
mod error;
pub mod image;
pub mod layers;
pub mod license;
pub mod model;

pub use error::Error;
