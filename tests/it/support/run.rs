//! Runs of the library and of the program, and what their reports say.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use supercargo::emit::{self, Format};
use supercargo::image::Source;
use supercargo::{Error, Options};
use tempfile::TempDir;

/// Scans what a command line would name, with the library.
pub fn scan_with(source: &str, options: &Options) -> Result<Value, Error> {
    let report = supercargo::scan(&Source::parse(source), options)?;
    let mut bytes = Vec::new();
    emit::write(Format::Json, &report, &mut bytes).unwrap();
    Ok(serde_json::from_slice(&bytes).unwrap())
}

/// Scans an archive with the default options.
pub fn scan(archive: &[u8]) -> Result<Value, Error> {
    scan_archive(archive, &Options::default())
}

/// Scans an archive.
pub fn scan_archive(archive: &[u8], options: &Options) -> Result<Value, Error> {
    let dir = TempDir::new().unwrap();
    scan_with(write(dir.path(), "image.tar", archive).to_str().unwrap(), options)
}

/// Writes a file, with the folders above it.
pub fn write(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

/// One line a package: `name@version layer`, and ` -layer` where a later one removed it.
pub fn lines(report: &Value) -> Vec<String> {
    let line = |p: &Value| {
        let text = |v: &Value| v.as_str().unwrap().to_string();
        let gone = p["removedBy"].as_u64().map_or(String::new(), |n| format!(" -{n}"));
        format!("{}@{} {}{gone}", text(&p["name"]), text(&p["version"]), p["layer"])
    };
    report["packages"].as_array().unwrap().iter().map(line).collect()
}

/// The codes of all issues.
pub fn codes(report: &Value) -> Vec<String> {
    issues(report).iter().map(|i| i["code"].as_str().unwrap().to_string()).collect()
}

/// All issues.
pub fn issues(report: &Value) -> Vec<Value> {
    report["issues"].as_array().unwrap().clone()
}

/// Whether there is an issue of this code and severity in this layer.
#[track_caller]
pub fn has_issue(report: &Value, code: &str, severity: &str, layer: Option<u32>) {
    let found = issues(report).iter().any(|i| {
        i["code"] == code && i["severity"] == severity && i["layer"] == layer.map_or(Value::Null, Value::from)
    });
    assert!(found, "no {severity} {code} in layer {layer:?}: {:#}", report["issues"]);
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    /// stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// stdout as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }
}

/// The program, ready to be run.
pub struct Cli {
    command: Command,
    input: Vec<u8>,
}

/// The program with these arguments, in an environment that says nothing about output.
pub fn cli(arguments: &[&str]) -> Cli {
    let mut command = Command::new(env!("CARGO_BIN_EXE_supercargo"));
    command.args(arguments);
    for name in ["SOURCE_DATE_EPOCH", "NO_COLOR", "COLUMNS", "SUPERCARGO_CONFIG"] {
        command.env_remove(name);
    }
    // Tests neither read nor write what is the user's.
    command.env("SUPERCARGO_CACHE_DIR", "");
    Cli { command, input: Vec::new() }
}

impl Cli {
    /// With this on stdin.
    pub fn input(mut self, bytes: &[u8]) -> Cli {
        self.input = bytes.to_vec();
        self
    }

    /// With this in the environment.
    pub fn env(mut self, name: &str, value: &str) -> Cli {
        self.command.env(name, value);
        self
    }

    /// In this folder.
    pub fn within(mut self, folder: &Path) -> Cli {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Run {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().unwrap();
        let input = std::mem::take(&mut self.input);
        // A program that does not read its input closes the pipe, which is no failure here.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run {
            code: output.status.code().expect("the program was not killed"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A file of the data beside the project. `None` where it is absent, which is said, and fails under `CI`.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{name} is absent");
    let message = format!("skipped: no {name} beside the project\n");
    std::io::stderr().write_all(message.as_bytes()).unwrap();
    None
}

/// Every image beside the project: names with the platform to ask for.
pub fn each_image() -> Vec<(String, PathBuf)> {
    let Some(folder) = shared("images") else { return Vec::new() };
    let mut out: Vec<(String, PathBuf)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap())
        .map(|e| (e.file_name().into_string().unwrap(), e.path()))
        .collect();
    out.sort();
    out
}
