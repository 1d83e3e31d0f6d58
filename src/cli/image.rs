//! Which image: the flags that every command has which scans one.

use super::config::Which;
use super::scan::{epoch, today};
use super::{Failure, Talk, cache, progress};
use anyhow::Context;
use std::path::PathBuf;
use std::sync::Arc;
use supercargo::image::{Choice, Source};
use supercargo::license::known::Given;
use supercargo::model::Report;
use supercargo::policy::judge;
use supercargo::{Options, Progress};

/// The flags.
#[derive(clap::Args)]
pub struct ImageArgs {
    /// A docker-archive, an OCI layout (folder or tar) or a root file system (folder or tar), gzip or zstd around it or not; `-`
    /// reads an archive from stdin. A prefix forces the kind: docker-archive:, oci-archive:, oci-dir:, rootfs-dir:, rootfs-tar:,
    /// dir: (a source tree: lock files are read too)
    pub image: String,
    /// Which platform of a multi-platform image [default: the host's, else the only one]
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<String>,
    /// Which image of an archive that holds several
    #[arg(long = "image", value_name = "REF")]
    reference: Option<String>,
    /// The image that this one stands on, as for IMAGE: its layers must be the lowest ones. It tells which layers and packages are
    /// the base's; only its manifest and configuration are read
    #[arg(long, value_name = "IMAGE")]
    base: Option<String>,
    /// Licences that you know, for packages of which the image says nothing: a JSON object of purls to SPDX expressions, or a line
    /// each with a purl and an expression
    #[arg(long, value_name = "FILE")]
    licenses_from: Option<PathBuf>,
    #[command(flatten)]
    pub which: Which,
}

impl ImageArgs {
    /// The image of this name alone, on a platform, without a configuration.
    pub fn of(image: &str, platform: &Option<String>) -> ImageArgs {
        let which = Which::none();
        let (image, platform) = (image.to_owned(), platform.clone());
        ImageArgs { image, platform, reference: None, base: None, licenses_from: None, which }
    }

    /// Options with what the flags say, the cache, and a progress to be shown.
    pub fn options(&self, talk: Talk) -> Result<Options, Failure> {
        let licenses_from = match &self.licenses_from {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read the licences in {}", path.display()))?;
                let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
                Some(Given::parse(&text, &name)?)
            }
            None => None,
        };
        Ok(Options {
            licenses_from,
            choice: Choice { platform: self.platform.clone(), image: self.reference.clone() },
            base: self.base.as_deref().map(Source::parse),
            cache: cache::of(talk),
            progress: Arc::new(Progress::default()),
            freed: Some(crate::memory::give_back),
            ..Options::default()
        })
    }

    /// Scans, with progress on a terminal.
    pub fn scan(&self, options: &Options, talk: Talk) -> Result<Report, Failure> {
        let shown = progress::show(&options.progress, talk.quiet);
        let report = supercargo::scan(&Source::parse(&self.image), options)?;
        drop(shown);
        cache::say_hits(&options.progress, report.image.layers.len(), talk);
        Ok(report)
    }

    /// Scans as the commands do that ask for nothing but which image. The configuration counts here too: what it clarifies stands in
    /// every paper.
    pub fn scanned(&self, talk: Talk) -> Result<Report, Failure> {
        let config = self.which.load()?;
        let epoch = epoch()?;
        let mut report = self.scan(&Options { epoch, ..self.options(talk)? }, talk)?;
        if let Some(loaded) = config {
            judge::apply(&mut report, &loaded.config, today(epoch));
        }
        Ok(report)
    }
}
