//! Tar archives member by member, right ones and wrong ones.

/// A tar archive in the making.
#[derive(Clone, Default)]
pub struct Tar(Vec<u8>);

impl Tar {
    /// An empty one.
    pub fn new() -> Tar {
        Tar::default()
    }

    /// A regular file.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Tar {
        self.member(path, b'0', "", content.as_ref())
    }

    /// A folder.
    pub fn dir(self, path: &str) -> Tar {
        self.member(&format!("{path}/"), b'5', "", b"")
    }

    /// A symbolic link.
    pub fn symlink(self, path: &str, target: &str) -> Tar {
        self.member(path, b'2', target, b"")
    }

    /// Another name for a file.
    pub fn hardlink(self, path: &str, target: &str) -> Tar {
        self.member(path, b'1', target, b"")
    }

    /// Deletes a path of the layers below.
    pub fn gone(self, path: &str) -> Tar {
        let (folder, base) = path.rsplit_once('/').map_or(("", path), |(f, b)| (f, b));
        let name = if folder.is_empty() { format!(".wh.{base}") } else { format!("{folder}/.wh.{base}") };
        self.file(&name, "")
    }

    /// Deletes what the layers below have in a folder.
    pub fn opaque(self, folder: &str) -> Tar {
        self.file(&format!("{folder}/.wh..wh..opq"), "")
    }

    /// An npm package in `app/node_modules`: the smallest thing that is one package.
    pub fn npm(self, name: &str, version: &str) -> Tar {
        self.npm_at(&format!("app/node_modules/{name}"), name, version)
    }

    /// An npm package in this folder.
    pub fn npm_at(self, folder: &str, name: &str, version: &str) -> Tar {
        self.file(&format!("{folder}/package.json"), format!(r#"{{"name":"{name}","version":"{version}"}}"#))
    }

    /// A database of apk with these packages, `name version`.
    pub fn apk(self, path: &str, packages: &[&str]) -> Tar {
        self.file(path, apk_database(packages))
    }

    /// A database of dpkg with these packages, `name version`.
    pub fn dpkg(self, path: &str, packages: &[&str]) -> Tar {
        let paragraph = |p: &&str| {
            let (name, version) = p.split_once(' ').unwrap();
            format!("Package: {name}\nStatus: install ok installed\nArchitecture: all\nVersion: {version}\n\n")
        };
        self.file(path, packages.iter().map(paragraph).collect::<String>())
    }

    /// A Python distribution.
    pub fn python(self, name: &str, version: &str) -> Tar {
        self.file(
            &format!("usr/lib/python3/dist-packages/{name}-{version}.dist-info/METADATA"),
            format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"),
        )
    }

    /// A member of any type.
    pub fn member(self, path: &str, kind: u8, link: &str, content: &[u8]) -> Tar {
        self.raw(&header(path.as_bytes(), kind, content.len() as u64, link.as_bytes())).body(content)
    }

    /// A PAX header with these records for the member that follows.
    pub fn pax(self, records: &[(&str, &str)]) -> Tar {
        let record = |(key, value): &(&str, &str)| {
            // The length counts its own digits.
            let rest = key.len() + value.len() + 3;
            let length = (1..).find(|n: &usize| n.to_string().len() + rest == *n).unwrap();
            format!("{length} {key}={value}\n")
        };
        self.member("PaxHeaders/x", b'x', "", records.iter().map(record).collect::<String>().as_bytes())
    }

    /// A GNU long name for the member that follows.
    pub fn gnu_name(self, name: &str) -> Tar {
        self.member("././@LongLink", b'L', "", format!("{name}\0").as_bytes())
    }

    /// Bytes as they are.
    pub fn raw(mut self, bytes: &[u8]) -> Tar {
        self.0.extend_from_slice(bytes);
        self
    }

    /// A body, padded.
    pub fn body(mut self, bytes: &[u8]) -> Tar {
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    /// The archive with its two empty blocks.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.0.clone();
        out.resize(out.len() + 1024, 0);
        out
    }

    /// The archive without an end.
    pub fn open_bytes(&self) -> Vec<u8> {
        self.0.clone()
    }
}

pub fn apk_database(packages: &[&str]) -> String {
    let record = |p: &&str| {
        let (name, version) = p.split_once(' ').unwrap();
        format!("P:{name}\nV:{version}\nA:x86_64\n\n")
    };
    packages.iter().map(record).collect()
}

/// A ustar header with a right checksum.
pub fn header(path: &[u8], kind: u8, size: u64, link: &[u8]) -> [u8; 512] {
    assert!(path.len() <= 100 && link.len() <= 100, "long names need a PAX or GNU header");
    let mut h = [0u8; 512];
    h[..path.len()].copy_from_slice(path);
    h[100..108].copy_from_slice(b"0000644\0");
    h[108..116].copy_from_slice(b"0000000\0");
    h[116..124].copy_from_slice(b"0000000\0");
    h[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    h[136..148].copy_from_slice(b"00000000000\0");
    h[156] = kind;
    h[157..157 + link.len()].copy_from_slice(link);
    h[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut h);
    h
}

/// Puts the right checksum into a header.
fn seal(h: &mut [u8; 512]) {
    h[148..156].fill(b' ');
    let sum: u32 = h.iter().map(|b| u32::from(*b)).sum();
    h[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}
