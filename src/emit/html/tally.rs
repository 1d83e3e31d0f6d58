//! Counts for the outputs made for people: the same numbers on the terminal and in the HTML report. Nothing is judged
//! here; each number is a count of entries that the report holds.

use crate::model::{Class, Ecosystem, Package, Report, Severity, State};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many packages, by what became of them. Each package is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::emit) struct Counts {
    /// Visible, and nobody's part.
    pub present: usize,
    /// Removed by a later layer, and nobody's part.
    pub hidden: usize,
    /// A part of another package.
    pub contained: usize,
}

/// The packages of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::emit) struct ClassTally {
    pub class: Class,
    /// Packages shown, hidden ones too.
    pub packages: usize,
    /// How many of these are hidden.
    pub hidden: usize,
    /// Each conclusion with the number of packages, the most common first.
    pub conclusions: Vec<(String, usize)>,
}

/// What one layer did to packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::emit) struct LayerTally {
    pub added: usize,
    pub removed: usize,
}

/// All counts of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::emit) struct Tally {
    pub total: Counts,
    pub ecosystems: BTreeMap<Ecosystem, Counts>,
    /// From the strictest class (what needs eyes first) to the mildest, without empty ones.
    pub classes: Vec<ClassTally>,
    /// One for each layer of the image.
    pub layers: Vec<LayerTally>,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}

impl Tally {
    pub fn of(report: &Report) -> Tally {
        let mut total = Counts::default();
        let mut ecosystems: BTreeMap<Ecosystem, Counts> = BTreeMap::new();
        for package in &report.packages {
            for counts in [&mut total, ecosystems.entry(package.ecosystem).or_default()] {
                match (&package.owner, package.state) {
                    (Some(_), _) => counts.contained += 1,
                    (None, State::Present) => counts.present += 1,
                    (None, State::Hidden { .. }) => counts.hidden += 1,
                }
            }
        }
        let mut layers = vec![LayerTally::default(); report.image.layers.len()];
        let mut classes: BTreeMap<Reverse<Class>, (usize, usize, BTreeMap<String, usize>)> = BTreeMap::new();
        for (_, package) in report.shown() {
            if let Some(layer) = layers.get_mut(package.layer as usize) {
                layer.added += 1;
            }
            let removed_by = package.state.removed_by();
            if let Some(layer) = removed_by.and_then(|i| layers.get_mut(i as usize)) {
                layer.removed += 1;
            }
            let (packages, hidden, conclusions) = classes.entry(Reverse(package.licensing.class)).or_default();
            *packages += 1;
            *hidden += usize::from(removed_by.is_some());
            *conclusions.entry(package.licensing.concluded.to_string()).or_default() += 1;
        }
        let classes = classes
            .into_iter()
            .map(|(Reverse(class), (packages, hidden, conclusions))| {
                let mut conclusions: Vec<_> = conclusions.into_iter().collect();
                conclusions.sort_by_key(|(_, n)| Reverse(*n)); // stable: equal counts stay in the order of names
                ClassTally { class, packages, hidden, conclusions }
            })
            .collect();
        let issues = |s: Severity| report.issues.iter().filter(|i| i.severity == s).count();
        Tally {
            total,
            ecosystems,
            classes,
            layers,
            errors: issues(Severity::Error),
            warnings: issues(Severity::Warning),
            notes: issues(Severity::Info),
        }
    }

    /// Packages shown whose class is unknown.
    pub fn unknown(&self) -> usize {
        self.classes.iter().filter(|c| c.class == Class::Unknown).map(|c| c.packages).sum()
    }

    /// `2 errors, 1 warning`, or `none`.
    pub fn issues(&self) -> String {
        let parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, one)| super::words::count(n, one))
            .collect();
        if parts.is_empty() { "none".to_string() } else { parts.join(", ") }
    }
}

/// The hidden packages, each with the name of its owner where it is a part of another. A part of a package that is
/// itself hidden is left out: its owner stands for it (unless the report shows parts too).
pub(in crate::emit) fn hidden(report: &Report) -> impl Iterator<Item = (usize, &Package, u32, Option<&Package>)> {
    report.packages.iter().enumerate().filter_map(move |(i, package)| {
        let removed_by = package.state.removed_by()?;
        let owner = package.owner.and_then(|id| report.packages.get(id.0 as usize));
        let stands_alone = report.show_owned || owner.is_none_or(|o| o.state == State::Present);
        stands_alone.then_some((i, package, removed_by, owner))
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn every_package_is_counted_once() {
        let report = fixture::small();
        let tally = Tally::of(&report);
        assert_eq!(tally.total, Counts { present: 4, hidden: 1, contained: 1 });
        assert_eq!(tally.total.present + tally.total.hidden + tally.total.contained, report.packages.len());
        assert_eq!(tally.classes.iter().map(|c| c.packages).sum::<usize>(), report.shown().count());
        assert_eq!(
            tally.layers,
            [
                LayerTally { added: 3, removed: 0 },
                LayerTally { added: 2, removed: 0 },
                LayerTally { added: 0, removed: 1 }
            ]
        );
        assert_eq!(tally.issues(), "1 error, 1 warning");
    }

    #[test]
    fn a_hidden_part_of_a_present_package_is_listed() {
        let mut report = fixture::small();
        assert_eq!(hidden(&report).count(), 1);
        for package in report.packages.iter_mut().filter(|p| p.owner.is_some()) {
            package.state = State::Hidden { removed_by: 2 };
        }
        assert_eq!(hidden(&report).count(), 2);
    }
}
