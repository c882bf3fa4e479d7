//! The schema of Vietnamese lists: which rows are compared, and by what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::birth::BirthRelation;
use crate::frequency::{NameCounts, NameFrequencies};
use crate::hash::{self, QuickMap, mix};
use crate::levels;
use crate::name::NameRelation;
use crate::number::{Number, NumberRelation};
use crate::record::{Record, Sex};
use crate::schema::{Comparison, Pattern, Schema};

/// Rows that must name a commune before its name is believed.
const COMMUNE_NAME_ROWS_MIN: u32 = 3;

/// What the schema learned from the rows, besides weights: a part of the model file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PeopleFacts {
    /// How frequent names are.
    pub names: NameCounts,
    /// Which commune (hash of its code) a commune's name in an address means, by
    /// `district/name`, both as hashes.
    pub commune_names: BTreeMap<String, u32>,
}

/// The schema of people in Vietnamese lists.
#[derive(Debug, Clone)]
pub struct People {
    facts: PeopleFacts,
    names: NameFrequencies,
    homes: QuickMap<u64, u32>,
    comparisons: Vec<Comparison>,
}

impl PeopleFacts {
    /// Counts names, and learns which commune the name of a commune in an address means.
    pub fn learn(records: &[Record]) -> Self {
        let mut named: QuickMap<u64, QuickMap<u32, u32>> = QuickMap::default();
        for record in records.iter().filter(|record| record.commune_name != 0) {
            *named.entry(home_key(record)).or_default().entry(record.commune).or_default() += 1;
        }
        let mut commune_names = BTreeMap::new();
        for (key, communes) in named {
            let total: u32 = communes.values().sum();
            let best = communes.into_iter().max_by_key(|&(commune, rows)| (rows, commune));
            if let Some((commune, rows)) = best
                && rows >= COMMUNE_NAME_ROWS_MIN
                && rows * 2 > total
            {
                commune_names.insert(format!("{key:016x}"), commune);
            }
        }
        Self { names: NameCounts::of(records.iter().map(|record| &record.name)), commune_names }
    }
}

fn home_key(record: &Record) -> u64 {
    mix(u64::from(record.district), u64::from(record.commune_name))
}

impl People {
    /// The schema with what was learned.
    pub fn new(facts: PeopleFacts) -> Self {
        let names = facts.names.prepare();
        let homes = facts
            .commune_names
            .iter()
            .filter_map(|(key, &commune)| Some((u64::from_str_radix(key, 16).ok()?, commune)))
            .collect();
        Self { facts, names, homes, comparisons: levels::comparisons() }
    }

    /// What was learned.
    pub fn facts(&self) -> &PeopleFacts {
        &self.facts
    }

    /// Looks up what the schema knows of a record: how rare its name is, and which commune its
    /// address names. To be done once before a record is compared.
    pub fn settle(&self, record: &mut Record) {
        record.rarity = self.names.rarity(&record.name);
        record.home = record.commune;
        if record.commune_name != 0
            && let Some(&home) = self.homes.get(&home_key(record))
        {
            record.home = home;
        }
    }
}

/// Name and number, which are read together: twins differ in the given name and have
/// neighbouring numbers.
fn name_and_identity(a: &Record, b: &Record) -> Pattern {
    let relation = a.name.relation(&b.name);
    let rarity = if relation.agrees() { a.rarity.min(b.rarity) } else { 0 };
    let same_day = a.birth == b.birth && a.birth.is_full();
    let name = match relation {
        NameRelation::OtherGiven if same_day => levels::OTHER_GIVEN_SAME_DAY,
        _ => relation as u8,
    };
    let identity = match identity_level(a.identity, b.identity) {
        NEIGHBOUR if !relation.agrees() && relation != NameRelation::Missing => {
            levels::NEIGHBOUR_OTHER_NAME
        }
        1 if !relation.agrees() && (contradicts_number(a) != contradicts_number(b)) => {
            levels::EQUAL_OF_ANOTHER
        }
        level => level,
    };
    Pattern::default()
        .with(levels::NAME, name)
        .with(levels::RARITY, rarity)
        .with(levels::IDENTITY, identity)
}

/// Whether a row's year of birth or sex is not what its CCCD number tells.
fn contradicts_number(record: &Record) -> bool {
    record.identity.cccd_facts().is_some_and(|(year, female)| {
        let other_year = record.birth.year != 0 && record.birth.year.abs_diff(year) > 1;
        other_year || record.sex.is_some_and(|sex| (sex == Sex::Female) != female)
    })
}

const NEIGHBOUR: u8 = 4;

fn birth_level(a: &Record, b: &Record) -> u8 {
    let relation = a.birth.relation(b.birth);
    if matches!(relation, BirthRelation::Different | BirthRelation::NextYear) {
        let year_by_number = |x: &Record, y: &Record| {
            x.identity.cccd_facts().is_some_and(|(year, _)| year == y.birth.year)
        };
        // One number on both rows says of course the year of one of them.
        let own = a.identity.value() != b.identity.value();
        if own && (year_by_number(a, b) || year_by_number(b, a)) {
            return levels::YEAR_BY_NUMBER;
        }
    }
    relation as u8
}

fn identity_level(a: Number, b: Number) -> u8 {
    match a.relation(b) {
        NumberRelation::Missing => 0,
        NumberRelation::Equal if a.is_cccd() => 1,
        NumberRelation::Equal => 2,
        NumberRelation::Slip => 3,
        NumberRelation::Neighbour => NEIGHBOUR,
        NumberRelation::Different if a.is_cccd() => 5,
        NumberRelation::Different => 6,
    }
}

fn place_level(a: &Record, b: &Record) -> u8 {
    if a.commune == 0 || b.commune == 0 {
        0
    } else if a.commune == b.commune {
        if a.list == b.list { 1 } else { 2 }
    } else if a.home == b.home || a.home == b.commune || b.home == a.commune {
        3
    } else if a.district == b.district {
        4
    } else {
        5
    }
}

fn hamlet_level(a: &Record, b: &Record) -> u8 {
    match (a.hamlet, b.hamlet) {
        (0, _) | (_, 0) => 0,
        (x, y) if x == y && a.hamlet_is_number => 2,
        (x, y) if x == y => 1,
        _ if a.hamlet_is_number != b.hamlet_is_number => 3,
        _ => 4,
    }
}

fn sex_level(a: Option<Sex>, b: Option<Sex>) -> u8 {
    match (a, b) {
        (Some(a), Some(b)) if a == b => 1,
        (Some(_), Some(_)) => 2,
        _ => 0,
    }
}

impl Schema for People {
    type Record = Record;

    fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    fn rules(&self) -> usize {
        12
    }

    fn learning_rules(&self) -> usize {
        1
    }

    fn keys(&self, rule: usize, record: &Record, keys: &mut Vec<u64>) {
        let tagged = |parts: &[u64]| parts.iter().fold(rule as u64 + 1, |s, &part| mix(s, part));
        let name = || record.name.folded_key();
        let (named, full) = (!record.name.is_empty(), record.birth.is_full());
        let (year, home) = (u64::from(record.birth.year), u64::from(record.home));
        let birth = u64::from(record.birth.code());
        match rule {
            0 if !record.identity.is_empty() => keys.push(tagged(&[record.identity.value()])),
            1 if !record.insurance.is_empty() => keys.push(tagged(&[record.insurance.value()])),
            2 if !record.phone.is_empty() => keys.push(tagged(&[record.phone.value()])),
            3 if named && year > 0 => keys.push(tagged(&[name(), year])),
            4 if named => keys.push(tagged(&[name(), home])),
            5 if named && full => keys.push(tagged(&[record.name.given().code(), birth])),
            6 if full => keys.push(tagged(&[home, birth])),
            // One syllable may be wrong or missing.
            7 if named && year > 0 => {
                let length = record.name.folded().len();
                let whole = (length < 4).then(|| record.name.key_without(usize::MAX));
                let left_out = (0..length).map(|at| record.name.key_without(at));
                keys.extend(whole.into_iter().chain(left_out).map(|k| tagged(&[k, year, home])));
            }
            8 if year > 0 && record.hamlet != 0 => {
                keys.push(tagged(&[year, home, record.hamlet.into(), sex_code(record)]));
            }
            9 if named && full => {
                let (month, day) = (record.birth.month, record.birth.day);
                keys.push(tagged(&[name(), month.min(day).into(), month.max(day).into()]));
            }
            10 if named && full => keys.push(tagged(&[record.name.initials(), birth])),
            11 if named && record.hamlet != 0 => {
                let ends = [record.name.family().code(), record.name.given().code()];
                keys.push(tagged(&[ends[0], ends[1], record.hamlet.into(), year / 2]));
                keys.push(tagged(&[ends[0], ends[1], record.hamlet.into(), year.div_ceil(2)]));
            }
            // For learning: how namesakes look who are not one person.
            12 if named => keys.push(tagged(&[name()])),
            _ => {}
        }
    }

    fn refine(&self, record: &Record) -> u64 {
        mix(u64::from(record.home), u64::from(record.birth.year))
    }

    fn compare(&self, a: &Record, b: &Record) -> Pattern {
        name_and_identity(a, b)
            .with(levels::BIRTH, birth_level(a, b))
            .with(levels::INSURANCE, a.insurance.relation(b.insurance) as u8)
            .with(levels::PHONE, a.phone.relation(b.phone) as u8)
            .with(levels::PLACE, place_level(a, b))
            .with(levels::HAMLET, hamlet_level(a, b))
            .with(levels::SEX, sex_level(a.sex, b.sex))
    }

    fn touch(&self, record: &Record) -> u64 {
        record.identity.value()
            ^ record.list
            ^ record.name.family().code()
            ^ record.name.given().code()
    }

    fn content_key(&self, record: &Record) -> u64 {
        record.content_key()
    }
}

fn sex_code(record: &Record) -> u64 {
    record.sex.map_or(2, |sex| u64::from(sex == Sex::Female))
}

/// Hash of a commune's code as [`PeopleFacts::commune_names`] has it.
pub fn commune_hash(code: &str) -> u32 {
    hash::text32(code.trim())
}
