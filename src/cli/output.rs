//! Outputs: `FORMAT` to stdout or `FORMAT=PATH` to a file, which is written whole or not at all.

use anyhow::{Context, Result};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use supercargo::emit::Format;
use tempfile::NamedTempFile;

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A format of ours.
    Format(Format),
    /// A template of the user's.
    Template(PathBuf),
}

/// What to write where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The form.
    pub form: Form,
    /// The file; `None` for stdout.
    pub path: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A template is named before the place.
        let (template, text) = match text.strip_prefix("template=") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("the path after = is empty".into()),
            Some((name, "-")) => (name, None),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let form = match (template, name) {
            (false, "template") => return Err("name the template, as in template=FILE or template=FILE=PATH".into()),
            (false, name) => Form::Format(name.parse().map_err(|e: supercargo::emit::UnknownFormat| e.to_string())?),
            (true, "") => return Err("the template after template= is empty".into()),
            (true, name) => Form::Template(PathBuf::from(name)),
        };
        Ok(Output { form, path })
    }
}

/// A file in the making: beside its place, so that the last step is a rename.
pub struct Pending {
    file: Option<NamedTempFile>,
    path: PathBuf,
}

/// Writes one output. Files come back pending, so that several outputs appear together.
pub fn write(output: &Output, emit: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Result<Option<Pending>> {
    write_to(output.path.as_deref(), emit)
}

/// Writes to a file, or to stdout where there is no path.
pub fn write_to(path: Option<&Path>, emit: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Result<Option<Pending>> {
    let Some(path) = path else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        return match emit(&mut out).and_then(|()| out.flush()) {
            // The reader has seen enough (`| head`).
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(None),
            // A template's fault has nothing to do with where its words would have gone.
            Err(e) if e.kind() == io::ErrorKind::InvalidInput => Err(e.into()),
            other => other.map(|()| None).context("cannot write to stdout"),
        };
    };
    let shown = path.display();
    // A device or a FIFO has no place beside it.
    if fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        let file = fs::OpenOptions::new().write(true).open(path).with_context(|| format!("cannot write {shown}"))?;
        let mut out = BufWriter::new(file);
        emit(&mut out).and_then(|()| out.flush()).with_context(|| format!("cannot write {shown}"))?;
        return Ok(Some(Pending { file: None, path: path.to_owned() }));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".supercargo-");
    #[cfg(unix)]
    {
        // As any new file: the umask takes from this what it wants.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file =
        builder.tempfile_in(folder).with_context(|| format!("cannot write {shown}: no file can be made beside it"))?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    emit(&mut out).and_then(|()| out.flush()).with_context(|| format!("cannot write {shown}"))?;
    let file =
        out.into_inner().map_err(io::IntoInnerError::into_error).with_context(|| format!("cannot write {shown}"))?;
    Ok(Some(Pending { file: Some(file), path: path.to_owned() }))
}

impl Pending {
    /// Puts the file in its place.
    pub fn persist(self) -> Result<PathBuf> {
        if let Some(file) = self.file {
            file.persist(&self.path).with_context(|| format!("cannot write {}", self.path.display()))?;
        }
        Ok(self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_a_format_and_a_place() {
        let parse = |s: &str| s.parse::<Output>();
        assert_eq!(parse("json"), Ok(Output { form: Form::Format(Format::Json), path: None }));
        assert_eq!(parse("json=-"), Ok(Output { form: Form::Format(Format::Json), path: None }));
        assert_eq!(
            parse("html=a=b.html"),
            Ok(Output { form: Form::Format(Format::Html), path: Some("a=b.html".into()) })
        );
        assert!(parse("pdf").unwrap_err().contains("cyclonedx-json"));
        assert!(parse("json=").is_err());
    }
}
