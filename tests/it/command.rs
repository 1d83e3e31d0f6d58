//! The command line: flags, exit codes, what goes where.

use crate::support::{Tar, cli, lines, with_layers, write};
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with an image that has nothing wrong, and one that has.
fn images() -> (TempDir, PathBuf, PathBuf) {
    let dir = TempDir::new().unwrap();
    let good = write(dir.path(), "good.tar", with_layers(&[Tar::new().npm("a", "1.0.0")]));
    let broken = Tar::new().npm("a", "1.0.0").file("app/node_modules/b/package.json", "{");
    let broken = write(dir.path(), "broken.tar", with_layers(&[broken]));
    (dir, good, broken)
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_wrong_command_line_exits_with_64() {
    let (_dir, good, _) = images();
    let good = text(&good);
    for arguments in [
        &["scan"][..],
        &[],
        &["sail"],
        &["scan", good, "--no-such-flag"],
        &["scan", good, "-o", "pdf"],
        &["scan", good, "-o", "json="],
        &["scan", good, "-o", "json", "-o", "table"],
        &["scan", good, "-o", "json=-", "-o", "html"],
        &["scan", good, "-o", "json=x", "-o", "html=x"],
        &["scan", good, "--jobs", "many"],
        &["scan", good, "more"],
    ] {
        let run = cli(arguments).run();
        assert_eq!((run.code, run.text().as_str()), (64, ""), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
    // The message helps.
    assert!(cli(&["scan", good, "-o", "pdf"]).run().stderr.contains("cyclonedx-json"));
}

#[test]
fn help_and_version_are_answers() {
    let version = cli(&["--version"]).run();
    assert_eq!(version.code, 0);
    let list = supercargo::license::db::list_version();
    let text = version.text();
    assert!(text.contains(env!("CARGO_PKG_VERSION")) && text.contains(&format!("SPDX licence list {list}")), "{text}");
    for arguments in [&["--help"][..], &["scan", "--help"]] {
        let help = cli(arguments).run();
        assert_eq!((help.code, help.stderr.as_str()), (0, ""));
        assert!(help.text().contains("scan"));
    }
}

#[test]
fn stdout_holds_data_only() {
    let (dir, good, broken) = images();
    let run = cli(&["scan", text(&good)]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.text().contains("good"), "{}", run.text());
    let run = cli(&["scan", text(&broken), "-v", "-o", "json"]).run();
    assert!(run.stderr.contains("warning") && run.stderr.contains("scanned in"), "{}", run.stderr);
    assert_eq!(lines(&run.json()), ["a@1.0.0 0"]);
    let run = cli(&["scan", text(&broken), "-q", "-o", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let page = dir.path().join("page.html");
    let run = cli(&["scan", text(&good), "-o", &format!("html={}", text(&page)), "-o", "json"]).run();
    assert!(run.stderr.contains("page.html"), "{}", run.stderr);
    assert_eq!(lines(&run.json()), ["a@1.0.0 0"]);
    assert!(std::fs::read_to_string(page).unwrap().starts_with("<!"));
    // An error is said even then.
    let run = cli(&["scan", "no-such-file", "-q"]).run();
    assert_eq!((run.code, run.text().as_str()), (1, ""));
    assert!(run.stderr.contains("no-such-file"), "{}", run.stderr);
}

#[test]
fn strict_fails_after_it_wrote() {
    let (dir, good, broken) = images();
    let out = dir.path().join("report.json");
    let run = cli(&["scan", text(&broken), "--strict", "-o", &format!("json={}", text(&out)), "-o", "table"]).run();
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.text().contains("broken"), "{}", run.text());
    let report: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    assert_eq!(lines(&report), ["a@1.0.0 0"]);
    assert_eq!(cli(&["scan", text(&broken)]).run().code, 0);
    assert_eq!(cli(&["scan", text(&good), "--strict"]).run().code, 0);
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let (dir, good, _) = images();
    let names = || -> Vec<String> {
        let mut out: Vec<String> =
            std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        out.sort();
        out
    };
    // The second output cannot be written: the first does not appear either.
    let one = format!("json={}", text(&dir.path().join("one.json")));
    let two = format!("html={}", text(&dir.path().join("no/such/folder/two.html")));
    let run = cli(&["scan", text(&good), "-o", &one, "-o", &two]).run();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("two.html"), "{}", run.stderr);
    assert_eq!(names(), ["broken.tar", "good.tar"]);
    // A scan that fails leaves what was there before.
    let kept = write(dir.path(), "kept.json", "before");
    let run = cli(&["scan", "no-such-file", "-o", &format!("json={}", text(&kept))]).run();
    assert_eq!(run.code, 1);
    assert_eq!(std::fs::read(&kept).unwrap(), b"before");
    let run = cli(&["scan", text(&good), "-o", &format!("json={}", text(&kept))]).run();
    assert_eq!(run.code, 0);
    assert!(serde_json::from_slice::<Value>(&std::fs::read(&kept).unwrap()).is_ok());
    assert_eq!(names(), ["broken.tar", "good.tar", "kept.json"]);
}

#[test]
fn no_colours_where_no_terminal_is() {
    let (_dir, good, _) = images();
    let plain = cli(&["scan", text(&good)]).run().text();
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(cli(&["scan", text(&good)]).env("NO_COLOR", "1").run().text(), plain);
}

#[test]
fn the_date_is_the_images_or_the_one_that_is_given() {
    let (_dir, good, _) = images();
    let scan = |epoch: &str| cli(&["scan", text(&good), "-o", "json"]).env("SOURCE_DATE_EPOCH", epoch).run();
    assert_eq!(scan("").json()["created"], "2024-05-06T07:08:09Z");
    assert_eq!(scan("1000000000").json()["created"], "2001-09-09T01:46:40Z");
    for wrong in ["yesterday", "1.5", "99999999999999999999"] {
        let run = scan(wrong);
        assert_eq!((run.code, run.text().as_str()), (64, ""), "{wrong}");
        assert!(run.stderr.contains("SOURCE_DATE_EPOCH"), "{}", run.stderr);
    }
    for format in ["cyclonedx-json", "spdx-json", "html"] {
        let run = cli(&["scan", text(&good), "-o", format]).env("SOURCE_DATE_EPOCH", "1000000000").run();
        assert!(run.text().contains("2001-09-09"), "{format}");
    }
}

/// `supercargo scan x | head -1` is no failure.
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    use std::process::{Command, Stdio};
    let (_dir, good, _) = images();
    let mut child = Command::new(env!("CARGO_BIN_EXE_supercargo"))
        .args(["scan", text(&good), "-o", "html"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// One file cannot hold two documents, by whatever names it is called; devices take any number.
#[test]
fn that_nobody_listens_at_stderr_costs_nothing() {
    use std::process::{Command, Stdio};
    let (folder, image, _) = images();
    let (html, json) = (folder.path().join("a.html"), folder.path().join("a.json"));
    let outputs = [format!("html={}", text(&html)), format!("json={}", text(&json))];
    let mut child = Command::new(env!("CARGO_BIN_EXE_supercargo"))
        .args(["scan", "--no-cache", text(&image), "-o", &outputs[0], "-o", &outputs[1]])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(html.is_file() && json.is_file());
}

#[test]
fn no_output_overwrites_another() {
    let dir = TempDir::new().unwrap();
    let image = write(dir.path(), "image.tar", with_layers(&[Tar::new().npm("a", "1.0.0")]));
    let image = image.to_str().unwrap();
    let run = |outputs: &[&str]| {
        let outputs = outputs.iter().flat_map(|o| ["-o", o]);
        let args: Vec<&str> = ["scan", image, "--no-config", "-q"].into_iter().chain(outputs).collect();
        cli(&args).within(dir.path()).run()
    };
    let same = run(&["csv=x", "json=./x"]);
    assert!(same.code == 64 && same.stderr.contains("two outputs go to"), "{}", same.stderr);
    assert!(!dir.path().join("x").exists());
    assert_eq!(run(&["csv=x", "json=y"]).code, 0);
    assert_eq!(run(&["csv=/dev/null", "json=/dev/null"]).code, 0);
}
