//! The HTML report: one self-contained document that opens from a disk without a network, reads without JavaScript,
//! and prints. The templates are in `templates/`, compiled in; a user's own may take the place of the outermost one.
//!
//! An image's names and texts are hostile until shown otherwise. Three walls stand between them and the reader:
//! `view` shows invisible and direction-changing characters by name and links plain web addresses only, handlebars
//! escapes every value (only our own style and script go in unescaped), and a content security policy names that
//! style and script by hash and allows nothing else.
//!
//! In reading order: `view` (what templates see), `tally` (counts), `link`, `visible`, `words`. The last ones but `link`
//! serve the terminal table too.

#[cfg(test)]
pub(in crate::emit) mod fixture;
mod link;
pub(in crate::emit) mod tally;
mod view;
pub(in crate::emit) mod visible;
pub(in crate::emit) mod words;

use crate::model::Report;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderErrorReason,
    Renderable,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// How the report is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HtmlOptions {
    /// The text of a handlebars template that takes the place of `templates/report.hbs`. It sees the same values and may
    /// use the same partials.
    pub template: Option<String>,
}

const REPORT: &str = include_str!("../../templates/report.hbs");
const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

/// The parts of the document, one section each; two small ones that several sections use.
const PARTIALS: [(&str, &str); 10] = [
    ("header", include_str!("../../templates/header.hbs")),
    ("summary", include_str!("../../templates/summary.hbs")),
    ("packages", include_str!("../../templates/packages.hbs")),
    ("hidden", include_str!("../../templates/hidden.hbs")),
    ("licenses", include_str!("../../templates/licenses.hbs")),
    ("layers", include_str!("../../templates/layers.hbs")),
    ("findings", include_str!("../../templates/findings.hbs")),
    ("issues", include_str!("../../templates/issues.hbs")),
    ("statement", include_str!("../../templates/statement.hbs")),
    ("package-list", include_str!("../../templates/package-list.hbs")),
];

/// What the outermost template sees.
#[derive(Serialize)]
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    #[serde(flatten)]
    view: view::View,
}

/// Writes the report as HTML. Nothing is written where the template fails.
pub fn write(report: &Report, options: &HtmlOptions, out: &mut dyn Write) -> io::Result<()> {
    let registry = registry(options.template.as_deref().unwrap_or(REPORT)).map_err(|e| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("could not read the report's template: {e}"))
    })?;
    let page = Page { policy: policy(), style: STYLE, script: SCRIPT, view: view::View::of(report) };
    let document = registry.render("report", &page).map_err(|e| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("could not fill the report's template: {e}"))
    })?;
    out.write_all(document.as_bytes())
}

/// The content security policy: nothing is loaded, and of what is inline only our own style and script count.
fn policy() -> String {
    let hash = |content: &str| STANDARD.encode(Sha256::digest(content.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn registry(report: &str) -> Result<Handlebars<'static>, Box<handlebars::TemplateError>> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    // An indented partial would indent the lines of a licence text.
    registry.set_prevent_indent(true);
    strict_helpers(&mut registry);
    for (name, template) in PARTIALS {
        registry.register_partial(name, template).map_err(Box::new)?;
    }
    registry.register_template_string("report", report).map_err(Box::new)?;
    Ok(registry)
}

/// Puts [`Strict`] in the place of `if` and `unless`.
pub(in crate::emit) fn strict_helpers(registry: &mut Handlebars<'_>) {
    registry.register_helper("if", Box::new(Strict { when: true }));
    registry.register_helper("unless", Box::new(Strict { when: false }));
}

/// `if` and `unless` that fail where their field does not exist. Those of handlebars take it as false, strict mode or
/// not, so that a misspelt field would silently drop a part of the report.
struct Strict {
    when: bool,
}

impl HelperDef for Strict {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let param = h.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("if", 0))?;
        if param.is_value_missing() {
            return Err(RenderErrorReason::MissingVariable(param.relative_path().cloned()).into());
        }
        let branch = if param.value().is_truthy(false) == self.when { h.template() } else { h.inverse() };
        branch.map_or(Ok(()), |t| t.render(registry, context, rc, out))
    }
}

#[cfg(test)]
mod tests;
