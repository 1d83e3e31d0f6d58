//! What a policy says of a report: verdicts, the findings that they rest on, and what waivers and clarifications did.

use super::{Expr, PackageId};
use std::fmt;

/// Whether something may ship, from mild to strict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It may. Of a finding: worth knowing, nothing to decide.
    #[default]
    Allow,
    /// A person must decide.
    Review,
    /// It may not.
    Deny,
}

impl Verdict {
    /// All, from mild to strict.
    pub const ALL: [Verdict; 3] = [Verdict::Allow, Verdict::Review, Verdict::Deny];

    /// The name in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Review => "review",
            Verdict::Deny => "deny",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RulePlace {
    /// The file as the user named it or as it was found, or the name of a built-in policy.
    pub file: Box<str>,
    /// From 1.
    pub line: u32,
}

impl fmt::Display for RulePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something that a person should decide or know: what the scan itself noticed (licences that contradict each other) and, where
/// a policy was applied, what it objects to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// `f-` and 16 hexadecimal digits, made of the rule, the package and the term: the same in the next scan.
    pub id: Box<str>,
    /// The id of the policy's rule, or a built-in name: `license-conflict`, `license-text-replaced`, `policy-default`, ...
    pub rule: Box<str>,
    /// Where the configuration has the rule; `None` for built-in ones.
    pub place: Option<RulePlace>,
    /// What it means for the whole, before waivers.
    pub verdict: Verdict,
    /// The package that it is about; `None` for the image as a whole.
    pub package: Option<PackageId>,
    /// The part of the licence expression that fails.
    pub term: Option<Box<str>>,
    /// Index of what shows that term, in the package's [`evidence`](super::Licensing::evidence).
    pub evidence: Option<u32>,
    /// Zero-based index of the layer that brought it.
    pub layer: Option<u32>,
    /// What it says.
    pub message: Box<str>,
    /// What would clear it; empty where nothing need be done.
    pub clear: Box<str>,
    /// Index of the waiver that covers it, in [`Audit::waivers`].
    pub waiver: Option<u32>,
}

impl Finding {
    /// What counts after waivers.
    pub fn effective(&self) -> Verdict {
        if self.waiver.is_some() { Verdict::Allow } else { self.verdict }
    }

    /// Whether it is more than a note though it counts for nothing: a waiver that covers nothing would cover whatever comes under its
    /// name next, and nobody would decide.
    pub fn is_warning(&self) -> bool {
        self.verdict == Verdict::Allow && &*self.rule == "waiver-unused"
    }
}

/// What a policy said of one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageVerdict {
    /// What the rules say.
    pub verdict: Verdict,
    /// What counts after waivers.
    pub effective: Verdict,
    /// The rule that decided; `None` for the default.
    pub rule: Option<Box<str>>,
    /// The part of the expression that decided; `None` where no licence is known.
    pub term: Option<Expr>,
    /// Where the conclusion holds a choice: what was taken.
    pub taken: Option<Expr>,
}

/// A rule of the policy that was applied, for reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleUsed {
    /// Its id.
    pub id: Box<str>,
    /// Where it stands.
    pub place: Option<RulePlace>,
    /// What it asks for, by key of the configuration: all keys must hold, of a list any value.
    pub conditions: Vec<(&'static str, Vec<Box<str>>)>,
    /// What it says.
    pub verdict: Verdict,
    /// What to do about it.
    pub how_to_fix: Option<Box<str>>,
    /// What must be met beside: `license-text`, `copyright`, `source-offer`.
    pub require: Vec<&'static str>,
    /// How many packages it decided.
    pub packages: u32,
}

/// The policy that was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyUsed {
    /// Its name, where it has one.
    pub name: Box<str>,
    /// The file that it came from, or `built-in`.
    pub source: Box<str>,
    /// The file's path in the repository that the work is done in, where it lies in one: formats that are shown beside a change want it.
    pub in_repository: Option<Box<str>>,
    /// SHA-256 of its text: `sha256:...`.
    pub hash: Box<str>,
    /// For licences that no rule meets.
    pub default: Verdict,
    /// For packages and terms of which nothing is known.
    pub unknown: Verdict,
    /// The mildest verdict that fails; `None`: nothing does.
    pub fail_on: Option<Verdict>,
    /// Its rules, in the order of the file.
    pub rules: Vec<RuleUsed>,
    /// The day on which waivers were held against their expiry, `2026-11-26`; `None` where none has one.
    pub judged_on: Option<Box<str>>,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverStatus {
    /// It covers findings.
    Used,
    /// Nothing that it could cover was found.
    Unused,
    /// Its day has passed.
    Expired,
    /// The licence text that it was given for is another now.
    Void,
}

impl WaiverStatus {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            WaiverStatus::Used => "used",
            WaiverStatus::Unused => "unused",
            WaiverStatus::Expired => "expired",
            WaiverStatus::Void => "void",
        }
    }
}

/// A waiver, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverUse {
    /// Its id.
    pub id: Box<str>,
    /// Where it stands.
    pub place: RulePlace,
    /// The packages that it is for, as written.
    pub purl: Box<str>,
    /// The rule that it waives; `None` for all.
    pub rule: Option<Box<str>>,
    /// The kind of reason.
    pub reason: &'static str,
    /// The reason in words.
    pub comment: Option<Box<str>>,
    /// Who answers for it.
    pub owner: Box<str>,
    /// Where it was discussed.
    pub ticket: Option<Box<str>>,
    /// Its last day, `2027-01-31`.
    pub expires: Option<Box<str>>,
    /// The hashes of the texts that it was given for.
    pub texts: Vec<Box<str>>,
    /// What became of it.
    pub status: WaiverStatus,
    /// How many findings it covers.
    pub findings: u32,
}

/// What became of a clarification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClarificationStatus {
    /// It set the licence of packages.
    Applied,
    /// No package meets it.
    Unused,
    /// A file that it was judged by is another now, or gone: it was not applied.
    Drift,
}

impl ClarificationStatus {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ClarificationStatus::Applied => "applied",
            ClarificationStatus::Unused => "unused",
            ClarificationStatus::Drift => "drift",
        }
    }
}

/// A clarification, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClarificationUse {
    /// Where it stands.
    pub place: RulePlace,
    /// The packages that it is for, as written.
    pub purl: Box<str>,
    /// The licence that it sets.
    pub license: Expr,
    /// Why.
    pub comment: Option<Box<str>>,
    /// The files that it was judged by, with their SHA-256 in hexadecimal.
    pub files: Vec<(Box<str>, Box<str>)>,
    /// What became of it.
    pub status: ClarificationStatus,
    /// How many packages it set.
    pub packages: u32,
}

/// A choice that the configuration fixes, and where it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceUse {
    /// Where it stands.
    pub place: RulePlace,
    /// The packages that it is for, as written.
    pub purl: Box<str>,
    /// The branch.
    pub take: Expr,
    /// How many packages took it.
    pub packages: u32,
}

impl Audit {
    /// The licences that bind a package: its conclusion without the branches of choices that were settled the other way. `None` where
    /// nothing was settled.
    pub fn taken(&self, package: PackageId) -> Option<&Expr> {
        self.packages.get(package.0 as usize)?.taken.as_ref()
    }
}

/// A policy applied to a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// The policy.
    pub policy: PolicyUsed,
    /// One a package, in the order of [`Report::packages`](super::Report::packages).
    pub packages: Vec<PackageVerdict>,
    /// In the order of the configuration.
    pub waivers: Vec<WaiverUse>,
    /// In the order of the configuration.
    pub clarifications: Vec<ClarificationUse>,
    /// In the order of the configuration.
    pub choices: Vec<ChoiceUse>,
    /// The strictest of what no waiver covers: allow (ship), review, or deny (do not distribute).
    pub verdict: Verdict,
    /// Whether that reaches [`PolicyUsed::fail_on`].
    pub failed: bool,
}
