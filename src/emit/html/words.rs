//! Small facts as people read them: sizes, times, digests, classes. Shared by the two outputs made for people.

use crate::model::{Class, Digest, Distro, Outcome, Unowned, UnownedKind};

/// A size in binary units, with three significant digits or so: `512 B`, `1.4 KiB`, `74.8 MiB`.
pub(in crate::emit) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths, rounded; integers alone, so that every machine prints the same.
    let mut shift = 10;
    let tenths = |shift: u32| (u128::from(bytes) * 10 + (1u128 << (shift - 1))) >> shift;
    let mut unit = 0;
    while tenths(shift) >= 10_240 && unit + 1 < UNITS.len() {
        shift += 10;
        unit += 1;
    }
    let n = tenths(shift);
    format!("{}.{} {}", n / 10, n % 10, UNITS.get(unit).unwrap_or(&""))
}

/// A time as RFC 3339 writes it, in UTC. The civil calendar is counted from 1 March, so that the leap day comes last.
pub(in crate::emit) fn time(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let z = i128::from(days) + 719_468; // days from 0000-03-01 to 1970-01-01
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

/// Files that belong to no package: `2 programs, 1 archive`.
pub(in crate::emit) fn unowned(files: &[Unowned]) -> String {
    let of = |kind: UnownedKind| files.iter().filter(|f| f.kind == kind).count();
    let kinds = [UnownedKind::Program, UnownedKind::Archive].map(|kind| (of(kind), kind.as_str()));
    let parts: Vec<String> = kinds.into_iter().filter(|(n, _)| *n > 0).map(|(n, one)| count(n, one)).collect();
    parts.join(", ")
}

/// A digest as people compare it by eye: the algorithm and twelve digits.
pub(in crate::emit) fn short(digest: &Digest) -> String {
    let hex = digest.hex();
    format!("{}:{}", digest.algorithm(), hex.get(..12).unwrap_or(hex))
}

/// A class with its scope: `weak-copyleft (library)`.
pub(in crate::emit) fn class(class: Class) -> String {
    match class.scope() {
        Some(scope) => format!("{class} ({scope})"),
        None => class.to_string(),
    }
}

/// The name of a distribution: its own pretty name, else what its id and version make.
pub(in crate::emit) fn distro(distro: &Distro) -> String {
    let facts = &distro.facts;
    match (&facts.pretty_name, &facts.version_id) {
        (Some(name), _) => name.to_string(),
        (None, Some(version)) => format!("{} {version}", facts.id),
        (None, None) => facts.id.to_string(),
    }
}

/// One thing or many: `1 package`, `3 packages`.
pub(in crate::emit) fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// A statement without an expression, in words; `None` where there is an expression.
pub(in crate::emit) fn silence(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Expression(_) => None,
        Outcome::None => Some("none"),
        Outcome::NoAssertion => Some("not known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_binary_units() {
        for (bytes, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_434, "1.4 KiB"),
            (1_048_575, "1.0 MiB"),
            (78_433_280, "74.8 MiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn times_in_utc() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_732_126_386, "2024-11-20T18:13:06Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(time(seconds), expected);
        }
        time(i64::MIN);
        time(i64::MAX);
    }
}
