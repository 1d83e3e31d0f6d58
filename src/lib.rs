//! supercargo reads a container image layer by layer and answers for its papers.

pub mod catalog;
pub mod emit;
pub mod license;
pub mod model;
pub mod purl;
