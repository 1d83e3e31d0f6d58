//! Which distribution the image is.

use super::SourceFile;
use crate::model::{Distro, DistroFind, Find, Grammar};

/// Chooses among all files that name one: a visible os-release file first, then one that a later layer deleted (deleting it
/// does not make another distribution), then what older systems have. `order` lists the paths from best to worst, and how many
/// of them are os-release files.
pub fn choose(files: &[SourceFile], order: &[&str], os_release: usize) -> Option<Distro> {
    let rank = |path: &str| order.iter().position(|p| *p == path).unwrap_or(order.len());
    files
        .iter()
        .flat_map(|file| {
            file.found.finds.iter().filter_map(move |(_, find)| match find {
                Find::Distro(facts) if !facts.id.is_empty() => Some((file, facts)),
                _ => None,
            })
        })
        .min_by_key(|(file, _)| {
            let rank = rank(&file.path);
            let older = rank >= os_release;
            (older, file.span.to.is_some(), std::cmp::Reverse(file.span.to), rank, file.content)
        })
        .map(|(file, facts)| Distro {
            facts: facts.clone(),
            path: (&*file.path).into(),
            layer: file.content.layer,
            removed_by: file.span.to,
        })
}

/// Whether the distribution writes SPDX expressions in rpm's `License` tag, or Fedora's older names. Fedora changed with release
/// 39, Enterprise Linux with 10, SUSE long ago.
pub fn rpm_grammar(distro: Option<&DistroFind>) -> Grammar {
    let Some(distro) = distro else { return Grammar::RpmCallaway };
    let major: u32 =
        distro.version_id.as_deref().and_then(|v| v.split('.').next()).and_then(|v| v.parse().ok()).unwrap_or(0);
    let is =
        |names: &[&str]| names.contains(&&*distro.id) || distro.id_like.iter().any(|like| names.contains(&&**like));
    let suse = distro.id.contains("suse") || distro.id.starts_with("sle") || is(&["suse", "opensuse"]);
    let fedora = &*distro.id == "fedora" && major >= 39;
    let enterprise = &*distro.id != "fedora" && is(&["rhel", "centos"]) && major >= 10;
    if suse || fedora || enterprise { Grammar::RpmSpdx } else { Grammar::RpmCallaway }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rpm_tags_are_read_by_distribution() {
        let check = |id: &str, like: &[&str], version: &str, expected| {
            let distro = DistroFind {
                id: id.into(),
                id_like: like.iter().map(|s| (*s).into()).collect(),
                version_id: Some(version.into()),
                ..DistroFind::default()
            };
            assert_eq!(rpm_grammar(Some(&distro)), expected, "{id} {version}");
        };
        check("fedora", &[], "41", Grammar::RpmSpdx);
        check("fedora", &[], "36", Grammar::RpmCallaway);
        check("almalinux", &["rhel", "centos", "fedora"], "9.4", Grammar::RpmCallaway);
        check("rocky", &["rhel", "centos", "fedora"], "10.0", Grammar::RpmSpdx);
        check("sles", &["suse"], "15.5", Grammar::RpmSpdx);
        check("opensuse-leap", &["suse", "opensuse"], "15.5", Grammar::RpmSpdx);
    }
}
