//! What became of a unit.

use chrono::NaiveDate;

use super::UnitLevel;

/// Whether the whole old unit went into the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// The whole territory: people and sums can be moved.
    Full,
    /// A part: where a household went must be asked, never computed.
    Partial,
}

/// How the link is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkMethod {
    /// From the resolution that made the new unit (1654 to 1687/NQ-UBTVQH15 for communes).
    Resolution,
    /// The Statistics Office's record of changes, where needed followed by the resolution.
    StatisticsRecord,
    /// The area of the old polygon that lies in the new one; see [`UnitLink::area_share`].
    Overlay,
    /// A district without communes (an island) that became a special zone.
    IslandDistrict,
    /// The merger of provinces (202/2025/QH15).
    ProvinceMerger,
    /// Known to be wrong in the source (a namesake in another province): to be set by hand.
    Suspect,
}

/// A link from a unit of one state to a unit of a later state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitLink {
    /// Code of the old unit, valid in the old state.
    pub old_code: &'static str,
    /// Level of the old unit.
    pub old_level: UnitLevel,
    /// Code of the new unit.
    pub new_code: &'static str,
    /// Level of the new unit; differs for the island districts.
    pub new_level: UnitLevel,
    /// The date of the old state: 01/01/2019 or 01/6/2020.
    pub old_on: NaiveDate,
    /// The date of the new state: 01/6/2020 or 01/7/2025.
    pub new_on: NaiveDate,
    /// Whole or part.
    pub kind: LinkKind,
    /// Share (0 to 1) of the old unit's area in the new one, only from [`LinkMethod::Overlay`].
    pub area_share: Option<f32>,
    /// Where it is known from.
    pub method: LinkMethod,
}

const LINKS: &str = include_str!("../../data/links.tsv");

/// Reads the table: state (0 = 2019 to 2020, 5 = 2020 to 2025), old, new, kind, share, method.
pub(super) fn parse() -> Vec<UnitLink> {
    LINKS.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &'static str) -> Option<UnitLink> {
    let mut fields = line.split('\t');
    let (old_on, new_on) = match fields.next()? {
        "0" => (NaiveDate::from_ymd_opt(2019, 1, 1)?, NaiveDate::from_ymd_opt(2020, 6, 1)?),
        "5" => (NaiveDate::from_ymd_opt(2020, 6, 1)?, NaiveDate::from_ymd_opt(2025, 7, 1)?),
        _ => return None,
    };
    let (old_code, new_code) = (fields.next()?, fields.next()?);
    let kind = if fields.next() == Some("p") { LinkKind::Partial } else { LinkKind::Full };
    let area_share = fields.next().and_then(|share| share.parse().ok());
    let method = match fields.next().unwrap_or_default() {
        "g" => LinkMethod::StatisticsRecord,
        "o" => LinkMethod::Overlay,
        "i" => LinkMethod::IslandDistrict,
        "p" => LinkMethod::ProvinceMerger,
        "s" => LinkMethod::Suspect,
        _ => LinkMethod::Resolution,
    };
    Some(UnitLink {
        old_code,
        old_level: UnitLevel::of_code(old_code)?,
        new_code,
        new_level: UnitLevel::of_code(new_code)?,
        old_on,
        new_on,
        kind,
        area_share,
        method,
    })
}
