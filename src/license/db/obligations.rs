//! What licences ask of those who use them or pass them on: the checklist of `license-db/obligations.tsv`, a duty a row, by class
//! with rows for licences and families that differ. A summary for readers, not the terms themselves.

use super::tables::{class, rows, table};
use crate::model::{Class, Expr};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// What is done with the software.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// It is used inside of the organisation.
    Internal,
    /// Others use it over a network, without a copy.
    Service,
    /// Copies are passed on: an image in a registry, an installer.
    Binaries,
    /// A device that holds it goes to users.
    Device,
}

impl Scenario {
    /// All, from what asks least to what asks most.
    pub const ALL: [Scenario; 4] = [Scenario::Internal, Scenario::Service, Scenario::Binaries, Scenario::Device];

    /// The name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Scenario::Internal => "internal",
            Scenario::Service => "service",
            Scenario::Binaries => "binaries",
            Scenario::Device => "device",
        }
    }
}

/// What fulfils a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fulfilment {
    /// The notices (`supercargo notice`), passed on with the software.
    Notice,
    /// The list of sources and the offer (`supercargo sources`).
    Source,
    /// A person.
    Manual,
}

impl Fulfilment {
    /// The name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Fulfilment::Notice => "notice",
            Fulfilment::Source => "source",
            Fulfilment::Manual => "manual",
        }
    }
}

/// One duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duty {
    /// What kind it is: `license-text`, `source`, `relink`, ...
    pub key: &'static str,
    /// When it arises, by [`Scenario::ALL`].
    pub scenarios: [bool; 4],
    /// What to do.
    pub duty: &'static str,
    /// What fulfils it.
    pub fulfilled_by: Fulfilment,
    /// Where it stands, or what else a reader should know; may be empty.
    pub note: &'static str,
}

impl Duty {
    /// Whether it arises where this is done.
    pub fn arises(&self, scenario: Scenario) -> bool {
        self.scenarios[scenario as usize]
    }
}

/// To whom a row applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Class(Class),
    /// Every licence with an exception.
    AnyException,
    Id(&'static str),
    Prefix(&'static str),
}

struct Row {
    who: Who,
    key: &'static str,
    /// `None` takes a duty away.
    duty: Option<Duty>,
}

static TEXT: &str = table!("obligations.tsv");
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| rows(TEXT).filter_map(row).collect());

fn row([who, key, scenarios, duty, fulfilled_by, note]: [&'static str; 6]) -> Option<Row> {
    let who = match (class(who), who.strip_suffix('*')) {
        (Some(class), _) => Who::Class(class),
        _ if who == "WITH" => Who::AnyException,
        (_, Some(prefix)) => Who::Prefix(prefix),
        _ => Who::Id(who),
    };
    if duty == "-" {
        return Some(Row { who, key, duty: None });
    }
    let mut arises = [false; 4];
    for name in scenarios.split(',') {
        arises[Scenario::ALL.iter().position(|s| s.as_str() == name)?] = true;
    }
    let fulfilled_by = match fulfilled_by {
        "notice" => Fulfilment::Notice,
        "source" => Fulfilment::Source,
        "manual" => Fulfilment::Manual,
        _ => return None,
    };
    Some(Row { who, key, duty: Some(Duty { key, scenarios: arises, duty, fulfilled_by, note }) })
}

/// What one licence asks (a leaf of an expression), of which the class is known: the rows of the class, changed by those of the
/// licence, in the order of the table.
pub fn duties(leaf: &Expr, of_class: Class) -> Vec<Duty> {
    let (id, with) = match leaf {
        Expr::With(inner, _) => (id(inner), true),
        other => (id(other), false),
    };
    let mut out: Vec<Duty> = Vec::new();
    let meant = ROWS.iter().filter(|row| match row.who {
        Who::Class(class) => class == of_class,
        Who::AnyException => with,
        Who::Id(name) => name.eq_ignore_ascii_case(id),
        Who::Prefix(prefix) => id.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)),
    });
    for row in meant {
        let place = out.iter().position(|duty| duty.key == row.key);
        match (place, row.duty) {
            (Some(place), Some(duty)) => out[place] = duty,
            (Some(place), None) => drop(out.remove(place)),
            (None, Some(duty)) => out.push(duty),
            (None, None) => {}
        }
    }
    out
}

fn id(leaf: &Expr) -> &str {
    match leaf {
        Expr::License { id, .. } | Expr::Ref(id) => id,
        _ => "",
    }
}

/// SHA-256 of the table, `sha256:...`: names its state in reports.
pub fn table_hash() -> String {
    let digest: [u8; 32] = Sha256::digest(TEXT.as_bytes()).into();
    crate::model::Digest::sha256(&digest).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::{class_of, license_ids};
    use super::*;
    use crate::license::expr::parse;

    /// The keys of what a licence asks, with what fulfils each.
    #[track_caller]
    fn check(license: &str, expected: &str) {
        let leaf = parse(license).unwrap();
        let duties = duties(&leaf, class_of(&leaf));
        let keys: Vec<String> = duties.iter().map(|d| format!("{}:{}", d.key, d.fulfilled_by.as_str())).collect();
        assert_eq!(keys.join(" "), expected, "{license}");
    }

    #[test]
    fn no_row_is_left_out_and_each_meets_a_licence() {
        assert_eq!(rows::<1>(TEXT).count(), ROWS.len());
        for row in ROWS.iter() {
            let meets = |id: &str| match row.who {
                Who::Id(name) => id == name,
                Who::Prefix(prefix) => id.starts_with(prefix),
                Who::Class(_) | Who::AnyException => true,
            };
            assert!(license_ids().any(meets), "{:?} {} meets no id of the list", row.who, row.key);
        }
    }

    /// A row that takes away or replaces nothing, and one that stands twice, are mistakes.
    #[test]
    fn every_row_says_something() {
        for (i, row) in ROWS.iter().enumerate() {
            let same = |other: &Row| other.who == row.who && other.key == row.key;
            assert!(!ROWS[..i].iter().any(same), "{:?} {} stands twice", row.who, row.key);
            if row.duty.is_none() {
                assert!(ROWS[..i].iter().any(|other| other.key == row.key), "{:?} {}", row.who, row.key);
            }
            if let Some(duty) = row.duty {
                assert!(duty.scenarios.contains(&true) && !duty.duty.ends_with('.'), "{}", duty.duty);
            }
        }
    }

    #[test]
    fn licences_that_differ_from_their_class() {
        check("MIT", "copyright:notice license-text:notice");
        check("MIT-0", "");
        check("0BSD", "");
        check("CC0-1.0", "");
        check("Apache-2.0", "copyright:notice license-text:notice notice-file:notice changes:manual");
        check("BSD-4-Clause", "copyright:notice license-text:notice advertising:manual");
        check("BSD-4-Clause-UC", "copyright:notice license-text:notice");
        check("MPL-2.0", "copyright:notice license-text:notice source:source");
        check("CC-BY-4.0", "copyright:notice license-text:notice attribution:notice");
        check("LicenseRef-nobody-knows", "find-out:manual");
        check("LicenseRef-proprietary", "agreement:manual");
    }

    #[test]
    fn copyleft_and_what_exceptions_change() {
        check("GPL-2.0-only", "copyright:notice license-text:notice source:source same-license:manual changes:manual");
        check(
            "LGPL-2.1-or-later",
            "copyright:notice license-text:notice source:source relink:manual changes:manual reverse-engineering:manual",
        );
        check(
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "copyright:notice license-text:notice source:source changes:manual",
        );
        let leaf = parse("GPL-3.0-or-later").unwrap();
        let installation = duties(&leaf, Class::StrongCopyleft).into_iter().find(|d| d.key == "installation").unwrap();
        assert!(installation.arises(Scenario::Device) && !installation.arises(Scenario::Binaries));
        let leaf = parse("AGPL-3.0-only").unwrap();
        let network = duties(&leaf, Class::NetworkCopyleft).into_iter().find(|d| d.key == "network-source").unwrap();
        assert!(network.arises(Scenario::Service) && !network.arises(Scenario::Internal));
    }
}
