//! Parsing beside reading: a thread that has no layer left to read parses files for those that have. Which files are parsed
//! where does not show in what comes out: a layer takes what was found in the order of its entries.
//!
//! The queue is bounded, and takes nothing where nobody is free: a reader then parses its file itself, and memory stays what
//! the readers need.

use super::parse::{Parsed, Wish};
use crate::catalog::Wanted;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Smaller files are parsed sooner than handed over.
const MIN_BYTES: usize = 16 << 10;
/// Larger ones are not handed over: one of them is in memory at a time.
const MAX_BYTES: usize = 16 << 20;
/// At most so many bytes wait.
const MAX_WAITING: usize = 32 << 20;

/// Where readers leave files and those without a layer take them.
pub struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    queue: VecDeque<(Wish, Tray)>,
    /// Bytes in the queue.
    bytes: usize,
    /// Threads that wait for a file.
    free: usize,
    /// Threads that still read layers.
    readers: usize,
    /// How many files were handed over.
    #[cfg(test)]
    handed: usize,
}

/// A place at the desk: while a thread has it, it reads layers.
pub struct Seat<'a>(&'a Desk);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.state().readers -= 1;
        self.0.changed.notify_all();
    }
}

/// Where the finds of one layer come back, by entry.
#[derive(Clone, Default)]
pub(super) struct Tray(Arc<Mutex<BTreeMap<u32, Parsed>>>);

impl Tray {
    /// What was found in an entry, once it is there.
    pub(super) fn take(&self, entry: u32) -> Option<Parsed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&entry)
    }
}

impl Desk {
    /// A desk for so many threads, each of which takes a [`Seat`].
    pub fn new(readers: usize) -> Desk {
        let state = State {
            queue: VecDeque::new(),
            bytes: 0,
            free: 0,
            readers,
            #[cfg(test)]
            handed: 0,
        };
        Desk { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The seat of one of the threads.
    pub fn seat(&self) -> Seat<'_> {
        Seat(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a file over, or gives it back where nobody is free or it had better be parsed at once.
    pub(super) fn offer(&self, wish: Wish, tray: &Tray) -> Result<(), Wish> {
        let size = wish.bytes.len();
        if !(MIN_BYTES..=MAX_BYTES).contains(&size) {
            return Err(wish);
        }
        let mut state = self.state();
        if state.free <= state.queue.len() || state.bytes + size > MAX_WAITING {
            return Err(wish);
        }
        #[cfg(test)]
        {
            state.handed += 1;
        }
        state.bytes += size;
        state.queue.push_back((wish, tray.clone()));
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Gives up a seat, for there is no layer left, and parses files for the others until they have given up theirs.
    pub fn serve(&self, seat: Seat<'_>, wanted: &Wanted) {
        drop(seat);
        let mut state = self.state();
        loop {
            if let Some((wish, tray)) = state.next() {
                drop(state);
                self.parse(wanted, wish, &tray);
                state = self.state();
            } else if state.readers == 0 {
                return;
            } else {
                state.free += 1;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.free -= 1;
            }
        }
    }

    /// What was found in an entry that was handed over. Until it is there, parses what waits.
    pub(super) fn collect(&self, wanted: &Wanted, tray: &Tray, entry: u32) -> Parsed {
        let mut state = self.state();
        loop {
            if let Some(parsed) = tray.take(entry) {
                return parsed;
            }
            if let Some((wish, other)) = state.next() {
                drop(state);
                self.parse(wanted, wish, &other);
                state = self.state();
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn parse(&self, wanted: &Wanted, wish: Wish, tray: &Tray) {
        let entry = wish.entry;
        // Whoever waits for it waits in vain otherwise.
        let parsed = catch_unwind(AssertUnwindSafe(|| wish.parse(wanted))).unwrap_or_default();
        tray.0.lock().unwrap_or_else(PoisonError::into_inner).insert(entry, parsed);
        // Under the lock of those who wait, so that none of them looks before it is there and sleeps after.
        drop(self.state());
        self.changed.notify_all();
    }
}

impl State {
    fn next(&mut self) -> Option<(Wish, Tray)> {
        let next = self.queue.pop_front()?;
        self.bytes -= next.0.bytes.len();
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Group, TABLE};
    use crate::layers::LayerScan;
    use crate::layers::walk::{WalkOptions, walk_stream};
    use std::io::{self, Read};

    /// A layer of packages, licence texts, a text that is none, and programs, most of them large enough to be handed over.
    fn layer() -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        let mut add = |name: &str, bytes: &[u8]| {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o755);
            tar.append_data(&mut header, name, bytes).unwrap();
        };
        for n in 0..300 {
            let fill = "x".repeat(MIN_BYTES + n * 11);
            let json = format!(r#"{{"name":"p{n}","version":"1.{n}","license":"MIT","description":"{fill}"}}"#);
            add(&format!("node_modules/p{n}/package.json"), json.as_bytes());
            let text = format!("The text of number {}, as long as many words. {fill}", n % 7);
            add(&format!("node_modules/p{n}/LICENSE"), text.as_bytes());
            add(&format!("srv/{n}/package.json"), format!("{{ broken {fill}").as_bytes());
            add(&format!("srv/{n}/COPYING"), format!("\0{fill}").as_bytes());
            add(&format!("bin/p{n}"), format!("\x7fELF{fill}").as_bytes());
        }
        tar.into_inner().unwrap()
    }

    /// Gives a few bytes at a time, so that others come to their turn.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            std::thread::yield_now();
            let n = buf.len().min(8 << 10);
            self.0.read(&mut buf[..n])
        }
    }

    fn shape(scan: &LayerScan) -> String {
        let texts: BTreeMap<_, _> = scan.texts.iter().collect();
        let issues = scan.issues.of_layer(None);
        assert!(scan.files.len() >= 900 && texts.len() >= 7 && issues.len() > 100);
        format!("{:?} {:?} {texts:?} {issues:?} {:?}", scan.entries, scan.files, scan.programs)
    }

    #[test]
    fn who_parses_does_not_show() {
        let wanted = Wanted::new(TABLE, &[Group::Installed]);
        let layer = layer();
        let alone = WalkOptions { wanted: &wanted, verify: false, once: false, desk: None };
        let expected = shape(&walk_stream(&layer[..], alone).unwrap());
        let desk = Desk::new(4);
        let handed = std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| desk.serve(desk.seat(), &wanted));
            }
            let seat = desk.seat();
            let options = WalkOptions { desk: Some(&desk), ..alone };
            for _ in 0..3 {
                assert_eq!(shape(&walk_stream(Slow(&layer), options).unwrap()), expected);
            }
            let handed = desk.state().handed;
            desk.serve(seat, &wanted);
            handed
        });
        assert!(handed > 0, "nothing was handed over");
    }

    #[test]
    fn nothing_waits_where_nobody_is_free() {
        let wanted = Wanted::new(TABLE, &[Group::Installed]);
        let layer = layer();
        let desk = Desk::new(1);
        let options = WalkOptions { wanted: &wanted, verify: false, once: false, desk: Some(&desk) };
        shape(&walk_stream(&layer[..], options).unwrap());
        assert_eq!(desk.state().handed, 0);
    }
}
