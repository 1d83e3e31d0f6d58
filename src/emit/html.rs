//! The HTML report: one self-contained document that opens from a disk without a network, reads without JavaScript,
//! and prints. The templates are in `templates/`, compiled in; a user's own may take the place of the outermost one.
//!
//! An image's names and texts are hostile until shown otherwise. Three walls stand between them and the reader:
//! `view` shows invisible and direction-changing characters by name, handlebars escapes every value (only our own style and
//! script go in unescaped), and a content security policy names that style and script by hash and allows nothing else.
//! Each context has its own way in: text and attributes are escaped by handlebars, addresses go through `link` (plain web
//! addresses and anchors of our own making), the one string of the style through `css_string`; the script holds no data at all.
//!
//! In reading order: `view` (what templates see), `tally` (counts), `excerpt`, `link`, `visible`, `words`. `tally`, `visible`
//! and `words` serve the terminal table too.

mod excerpt;
#[cfg(test)]
pub(in crate::emit) mod fixture;
mod link;
pub(in crate::emit) mod tally;
mod view;
pub(in crate::emit) mod visible;
pub(in crate::emit) mod words;

use super::fault::{self, Fault};
use crate::model::Report;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderErrorReason,
    Renderable, Template,
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

/// The parts of the document: sections in their order, then small ones that several sections use.
const PARTIALS: [(&str, &str); 22] = [
    ("nav", include_str!("../../templates/nav.hbs")),
    ("verdict", include_str!("../../templates/verdict.hbs")),
    ("subject", include_str!("../../templates/subject.hbs")),
    ("decisions", include_str!("../../templates/decisions.hbs")),
    ("finding", include_str!("../../templates/finding.hbs")),
    ("unknowns", include_str!("../../templates/unknowns.hbs")),
    ("licenses", include_str!("../../templates/licenses.hbs")),
    ("obligations", include_str!("../../templates/obligations.hbs")),
    ("packages", include_str!("../../templates/packages.hbs")),
    ("hidden", include_str!("../../templates/hidden.hbs")),
    ("texts", include_str!("../../templates/texts.hbs")),
    ("layers", include_str!("../../templates/layers.hbs")),
    ("waivers", include_str!("../../templates/waivers.hbs")),
    ("policy", include_str!("../../templates/policy.hbs")),
    ("unowned", include_str!("../../templates/unowned.hbs")),
    ("signoff", include_str!("../../templates/signoff.hbs")),
    ("artefacts", include_str!("../../templates/artefacts.hbs")),
    ("statement", include_str!("../../templates/statement.hbs")),
    ("layer-link", include_str!("../../templates/layer-link.hbs")),
    ("package-list", include_str!("../../templates/package-list.hbs")),
    ("package-fold", include_str!("../../templates/package-fold.hbs")),
    ("bars", include_str!("../../templates/bars.hbs")),
];

/// Reads a template that is to take the place of the outermost one, without filling it.
///
/// # Errors
/// Where it is none, or names a helper or a partial that there is not.
pub fn check(template: &str) -> Result<(), Fault> {
    let read = Template::compile(template).map_err(|e| fault::unread(&e))?;
    fault::names(&read, &PARTIALS.map(|(name, _)| name))?;
    registry(Some(template), true).map(|_| ()).map_err(|e| fault::unread(&e))
}

/// What the outermost template sees.
#[derive(Serialize)]
struct Page {
    policy: String,
    style: String,
    script: &'static str,
    #[serde(flatten)]
    view: view::View,
}

/// Writes the report as HTML. Nothing is written where the template fails.
pub fn write(report: &Report, options: &HtmlOptions, out: &mut dyn Write) -> io::Result<()> {
    let style = style(report);
    let page = Page { policy: policy(&style), style, script: SCRIPT, view: view::View::of(report) };
    let document = match options.template.as_deref() {
        None => pieces(&page).map_err(|e| fault::unfilled(&e, NAME))?,
        Some(own) => {
            let registry = registry(Some(own), true).map_err(|e| fault::unread(&e))?;
            let filled = registry.render(NAME, &page).map(String::into_bytes);
            filled.map_err(|e| {
                // Sections that were put in place move the lines of the user's file.
                let plain = self::registry(Some(own), false).ok().and_then(|plain| plain.render(NAME, &page).err());
                let fault = fault::unfilled(plain.as_ref().unwrap_or(&e), NAME);
                Fault { words: format!("{}; docs/html-report.md has the names of all fields", fault.words), ..fault }
            })?
        }
    };
    out.write_all(&document)
}

/// Fills our own template section by section: its sections stand in no block, and the time to read a template grows with the square
/// of its length.
fn pieces(page: &Page) -> Result<Vec<u8>, handlebars::RenderError> {
    let mut registry = empty();
    let context = handlebars::Context::wraps(page)?;
    for (name, section) in PARTIALS {
        registry.register_partial(name, section)?;
    }
    let mut document = Vec::new();
    let mut rest = REPORT;
    while !rest.is_empty() {
        // Up to the next section, which goes on to the end of its line.
        let (before, section, behind) = match rest.split_once("{{> ") {
            None => (rest, None, ""),
            Some((before, named)) => {
                let (name, behind) = named.split_once("}}\n").unwrap_or((named, ""));
                (before, Some(name), behind)
            }
        };
        document.extend_from_slice(registry.render_template_with_context(before, &context)?.as_bytes());
        if let Some(name) = section {
            registry.render_with_context_to_write(name, &context, &mut document)?;
        }
        rest = behind;
    }
    Ok(document)
}

/// The characters that handlebars escapes, as it does it; what lies between them is copied at once.
fn escape(s: &str) -> String {
    let sign = |b: &u8| -> Option<&'static str> {
        Some(match b {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'&' => "&amp;",
            b'\'' => "&#x27;",
            b'`' => "&#x60;",
            b'=' => "&#x3D;",
            _ => return None,
        })
    };
    let mut out = String::with_capacity(s.len() + s.len() / 32);
    let mut from = 0;
    for (at, sign) in s.bytes().enumerate().filter_map(|(at, b)| Some((at, sign(&b)?))) {
        out.push_str(&s[from..at]);
        out.push_str(sign);
        from = at + 1;
    }
    out.push_str(&s[from..]);
    out
}

/// An engine without templates.
fn empty() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    // An indented partial would indent the lines of a licence text.
    registry.set_prevent_indent(true);
    registry.register_escape_fn(escape);
    strict_helpers(&mut registry);
    registry
}

/// The style, with the running head of printed pages: which image, by name and digest.
fn style(report: &Report) -> String {
    let image = &report.image;
    let name: String = visible::line(&image.title()).chars().take(90).collect();
    let digest = image.digest.as_ref().map(words::short).unwrap_or_default();
    format!(
        "{STYLE}@page {{ @top-left {{ content: {}; }} @top-right {{ content: {}; }} }}\n",
        css_string(&name),
        css_string(&digest)
    )
}

/// A string of CSS (CSS Syntax 3, section 4.3.7): all but letters, digits and blanks by number, so that nothing ends the string or
/// the element around it.
fn css_string(s: &str) -> String {
    let mut out = String::from("\"");
    for c in s.chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:x} ", u32::from(c)));
        }
    }
    out.push('"');
    out
}

/// The content security policy: nothing is loaded, and of what is inline only our own style and script count.
fn policy(style: &str) -> String {
    let hash = |content: &str| STANDARD.encode(Sha256::digest(content.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(SCRIPT)
    )
}

/// What the engine calls the outermost template.
const NAME: &str = "report";

/// The templates ready to fill; `own` takes the place of the outermost one, `flat` puts the sections that it names in their places.
fn registry(own: Option<&str>, flat: bool) -> Result<Handlebars<'static>, Box<handlebars::TemplateError>> {
    let mut registry = empty();
    let report = own.unwrap_or(REPORT);
    let report = if flat { with_sections(report) } else { report.to_owned() };
    for (name, template) in PARTIALS {
        // A section of ours was put in its place; templates of others may name it in any way.
        if own.is_some() || !REPORT.contains(&alone(name)) {
            registry.register_partial(name, template).map_err(Box::new)?;
        }
    }
    registry.register_template_string(NAME, report).map_err(Box::new)?;
    Ok(registry)
}

/// How a template names a partial without an argument.
fn alone(name: &str) -> String {
    format!("{{{{> {name}}}}}")
}

/// Puts the words of a partial where a template names it without an argument. Handlebars copies all that a partial sees, and a section
/// sees the whole page.
fn with_sections(template: &str) -> String {
    PARTIALS.iter().fold(template.to_string(), |template, (name, section)| {
        let named = alone(name);
        template.replace(&format!("{named}\n"), section).replace(&named, section)
    })
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
