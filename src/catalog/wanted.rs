//! All catalogers' wants, compiled to one look-up a path.

use super::{Cataloger, Group, Want};
use foldhash::{HashMap, HashMapExt};

/// A predicate over a whole path and its base name.
type Like = fn(&str, &str) -> bool;

/// Answers which catalogers want a path.
#[derive(Debug)]
pub struct Wanted {
    table: &'static [Cataloger],
    paths: HashMap<&'static str, Vec<u16>>,
    names: HashMap<&'static str, Vec<u16>>,
    folders: HashMap<&'static str, Vec<(&'static str, u16)>>,
    suffixes: Vec<(&'static str, u16)>,
    likes: Vec<(Like, u16)>,
    programs: Vec<u16>,
    subfolders: Vec<(&'static str, &'static str, u16)>,
}

/// Smaller files are no programs: an ELF header alone has 52 bytes.
pub const MIN_PROGRAM_BYTES: u64 = 64;

/// Whether a file begins like a program or library: ELF, PE (by its DOS header), Mach-O (thin in both byte orders, and
/// universal ones, whose magic number is that of Java classes too: those have a version of 45 or more in its place of the
/// count).
pub fn is_program(head: &[u8]) -> bool {
    match head {
        [0x7f, b'E', b'L', b'F', ..] | [b'M', b'Z', ..] => true,
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => true,
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, count, ..] => *count < 40,
        _ => false,
    }
}

impl Wanted {
    /// Compiles the rows of a table that belong to one of the groups.
    pub fn new(table: &'static [Cataloger], groups: &[Group]) -> Wanted {
        let mut wanted = Wanted {
            table,
            paths: HashMap::new(),
            names: HashMap::new(),
            folders: HashMap::new(),
            suffixes: Vec::new(),
            likes: Vec::new(),
            programs: Vec::new(),
            subfolders: Vec::new(),
        };
        for (i, cataloger) in table.iter().enumerate().filter(|(_, c)| groups.contains(&c.group)) {
            let i = i as u16;
            for want in cataloger.wants {
                match want {
                    Want::Path(p) => wanted.paths.entry(p).or_default().push(i),
                    Want::Name(n) => wanted.names.entry(n).or_default().push(i),
                    Want::Folder { folder, suffix } => wanted.folders.entry(folder).or_default().push((suffix, i)),
                    Want::Suffix(s) => wanted.suffixes.push((s, i)),
                    Want::Like(f) => wanted.likes.push((*f, i)),
                    Want::Program => wanted.programs.push(i),
                    Want::Subfolders { folder, unless } => wanted.subfolders.push((folder, unless, i)),
                }
            }
        }
        wanted
    }

    /// Adds the rows that want this path to `out`, each once, in the order of the table.
    pub fn matching(&self, path: &str, out: &mut Vec<u16>) {
        let (folder, base) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(list) = self.paths.get(path) {
            out.extend(list);
        }
        if let Some(list) = self.names.get(base) {
            out.extend(list);
        }
        if let Some(list) = self.folders.get(folder) {
            out.extend(list.iter().filter(|(suffix, _)| base.ends_with(suffix)).map(|(_, i)| i));
        }
        out.extend(self.suffixes.iter().filter(|(s, _)| path.ends_with(s)).map(|(_, i)| i));
        out.extend(self.likes.iter().filter(|(f, _)| f(path, base)).map(|(_, i)| i));
        if out.len() > 1 {
            out.sort_unstable();
            out.dedup();
        }
    }

    /// The rows that want every program.
    pub fn programs(&self) -> &[u16] {
        &self.programs
    }

    /// Wants of folders by their names: the folder that they lie in, the file that is better evidence, row.
    pub fn subfolders(&self) -> &[(&'static str, &'static str, u16)] {
        &self.subfolders
    }

    /// The row.
    pub fn cataloger(&self, row: u16) -> &'static Cataloger {
        &self.table[row as usize]
    }

    /// Wants of exact paths, which a link may lead to, with their rows.
    pub fn exact_paths(&self) -> impl Iterator<Item = (&'static str, &[u16])> {
        self.paths.iter().map(|(p, rows)| (*p, rows.as_slice()))
    }

    /// Wants of whole folders, which a link may lead to: folder, suffix, row.
    pub fn exact_folders(&self) -> impl Iterator<Item = (&'static str, &'static str, u16)> {
        self.folders.iter().flat_map(|(f, list)| list.iter().map(|(s, row)| (*f, *s, *row)))
    }

    /// Whether a file begins like a package database or another file that is wanted by its exact path, so that a link may
    /// lead from there to a file of another name.
    pub fn looks_like_database(&self, head: &[u8], size: u64) -> bool {
        /// A `package.json` is small; other JSON may be huge.
        const MAX_JSON_BYTES: u64 = 128 << 10;
        const HEADS: [&[u8]; 9] = [
            b"Package: ",          // dpkg status
            b"SQLite format 3\0",  // rpm
            b"RpmP",               // rpm, NDB
            b"C:Q",                // apk installed
            b"P:",                 // apk installed, older
            b"NAME=",              // os-release
            b"PRETTY_NAME=",       // os-release
            b"ID=",                // os-release
            b"Metadata-Version: ", // Python
        ];
        // BerkeleyDB: the magic number of a hash database stands at byte 12 of its first page, in either byte order.
        let bdb = head.get(12..16).is_some_and(|m| m == [0x61, 0x15, 0x06, 0x00] || m == [0x00, 0x06, 0x15, 0x61]);
        bdb || HEADS.iter().any(|h| head.starts_with(h)) || (size <= MAX_JSON_BYTES && json_object(head))
    }
}

/// Whether it begins like a JSON object with a member: `package.json` in a content store.
fn json_object(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut rest = head.iter().filter(|b| !b.is_ascii_whitespace());
    rest.next() == Some(&b'{') && rest.next() == Some(&b'"')
}
