//! From a report and a policy to verdicts and findings. Pure: no files, no clock, no terminal.

pub mod finding;
pub mod papers;
