//! From a report and a policy to verdicts and findings. Pure: no files, no clock, no terminal; what day it is the caller says.
//!
//! In reading order: [`config`] (`supercargo.toml` as types, mistakes with their place), [`pattern`] (which packages), [`judge`]
//! (a configuration applied to a report), `rules` (which rule decides, AND and OR), `clarify`, `choose`, `waive`, `papers` (what the image
//! itself carries), [`finding`] (ids, order, what the scan itself notices), [`starters`] (policies to begin with).
//!
//! It uses the room `license` for ids and classes, and nothing else but the model and purls.

pub mod config;
pub mod finding;
pub mod judge;
pub mod papers;
pub mod pattern;
pub mod starters;

mod choose;
mod clarify;
mod rules;
mod unmet;
mod waive;

/// Names of findings that are no rules of a configuration; waivers can name them all the same.
pub(crate) const BUILT_IN_RULES: [&str; 9] = [
    "base-guessed",
    "license-conflict",
    "license-text-replaced",
    "license-text-unidentified",
    "license-words-unresolved",
    "policy-default",
    "scan-incomplete",
    "choice-unmet",
    "clarification-drift",
];

/// Built-in findings that are mere notes: a waiver on one would cover nothing.
pub(crate) const BUILT_IN_NOTES: [&str; 7] = [
    "base-unknown",
    "choice-unused",
    "clarification-unused",
    "image-license-label",
    "license-text-adds",
    "license-text-missing",
    "rule-unmet",
];

/// Findings about waivers themselves.
pub(crate) const WAIVER_RULES: [&str; 3] = ["waiver-expired", "waiver-unused", "waiver-void"];
