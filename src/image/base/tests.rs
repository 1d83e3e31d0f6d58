use super::*;
use crate::model::History;

fn image(layers: &[u8], history: &[(&str, bool)]) -> Image {
    let layer =
        |(i, n): (usize, &u8)| Layer { index: i as u32, diff_id: Some(Digest::sha256(&[*n; 32])), ..Layer::default() };
    let step = |(by, empty): &(&str, bool)| History { created_by: (*by).into(), empty_layer: *empty, comment: None };
    Image {
        layers: layers.iter().enumerate().map(layer).collect(),
        history: history.iter().map(step).collect(),
        ..Image::default()
    }
}

const STEPS: [(&str, bool); 3] = [("ADD rootfs.tar /", false), ("CMD [\"sh\"]", true), ("COPY a b", false)];

fn empty() -> Store {
    Store::Archive { members: Default::default(), links: Default::default() }
}

/// Number of layers, evidence, name; then the codes of the issues.
fn check(image: &Image, expected: Option<(u32, &str, &str)>, codes: &[&str]) {
    let mut issues = Vec::new();
    let told = told(&empty(), image, &mut issues);
    let mut image = image.clone();
    settle(&mut image, None, told, &mut issues);
    let base = image.base.as_ref();
    let found = base.map(|b| (b.layers, b.evidence.as_str(), b.name.as_deref().unwrap_or("")));
    assert_eq!(found, expected);
    assert_eq!(issues.iter().map(|i| i.code.0).collect::<Vec<_>>(), codes);
    let sides: Vec<Option<&str>> = image.layers.iter().map(|l| l.origin).collect();
    let side = |i: usize| expected.map(|(n, ..)| if i < n as usize { "base" } else { "app" });
    assert_eq!(sides, (0..image.layers.len()).map(side).collect::<Vec<_>>());
}

#[test]
fn a_name_has_its_boundary_from_the_history() {
    let mut named = image(&[1, 2], &STEPS);
    named.labels.insert(BASE_NAME.into(), "registry.example/handed-down:1".into());
    check(&named, Some((1, "named", "registry.example/handed-down:1")), &[]);
    named.annotations.insert(BASE_NAME.into(), " registry.example/alpine:3.20 ".into());
    check(&named, Some((1, "named", "registry.example/alpine:3.20")), &[]);
    named.history.clear();
    check(&named, None, &["base-end-unknown"]);
}

#[test]
fn the_history_alone_is_the_last_resort() {
    check(&image(&[1, 2], &STEPS), Some((1, "history", "")), &[]);
    check(&image(&[1, 2], &[]), None, &[]);
    check(&image(&[1], &STEPS[..2]), None, &[]);
}

#[test]
fn a_builders_record_goes_before_names_and_history() {
    let mut built = image(&[1, 2, 3], &[STEPS[0], STEPS[1], STEPS[2], STEPS[2]]);
    built.annotations.insert(BASE_NAME.into(), "registry.example/alpine".into());
    let label =
        format!(r#"{{"runImage":{{"topLayer":"{}","image":"registry.example/run"}}}}"#, Digest::sha256(&[2; 32]));
    built.labels.insert("io.buildpacks.lifecycle.metadata".into(), label.into());
    check(&built, Some((2, "recorded", "registry.example/run")), &[]);
}

#[test]
fn sure_sources_that_differ_are_an_issue_and_guesses_are_not() {
    let base = |layers, evidence| Base { layers, name: None, digest: None, evidence, note: "read".into() };
    for (other, codes) in [
        (base(2, BaseEvidence::Recorded), &["base-differs"][..]),
        (base(1, BaseEvidence::Recorded), &[]),
        (base(2, BaseEvidence::History), &[]),
    ] {
        let mut issues = Vec::new();
        let mut image = image(&[1, 2, 3], &[]);
        settle(&mut image, Some(base(1, BaseEvidence::Given)), vec![other], &mut issues);
        assert_eq!(image.base.map(|b| b.layers), Some(1));
        assert_eq!(issues.iter().map(|i| i.code.0).collect::<Vec<_>>(), codes);
    }
}

#[test]
fn layers_are_the_same_by_their_diff_ids() {
    let by = |diff_id: Option<u8>, digest: Option<u8>| Layer {
        diff_id: diff_id.map(|n| Digest::sha256(&[n; 32])),
        digest: digest.map(|n| Digest::sha256(&[n; 32])),
        ..Layer::default()
    };
    assert!(same_layer(&by(Some(1), Some(2)), &by(Some(1), Some(3))));
    assert!(!same_layer(&by(Some(1), Some(2)), &by(Some(4), Some(2))));
    assert!(same_layer(&by(None, Some(2)), &by(Some(4), Some(2))));
    assert!(!same_layer(&by(None, None), &by(None, None)));
}
