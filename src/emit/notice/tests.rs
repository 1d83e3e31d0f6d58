use super::*;
use crate::emit::fixture::{self, HOSTILE};
use crate::model::{BaseEvidence, Expr};

fn written(report: &Report, format: NoticeFormat, split: Option<Split>) -> String {
    let mut out = Vec::new();
    write(report, &NoticeOptions { format, split }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_package_stands_there_and_every_text_once() {
    let report = fixture::report();
    let notices = Notices::of(&report, None);
    let purls: Vec<&str> = notices.sections[0].packages.iter().map(|p| p.purl.as_str()).collect();
    assert_eq!(purls.len(), report.shown().count());
    assert!(notices.sections[0].packages.iter().any(|p| p.has_hidden), "hidden packages are distributed too");
    let mut titles: Vec<&str> = notices.texts.iter().map(|t| t.title.as_str()).collect();
    let all = titles.len();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), all);
    let named: Vec<usize> = notices.sections[0].packages.iter().flat_map(|p| p.texts.clone()).collect();
    for text in &notices.texts {
        assert!(named.contains(&text.number), "nobody names text {}", text.number);
        assert!(!text.words.is_empty(), "{}", text.title);
    }
}

#[test]
fn the_words_of_the_list_stand_in_for_those_that_are_not_there() {
    let mut report = fixture::large(3);
    for (package, expression) in report.packages.iter_mut().zip([
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "GPL-2.0-only AND MIT",
        "LicenseRef-nowhere",
    ]) {
        package.licensing = crate::model::Licensing::default();
        package.licensing.concluded = Some(crate::license::expr::parse(expression).unwrap()).into();
    }
    let notices = Notices::of(&report, None);
    let packages = &notices.sections[0].packages;
    // The GNU text is one, whatever is said of later versions.
    assert_eq!(packages.iter().map(|p| p.texts.clone()).collect::<Vec<_>>(), [vec![1, 2], vec![1, 3], vec![]]);
    assert_eq!(packages[2].wordless, ["LicenseRef-nowhere"]);
    assert!(notices.texts[0].words.contains("GNU GENERAL PUBLIC LICENSE"));
    assert!(notices.texts[1].title.starts_with("Classpath exception 2.0"));
    assert!(notices.texts[2].words.contains("Permission is hereby granted"));
}

#[test]
fn a_text_of_the_image_comes_first() {
    let report = fixture::report();
    let notices = Notices::of(&report, None);
    let carries = |p: &crate::model::Package| {
        p.licensing
            .evidence
            .iter()
            .any(|e| e.text.is_some() && e.method.starts_with("text") && e.expression == Some(Expr::id("MIT")))
    };
    for (item, (_, package)) in notices.sections[0].packages.iter().zip(report.shown()) {
        if carries(package) && package.licensing.concluded.expression() == Some(&Expr::id("MIT")) {
            let titles: Vec<&str> = item.texts.iter().map(|n| notices.texts[n - 1].title.as_str()).collect();
            assert!(titles.iter().all(|t| !t.contains("SPDX licence list")), "{}: {titles:?}", item.name);
        }
    }
}

#[test]
fn sections_are_layers_where_that_is_asked_for() {
    let report = fixture::report();
    let notices = Notices::of(&report, Some(Split::Layer));
    let layers: std::collections::BTreeSet<u32> = report.shown().map(|(_, p)| p.layer).collect();
    assert_eq!(notices.sections.len(), layers.len());
    assert!(notices.sections.iter().all(|s| s.title.as_deref().is_some_and(|t| t.starts_with("Layer "))));
    // Texts are numbered as they are read.
    let named: Vec<usize> = notices.sections.iter().flat_map(|s| &s.packages).flat_map(|p| p.texts.clone()).collect();
    let mut first: Vec<usize> = Vec::new();
    named.into_iter().for_each(|n| {
        if !first.contains(&n) {
            first.push(n)
        }
    });
    assert!(first.is_sorted());
}

#[test]
fn sections_are_sides_where_a_base_is_known() {
    let mut report = fixture::report();
    let notices = Notices::of(&report, Some(Split::Origin));
    let titles: Vec<&str> = notices.sections.iter().filter_map(|s| s.title.as_deref()).collect();
    assert_eq!(titles, ["Base image: registry.example/crew/hull:12", "Application"]);
    let counts: Vec<usize> = notices.sections.iter().map(|s| s.packages.len()).collect();
    let of = |side| report.shown().filter(|(_, p)| report.image.origin_of(p.layer) == Some(side)).count();
    assert_eq!(counts, [of("base"), of("app")]);
    // Named is not known: where it ends was guessed, which every form says on both sides.
    for form in NoticeFormat::ALL {
        let said = |report: &Report| {
            written(report, form, Some(Split::Origin)).matches("Where the base image ends is a guess").count()
        };
        assert_eq!(said(&report), 2, "{form}");
        let mut sure = report.clone();
        sure.image.base.as_mut().unwrap().evidence = BaseEvidence::Recorded;
        assert_eq!(said(&sure), 0, "{form}");
        assert!(!written(&report, form, Some(Split::Layer)).contains("is a guess"), "{form}");
    }
    report.image.base = None;
    let notices = Notices::of(&report, Some(Split::Origin));
    assert_eq!(notices.sections.iter().map(|s| s.title.clone()).collect::<Vec<_>>(), [None]);
}

#[test]
fn hostile_names_start_nothing() {
    let mut report = fixture::large(1);
    report.packages[0].name = HOSTILE.into();
    report.image.reference = HOSTILE.into();
    report.image.name = HOSTILE.into();
    report.image.repository = None;
    let html = written(&report, NoticeFormat::Html, None);
    assert!(html.contains("default-src &#x27;none&#x27;") && !html.contains("<script"), "{html:.600}");
    let markdown = written(&report, NoticeFormat::Markdown, None);
    assert!(!markdown.replace("\\<", "").contains("<script") && markdown.contains("\\<script\\>"), "{markdown:.600}");
    for form in NoticeFormat::ALL {
        let text = written(&report, form, None);
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{1b}', '\u{7}']), "{form}");
    }
}

#[test]
fn a_fence_is_longer_than_those_in_the_text() {
    let mut report = fixture::report();
    for text in report.texts.values_mut() {
        text.words = "before\n`````\nafter\n".into();
    }
    let markdown = written(&report, NoticeFormat::Markdown, None);
    assert!(markdown.contains("\n``````text\nbefore\n`````\nafter\n``````\n"), "{markdown:.2000}");
}

#[test]
fn holders_are_told_as_they_must_be_repeated() {
    let mut report = fixture::report();
    for text in report.texts.values_mut() {
        text.copyrights = vec!["1994 Jane Roe".into(), "Copyright (c) 2019 Ann".into(), "\u{a9} 2020 Bo".into()];
    }
    let text = written(&report, NoticeFormat::Text, None);
    assert!(text.contains("\n  Copyright 1994 Jane Roe\n  Copyright (c) 2019 Ann\n  \u{a9} 2020 Bo\n"), "{text:.1500}");
}

#[test]
fn forms_are_found_by_their_names() {
    for format in NoticeFormat::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    assert!("pdf".parse::<NoticeFormat>().unwrap_err().contains("txt, md, html"));
}
