//! Names of people: cleaned of what is no name, cut into syllables, and compared by syllable.

use std::fmt;

use vietnam::text;

use crate::hash;
use crate::spelling;
use crate::syllable::Syllable;

/// Syllables kept of a name: the first two and the last four of a longer one.
pub(crate) const SYLLABLES_MAX: usize = 6;

/// Forms of address that stand before a name and are no part of it.
const TITLES: [&str; 8] = ["ông", "bà", "anh", "chị", "cụ", "cháu", "ong", "ba"];

/// A name as a list of syllables, with and without tones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Name {
    toned: [Syllable; SYLLABLES_MAX],
    folded: [Syllable; SYLLABLES_MAX],
    length: u8,
    flags: u8,
    /// Which syllables are no Vietnamese ones, a bit each.
    odd: u8,
}

const PLAIN: u8 = 1;
const LOST: u8 = 2;

/// How two names stand to each other, from the strongest agreement to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NameRelation {
    /// A name is missing.
    Missing,
    /// The same syllables with the same tones.
    Equal,
    /// The same letters; one of the two was written without any mark.
    Unmarked,
    /// Equal as far as letters were not lost (`Th?`).
    LostLetters,
    /// The same letters, but one syllable has other marks or another tone.
    ToneSlip,
    /// An initial stands for a syllable, all else agrees.
    Abbreviated,
    /// One has a middle syllable that the other leaves out.
    MissingMiddle,
    /// One slip of the fingers in one syllable.
    Slip,
    /// One letter of one syllable, where both are Vietnamese words: `Anh` and `Oanh`.
    NearWord,
    /// The same syllables in another order.
    Reordered,
    /// All but the given name agrees.
    OtherGiven,
    /// All but one middle syllable agrees.
    OtherMiddle,
    /// All but the family name agrees.
    OtherFamily,
    /// Two or more small differences, nothing contrary.
    Blurred,
    /// Only family and given name agree.
    FamilyAndGiven,
    /// Only the given name agrees.
    GivenOnly,
    /// Nothing that matters agrees.
    Different,
}

impl NameRelation {
    /// Whether the rarity of the name says how much the agreement is worth.
    pub fn agrees(self) -> bool {
        (Self::Equal..=Self::Reordered).contains(&self)
    }
}

impl Name {
    /// The name of syllables with and without marks, and whether each is spelled as a Vietnamese
    /// one can be.
    pub(crate) fn from_words(words: impl Iterator<Item = (Syllable, Syllable, bool)>) -> Self {
        let mut name = Self::default();
        let mut length = 0;
        for (toned, folded, spelled) in words {
            if length == SYLLABLES_MAX {
                name.toned.copy_within(3.., 2);
                name.folded.copy_within(3.., 2);
                name.odd = (name.odd & 0b11) | (name.odd >> 1 & !0b11);
                length -= 1;
            }
            name.toned[length] = toned;
            name.folded[length] = folded;
            name.odd |= u8::from(!spelled) << length;
            length += 1;
        }
        name.length = length as u8;
        if name.toned[..length] == name.folded[..length] {
            name.flags |= PLAIN;
            // Without tones the spelling of many words cannot be told right from wrong.
            name.odd = 0;
        }
        if name.toned[..length].iter().any(|syllable| syllable.has_lost_letter()) {
            name.flags |= LOST;
        }
        name
    }

    /// The name of a written text.
    pub fn new(written: &str) -> Self {
        let words = written_name(written);
        let read = |word: &str| {
            let toned = Syllable::new(word)?;
            Some((toned, toned.folded(), text::is_vietnamese_syllable(word)))
        };
        Self::from_words(words.split(' ').filter_map(read))
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether no syllable has a mark or a tone; then nothing is known of them.
    pub fn is_plain(&self) -> bool {
        self.flags & PLAIN != 0
    }

    pub(crate) fn has_lost_letters(&self) -> bool {
        self.flags & LOST != 0
    }

    /// The syllables without marks, family name first.
    pub fn folded(&self) -> &[Syllable] {
        &self.folded[..usize::from(self.length)]
    }

    /// The syllables with marks and tones, family name first.
    pub fn toned(&self) -> &[Syllable] {
        &self.toned[..usize::from(self.length)]
    }

    /// The given name without marks: the last syllable.
    pub fn given(&self) -> Syllable {
        self.folded().last().copied().unwrap_or_default()
    }

    /// The family name without marks: the first syllable.
    pub fn family(&self) -> Syllable {
        self.folded[0]
    }

    /// Stable hash of the syllables without marks.
    pub fn folded_key(&self) -> u64 {
        self.folded().iter().fold(1, |state, syllable| hash::mix(state, syllable.code()))
    }

    /// The first letters of all syllables, as one number.
    pub(crate) fn initials(&self) -> u64 {
        self.folded().iter().fold(0, |initials, syllable| initials << 6 | syllable.initial())
    }

    /// Stable hash of the syllables without marks and without the one at `left_out`.
    pub(crate) fn key_without(&self, left_out: usize) -> u64 {
        let kept = self.folded().iter().enumerate().filter(|&(at, _)| at != left_out);
        kept.fold(1, |state, (_, syllable)| hash::mix(state, syllable.code()))
    }

    /// How this name stands to another; symmetric.
    pub fn relation(&self, other: &Self) -> NameRelation {
        if self.is_empty() || other.is_empty() {
            return NameRelation::Missing;
        }
        if self.length == other.length {
            if self.toned == other.toned {
                return NameRelation::Equal;
            }
            if self.folded == other.folded {
                return self.marks_relation(other);
            }
            return same_length(self, other);
        }
        let (short, long) = if self.length < other.length { (self, other) } else { (other, self) };
        other_length(short, long)
    }

    fn marks_relation(&self, other: &Self) -> NameRelation {
        if self.is_plain() || other.is_plain() {
            return NameRelation::Unmarked;
        }
        let differing = self.toned().iter().zip(other.toned()).filter(|(a, b)| a != b).count();
        if differing == 1 { NameRelation::ToneSlip } else { NameRelation::Blurred }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.toned().iter().map(Syllable::to_string).collect();
        f.write_str(&words.join(" "))
    }
}

/// Names of equally many syllables that are not equal without marks.
fn same_length(a: &Name, b: &Name) -> NameRelation {
    let (a_syllables, b_syllables) = (a.folded(), b.folded());
    let may_be_lost = a.has_lost_letters() || b.has_lost_letters();
    let (mut lost, mut abbreviated, mut slips, mut others) = (0, 0, 0, 0);
    let mut other_at = 0;
    for (at, (&x, &y)) in a_syllables.iter().zip(b_syllables).enumerate() {
        if x == y {
            continue;
        }
        if may_be_lost && x.agrees(y) {
            lost += 1;
        } else if x.abbreviates(y) {
            abbreviated += 1;
        } else if x.one_slip(y) {
            slips += 1;
            other_at = at;
        } else {
            others += 1;
            other_at = at;
        }
    }
    match (others, slips, abbreviated) {
        (0, 0, 0) => NameRelation::LostLetters,
        (0, 0, 1) if lost == 0 => NameRelation::Abbreviated,
        (0, 1, 0) if (a.odd | b.odd) >> other_at & 1 == 1 => NameRelation::Slip,
        (0, 1, 0) => NameRelation::NearWord,
        (0, 0 | 1, _) | (0, 2, 0) if a_syllables.len() > 2 => NameRelation::Blurred,
        (1, 0, 0) => one_other(a_syllables.len(), other_at),
        _ => far(a, b),
    }
}

fn one_other(length: usize, at: usize) -> NameRelation {
    match at {
        _ if length < 2 => NameRelation::Different,
        0 if length == 2 => NameRelation::GivenOnly,
        0 => NameRelation::OtherFamily,
        _ if at + 1 == length && length == 2 => NameRelation::Different,
        _ if at + 1 == length => NameRelation::OtherGiven,
        _ => NameRelation::OtherMiddle,
    }
}

/// Names of which one has more syllables.
fn other_length(short: &Name, long: &Name) -> NameRelation {
    if long.length - short.length == 1 {
        let (kept, all) = (short.folded(), long.folded());
        let agrees = |left_out: usize| {
            let rest = all.iter().enumerate().filter(|&(at, _)| at != left_out);
            kept.iter().zip(rest).all(|(x, (_, y))| x.agrees(*y))
        };
        if (1..all.len() - 1).any(agrees) {
            return NameRelation::MissingMiddle;
        }
        if all.len() > 2 && (agrees(0) || agrees(all.len() - 1)) {
            return NameRelation::Blurred;
        }
    }
    far(short, long)
}

/// What is left when the names do not line up syllable by syllable.
fn far(a: &Name, b: &Name) -> NameRelation {
    let sum = |name: &Name| name.folded.iter().fold(0, |sum: u64, s| sum.wrapping_add(s.code()));
    let sorted = |name: &Name| {
        let mut syllables = name.folded;
        syllables.sort_unstable();
        syllables
    };
    if a.length == b.length && a.length > 1 && sum(a) == sum(b) && sorted(a) == sorted(b) {
        return NameRelation::Reordered;
    }
    let near = |x: Syllable, y: Syllable| x.agrees(y) || x.one_slip(y);
    let (a_given, b_given) = (a.given(), b.given());
    if a_given.agrees(b_given) {
        if a.family().agrees(b.family()) {
            return NameRelation::FamilyAndGiven;
        }
        return NameRelation::GivenOnly;
    }
    if near(a_given, b_given) && near(a.family(), b.family()) && a.length == b.length {
        return NameRelation::FamilyAndGiven;
    }
    NameRelation::Different
}

/// The words of a name in small letters with single spaces: without what stands in brackets,
/// stars, digits and other marks, and without a form of address in front. Idempotent.
pub fn written_name(raw: &str) -> String {
    let composed;
    let raw = if raw.chars().any(may_compose) {
        composed = text::nfc(raw);
        &composed
    } else {
        raw
    };
    let mut kept = String::with_capacity(raw.len());
    let mut depth = 0usize;
    for c in raw.chars() {
        match c {
            '(' | '[' => {
                depth += 1;
                kept.push(' ');
            }
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '?' | '\u{FFFD}' | '\'' | '’' | '`' => kept.push(c),
            c if c.is_ascii_alphabetic() => kept.push(c.to_ascii_lowercase()),
            ' ' => kept.push(' '),
            c if spelling::is_letter(c) => kept.push(spelling::small(c)),
            c if c.is_alphabetic() || is_mark(c) => kept.extend(c.to_lowercase()),
            _ => kept.push(' '),
        }
    }
    let mut words: Vec<&str> =
        kept.split_whitespace().filter(|word| word.contains(is_letter)).collect();
    let titles = words.iter().take_while(|word| is_title(word)).count();
    words.drain(..titles.min(words.len().saturating_sub(2)));
    // `A` and `B` behind the name tell namesakes of one list apart, elsewhere they are not there.
    while words.len() > 2 && words.last().is_some_and(|last| matches!(*last, "a" | "b" | "c")) {
        words.pop();
    }
    words.join(" ")
}

/// Whether a text with this character may not be in normal form C; false for all of Vietnamese
/// but marks that stand alone.
fn may_compose(c: char) -> bool {
    ('\u{300}'..='\u{1DFF}').contains(&c) || c > '\u{1EFF}'
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '?' | '\u{FFFD}')
}

fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}
