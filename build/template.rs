//! Reads the templates of the SPDX list: text with variables and optional parts (SPDX 2.3 annex B).

/// A template with its variables filled by their originals.
#[derive(Default)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// Its optional parts, as bytes.
    pub optional: Vec<(usize, usize)>,
    /// Bytes, and how many words the variable may hold.
    pub variables: Vec<(usize, usize, u16)>,
}

/// Fills a template.
pub fn fill(template: &str) -> Filled {
    let mut out = Filled::default();
    let mut open = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find("<<") {
        out.text.push_str(&rest[..at]);
        let tag = &rest[at + 2..];
        if let Some(after) = tag.strip_prefix("beginOptional>>") {
            open.push(out.text.len());
            // A space keeps the words on both sides apart, as white space never counts.
            out.text.push(' ');
            rest = after;
        } else if let Some(after) = tag.strip_prefix("endOptional>>") {
            if let Some(start) = open.pop() {
                out.optional.push((start, out.text.len()));
            }
            out.text.push(' ');
            rest = after;
        } else if let Some((variable, after)) = tag.strip_prefix("var;").and_then(variable) {
            let field = |name: &str| {
                let at = format!("{name}=\"");
                let start = if name == "match" { variable.rfind(&at) } else { variable.find(&at) }? + name.len() + 2;
                let value = &variable[start..];
                // The next field ends it; an inner variable's fields do not.
                let end = if name == "original" { value.rfind("\";match=") } else { value.find("\";") };
                Some(&value[..end.unwrap_or(value.len())])
            };
            let start = out.text.len();
            let name = field("name").unwrap_or_default();
            // A statement is a line of its own, so that it does not take the words around it along.
            let begun = ["copyright", "(c)", "©"].iter().any(|w| out.text.trim_end().to_lowercase().ends_with(w));
            if name == "copyright" && !begun {
                out.text.push('\n');
            }
            // A variable may stand inside another's original.
            out.text.push_str(&fill(field("original").unwrap_or_default()).text);
            if name == "copyright" {
                out.text.push('\n');
            }
            out.variables.push((start, out.text.len(), room(field("match").unwrap_or_default())));
            rest = after;
        } else {
            out.text.push('<');
            rest = &rest[at + 1..];
        }
    }
    out.text.push_str(rest);
    out
}

/// Splits what follows `<<var;` at the end of the variable.
fn variable(tag: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    loop {
        end += tag.get(end..)?.find("\">>")?;
        let inner = &tag[..end];
        if inner.matches("<<var;").count() == inner.matches("\">>").count() {
            return Some((inner, &tag[end + 3..]));
        }
        end += 3;
    }
}

/// How many words a variable's pattern can hold: enough for a name or an address, a bounded number for `.*`.
fn room(pattern: &str) -> u16 {
    if let Some((_, most)) =
        pattern.strip_prefix(".{").and_then(|p| p.strip_suffix('}')).and_then(|p| p.split_once(','))
    {
        return match most.parse::<u16>() {
            Ok(n) if n >= 1000 => 400,
            Ok(n) => n / 6,
            Err(_) => 40,
        };
    }
    let longest = pattern
        .split('|')
        .map(|p| {
            p.replace("\\s+", " ").split_whitespace().count() + 30 * (p.contains(".+") || p.contains(".*")) as usize
        })
        .max();
    longest.map_or(0, |n| n.min(60) as u16)
}
