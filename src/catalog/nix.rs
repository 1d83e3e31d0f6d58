//! Nix packages, from the database of valid store paths, `nix/var/nix/db/db.sqlite`; in an image without it
//! (`dockerTools.buildImage` without `includeNixDB`) from the names of the folders in `nix/store`.
//!
//! A store path is called `<hash>-<name>-<version>[-<output>]`. Paths with the same deriver are the outputs of one build
//! (`-bin`, `-dev`, `-man`) and one package. Left out: what is no package although it is in the store (derivations, sources,
//! patches, hooks, anything without a version). Nix installs no statement of a licence. Specification: the Nix manual, "Store
//! path"; `builtins.parseDrvName`; the schema is Nix's `schema.sql`.

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, paths, sqlite};
use crate::model::{Ecosystem, Find, OwnedFile, OwnedKind, PackageFind, Requirement, Severity};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "nix",
    group: Group::Installed,
    wants: &[
        Want::Path(DATABASE),
        Want::Suffix("/nix/var/nix/db/db.sqlite"),
        Want::Subfolders { folder: "nix/store", unless: DATABASE },
    ],
    parse,
};

/// Where the database is.
const DATABASE: &str = "nix/var/nix/db/db.sqlite";

/// Most rows read of a table: a whole NixOS has some 20,000 paths and ten references each.
const MAX_ROWS: usize = 2_000_000;

/// Longest store path; Nix allows names of 211 bytes.
const MAX_PATH: usize = 1024;

/// How the names of outputs end beside the default one (nixpkgs, "Multiple-output packages").
const OUTPUTS: [&str; 17] = [
    "bin", "data", "debug", "dev", "devdoc", "devman", "dist", "doc", "info", "lib", "man", "modules", "out", "py",
    "python", "static", "terminfo",
];

/// What a store path that is no package's ends with: derivations, fetched sources, patches, single files.
const NO_PACKAGES: [&str; 26] = [
    ".bash", ".bz2", ".c", ".conf", ".crate", ".diff", ".drv", ".gem", ".gz", ".h", ".jar", ".json", ".lock", ".nix",
    ".patch", ".pl", ".py", ".service", ".sh", ".tar", ".tgz", ".whl", ".xml", ".xz", ".zip", ".zst",
];

/// What a store path says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorePath<'a> {
    /// The folder's name, whole.
    pub base: &'a str,
    /// The name.
    pub name: &'a str,
    /// The version.
    pub version: &'a str,
}

/// Reads the name of a folder in the store; `None` where it is no package. The last part of the version is taken as the
/// output where it is called as one.
pub fn store_path(base: &str) -> Option<StorePath<'_>> {
    let (hash, rest) = base.split_at_checked(32)?;
    let rest = rest.strip_prefix('-')?;
    // Nix's own alphabet: no e, o, t, u.
    let good = hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'z') && !b"eotu".contains(&b));
    if !good || NO_PACKAGES.iter().any(|end| rest.ends_with(end)) {
        return None;
    }
    // The version begins behind the first hyphen that no letter follows.
    let at = rest
        .match_indices('-')
        .map(|(at, _)| at)
        .find(|at| rest.as_bytes().get(at + 1).is_some_and(|next| !next.is_ascii_alphabetic()))?;
    let (name, version) = (rest.get(..at)?, rest.get(at + 1..)?);
    let version = match version.rsplit_once('-') {
        Some((before, output)) if OUTPUTS.contains(&output) => before,
        _ => version,
    };
    let sound = version.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty();
    (sound && decode::token(name).is_some() && decode::token(version).is_some()).then_some(StorePath {
        base,
        name,
        version,
    })
}

/// A row of `ValidPaths`.
struct Row {
    path: String,
    deriver: Option<String>,
}

/// Reads the database, or the name of a folder in the store.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if paths::parent(input.path) == "nix/store" {
        return folder(input.path);
    }
    if !sqlite::recognises(input.bytes) {
        parsed.file_issue("looked for the database of a Nix store and found no SQLite file");
        return parsed;
    }
    // The store is beside the folder `var`, in an image that holds a root below another folder too.
    let store = match input.path.strip_suffix("var/nix/db/db.sqlite") {
        Some(root) => format!("{root}store"),
        None => "nix/store".to_owned(),
    };
    let result = sqlite::open(input.bytes).and_then(|connection| {
        let rows = valid_paths(&connection, &mut parsed)?;
        let references = references(&connection, &mut parsed)?;
        Ok((rows, references))
    });
    match result {
        Ok((rows, references)) => packages(&rows, &references, &store, &mut parsed),
        // Its message may quote the schema.
        Err(why) => {
            let why = decode::shown(&sqlite::plain(&why));
            parsed.file_issue(format!("could not read the SQLite database: {why}"));
        }
    }
    parsed
}

/// Whether it is a plain table with these columns: a view, a virtual table or a computed column would run what somebody
/// put in the schema.
fn is_table(connection: &Connection, table: &str, columns: &[&str]) -> rusqlite::Result<bool> {
    let count = |query: &str, name: &str| connection.query_row(query, [table, name], |row| row.get::<_, i64>(0));
    let tables = "SELECT count(*) FROM pragma_table_list(?1) WHERE schema = 'main' AND type = ?2";
    let plain = "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE lower(name) = ?2 AND hidden = 0";
    let mut good = count(tables, "table")? == 1;
    for column in columns {
        good &= count(plain, column)? == 1;
    }
    Ok(good && count("SELECT count(*) FROM pragma_table_xinfo(?1) WHERE lower(name) = ?2", "rowid")? == 0)
}

fn valid_paths(connection: &Connection, parsed: &mut Parsed) -> rusqlite::Result<BTreeMap<i64, Row>> {
    let mut rows = BTreeMap::new();
    if !is_table(connection, "ValidPaths", &["id", "path", "deriver"])? {
        parsed.file_issue(
            "found no table of store paths; its pages may still be in the write-ahead log, which is not read",
        );
        return Ok(rows);
    }
    // What is longer than a path can be is not fetched: SQLite would go round a circle of pages to make it as long.
    let query = "SELECT rowid, CASE WHEN octet_length(path) <= ?1 THEN CAST(path AS BLOB) END, \
                 CASE WHEN octet_length(deriver) <= ?1 THEN CAST(deriver AS BLOB) END FROM ValidPaths NOT INDEXED";
    let mut statement = connection.prepare(query)?;
    let mut found = statement.query([MAX_PATH as i64])?;
    let mut last = None;
    while let Some(row) = found.next()? {
        let id = row.get::<_, i64>(0)?;
        // The table is kept in the order of these, so that pages which run in a circle show here.
        if last.is_some_and(|last| id <= last) || rows.len() >= MAX_ROWS {
            let message = "the table of store paths is out of order or too long; stopped reading it";
            parsed.issue(RECORD_LIMIT, Severity::Error, message);
            break;
        }
        last = Some(id);
        let text = |at: usize| -> rusqlite::Result<Option<String>> {
            Ok(row.get_ref(at)?.as_bytes_or_null().ok().flatten().map(|b| String::from_utf8_lossy(b).into_owned()))
        };
        match text(1)? {
            Some(path) => drop(rows.insert(id, Row { path, deriver: text(2)? })),
            None => parsed.record_lost(format!("store path {id} has no valid name and was left out")),
        }
    }
    Ok(rows)
}

/// From a path to those that it refers to.
fn references(connection: &Connection, parsed: &mut Parsed) -> rusqlite::Result<HashMap<i64, Vec<i64>>> {
    let mut out: HashMap<i64, Vec<i64>> = HashMap::new();
    if !is_table(connection, "Refs", &["referrer", "reference"])? {
        return Ok(out);
    }
    let mut statement = connection.prepare("SELECT referrer, reference FROM Refs NOT INDEXED")?;
    let mut rows = statement.query([])?;
    let mut count = 0_usize;
    while let Some(row) = rows.next()? {
        count += 1;
        if count > MAX_ROWS {
            parsed.issue(RECORD_LIMIT, Severity::Error, "the table of references is too long; stopped reading it");
            break;
        }
        if let (Ok(from), Ok(to)) = (row.get(0), row.get(1)) {
            out.entry(from).or_default().push(to);
        }
    }
    Ok(out)
}

fn packages(rows: &BTreeMap<i64, Row>, references: &HashMap<i64, Vec<i64>>, store: &str, parsed: &mut Parsed) {
    // By deriver; a path without one stands for itself.
    let mut builds: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    // (Derivations are in the store as well, and are not outputs of themselves.)
    for (id, row) in rows.iter().filter(|(_, row)| !row.path.ends_with(".drv")) {
        let deriver = row.deriver.as_deref().filter(|d| !d.is_empty()).unwrap_or(&row.path);
        builds.entry(paths::base(deriver)).or_default().push(*id);
    }
    for (deriver, ids) in builds {
        let base_of = |id: &i64| rows.get(id).map(|row| paths::base(&row.path)).filter(|b| decode::token(b).is_some());
        let bases: Vec<&str> = ids.iter().filter_map(base_of).collect();
        let named = |base: &str| store_path(base).map(|s| (s.name.to_owned(), s.version.to_owned()));
        // The derivation's name has no output in it. It is no evidence that there is a package: an output must be one.
        let said = deriver.strip_suffix(".drv").and_then(named);
        let Some((name, version)) = bases.iter().find_map(|base| named(base)).map(|own| said.unwrap_or(own)) else {
            continue;
        };
        let own: BTreeSet<i64> = ids.iter().copied().collect();
        let needed: BTreeSet<i64> =
            ids.iter().filter_map(|id| references.get(id)).flatten().copied().filter(|id| !own.contains(id)).collect();
        let requires = needed.iter().filter_map(base_of);
        // The default output is the one with the shortest name.
        let folder = bases.iter().min_by_key(|base| (base.len(), **base)).and_then(|base| paths::resolve(store, base));
        parsed.finds.push(Find::package(PackageFind {
            ecosystem: Ecosystem("nix"),
            texts: bases.iter().flat_map(|base| texts(&format!("{store}/{base}"), &name)).collect(),
            text_folder: folder,
            files: bases.iter().filter_map(|base| owned(&format!("{store}/{base}"))).collect(),
            name: name.into(),
            version: version.into(),
            provides: bases.iter().map(|base| (*base).into()).collect(),
            requires: requires.map(|base| Requirement::AnyOf(vec![base.into()])).collect(),
            ..PackageFind::default()
        }));
    }
}

/// A path of the store is the package's with all that is in it.
fn owned(folder: &str) -> Option<OwnedFile> {
    Some(OwnedFile { path: paths::resolve("", folder)?, kind: OwnedKind::Folder })
}

/// A folder of the store, in an image without the database. Its outputs come together by name and version.
fn folder(path: &str) -> Parsed {
    let mut parsed = Parsed::default();
    if let Some(found) = store_path(paths::base(path)) {
        parsed.finds.push(Find::package(PackageFind {
            ecosystem: Ecosystem("nix"),
            texts: texts(path, found.name),
            text_folder: Some(path.into()),
            files: owned(path).into_iter().collect(),
            name: found.name.into(),
            version: found.version.into(),
            ..PackageFind::default()
        }));
    }
    parsed
}

/// Where the few packages that install their licence put it.
fn texts(folder: &str, name: &str) -> Vec<Box<str>> {
    ["share/licenses", "share/doc"]
        .iter()
        .flat_map(|place| ["LICENSE", "COPYING"].map(|file| format!("{place}/{name}/{file}")))
        .filter_map(|path| paths::resolve(folder, &path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::MAIN_DB;

    #[test]
    fn folders_of_the_store_stand_for_packages() {
        let read = |base: &str| {
            let path = format!("nix/store/{HASH}-{base}");
            let found = parse(&Input { path: &path, bytes: b"" }).finds;
            found
                .into_iter()
                .map(|f| match f {
                    Find::Package(p) => {
                        assert_eq!((&*p.files[0].path, p.files[0].kind), (path.as_str(), OwnedKind::Folder));
                        format!("{} {}", p.name, p.version)
                    }
                    other => panic!("{other:?}"),
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(read("curl-8.4.0-bin"), ["curl 8.4.0"]);
        assert_eq!(read("source"), [""; 0]);
    }

    /// As Nix 2.8 makes it; verified on a database that its `nix-store` wrote.
    const SCHEMA: &str = "CREATE TABLE ValidPaths (id integer primary key autoincrement not null, path text unique not null, \
        hash text not null, registrationTime integer not null, deriver text, narSize integer, ultimate integer, sigs text, \
        ca text); CREATE TABLE Refs (referrer integer not null, reference integer not null, primary key (referrer, reference));";

    const HASH: &str = "g88ddzxa53s59aanf6gskdqcm79vj18d";

    fn database(script: &str) -> Vec<u8> {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(script).unwrap();
        let mut bytes = connection.serialize(MAIN_DB).unwrap().to_vec();
        // Real ones are in write-ahead mode.
        bytes[18..20].fill(2);
        bytes
    }

    fn read(bytes: &[u8]) -> Parsed {
        parse(&Input { path: "nix/var/nix/db/db.sqlite", bytes })
    }

    fn store(rows: &[(&str, Option<&str>)], refs: &[(i64, i64)]) -> Vec<u8> {
        let mut script = SCHEMA.to_owned();
        for (base, deriver) in rows {
            let deriver = deriver.map_or("NULL".into(), |d| format!("'/nix/store/{HASH}-{d}'"));
            script += &format!(
                "INSERT INTO ValidPaths (path, hash, registrationTime, deriver) VALUES ('/nix/store/{HASH}-{base}', 'x', 1, {deriver});"
            );
        }
        for (from, to) in refs {
            script += &format!("INSERT INTO Refs VALUES ({from}, {to});");
        }
        database(&script)
    }

    #[test]
    fn store_paths() {
        let check = |rest: &str, expected: Option<(&str, &str)>| {
            let base = format!("{HASH}-{rest}");
            assert_eq!(store_path(&base).map(|s| (s.name, s.version)), expected, "{rest}");
        };
        check("zlib-1.3.1", Some(("zlib", "1.3.1")));
        check("openssl-3.0.14-bin", Some(("openssl", "3.0.14")));
        check("glibc-2.39-52", Some(("glibc", "2.39-52")));
        check("python3.11-requests-2.31.0", Some(("python3.11-requests", "2.31.0")));
        check("perl5.38.2-HTTP-Daemon-6.16-devdoc", Some(("perl5.38.2-HTTP-Daemon", "6.16")));
        check("foo-unstable-2023-01-02", Some(("foo-unstable", "2023-01-02")));
        check("gcc-13.2.0-lib", Some(("gcc", "13.2.0")));
        check("zlib-1.3.1.drv", None);
        check("zlib-1.3.1.tar.gz", None);
        check("fix-1.patch", None);
        check("source", None);
        check("hook", None);
        check("a--1", None);
        check("-1", None);
        assert_eq!(store_path("short-1.0"), None);
        assert_eq!(store_path(&format!("{}-x-1", "e".repeat(32))), None);
        assert_eq!(store_path(&"\u{1f4a9}".repeat(20)), None);
    }

    #[test]
    fn outputs_of_one_build_are_one_package() {
        let bytes = store(
            &[
                ("zlib-1.3.1.drv", None),
                ("zlib-1.3.1", Some("zlib-1.3.1.drv")),
                ("zlib-1.3.1-dev", Some("zlib-1.3.1.drv")),
                ("openssl-3.0.14-odd", Some("openssl-3.0.14.drv")),
                ("source", Some("source.drv")),
                ("wrapper", Some("x-1.0.drv")),
                ("bash-5.2", None),
            ],
            &[(3, 2), (4, 2), (4, 4), (4, 7), (9, 9)],
        );
        let found = read(&bytes);
        assert_eq!(found.issues, []);
        let packages: Vec<&PackageFind> =
            found.finds.iter().map(|f| if let Find::Package(p) = f { &**p } else { panic!("{f:?}") }).collect();
        let purls: Vec<String> = packages.iter().map(|p| crate::purl::purl(p, None).unwrap()).collect();
        assert_eq!(purls, ["pkg:nix/bash@5.2", "pkg:nix/openssl@3.0.14", "pkg:nix/zlib@1.3.1"]);
        let any = |base: &str| Requirement::AnyOf(vec![format!("{HASH}-{base}").into()]);
        assert_eq!(packages[1].requires, [any("zlib-1.3.1"), any("bash-5.2")]);
        assert_eq!(packages[2].requires, []);
        assert_eq!(packages[2].provides.len(), 2);
        assert_eq!(packages[2].text_folder.as_deref(), Some(&*format!("nix/store/{HASH}-zlib-1.3.1")));
        assert!(packages[2].texts.contains(&format!("nix/store/{HASH}-zlib-1.3.1-dev/share/doc/zlib/LICENSE").into()));
    }

    #[test]
    fn broken_databases() {
        let check = |bytes: &[u8], finds: usize, issues: usize| {
            let found = read(bytes);
            assert_eq!((found.finds.len(), found.issues.len()), (finds, issues), "{:?}", found.issues);
        };
        check(b"", 0, 1);
        check(b"SQLite format 3\0", 0, 1);
        check(&database("CREATE TABLE x (y)"), 0, 1);
        check(&database("CREATE VIEW ValidPaths AS SELECT 1 AS id, 'x' AS path, 'y' AS deriver"), 0, 1);
        check(&database("CREATE TABLE ValidPaths (id, path, deriver, rowid)"), 0, 1);
        let odd = format!("{SCHEMA} INSERT INTO ValidPaths VALUES (1, zeroblob(5000), 'x', 1, NULL, 1, 1, '', '');");
        check(&database(&odd), 0, 1);
        let whole = store(&[("zlib-1.3.1", None)], &[]);
        for end in (0..whole.len()).step_by(97) {
            read(&whole[..end]);
            let mut bent = whole.clone();
            bent[end] ^= 0x55;
            read(&bent);
        }
    }
}
