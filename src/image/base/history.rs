//! Where the base image ends, from the history of the image alone. A history does not say which build made which step, so this
//! looks for the traces that the end of a build leaves. The rules, of which those that hold are weighed together:
//!
//! - *Begun from.* Buildah (podman build) notes at the first step of a build `FROM <name>`. With layers kept it notes at every
//!   later step too, but then the id of the step before, in hexadecimal. The last step that notes a name begins the
//!   application; nothing else is asked.
//! - *Another builder.* One build is done by one builder. Where the steps change from one to another (from the classic
//!   builder's `/bin/sh -c #(nop)` to BuildKit's `# buildkit`, from Debian's debuerreotype to either, from Bazel to BuildKit), a
//!   base ends. The last change counts; steps of which the builder is not known belong to the build that they follow.
//! - *What to run, before more layers.* `CMD` mostly stands at the end of a Dockerfile. One that further layers follow is the
//!   end of a base image. `ENTRYPOINT` is often followed by more within one file, and counts only where a later step sets
//!   it again, which one file seldom does.
//! - *A root file system.* A first layer that is an unpacked root file system (`ADD file:... in /`) with layers on it.
//!
//! Of several the highest counts: images stand on images, and the nearest one is the base of this one. A boundary below the
//! first layer or above the last is none. The third rule is wrong for a Dockerfile that says `CMD` before it copies its files,
//! which is why the result is never more than a guess.

use crate::model::History;

/// Where the base ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// How many layers are the base's.
    pub layers: u32,
    /// Its name, where the history has it.
    pub name: Option<Box<str>>,
    /// What shows it, for a sentence.
    pub why: String,
}

/// Reads the history of an image with so many layers.
pub(super) fn end(history: &[History], layers: usize) -> Option<End> {
    let made = |steps: &[History]| steps.iter().filter(|h| !h.empty_layer).count();
    // A squashed image has the history of what it was made of.
    if made(history) != layers {
        return None;
    }
    let inside = |at: usize| Some(made(&history[..at])).filter(|n| (1..layers).contains(n));
    if let Some((at, name)) = begun_from(history)
        && let Some(n) = inside(at)
    {
        let why = format!("the step after it notes FROM {name:?}");
        return Some(End { layers: n as u32, name: Some(name.into()), why });
    }
    // The surest first; of those that say the same the first is told.
    let rules = [
        another_builder(history),
        run_before_more(history).map(|at| (at, format!("{} is followed by more layers", word(&history[at - 1])))),
        root_file_system(history).map(|at| (at, "the first layer is a root file system".to_owned())),
    ];
    let mut best: Option<End> = None;
    for (at, why) in rules.into_iter().flatten() {
        let Some(layers) = inside(at).map(|n| n as u32) else { continue };
        if best.as_ref().is_none_or(|b| b.layers < layers) {
            best = Some(End { layers, name: None, why });
        }
    }
    best
}

/// The last step that notes the name of what its build began from. (Newer versions note it at the step that follows the base's
/// own, after whatever stood there.)
fn begun_from(history: &[History]) -> Option<(usize, &str)> {
    history.iter().enumerate().rev().find_map(|(i, step)| Some((i, name_in(step)?)))
}

fn name_in(step: &History) -> Option<&str> {
    let comment = step.comment.as_deref()?;
    let at = if comment.starts_with("FROM ") { 0 } else { comment.rfind(" FROM ")? + 1 };
    let name = comment.get(at + "FROM ".len()..)?.split_whitespace().next()?;
    let is_id = name.len() >= 12 && name.bytes().all(|b| b.is_ascii_hexdigit());
    (!is_id && name != "scratch").then_some(name)
}

/// What is known by its traces in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Builder {
    BuildKit,
    Classic,
    Debuerreotype,
    Apko,
    Bazel,
    Jib,
    Ko,
}

impl Builder {
    fn of(step: &History) -> Option<Builder> {
        let (by, comment) = (step.created_by.trim(), step.comment.as_deref().unwrap_or(""));
        Some(if comment.starts_with("buildkit.") || by.ends_with("# buildkit") {
            Builder::BuildKit
        } else if comment.starts_with("debuerreotype") || by.starts_with("# debian.sh") {
            Builder::Debuerreotype
        } else if comment.contains("apko") || by.starts_with("apko") {
            Builder::Apko
        } else if by.starts_with("bazel build") {
            Builder::Bazel
        } else if by.starts_with("jib-") {
            Builder::Jib
        } else if by.starts_with("ko build") {
            Builder::Ko
        } else if by.starts_with("/bin/sh -c ") && comment.is_empty() {
            Builder::Classic
        } else {
            return None;
        })
    }

    fn name(self) -> &'static str {
        match self {
            Builder::BuildKit => "BuildKit",
            Builder::Classic => "the classic builder",
            Builder::Debuerreotype => "debuerreotype",
            Builder::Apko => "apko",
            Builder::Bazel => "Bazel",
            Builder::Jib => "Jib",
            Builder::Ko => "ko",
        }
    }
}

/// Where the last change of the builder is.
fn another_builder(history: &[History]) -> Option<(usize, String)> {
    let known: Vec<(usize, Builder)> =
        history.iter().enumerate().filter_map(|(i, step)| Some((i, Builder::of(step)?))).collect();
    let change = known.windows(2).rev().find(|w| w[0].1 != w[1].1)?;
    let (below, above) = (change[0].1.name(), change[1].1.name());
    Some((change[1].0, format!("the steps below are of {below}, those above of {above}")))
}

/// After the last step that says what to run and that more layers follow.
fn run_before_more(history: &[History]) -> Option<usize> {
    let last_layer = history.iter().rposition(|h| !h.empty_layer)?;
    let last_entrypoint = history.iter().rposition(|h| word(h) == "ENTRYPOINT");
    let ends = |(i, step): &(usize, &History)| {
        step.empty_layer && (word(step) == "CMD" || (word(step) == "ENTRYPOINT" && last_entrypoint > Some(*i)))
    };
    history.iter().enumerate().take(last_layer).rev().find(ends).map(|(i, _)| i + 1)
}

/// After the first step, where it unpacks a root file system.
fn root_file_system(history: &[History]) -> Option<usize> {
    let step = instruction(history.first()?);
    let mut words = step.split_whitespace();
    if words.next() != Some("ADD") {
        return None;
    }
    let words: Vec<&str> = words.filter(|w| !w.starts_with("--")).collect();
    let unpacks = match words.as_slice() {
        // The classic builder names what it adds by its hash.
        [file, "in", "/"] => file.starts_with("file:"),
        [file, "/"] => [".tar", ".tgz", ".txz"].iter().any(|ending| file.contains(ending)) || file.contains("rootfs"),
        _ => false,
    };
    unpacks.then_some(1)
}

/// The instruction, without what builders put around it.
fn instruction(step: &History) -> &str {
    let by = step.created_by.trim();
    let by = by.strip_suffix("# buildkit").unwrap_or(by).trim_end();
    match by.strip_prefix("/bin/sh -c #(nop)") {
        Some(rest) => rest.trim_start(),
        None => by,
    }
}

/// Its first word: `CMD`, `COPY`.
fn word(step: &History) -> &str {
    instruction(step).split_whitespace().next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One step a line: a minus before those that make no layer, after a bar the comment.
    fn check(steps: &[&str], expected: Option<(u32, &str)>) {
        let history: Vec<History> = steps
            .iter()
            .map(|line| {
                let (line, comment) = line.split_once(" | ").map_or((*line, None), |(l, c)| (l, Some(c.into())));
                let (empty_layer, by) = line.strip_prefix('-').map_or((false, line), |l| (true, l));
                History { created_by: by.into(), empty_layer, comment }
            })
            .collect();
        let layers = history.iter().filter(|h| !h.empty_layer).count();
        let found = end(&history, layers);
        assert_eq!(found.as_ref().map(|e| (e.layers, &*e.why)), expected, "{steps:?}");
    }

    const BUILDKIT: &str = "the steps below are of the classic builder, those above of BuildKit";

    #[test]
    fn what_to_run_before_more_layers_is_the_end_of_a_base() {
        let cmd = "CMD is followed by more layers";
        check(
            &[
                "/bin/sh -c #(nop) ADD file:9a4f77dfaba7fd2aa78186e4ef0e7486ad55101cefc1fabbc1b385601bb38920 in / ",
                "-/bin/sh -c #(nop)  CMD [\"/bin/sh\"]",
                "/bin/sh -c apk add curl",
                "-/bin/sh -c #(nop)  CMD [\"curl\"]",
            ],
            Some((1, cmd)),
        );
        // Node on Debian, an application on Node: the nearest.
        check(
            &[
                "# debian.sh --arch 'amd64' out/ 'bookworm' '@1718000000' | debuerreotype 0.15",
                "RUN /bin/sh -c groupadd node # buildkit | buildkit.dockerfile.v0",
                "-ENV NODE_VERSION=20.14.0 | buildkit.dockerfile.v0",
                "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit | buildkit.dockerfile.v0",
                "-ENTRYPOINT [\"docker-entrypoint.sh\"] | buildkit.dockerfile.v0",
                "-CMD [\"node\"] | buildkit.dockerfile.v0",
                "-WORKDIR /app | buildkit.dockerfile.v0",
                "COPY . . # buildkit | buildkit.dockerfile.v0",
                "-CMD [\"node\" \"server.js\"] | buildkit.dockerfile.v0",
            ],
            Some((3, cmd)),
        );
    }

    /// One Dockerfile that copies files after its entry point, as those of PHP do.
    #[test]
    fn an_entry_point_is_an_end_only_where_another_follows() {
        let debian = "# debian.sh --arch 'amd64' out/ 'bookworm' '@1718000000' | debuerreotype 0.15";
        let php = [
            debian,
            "RUN /bin/sh -c make install # buildkit",
            "-ENTRYPOINT [\"docker-php-entrypoint\"]",
            "COPY apache2-foreground /usr/local/bin/ # buildkit",
            "-CMD [\"apache2-foreground\"]",
        ];
        let builder = "the steps below are of debuerreotype, those above of BuildKit";
        check(&php, Some((1, builder)));
        let tool = [
            debian,
            "COPY tool / # buildkit",
            "-ENTRYPOINT [\"/tool\"]",
            "COPY x / # buildkit",
            "-ENTRYPOINT [\"/x\"]",
        ];
        check(&tool, Some((2, "ENTRYPOINT is followed by more layers")));
    }

    #[test]
    fn another_builder_is_another_build() {
        check(
            &[
                "/bin/sh -c #(nop) COPY file:1 in /a ",
                "/bin/sh -c make",
                "RUN /bin/sh -c true # buildkit",
                "COPY b / # buildkit",
            ],
            Some((2, BUILDKIT)),
        );
        let bazel = ["bazel build ... base-files", "bazel build ... libc6", "COPY app / # buildkit"];
        check(&bazel, Some((2, "the steps below are of Bazel, those above of BuildKit")));
        // The application's own steps are all of one builder, whatever one step of none may be.
        check(&["COPY a / # buildkit", "by hand", "COPY b / # buildkit"], None);
    }

    #[test]
    fn buildah_notes_what_it_began_from() {
        let from = "the step after it notes FROM \"registry.example/ubi9:9.4\"";
        check(
            &[
                "/bin/sh -c #(nop) ADD file:1 in / ",
                "-/bin/sh -c #(nop) CMD [\"bash\"]",
                "/bin/sh -c dnf install -y x | FROM registry.example/ubi9:9.4",
                "/bin/sh -c #(nop) COPY file:2 in /app  | FROM 4a5f8e6f8b8e4a5f8e6f8b8e",
                "-/bin/sh -c #(nop) CMD [\"/app\"] | FROM 9d3f8e6f8b8e",
            ],
            Some((1, from)),
        );
        check(&["a", "b | built by hand FROM registry.example/ubi9:9.4"], Some((1, from)));
        check(&["a", "b | FROM scratch"], None);
    }

    #[test]
    fn a_root_file_system_is_a_base_where_more_stands_on_it() {
        let why = "the first layer is a root file system";
        check(&["ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit", "COPY a / # buildkit"], Some((1, why)));
        check(&["/bin/sh -c #(nop) ADD file:12 in / ", "/bin/sh -c make"], Some((1, why)));
        check(&["ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit"], None);
        check(&["ADD settings.json /etc/ # buildkit", "COPY a / # buildkit"], None);
    }

    #[test]
    fn nothing_is_said_where_nothing_shows_it() {
        check(&[], None);
        check(&["a", "b", "c"], None);
        check(&["a", "-CMD [\"a\"]"], None);
        check(&["-CMD [\"a\"]", "a", "b"], None);
        // Squashed: three steps, one layer.
        let history = vec![History { created_by: "CMD x".into(), ..History::default() }; 3];
        assert_eq!(end(&history, 1), None);
    }
}
