use super::*;

/// Name, kind and body.
type Member = (String, Kind, Vec<u8>);

fn list(bytes: &[u8]) -> (Vec<Member>, Vec<Trouble>) {
    let mut reader = Reader::new(Streamed::new(bytes));
    let mut out = Vec::new();
    while let Some(h) = reader.next_header().unwrap() {
        let body = reader.read_file(h.size, 1 << 20).unwrap().unwrap_or_default();
        out.push((String::from_utf8_lossy(&h.path).into_owned(), h.kind, body));
    }
    let troubles = reader.take_troubles();
    (out, troubles)
}

fn archive(build: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    build(&mut builder);
    builder.into_inner().unwrap()
}

fn add(builder: &mut tar::Builder<Vec<u8>>, path: &str, body: &[u8]) {
    let mut h = tar::Header::new_gnu();
    h.set_size(body.len() as u64);
    h.set_mode(0o644);
    builder.append_data(&mut h, path, body).unwrap();
}

/// A raw ustar header with a good checksum.
fn raw(path: &[u8], type_flag: u8, size: u64, extra: &[(usize, &[u8])]) -> [u8; BLOCK] {
    let mut b = [0u8; BLOCK];
    b[..path.len()].copy_from_slice(path);
    b[100..107].copy_from_slice(b"0000644");
    b[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    b[156] = type_flag;
    b[257..263].copy_from_slice(b"ustar\0");
    for (at, bytes) in extra {
        b[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    b[148..156].copy_from_slice(b"        ");
    let sum: u32 = b.iter().map(|b| u32::from(*b)).sum();
    b[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    b
}

fn block(body: &[u8]) -> Vec<u8> {
    let mut v = body.to_vec();
    v.resize(padded(body.len() as u64) as usize, 0);
    v
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (k, v) in records {
        let mut n = k.len() + v.len() + 3;
        n += n.to_string().len();
        if n.to_string().len() + k.len() + v.len() + 3 > n {
            n += 1;
        }
        let n = (1..).find(|d| format!("{d} {k}={v}\n").len() == *d).unwrap_or(n);
        body.extend_from_slice(format!("{n} {k}={v}\n").as_bytes());
    }
    let mut out = raw(b"pax", b'x', body.len() as u64, &[]).to_vec();
    out.extend(block(&body));
    out
}

#[test]
fn reads_names_longer_than_a_header() {
    let long = "d/".repeat(120) + "file";
    let bytes = archive(|b| {
        add(b, &long, b"x");
        add(b, "short", b"yy");
    });
    let (members, troubles) = list(&bytes);
    assert_eq!(members[0], (long, Kind::File, b"x".to_vec()));
    assert_eq!(members[1], ("short".into(), Kind::File, b"yy".to_vec()));
    assert!(troubles.is_empty());
}

#[test]
fn pax_records_override_the_header() {
    let mut bytes = pax(&[("path", "real/näme"), ("size", "3")]);
    bytes.extend(raw(b"fake", b'0', 0, &[]));
    bytes.extend(block(b"abc"));
    bytes.extend([0; 1024]);
    assert_eq!(list(&bytes).0, vec![("real/näme".into(), Kind::File, b"abc".to_vec())]);
}

#[test]
fn ustar_prefix_is_a_folder() {
    let mut bytes = raw(b"name", b'0', 0, &[(345, b"some/folder")]).to_vec();
    bytes.extend([0; 1024]);
    assert_eq!(list(&bytes).0[0].0, "some/folder/name");
}

#[test]
fn damage_costs_one_member() {
    let mut bytes = archive(|b| {
        add(b, "a", b"1");
        add(b, "b", b"2");
        add(b, "c", b"3");
    });
    bytes[1024 + 10] = 0xff;
    let (members, troubles) = list(&bytes);
    assert_eq!(members.iter().map(|m| m.0.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(troubles, [Trouble::BadHeader { offset: 1024 }]);
}

#[test]
fn a_cut_archive_keeps_what_came_before() {
    let bytes = archive(|b| {
        add(b, "a", b"1");
        add(b, "b", &[7; 2000]);
    });
    let (members, troubles) = list(&bytes[..1024 + 512 + 100]);
    assert_eq!(members.len(), 2);
    assert_eq!(members[1].2.len(), 100);
    assert_eq!(troubles, [Trouble::Truncated { offset: 1636 }]);
}

#[test]
fn sizes_that_lie_allocate_nothing() {
    let mut bytes =
        raw(b"big", b'0', 0, &[(124, &[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]).to_vec();
    bytes.extend(block(b"abc"));
    let mut reader = Reader::new(Streamed::new(&bytes[..]));
    let h = reader.next_header().unwrap().unwrap();
    assert!(h.size > 1 << 60);
    assert_eq!(reader.read_file(h.size, 1 << 20).unwrap(), None);
    assert!(reader.next_header().unwrap().is_none());
    assert_eq!(reader.take_troubles().len(), 1);
}

#[test]
fn a_huge_pax_header_is_left_out() {
    let mut bytes = raw(b"pax", b'x', MAX_META_BYTES + 1, &[]).to_vec();
    bytes.extend(vec![b'z'; padded(MAX_META_BYTES + 1) as usize]);
    bytes.extend(raw(b"kept", b'0', 0, &[]));
    let (members, troubles) = list(&bytes);
    assert_eq!(members[0].0, "kept");
    assert_eq!(troubles, [Trouble::BadMeta { offset: 512 }]);
}

#[test]
fn sparse_files_come_out_whole() {
    // Old GNU: 10 bytes at offset 4 of a file of 20.
    let gnu = raw(
        b"gnu",
        b'S',
        3,
        &[(257, b"ustar  \0"), (386, b"00000000004\0"), (398, b"00000000003\0"), (483, b"00000000024\0")],
    );
    let mut bytes = gnu.to_vec();
    bytes.extend(block(b"abc"));
    // PAX 0.1 and 1.0.
    bytes.extend(pax(&[("GNU.sparse.size", "8"), ("GNU.sparse.map", "2,3"), ("GNU.sparse.name", "p01")]));
    bytes.extend(raw(b"x", b'0', 3, &[]));
    bytes.extend(block(b"abc"));
    bytes.extend(pax(&[
        ("GNU.sparse.major", "1"),
        ("GNU.sparse.minor", "0"),
        ("GNU.sparse.name", "p10"),
        ("GNU.sparse.realsize", "6"),
    ]));
    bytes.extend(raw(b"x", b'0', 515, &[]));
    bytes.extend(block(b"1\n1\n3\n"));
    bytes.extend(block(b"abc"));
    bytes.extend(raw(b"after", b'0', 0, &[]));
    let (members, troubles) = list(&bytes);
    assert_eq!(members[0].2, [&[0; 4][..], b"abc", &[0; 13]].concat());
    assert_eq!((members[1].0.as_str(), &members[1].2[..]), ("p01", &b"\0\0abc\0\0\0"[..]));
    assert_eq!((members[2].0.as_str(), &members[2].2[..]), ("p10", &b"\0abc\0\0"[..]));
    assert_eq!(members[3].0, "after");
    assert!(troubles.is_empty(), "{troubles:?}");
}

#[test]
fn a_hardlink_with_a_size_has_no_body() {
    let mut bytes = raw(b"l", b'1', 700, &[(157, b"target")]).to_vec();
    bytes.extend(raw(b"next", b'0', 0, &[]));
    let (members, _) = list(&bytes);
    assert_eq!(members[1].0, "next");
}

#[test]
fn random_bytes_never_panic() {
    let mut state = 1u64;
    for round in 0..200 {
        let mut bytes: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 56) as u8
            })
            .collect();
        if round % 2 == 0 {
            bytes[..512].copy_from_slice(&raw(b"x", [b'S', b'x', b'L', b'g'][round / 2 % 4], state % 3000, &[]));
        }
        list(&bytes);
    }
}
