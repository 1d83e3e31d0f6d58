//! What Cloud Native Buildpacks record: the label `io.buildpacks.lifecycle.metadata` holds JSON that names the topmost layer of the
//! run image by its diffID (Platform Interface Specification, "io.buildpacks.lifecycle.metadata").

use crate::model::{Base, BaseEvidence, Digest, Image};
use serde_json::Value;

const LABEL: &str = "io.buildpacks.lifecycle.metadata";

/// Reads the label.
pub(super) fn read(image: &Image) -> Option<Base> {
    let label: Value = serde_json::from_str(image.labels.get(LABEL)?).ok()?;
    let text = |pointer: &str| label.pointer(pointer).and_then(Value::as_str).filter(|s| !s.is_empty());
    let top = Digest::parse(text("/runImage/topLayer")?)?;
    let at = image.layers.iter().position(|l| l.diff_id.as_ref() == Some(&top))?;
    let reference = text("/runImage/reference");
    // `reference` is how the builder found it, mostly with a digest, with some a mere id of their own; `image` is its tag.
    let name = text("/runImage/image").or_else(|| text("/stack/runImage/image"));
    let repository = reference.filter(|r| r.contains('/')).map(|r| r.split('@').next().unwrap_or(r));
    Some(Base {
        layers: at as u32 + 1,
        name: name.or(repository).map(Into::into),
        digest: reference.and_then(|r| r.split('@').nth(1)).and_then(Digest::parse),
        evidence: BaseEvidence::Recorded,
        note: format!("the label {LABEL} names the topmost layer of its run image, layer {at}").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Layer;

    fn check(label: &str, expected: Option<(u32, Option<&str>, bool)>) {
        let diff_id = |n: u8| Some(Digest::sha256(&[n; 32]));
        let image = Image {
            labels: [(LABEL.into(), label.into())].into(),
            layers: (0..4).map(|n| Layer { index: n.into(), diff_id: diff_id(n), ..Layer::default() }).collect(),
            ..Image::default()
        };
        let base = read(&image);
        let found = base.as_ref().map(|b| (b.layers, b.name.as_deref(), b.digest.is_some()));
        assert_eq!(found, expected, "{label}");
    }

    #[test]
    fn the_topmost_layer_of_the_run_image_is_the_boundary() {
        let top = "sha256:0202020202020202020202020202020202020202020202020202020202020202";
        let reference = format!("registry.example/run@sha256:{}", "ab".repeat(32));
        check(
            &format!(
                r#"{{"runImage":{{"topLayer":"{top}","reference":"{reference}"}},"stack":{{"runImage":{{"image":"registry.example/run:jammy"}}}}}}"#
            ),
            Some((3, Some("registry.example/run:jammy"), true)),
        );
        check(
            &format!(r#"{{"runImage":{{"topLayer":"{top}","reference":"{reference}"}}}}"#),
            Some((3, Some("registry.example/run"), true)),
        );
        // A daemon's id is no name.
        let id = "5890f8ba95f680c87fcf89e51190098641b4f646102ce7ca906e7f83c84874dc";
        check(&format!(r#"{{"runImage":{{"topLayer":"{top}","reference":"{id}"}}}}"#), Some((3, None, false)));
    }

    #[test]
    fn a_layer_that_is_not_there_or_no_json_is_no_boundary() {
        check(&format!(r#"{{"runImage":{{"topLayer":"sha256:{}"}}}}"#, "ff".repeat(32)), None);
        check("{", None);
        check(r#"{"runImage":{"topLayer":7}}"#, None);
    }
}
