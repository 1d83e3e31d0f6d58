//! The integration tests, one binary. What belongs where:
//!
//! - `samples`: the sample of the README is what its files say, and so are its documents (`UPDATE_GOLDENS=1` writes them anew);
//! - `images`: every real image beside the project, with the packages that a right scan finds in it;
//! - `archives`: where images come from (kinds, prefixes, pipes, choices of image and platform) and bytes that are not what
//!   they should be;
//! - `layers`: how layers stack, seen through the packages that stand or fall with it;
//! - `hostile`: images made to do harm: sizes that lie, bombs, names that are markup or control sequences;
//! - `documents`: the documents of every image against the official schemas and other people's validators, and that the same
//!   image gives the same bytes;
//! - `notice`: the notices for distribution;
//! - `policy`: `check`, `clarify`, `config`: verdicts, exit codes, where the configuration comes from;
//! - `cache`: what a second scan says, and what the cache does not take on trust;
//! - `diff`: images and documents against each other;
//! - `sources`: the exact sources of what is under copyleft;
//! - `base`: where the base image ends, whoever says it, and what each side shows;
//! - `licences`: which of a package's files say under which licence it is;
//! - `papers`: which licence texts an image lacks, and what its label says;
//! - `browser`: the HTML report in a real browser: speed, accessibility, hostile texts, the network, its controls;
//! - `command`: flags, exit codes, what goes to stdout and stderr, files whole or not there;
//! - `support`: what these share.
//!
//! What one room of the library does by itself is tested at the bottom of its own files. Tests that need data from beside the
//! project say so where it is absent, and fail when `CI` is set.

mod archives;
mod base;
mod browser;
mod cache;
mod command;
mod diff;
mod documents;
mod hostile;
mod images;
mod layers;
mod licences;
mod notice;
mod papers;
mod policy;
mod samples;
mod sources;
mod support;

#[path = "../../examples/make-sample.rs"]
#[allow(dead_code)] // Its `main` is for the example.
mod make_sample;

#[path = "../../src/emit/schemas.rs"]
mod schemas;
