//! Products whose licence stands in no file beside them: `products.tsv`, by purl and version.
//!
//! `license-db/README.md` says what the columns mean. The table is the weakest evidence there is; whoever asks says so in
//! the report.

use super::tables::{rows, table};
use crate::model::Ecosystem;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the table says of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// A canonical SPDX expression.
    pub expression: &'static str,
    /// What a reader should know; may be empty.
    pub note: &'static str,
}

/// The licence of a product that carries none, by the parts of its purl. `None` where the table does not know it or not in
/// this version.
pub fn product(ecosystem: Ecosystem, namespace: Option<&str>, name: &str, version: &str) -> Option<Product> {
    let key = key(ecosystem.as_str(), namespace, name);
    let products = &*PRODUCTS;
    let exact = products.exact.get(key.as_str()).into_iter().flatten();
    let begun = products.begun.iter().filter(|(begin, _)| key.starts_with(begin.as_str())).map(|(_, row)| row);
    let mut rows = exact.chain(begun).filter_map(|row| products.rows.get(*row));
    let row = rows.find(|row| row.conditions.iter().all(|c| c.holds(version)))?;
    Some(row.product)
}

/// One row.
struct Row {
    conditions: Vec<Condition>,
    product: Product,
}

/// The rows with two indexes: whole purls, and beginnings of purls.
#[derive(Default)]
struct Products {
    rows: Vec<Row>,
    exact: HashMap<String, Vec<usize>>,
    begun: Vec<(String, usize)>,
}

static PRODUCTS: LazyLock<Products> = LazyLock::new(read);

fn read() -> Products {
    let mut products = Products::default();
    for [purl, versions, expression, _source, note] in rows(table!("products.tsv")) {
        let (Some((ty, path)), Some(conditions)) =
            (purl.strip_prefix("pkg:").and_then(|p| p.split_once('/')), conditions(versions))
        else {
            continue;
        };
        let row = products.rows.len();
        match path.strip_suffix('*') {
            Some(begin) => products.begun.push((key(ty, None, begin), row)),
            None => products.exact.entry(key(ty, None, path)).or_default().push(row),
        }
        products.rows.push(Row { conditions, product: Product { expression, note } });
    }
    products
}

/// What is looked up: type and path in lower case, since names of Go's modules and of NuGet's packages differ in case for
/// no reason. The major version at the end of a Go module (`/v2`) is left out.
fn key(ty: &str, namespace: Option<&str>, name: &str) -> String {
    let path = match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    };
    let path = path.trim_matches('/');
    let path = match path.rsplit_once("/v") {
        Some((module, major)) if ty == "golang" && !major.is_empty() && major.bytes().all(|b| b.is_ascii_digit()) => {
            module
        }
        _ => path,
    };
    format!("{ty}/{path}").to_lowercase()
}

/// One condition on the version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    /// How the version compares with the limit, in any of these ways.
    orders: &'static [Ordering],
    limit: Vec<u64>,
}

impl Condition {
    fn holds(&self, version: &str) -> bool {
        numbers(version).is_some_and(|numbers| self.orders.contains(&compare(&numbers, &self.limit)))
    }
}

/// Reads `>=1.4 <2`; `None` where it is no condition.
fn conditions(text: &str) -> Option<Vec<Condition>> {
    const SIGNS: [(&str, &[Ordering]); 5] = [
        (">=", &[Ordering::Greater, Ordering::Equal]),
        ("<=", &[Ordering::Less, Ordering::Equal]),
        (">", &[Ordering::Greater]),
        ("<", &[Ordering::Less]),
        ("=", &[Ordering::Equal]),
    ];
    let one = |word: &str| {
        let (limit, orders) = SIGNS.iter().find_map(|(sign, orders)| Some((word.strip_prefix(sign)?, *orders)))?;
        Some(Condition { orders, limit: numbers(limit)? })
    };
    text.split_whitespace().map(one).collect()
}

/// The numbers at the start of a version, after a `v` or `go`; an underscore parts as a point does (`1.8.0_402`). What
/// follows them (`rc1`, `-beta2`, `+7`, `p221`) is not compared.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let version = version.trim();
    let version = version.strip_prefix("go").or(version.strip_prefix(['v', 'V'])).unwrap_or(version);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(version.len());
    // A number past 64 bits is greater than all that we compare it with.
    let numbers: Vec<u64> = version
        .get(..end)?
        .split(['.', '_'])
        .take_while(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect();
    (!numbers.is_empty()).then_some(numbers)
}

/// Compares number by number; missing ones are 0.
fn compare(a: &[u64], b: &[u64]) -> Ordering {
    let at = |list: &[u64], i: usize| list.get(i).copied().unwrap_or(0);
    (0..a.len().max(b.len())).map(|i| at(a, i).cmp(&at(b, i))).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::{db, expr};
    use crate::model::Class;

    #[test]
    fn every_row_is_read_and_canonical() {
        let mut last = "";
        let mut count = 0;
        for [purl, versions, expression, _source, _note, more] in rows(table!("products.tsv")) {
            count += 1;
            let parsed = expr::parse(expression).unwrap_or_else(|word| panic!("{purl}: {word}"));
            assert_eq!(parsed.to_string(), expression, "{purl}");
            assert_ne!(db::class_of(&parsed), Class::Unknown, "{purl}: {expression}");
            assert!(conditions(versions).is_some(), "{purl}: {versions}");
            assert!(more.is_empty(), "{purl} has a column too many");
            assert!(purl.starts_with("pkg:") && purl.contains('/') && !purl.contains('@'), "{purl}");
            assert!(!purl.trim_end_matches('*').contains('*'), "{purl}");
            assert!(purl >= last, "{purl} stands after {last}");
            last = purl;
        }
        assert_eq!(count, PRODUCTS.rows.len());
    }

    /// In words, not as an address: an address ages, and says nothing to who reads the table.
    #[test]
    fn every_row_has_a_source() {
        for [purl, versions, _expression, source] in rows(table!("products.tsv")) {
            assert!(!source.is_empty(), "{purl} {versions} has no source");
            assert!(!source.contains("://"), "{purl} {versions}: {source}");
        }
    }

    /// No version meets the conditions of two rows of one purl: every limit of the table, a little less and a little more.
    #[test]
    fn conditions_exclude_each_other() {
        let exact = PRODUCTS.exact.iter().map(|(purl, rows)| (purl.as_str(), rows.clone()));
        let begun = PRODUCTS.begun.iter().map(|(begin, _)| {
            let same = PRODUCTS.begun.iter().filter(|(other, _)| other == begin).map(|(_, row)| *row);
            (begin.as_str(), same.collect::<Vec<usize>>())
        });
        for (purl, rows) in exact.chain(begun) {
            let rows: Vec<&Row> = rows.iter().map(|r| &PRODUCTS.rows[*r]).collect();
            for limit in rows.iter().flat_map(|r| &r.conditions).map(|c| &c.limit) {
                let text: Vec<String> = limit.iter().map(u64::to_string).collect();
                let mut less = limit.clone();
                if let Some(n) = less.iter_mut().rev().find(|n| **n > 0) {
                    *n -= 1;
                }
                let less: Vec<String> = less.iter().map(u64::to_string).collect();
                for version in [text.join("."), format!("{}.1", text.join(".")), format!("{}.999", less.join("."))] {
                    let hits = rows.iter().filter(|r| r.conditions.iter().all(|c| c.holds(&version))).count();
                    assert!(hits <= 1, "{purl} {version} has {hits} rows");
                }
            }
            assert!(rows.len() == 1 || rows.iter().all(|r| !r.conditions.is_empty()), "{purl}");
        }
    }

    #[test]
    fn products_by_version() {
        let check = |ty, namespace, name, version, expected: Option<&str>| {
            let got = product(Ecosystem(ty), namespace, name, version).map(|p| p.expression);
            assert_eq!(got, expected, "{ty} {namespace:?} {name} {version}");
        };
        check("generic", None, "python", "3.11.2+", Some("Python-2.0.1"));
        check("generic", None, "python", "2.0", Some("Python-2.0"));
        check("generic", None, "python", "", None);
        check("generic", None, "busybox", "", Some("GPL-2.0-only"));
        check("generic", None, "openssl", "1.1.1w", Some("OpenSSL"));
        check("generic", None, "openssl", "3.0.0-beta2", Some("Apache-2.0"));
        check("generic", None, "openvpn", "2.6.3", Some("GPL-2.0-only WITH openvpn-openssl-exception"));
        check("generic", None, "openvpn", "2.6.14", Some("GPL-2.0-only"));
        check("generic", None, "php", "8.5.1", Some("PHP-3.01 AND Zend-2.0"));
        check("generic", None, "php-fpm", "8.6.0", Some("BSD-3-Clause"));
        check("generic", None, "redis", "7.2.4", Some("BSD-3-Clause"));
        check("generic", None, "redis", "7.4.0", Some("LicenseRef-RSALv2 OR SSPL-1.0"));
        check("generic", None, "redis", "8.0.1", Some("LicenseRef-RSALv2 OR SSPL-1.0 OR AGPL-3.0-only"));
        check("generic", None, "mongodb", "4.0.3", Some("AGPL-3.0-only"));
        check("generic", None, "mongodb", "3.6.9", Some("SSPL-1.0"));
        check("generic", None, "mongodb", "3.4.24", None);
        check("generic", None, "mongodb", "7.0.5", Some("SSPL-1.0"));
        check("generic", None, "ruby", "2.7.7p221", Some("Ruby OR BSD-2-Clause"));
        check("generic", None, "xz", "5.4.1", Some("LicenseRef-public-domain"));
        check("generic", Some("haskell"), "ghc", "9.4.7", Some("BSD-3-Clause"));
        check("generic", Some("oracle"), "openjdk", "17.0.10+7", Some("GPL-2.0-only WITH Classpath-exception-2.0"));
        check("generic", Some("oracle"), "jdk", "1.8.0_202", Some("LicenseRef-Oracle-BCLA-JavaSE"));
        check("generic", Some("oracle"), "jdk", "1.8.0_402-b06", Some("LicenseRef-Oracle-OTN"));
        // Free builds of Oracle's have this version, too; later updates are Oracle's own alone.
        check("generic", Some("oracle"), "jdk", "17.0.2+8", None);
        check("generic", Some("oracle"), "jdk", "17.0.12+8-LTS-286", Some("LicenseRef-proprietary"));
        check("generic", Some("oracle"), "jdk", "21.0.2", None);
        check("generic", Some("oracle"), "jre", "25.0.3", None);
        check("github", Some("fluent"), "fluent-bit", "3.0.2", Some("Apache-2.0"));
        check("golang", None, "stdlib", "1.22.5", Some("BSD-3-Clause"));
        check("golang", Some("github.com/hashicorp"), "vault", "v1.14.9", Some("MPL-2.0"));
        check("golang", Some("github.com/hashicorp"), "vault", "v1.15.0", Some("BUSL-1.1"));
        check("golang", Some("github.com/hashicorp"), "vault", "", None);
        check("golang", Some("github.com/traefik/traefik"), "v3", "", Some("MIT"));
        check("golang", Some("go.etcd.io/etcd/server"), "v3", "v3.5.9", Some("Apache-2.0"));
        check("golang", Some("github.com/Traefik"), "Traefik", "", Some("MIT"));
        check("nuget", None, "Microsoft.NETCore.App.Runtime.linux-x64", "8.0.1", Some("MIT"));
        check("nuget", None, "Microsoft.AspNetCore.App.Runtime.linux-x64", "5.0.17", Some("Apache-2.0"));
        check("nuget", None, "Microsoft.AspNetCore.App.Runtime.linux-x64", "8.0.1", Some("MIT"));
        check("npm", None, "python", "3.11.2", None);
        check("generic", None, "pythons", "3.11.2", None);
    }

    #[test]
    fn versions_compare_by_their_numbers() {
        let check = |version: &str, condition: &str, expected: bool| {
            let conditions = conditions(condition).unwrap();
            assert_eq!(conditions.iter().all(|c| c.holds(version)), expected, "{version} {condition}");
        };
        check("1.10", ">=1.9", true);
        check("1.9", "<1.10", true);
        check("1.9.0", "=1.9", true);
        check("1.9.0.1", "<=1.9", false);
        check("v1.9", ">1.8.99", true);
        check("go1.22rc1", ">=1.22", true);
        check("15beta4", ">=15 <16", true);
        check("6.9.11-60", ">6.9.11", false);
        check("1.8.0_402", ">=1.8.0_211", true);
        check("1..2", "=1", true);
        check("99999999999999999999999", ">1", true);
        check("", "<1", false);
        check("unknown", "<1", false);
        check("unknown", "", true);
        assert_eq!(conditions("1.2"), None);
        assert_eq!(conditions(">=x"), None);
    }
}
