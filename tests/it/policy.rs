//! `check`, `clarify`, `config`: exit codes, where the configuration comes from, every feature of a rule on images.

use crate::support::{Run, Tar, cli, shared, with_layers, write};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with an image of three npm packages in two layers, the second of which deletes one.
struct Harbour {
    dir: TempDir,
    image: PathBuf,
}

impl Harbour {
    fn new() -> Harbour {
        let dir = TempDir::new().unwrap();
        let package =
            |name: &str, license: &str| format!(r#"{{"name":"{name}","version":"1.2.0","license":"{license}"}}"#);
        let lower = Tar::new()
            .file("app/node_modules/mild/package.json", package("mild", "MIT"))
            .file("app/node_modules/mild/LICENSE", "Copyright (c) 2020 Ann\n\nPermission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.\n")
            .file("app/node_modules/either/package.json", package("either", "(GPL-3.0-only OR Zlib)"))
            .file("app/node_modules/strict/package.json", package("strict", "AGPL-3.0-only"));
        let upper = Tar::new().file("app/node_modules/.wh.strict", "");
        let image = write(dir.path(), "image.tar", with_layers(&[lower, upper]));
        Harbour { dir, image }
    }

    fn config(&self, text: &str) -> PathBuf {
        write(self.dir.path(), "supercargo.toml", format!("version = 1\n{text}"))
    }

    /// `check` with this configuration, as JSON; the code is told apart.
    #[track_caller]
    fn check(&self, config: &str) -> (i32, Value) {
        let config = self.config(config);
        let args = ["check", self.image.to_str().unwrap(), "--config", config.to_str().unwrap(), "-o", "json", "-q"];
        let run = cli(&args).run();
        let json = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", run.stderr));
        (run.code, json)
    }

    /// Verdict and rule of a package.
    #[track_caller]
    fn verdict(&self, name: &str, config: &str) -> String {
        let (_, report) = self.check(config);
        let package = report["packages"].as_array().unwrap().iter().find(|p| p["name"] == name).unwrap();
        let policy = &package["policy"];
        format!("{} {}", policy["verdict"].as_str().unwrap(), policy["rule"].as_str().unwrap_or("-"))
    }
}

fn rule(id: &str, condition: &str, verdict: &str) -> String {
    format!("[[policy.rule]]\nid = \"{id}\"\n{condition}\nverdict = \"{verdict}\"\n")
}

#[test]
fn exit_codes_say_what_became_of_it() {
    let harbour = Harbour::new();
    let code = |config: &str| harbour.check(config).0;
    assert_eq!(code("[policy]\ndefault = \"allow\"\nunknown = \"allow\""), 0);
    assert_eq!(code("[policy]\ndefault = \"review\""), 0);
    assert_eq!(code("[policy]\ndefault = \"deny\""), 2);
    assert_eq!(code("[policy]\ndefault = \"review\"\nfail-on = \"review\""), 2);
    assert_eq!(code("[policy]\ndefault = \"deny\"\nfail-on = \"never\""), 0);
    let image = harbour.image.to_str().unwrap();
    let config = harbour.config("[policy]\ndefault = \"deny\"");
    let config = config.to_str().unwrap();
    assert_eq!(cli(&["check", image, "--config", config, "--fail-on", "never"]).run().code, 0);
    assert_eq!(cli(&["check", image, "--config", config, "--fail-on", "sometimes"]).run().code, 64);
    assert_eq!(cli(&["check", image, "--config", "absent.toml"]).run().code, 64);
    assert_eq!(cli(&["scan", image, "--fail-on", "deny", "--no-config"]).run().code, 64);
    assert_eq!(cli(&["check", "absent.tar", "--config", config]).run().code, 1);
}

/// Outputs are written though the policy fails.
#[test]
fn everything_is_written_before_it_fails() {
    let harbour = Harbour::new();
    let config = harbour.config("[policy]\ndefault = \"deny\"");
    let place = |name: &str| harbour.dir.path().join(name);
    let mut args = vec![
        "check".to_owned(),
        harbour.image.to_str().unwrap().into(),
        "--config".into(),
        config.to_str().unwrap().into(),
    ];
    let template = write(harbour.dir.path(), "list.hbs", "{{#each packages}}{{name}}={{policy.effective}}\n{{/each}}");
    let forms = [
        "table",
        "cyclonedx-json",
        "spdx-json",
        "html",
        "json",
        "verdict",
        "sarif",
        "junit",
        "markdown",
        "gitlab-codequality",
        "csv",
    ];
    for form in forms {
        args.extend(["-o".into(), format!("{form}={}", place(form).display())]);
    }
    args.extend(["-o".into(), format!("template={}={}", template.display(), place("list").display())]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let run = cli(&args).run();
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("the policy is not met: 3 findings with the verdict deny"),
        "{}",
        run.stderr
    );
    for form in forms {
        assert!(place(form).metadata().unwrap().len() > 100, "{form}");
    }
    assert_eq!(std::fs::read_to_string(place("list")).unwrap(), "either=deny\nmild=deny\nstrict=deny\n");
}

/// There is no such image: what is wrong with a template is told before anything is read.
#[test]
fn a_broken_template_is_told_before_the_scan() {
    let dir = TempDir::new().unwrap();
    let broken = write(dir.path(), "broken.hbs", "{{#each packages}}{{name}}");
    let gone = dir.path().join("gone.hbs");
    let template = |path: &Path| format!("template={}", path.display());
    let helper = write(dir.path(), "helper.hbs", "a\n{{upper image.name}}");
    let partial = write(dir.path(), "partial.hbs", "{{> head}}");
    let (broken, gone) = (broken.as_path(), gone.as_path());
    for (args, expected) in [
        (vec!["-o".to_owned(), template(broken)], "broken.hbs:1: no template: "),
        (vec!["-o".to_owned(), template(gone)], "cannot read the template"),
        (vec!["--html-template".to_owned(), broken.display().to_string()], "broken.hbs:1: no template: "),
        (vec!["-o".to_owned(), template(&helper)], "helper.hbs:2: no helper \"upper\""),
        (vec!["--html-template".to_owned(), partial.display().to_string()], "partial.hbs:1: no partial \"head\""),
        (vec!["--html-template".to_owned(), gone.display().to_string()], "cannot read the template"),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = cli(&[&["scan", "no-such-image.tar"][..], &args].concat()).run();
        assert_eq!((run.code, run.text().as_str()), (64, ""), "{}", run.stderr);
        assert!(run.stderr.contains(expected) && !run.stderr.contains("no-such-image"), "{}", run.stderr);
    }
}

#[test]
fn mistakes_in_the_configuration_are_shown_where_they_are() {
    let harbour = Harbour::new();
    let config = harbour.config("[policy]\ndefualt = \"allow\"\n");
    let run = cli(&["check", harbour.image.to_str().unwrap(), "--config", config.to_str().unwrap()]).run();
    assert_eq!(run.code, 64);
    let expected = [
        ":3: policy.defualt: there is no key \"defualt\" here; did you mean \"default\"?",
        "3 | defualt = \"allow\"",
        "^^^^^^^",
    ];
    assert!(expected.iter().all(|e| run.stderr.contains(e)) && run.stdout.is_empty(), "{}", run.stderr);
    let run = cli(&["config", "check", config.to_str().unwrap()]).run();
    assert_eq!(run.code, 64);
    let config = harbour.config(&rule("a", "class = \"permissive\"\norigin = [\"app\", \"bottom\"]", "deny"));
    let run = cli(&["config", "check", config.to_str().unwrap()]).run();
    assert!(run.stderr.contains(":5: policy.rule[1].origin: \"bottom\" is none of base, app"), "{}", run.stderr);
}

#[test]
fn each_condition_of_a_rule_counts() {
    let harbour = Harbour::new();
    let check = |name: &str, condition: &str, expected: &str| {
        assert_eq!(harbour.verdict(name, &rule("r", condition, "deny")), expected, "{name} {condition}");
    };
    for (name, condition, other) in [
        ("mild", "class = \"permissive\"", "class = \"strong-copyleft\""),
        ("mild", "license = [\"ISC\", \"MIT\"]", "license = \"ISC\""),
        ("mild", "ecosystem = \"npm\"", "ecosystem = \"deb\""),
        ("mild", "purl = \"pkg:npm/mi*@<2\"", "purl = \"pkg:npm/mi*@>=2\""),
        ("strict", "state = \"hidden\"", "state = \"present\""),
        ("mild", "origin = \"app\"", "origin = \"base\""),
    ] {
        check(name, condition, "deny r");
        check(name, other, "review -");
    }
}

#[test]
fn a_choice_is_taken_and_told() {
    let harbour = Harbour::new();
    let rules = [
        rule("ok", "class = \"permissive\"", "allow"),
        rule("no", "class = [\"strong-copyleft\", \"network-copyleft\"]", "deny"),
    ]
    .concat();
    assert_eq!(harbour.verdict("either", &rules), "allow ok");
    let (_, report) = harbour.check(&rules);
    let either = report["packages"].as_array().unwrap().iter().find(|p| p["name"] == "either").unwrap();
    assert_eq!(either["policy"]["taken"], "Zlib");
    let fixed = format!("{rules}[[choice]]\npurl = \"pkg:npm/either\"\ntake = \"GPL-3.0-only\"\n");
    assert_eq!(harbour.verdict("either", &fixed), "deny no");
}

#[test]
fn waivers_hold_until_their_day() {
    let harbour = Harbour::new();
    let config = |expires: &str| {
        let rules = rule("no", "class = \"network-copyleft\"", "deny");
        let waiver = format!(
            "[[waiver]]\npurl = \"pkg:npm/strict\"\nrule = \"no\"\nreason = \"temporary\"\nowner = \"crew\"\nexpires = {expires}\n"
        );
        harbour.config(&format!("[policy]\ndefault = \"allow\"\nunknown = \"allow\"\n{rules}{waiver}"))
    };
    let run = |expires: &str| -> Run {
        let config = config(expires);
        let args = ["check", harbour.image.to_str().unwrap(), "--config", config.to_str().unwrap()];
        // The day of this is 2024-05-06.
        cli(&args).env("SOURCE_DATE_EPOCH", "1714979289").run()
    };
    let held = run("2024-05-06");
    assert_eq!(held.code, 0, "{}", held.text());
    assert!(held.text().contains("waived strict 1.2.0: no (temporary, crew until 2024-05-06)"), "{}", held.text());
    let over = run("2024-05-05");
    assert_eq!(over.code, 2);
    assert!(
        over.text().contains("1 expired waiver") && over.text().contains("good until 2024-05-05"),
        "{}",
        over.text()
    );
}

/// What `clarify` prints can be pasted, and drifts when the file changes.
#[test]
fn a_clarification_is_printed_and_pasted() {
    let harbour = Harbour::new();
    let image = harbour.image.to_str().unwrap();
    let block = cli(&["clarify", image, "mild", "--license", "Zlib", "--comment", "read it", "-q"]).run();
    assert_eq!(block.code, 0, "{}", block.stderr);
    let block = block.text();
    assert!(
        block.contains("purl = \"pkg:npm/mild@1.2.0\"") && block.contains("path = \"app/node_modules/mild/LICENSE\""),
        "{block}"
    );
    let rules = rule("only-zlib", "license = \"Zlib\"", "allow");
    assert_eq!(harbour.verdict("mild", &rules), "review -");
    assert_eq!(harbour.verdict("mild", &format!("{rules}{block}")), "allow only-zlib");
    let (_, report) = harbour.check(&format!("{rules}{block}"));
    let mild = report["packages"].as_array().unwrap().iter().find(|p| p["name"] == "mild").unwrap();
    assert_eq!((&mild["licenses"]["concluded"], &mild["licenses"]["rule"]), (&"Zlib".into(), &"clarified".into()));
    let hash = block.lines().find_map(|l| l.strip_prefix("sha256 = ")).unwrap();
    let other = block.replace(hash, &format!("\"{}\"", "0".repeat(64)));
    let (_, report) = harbour.check(&format!("{rules}{other}"));
    let drift = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "clarification-drift").unwrap();
    assert!(drift["message"].as_str().unwrap().contains("has other words"), "{drift}");
    assert_eq!(cli(&["clarify", image, "nobody"]).run().code, 1);
    assert_eq!(cli(&["clarify", image, "mild", "--license", "MIT or"]).run().code, 64);
}

#[test]
fn the_configuration_is_found_from_the_flag_to_the_user() {
    let harbour = Harbour::new();
    let (home, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let named = |name: &str| format!("version = 1\n[policy]\nname = \"{name}\"\n");
    let flag = write(other.path(), "flag.toml", named("flag"));
    let env = write(other.path(), "env.toml", named("env"));
    write(home.path(), ".config/supercargo/supercargo.toml", named("user"));
    let below = harbour.dir.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let policy = |folder: &Path, more: &[&str], env: &str| -> String {
        let args = [&["config", "show", "--origin"], more].concat();
        let run = cli(&args)
            .within(folder)
            .env("HOME", home.path().to_str().unwrap())
            .env("XDG_CONFIG_HOME", "")
            .env("SUPERCARGO_CONFIG", env)
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.text()
    };
    let says = |text: &str, name: &str, place: &str| {
        assert!(text.contains(&format!("name = \"{name}\"  # {place}:3")), "{text}");
        assert!(text.contains("default = \"review\"  # default"), "{text}");
    };
    says(&policy(&below, &[], ""), "user", "~/.config/supercargo/supercargo.toml");
    harbour.config("[policy]\nname = \"tree\"\n");
    says(&policy(&below, &[], ""), "tree", "../../supercargo.toml");
    let env = env.to_str().unwrap();
    says(&policy(&below, &[], env), "env", env);
    let flag = flag.to_str().unwrap();
    says(&policy(&below, &["--config", flag], env), "flag", flag);
    assert!(policy(&below, &["--no-config"], env).contains("name = \"distributed\""));
}

/// `scan` applies a policy where one is found, and none otherwise; `check` says which it took.
#[test]
fn scan_takes_the_configuration_that_is_there() {
    let harbour = Harbour::new();
    let home = TempDir::new().unwrap();
    let image = harbour.image.to_str().unwrap();
    let run = |args: &[&str]| {
        let home = home.path().to_str().unwrap();
        cli(args)
            .within(harbour.dir.path())
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home)
            .env("SUPERCARGO_CONFIG", "")
            .run()
    };
    let plain = run(&["scan", image, "-o", "json"]).json();
    assert_eq!(plain["audit"], Value::Null);
    let check = run(&["check", image]);
    assert_eq!(check.code, 2);
    assert!(
        check.stderr.contains("no supercargo.toml here or above: judged by the built-in policy distributed"),
        "{}",
        check.stderr
    );
    harbour.config("[policy]\ndefault = \"deny\"");
    let judged = run(&["scan", image, "-o", "json"]);
    assert_eq!(judged.code, 2);
    let report: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert_eq!(report["audit"]["verdict"], "deny");
    assert_eq!(run(&["scan", image, "--no-config", "-o", "json"]).code, 0);
}

#[test]
fn config_init_writes_each_starter_once() {
    let dir = TempDir::new().unwrap();
    for name in ["saas", "distributed", "embedded", "strict"] {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let run = cli(&["config", "init", name]).within(&folder).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(cli(&["config", "check"]).within(&folder).run().code, 0);
        assert_eq!(cli(&["config", "init", name]).within(&folder).run().code, 1, "a file that is there stays");
        assert_eq!(cli(&["config", "init", name, "--force", "-q"]).within(&folder).run().code, 0);
        // What `show` prints is a configuration again, and the same one.
        let shown = cli(&["config", "show"]).within(&folder).run().text();
        let again = write(&folder, "again.toml", &shown);
        let twice = cli(&["config", "show", "--config", again.to_str().unwrap()]).within(&folder).run().text();
        let body = |text: &str| text.split_once("version = 1").unwrap().1.to_owned();
        assert_eq!(body(&shown), body(&twice));
    }
    assert_eq!(cli(&["config", "init", "lenient"]).within(dir.path()).run().code, 64);
}

/// The schema that editors use and the reader that counts agree on the starters and on mistakes.
#[test]
fn the_schema_takes_what_the_reader_takes() {
    let schema = cli(&["config", "schema"]).run().json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let as_json = |text: &str| serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/policies");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(validator.is_valid(&as_json(&text)));
        seen += 1;
    }
    assert_eq!(seen, 4);
    let dir = TempDir::new().unwrap();
    for (text, good) in [
        ("version = 1\n[[waiver]]\npurl = \"pkg:npm/a\"\nreason = \"temporary\"\nowner = \"x\"\n", true),
        ("version = 1\n[[waiver]]\npurl = \"pkg:npm/a\"\nreason = \"temporary\"\n", false),
        (
            "version = 1\n[[policy.rule]]\nid = \"a\"\nclass = \"permissive\"\nverdict = \"allow\"\nrequire = \"license-text\"\n",
            true,
        ),
        ("version = 1\n[[policy.rule]]\nid = \"a\"\nverdict = \"allow\"\n", false),
        ("version = 1\n[[policy.rule]]\nid = \"a\"\nclass = []\nverdict = \"allow\"\n", false),
        ("version = 1\n[[choice]]\npurl = \"pkg:npm/a\"\ntake = \"MIT\"\n", true),
        ("version = 1\n[[clarify]]\npurl = \"pkg:npm/a\"\nlicense = \"MIT\"\nwhy = \"x\"\n", false),
        ("[policy]\n", false),
    ] {
        assert_eq!(validator.is_valid(&as_json(text)), good, "{text}");
        let file = write(dir.path(), "x.toml", text);
        let code = cli(&["config", "check", file.to_str().unwrap()]).run().code;
        assert_eq!(code, if good { 0 } else { 64 }, "{text}");
    }
}

/// A real image under each policy to begin with: what is denied, argued by hand. A service denies nothing that is known there; who hands
/// it on may not with GPL libraries inside of a program, nor with the shop itself, which says that it is proprietary.
#[test]
fn storefront_under_each_starter() {
    let Some(image) = shared("images/storefront.oci.tar") else { return };
    let dir = TempDir::new().unwrap();
    let judge = |policy: &str| -> (i32, Value) {
        let file = dir.path().join(format!("{policy}.toml"));
        assert_eq!(cli(&["config", "init", policy, "-q", "-o", file.to_str().unwrap()]).run().code, 0);
        let run =
            cli(&["check", image.to_str().unwrap(), "--config", file.to_str().unwrap(), "-o", "json", "-q"]).run();
        (run.code, serde_json::from_slice(&run.stdout).unwrap())
    };
    let denied = |report: &Value| -> Vec<String> {
        let all = report["packages"].as_array().unwrap().iter();
        let mut out: Vec<String> = all
            .filter(|p| p["policy"]["effective"] == "deny" && p["licenses"]["concluded"] != "NOASSERTION")
            .map(|p| p["name"].as_str().unwrap().to_owned())
            .collect();
        out.sort();
        out
    };
    let (code, report) = judge("saas");
    assert_eq!((code, denied(&report)), (0, vec![]));
    let (code, report) = judge("distributed");
    let gpl = ["docutils", "html2text", "mysql:mysql-connector-java", "storefront", "unidecode"];
    assert_eq!((code, denied(&report)), (2, gpl.map(String::from).to_vec()));
    let (code, report) = judge("embedded");
    assert!(code == 2 && denied(&report).contains(&"html2text".to_owned()), "{:?}", denied(&report));
    let (code, report) = judge("strict");
    // Deleted by the last layer, GPL in parts, and distributed all the same.
    assert!(code == 2 && denied(&report).contains(&"docutils".to_owned()), "{:?}", denied(&report));
}
