//! The register of all units and their periods.

use std::collections::HashMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use super::links::{self, UnitLink};
use super::search::{NameIndex, UnitMatch};
use super::{Unit, UnitLevel};

/// All units of all periods, with indexes by code, parent and name. Parsed once, on first use.
#[derive(Debug)]
pub struct Gazetteer {
    units: Vec<Unit>,
    by_code: HashMap<&'static str, Vec<usize>>,
    by_parent: HashMap<&'static str, Vec<usize>>,
    links: Vec<UnitLink>,
    links_by_old: HashMap<&'static str, Vec<UnitLink>>,
    names: OnceLock<NameIndex>,
}

const UNITS: &str = include_str!("../../data/units.tsv");

impl Gazetteer {
    /// The register that comes with the program: every state from 11/2019 to 01/7/2025.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Gazetteer> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::build(UNITS.lines().filter_map(parse_unit).collect()))
    }

    fn build(units: Vec<Unit>) -> Self {
        let mut by_code: HashMap<_, Vec<usize>> = HashMap::with_capacity(units.len());
        let mut by_parent: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, unit) in units.iter().enumerate() {
            by_code.entry(unit.code).or_default().push(place);
            by_parent.entry(unit.parent.unwrap_or("")).or_default().push(place);
        }
        let links = links::parse();
        let mut links_by_old: HashMap<_, Vec<UnitLink>> = HashMap::with_capacity(links.len());
        for link in &links {
            links_by_old.entry(link.old_code).or_default().push(*link);
        }
        Self { units, by_code, by_parent, links, links_by_old, names: OnceLock::new() }
    }

    /// Every unit in every period, ordered by level, code and time.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The units that exist on a date, ordered by level and code.
    pub fn units_on(&self, date: NaiveDate) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(move |unit| unit.is_valid_on(date))
    }

    /// The unit of this level and code on a date. Five island districts (318, 471, 498, 536, 755)
    /// have no commune and are the lowest tier themselves.
    pub fn get(&self, level: UnitLevel, code: &str, date: NaiveDate) -> Option<&Unit> {
        if UnitLevel::of_code(code) != Some(level) {
            return None;
        }
        self.valid(self.by_code.get(code), date).next()
    }

    /// The units directly under a unit on a date, ordered by code: of a province its districts
    /// (until 30/6/2025) or its communes. Empty for communes and for the island districts.
    pub fn children(&self, level: UnitLevel, code: &str, date: NaiveDate) -> Vec<&Unit> {
        if UnitLevel::of_code(code) != Some(level) {
            return Vec::new();
        }
        self.valid(self.by_parent.get(code), date).collect()
    }

    /// The unit above a unit on a date.
    pub fn parent(&self, unit: &Unit, date: NaiveDate) -> Option<&Unit> {
        self.valid(self.by_code.get(unit.parent?), date).next()
    }

    /// The units above a unit on a date, the nearest first.
    pub fn ancestors(&self, unit: &Unit, date: NaiveDate) -> impl Iterator<Item = &Unit> {
        std::iter::successors(self.parent(unit, date), move |above| self.parent(above, date))
    }

    /// All links, ordered by old code.
    pub fn links(&self) -> &[UnitLink] {
        &self.links
    }

    /// What became of the units with this code: from the state of 2019 to that of 2020 (only
    /// codes that vanished) and from 2020 to 2025. Empty for a unit that did not change (eleven
    /// provinces) and for the one commune whose successor is not known (03991).
    pub fn links_from(&self, code: &str) -> &[UnitLink] {
        self.links_by_old.get(code).map_or(&[], Vec::as_slice)
    }

    /// The units of a date that a written place may mean, best first; see the rules below.
    ///
    /// The text is a cell of an address or a heading: `UBND xã Sơn Kim 1`, `Xa Cam Binh`,
    /// `TT Đồng Lộc`, `P. Trần Phú`, `X. Thạch Đài, H. Thạch Hà`. A part written as a commune
    /// counts before others; hamlets are passed over; districts and provinces named behind choose
    /// among namesakes; then equal tone marks (in either place) count, unless the text has none at
    /// all; then the kind. A wrong kind (`xã` for what is now a `phường`) is accepted when no unit
    /// of that kind has the name. `parent` is a province or district code: only units under it
    /// (or itself) are returned.
    ///
    /// Only the best group is returned: more than one unit means the text does not decide; none
    /// means nothing of that name exists there on that date.
    pub fn find_by_name(&self, text: &str, parent: Option<&str>, date: NaiveDate) -> Vec<&Unit> {
        self.match_name(text, parent, date).into_iter().map(|found| found.unit).collect()
    }

    /// [`Gazetteer::find_by_name`] with what speaks for each unit. All matches of one answer are
    /// equally good.
    pub fn match_name(
        &self,
        text: &str,
        parent: Option<&str>,
        date: NaiveDate,
    ) -> Vec<UnitMatch<'_>> {
        let names = self.names.get_or_init(|| NameIndex::build(&self.units));
        names.find(self, text, parent, date)
    }

    /// The position in [`Gazetteer::units`] of the unit above the one at a position.
    pub(super) fn parent_place(&self, place: usize, date: NaiveDate) -> Option<usize> {
        let places = self.by_code.get(self.units[place].parent?)?;
        places.iter().copied().find(|&place| self.units[place].is_valid_on(date))
    }

    fn valid<'a>(
        &'a self,
        places: Option<&'a Vec<usize>>,
        date: NaiveDate,
    ) -> impl Iterator<Item = &'a Unit> {
        let places = places.map_or(&[][..], Vec::as_slice);
        places.iter().map(|&place| &self.units[place]).filter(move |unit| unit.is_valid_on(date))
    }
}

/// Reads one period: code, parent, name, first day, day after the last. A blank last field is
/// 2025-07-01, the end of the three tiers, and `-` means that the unit still exists.
fn parse_unit(line: &'static str) -> Option<Unit> {
    let mut fields = line.split('\t');
    let code = fields.next()?;
    let parent = Some(fields.next()?).filter(|parent| !parent.is_empty());
    let full_name = fields.next()?;
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").ok();
    let valid_from = fields.next().and_then(day);
    let valid_to = match fields.next()? {
        "" => NaiveDate::from_ymd_opt(2025, 7, 1),
        "-" => None,
        date => Some(day(date)?),
    };
    Some(Unit { level: UnitLevel::of_code(code)?, code, parent, full_name, valid_from, valid_to })
}
