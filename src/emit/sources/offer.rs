//! The written offer at the head of the list: a form in words of our own (`templates/offer.hbs`), or the user's. It is no legal
//! advice: what must be filled in stands in capital letters.

use super::{Sources, SourcesFormat};
use crate::emit::fault::{self, Fault};
use crate::emit::html::visible;
use crate::emit::markdown;
use handlebars::{Handlebars, Template, no_escape};
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

/// What a template can name, for whoever wrote another name.
const FIELDS: &str = "an offer may name image, digest, created, tool, sources, packages and gaps";

/// What the engine calls the template.
const NAME: &str = "offer";

/// Reads a template without filling it: whether it is one can be known before anything is scanned.
///
/// # Errors
/// Where it is none, or names a helper or a partial that there is not.
pub fn check(template: &str) -> Result<(), Fault> {
    let read = Template::compile(template).map_err(|e| fault::unread(&e))?;
    fault::names(&read, &[])
}

/// The offer for this image, made from a template in place of the built-in one where there is one.
///
/// # Errors
/// Where the template has a fault, or names what there is not.
pub fn offer(sources: &Sources, format: SourcesFormat, template: Option<&str>) -> Result<String, Fault> {
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
    registry.register_template_string(NAME, template.unwrap_or(TEMPLATE)).map_err(|e| fault::unread(&e))?;
    registry.render(NAME, &values).map_err(|e| {
        let fault = fault::unfilled(&e, NAME);
        Fault { words: format!("{}; {FIELDS}", fault.words), ..fault }
    })
}
