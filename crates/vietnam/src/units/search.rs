//! Finding units by what people write.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::address::{self, Kind, Name, Part};
use super::{Gazetteer, Unit};

/// Units by their bare names.
#[derive(Debug)]
pub(super) struct NameIndex {
    names: Vec<Name>,
    kinds: Vec<Option<Kind>>,
    by_fold: HashMap<String, Vec<usize>>,
}

/// A unit that a written place may mean, and what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitMatch<'g> {
    /// The unit.
    pub unit: &'g Unit,
    /// The text names a kind of unit before the name (`xã`, `P.`). Without one the name may be a
    /// hamlet's that some commune happens to share: no ground for a correction.
    pub kind_written: bool,
    /// The kind written is the kind of the unit on that date.
    pub same_kind: bool,
    /// The tone marks agree; otherwise the letters only.
    pub same_tones: bool,
    /// How many districts and provinces written behind agree, less those that contradict.
    pub context: i32,
}

/// How well a unit fits; compared field by field, larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    written_as_commune: bool,
    context: i32,
    /// Also when the whole text has no marks, because then they say nothing.
    tones_allow: bool,
    same_kind: bool,
    kind_written: bool,
}

impl NameIndex {
    pub(super) fn build(units: &[Unit]) -> Self {
        let names: Vec<Name> =
            units.iter().map(|unit| Name::of(address::split_kind(unit.full_name))).collect();
        let mut by_fold: HashMap<String, Vec<usize>> = HashMap::with_capacity(names.len());
        for (place, name) in names.iter().enumerate() {
            by_fold.entry(name.fold.clone()).or_default().push(place);
        }
        let kinds = units.iter().map(|unit| address::kind_of(unit.full_name)).collect();
        Self { names, kinds, by_fold }
    }

    pub(super) fn find<'g>(
        &self,
        gazetteer: &'g Gazetteer,
        text: &str,
        parent: Option<&str>,
        date: NaiveDate,
    ) -> Vec<UnitMatch<'g>> {
        let search = Search { index: self, gazetteer, parent, date };
        let parts = address::parts(text, |fold| self.by_fold.contains_key(fold));
        let mut found: Vec<(Fit, usize, bool)> = Vec::new();
        let mut commune_written = false;
        for (at, part) in parts.iter().enumerate() {
            let commune = part.kind.is_some_and(Kind::is_commune);
            commune_written |= commune;
            for place in search.named(part) {
                let same_tones = self.names[place].tone == part.name.tone;
                let fit = Fit {
                    written_as_commune: commune,
                    context: search.context(place, &parts[at + 1..]),
                    tones_allow: same_tones || text.is_ascii(),
                    same_kind: part.kind.is_some() && part.kind == self.kinds[place],
                    kind_written: part.kind.is_some(),
                };
                found.push((fit, place, same_tones));
            }
        }
        let Some(best) = found.iter().map(|(fit, _, _)| *fit).max() else { return Vec::new() };
        // "xã X, huyện Y" with an unknown X must not turn into Y.
        if commune_written && !best.written_as_commune {
            return Vec::new();
        }
        let units = gazetteer.units();
        found.retain(|(fit, _, _)| *fit == best);
        found.sort_by_key(|&(_, place, _)| (std::cmp::Reverse(units[place].level), place));
        found.dedup_by_key(|found| found.1);
        let matched = |(fit, place, same_tones): (Fit, usize, bool)| UnitMatch {
            unit: &units[place],
            kind_written: fit.kind_written,
            same_kind: fit.same_kind,
            same_tones,
            context: fit.context,
        };
        found.into_iter().map(matched).collect()
    }
}

/// One question to the index.
struct Search<'s> {
    index: &'s NameIndex,
    gazetteer: &'s Gazetteer,
    parent: Option<&'s str>,
    date: NaiveDate,
}

impl Search<'_> {
    /// The units that a part may name, by its letters.
    fn named(&self, part: &Part) -> Vec<usize> {
        self.allowed(self.index.by_fold.get(&part.name.fold), part.kind)
    }

    fn allowed(&self, places: Option<&Vec<usize>>, kind: Option<Kind>) -> Vec<usize> {
        let places = places.map_or(&[][..], Vec::as_slice);
        let wanted = |place: &usize| {
            let unit = &self.gazetteer.units()[*place];
            unit.is_valid_on(self.date)
                && kind.is_none_or(|kind| kind.fits(unit.level, self.index.kinds[*place]))
                && self.is_under_parent(unit)
        };
        places.iter().copied().filter(wanted).collect()
    }

    fn is_under_parent(&self, unit: &Unit) -> bool {
        let Some(parent) = self.parent else { return true };
        unit.code == parent
            || unit.parent == Some(parent)
            || self.gazetteer.ancestors(unit, self.date).any(|above| above.code == parent)
    }

    /// How many of the parts behind name a unit above, less those that name another one.
    fn context(&self, place: usize, behind: &[Part]) -> i32 {
        let above = self.above(place);
        let judge = |part: &Part| {
            if above.iter().any(|&place| self.is_named(place, part)) {
                return 1;
            }
            let higher = part.kind.is_some_and(|kind| !kind.is_commune());
            if higher && !self.anywhere(part).is_empty() { -1 } else { 0 }
        };
        behind.iter().map(judge).sum()
    }

    fn above(&self, place: usize) -> Vec<usize> {
        let parent = |place: usize| self.gazetteer.parent_place(place, self.date);
        std::iter::successors(parent(place), |&place| parent(place)).collect()
    }

    fn is_named(&self, place: usize, part: &Part) -> bool {
        let (level, actual) = (self.gazetteer.units()[place].level, self.index.kinds[place]);
        self.index.names[place].fold == part.name.fold
            && part.kind.is_none_or(|kind| kind.fits(level, actual))
    }

    /// As [`Self::named`] without the limit to the caller's province or district.
    fn anywhere(&self, part: &Part) -> Vec<usize> {
        Search { parent: None, ..*self }.named(part)
    }
}
