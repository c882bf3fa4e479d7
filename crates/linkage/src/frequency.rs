//! How frequent a name is. `Nguyễn Thị Hoa` twice in a commune means little, `Uông Khắc Hợi`
//! twice means much.
//!
//! Only names that many rows carry are kept as a whole; the others are put together from how
//! frequent their syllables are. So a model file shows no rare name of a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::QuickMap;
use crate::name::Name;
use crate::syllable::Syllable;

/// A whole name is kept from this many rows on.
const WHOLE_NAME_ROWS_MIN: u32 = 20;
/// A syllable is kept from this many rows on.
const SYLLABLE_ROWS_MIN: u32 = 3;
/// The number of levels of rarity.
pub(crate) const RARITIES: u8 = 10;

/// Counts of names and of their syllables without marks, as the model file has them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NameCounts {
    /// Rows counted.
    pub rows: u32,
    /// Rows by number of syllables.
    pub lengths: BTreeMap<u8, u32>,
    /// First syllables.
    pub family: BTreeMap<String, u32>,
    /// Syllables between the first and the last.
    pub middle: BTreeMap<String, u32>,
    /// Last syllables.
    pub given: BTreeMap<String, u32>,
    /// Whole names of many rows.
    pub whole: BTreeMap<String, u32>,
}

/// [`NameCounts`] made ready for looking up.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameFrequencies {
    rows: f64,
    lengths: [f64; crate::name::SYLLABLES_MAX + 1],
    family: QuickMap<u64, f64>,
    middle: QuickMap<u64, f64>,
    given: QuickMap<u64, f64>,
    whole: QuickMap<u64, f64>,
}

impl NameCounts {
    /// Counts the names of rows.
    pub fn of<'a>(names: impl Iterator<Item = &'a Name>) -> Self {
        let (mut family, mut middle, mut given) =
            (QuickMap::default(), QuickMap::default(), QuickMap::default());
        let mut whole: QuickMap<u64, (u32, &Name)> = QuickMap::default();
        let mut counts = Self::default();
        for name in names.filter(|name| !name.is_empty() && !name.has_lost_letters()) {
            counts.rows += 1;
            let syllables = name.folded();
            *counts.lengths.entry(syllables.len() as u8).or_default() += 1;
            *family.entry(name.family().code()).or_insert(0u32) += 1;
            *given.entry(name.given().code()).or_insert(0u32) += 1;
            for syllable in &syllables[1..syllables.len().max(2) - 1] {
                *middle.entry(syllable.code()).or_insert(0u32) += 1;
            }
            whole.entry(name.folded_key()).or_insert((0, name)).0 += 1;
        }
        counts.family = readable(family);
        counts.middle = readable(middle);
        counts.given = readable(given);
        counts.whole = whole
            .into_values()
            .filter(|(rows, _)| *rows >= WHOLE_NAME_ROWS_MIN)
            .map(|(rows, name)| (folded_text(name), rows))
            .collect();
        counts
    }

    pub(crate) fn prepare(&self) -> NameFrequencies {
        let rows = f64::from(self.rows.max(1));
        let share = |table: &BTreeMap<String, u32>| -> QuickMap<u64, f64> {
            table
                .iter()
                .filter_map(|(word, &count)| {
                    Some((Syllable::new(word)?.code(), f64::from(count) / rows))
                })
                .collect()
        };
        let mut lengths = [0.0; crate::name::SYLLABLES_MAX + 1];
        for (&length, &count) in &self.lengths {
            if let Some(place) = lengths.get_mut(usize::from(length)) {
                *place = f64::from(count) / rows;
            }
        }
        let whole = self
            .whole
            .iter()
            .map(|(name, &count)| (Name::new(name).folded_key(), f64::from(count) / rows))
            .collect();
        NameFrequencies {
            rows,
            lengths,
            family: share(&self.family),
            middle: share(&self.middle),
            given: share(&self.given),
            whole,
        }
    }
}

fn readable(table: QuickMap<u64, u32>) -> BTreeMap<String, u32> {
    table
        .into_iter()
        .filter(|(_, count)| *count >= SYLLABLE_ROWS_MIN)
        .map(|(code, count)| (Syllable::from_code(code).to_string(), count))
        .collect()
}

fn folded_text(name: &Name) -> String {
    let words: Vec<String> = name.folded().iter().map(Syllable::to_string).collect();
    words.join(" ")
}

impl NameFrequencies {
    /// The share of rows that carry this name, marks aside.
    fn share(&self, name: &Name) -> f64 {
        if let Some(&share) = self.whole.get(&name.folded_key()) {
            return share;
        }
        let syllables = name.folded();
        let rare = 1.0 / self.rows.max(1.0);
        let of = |table: &QuickMap<u64, f64>, syllable: Syllable| {
            table.get(&syllable.code()).copied().unwrap_or(rare)
        };
        let ends = of(&self.family, name.family()) * of(&self.given, name.given());
        let middle: f64 = syllables[1..syllables.len().max(2) - 1]
            .iter()
            .map(|&syllable| of(&self.middle, syllable))
            .product();
        let length = self.lengths.get(syllables.len()).copied().unwrap_or(rare);
        (ends * middle * length.max(0.01)).min(f64::from(WHOLE_NAME_ROWS_MIN) * rare)
    }

    /// The rarity of a name in steps: 1 for the most frequent, [`RARITIES`] for the rarest.
    pub fn rarity(&self, name: &Name) -> u8 {
        if name.is_empty() || name.has_lost_letters() {
            return 0;
        }
        let bits = -self.share(name).max(1e-12).log2();
        (((bits - 6.5) / 1.4).floor() + 1.0).clamp(1.0, f64::from(RARITIES)) as u8
    }
}
