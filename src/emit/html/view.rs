//! What the templates see: the report with every text made safe to look at, sizes and times in words, places
//! numbered and linked. Templates format and do not decide, so every choice of words that depends on the report is
//! made here. `docs/html-report.md` lists the fields.
//!
//! One file a section of the document, in its order: `banner` (verdict, subject, counts), `decisions`, `unknowns`, `licenses`, `duties`,
//! `register`, `layers` (with what they hide), `policy` (with waivers and clarifications); `charts` has the geometry of pictures, `names` the anchors and
//! links that all share.

mod banner;
mod charts;
mod decisions;
mod duties;
mod layers;
mod licenses;
mod names;
mod policy;
mod register;
mod unknowns;

use super::tally::Tally;
use super::{visible, words};
use crate::model::{Class, Report, Verdict};
use names::Names;
use serde::Serialize;

/// The longest text shown in a fold, in characters: whole licences are below it. The notices have every text whole.
const TEXT_LIMIT: usize = 65_536;

/// How many packages a list shows that only repeats what the register says. More make a document that no browser likes.
const LIST_LIMIT: usize = 200;
/// From how many on a list is folded where others are not.
const FOLD_LIMIT: usize = 15;

/// Text from an image that went through [`visible`]. Only that makes one, so no field is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Seen(String);

impl Seen {
    fn line(s: &str) -> Seen {
        Seen(visible::line(s))
    }

    fn text(s: &str) -> Seen {
        match s.char_indices().nth(TEXT_LIMIT) {
            None => Seen(visible::text(s)),
            Some((end, _)) => {
                let more = s[end..].chars().count();
                Seen(format!("{}…\n[{more} more characters; the notices have the whole]", visible::text(&s[..end])))
            }
        }
    }
}

/// The whole document. Field names are what a replaced template uses. None may be the name of a handlebars helper (`raw`,
/// `len`, `log`, `lookup`, ...) or begin with `else`: handlebars would not see a field in it.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub reference: Seen,
    pub tool: String,
    pub banner: banner::Banner,
    pub subject: Vec<banner::Fact>,
    pub tiles: Vec<banner::Tile>,
    pub total: banner::Counted,
    pub ecosystems: Vec<banner::Counted>,
    pub classes: Vec<banner::ClassRow>,
    pub classes_chart: charts::Bars,
    pub decisions: decisions::Decisions,
    pub unknowns: unknowns::Unknowns,
    pub issues: Vec<unknowns::IssueRow>,
    pub issues_summary: String,
    pub unowned: Vec<unknowns::UnownedRow>,
    pub unowned_size: String,
    pub licenses: Vec<licenses::LicenseRow>,
    pub duties: Vec<duties::DutyRow>,
    pub duties_table: String,
    /// In blocks, which a browser lays out when they come into view; `packages` of each.
    pub blocks: Vec<register::Block>,
    pub package_count: usize,
    /// Whether any row is open on paper.
    pub attention: bool,
    pub judged: bool,
    pub texts: Vec<licenses::TextRow>,
    pub hidden: Vec<layers::HiddenRow>,
    pub layers: Vec<layers::LayerRow>,
    pub base: Option<layers::BaseFacts>,
    pub layers_chart: charts::Bars,
    pub treemap: charts::Treemap,
    pub policy_used: Option<policy::PolicyFacts>,
    pub waivers: Vec<policy::WaiverRow>,
    pub clarifications: Vec<policy::ClarificationRow>,
    pub choices: Vec<policy::ChoiceRow>,
}

/// A class with its name, and the name of its colour.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ClassName {
    name: String,
    slug: &'static str,
}

/// A layer that something refers to; no anchor where the image has no such layer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LayerLink {
    index: u32,
    exists: bool,
    /// `base` or `app`, where that is known.
    origin: Option<&'static str>,
}

/// A package that something refers to; no anchor where it has no row of its own.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PackageLink {
    anchor: Option<String>,
    name: Seen,
    version: Seen,
    hidden: bool,
}

/// Packages, of which a long list shows the first.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PackageList {
    count: usize,
    shown: Vec<PackageLink>,
    more: usize,
    /// Whether it is folded at first.
    long: bool,
}

/// A word of an expression, linked where it is a licence.
#[derive(Debug, Serialize)]
pub(super) struct Word {
    text: Seen,
    anchor: Option<String>,
}

/// What is said of a licence by one of the three sources.
#[derive(Debug, Serialize)]
pub(super) struct Statement {
    words: Vec<Word>,
    /// In place of words, where nothing is said.
    silence: Option<&'static str>,
}

impl View {
    /// What a report looks like.
    pub fn of(report: &Report) -> View {
        let tally = Tally::of(report);
        let names = Names::of(report);
        let blocks = register::blocks(&names);
        View {
            reference: Seen::line(&report.image.title()),
            tool: format!("{} {}", report.tool.name, report.tool.version),
            banner: banner::banner(report, &tally),
            subject: banner::subject(report),
            tiles: banner::tiles(report, &tally),
            total: banner::counted("all", &tally.total),
            ecosystems: tally.ecosystems.iter().map(|(e, c)| banner::counted(e.as_str(), c)).collect(),
            classes: banner::classes(&tally),
            classes_chart: charts::classes(&tally),
            decisions: decisions::decisions(&names),
            unknowns: unknowns::unknowns(&names),
            issues: unknowns::issues(&names),
            issues_summary: tally.issues(),
            unowned: unknowns::unowned(&names),
            unowned_size: words::size(report.unowned.iter().fold(0, |sum, u| u.size.saturating_add(sum))),
            licenses: licenses::licenses(&names),
            duties: duties::duties(&names),
            duties_table: crate::license::db::obligations::table_hash(),
            attention: blocks.iter().any(register::Block::attention),
            blocks,
            package_count: report.shown().count(),
            judged: report.audit.is_some(),
            texts: licenses::texts(&names),
            hidden: layers::hidden(&names),
            layers: layers::layers(&names),
            base: layers::base(report),
            layers_chart: charts::layers(report),
            treemap: charts::treemap(report),
            policy_used: policy::policy(report),
            waivers: policy::waivers(report),
            clarifications: policy::clarifications(report),
            choices: policy::choices(report),
        }
    }
}

fn class_name(class: Class) -> ClassName {
    ClassName { name: words::class(class), slug: class.as_str() }
}

/// What a verdict means for whoever holds the image.
fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "Ship",
        Verdict::Review => "Review before it ships",
        Verdict::Deny => "Do not distribute",
    }
}
