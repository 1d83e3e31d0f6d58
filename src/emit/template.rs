//! A handlebars template of the user's own over the JSON report (`docs/json-report.md` has the names).

use super::fault::{self, Fault};
use super::html;
use super::json;
use crate::model::Report;
use handlebars::Handlebars;
use std::io::{self, Write};

/// Reads the template without filling it: whether it is one, and names no helper or partial that there is not, can be known before
/// anything is scanned.
///
/// # Errors
/// Where it is none.
pub fn check(template: &str) -> Result<(), Fault> {
    let registry = registry(template, true)?;
    registry.get_template(NAME).map_or(Ok(()), |t| fault::names(t, &[]))
}

/// What the engine calls the template.
const NAME: &str = "t";

fn registry(template: &str, escape: bool) -> Result<Handlebars<'static>, Fault> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    html::strict_helpers(&mut registry);
    if !escape {
        registry.register_escape_fn(handlebars::no_escape);
    }
    registry.register_template_string(NAME, template).map_err(|e| fault::unread(&e))?;
    Ok(registry)
}

/// Fills the template. Values are escaped for HTML where `html` says so, and stand as they are otherwise.
///
/// # Errors
/// Of kind `InvalidInput`, with a [`Fault`], where the template cannot be read or names a field that the report does not have; those of
/// the writer.
pub fn write(report: &Report, template: &str, escape: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = registry(template, escape)?.render(NAME, &json::value(report)?).map_err(|e| {
        let fault = fault::unfilled(&e, NAME);
        Fault { words: format!("{}; docs/json-report.md has the names of all fields", fault.words), ..fault }
    })?;
    out.write_all(text.as_bytes())
}
