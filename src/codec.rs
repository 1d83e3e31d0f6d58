//! Values as bytes and back: the form in which the cache keeps what it keeps. It is for this very build of the program alone (the
//! cache's keys hold fingerprints of its code), so that it needs neither names nor versions; bytes that are not as they should be give
//! `None`, and what they stood for is worked out again.
//!
//! Every type lists its fields once, in the room that it belongs to; the compiler refuses one that forgets a field.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// Names that the program's own code has as literals (fields, ecosystems, issue codes). There are some hundreds.
const MAX_NAMES: usize = 10_000;

/// A value as bytes, in pieces: none of them is longer than some [`PIECE`], but for bytes that stand together in the value.
pub(crate) fn encode_to(value: &impl Codec, to: &mut dyn FnMut(&[u8])) {
    let mut out = Sink { bytes: Vec::with_capacity(PIECE), to };
    value.put(&mut out);
    out.hand_on();
}

/// The same at once.
#[cfg(test)]
pub(crate) fn encode(value: &impl Codec) -> Vec<u8> {
    let mut out = Vec::new();
    encode_to(value, &mut |piece| out.extend_from_slice(piece));
    out
}

/// Bytes are handed on when there are so many.
const PIECE: usize = 64 << 10;

/// Where bytes go.
pub(crate) struct Sink<'a> {
    bytes: Vec<u8>,
    to: &'a mut dyn FnMut(&[u8]),
}

impl Sink<'_> {
    /// One more.
    pub(crate) fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
        if self.bytes.len() >= PIECE {
            self.hand_on();
        }
    }

    /// More.
    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= PIECE {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        if !self.bytes.is_empty() {
            (self.to)(&self.bytes);
        }
        self.bytes.clear();
    }
}

/// The same back; `None` where the bytes are no such value, or more than one.
pub(crate) fn decode<T: Codec>(bytes: &[u8]) -> Option<T> {
    let mut reader = Reader { bytes, depth: 0 };
    let value = T::get(&mut reader)?;
    reader.bytes.is_empty().then_some(value)
}

/// Bytes that are read from their head.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    depth: u8,
}

impl<'a> Reader<'a> {
    /// The next so many bytes, where there are so many.
    pub(crate) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(n)?;
        self.bytes = rest;
        Some(head)
    }

    /// Reads a value that holds others of its kind, `limit` levels at most.
    pub(crate) fn nested<T>(&mut self, limit: u8, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth = self.depth.checked_add(1).filter(|depth| *depth <= limit)?;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// A length, which cannot be more than what is left: every item has a byte at least.
    pub(crate) fn length(&mut self) -> Option<usize> {
        let n = usize::try_from(u64::get(self)?).ok()?;
        (n <= self.bytes.len()).then_some(n)
    }
}

/// A type that can be written and read back.
pub(crate) trait Codec: Sized {
    /// Adds its bytes.
    fn put(&self, out: &mut Sink<'_>);
    /// Reads it; `None` where the bytes are none of it.
    fn get(from: &mut Reader<'_>) -> Option<Self>;
}

/// Seven bits a byte, the lowest first.
impl Codec for u64 {
    fn put(&self, out: &mut Sink<'_>) {
        let mut n = *self;
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    }

    fn get(from: &mut Reader<'_>) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *from.take(1)?.first()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }
}

/// Its bits.
impl Codec for f32 {
    fn put(&self, out: &mut Sink<'_>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
    fn get(from: &mut Reader<'_>) -> Option<f32> {
        from.take(4)?.try_into().ok().map(f32::from_le_bytes)
    }
}

impl Codec for u8 {
    fn put(&self, out: &mut Sink<'_>) {
        out.push(*self);
    }
    fn get(from: &mut Reader<'_>) -> Option<u8> {
        from.take(1)?.first().copied()
    }
}

impl Codec for usize {
    fn put(&self, out: &mut Sink<'_>) {
        (*self as u64).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<usize> {
        usize::try_from(u64::get(from)?).ok()
    }
}

impl Codec for Range<usize> {
    fn put(&self, out: &mut Sink<'_>) {
        self.start.put(out);
        self.end.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(usize::get(from)?..usize::get(from)?)
    }
}

/// The sign in the lowest bit.
impl Codec for i64 {
    fn put(&self, out: &mut Sink<'_>) {
        ((*self << 1) ^ (*self >> 63)).cast_unsigned().put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<i64> {
        let n = u64::get(from)?;
        Some((n >> 1).cast_signed() ^ -(n & 1).cast_signed())
    }
}

impl Codec for u32 {
    fn put(&self, out: &mut Sink<'_>) {
        u64::from(*self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<u32> {
        u32::try_from(u64::get(from)?).ok()
    }
}

impl Codec for u16 {
    fn put(&self, out: &mut Sink<'_>) {
        u64::from(*self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<u16> {
        u16::try_from(u64::get(from)?).ok()
    }
}

impl Codec for bool {
    fn put(&self, out: &mut Sink<'_>) {
        out.push(u8::from(*self));
    }
    fn get(from: &mut Reader<'_>) -> Option<bool> {
        match from.take(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

/// A string's length and bytes.
pub(crate) fn put_str(s: &str, out: &mut Sink<'_>) {
    (s.len() as u64).put(out);
    out.extend_from_slice(s.as_bytes());
}

/// See [`put_str`].
pub(crate) fn get_str<'a>(from: &mut Reader<'a>) -> Option<&'a str> {
    let n = from.length()?;
    std::str::from_utf8(from.take(n)?).ok()
}

impl Codec for Box<str> {
    fn put(&self, out: &mut Sink<'_>) {
        put_str(self, out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Box<str>> {
        get_str(from).map(Into::into)
    }
}

impl Codec for Arc<str> {
    fn put(&self, out: &mut Sink<'_>) {
        put_str(self, out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Arc<str>> {
        get_str(from).map(Into::into)
    }
}

/// A literal of the program. Those that are read are kept for good, each once, so that they are literals again.
impl Codec for &'static str {
    fn put(&self, out: &mut Sink<'_>) {
        put_str(self, out);
    }
    fn get(from: &mut Reader<'_>) -> Option<&'static str> {
        static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
        let name = get_str(from)?;
        let mut names = NAMES.lock().ok()?;
        let names = names.get_or_insert_default();
        if let Some(known) = names.get(name) {
            return Some(known);
        }
        if names.len() >= MAX_NAMES {
            return None;
        }
        let kept: &'static str = Box::leak(name.into());
        names.insert(kept);
        Some(kept)
    }
}

impl Codec for Vec<u8> {
    fn put(&self, out: &mut Sink<'_>) {
        (self.len() as u64).put(out);
        out.extend_from_slice(self);
    }
    fn get(from: &mut Reader<'_>) -> Option<Vec<u8>> {
        let n = from.length()?;
        from.take(n).map(<[u8]>::to_vec)
    }
}

/// A length and as many items.
pub(crate) fn put_all<'a, T: Codec + 'a>(items: impl ExactSizeIterator<Item = &'a T>, out: &mut Sink<'_>) {
    (items.len() as u64).put(out);
    items.for_each(|item| item.put(out));
}

/// Vectors of these types.
macro_rules! vectors {
    ($($of:ty),*) => {$(
        impl Codec for Vec<$of> {
            fn put(&self, out: &mut Sink<'_>) {
                $crate::codec::put_all(self.iter(), out);
            }
            fn get(from: &mut Reader<'_>) -> Option<Self> {
                let n = from.length()?;
                // Damaged bytes may ask for more than there is.
                let mut out = Vec::with_capacity(n.min(1 << 16));
                for _ in 0..n {
                    out.push(Codec::get(from)?);
                }
                out.shrink_to_fit();
                Some(out)
            }
        }
    )*};
}

// `Vec<u8>` has a form of its own, so that the others are named.
vectors!(Box<str>);

impl<T: Codec> Codec for Option<T> {
    fn put(&self, out: &mut Sink<'_>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        if bool::get(from)? { T::get(from).map(Some) } else { Some(None) }
    }
}

impl<T: Codec> Codec for Arc<T> {
    fn put(&self, out: &mut Sink<'_>) {
        (**self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        T::get(from).map(Arc::new)
    }
}

impl<T: Codec> Codec for Box<T> {
    fn put(&self, out: &mut Sink<'_>) {
        (**self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        T::get(from).map(Box::new)
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn put(&self, out: &mut Sink<'_>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::get(from)?, B::get(from)?))
    }
}

impl<K: Codec + Ord, V: Codec> Codec for BTreeMap<K, V> {
    fn put(&self, out: &mut Sink<'_>) {
        (self.len() as u64).put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let n = from.length()?;
        (0..n).map(|_| Some((K::get(from)?, V::get(from)?))).collect()
    }
}

impl<T: Codec + Ord> Codec for BTreeSet<T> {
    fn put(&self, out: &mut Sink<'_>) {
        put_all(self.iter(), out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let n = from.length()?;
        (0..n).map(|_| T::get(from)).collect()
    }
}

/// In the order of the keys, so that the same layer gives the same bytes.
impl<K: Codec + Hash + Ord, V: Codec, S: BuildHasher + Default> Codec for HashMap<K, V, S> {
    fn put(&self, out: &mut Sink<'_>) {
        let mut items: Vec<(&K, &V)> = self.iter().collect();
        items.sort_by_key(|(key, _)| *key);
        (items.len() as u64).put(out);
        for (key, value) in items {
            key.put(out);
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let n = from.length()?;
        (0..n).map(|_| Some((K::get(from)?, V::get(from)?))).collect()
    }
}

/// Types with names for their fields.
macro_rules! fields {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Sink<'_>) {
                let $name { $($field),* } = self;
                $($field.put(out);)*
            }
            fn get(from: &mut Reader<'_>) -> Option<Self> {
                $(let $field = Codec::get(from)?;)*
                Some($name { $($field),* })
            }
        }
    )*};
}

/// Types with variants, each with its number; a variant without one does not compile.
macro_rules! variants {
    ($($name:ident { $($variant:ident $( { $($field:ident),* } )? $( ( $inner:ident ) )? = $number:literal),* $(,)? })*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Sink<'_>) {
                match self {
                    $($name::$variant $( { $($field),* } )? $( ( $inner ) )? => {
                        out.push($number);
                        $($($field.put(out);)*)?
                        $($inner.put(out);)?
                    })*
                }
            }
            fn get(from: &mut Reader<'_>) -> Option<Self> {
                match from.take(1)? {
                    $([$number] => {
                        $($(let $field = Codec::get(from)?;)*)?
                        $(let $inner = Codec::get(from)?;)?
                        Some($name::$variant $( { $($field),* } )? $( ( $inner ) )?)
                    })*
                    _ => None,
                }
            }
        }
    )*};
}

pub(crate) use {fields, variants, vectors};
