//! Licences with their class, who has them, what they ask and their words; the texts that the image carries.

use super::{ClassName, LayerLink, PackageList, Seen, class_name};
use crate::emit::html::link;
use crate::emit::html::view::names::Names;
use crate::emit::html::words;
use crate::license::db::{self, obligations};
use crate::model::Expr;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct LicenseRow {
    anchor: String,
    id: Seen,
    name: Option<Seen>,
    url: Option<String>,
    class: ClassName,
    /// Why it has this class, where our table says it.
    note: Option<&'static str>,
    /// Packages whose conclusion has it, and that no choice settled another way.
    packages: PackageList,
    /// Further packages that offer it in a choice of which the policy took another branch.
    passed: PackageList,
    /// Further packages that declare or show it, but whose conclusion does not have it.
    others: PackageList,
    /// Packages without a row of their own, parts of others, that have it in any statement.
    parts: PackageList,
    /// Keys of what it asks, as the checklist has them.
    duties: Vec<&'static str>,
    text: Option<Text>,
    /// Another licence whose text is the same.
    same_text: Option<SameText>,
}

#[derive(Debug, Serialize)]
struct Text {
    words: Seen,
    /// Whether the SPDX list does not have it, so that its words stand nowhere else.
    own: bool,
}

#[derive(Debug, Serialize)]
struct SameText {
    id: Seen,
    anchor: String,
}

/// A licence text in the image.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct TextRow {
    hash: String,
    path: Seen,
    layer: Option<LayerLink>,
    expression: Option<Seen>,
    size: String,
    packages: usize,
    holders: usize,
}

/// The strictest first, for it needs eyes first; then the most used.
pub(super) fn licenses(names: &Names) -> Vec<LicenseRow> {
    let mut uses: Vec<_> = names.uses.iter().map(|(leaf, uses)| (names.report.class_of(leaf), *leaf, uses)).collect();
    uses.sort_by_key(|(class, _, uses)| (Reverse(*class), Reverse(uses.concluded.len()))); // stable: equals by id
    let mut known: HashMap<String, (Seen, String)> = HashMap::new();
    uses.into_iter()
        .map(|(class, leaf, uses)| {
            let id = leaf.to_string();
            let anchor = names.license_anchor(&id).cloned().unwrap_or_default();
            let (words, own) = text_of(leaf, names);
            let (text, same_text) = match words {
                None => (None, None),
                Some(words) => match known.get(&words) {
                    Some((id, anchor)) => (None, Some(SameText { id: id.clone(), anchor: anchor.clone() })),
                    None => {
                        let text = Text { words: Seen::text(&words), own };
                        known.insert(words, (Seen::line(&id), anchor.clone()));
                        (Some(text), None)
                    }
                },
            };
            LicenseRow {
                anchor,
                name: name_of(leaf, names).map(|n| Seen::line(&n)).filter(|n| n.0 != id),
                url: list_page(leaf),
                class: class_name(class),
                note: note_of(leaf),
                packages: names.list(&uses.concluded),
                passed: names.list(&uses.passed),
                others: names.list(&uses.others),
                parts: names.list(&uses.parts),
                duties: obligations::duties(leaf, class).iter().map(|d| d.key).collect(),
                text,
                same_text,
                id: Seen::line(&id),
            }
        })
        .collect()
}

/// The words of a licence, and whether the SPDX list does not have them.
fn text_of(leaf: &Expr, names: &Names) -> (Option<String>, bool) {
    match leaf {
        Expr::License { id, .. } => (db::license_info(id).map(|i| i.text.to_string()), false),
        Expr::Ref(id) => (names.report.refs.iter().find(|r| r.id == *id).map(|r| r.text.to_string()), true),
        Expr::With(inner, exception) => {
            let (text, own) = text_of(inner, names);
            let exception = db::exception_info(exception).map(|i| i.text);
            let joined = text.map(|text| exception.map_or(text.clone(), |e| format!("{text}\n\n{e}")));
            (joined, own)
        }
        Expr::And(_) | Expr::Or(_) => (None, false),
    }
}

fn name_of(leaf: &Expr, names: &Names) -> Option<String> {
    match leaf {
        Expr::License { id, .. } => db::license_info(id).map(|i| i.name.to_string()),
        Expr::Ref(id) => names.report.refs.iter().find(|r| r.id == *id).map(|r| r.name.to_string()),
        Expr::With(inner, exception) => {
            let exception = db::exception_info(exception).map_or(exception.to_string(), |i| i.name.to_string());
            name_of(inner, names).map(|name| format!("{name}, with {exception}"))
        }
        Expr::And(_) | Expr::Or(_) => None,
    }
}

fn note_of(leaf: &Expr) -> Option<&'static str> {
    let note = match leaf {
        Expr::License { id, .. } => db::license_info(id)?.note,
        Expr::With(_, exception) => db::exception_info(exception)?.note,
        _ => return None,
    };
    Some(note).filter(|n| !n.is_empty())
}

/// The page of a licence on the SPDX list.
fn list_page(leaf: &Expr) -> Option<String> {
    match leaf {
        Expr::License { id, .. } => Some(format!("https://spdx.org/licenses/{id}.html")),
        Expr::With(inner, _) => list_page(inner),
        _ => None,
    }
    .filter(|url| link::address(url).is_some())
}

/// Every text that the image carries, with where it lies.
pub(super) fn texts(names: &Names) -> Vec<TextRow> {
    let uses = names.texts();
    let mut rows: Vec<TextRow> = names
        .report
        .texts
        .iter()
        .map(|(id, text)| {
            let uses = uses.get(id);
            TextRow {
                hash: id.to_string(),
                path: Seen::line(uses.map_or("not in any package's evidence", |u| u.path)),
                layer: uses.and_then(|u| u.layer).map(|l| names.layer(l)),
                expression: text.expression.as_ref().map(|e| Seen::line(&e.to_string())),
                size: words::size(text.words.len() as u64),
                packages: uses.map_or(0, |u| u.packages.len()),
                holders: text.copyrights.len(),
            }
        })
        .collect();
    rows.sort_by(|a, b| (&a.path.0, &a.hash).cmp(&(&b.path.0, &b.hash)));
    rows
}
