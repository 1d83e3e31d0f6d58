//! Headings of READMEs: where they are, and whether what follows is about the licence.

use std::borrow::Cow;

/// A heading is not longer, in bytes and in words.
pub(super) const TITLE_LIMIT: usize = 80;
const TITLE_WORDS: usize = 8;

/// How a heading is marked. Those without a mark end only sections that begin with such a one, for licence texts have lines in
/// capitals too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// By marks, the outermost 1.
    Marked(usize),
    /// A line in bold type or in capitals.
    Plain,
}

/// What a heading says of its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// The licence, and nothing else.
    License,
    /// The licence by its name.
    Named,
    /// The copyright alone.
    Copyright,
    /// Something else.
    Other,
}

/// A heading, by lines of the text.
pub(super) struct Heading<'a> {
    pub title: Cow<'a, str>,
    pub level: Level,
    pub at: usize,
    pub body: usize,
}

/// What headings of a file of this name are marked by, once for each level. In other markups than Org a star begins an item.
pub(super) fn marks(path: &str) -> &'static [char] {
    if path.ends_with(".org") { &['*'] } else { &['#', '='] }
}

/// How many lines begin or end a block of code.
pub(super) fn fences(text: &str) -> usize {
    let begins_line = |at: &usize| {
        let before = text.get(..*at).unwrap_or("");
        before.get(before.rfind('\n').map_or(0, |n| n + 1)..).unwrap_or("").trim().is_empty()
    };
    memchr::memmem::find_iter(text.as_bytes(), "```").filter(begins_line).count()
}

/// All headings; `in_code` says whether the lines begin in a block of code, `None` that such blocks are not minded.
pub(super) fn headings<'a>(lines: &[&'a str], marks: &[char], in_code: Option<bool>) -> Vec<Heading<'a>> {
    let line = |n: usize| lines.get(n).copied().unwrap_or("");
    let is_fence = |l: &str| l.trim_start().starts_with("```");
    let fences = in_code.is_some();
    let (mut out, mut in_code, mut n) = (Vec::new(), in_code.unwrap_or(false), 0);
    while n < lines.len() {
        let this = line(n);
        let after_blank = n == 0 || line(n - 1).trim().is_empty() || is_rule(line(n - 1));
        in_code ^= fences && is_fence(this);
        let found = (!in_code && this.trim().len() <= TITLE_LIMIT * 2)
            .then(|| marked(this, marks).or_else(|| underlined(this, line(n + 1), after_blank)))
            .flatten()
            .or_else(|| (!in_code && after_blank).then(|| plain(this, line(n + 1))).flatten());
        let Some((title, level, length)) = found else {
            n += 1;
            continue;
        };
        out.push(Heading { title: cleaned(title), level, at: n, body: n + length });
        n += length;
    }
    out
}

/// A title, its level, and how many lines it takes.
type Found<'a> = (&'a str, Level, usize);

/// `## License`, `== License`, `h2. License`, `<h2>License</h2>`.
fn marked<'a>(line: &'a str, marks: &[char]) -> Option<Found<'a>> {
    for mark in marks {
        let title = line.trim_start_matches(*mark);
        let depth = line.len() - title.len();
        let fits = (1..=6).contains(&depth) && (*mark == '#' || title.starts_with(' ')) && !title.starts_with('!');
        if fits && !title.trim().is_empty() {
            return Some((title, Level::Marked(depth), 1));
        }
    }
    let html = line.trim().strip_prefix("<h").or_else(|| line.trim().strip_prefix("<H"));
    let textile = line.strip_prefix('h').and_then(|rest| Some((rest, rest.get(1..)?.strip_prefix(". ")?)));
    let (rest, title) = match html {
        Some(rest) if rest.contains("</") => (rest, line),
        _ => textile?,
    };
    let depth = rest.bytes().next().filter(|b| (b'1'..=b'6').contains(b))?;
    Some((title, Level::Marked(usize::from(depth - b'0')), 1))
}

/// A line over a ruled one.
fn underlined<'a>(line: &'a str, next: &str, after_blank: bool) -> Option<Found<'a>> {
    let title = line.trim();
    let fits = after_blank && !title.is_empty() && !line.starts_with(['\t', '-', '|']) && !line.starts_with("    ");
    if !fits || is_rule(line) || !is_rule(next) || next.starts_with("    ") {
        return None;
    }
    let depth = match next.trim().bytes().next() {
        Some(b'=') => 1,
        Some(b'-') => 2,
        _ => 3,
    };
    Some((title, Level::Marked(depth), 2))
}

/// Whether a line is three or more of one sign.
fn is_rule(line: &str) -> bool {
    let line = line.trim().as_bytes();
    line.len() >= 3 && b"=-~^*+#".contains(&line[0]) && line.iter().all(|b| *b == line[0])
}

/// `**License**`, `LICENSE:` or `(The MIT License)` with nothing beside it.
fn plain<'a>(line: &'a str, next: &str) -> Option<Found<'a>> {
    let title = line.trim();
    if title.len() > TITLE_LIMIT || line.starts_with(['\t', ' ']) || !(next.trim().is_empty() || next.starts_with(' '))
    {
        return None;
    }
    let bold = ["**", "__"].iter().find_map(|m| title.strip_prefix(m)?.trim_end_matches(':').strip_suffix(m));
    let bold = bold.filter(|inner| !inner.contains("**") && !inner.trim().is_empty());
    let in_brackets = title.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| topic(t) == Topic::Named);
    let letters = || title.chars().filter(|c| c.is_alphabetic());
    let capitals = letters().count() >= 3 && letters().all(char::is_uppercase) && !title.ends_with('.');
    match bold.or(in_brackets) {
        Some(inner) => Some((inner, Level::Plain, 1)),
        None => capitals.then_some((title, Level::Plain, 1)),
    }
}

/// A title without marks, tags and addresses.
pub(super) fn cleaned(title: &str) -> Cow<'_, str> {
    let title = title.trim().trim_end_matches(['#', '=']).trim();
    if !title.contains(['<', '[', '*', '_', '`']) {
        return title.into();
    }
    let mut out = String::with_capacity(title.len());
    let mut closing: Option<char> = None;
    let mut last = ' ';
    for c in title.chars() {
        match (closing, c) {
            (Some(end), c) if c == end => closing = None,
            (Some(_), _) => {}
            (None, '<') => closing = Some('>'),
            (None, '(') if last == ']' => closing = Some(')'),
            (None, '[') if last == ']' => closing = Some(']'),
            (None, '[' | ']' | '*' | '_' | '`' | '!') => {}
            (None, c) => out.push(c),
        }
        last = c;
    }
    out.trim().to_owned().into()
}

fn title_words(title: &str) -> impl Iterator<Item = String> {
    title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// Words of licences' names, besides numbers and versions.
const NAMES: [&str; 44] = [
    "affero",
    "afl",
    "agpl",
    "apache",
    "artistic",
    "attribution",
    "boost",
    "bsd",
    "bsl",
    "cc",
    "cc0",
    "clause",
    "commons",
    "creative",
    "domain",
    "dual",
    "eclipse",
    "epl",
    "expat",
    "general",
    "gnu",
    "gpl",
    "international",
    "isc",
    "later",
    "lesser",
    "lgpl",
    "mit",
    "modified",
    "mozilla",
    "mpl",
    "new",
    "ofl",
    "or",
    "perl",
    "public",
    "ruby",
    "simplified",
    "style",
    "unlicense",
    "version",
    "wtfpl",
    "x11",
    "zlib",
];

/// What the section under a title is about.
pub(super) fn topic(title: &str) -> Topic {
    const AROUND: [&str; 23] = [
        "amp",
        "and",
        "the",
        "of",
        "this",
        "a",
        "info",
        "information",
        "notice",
        "notices",
        "terms",
        "conditions",
        "agreement",
        "use",
        "details",
        "software",
        "project",
        "legal",
        "author",
        "authors",
        "credits",
        "c",
        "statement",
    ];
    let (mut license, mut copyright, mut named, mut more, mut count) = (false, false, false, false, 0);
    for word in title_words(title) {
        count += 1;
        match &*word {
            "license" | "licence" | "licenses" | "licences" | "licensing" | "licencing" | "licensed" | "licenced" => {
                license = true
            }
            "copyright" | "copyrights" | "copying" => copyright = true,
            "unlicense" => (license, named) = (true, true),
            // `7. License`, `GPL v2`, and Textile's mark.
            number if number.trim_start_matches(['v', 'h']).starts_with(|c: char| c.is_ascii_digit()) => {}
            name if NAMES.contains(&name) => named = true,
            word => more |= !AROUND.contains(&word),
        }
    }
    match (license, copyright) {
        _ if count > TITLE_WORDS || more || is_about_others(title) => Topic::Other,
        (true, _) if named => Topic::Named,
        (true, _) => Topic::License,
        (false, true) => Topic::Copyright,
        _ => Topic::Other,
    }
}

/// Whether a title announces the licences of other works.
pub(super) fn is_about_others(title: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "third",
        "3rd",
        "party",
        "dependency",
        "dependencies",
        "bundled",
        "vendored",
        "vendor",
        "included",
        "other",
        "others",
        "external",
        "libraries",
        "assets",
    ];
    title_words(title).any(|w| OTHERS.contains(&&*w))
}
