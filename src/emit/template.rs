//! A handlebars template of the user's own over the JSON report (`docs/json-report.md` has the names).

use super::html;
use super::json;
use crate::model::Report;
use handlebars::Handlebars;
use std::io::{self, Write};

/// Reads the template without filling it: whether it is one can be known before anything is scanned.
///
/// # Errors
/// Of kind `InvalidInput` where it is none.
pub fn check(template: &str) -> io::Result<()> {
    registry(template, true).map(|_| ())
}

fn wrong(words: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, words)
}

fn registry(template: &str, escape: bool) -> io::Result<Handlebars<'static>> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    html::strict_helpers(&mut registry);
    if !escape {
        registry.register_escape_fn(handlebars::no_escape);
    }
    registry.register_template_string("t", template).map_err(|e| wrong(format!("could not read the template: {e}")))?;
    Ok(registry)
}

/// Fills the template. Values are escaped for HTML where `html` says so, and stand as they are otherwise.
///
/// # Errors
/// Of kind `InvalidInput` where the template cannot be read or names a field that the report does not have; those of the writer.
pub fn write(report: &Report, template: &str, escape: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = registry(template, escape)?.render("t", &json::value(report)?).map_err(|e| {
        wrong(format!("could not fill the template: {e}; docs/json-report.md has the names of all fields"))
    })?;
    out.write_all(text.as_bytes())
}
