//! Somebody in two programmes: what their data say about it. Nothing is changed here.

use super::programmes::Catalogue;
use super::store::overlaps::OverlapRow;
use super::way::State;

/// What the programmes say of two rows of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The groups do not exclude each other.
    Both,
    /// They share an exclusion group.
    One,
    /// One of them is declined.
    Declined,
}

impl Verdict {
    /// Words on the screen.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Both => "Được hưởng cả hai",
            Self::One => "Chỉ được hưởng một",
            Self::Declined => "Một bên từ chối nhận",
        }
    }

    /// Class of the status mark.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Both => "xong",
            Self::One => "canh",
            Self::Declined => "mien",
        }
    }
}

/// Whether two groups (programme, group) exclude each other: each programme says in which
/// exclusion group its groups stand. A group nobody knows excludes nothing.
pub(super) fn exclude_each_other(
    catalogue: &Catalogue,
    one: (&str, &str),
    other: (&str, &str),
) -> bool {
    let exclusion = |(programme, group): (&str, &str)| {
        let known = catalogue.programme(programme).and_then(|p| p.group(group));
        known.map(|group| group.exclusion_group.as_str())
    };
    exclusion(one).is_some_and(|name| exclusion(other) == Some(name))
}

/// What the programmes say of a pair, and by which text.
pub(super) fn verdict(catalogue: &Catalogue, row: &OverlapRow) -> (Verdict, String) {
    let one = (row.one_programme.as_str(), row.one_group.as_str());
    let other = (row.other_programme.as_str(), row.other_group.as_str());
    if row.one_declined || row.other_declined {
        return (Verdict::Declined, String::new());
    }
    if !exclude_each_other(catalogue, one, other) {
        return (Verdict::Both, String::new());
    }
    let legal = [one.0, other.0].map(|code| {
        catalogue.programme(code).map_or_else(String::new, |p| p.one_policy_legal().to_owned())
    });
    (Verdict::One, legal.join("; "))
}

/// How one side of a pair stands, in words.
pub(super) fn standing(
    catalogue: &Catalogue,
    programme: &str,
    list_state: &str,
    declined: bool,
    (approved, paid_dong): (i64, i64),
) -> String {
    let read_only = catalogue.programme(programme).filter(|programme| programme.read_only);
    match read_only {
        _ if declined => "Từ chối nhận".to_owned(),
        Some(programme) => format!("Chỉ đối chiếu, {} chi trả", programme.payer),
        None if paid_dong > 0 => "Đã chi".to_owned(),
        None if approved > 0 => "Đã duyệt, chưa chi".to_owned(),
        None => State::of(list_state).unwrap_or(State::Draft).label().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programmes_exclude_each_other_only_where_their_data_share_a_name() {
        let catalogue = Catalogue::load(None).unwrap();
        let out = |one, other| exclude_each_other(&catalogue, one, other);
        assert!(!out(("NQ42", "HN"), ("NQ68", "LDTD68")));
        assert!(!out(("NQ68", "LDTD68"), ("NQ116", "BHTN116")));
        assert!(out(("NQ68", "LDTD68"), ("NQ68", "HKD68")));
        assert!(!out(("NQ68", "TAMHOAN68T"), ("NQ68", "TREEM68")));
        assert!(!out(("NQ68", "ANF0-68"), ("NQ68", "ANF1-68")));
        assert!(!out(("KHAC", "X"), ("KHAC", "X")), "what nobody knows excludes nothing");
    }
}
