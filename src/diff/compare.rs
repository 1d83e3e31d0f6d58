//! The difference between two sides. Pure, and sorted: by key, then version.

use super::side::{Entry, Judged, Side};
use crate::model::{Class, Verdict};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// What came, went and changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// What the old side is about, and of which kind it is.
    pub old: (String, &'static str),
    /// The same of the new side.
    pub new: (String, &'static str),
    /// By what each side was judged.
    pub judged: (Option<Judged>, Option<Judged>),
    /// How many packages there were and are, copies of one version counted once.
    pub packages: (usize, usize),
    /// For every class that occurs how many packages there were and are, from mild to strict.
    pub classes: Vec<(Class, usize, usize)>,
    /// The same for verdicts, where both sides have them.
    pub verdicts: Vec<(Verdict, usize, usize)>,
    /// Packages, or further versions of a package, that came.
    pub added: Vec<Entry>,
    /// Packages, or further versions of a package, that went.
    pub removed: Vec<Entry>,
    /// Packages that are on both sides and are not the same.
    pub changed: Vec<Changed>,
    /// Licences that no package had before, with the number of packages that have them now; and the other way round.
    pub licenses: Moved,
    /// Licence texts by their hashes, where both sides know texts.
    pub texts: Option<Moved>,
    /// Copyright statements, where both sides know them.
    pub holders: Option<Moved>,
    /// Packages that are new on the new side: no version of them was there.
    pub new_packages: Vec<String>,
    /// Packages on both sides whose class is stricter now.
    pub stricter: Vec<String>,
    /// Packages that are denied now and were not; `None` where a side has no verdicts.
    pub denied: Option<Vec<String>>,
}

/// Values that came and went, each with the number of packages that have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Those of the new side alone.
    pub came: BTreeMap<String, usize>,
    /// Those of the old side alone.
    pub went: BTreeMap<String, usize>,
}

/// A package on both sides that is not the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// As it was.
    pub old: Entry,
    /// As it is.
    pub new: Entry,
}

impl Changed {
    /// Whether it has another licence.
    pub fn license(&self) -> bool {
        !self.old.licenses.keys().eq(self.new.licenses.keys())
    }

    /// Whether its licence is of another class.
    pub fn class(&self) -> bool {
        self.old.class != self.new.class
    }

    /// Texts that came and went; nothing where a side knows none.
    pub fn texts(&self) -> (Vec<&str>, Vec<&str>) {
        moved(&self.old.texts, &self.new.texts)
    }

    /// Copyright statements that came and went; nothing where a side knows none.
    pub fn holders(&self) -> (Vec<&str>, Vec<&str>) {
        moved(&self.old.holders, &self.new.holders)
    }

    /// Whether a policy says something else of it.
    pub fn verdict(&self) -> bool {
        matches!((self.old.verdict, self.new.verdict), (Some(a), Some(b)) if a != b)
    }

    fn is_one(&self) -> bool {
        let any = |(came, went): (Vec<&str>, Vec<&str>)| !came.is_empty() || !went.is_empty();
        self.old.version != self.new.version
            || self.license()
            || self.class()
            || self.verdict()
            || any(self.texts())
            || any(self.holders())
    }
}

type Values = Option<BTreeSet<String>>;

fn moved<'a>(old: &'a Values, new: &'a Values) -> (Vec<&'a str>, Vec<&'a str>) {
    let (Some(old), Some(new)) = (old, new) else { return Default::default() };
    (new.difference(old).map(String::as_str).collect(), old.difference(new).map(String::as_str).collect())
}

/// Something on which a comparison fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// A package of which no version was there.
    NewPackage,
    /// A licence that no package had.
    NewLicense,
    /// A package whose licence is of a stricter class than before; unknown is the strictest.
    StricterClass,
    /// A package that is denied and was not.
    NewDeny,
}

impl Condition {
    /// All, in the order in which help texts list them.
    pub const ALL: [Condition; 4] =
        [Condition::NewPackage, Condition::NewLicense, Condition::StricterClass, Condition::NewDeny];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Condition::NewPackage => "new-package",
            Condition::NewLicense => "new-license",
            Condition::StricterClass => "stricter-class",
            Condition::NewDeny => "new-deny",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Condition::ALL.into_iter().find(|c| c.as_str() == name);
        let all = "new-package, new-license, stricter-class, new-deny";
        found.ok_or_else(|| format!("no condition is called '{name}': take some of {all}"))
    }
}

impl Difference {
    /// What meets a condition; `None` where it cannot be told, because a side has no verdicts.
    pub fn meeting(&self, condition: Condition) -> Option<Vec<String>> {
        match condition {
            Condition::NewPackage => Some(self.new_packages.clone()),
            Condition::NewLicense => Some(self.licenses.came.keys().cloned().collect()),
            Condition::StricterClass => Some(self.stricter.clone()),
            Condition::NewDeny => self.denied.clone(),
        }
    }

    /// Whether both sides are the same, as far as both know.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// The versions of one package, by version.
type Versions = BTreeMap<String, Entry>;

/// Compares.
pub fn compare(old: Side, new: Side) -> Difference {
    let judged = old.judged.is_some() && new.judged.is_some();
    let mut out = Difference {
        old: (old.title, old.kind),
        new: (new.title, new.kind),
        judged: (old.judged, new.judged),
        denied: judged.then(Vec::new),
        ..Difference::default()
    };
    let (old, new) = (by_key(old.entries), by_key(new.entries));
    counts(&old, &new, judged, &mut out);
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let none = Versions::new();
    for key in keys {
        let (before, after) = (old.get(key).unwrap_or(&none), new.get(key).unwrap_or(&none));
        one(before, after, &mut out);
    }
    out
}

/// Several copies of one version become one.
fn by_key(entries: Vec<Entry>) -> BTreeMap<String, Versions> {
    let mut out: BTreeMap<String, Versions> = BTreeMap::new();
    for entry in entries {
        let versions = out.entry(entry.key.clone()).or_default();
        match versions.get_mut(&entry.version) {
            Some(first) => first.merge(entry),
            None => {
                versions.insert(entry.version.clone(), entry);
            }
        }
    }
    out
}

/// Compares the versions of one package.
fn one(before: &Versions, after: &Versions, out: &mut Difference) {
    let name = |e: &Entry| format!("{} {}", e.name, e.version).trim_end().to_owned();
    if before.is_empty() {
        out.new_packages.extend(after.values().map(name));
    } else if let Some(strictest) = before.values().map(|e| e.class).max() {
        out.stricter.extend(after.values().filter(|e| e.class > strictest).map(name));
    }
    let denied = |e: &&Entry| e.verdict == Some(Verdict::Deny);
    if let Some(list) = &mut out.denied
        && !before.values().any(|e| denied(&e))
    {
        list.extend(after.values().filter(denied).map(name));
    }
    let mut pair = |old: &Entry, new: &Entry| {
        let changed = Changed { old: old.clone(), new: new.clone() };
        if changed.is_one() {
            out.changed.push(changed);
        }
    };
    for (version, entry) in before {
        if let Some(same) = after.get(version) {
            pair(entry, same);
        }
    }
    let rest = |a: &Versions, b: &Versions| {
        let mut rest: Vec<Entry> = a.values().filter(|e| !b.contains_key(&e.version)).cloned().collect();
        rest.sort_by(|a, b| natural(&a.version, &b.version));
        rest
    };
    let (went, came) = (rest(before, after), rest(after, before));
    went.iter().zip(&came).for_each(|(old, new)| pair(old, new));
    let pairs = went.len().min(came.len());
    out.removed.extend(went.into_iter().skip(pairs));
    out.added.extend(came.into_iter().skip(pairs));
}

/// Versions as people order them: runs of digits by their value. It only decides which of several versions are shown as a pair, so
/// no ecosystem's own order is needed.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    let run = |s: &str, digits: bool| s.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(s.len());
    while !left.is_empty() && !right.is_empty() {
        let digits = (left.starts_with(|c: char| c.is_ascii_digit()), right.starts_with(|c: char| c.is_ascii_digit()));
        let (x, y) = (run(left, digits.0), run(right, digits.1));
        let (one, other) = (&left[..x], &right[..y]);
        let order = match digits {
            (true, true) => {
                let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
                one.len().cmp(&other.len()).then_with(|| one.cmp(other))
            }
            _ => one.cmp(other),
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (&left[x..], &right[y..]);
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The lines about the whole picture.
fn counts(old: &BTreeMap<String, Versions>, new: &BTreeMap<String, Versions>, judged: bool, out: &mut Difference) {
    let before: Vec<&Entry> = old.values().flat_map(BTreeMap::values).collect();
    let after: Vec<&Entry> = new.values().flat_map(BTreeMap::values).collect();
    out.packages = (before.len(), after.len());
    let count = |list: &[&Entry], f: &dyn Fn(&Entry) -> bool| list.iter().filter(|e| f(e)).count();
    for class in Class::ALL {
        let of = |e: &Entry| e.class == class;
        let (was, is) = (count(&before, &of), count(&after, &of));
        if was + is > 0 {
            out.classes.push((class, was, is));
        }
    }
    for verdict in Verdict::ALL.into_iter().filter(|_| judged) {
        let of = |e: &Entry| e.verdict == Some(verdict);
        out.verdicts.push((verdict, count(&before, &of), count(&after, &of)));
    }
    out.licenses = values(&before, &after, |e| Some(&e.leaves)).unwrap_or_default();
    out.texts = values(&before, &after, |e| e.texts.as_ref());
    out.holders = values(&before, &after, |e| e.holders.as_ref());
}

/// Values of one side alone; `None` where a side has packages and knows nothing of any.
fn values(before: &[&Entry], after: &[&Entry], of: impl Fn(&Entry) -> Option<&BTreeSet<String>>) -> Option<Moved> {
    let knows = |list: &[&Entry]| list.is_empty() || list.iter().any(|e| of(e).is_some());
    if !knows(before) || !knows(after) {
        return None;
    }
    let count = |list: &[&Entry]| {
        let mut out: BTreeMap<String, usize> = BTreeMap::new();
        for value in list.iter().filter_map(|e| of(e)).flatten() {
            *out.entry(value.clone()).or_default() += 1;
        }
        out
    };
    let (mut went, mut came) = (count(before), count(after));
    let both: Vec<String> = went.keys().filter(|v| came.contains_key(*v)).cloned().collect();
    for value in both {
        went.remove(&value);
        came.remove(&value);
    }
    Some(Moved { came, went })
}

#[cfg(test)]
mod tests;
