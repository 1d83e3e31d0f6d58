//! Licences: from names, expressions, Debian copyright files and texts to SPDX expressions, with evidence and class.
//! Knows nothing of images.
//!
//! In reading order: [`db`] (ids, classes, aliases: the tables of `license-db/`), [`expr`] (parses SPDX expressions),
//! [`names`] (the grammars of the ecosystems), [`text`] (recognises licence texts), [`copyright`] (Debian copyright files),
//! [`section`] (what a README says), [`resolve`] (joins what is declared and detected to a conclusion), [`known`] (what is known from outside of the image), [`refs`] (gives each reference one text).

pub mod copyright;
pub mod db;
pub mod expr;
pub mod known;
pub mod names;
pub mod refs;
pub mod resolve;
pub mod section;
pub mod text;
