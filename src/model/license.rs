//! What is said of a package's licence: three things that are always shown apart (declared, detected, concluded),
//! the evidence for each, and the copyleft class of the conclusion.

use super::{Declared, Expr, TextId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

/// How far a licence reaches, from mild to strict. The order is the one in which AND takes the last and OR the
/// first; unknown is strictest, for it may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// No rights reserved: public-domain dedications.
    PublicDomain,
    /// Notice and attribution only.
    Permissive,
    /// Copyleft that ends at the file (MPL, CDDL, EPL).
    WeakCopyleftFile,
    /// Copyleft that ends at the library (LGPL).
    WeakCopyleftLibrary,
    /// Copyleft over the whole work (GPL).
    StrongCopyleft,
    /// Copyleft that reaches use over a network too (AGPL).
    NetworkCopyleft,
    /// Source can be seen, use is restricted (BUSL, SSPL, non-commercial terms).
    SourceAvailable,
    /// Rights reserved or commercial terms.
    Proprietary,
    /// Nothing is known; never to be taken as permissive.
    Unknown,
}

impl Class {
    /// The name in reports, data tables and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::PublicDomain => "public-domain",
            Class::Permissive => "permissive",
            Class::WeakCopyleftFile | Class::WeakCopyleftLibrary => "weak-copyleft",
            Class::StrongCopyleft => "strong-copyleft",
            Class::NetworkCopyleft => "network-copyleft",
            Class::SourceAvailable => "source-available",
            Class::Proprietary => "proprietary",
            Class::Unknown => "unknown",
        }
    }

    /// `file` or `library` for the two kinds of weak copyleft.
    pub fn scope(self) -> Option<&'static str> {
        match self {
            Class::WeakCopyleftFile => Some("file"),
            Class::WeakCopyleftLibrary => Some("library"),
            _ => None,
        }
    }

    /// All classes from mild to strict.
    pub const ALL: [Class; 9] = [
        Class::PublicDomain,
        Class::Permissive,
        Class::WeakCopyleftFile,
        Class::WeakCopyleftLibrary,
        Class::StrongCopyleft,
        Class::NetworkCopyleft,
        Class::SourceAvailable,
        Class::Proprietary,
        Class::Unknown,
    ];
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A property of a licence that the class does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Made for content rather than programs: fonts, documents, media.
    Content,
}

impl Flag {
    /// The name in reports, data tables and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Flag::Content => "content",
        }
    }
}

/// A statement about a licence, with the two ways SPDX 2.3 has to make none (section 7.13).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// This expression.
    Expression(Expr),
    /// Looked, and there is none.
    None,
    /// Nothing is known.
    NoAssertion,
}

impl Outcome {
    /// The expression, where there is one.
    pub fn expression(&self) -> Option<&Expr> {
        match self {
            Outcome::Expression(e) => Some(e),
            _ => None,
        }
    }
}

impl From<Option<Expr>> for Outcome {
    fn from(e: Option<Expr>) -> Self {
        e.map_or(Outcome::NoAssertion, Outcome::Expression)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Expression(e) => write!(f, "{e}"),
            Outcome::None => f.write_str("NONE"),
            Outcome::NoAssertion => f.write_str("NOASSERTION"),
        }
    }
}

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// A statement in the package's metadata.
    Declared,
    /// A Debian copyright file.
    Copyright,
    /// A licence text in a file of the package.
    Text,
    /// A notice or header that names a licence.
    Notice,
    /// A fact that came from outside the image (our tables, the user's).
    External,
}

impl EvidenceKind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            EvidenceKind::Declared => "declared",
            EvidenceKind::Copyright => "copyright",
            EvidenceKind::Text => "text",
            EvidenceKind::Notice => "notice",
            EvidenceKind::External => "external",
        }
    }
}

/// One observation that a conclusion stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The file that it was read from, without a leading slash.
    pub path: Box<str>,
    /// Zero-based index of the layer that the file came in; `None` when it is not of the image.
    pub layer: Option<u32>,
    /// Whether a later layer deleted or replaced the file: evidence still, for its bytes are distributed.
    pub hidden: bool,
    /// How the expression was reached, a stable name such as `spdx-expression`, `alias`, `dep5`, `text-hash`.
    pub method: &'static str,
    /// The bytes of the file that say so, where it is not the whole.
    pub range: Option<Range<usize>>,
    /// From 0 to 100.
    pub confidence: u8,
    /// The words as they stand in a declaration.
    pub raw: Option<Box<str>>,
    /// What it says; `None` when it could not be understood.
    pub expression: Option<Expr>,
    /// The text, kept in the report.
    pub text: Option<TextId>,
}

impl Evidence {
    /// Whether it holds the words of a licence in full.
    pub fn carries(&self, leaf: &Expr) -> bool {
        let whole = self.text.is_some() && self.method.starts_with("text");
        whole && self.expression.as_ref().is_some_and(|e| e.leaves().into_iter().any(|own| own.same_words(leaf)))
    }
}

/// All that is said of one package's licence.
#[derive(Clone, Debug, PartialEq)]
pub struct Licensing {
    /// What the metadata says, word for word.
    pub declared_raw: Vec<Declared>,
    /// What the metadata says, as an expression.
    pub declared: Outcome,
    /// What the package's files show.
    pub detected: Outcome,
    /// What we conclude from both.
    pub concluded: Outcome,
    /// The rule that made the conclusion, a stable name (`docs/licences.md`).
    pub rule: &'static str,
    /// The class of the conclusion: AND takes the strictest, OR the mildest, or the branch that a policy took.
    pub class: Class,
    /// Where the conclusion holds a choice: the operands that give the class.
    pub choice: Option<Expr>,
    /// Properties of any licence in the conclusion.
    pub flags: BTreeSet<Flag>,
    /// Everything that the three statements stand on, in a fixed order.
    pub evidence: Vec<Evidence>,
    /// For every `LicenseRef-...` in the three statements the text that it stands for: the licence's own words, or
    /// the raw name where no words are known.
    pub refs: BTreeMap<Box<str>, Box<str>>,
}

impl Default for Licensing {
    fn default() -> Self {
        Licensing {
            declared_raw: Vec::new(),
            declared: Outcome::NoAssertion,
            detected: Outcome::NoAssertion,
            concluded: Outcome::NoAssertion,
            rule: "nothing-known",
            class: Class::Unknown,
            choice: None,
            flags: BTreeSet::new(),
            evidence: Vec::new(),
            refs: BTreeMap::new(),
        }
    }
}
