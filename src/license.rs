//! Licences: from names, expressions, Debian copyright files and texts to SPDX expressions, with evidence and class.
//! Knows nothing of images.
//!
//! In reading order: [`db`] (ids, classes, aliases: the tables of `license-db/`), [`expr`] (parses SPDX expressions),
//! [`names`] (the grammars of the ecosystems), [`text`] (recognises licence texts), [`copyright`] (Debian copyright files),
//! [`section`] (what a README says), [`resolve`] (joins what is declared and detected to a conclusion), [`known`] (what is known from outside of the image), [`refs`] (gives each reference one text);
//! `memo` keeps what was read once.

mod codec;
pub mod copyright;
pub mod db;
pub mod expr;
pub mod known;
mod memo;
pub mod names;
pub mod refs;
pub mod resolve;
pub mod section;
pub mod text;

use crate::model::TextId;
use copyright::CopyrightFile;
use std::collections::HashMap;
use text::Identified;

/// What texts were read as, each once, whatever number of packages shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// Those that were read as licence texts.
    pub license: HashMap<TextId, Identified>,
    /// Those that were read as Debian copyright files.
    pub copyright: HashMap<TextId, CopyrightFile>,
    /// Those that were read as sections of READMEs.
    pub section: HashMap<TextId, Identified>,
}

impl Readings {
    /// Adds others.
    pub fn extend(&mut self, others: Readings) {
        self.license.extend(others.license);
        self.copyright.extend(others.copyright);
        self.section.extend(others.section);
    }
}
