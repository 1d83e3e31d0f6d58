//! Reads names joined by "and", "or", commas, slashes and parentheses, as people write them outside of SPDX: Callaway
//! tags, DEP-5 (section 7), free text.
//!
//! A name may hold "and", "or", a comma or a slash itself (`GPL version 2 or later`, `MIT/X11`), so at every place the
//! longest piece that is a name is taken first. AND binds before OR, and a slash or a plus inside a word before both; a comma
//! before "and" or "or" makes that word weaker than those without one (DEP-5: `A or B, and C` is `(A or B) and C`). A
//! comma alone takes the meaning of the next word of its list, or what the ecosystem makes of it.

use super::around;
use super::leaf::{self, Reading};
use super::lexer::{Kind, Op, Token, tokens};
use super::structure;
use crate::model::{Expr, Grammar, Outcome};

/// Deepest nesting of parentheses; the reader recurses once a level.
const MAX_DEPTH: usize = 32;

/// Most pieces between operators that one name may span. The longest real ones have four.
const MAX_SPAN: usize = 8;

/// Most pieces in a statement; the longest real tags (kernel, TeX Live) have some hundred.
const MAX_PIECES: usize = 4000;

/// What was found while reading, beside the expression.
#[derive(Default)]
struct Notes {
    ambiguous: bool,
    unresolved: Vec<String>,
    refs: Vec<(Box<str>, Box<str>)>,
    methods: Vec<&'static str>,
    family: Option<&'static str>,
}

/// Reads a statement. Names that nothing knows become references and are listed.
pub(super) fn read(grammar: Grammar, text: &str) -> Reading {
    let (text, choice) = choice_marker(text);
    if let Some(reading) = leaf::whole(grammar, text) {
        return reading;
    }
    let mut tokens = tokens(text);
    if tokens.len() > MAX_PIECES {
        return super::whole_text(text);
    }
    settle_glue(grammar, text, &mut tokens);
    let reader = Reader { grammar, text, tokens: &tokens, choice };
    // "and/or" leaves the choice to the reader.
    let mut notes = Notes { ambiguous: text.to_ascii_lowercase().contains("and/or"), ..Notes::default() };
    let Some(outcome) = reader.group(0, tokens.len(), 0, &mut notes) else { return Reading::unknown(text) };
    // Names have capitals or numbers; words without, of which none is known, are a sentence.
    let sentence = !text.contains(|c: char| c.is_uppercase() || c.is_ascii_digit()) && text.contains(' ');
    if sentence && notes.methods.len() > 1 && notes.methods.iter().all(|method| *method == "unknown") {
        return Reading::unknown(text);
    }
    let method = match notes.methods.as_slice() {
        [one] => one,
        _ => "expression",
    };
    Reading {
        outcome,
        ambiguous: notes.ambiguous,
        unresolved: notes.unresolved,
        method,
        refs: notes.refs,
        family: None,
    }
}

/// A slash is a choice between names, and a plus joins two; beside words that are none they are a part of a path (`src/foo`) or of a
/// name (`M+Font`), and those words stay one.
/// Where a statement has nothing else that joins, one of the names may be unknown.
fn settle_glue(grammar: Grammar, text: &str, tokens: &mut [Token]) {
    let glue = |kind: Kind| matches!(kind, Kind::Op(Op::Slash | Op::Plus));
    let alone = !tokens.iter().any(|token| matches!(token.kind, Kind::Op(_)) && !glue(token.kind));
    let piece = |tokens: &[Token], from: usize, to: usize| -> Option<&str> {
        text.get(tokens.get(from)?.start..tokens.get(to.checked_sub(1)?)?.end)
    };
    // Longer words are no name, and pieces that stay one grow with each slash.
    let known = |words: &str| {
        words.len() <= leaf::MAX_NAME
            && (leaf::read(grammar, words).is_some() || around::is_version(words) || around::is_noise(words))
    };
    let single = |words: &str| alone && !words.contains(char::is_whitespace);
    let mut from = 0;
    for at in 0..tokens.len() {
        if tokens[at].kind == Kind::Word {
            continue;
        }
        let end = |token: &Token| token.kind != Kind::Word;
        if glue(tokens[at].kind) {
            let to = tokens[at + 1..].iter().position(end).map_or(tokens.len(), |n| at + 1 + n);
            let (before, after) = (piece(tokens, from, at), piece(tokens, at + 1, to));
            let joins = before.zip(after).is_none_or(|(before, after)| {
                let names = usize::from(known(before)) + usize::from(known(after));
                names == 2 || names == 1 && (known(before) || single(before)) && (known(after) || single(after))
            });
            if !joins {
                tokens[at].kind = Kind::Word;
                continue;
            }
        }
        from = at + 1;
    }
}

/// Takes "dual licensed under", "either" and their like off: they say that what follows is a choice.
fn choice_marker(text: &str) -> (&str, bool) {
    const BEFORE: [&str; 18] = [
        "dual license consisting of the",
        "dual license consisting of",
        "dual licensed under the terms of",
        "dual licensed under both",
        "dual licensed under the",
        "dual-licensed under the",
        "dual licensed under",
        "dual-licensed under",
        "dual licensed:",
        "dual-licensed:",
        "dual licensed",
        "dual-licensed",
        "dual license:",
        "dual:",
        "either of",
        "either",
        "your choice of",
        "dual ",
    ];
    const AFTER: [&str; 6] =
        ["(dual license)", "(dual licensed)", "dual license", "dual licensed", "dual-licensed", "(dual)"];
    let mut text = text.trim();
    let mut found = false;
    let lower = text.to_ascii_lowercase();
    let before = BEFORE.iter().find(|w| lower.starts_with(*w));
    if let Some(rest) = before.and_then(|w| text.get(w.len()..)).filter(|rest| !rest.trim().is_empty()) {
        (text, found) = (rest.trim(), true);
    }
    let lower = text.to_ascii_lowercase();
    let after = AFTER.iter().find(|w| lower.ends_with(*w));
    if let Some(rest) = after.and_then(|w| text.get(..text.len() - w.len())).filter(|rest| !rest.trim().is_empty()) {
        (text, found) = (rest.trim(), true);
    }
    (text, found)
}

struct Reader<'a> {
    grammar: Grammar,
    text: &'a str,
    tokens: &'a [Token],
    choice: bool,
}

impl Reader<'_> {
    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    fn slice(&self, from: usize, to: usize) -> &str {
        let start = self.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |t| t.end);
        self.text.get(start..end).unwrap_or("")
    }

    /// Reads the tokens of one level.
    fn group(&self, from: usize, to: usize, depth: usize, notes: &mut Notes) -> Option<Outcome> {
        if depth > MAX_DEPTH {
            notes.unresolved.push(self.slice(from, to).to_string());
            return Some(Outcome::Expression(Expr::reference("nested-too-deep")));
        }
        let mut operands: Vec<Outcome> = Vec::new();
        let mut ops: Vec<Op> = Vec::new();
        let mut at = from;
        while at < to {
            if let Some(Kind::Op(op)) = self.kind(at) {
                // Two operators in a row, or one at an end, join nothing.
                match operands.len() > ops.len() {
                    true => ops.push(op),
                    false => notes.ambiguous = true,
                }
                at += 1;
                continue;
            }
            if self.kind(at) == Some(Kind::Close) {
                notes.ambiguous = true;
                at += 1;
                continue;
            }
            let (operand, next) = self.operand(at, to, depth, notes);
            if let Some(operand) = operand {
                if operands.len() > ops.len() {
                    // Two names with nothing between them: both apply, if they are two.
                    ops.push(Op::And);
                    notes.ambiguous = true;
                }
                operands.push(operand);
            }
            at = next.max(at + 1);
        }
        notes.ambiguous |= ops.len() >= operands.len();
        ops.truncate(operands.len().saturating_sub(1));
        self.join(operands, ops, notes)
    }

    /// One operand: the longest name that starts here, a group, or words that nobody knows.
    fn operand(&self, at: usize, to: usize, depth: usize, notes: &mut Notes) -> (Option<Outcome>, usize) {
        if self.kind(at) == Some(Kind::Open) && self.close(at, to).is_none() {
            // A parenthesis that nobody closes groups nothing.
            notes.ambiguous = true;
            return (None, at + 1);
        }
        let ends = self.ends(at, to);
        let first = ends.first().copied().unwrap_or(to);
        let is_group = self.kind(at) == Some(Kind::Open) && self.close(at, to) == Some(first - 1);
        for &end in ends.iter().rev() {
            if is_group && end == first {
                break;
            }
            let words = self.slice(at, end);
            if words.len() > leaf::MAX_NAME {
                continue;
            }
            // Words around a name are taken off only where no operator could be lost with them.
            let found = if end == first { leaf::read(self.grammar, words) } else { leaf::whole(self.grammar, words) };
            if let Some(reading) = found {
                return (Some(self.note(reading, words, notes)), end);
            }
        }
        if is_group {
            return (self.group(at + 1, first - 1, depth + 1, notes), first);
        }
        let words = self.slice(at, first);
        if let Some(reading) = notes.family.and_then(|family| structure::read_version(words, family)) {
            notes.methods.push("structure");
            return (Some(Outcome::Expression(reading.expr)), first);
        }
        if let Some(outcome) = self.space_list(at, first, notes) {
            return (Some(outcome), first);
        }
        // `MIT + file LICENSE`: an operand that only points to a file names no licence.
        if around::is_noise(words) {
            notes.ambiguous = true;
            return (None, first);
        }
        // Beside a licence, a copyright statement is no second one, nor is a version that its family does not have; they
        // are reported.
        let beside = around::is_copyright(words) || (at > 0 && around::is_version(words));
        if beside && (at, first) != (0, self.tokens.len()) {
            notes.ambiguous = true;
            notes.unresolved.push(words.to_string());
            return (None, first);
        }
        // `Acme License, Version 1.0`: an unknown name keeps its version.
        let second = ends.get(1).copied().unwrap_or(to);
        let versioned = self.kind(first) == Some(Kind::Op(Op::Comma))
            && first + 1 < second
            && around::is_version(self.slice(first + 1, second));
        let end = if versioned { second } else { first };
        let words = self.slice(at, end);
        (Some(self.note(Reading::unknown(words), words, notes)), end)
    }

    /// Where an operand that starts at `at` may end: before each operator of this level.
    fn ends(&self, at: usize, to: usize) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut open = 0usize;
        for i in at..to {
            match self.kind(i) {
                Some(Kind::Open) => open += 1,
                Some(Kind::Close) => open = open.saturating_sub(1),
                Some(Kind::Op(_)) if open == 0 && i > at => {
                    ends.push(i);
                    if ends.len() >= MAX_SPAN {
                        return ends;
                    }
                }
                _ => {}
            }
        }
        ends.push(to);
        ends
    }

    /// Where the parenthesis that opens at `at` closes.
    fn close(&self, at: usize, to: usize) -> Option<usize> {
        let mut open = 0usize;
        for i in at..to {
            match self.kind(i) {
                Some(Kind::Open) => open += 1,
                Some(Kind::Close) => {
                    open = open.checked_sub(1)?;
                    if open == 0 {
                        return Some(i);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A list with spaces, as Alpine writes it (there, words that nobody knows are names too). Elsewhere it counts only
    /// where every word is part of a known name, for it may be prose.
    fn space_list(&self, at: usize, to: usize, notes: &mut Notes) -> Option<Outcome> {
        if to - at < 2 || (at..to).any(|i| self.kind(i) != Some(Kind::Word)) {
            return None;
        }
        let mut readings = Vec::new();
        let mut from = at;
        while from < to {
            let longest = (from + 1..=to.min(from + MAX_SPAN)).rev().find_map(|end| {
                let words = self.slice(from, end);
                Some((leaf::whole(self.grammar, words)?, words, end))
            });
            let (reading, words, end) = match longest {
                Some(found) => found,
                None if self.grammar == Grammar::Alpine => {
                    let words = self.slice(from, from + 1);
                    (Reading::unknown(words), words, from + 1)
                }
                None => return None,
            };
            if reading.outcome.expression().is_none() && self.grammar != Grammar::Alpine {
                return None;
            }
            readings.push((reading, words));
            from = end;
        }
        notes.ambiguous |= self.grammar != Grammar::Alpine;
        let operands: Vec<Outcome> =
            readings.into_iter().map(|(reading, words)| self.note(reading, words, notes)).collect();
        let ops = vec![Op::And; operands.len().saturating_sub(1)];
        self.join(operands, ops, notes)
    }

    fn note(&self, reading: Reading, words: &str, notes: &mut Notes) -> Outcome {
        notes.ambiguous |= reading.ambiguous;
        notes.unresolved.extend(reading.unresolved);
        notes.refs.extend(reading.refs);
        notes.methods.push(reading.method);
        notes.family = reading.family.or(notes.family);
        // A statement that says nothing stays whole when it stands alone; as an operand it must not get lost.
        match reading.outcome {
            Outcome::NoAssertion if self.tokens.iter().any(|t| matches!(t.kind, Kind::Op(_))) => {
                let expr = Expr::reference(words);
                notes.refs.extend(expr.refs().into_iter().map(|r| (Box::from(r), Box::from(words))));
                Outcome::Expression(expr)
            }
            outcome => outcome,
        }
    }

    /// Joins operands by their operators, the weakest first.
    fn join(&self, operands: Vec<Outcome>, ops: Vec<Op>, notes: &mut Notes) -> Option<Outcome> {
        if operands.len() < 2 {
            return operands.into_iter().next();
        }
        let ops = self.settle(ops, notes);
        if ops.contains(&Op::And)
            && (ops.contains(&Op::Or) || ops.contains(&Op::Slash))
            && self.grammar == Grammar::RpmCallaway
        {
            notes.ambiguous = true;
        }
        let operands: Vec<Expr> = operands.into_iter().filter_map(|o| o.expression().cloned()).collect();
        if operands.len() != ops.len() + 1 {
            return Expr::and(operands).map(Outcome::Expression);
        }
        by_strength(&operands, &ops).map(Outcome::Expression)
    }

    /// Gives commas a meaning, and makes a choice of what was said to be one.
    fn settle(&self, ops: Vec<Op>, notes: &mut Notes) -> Vec<Op> {
        let mut out = ops.clone();
        for (i, op) in ops.iter().enumerate() {
            if *op == Op::Comma {
                let next = ops.iter().skip(i + 1).find(|op| !matches!(op, Op::Comma | Op::Slash | Op::Plus));
                let settled = match next {
                    Some(Op::Or | Op::CommaOr) => Op::CommaOr,
                    Some(_) => Op::CommaAnd,
                    None => {
                        notes.ambiguous = true;
                        if comma_is_or(self.grammar) { Op::CommaOr } else { Op::CommaAnd }
                    }
                };
                out.splice(i..=i, [settled]);
            }
        }
        let any_or = out.iter().any(|op| matches!(op, Op::Or | Op::CommaOr | Op::Slash));
        if self.choice && !any_or {
            notes.ambiguous = true;
            return out.iter().map(|_| Op::Or).collect();
        }
        out
    }
}

/// npm's and Composer's lists are choices, and so are the commas of people who had only one string to write them in.
/// Elsewhere all that is named applies, which is never too mild.
fn comma_is_or(grammar: Grammar) -> bool {
    matches!(grammar, Grammar::Npm | Grammar::Composer | Grammar::Gem | Grammar::Cargo | Grammar::Maven)
}

fn by_strength(operands: &[Expr], ops: &[Op]) -> Option<Expr> {
    for op in [Op::CommaOr, Op::CommaAnd, Op::Or, Op::And, Op::Slash, Op::Plus] {
        if !ops.contains(&op) {
            continue;
        }
        let mut parts = Vec::new();
        let mut from = 0;
        for (i, this) in ops.iter().chain([&op]).enumerate() {
            if *this == op {
                parts.push(by_strength(operands.get(from..=i)?, ops.get(from..i)?)?);
                from = i + 1;
            }
        }
        return if matches!(op, Op::Or | Op::CommaOr | Op::Slash) { Expr::or(parts) } else { Expr::and(parts) };
    }
    operands.first().cloned()
}
