//! Cuts statements into words, parentheses and what joins names. Addresses stay whole.

use crate::license::db::urls;

/// What joins two names, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// A comma, a semicolon or a new line alone.
    Comma,
    CommaOr,
    CommaAnd,
    /// A slash inside a word: a choice between names, or a part of a path.
    Slash,
    /// A plus inside a word: both names, or a part of one (`M+Font`).
    Plus,
    Or,
    And,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Open,
    Close,
    Op(Op),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// Bytes of the statement.
    pub start: usize,
    pub end: usize,
}

/// Cuts a statement into words, parentheses and operators.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let bytes = text.as_bytes();
    let mut i = 0;
    let push = |out: &mut Vec<Token>, kind, start, end| out.push(Token { kind, start, end });
    while let Some(&b) = bytes.get(i) {
        let single = match b {
            b'(' => Some(Kind::Open),
            b')' => Some(Kind::Close),
            b',' | b';' | b'\n' => Some(Kind::Op(Op::Comma)),
            b'|' => Some(Kind::Op(Op::Or)),
            b'&' => Some(Kind::Op(Op::And)),
            _ => None,
        };
        if let Some(kind) = single {
            // `||` and `&&` are one operator.
            let doubled = (b == b'|' || b == b'&') && bytes.get(i + 1) == Some(&b);
            let end = i + 1 + usize::from(doubled);
            push(&mut out, kind, i, end);
            i = end;
            continue;
        }
        let rest = text.get(i..).unwrap_or("");
        // Brackets around an address are no part of it.
        let bracket = b == b'<' && urls::is_url(rest.get(1..).unwrap_or("")) || b == b'>';
        if b.is_ascii_whitespace() || bracket {
            i += 1;
            continue;
        }
        let end = i + word_length(rest);
        let word = text.get(i..end).unwrap_or("");
        match operator(word) {
            Some(op) => push(&mut out, Kind::Op(op), i, end),
            None if urls::is_url(word) => push(&mut out, Kind::Word, i, end),
            None => split_word(word, i, &mut out),
        }
        i = end.max(i + 1);
    }
    join_commas(without_asides(out))
}

/// Takes off parentheses that begin with "and" or "or" (`MIT (and Apache-2.0 for the examples)`): they group nothing.
fn without_asides(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut at = 0;
    while at + 1 < tokens.len() {
        if tokens[at].kind == Kind::Open && matches!(tokens[at + 1].kind, Kind::Op(Op::And | Op::Or)) {
            let mut open = 0usize;
            let close = tokens[at..].iter().position(|token| {
                match token.kind {
                    Kind::Open => open += 1,
                    Kind::Close => open = open.saturating_sub(1),
                    _ => {}
                }
                open == 0
            });
            // Only at the end: words behind it would become a part of its last name.
            if close.is_some_and(|close| at + close + 1 == tokens.len()) {
                tokens.pop();
                tokens.remove(at);
            }
        }
        at += 1;
    }
    tokens
}

fn word_length(text: &str) -> usize {
    let url = urls::is_url(text.split_whitespace().next().unwrap_or(""));
    let stop = |c: char| c.is_whitespace() || if url { ",;|()<>".contains(c) } else { "(),;|&".contains(c) };
    // Parentheses inside an address (`.../(MIT%20OR%20X)`) belong to it.
    let mut open = 0;
    for (at, c) in text.char_indices() {
        if url && c == '(' && text.get(..at).is_some_and(|t| t.ends_with('/')) {
            open += 1;
        } else if url && c == ')' && open > 0 {
            open -= 1;
        } else if stop(c) {
            return at;
        }
    }
    text.len()
}

fn operator(word: &str) -> Option<Op> {
    Some(match word.to_ascii_lowercase().trim_matches('-') {
        "and" | "plus" => Op::And,
        "or" | "and/or" | "/" => Op::Or,
        "+" => Op::And,
        _ => return None,
    })
}

/// Cuts a word at slashes (`GPL/MIT`) and at a plus that more letters follow (`LGPL+BSD`). Whether these join is for the reader to say.
fn split_word(word: &str, offset: usize, out: &mut Vec<Token>) {
    let with = word.len() >= 2 && word.get(..2).is_some_and(|w| w.eq_ignore_ascii_case("w/"));
    let mut start = 0;
    for (at, c) in word.char_indices() {
        let next_letter = word.get(at + 1..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_alphabetic()));
        let op = match c {
            '/' if !with && !word.starts_with('/') => Op::Slash,
            '+' if next_letter && at > 0 => Op::Plus,
            _ => continue,
        };
        if at > start {
            out.push(Token { kind: Kind::Word, start: offset + start, end: offset + at });
        }
        out.push(Token { kind: Kind::Op(op), start: offset + at, end: offset + at + 1 });
        start = at + 1;
    }
    if start < word.len() {
        out.push(Token { kind: Kind::Word, start: offset + start, end: offset + word.len() });
    }
}

/// Makes one of a comma and the word after it (`, and`), and of repeated commas.
fn join_commas(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let (Kind::Op(op), Some(last)) = (token.kind, out.last_mut())
            && last.kind == Kind::Op(Op::Comma)
        {
            let joined = match op {
                Op::And => Op::CommaAnd,
                Op::Or => Op::CommaOr,
                op => op,
            };
            (last.kind, last.end) = (Kind::Op(joined), token.end);
            continue;
        }
        out.push(token);
    }
    out
}
