//! `supercargo licenses normalize|identify|list|show`: the licence resolver by itself.

use super::{Failure, Talk, say};
use anyhow::Context;
use serde::Serialize;
use std::io::{self, BufRead, BufWriter, Write};
use std::path::PathBuf;
use supercargo::license::copyright;
use supercargo::license::db::{self, obligations, obligations::Scenario};
use supercargo::license::names;
use supercargo::license::text;
use supercargo::model::{Class, Expr, Flag, Grammar, Outcome};

/// The sub-commands of `licenses`.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Turn what metadata says into SPDX expressions, a line of JSON each
    Normalize {
        /// In which ecosystem's words the strings are
        #[arg(long, short, value_name = "E", default_value = "any", value_parser = grammar)]
        ecosystem: Grammar,
        /// The strings; without any, a line of stdin each
        strings: Vec<String>,
    },
    /// Recognise the licences in files, a line of JSON each
    Identify {
        /// What the files are
        #[arg(long, value_name = "KIND", value_enum, default_value_t = Kind::Text)]
        kind: Kind,
        /// The files; `-` is stdin
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List every licence and exception that is known, with its class
    List,
    /// Show one licence or exception: class, flags, obligations, text
    Show {
        /// An SPDX id
        id: String,
    },
}

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A licence text, a notice, a source file
    Text,
    /// A Debian copyright file
    DebianCopyright,
}

fn grammar(name: &str) -> Result<Grammar, String> {
    Grammar::ALL.iter().find(|(n, _)| *n == name).map(|(_, g)| *g).ok_or_else(|| {
        let known: Vec<&str> = Grammar::ALL.iter().map(|(n, _)| *n).collect();
        format!("unknown ecosystem; there is {}", known.join(", "))
    })
}

/// Runs one of them.
pub fn run(command: &Command, talk: Talk) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match command {
        Command::Normalize { ecosystem, strings } if strings.is_empty() => normalize_lines(*ecosystem, &mut out),
        Command::Normalize { ecosystem, strings } => {
            strings.iter().try_for_each(|s| normalize_one(*ecosystem, s, &mut out))
        }
        Command::Identify { kind, files } => return identify(*kind, files, &mut out, talk),
        Command::List => list(&mut out),
        Command::Show { id } => return show(id, &mut out),
    };
    flushed(done, &mut out)
}

/// A reader that went away (`| head`) is no failure.
fn flushed(done: io::Result<()>, out: &mut impl Write) -> Result<(), Failure> {
    match done.and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other.context("cannot write to stdout")?),
    }
}

#[derive(Serialize)]
struct NormalizedLine<'a> {
    raw: &'a str,
    expression: String,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    flags: Vec<&'static str>,
    unresolved: Vec<String>,
    ambiguous: bool,
    method: &'static str,
}

fn normalize_lines(grammar: Grammar, out: &mut impl Write) -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        normalize_one(grammar, text.trim_end_matches(['\n', '\r']), out)?;
        line.clear();
        // A line in, a line out: the other side may wait for it.
        out.flush()?;
    }
    Ok(())
}

fn normalize_one(grammar: Grammar, raw: &str, out: &mut impl Write) -> io::Result<()> {
    let found = names::normalize(grammar, &[raw]);
    let (class, flags) = judge(&found.expression);
    let line = NormalizedLine {
        raw,
        expression: found.expression.to_string(),
        class: class.as_str(),
        scope: class.scope(),
        flags,
        unresolved: found.unresolved,
        ambiguous: found.ambiguous,
        method: found.method,
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

fn judge(outcome: &Outcome) -> (Class, Vec<&'static str>) {
    match outcome {
        Outcome::Expression(e) => (db::class_of(e), db::flags_of(e).into_iter().map(Flag::as_str).collect()),
        _ => (Class::Unknown, Vec::new()),
    }
}

#[derive(Serialize)]
struct IdentifiedLine {
    file: String,
    expression: String,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    matches: Vec<MatchLine>,
    copyrights: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<NearestLine>,
}

#[derive(Serialize)]
struct MatchLine {
    license: String,
    start: usize,
    end: usize,
    coverage: f32,
    confidence: u8,
    method: &'static str,
}

#[derive(Serialize)]
struct NearestLine {
    license: String,
    share: f32,
}

fn identify(kind: Kind, files: &[PathBuf], out: &mut impl Write, talk: Talk) -> Result<(), Failure> {
    let mut failed = 0;
    for file in files {
        let bytes = if file.as_os_str() == "-" {
            let mut bytes = Vec::new();
            io::Read::read_to_end(&mut io::stdin().lock(), &mut bytes).map(|_| bytes)
        } else {
            std::fs::read(file)
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(e) => {
                failed += 1;
                say(&format!("error: cannot read {}: {e}", file.display()));
                continue;
            }
        };
        // Offsets are in the words as UTF-8, which for UTF-8 files are the file's own.
        let words = supercargo::layers::parse::words_of(&bytes).unwrap_or_else(|| {
            if !talk.quiet {
                say(&format!("warning: {} is no text; read leniently", file.display()));
            }
            String::from_utf8_lossy(&bytes).into()
        });
        let line = match kind {
            Kind::Text => of_text(file.display().to_string(), &words),
            Kind::DebianCopyright => of_copyright(file.display().to_string(), &words),
        };
        let written =
            serde_json::to_writer(&mut *out, &line).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"));
        match written {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other.context("cannot write to stdout")?,
        }
    }
    flushed(Ok(()), out)?;
    if failed > 0 {
        return Err(Failure::Failed(anyhow::anyhow!("{failed} of {} files could not be read", files.len())));
    }
    Ok(())
}

fn of_text(file: String, words: &str) -> IdentifiedLine {
    let found = text::identify(words);
    let outcome = Outcome::from(found.expression.clone());
    let class = judge(&outcome).0;
    IdentifiedLine {
        file,
        expression: outcome.to_string(),
        class: class.as_str(),
        scope: class.scope(),
        matches: found
            .matches
            .iter()
            .map(|m| MatchLine {
                license: m.expression.to_string(),
                start: m.range.start,
                end: m.range.end,
                coverage: m.coverage,
                confidence: m.confidence,
                method: m.method,
            })
            .collect(),
        copyrights: found.copyrights.iter().map(|c| c.statement.to_string()).collect(),
        nearest: found.nearest.map(|(id, share)| NearestLine { license: id.to_string(), share }),
    }
}

fn of_copyright(file: String, words: &str) -> IdentifiedLine {
    let found = copyright::read(words);
    let class = judge(&found.concluded).0;
    IdentifiedLine {
        file,
        expression: found.concluded.to_string(),
        class: class.as_str(),
        scope: class.scope(),
        matches: found
            .statements
            .iter()
            .map(|s| MatchLine {
                license: s.expression.to_string(),
                start: s.range.start,
                end: s.range.end,
                coverage: 1.0,
                confidence: s.confidence,
                method: s.method,
            })
            .collect(),
        copyrights: found.copyrights.iter().map(|c| c.to_string()).collect(),
        nearest: None,
    }
}

fn list(out: &mut impl Write) -> io::Result<()> {
    let row = |out: &mut dyn Write, id: &str, class: Class, marks: &[(&str, bool)], name: &str| {
        let scope = class.scope().map(|s| format!(" ({s})")).unwrap_or_default();
        let marks: Vec<&str> = marks.iter().filter(|(_, set)| *set).map(|(m, _)| *m).collect();
        writeln!(out, "{id}\t{class}{scope}\t{}\t{name}", marks.join(","))
    };
    writeln!(out, "# SPDX licence list {}: id, class, marks, name", db::list_version())?;
    for info in db::license_ids().filter_map(db::license_info) {
        let content = info.flags.contains(&Flag::Content);
        let marks = [("osi", info.osi), ("fsf", info.fsf), ("content", content), ("deprecated", info.deprecated)];
        row(out, info.id, info.class, &marks, info.name)?;
    }
    for info in db::exception_ids().filter_map(db::exception_info) {
        writeln!(
            out,
            "WITH {}\texception\t{}\t{}",
            info.id,
            if info.deprecated { "deprecated" } else { "" },
            info.name
        )?;
    }
    Ok(())
}

fn show(id: &str, out: &mut impl Write) -> Result<(), Failure> {
    let shown = (|| -> io::Result<bool> {
        if let Some(info) = db::license_info(id) {
            let scope = info.class.scope().map(|s| format!(" (scope: {s})")).unwrap_or_default();
            let flags: Vec<&str> = info.flags.iter().map(|f| f.as_str()).collect();
            let yes = |b: bool| if b { "yes" } else { "no" };
            writeln!(out, "{}\n{}\n", info.id, info.name)?;
            writeln!(out, "class       {}{scope}", info.class)?;
            if !flags.is_empty() {
                writeln!(out, "flags       {}", flags.join(", "))?;
            }
            writeln!(
                out,
                "OSI         {}\nFSF         {}\ndeprecated  {}",
                yes(info.osi),
                yes(info.fsf),
                yes(info.deprecated)
            )?;
            if let Some(now) = db::replacement(info.id) {
                writeln!(out, "now         {now}")?;
            }
            writeln!(out, "\nobligations in short")?;
            let duties = obligations::duties(&Expr::id(info.id), info.class);
            for duty in &duties {
                let arises = Scenario::ALL.iter().filter(|s| duty.arises(**s)).map(|s| s.as_str());
                writeln!(out, "- {} ({})", duty.duty, arises.collect::<Vec<_>>().join(", "))?;
            }
            if duties.is_empty() {
                writeln!(out, "- none")?;
            }
            writeln!(out, "\ntext\n\n{}", info.text)?;
            return Ok(true);
        }
        if let Some(info) = db::exception_info(id) {
            writeln!(out, "{}\n{}\n", info.id, info.name)?;
            let on_gpl = Expr::With(Box::new(Expr::id("GPL-2.0-or-later")), info.id.into());
            writeln!(out, "exception   GPL-2.0-or-later WITH it is of class {}", db::class_of(&on_gpl))?;
            writeln!(out, "\ntext\n\n{}", info.text)?;
            return Ok(true);
        }
        Ok(false)
    })();
    match shown {
        Ok(true) => flushed(Ok(()), out),
        Ok(false) => Err(Failure::Failed(anyhow::anyhow!(
            "{id:?} is no id of the SPDX licence list {}; see 'supercargo licenses list'",
            db::list_version()
        ))),
        Err(e) => flushed(Err(e), out),
    }
}
