//! The archive in which a registry serves a package, as far as something in the image says what it hashes to.
//!
//! Left out: checksums of what is no such archive, whatever a database calls them: those of binary packages of the system (apk,
//! pacman, conda), of the contents of an archive (go.sum, NuGet's `contentHash`, Yarn's cache), of single installed files.

use super::Digest;

/// Most checksums that are kept of one archive; there are five algorithms.
const MAX_HASHES: usize = 8;

/// What an archive is to the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArchiveKind {
    /// What was installed came out of it.
    Package,
    /// It holds the source and is served beside built ones (Python's wheels); which of them was installed is not known.
    Source,
}

impl ArchiveKind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ArchiveKind::Package => "package",
            ArchiveKind::Source => "source",
        }
    }
}

/// Where a package was taken from, where a record of its installation says that it was no public registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Elsewhere {
    /// A commit of a repository.
    Commit {
        /// Its address, without the names and passwords that one may hold.
        repository: Box<str>,
        /// The commit, in hexadecimal.
        commit: Box<str>,
    },
    /// Anything else, in words that go behind "from": the name of another registry, `a local file`.
    Place(Box<str>),
}

/// An archive, and what it hashes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Archive {
    /// Its name at the registry: `left-pad-1.3.0.tgz`.
    pub file: Box<str>,
    /// What it is.
    pub kind: ArchiveKind,
    /// Its checksums, sorted, one an algorithm.
    pub hashes: Vec<Digest>,
}

impl Archive {
    /// `None` where there is no checksum, or two of one algorithm: then at least one of them is wrong.
    pub fn new(file: &str, kind: ArchiveKind, hashes: impl IntoIterator<Item = Digest>) -> Option<Archive> {
        let mut hashes: Vec<Digest> = hashes.into_iter().collect();
        hashes.sort();
        hashes.dedup();
        let twice = hashes
            .windows(2)
            .any(|pair| pair.iter().map(Digest::algorithm).min() == pair.last().map(Digest::algorithm));
        let good = !file.is_empty() && !hashes.is_empty() && hashes.len() <= MAX_HASHES && !twice;
        good.then(|| Archive { file: file.into(), kind, hashes })
    }

    /// Whether a file of Python's index is a source distribution, by its name (PEP 527, PEP 625).
    pub fn is_sdist(file: &str) -> bool {
        [".tar.gz", ".zip", ".tar.bz2", ".tgz"].iter().any(|ending| file.len() > ending.len() && file.ends_with(ending))
    }

    /// What several records say together; `None` where two of them contradict each other, for then none can be trusted.
    pub fn agreed<'a>(records: impl IntoIterator<Item = &'a Archive>) -> Option<Archive> {
        let mut records = records.into_iter();
        let first = records.next()?;
        let mut hashes = first.hashes.clone();
        for other in records {
            if (&other.file, other.kind) != (&first.file, first.kind) {
                return None;
            }
            hashes.extend_from_slice(&other.hashes);
        }
        Archive::new(&first.file, first.kind, hashes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(file: &str, hashes: &[&str]) -> Option<Archive> {
        Archive::new(file, ArchiveKind::Package, hashes.iter().map(|h| Digest::parse(h).unwrap()))
    }

    fn sha1(digit: char) -> String {
        format!("sha1:{}", digit.to_string().repeat(40))
    }

    fn sha256(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    #[test]
    fn records_add_to_each_other_or_none_counts() {
        let (one, two) = (sha1('a'), sha256('b'));
        let both = archive("x.tgz", &[&two, &one, &one]).unwrap();
        assert_eq!(both.hashes.iter().map(Digest::as_str).collect::<Vec<_>>(), [&*one, &*two]);
        let records = [archive("x.tgz", &[&one]).unwrap(), archive("x.tgz", &[&two]).unwrap()];
        assert_eq!(Archive::agreed(&records), Some(both.clone()));
        for other in [archive("x.tgz", &[&sha1('c')]), archive("y.tgz", &[&one])] {
            assert_eq!(Archive::agreed([&both, &other.unwrap()]), None);
        }
        assert_eq!(Archive::agreed([]), None);
    }

    #[test]
    fn an_archive_has_a_name_and_one_checksum_an_algorithm() {
        assert_eq!(archive("x", &[]), None);
        assert_eq!(archive("", &[&sha1('a')]), None);
        assert_eq!(archive("x", &[&sha1('a'), &sha256('b'), &sha1('c')]), None);
    }
}
