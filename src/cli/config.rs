//! Where the configuration comes from, and `supercargo config`: show, init, check, schema.

use super::output;
use super::{Failure, Talk, say};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anyhow::{Context, anyhow};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use supercargo::model::RulePlace;
use supercargo::policy::config::{Config, ConfigError};
use supercargo::policy::starters::{STARTERS, Starter, built_in};

/// The name of the file that is looked for.
const NAME: &str = "supercargo.toml";

/// The sub-commands of `config`.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Show the configuration that counts here
    Show {
        /// Say of every value where it comes from
        #[arg(long)]
        origin: bool,
        #[command(flatten)]
        which: Which,
    },
    /// Write a supercargo.toml to begin with
    Init {
        /// Which one: saas, distributed, embedded, strict
        #[arg(default_value = "distributed", value_parser = STARTERS.map(|s| s.name))]
        starter: String,
        /// Where to
        #[arg(short, long, value_name = "PATH", default_value = NAME)]
        output: PathBuf,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Check a configuration; says nothing and exits with 0 where it is right
    Check {
        /// The file [default: the one that counts here]
        file: Option<PathBuf>,
    },
    /// Print the JSON schema of the configuration, for editors
    Schema,
}

/// Which configuration.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Which {
    /// The configuration [default: $SUPERCARGO_CONFIG, else supercargo.toml here or in a folder above, else that of the user]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Look for no configuration
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

/// A configuration, and how it was found.
pub struct Loaded {
    pub config: Config,
    /// How it was found, in words.
    pub found: String,
}

impl Which {
    /// No configuration.
    pub fn none() -> Which {
        Which { config: None, no_config: true }
    }

    /// The configuration that counts; `None` where there is none.
    pub fn load(&self) -> Result<Option<Loaded>, Failure> {
        match self.place()? {
            Some((path, shown, found)) => Ok(Some(Loaded { config: read(&path, &shown)?, found })),
            None => Ok(None),
        }
    }

    /// The file, how reports name it, and how it was found.
    fn place(&self) -> Result<Option<(PathBuf, String, String)>, Failure> {
        if let Some(path) = &self.config {
            return Ok(Some((path.clone(), path.display().to_string(), "--config".into())));
        }
        if self.no_config {
            return Ok(None);
        }
        if let Some(path) = std::env::var_os("SUPERCARGO_CONFIG").filter(|p| !p.is_empty()) {
            let path = PathBuf::from(path);
            let shown = path.display().to_string();
            return Ok(Some((path, shown, "SUPERCARGO_CONFIG".into())));
        }
        let here = std::env::current_dir().context("cannot tell the working folder; name the file with --config")?;
        for (steps, folder) in here.ancestors().enumerate() {
            let path = folder.join(NAME);
            if path.is_file() {
                let shown = format!("{}{NAME}", "../".repeat(steps));
                return Ok(Some((path, shown.clone(), format!("found as {shown}"))));
            }
        }
        Ok(user_folder()
            .map(|(folder, shown)| (folder.join(NAME), format!("{shown}/{NAME}")))
            .and_then(|(path, shown)| path.is_file().then(|| (path, shown, "the user's configuration".to_owned()))))
    }
}

/// The folder of the user's configuration (XDG base directories), and how reports name it.
fn user_folder() -> Option<(PathBuf, String)> {
    let of = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    match (of("XDG_CONFIG_HOME"), of("HOME").or_else(|| of("USERPROFILE"))) {
        (Some(folder), _) => Some((folder.join("supercargo"), "$XDG_CONFIG_HOME/supercargo".into())),
        (None, Some(home)) => Some((home.join(".config/supercargo"), "~/.config/supercargo".into())),
        (None, None) => None,
    }
}

fn read(path: &Path, shown: &str) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failure::Usage(format!("cannot read the configuration {shown}: {e}")))?;
    let config = Config::parse(&text, shown).map_err(|e| mistake(&e, &text))?;
    let here = std::env::current_dir().unwrap_or_default();
    Ok(Config { in_repository: in_repository(path, &here).map(Into::into), ..config })
}

/// The path of a file in the repository that one works in (the nearest folder upward with `.git`), or else below the working folder,
/// or else in the repository that the file lies in.
fn in_repository(path: &Path, here: &Path) -> Option<String> {
    let (path, here) = (path.canonicalize().ok()?, here.canonicalize().ok()?);
    let root = |from: &Path| from.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
    let roots = [root(&here), Some(here.clone()), root(path.parent()?)];
    let below = roots.iter().flatten().find_map(|root| path.strip_prefix(root).ok())?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// A mistake in a configuration, with the lines around it.
fn mistake(error: &ConfigError, text: &str) -> Failure {
    let mut message = error.to_string();
    // A file that is no text at all, or a mistake of the file as a whole, has no place to show.
    let span = error.span.start.min(text.len())..error.span.end.min(text.len());
    if span.start < span.end {
        let end = text.get(span.clone()).and_then(|s| s.find('\n')).map_or(span.end, |n| span.start + n);
        let snippet =
            Snippet::source(text).annotation(AnnotationKind::Primary.span(span.start..end.max(span.start + 1)));
        let report = [Level::ERROR.primary_title("").element(snippet)];
        let shown = Renderer::plain().render(&report).to_string();
        // The first line is the title, which stands above already.
        let lines: Vec<&str> = shown.lines().skip(1).collect();
        let _ = write!(message, "\n{}", lines.join("\n"));
    }
    Failure::Configuration(message)
}

/// The policy that counts without a configuration.
pub fn without() -> Result<Config, Failure> {
    let starter = built_in();
    starter.config().map_err(|e| mistake(&e, starter.text))
}

/// The same for a command that judges by it, which is said: whoever has a configuration elsewhere would wonder.
pub fn without_any(talk: Talk) -> Result<Config, Failure> {
    let config = without()?;
    if !talk.quiet {
        say(&format!(
            "no supercargo.toml here or above: judged by the {}; 'supercargo config init' writes it into a file",
            config.file
        ));
    }
    Ok(config)
}

/// Runs a sub-command.
pub fn run(command: &Command, talk: Talk) -> Result<(), Failure> {
    match command {
        Command::Show { origin, which } => {
            let (config, found) = match which.load()? {
                Some(loaded) => (loaded.config, loaded.found),
                None => (without()?, "built in; there is no supercargo.toml".into()),
            };
            print(&show(&config, &found, *origin))
        }
        Command::Init { starter, output, force } => {
            let Some(starter) = STARTERS.iter().find(|s| s.name == starter) else {
                return Err(Failure::Usage(format!("no policy is called {starter:?}")));
            };
            init(starter, output, *force, talk)
        }
        Command::Check { file } => {
            let config = match file {
                Some(path) => Some(read(path, &path.display().to_string())?),
                None => Which::default().load()?.map(|l| l.config),
            };
            let Some(config) = config else {
                return Err(Failure::Failed(anyhow!(
                    "there is no {NAME} here or above; 'supercargo config init' writes one"
                )));
            };
            if !talk.quiet {
                for waiver in config.waivers.iter().filter(|w| w.expires.is_none() && w.reason == "temporary") {
                    say(&format!("warning: {}: a temporary waiver should have a last day (expires)", waiver.place));
                }
                for clarification in
                    config.clarifications.iter().filter(|c| c.files.is_empty() && !c.purl.is_one_version())
                {
                    say(&format!(
                        "warning: {}: a clarification of all versions without a file that it was judged by holds whatever comes",
                        clarification.place
                    ));
                }
                let policy = &config.policy;
                let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
                say(&format!(
                    "{}: right; {}, {}, {}, {}",
                    config.file,
                    count(policy.rules.len(), "rule"),
                    count(config.waivers.len(), "waiver"),
                    count(config.clarifications.len(), "clarification"),
                    count(config.choices.len(), "choice")
                ));
            }
            Ok(())
        }
        Command::Schema => print(include_str!("../policy/schema.json")),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    output::write_to(None, &|out| out.write_all(text.as_bytes()))?;
    Ok(())
}

fn init(starter: &Starter, path: &Path, force: bool, talk: Talk) -> Result<(), Failure> {
    if path.exists() && !force {
        return Err(Failure::Failed(anyhow!("{} is there already; --force writes over it", path.display())));
    }
    if let Some(file) = output::write_to(Some(path), &|out| out.write_all(starter.text.as_bytes()))? {
        file.persist()?;
    }
    if !talk.quiet {
        say(&format!("wrote {}: for {}", path.display(), starter.purpose));
    }
    Ok(())
}

/// The configuration as TOML again, with defaults filled in.
fn show(config: &Config, found: &str, origin: bool) -> String {
    let mut out = format!("# {} ({found})\n# {}\nversion = 1\n\n[policy]\n", config.file, config.hash);
    let policy = &config.policy;
    let from = |place: Option<&RulePlace>| match place {
        _ if !origin => String::new(),
        Some(place) => format!("  # {place}"),
        None => "  # default".to_owned(),
    };
    let quoted = |s: &str| toml::Value::String(s.to_owned()).to_string();
    let mut key = |name: &str, value: String| {
        let _ = writeln!(out, "{name} = {value}{}", from(policy.places.get(name)));
    };
    if let Some(name) = &policy.name {
        key("name", quoted(name));
    }
    key("default", quoted(policy.default.as_str()));
    key("unknown", quoted(policy.unknown.as_str()));
    key("fail-on", quoted(policy.fail_on.map_or("never", |v| v.as_str())));
    let list = |values: &[Box<str>]| {
        let values: Vec<String> = values.iter().map(|v| quoted(v)).collect();
        format!("[{}]", values.join(", "))
    };
    for rule in &policy.rules {
        let _ = writeln!(out, "\n[[policy.rule]]{}\nid = {}", from(rule.place.as_ref()), quoted(&rule.id));
        for (name, values) in &rule.written {
            let _ = writeln!(out, "{name} = {}", list(values));
        }
        let _ = writeln!(out, "verdict = {}", quoted(rule.verdict.as_str()));
        if !rule.require.is_empty() {
            let names: Vec<Box<str>> = rule.require.iter().map(|r| r.as_str().into()).collect();
            let _ = writeln!(out, "require = {}", list(&names));
        }
        if let Some(how) = &rule.how_to_fix {
            let _ = writeln!(out, "how-to-fix = {}", quoted(how));
        }
    }
    let optional = |name: &str, value: &Option<Box<str>>| {
        value.as_ref().map(|v| format!("{name} = {}\n", quoted(v))).unwrap_or_default()
    };
    for w in &config.waivers {
        let _ = write!(
            out,
            "\n[[waiver]]{}\nid = {}\npurl = {}\n",
            from(Some(&w.place)),
            quoted(&w.id),
            quoted(&w.purl.to_string())
        );
        out += &optional("rule", &w.rule);
        let _ = write!(
            out,
            "reason = {}\n{}owner = {}\n",
            quoted(w.reason),
            optional("comment", &w.comment),
            quoted(&w.owner)
        );
        out += &optional("ticket", &w.ticket);
        if let Some(day) = w.expires {
            let _ = writeln!(out, "expires = {day}");
        }
        if !w.texts.is_empty() {
            let _ = writeln!(out, "text = {}", list(&w.texts));
        }
    }
    for c in &config.clarifications {
        let _ = write!(
            out,
            "\n[[clarify]]{}\npurl = {}\nlicense = {}\n",
            from(Some(&c.place)),
            quoted(&c.purl.to_string()),
            quoted(&c.license.to_string())
        );
        out += &optional("comment", &c.comment);
        for (path, hash) in &c.files {
            let _ = write!(out, "[[clarify.file]]\npath = {}\nsha256 = {}\n", quoted(path), quoted(hash));
        }
    }
    for c in &config.choices {
        let _ = write!(
            out,
            "\n[[choice]]{}\npurl = {}\ntake = {}\n",
            from(Some(&c.place)),
            quoted(&c.purl.to_string()),
            quoted(&c.take.to_string())
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::in_repository;
    use std::fs;

    #[test]
    fn a_path_begins_where_the_repository_does() {
        let dir = tempfile::TempDir::new().unwrap();
        let at = |path: &str| dir.path().join(path);
        for folder in ["repo/.git", "repo/ci/sub", "repo/.gitlab", "plain/ci"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in ["repo/ci/supercargo.toml", "repo/.gitlab/supercargo.toml", "plain/ci/supercargo.toml", "own.toml"]
        {
            fs::write(at(file), "").unwrap();
        }
        let check = |path: &str, here: &str, expected: Option<&str>| {
            assert_eq!(in_repository(&at(path), &at(here)).as_deref(), expected, "{path} from {here}");
        };
        check("repo/ci/./supercargo.toml", "repo", Some("ci/supercargo.toml"));
        check("repo/ci/supercargo.toml", "repo/ci/sub", Some("ci/supercargo.toml"));
        check("repo/.gitlab/supercargo.toml", "repo", Some(".gitlab/supercargo.toml"));
        check("repo/ci/supercargo.toml", "plain", Some("ci/supercargo.toml"));
        check("plain/ci/supercargo.toml", "plain", Some("ci/supercargo.toml"));
        check("own.toml", "plain", None);
        check("own.toml", "repo/ci", None);
    }
}
