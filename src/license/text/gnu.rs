//! Grants of the GNU licences, read by their grammar instead of by one string: family, version before or behind it,
//! `or later` in its many words, and whether the sentence grants, points at a copy, or just speaks of the licence.

use super::grammar::{Force, Mention, Text, begins};
use crate::model::Expr;

/// A family of GNU licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// General Public License.
    Gpl,
    /// Lesser or Library General Public License.
    Lgpl,
    /// Affero General Public License.
    Agpl,
    /// Free Documentation License.
    Gfdl,
}

impl Family {
    fn name(self) -> &'static str {
        match self {
            Family::Gpl => "GPL",
            Family::Lgpl => "LGPL",
            Family::Agpl => "AGPL",
            Family::Gfdl => "GFDL",
        }
    }

    /// A version as the list writes it; `None` for a version that the family never had.
    fn version(self, number: &str) -> Option<&'static str> {
        let number = number.strip_prefix('v').unwrap_or(number);
        Some(match (self, number) {
            (Family::Gpl, "1" | "1.0") | (Family::Agpl, "1" | "1.0") => "1.0",
            (Family::Gpl | Family::Lgpl, "2" | "2.0") => "2.0",
            (Family::Lgpl, "2.1") => "2.1",
            (Family::Gpl | Family::Lgpl | Family::Agpl, "3" | "3.0") => "3.0",
            (Family::Gfdl, "1.1") => "1.1",
            (Family::Gfdl, "1.2") => "1.2",
            (Family::Gfdl, "1.3") => "1.3",
            _ => return None,
        })
    }

    /// The id where no version is said: any version ever published.
    pub fn open(self) -> Expr {
        Expr::id(match self {
            Family::Gpl => "GPL-1.0-or-later",
            Family::Lgpl => "LGPL-2.0-or-later",
            Family::Agpl => "AGPL-1.0-or-later",
            Family::Gfdl => "GFDL-1.1-or-later",
        })
    }

    /// The id of a version.
    pub fn id(self, version: &str, later: bool) -> Expr {
        Expr::id(&format!("{}-{version}-{}", self.name(), if later { "or-later" } else { "only" }))
    }

    /// The family of an id of the list.
    pub fn of(id: &str) -> Option<Family> {
        Some(match id.split_once('-')?.0 {
            "GPL" => Family::Gpl,
            "LGPL" => Family::Lgpl,
            "AGPL" => Family::Agpl,
            "GFDL" => Family::Gfdl,
            _ => return None,
        })
    }
}

/// What was read of a licence's name.
struct Name {
    family: Family,
    words: std::ops::Range<usize>,
    /// A version in the same word (`GPLv2`).
    version: Option<&'static str>,
}

/// All mentions of GNU licences outside of whole texts.
pub fn mentions(text: &Text) -> Vec<Mention> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < text.len() {
        if !text.begins(i, begins::GNU) {
            i += 1;
            continue;
        }
        match name(text, i).filter(|n| !text.taken[i] && !text.taken[n.words.end - 1]) {
            Some(name) => {
                let mention = read(text, &name);
                i = name.words.end.max(mention.as_ref().map_or(0, |m| m.words.end));
                out.extend(mention);
            }
            None => i += 1,
        }
    }
    out
}

/// The name of a GNU licence that begins at `i`.
fn name(text: &Text, i: usize) -> Option<Name> {
    let first = text.word(i);
    let family = |word: &str| match word {
        "gpl" => Some(Family::Gpl),
        "lgpl" => Some(Family::Lgpl),
        "agpl" => Some(Family::Agpl),
        "gfdl" => Some(Family::Gfdl),
        _ => None,
    };
    let (mut kind, mut at) = (Family::Gpl, i);
    let mut gnu = false;
    loop {
        match text.word(at) {
            "gnu" => gnu = true,
            "lesser" | "library" => kind = Family::Lgpl,
            "affero" => kind = Family::Agpl,
            _ => break,
        }
        at += 1;
        if at > i + 3 {
            return None;
        }
    }
    let word = text.word(at);
    if word == "general" && text.word(at + 1) == "public" && text.word(at + 2).starts_with("license") {
        // Others have a General Public License too.
        if at == i
            && i > 0
            && matches!(text.word(i - 1), "nethack" | "educational" | "eu" | "european" | "gnu" | "lesser" | "affero")
        {
            return None;
        }
        let mut end = at + 3;
        // `GNU General Public License (GPL)`
        if family(text.word(end)) == Some(kind) || text.word(end) == "gnu" && family(text.word(end + 1)) == Some(kind) {
            end += 1 + usize::from(text.word(end) == "gnu");
        }
        return Some(Name { family: kind, words: i..end, version: None });
    }
    if gnu && word == "public" && text.word(at + 1).starts_with("license") {
        return Some(Name { family: kind, words: i..at + 2, version: None });
    }
    if word == "free" && text.reads(at + 1, &["documentation", "license"]) && (gnu || at == i) {
        let end = at + 3 + usize::from(matches!(text.word(at + 3), "fdl" | "gfdl"));
        return Some(Name { family: Family::Gfdl, words: i..end, version: None });
    }
    if gnu && word == "fdl" {
        return Some(Name { family: Family::Gfdl, words: i..at + 1, version: None });
    }
    if at > i && !gnu {
        // `Lesser GPL`
        return (kind == Family::Lgpl && word == "gpl").then_some(Name {
            family: kind,
            words: i..at + 1,
            version: None,
        });
    }
    if let Some(found) = family(word) {
        // `Affero GPL`, `GNU Lesser GPL`
        let family = if kind == Family::Gpl { found } else { kind };
        return Some(Name { family, words: i..at + 1, version: None });
    }
    // `GPLv2`, `LGPL2.1`, `AGPLv3`
    let written = if gnu {
        text.slice(at)
    } else if at == i && first.len() <= 9 {
        text.slice(i)
    } else {
        ""
    };
    if written.len() < 4 || written.len() > 9 {
        return None;
    }
    let lower = written.to_ascii_lowercase();
    let (prefix, number) = lower.split_at(lower.find("gpl")? + 3);
    let family = family(prefix)?;
    let version = family.version(number)?;
    Some(Name { family, words: i..at + 1, version: Some(version) })
}

/// Words that may stand between the name and its version.
const FILL: [&str; 30] = [
    "as",
    "published",
    "by",
    "the",
    "free",
    "software",
    "foundation",
    "inc",
    "fsf",
    "either",
    "version",
    "versions",
    "v",
    "ver",
    "gpl",
    "lgpl",
    "agpl",
    "license",
    "licenses",
    "or",
    "at",
    "your",
    "option",
    "under",
    "terms",
    "of",
    "gnu",
    "is",
    "rev",
    "its",
];
/// How many words may stand between the name and its version.
const MOST_FILL: usize = 22;

/// Words with which something is granted, before the name.
const GRANTING: [&str; 19] = [
    "under",
    "terms",
    "licensed",
    "license",
    "covered",
    "subject",
    "conditions",
    "governed",
    "released",
    "distributed",
    "redistribute",
    "modify",
    "licensing",
    "falls",
    "use",
    "uses",
    "within",
    "copyright",
    "available",
];

fn read(text: &Text, name: &Name) -> Option<Mention> {
    let family = name.family;
    let mut end = name.words.end;
    let mut start = name.words.start;
    let mut later = false;
    let mut versions: Vec<&'static str> = Vec::new();
    if let Some(version) = name.version {
        versions.push(version);
        later = or_later(text, name.words.end - 1, &mut end, family, &mut versions);
    } else if let Some(at) = version_after(text, name.words.end, family) {
        versions.extend(family.version(text.word(at)));
        end = at + 1;
        // `GPL (>= 2)`
        later = or_later(text, at, &mut end, family, &mut versions) || text.gap(at - 1).contains(">=");
        if !later
            && let Some(again) = said_again(text, at, family)
            && or_later(text, again, &mut end, family, &mut versions)
        {
            later = true;
        }
    } else if let Some((at, with_later, version)) = version_before(text, name.words.start, family) {
        versions.push(version);
        later = with_later || or_later(text, name.words.end - 1, &mut end, family, &mut Vec::new());
        start = at;
    } else if or_later_words(text, name.words.end) {
        // `the GPL, any later version`: no version is no version.
    }
    let force = force(text, start, end, name, versions.is_empty())?;
    let proxy = later.then(|| by_proxy(text, end, family)).flatten();
    let expression = match versions.as_slice() {
        [] => family.open(),
        known if proxy.is_some() => Expr::or(known.iter().map(|v| family.id(v, false)).chain(proxy))?,
        [version] => {
            if family == Family::Gfdl {
                invariants(text, family, version, later, &mut end)
            } else {
                family.id(version, later)
            }
        }
        [others @ .., last] => {
            let first = others.iter().map(|v| family.id(v, false));
            Expr::or(first.chain([family.id(last, later)]))?
        }
    };
    Some(Mention { expression, words: start..end, force, open: versions.is_empty(), method: "notice" })
}

/// `or any later version accepted by the membership of KDE e.V.`: which later versions may be used somebody else decides (GPL 3, section
/// 14). They are a branch of their own, for which KDE has names.
fn by_proxy(text: &Text, end: usize, family: Family) -> Option<Expr> {
    if !matches!(text.word(end), "accepted" | "approved") || text.word(end + 1) != "by" {
        return None;
    }
    let kde = (end..(end + 10).min(text.len())).any(|i| text.slice(i) == "KDE");
    let who = if kde { BY_PROXY[0] } else { BY_PROXY[1] };
    Some(Expr::reference(&format!("{who}{}", family.name())))
}

/// How the names of references to such versions begin.
const BY_PROXY: [&str; 2] = ["KDE-Accepted-", "Proxy-Accepted-"];

/// Whether a reference is to later versions by proxy: its name says all.
pub fn is_by_proxy(reference: &str) -> bool {
    let name = reference.strip_prefix("LicenseRef-").unwrap_or(reference);
    BY_PROXY.iter().any(|start| name.starts_with(start))
}

/// The version behind the name; its place.
fn version_after(text: &Text, from: usize, family: Family) -> Option<usize> {
    let mut at = from;
    let mut said = false;
    while at < text.len() && at - from < MOST_FILL {
        if at > 0 && text.ends(at - 1) && !matches!(text.word(at), "version" | "v") {
            return None;
        }
        let word = text.word(at);
        if family.version(word).is_some() {
            // A bare number in a sentence is a version only right behind the name or the word.
            let near = at == from || said || word.starts_with('v');
            return near.then_some(at);
        }
        if text.slice(at).to_ascii_lowercase() != word && family.version(&text.slice(at).to_ascii_lowercase()).is_some()
        {
            return Some(at);
        }
        // `and can be found in the included file called "COPYING"; either version 2`
        if text.reads(at, &["and", "can", "be", "found", "in"])
            && let Some(i) = (at + 5..at + 14).find(|&i| matches!(text.word(i), "either" | "version"))
        {
            at = i;
            continue;
        }
        if !FILL.contains(&word) {
            return None;
        }
        said = matches!(word, "version" | "versions" | "v" | "ver" | "rev");
        at += 1;
    }
    None
}

/// `version 2 as published by the FSF; either version 2 of the License, or (at your option) any later version`: where the same
/// version is said again, for the second half says more.
fn said_again(text: &Text, at: usize, family: Family) -> Option<usize> {
    let version = family.version(text.word(at))?;
    let again = (at + 1..(at + MOST_FILL).min(text.len())).find(|&i| text.reads(i, &["either", "version"]))?;
    let plain = (at + 1..again).all(|i| FILL.contains(&text.word(i)));
    (plain && family.version(text.word(again + 2)) == Some(version)).then_some(again + 2)
}

/// The version before the name (`version 2 or later of the GNU GPL`): its place, whether later ones too, and which.
fn version_before(text: &Text, name: usize, family: Family) -> Option<(usize, bool, &'static str)> {
    let mut at = name;
    let (mut of, mut later) = (false, false);
    for _ in 0..14 {
        if at == 0 || text.ends(at - 1) {
            return None;
        }
        at -= 1;
        let word = text.word(at);
        if of && let Some(version) = family.version(word) {
            let said = at > 0 && matches!(text.word(at - 1), "version" | "versions" | "v") || word.starts_with('v');
            return said.then_some((at.saturating_sub(1), later || text.gap(at).starts_with('+'), version));
        }
        match word {
            "of" => of = true,
            "later" | "newer" | "better" | "higher" | "above" | "greater" => later = true,
            "the" | "terms" | "gnu" | "or" | "and" | "at" | "your" | "option" | "any" | "version" | "versions"
            | "only" | "license" | "a" => {}
            _ => return None,
        }
    }
    None
}

/// Whether behind the version at `at` later ones are allowed. Moves `end`, and adds further versions (`2 or 3`).
fn or_later(text: &Text, at: usize, end: &mut usize, family: Family, versions: &mut Vec<&'static str>) -> bool {
    if text.gap(at).starts_with('+') {
        return true;
    }
    let mut i = at + 1;
    let mut or = false;
    while i < text.len() && i - at < 24 {
        // `version 2, or (at your option) any later version`; a full stop ends it, but not that of `v.2`.
        if text.ends(i - 1) {
            return false;
        }
        let word = text.word(i);
        match word {
            "later" | "newer" | "better" | "higher" | "above" | "greater" | "subsequent" | "onwards" | "upwards"
            | "up" | "following" => {
                if !or && !matches!(word, "onwards" | "upwards") && !matches!(text.word(i - 1), "and" | "any") {
                    return false;
                }
                *end = i + 1 + usize::from(text.word(i + 1).starts_with("version"));
                return true;
            }
            "or" => or = true,
            "only" => {
                *end = i + 1;
                return false;
            }
            "of" | "the" | "license" | "gnu" | "general" | "public" | "gpl" | "lgpl" | "lesser" | "library" | "and"
            | "at" | "your" | "option" | "any" | "version" | "versions" | "to" | "its" | "choice" | "you" | "may"
            | "if" | "like" | "as" | "published" | "by" | "free" | "software" | "foundation" | "inc" | "fsf"
            | "either" | "a" | "v" | "in" | "opinion" | "choose" | "agpl" | "affero" => {}
            // `version 3 dated June, 2007`
            "dated" | "january" | "february" | "june" | "july" | "november" => {}
            _ if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) => {}
            // `version 2 or version 3`, also `version 2 of the License, or version 3`
            _ if or
                && matches!(text.word(i - 1), "or" | "version" | "versions" | "v")
                && family.version(word).is_some() =>
            {
                versions.extend(family.version(word));
                *end = i + 1;
                or = false;
                if text.gap(i).starts_with('+') {
                    return true;
                }
            }
            _ => return false,
        }
        i += 1;
    }
    false
}

fn or_later_words(text: &Text, at: usize) -> bool {
    text.reads(at, &["or", "later"]) || text.reads(at, &["or", "any", "later"])
}

/// What the sentence does with the licence; `None` where it says nothing of it (`GPL-compatible`).
fn force(text: &Text, start: usize, end: usize, name: &Name, open: bool) -> Option<Force> {
    if matches!(
        text.word(name.words.end),
        "compatible" | "incompatible" | "compliant" | "violation" | "violations" | "compatibility"
    ) {
        return None;
    }
    if text.before(start, 4, &["compatible", "incompatible", "than", "not", "neither", "against", "called"]).is_some() {
        return None;
    }
    // `Under Section 7 of GPL version 3, you are granted additional permissions` speaks of a section.
    if text.before(start, 4, &["section", "sections", "clause"]).is_some() {
        return None;
    }
    // Names of files and addresses: `common-licenses/GPL-2`, `COPYING.LGPL`, `www.gnu.org/licenses/gpl.html`.
    let before =
        text.words.at.get(name.words.start).and_then(|w| text.raw.as_bytes().get((w.0 as usize).wrapping_sub(1)));
    if matches!(before, Some(b'/' | b'.' | b'_' | b'-' | b'@'))
        && name.words.start > 0
        && text.gap(name.words.start - 1).len() == 1
    {
        // `LGPLv3+/GPLv2+` and `MIT/GPL` are names, though.
        let other = text.word(name.words.start - 1);
        let named = other.contains("gpl") || matches!(other, "mit" | "bsd" | "apache" | "mpl" | "artistic");
        if !(named || family_number(text, name.words.start)) {
            return None;
        }
    }
    let after = text.gap(name.words.end - 1).as_bytes();
    if open && matches!(after, [b'.', b'h' | b't', ..]) || (matches!(after, b"." | b"_") && name.words.end < text.len())
    {
        return None;
    }
    let quoted = text.before(start, 5, &["copy", "copies", "text", "texts", "see", "read", "found"]);
    if let Some(at) = quoted {
        let between = (at + 1..start).all(|i| {
            matches!(text.word(i), "of" | "the" | "a" | "gnu" | "full" | "complete" | "version" | "also" | "in")
        });
        if between {
            return Some(Force::Reference);
        }
    }
    if !open {
        // `The GPL-3 may be found in /usr/share/common-licenses/GPL-3`
        let granted = text.before(start, 12, &GRANTING).is_some();
        let found = (end..end + 8)
            .take_while(|&i| i < text.len() && !text.ends(i))
            .any(|i| matches!(text.word(i), "found" | "usr" | "file" | "included" | "distributed"));
        return Some(if found && !granted { Force::Reference } else { Force::Grant });
    }
    // Who explains what goes together with the GPL does not license by it.
    let near = |i: usize| matches!(text.word(i), "compatible" | "incompatible" | "compatibility");
    if (start.saturating_sub(30)..start).any(near) || (end..end + 14).any(near) {
        return Some(Force::Mention);
    }
    let granted = open_grant(text, start) || matches!(text.word(end), "licensed" | "license");
    Some(if granted { Force::Grant } else { Force::Mention })
}

/// Whether what stands before a name without a version grants: `under the terms of the`, `covered by the`, `License:`.
fn open_grant(text: &Text, start: usize) -> bool {
    let mut at = start;
    while at > 0 && !text.ends(at - 1) {
        at -= 1;
        match text.word(at) {
            "the" | "terms" | "of" | "gnu" | "conditions" | "a" | "an" | "following" | "either" | "both" | "same"
            | "permissive" | "more" | "and" | "or" => {}
            "under" | "licensed" | "license" | "licenses" | "licensing" | "within" | "uses" => return true,
            "by" | "to" | "is" | "in" | "with" => {
                return text
                    .before(at, 3, &["covered", "governed", "subject", "license", "licensed", "accordance", "comply"])
                    .is_some();
            }
            // Another name of the list that this one ends.
            word => {
                let name =
                    matches!(word, "mit" | "bsd" | "apache" | "mpl" | "artistic" | "isc") || word.contains("gpl");
                return name && text.before(at, 6, &["under", "licensed", "license"]).is_some();
            }
        }
    }
    // Behind the end of a sentence only a field's name grants: `License: GPL`.
    at > 0 && text.word(at - 1) == "license" && text.gap(at - 1).trim_start().starts_with(':')
}

/// Whether the word before belongs to a version (`2.1+/GPL`).
fn family_number(text: &Text, at: usize) -> bool {
    at > 0 && (text.word(at - 1).ends_with(|c: char| c.is_ascii_digit()) || text.gap(at - 1).starts_with('+'))
}

/// The GFDL says in its grant whether parts may not be changed.
fn invariants(text: &Text, family: Family, version: &str, later: bool, end: &mut usize) -> Expr {
    let suffix = if later { "or-later" } else { "only" };
    for i in *end..(*end + 30).min(text.len()) {
        if text.word(i) == "invariant" && text.word(i + 1).starts_with("section") {
            *end = i + 2;
            let kind = if i > 0 && text.word(i - 1) == "no" || i > 1 && text.word(i - 2) == "no" {
                "no-invariants"
            } else {
                "invariants"
            };
            return Expr::id(&format!("{}-{version}-{kind}-{suffix}", family.name()));
        }
    }
    family.id(version, later)
}
