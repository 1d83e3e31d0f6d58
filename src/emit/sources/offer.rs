//! The written offer at the head of the list: a form in words of our own (`templates/offer.hbs`), or the user's. It is no legal
//! advice: what must be filled in stands in capital letters.

use super::{Sources, SourcesFormat};
use crate::emit::html::visible;
use crate::emit::markdown;
use handlebars::{Handlebars, no_escape};
use serde::Serialize;

const TEMPLATE: &str = include_str!("../../../templates/offer.hbs");

/// What a template can name.
#[derive(Serialize)]
struct Values<'a> {
    image: String,
    digest: Option<&'a str>,
    created: Option<&'a str>,
    tool: &'a str,
    sources: usize,
    packages: usize,
    gaps: usize,
}

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the template of the offer cannot be used; it may name image, digest, created, tool, sources, packages and gaps: {0}"
)]
pub struct BadOffer(String);

/// Reads a template without filling it: whether it is one can be known before anything is scanned.
///
/// # Errors
/// Where it is none.
pub fn check(template: &str) -> Result<(), BadOffer> {
    handlebars::Template::compile(template).map(|_| ()).map_err(|e| BadOffer(e.to_string()))
}

/// The offer for this image, made from a template in place of the built-in one where there is one.
///
/// # Errors
/// Where the template has a fault, or names what there is not.
pub fn offer(sources: &Sources, format: SourcesFormat, template: Option<&str>) -> Result<String, BadOffer> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    match format {
        SourcesFormat::Markdown => registry.register_escape_fn(markdown::escape),
        _ => registry.register_escape_fn(no_escape),
    }
    let values = Values {
        image: visible::line(&sources.subject),
        digest: sources.digest.as_deref(),
        created: sources.created.as_deref(),
        tool: &sources.tool,
        sources: sources.sources.len(),
        packages: sources.packages(),
        gaps: sources.gaps.len(),
    };
    registry.render_template(template.unwrap_or(TEMPLATE), &values).map_err(|e| BadOffer(e.to_string()))
}
