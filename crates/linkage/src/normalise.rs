//! From written rows to normalised ones, with what can be learned from the list a row stands in:
//! the old charset of its font, and what a tick or a digit means in its column of sex.

use vietnam::charset::{self, Legacy};
use vietnam::text;

use crate::birth::Birth;
use crate::hash::QuickMap;
use crate::name::{self, Name};
use crate::number::Number;
use crate::place::{Address, Home};
use crate::record::{Normalised, RawRecord, Record, Sex};
use crate::spelling;
use crate::syllable::Syllable;

/// Signs whose meaning differs from list to list: a tick, a blank beside ticks, and digits.
const SIGNS: [&str; 5] = ["x", "", "0", "1", "2"];
/// Rows that must speak for a meaning before it is believed.
const SIGN_ROWS_MIN: u32 = 4;

/// What holds for a whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListHabits {
    /// The old charset of its names, when they read as one.
    pub charset: Option<Legacy>,
    /// The sex that each of `x`, blank, `0`, `1` and `2` stands for.
    signs: [Option<Sex>; 5],
}

/// What is counted over the rows of a list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ListTally {
    signs: [[u32; 2]; SIGNS.len()],
    /// Some name has a character that Unicode names have no use for.
    pub foreign: bool,
}

impl ListTally {
    pub fn add(&mut self, row: &RawRecord<'_>) {
        self.foreign = self.foreign || row.name.chars().any(is_foreign);
        if let Some(sign) = sign_of(row.sex)
            && let Some(sex) = hinted_sex(row)
        {
            self.signs[sign][usize::from(sex == Sex::Female)] += 1;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.foreign |= other.foreign;
        for (mine, theirs) in self.signs.iter_mut().flatten().zip(other.signs.iter().flatten()) {
            *mine += theirs;
        }
    }

    pub fn habits(&self, charset: Option<Legacy>) -> ListHabits {
        ListHabits { charset, signs: read_signs(self.signs) }
    }
}

/// A word of a name, read once.
#[derive(Debug, Clone, Copy)]
struct Word {
    toned: Syllable,
    folded: Syllable,
    spelled: bool,
}

/// Addresses kept: lists repeat the names of their hamlets.
const ADDRESSES_MAX: usize = 200_000;

/// Normalises rows. Keeps the words it has seen, so one normaliser for many rows is quick.
#[derive(Debug, Default)]
pub struct Normaliser {
    words: QuickMap<Box<str>, Option<Word>>,
    addresses: QuickMap<Box<str>, Home>,
}

impl Normaliser {
    /// A normaliser that has seen no word.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the rows of one list have in common. The order of the rows does not matter.
    pub fn habits<'a>(&mut self, rows: impl Iterator<Item = RawRecord<'a>> + Clone) -> ListHabits {
        let mut tally = ListTally::default();
        rows.clone().for_each(|row| tally.add(&row));
        let charset = if tally.foreign { self.charset(rows) } else { None };
        tally.habits(charset)
    }

    /// The old charset of a list, when one word in four is no Vietnamese syllable.
    pub(crate) fn charset<'a>(
        &mut self,
        rows: impl Iterator<Item = RawRecord<'a>> + Clone,
    ) -> Option<Legacy> {
        let (mut total, mut misspelled) = (0u32, 0u32);
        for row in rows.clone() {
            for word in row.name.split_whitespace().filter(|word| !word.is_ascii()) {
                total += 1;
                misspelled += u32::from(!self.word(word).is_some_and(|word| word.spelled));
            }
        }
        (misspelled * 4 > total).then(|| charset::detect(rows.map(|row| row.name))).flatten()
    }

    /// The row in normal form, as text.
    pub fn normalise(&mut self, raw: &RawRecord<'_>, habits: &ListHabits) -> Normalised {
        let decoded = self.decode(raw, habits);
        let (name, address) = match &decoded {
            Some((name, address)) => (name.as_str(), address.as_str()),
            None => (raw.name, raw.address),
        };
        let written = |number: Option<Number>| number.unwrap_or_default().to_string();
        Normalised {
            name: text::nfc(&name::written_name(name)),
            birth: Birth::parse(raw.birth).unwrap_or_default().to_string(),
            sex: match read_sex(raw.sex, habits) {
                Some(Sex::Male) => "nam".to_owned(),
                Some(Sex::Female) => "nữ".to_owned(),
                None => String::new(),
            },
            id_number: written(Number::identity(raw.id_number)),
            insurance_number: written(Number::insurance(raw.insurance_number)),
            phone: written(Number::phone(raw.phone)),
            address: Address::parse(address).written(),
            commune: raw.commune.trim().to_owned(),
            district: raw.district.trim().to_owned(),
            list: raw.list.trim().to_owned(),
        }
    }

    /// The row packed for comparing.
    pub fn record(&mut self, raw: &RawRecord<'_>, habits: &ListHabits) -> Record {
        let decoded = self.decode(raw, habits);
        let (name, address) = match &decoded {
            Some((name, address)) => (name.as_str(), address.as_str()),
            None => (raw.name, raw.address),
        };
        let identity = Number::identity(raw.id_number).unwrap_or_default();
        let facts = identity.cccd_facts();
        let from_number = facts.map(|(year, _)| Birth::from_year(year));
        let sex_from_number = facts.map(|(_, female)| if female { Sex::Female } else { Sex::Male });
        let mut record = Record {
            name: self.name(name),
            birth: Birth::parse(raw.birth).or(from_number).unwrap_or_default(),
            sex: read_sex(raw.sex, habits).or(sex_from_number),
            identity,
            insurance: Number::insurance(raw.insurance_number).unwrap_or_default(),
            phone: Number::phone(raw.phone).unwrap_or_default(),
            ..Record::default()
        };
        record.set_places(raw, self.home(address));
        record
    }

    fn home(&mut self, address: &str) -> Home {
        if let Some(&known) = self.addresses.get(address) {
            return known;
        }
        let home = Home::of(&Address::parse(address));
        if self.addresses.len() < ADDRESSES_MAX {
            self.addresses.insert(address.into(), home);
        }
        home
    }

    fn name(&mut self, written: &str) -> Name {
        let words = name::written_name(written);
        let mut syllables = [(Syllable::default(), Syllable::default(), false); 12];
        let mut count = 0;
        for word in words.split(' ').filter_map(|word| self.word(word)).take(12) {
            syllables[count] = (word.toned, word.folded, word.spelled);
            count += 1;
        }
        Name::from_words(syllables[..count].iter().copied())
    }

    /// Name and address out of the list's old charset, when this row is written in it.
    fn decode(&mut self, raw: &RawRecord<'_>, habits: &ListHabits) -> Option<(String, String)> {
        let charset = habits.charset?;
        let misspelled = raw
            .name
            .split_whitespace()
            .any(|word| !word.is_ascii() && !self.word(word).is_some_and(|word| word.spelled));
        misspelled.then(|| {
            let plain = |text: &str| text::strip_soft_hyphens(text);
            (
                plain(&charset::decode(raw.name, charset)),
                plain(&charset::decode(raw.address, charset)),
            )
        })
    }

    fn word(&mut self, word: &str) -> Option<Word> {
        if let Some(&known) = self.words.get(word) {
            return known;
        }
        let read = Syllable::new(word).map(|toned| Word {
            toned,
            folded: toned.folded(),
            spelled: text::is_vietnamese_syllable(word),
        });
        self.words.insert(word.into(), read);
        read
    }
}

/// A character that a name in Unicode has no use for.
fn is_foreign(c: char) -> bool {
    !c.is_ascii() && !spelling::is_letter(c)
}

fn sign_of(written: &str) -> Option<usize> {
    let written = written.trim();
    SIGNS.iter().position(|sign| sign.eq_ignore_ascii_case(written))
}

/// The sex that the rest of the row tells: the CCCD number, or a middle name of one sex.
fn hinted_sex(raw: &RawRecord<'_>) -> Option<Sex> {
    if let Some((_, female)) = Number::identity(raw.id_number).and_then(Number::cccd_facts) {
        return Some(if female { Sex::Female } else { Sex::Male });
    }
    raw.name.split_whitespace().find_map(|word| match word {
        "Thị" | "THỊ" | "thị" | "ThÞ" => Some(Sex::Female),
        "Văn" | "VĂN" | "văn" | "V¨n" => Some(Sex::Male),
        _ => None,
    })
}

/// A sign means a sex when four rows in five agree. A blank only means one beside ticks.
fn read_signs(counts: [[u32; 2]; SIGNS.len()]) -> [Option<Sex>; SIGNS.len()] {
    let ticks = counts[0][0] + counts[0][1];
    let mut signs = [None; SIGNS.len()];
    for (at, [male, female]) in counts.into_iter().enumerate() {
        let total = male + female;
        let blank_without_ticks = at == 1 && ticks * 4 < total;
        signs[at] = if total < SIGN_ROWS_MIN || blank_without_ticks {
            None
        } else if female * 5 >= total * 4 {
            Some(Sex::Female)
        } else if male * 5 >= total * 4 {
            Some(Sex::Male)
        } else {
            None
        };
    }
    // Where the list itself does not tell: what these digits mean in most forms.
    signs[2] = signs[2].or(Some(Sex::Female));
    signs[3] = signs[3].or(Some(Sex::Male));
    signs
}

fn read_sex(written: &str, habits: &ListHabits) -> Option<Sex> {
    if let Some(sign) = sign_of(written) {
        return habits.signs[sign];
    }
    match written.trim() {
        "Nam" | "nam" | "NAM" | "M" => return Some(Sex::Male),
        "Nữ" | "nữ" | "NỮ" | "F" => return Some(Sex::Female),
        _ => {}
    }
    match text::fold(written).as_str() {
        "nam" | "m" | "male" | "trai" => Some(Sex::Male),
        "nu" | "f" | "female" | "gai" => Some(Sex::Female),
        _ => None,
    }
}
