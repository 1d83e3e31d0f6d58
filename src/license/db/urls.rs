//! Addresses that stand for a licence: `urls.tsv`, a few sites whose addresses hold the id, and the addresses that the
//! SPDX list gives for its licences.

use super::aliases::Alias;
use super::tables::{rows, table};
use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

static TABLE: LazyLock<HashMap<String, Alias>> = LazyLock::new(|| {
    rows(table!("urls.tsv"))
        .map(|[url, expression, flag, _note]| {
            (normal(url), Alias { expression, ambiguous: flag == "ambiguous", slashes: false })
        })
        .collect()
});

/// The list's own addresses; one that several licences share decides nothing.
static LIST: LazyLock<HashMap<String, Option<&'static str>>> = LazyLock::new(|| {
    let mut urls: HashMap<String, Option<&'static str>> = HashMap::new();
    for id in super::license_ids().filter(|id| super::replacement(id).is_none()) {
        let pages = id.parse::<&dyn license::License>().map_or(&[] as &[&str], |l| l.see_also());
        // Where a fragment says which of many licences a page means, the page says nothing.
        for url in pages.iter().filter(|url| !url.contains('#')) {
            urls.entry(normal(url)).and_modify(|known| *known = known.filter(|k| *k == id)).or_insert(Some(id));
        }
    }
    urls
});

/// Whether a word is an address.
pub fn is_url(word: &str) -> bool {
    ["http://", "https://", "www.", "git://", "ftp://"].iter().any(|start| {
        word.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)) && word.len() > start.len() + 3
    })
}

/// An address without what does not change where it leads: scheme, `www.`, case, fragment, ending.
fn normal(url: &str) -> String {
    let mut url = url.trim().to_ascii_lowercase();
    for scheme in ["https://", "http://", "git://", "ftp://"] {
        if let Some(rest) = url.strip_prefix(scheme) {
            url = rest.to_string();
        }
    }
    let url = url.strip_prefix("www.").unwrap_or(&url);
    // Archived pages stand for what they archive.
    let url = match url.strip_prefix("web.archive.org/web/").and_then(|rest| rest.split_once('/')) {
        Some((_, archived)) => return normal(archived),
        None => url,
    };
    let url = url.split('#').next().unwrap_or(url);
    let mut url = url.trim_end_matches(['/', '.', ',', ';', '>']);
    if !url.contains('(') {
        url = url.trim_end_matches([')', '/', '.']);
    }
    for ending in [".html", ".htm", ".txt", ".php", ".md", ".pdf", ".xhtml", ".en", "/legalcode", "/deed.en", "/deed"] {
        url = url.strip_suffix(ending).unwrap_or(url);
    }
    url.trim_end_matches('/').to_string()
}

/// What an address stands for.
pub enum Meaning {
    /// A row of the table, or an id of the list.
    Alias(Alias),
    /// Words to be read as a name or an expression, taken from the address.
    Words(String),
}

/// Sites whose addresses end in an id or an expression.
const ID_SITES: [&str; 8] = [
    "opensource.org/licenses/",
    "opensource.org/license/",
    "licenses.nuget.org/",
    "spdx.org/licenses/",
    "choosealicense.com/licenses/",
    "scancode-licensedb.aboutcode.org/",
    "directory.fsf.org/wiki/license:",
    "tldrlegal.com/license/",
];

/// What `url` stands for.
pub fn find(url: &str) -> Option<Meaning> {
    let normal = normal(url);
    if let Some(alias) = TABLE.get(&normal) {
        return Some(Meaning::Alias(*alias));
    }
    if let Some(words) = creative_commons(&normal) {
        return Some(Meaning::Words(words));
    }
    if let Some(id) = ID_SITES.iter().find_map(|site| normal.strip_prefix(site)) {
        let id = id.split('?').next().unwrap_or(id);
        // NuGet writes whole expressions into the address.
        return Some(Meaning::Words(percent_decoded(id)));
    }
    LIST.get(&normal)
        .copied()
        .flatten()
        .map(|id| Meaning::Alias(Alias { expression: id, ambiguous: false, slashes: false }))
}

/// `creativecommons.org/licenses/by-sa/4.0` as `CC-by-sa-4.0`; a part for a country follows the version.
fn creative_commons(normal: &str) -> Option<String> {
    let mut parts = normal.strip_prefix("creativecommons.org/licenses/")?.split('/');
    let (kind, version) = (parts.next()?, parts.next()?);
    let country = parts.next().filter(|c| !c.starts_with("deed")).map(|c| format!("-{c}")).unwrap_or_default();
    Some(format!("CC-{kind}-{version}{country}"))
}

fn percent_decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = text.replace("+or+", " or ").replace("+and+", " and ").replace("+with+", " with ");
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(u8::is_ascii);
        match code {
            Some(code) => out.push(char::from(code)),
            None => out.push('%'),
        }
        rest = if code.is_some() { after.get(2..).unwrap_or("") } else { after };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        let found = find(url).map(|m| match m {
            Meaning::Alias(alias) => alias.expression.to_string(),
            Meaning::Words(words) => words,
        });
        assert_eq!(found.as_deref(), expected, "{url}");
    }

    #[test]
    fn every_row_is_canonical_and_sorted() {
        let all: Vec<[&str; 4]> = rows(table!("urls.tsv")).collect();
        assert!(all.is_sorted_by(|a, b| a[0] < b[0]), "urls.tsv is not sorted");
        let mut seen = std::collections::BTreeSet::new();
        for [url, expression, _, _] in all {
            assert!(seen.insert(normal(url)), "{url} stands twice");
            assert_eq!(normal(url), url, "{url} is not in its shortest form");
            if expression != "NOASSERTION" {
                let printed = crate::license::expr::parse(expression).map(|e| e.to_string());
                assert_eq!(printed.as_deref(), Ok(expression), "{url}");
            }
        }
    }

    #[test]
    fn addresses() {
        check("https://www.apache.org/licenses/LICENSE-2.0.txt", Some("Apache-2.0"));
        check("http://www.apache.org/licenses/LICENSE-2.0", Some("Apache-2.0"));
        check("http://www.opensource.org/licenses/mit-license.php", Some("MIT"));
        check("https://creativecommons.org/licenses/by-sa/4.0/", Some("CC-by-sa-4.0"));
        check("https://creativecommons.org/publicdomain/zero/1.0/legalcode", Some("CC0-1.0"));
        check("https://licenses.nuget.org/(MIT%20OR%20Apache-2.0)", Some("(mit or apache-2.0)"));
        check("https://example.org/LICENSE", None);
    }
}
