//! Archives made in code, from a script of one line a member, which a fuzzer mutates with far more luck than the blocks of a
//! tar archive: `f PATH` a file (the lines that follow, up to the next member, are its bytes), `d PATH` a folder,
//! `s PATH -> TARGET` a symbolic link, `h PATH -> TARGET` a hardlink, `w PATH` a whiteout, `o PATH` an opaque folder,
//! `---` the next layer. Members stand after a tab, so that file contents need no escapes.

/// One member of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The letter.
    pub kind: u8,
    /// The path, raw.
    pub path: Vec<u8>,
    /// The target of a link or the bytes of a file.
    pub data: Vec<u8>,
}

/// The layers of a script.
pub fn script(text: &[u8]) -> Vec<Vec<Member>> {
    let mut layers: Vec<Vec<Member>> = vec![Vec::new()];
    for line in text.split(|b| *b == b'\n') {
        let Some(layer) = layers.last_mut() else { continue };
        match line {
            b"\t---" => layers.push(Vec::new()),
            [b'\t', kind @ (b'f' | b'd' | b's' | b'h' | b'w' | b'o'), b' ', rest @ ..] => {
                let link = matches!(kind, b's' | b'h');
                let at = rest.windows(4).position(|w| w == b" -> ").filter(|_| link);
                let (path, data) = match at {
                    Some(at) => (&rest[..at], &rest[at + 4..]),
                    None => (rest, &rest[..0]),
                };
                layer.push(Member { kind: *kind, path: path.to_vec(), data: data.to_vec() });
            }
            line => {
                if let Some(Member { kind: b'f', data, .. }) = layer.last_mut() {
                    data.extend_from_slice(line);
                    data.push(b'\n');
                }
            }
        }
    }
    layers
}

/// The name that a member gets in the archive.
pub fn name(member: &Member) -> Vec<u8> {
    let at = member.path.iter().rposition(|b| *b == b'/').map_or(0, |i| i + 1);
    let (folder, base) = member.path.split_at(at);
    match member.kind {
        b'w' => [folder, b".wh.", base].concat(),
        b'o' if member.path.is_empty() => b".wh..wh..opq".to_vec(),
        b'o' => [&member.path, &b"/.wh..wh..opq"[..]].concat(),
        _ => member.path.clone(),
    }
}

/// A tar archive (ustar with GNU long names) of the members.
pub fn tar(members: &[Member]) -> Vec<u8> {
    let mut out = Vec::new();
    for member in members {
        let name = name(member);
        let (flag, link, body): (u8, &[u8], &[u8]) = match member.kind {
            b'd' => (b'5', b"", b""),
            b's' => (b'2', &member.data, b""),
            b'h' => (b'1', &member.data, b""),
            b'f' => (b'0', b"", &member.data),
            _ => (b'0', b"", b""),
        };
        if name.len() > 100 {
            push(&mut out, b'L', b"././@LongLink", b"", &[&name[..], &[0]].concat());
        }
        if link.len() > 100 {
            push(&mut out, b'K', b"././@LongLink", b"", &[link, &[0]].concat());
        }
        push(&mut out, flag, &name, link, body);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn push(out: &mut Vec<u8>, flag: u8, name: &[u8], link: &[u8], body: &[u8]) {
    let mut head = [0u8; 512];
    let put = |head: &mut [u8; 512], at: usize, room: usize, bytes: &[u8]| {
        let n = bytes.len().min(room);
        head[at..at + n].copy_from_slice(&bytes[..n]);
    };
    put(&mut head, 0, 100, name);
    put(&mut head, 100, 8, b"0000644\0");
    put(&mut head, 124, 12, format!("{:011o}\0", body.len()).as_bytes());
    head[156] = flag;
    put(&mut head, 157, 100, link);
    put(&mut head, 257, 8, b"ustar\x0000");
    seal(&mut head);
    out.extend_from_slice(&head);
    out.extend_from_slice(body);
    out.resize(out.len().next_multiple_of(512), 0);
}

/// Writes the checksum of a header.
fn seal(head: &mut [u8; 512]) {
    head[148..156].fill(b' ');
    let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// The same bytes with right checksums in every block that has the magic of a header: a fuzzer does not guess them.
pub fn mend(data: &[u8]) -> Vec<u8> {
    let mut out = data.to_vec();
    for block in out.as_chunks_mut::<512>().0 {
        if block[257..262] == *b"ustar" {
            seal(block);
        }
    }
    out
}
