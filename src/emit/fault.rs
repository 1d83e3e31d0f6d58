//! What is wrong with a template of the user's: the line and the name, in words that do not need the engine's documentation.
//!
//! A misspelt field is known when the template is filled, for it depends on where in the report it stands; helpers and partials are
//! known before.

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Path, RenderError, RenderErrorReason, Template, TemplateError};
use std::collections::BTreeSet;
use std::fmt;

/// The helpers of the engine.
const HELPERS: [&str; 17] = [
    "if", "unless", "each", "with", "lookup", "raw", "log", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not",
    "len",
];

/// Deepest nesting of blocks that is looked into; the reader of templates has its own limits for what it reads.
const DEPTH: usize = 64;

/// A fault. Its words begin with the line, so that a file's name and a colon can stand before them: `x.hbs:3: no field \"nope\"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: Option<usize>,
    /// What is wrong: lower case, no full stop.
    pub words: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{line}: {}", self.words),
            None => write!(f, " {}", self.words),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for std::io::Error {
    fn from(fault: Fault) -> Self {
        std::io::Error::new(std::io::ErrorKind::InvalidInput, fault)
    }
}

/// A template that cannot be read.
pub(super) fn unread(e: &TemplateError) -> Fault {
    Fault { line: e.pos().map(|(line, _)| line), words: format!("no template: {}", e.reason()) }
}

/// A template that cannot be filled; `own` is its name, for what goes wrong in a part of ours has no line in the user's file.
pub(super) fn unfilled(e: &RenderError, own: &str) -> Fault {
    let words = match e.reason() {
        RenderErrorReason::MissingVariable(Some(field)) => format!("no field {field:?}"),
        RenderErrorReason::MissingVariable(None) => "a field that is not there".to_owned(),
        RenderErrorReason::HelperNotFound(name) => format!("no helper {name:?}"),
        RenderErrorReason::PartialNotFound(name) => format!("no partial {name:?}"),
        other => other.to_string(),
    };
    match e.template_name.as_deref().filter(|name| *name != own) {
        Some(part) => Fault { line: None, words: format!("{words}, in the partial {part}") },
        None => Fault { line: e.line_no, words },
    }
}

/// Looks for helpers and partials that there are not. `partials` are those that the template may name beside its own.
pub(super) fn names(template: &Template, partials: &[&str]) -> Result<(), Fault> {
    let mut look = Look { partials: partials.iter().map(|p| (*p).to_owned()).collect() };
    look.own_partials(template, 0);
    look.template(template, 0)
}

struct Look {
    partials: BTreeSet<String>,
}

impl Look {
    /// `{{#*inline \"x\"}}` makes a partial, wherever it stands.
    fn own_partials(&mut self, template: &Template, depth: usize) {
        for element in template.elements.iter().filter(|_| depth < DEPTH) {
            let inside = match element {
                TemplateElement::DecoratorBlock(d) | TemplateElement::PartialBlock(d) => {
                    if let (Some("inline"), Some(Parameter::Literal(name))) = (name(&d.name), d.params.first()) {
                        self.partials.extend(name.as_str().map(str::to_owned));
                    }
                    [d.template.as_ref(), None]
                }
                TemplateElement::HelperBlock(h) => [h.template.as_ref(), h.inverse.as_ref()],
                _ => [None, None],
            };
            inside.into_iter().flatten().for_each(|t| self.own_partials(t, depth + 1));
        }
    }

    fn template(&self, template: &Template, depth: usize) -> Result<(), Fault> {
        for (i, element) in template.elements.iter().enumerate().filter(|_| depth < DEPTH) {
            let line = template.mapping.get(i).map(|at| at.0);
            self.element(element, line, depth)?;
        }
        Ok(())
    }

    fn element(&self, element: &TemplateElement, line: Option<usize>, depth: usize) -> Result<(), Fault> {
        match element {
            TemplateElement::HtmlExpression(h) | TemplateElement::Expression(h) => {
                // A name alone is a field.
                let is_call = !h.params.is_empty() || !h.hash.is_empty();
                self.helper(h, is_call, line, depth)
            }
            TemplateElement::HelperBlock(h) => self.helper(h, true, line, depth),
            TemplateElement::PartialExpression(d) => self.partial(d, line, depth),
            // Its own content stands where there is no such partial.
            TemplateElement::PartialBlock(d) | TemplateElement::DecoratorBlock(d) => {
                d.template.as_ref().map_or(Ok(()), |t| self.template(t, depth + 1))
            }
            _ => Ok(()),
        }
    }

    fn helper(&self, h: &HelperTemplate, is_call: bool, line: Option<usize>, depth: usize) -> Result<(), Fault> {
        if let Some(name) = name(&h.name).filter(|name| is_call && !HELPERS.contains(name)) {
            return Err(Fault { line, words: format!("no helper {name:?}") });
        }
        self.parameters(h.params.iter().chain(h.hash.values()), line, depth)?;
        [&h.template, &h.inverse].into_iter().flatten().try_for_each(|t| self.template(t, depth + 1))
    }

    fn partial(&self, d: &DecoratorTemplate, line: Option<usize>, depth: usize) -> Result<(), Fault> {
        if let Some(name) = name(&d.name).filter(|name| !name.starts_with('@') && !self.partials.contains(*name)) {
            return Err(Fault { line, words: format!("no partial {name:?}") });
        }
        self.parameters(d.params.iter().chain(d.hash.values()), line, depth)
    }

    /// Calls in brackets.
    fn parameters<'a>(
        &self,
        mut all: impl Iterator<Item = &'a Parameter>,
        line: Option<usize>,
        depth: usize,
    ) -> Result<(), Fault> {
        all.try_for_each(|p| match p {
            Parameter::Subexpression(call) if depth < DEPTH => match &*call.element {
                TemplateElement::Expression(h) => self.helper(h, true, line, depth + 1),
                other => self.element(other, line, depth + 1),
            },
            _ => Ok(()),
        })
    }
}

/// `None` for a name that is worked out when the template is filled.
fn name(parameter: &Parameter) -> Option<&str> {
    match parameter {
        Parameter::Name(name) | Parameter::Path(Path::Relative((_, name)) | Path::Local((_, _, name))) => Some(name),
        Parameter::Literal(value) => value.as_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_and_partials_that_there_are_not() {
        let check = |template: &str, expected: &str| {
            let got = names(&Template::compile(template).unwrap(), &["nav"]).err();
            assert_eq!(got.map(|f| f.to_string()).unwrap_or_default(), expected, "{template}");
        };
        check("{{a}} {{#each b}}{{> nav}}{{@index}}{{else}}{{#if (eq c 1)}}d{{/if}}{{/each}} {{len b}}", "");
        check("a\n{{uppercase name}}", "2: no helper \"uppercase\"");
        check("{{#each a}}\n\n{{#list b}}c{{/list}}{{/each}}", "3: no helper \"list\"");
        check("{{#if (nope a)}}b{{/if}}", "1: no helper \"nope\"");
        check("{{#if a}}b{{else}}\n{{> head}}{{/if}}", "2: no partial \"head\"");
        check("{{#*inline \"head\"}}x{{/inline}}{{> head}}{{#> other}}y{{/other}}", "");
    }
}
