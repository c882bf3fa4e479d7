//! Pure decisions about pairs: which unit decides, who counts as declared different. No database.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::store::Row;

/// What a person is remembered by when somebody declares two people different: the number, or else
/// what the list says of who it is. It survives a new import, and it is a hash, since the table
/// that keeps it needs no name.
pub(super) fn fingerprint(row: &Row) -> String {
    let told = match row.id_key.as_deref() {
        Some(key) if !key.is_empty() => format!("so|{key}"),
        _ => format!(
            "dong|{}|{}|{}|{}|{}",
            vietnam::text::tone_key(&row.full_name),
            row.birth(),
            row.sex.as_deref().unwrap_or(""),
            row.commune_code,
            vietnam::text::fold(&row.hamlet),
        ),
    };
    let hash = Sha256::digest(told.as_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Pairs of fingerprints that were declared different people.
#[derive(Debug, Default)]
pub(super) struct Known(HashSet<(String, String)>);

impl Known {
    /// What is remembered.
    pub(super) fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().map(|(a, b)| ordered(a, b)).collect())
    }

    /// Whether these two were declared different.
    pub(super) fn different(&self, a: &str, b: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&ordered(a.to_owned(), b.to_owned()))
    }
}

/// Two fingerprints, the smaller first: a pair is remembered once.
pub(super) fn ordered(a: String, b: String) -> (String, String) {
    if a <= b { (a, b) } else { (b, a) }
}

/// Which matches of a row are asked about, of `(fingerprint, weight)` with the best first: not one
/// declared different from the row itself, and not one declared different from somebody whom the
/// row fits at least as well. So a father's new row, written a little otherwise, is not held
/// against the son from whom his old row was told apart.
pub(super) fn asked_about(own: &str, matches: &[(&str, f64)], known: &Known) -> Vec<bool> {
    matches
        .iter()
        .enumerate()
        .map(|(at, (print, weight))| {
            let nearer = matches.iter().enumerate().any(|(other, (theirs, as_well))| {
                let himself = !known.different(own, theirs);
                other != at && himself && as_well >= weight && known.different(theirs, print)
            });
            !nearer && !known.different(own, print)
        })
        .collect()
}

/// The unit that must decide about two rows: `(district, commune)` with `""` for "above it". The
/// commune both stand in, or else the lowest unit above both.
pub(in crate::relief) fn desk_of<'a>(
    one: (&'a str, &'a str, i16),
    other: (&'a str, &'a str, i16),
) -> (&'a str, &'a str) {
    let same_era = one.2 == other.2;
    if same_era && (one.0, one.1) == (other.0, other.1) {
        (one.0, one.1)
    } else if same_era && one.0 == other.0 {
        (one.0, "")
    } else {
        ("", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_unit_above_both_rows_decides() {
        assert_eq!(desk_of(("439", "18196", 3), ("439", "18196", 3)), ("439", "18196"));
        assert_eq!(desk_of(("439", "18196", 3), ("439", "18199", 3)), ("439", ""));
        assert_eq!(desk_of(("439", "18196", 3), ("440", "18300", 3)), ("", ""));
        assert_eq!(desk_of(("", "18196", 2), ("", "18199", 2)), ("", ""));
        assert_eq!(desk_of(("439", "18196", 3), ("", "18196", 2)), ("", ""));
    }

    #[test]
    fn who_was_told_apart_once_is_not_asked_about_through_a_new_row() {
        let known = Known::of([("cha".to_owned(), "con".to_owned())]);
        let found = |own: &str, matches: &[(&str, f64)]| asked_about(own, matches, &known);
        assert_eq!(found("con", &[("cha", 4.0)]), [false]);
        // The father's new row fits his old one better than the son's.
        assert_eq!(found("cha moi", &[("cha", 9.0), ("con", 2.0)]), [true, false]);
        // The son's new row is nobody's but his own, however well his father fits it.
        assert_eq!(found("con", &[("cha", 6.0), ("con", 5.0)]), [false, true]);
        // Told apart are these two, not everybody.
        assert_eq!(found("ai do", &[("con", 2.0)]), [true]);
        assert_eq!(found("cha moi", &[("con", 9.0), ("nguoi khac", 2.0)]), [true, true]);
    }
}
