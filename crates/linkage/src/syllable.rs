//! One written syllable in eight bytes: up to ten letters of six bits and the tone.
//!
//! The quoted forms below are the ones that must be equal: both places of the tone mark
//! (`hòa`, `hoà`), composed and decomposed Unicode, capitals, `y` and `i` after a consonant.

use std::fmt;

use vietnam::text;

const LETTER_BITS: u32 = 6;
const LETTERS_MAX: usize = 10;
const TONE_MASK: u64 = 0b111;
/// A letter that was lost on the way (`Th?`), equal to any letter.
const LOST: u8 = 63;
/// The letters with marks, in the order of their codes 27 to 33, and the letters below them.
const MARKED: [(char, char); 7] =
    [('ă', 'a'), ('â', 'a'), ('đ', 'd'), ('ê', 'e'), ('ô', 'o'), ('ơ', 'o'), ('ư', 'u')];
const TONE_MARKS: [char; 6] = ['\0', '\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];

/// A syllable as a number: letters from the low bits up, the tone in the lowest three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Syllable(u64);

impl Syllable {
    /// The syllable of a word; letters after the tenth are cut. `None` when no letter is left.
    pub fn new(word: &str) -> Option<Self> {
        let marked = word.replace(['?', '\u{FFFD}'], "\u{294}").replace(['\'', '’', '`'], "");
        let key = text::tone_key(&marked);
        let mut letters = [0u8; LETTERS_MAX];
        let (mut length, mut tone) = (0, 0u64);
        for c in key.chars() {
            match c {
                '1'..='5' => tone = u64::from(u32::from(c) - u32::from('0')),
                _ => {
                    if let Some(code) = letter_code(c)
                        && length < LETTERS_MAX
                    {
                        letters[length] = code;
                        length += 1;
                    }
                }
            }
        }
        (length > 0).then(|| Self::assemble(&letters[..length], tone))
    }

    fn assemble(letters: &[u8], tone: u64) -> Self {
        let packed = letters
            .iter()
            .rev()
            .fold(0u64, |packed, &letter| (packed << LETTER_BITS) | u64::from(letter));
        Self((packed << 3) | tone)
    }

    /// The number behind it: stable, so it may be part of a stored key.
    pub fn code(self) -> u64 {
        self.0
    }

    /// The syllable of a number that [`Syllable::code`] gave.
    pub(crate) fn from_code(code: u64) -> Self {
        Self(code)
    }

    pub(crate) fn letters(self) -> ([u8; LETTERS_MAX], usize) {
        let mut letters = [0u8; LETTERS_MAX];
        let mut rest = self.0 >> 3;
        let mut length = 0;
        while rest != 0 {
            letters[length] = (rest & 0x3F) as u8;
            rest >>= LETTER_BITS;
            length += 1;
        }
        (letters, length)
    }

    /// The syllable without tone and without the marks of letters: `Đặng` becomes `dang`.
    pub fn folded(self) -> Self {
        let (mut letters, length) = self.letters();
        for letter in &mut letters[..length] {
            if let Some((_, bare)) = MARKED.get(usize::from(letter.wrapping_sub(27))) {
                *letter = *bare as u8 - b'a' + 1;
            }
        }
        Self::assemble(&letters[..length], 0)
    }

    /// Whether a letter is lost (`?`).
    pub fn has_lost_letter(self) -> bool {
        let (letters, length) = self.letters();
        letters[..length].contains(&LOST)
    }

    /// A single letter, as in the abbreviation `T.` for `Thị`.
    pub fn is_single_letter(self) -> bool {
        self.0 >> 9 == 0
    }

    /// Whether one of two folded syllables is the other's first letter.
    pub(crate) fn abbreviates(self, other: Self) -> bool {
        (self.is_single_letter() || other.is_single_letter()) && self.initial() == other.initial()
    }

    /// The code of the first letter.
    pub(crate) fn initial(self) -> u64 {
        (self.0 >> 3) & 0x3F
    }

    /// Whether two folded syllables are equal or could be, a lost letter being any letter.
    pub(crate) fn agrees(self, other: Self) -> bool {
        if self == other {
            return true;
        }
        let ((a, length), (b, other_length)) = (self.letters(), other.letters());
        length == other_length
            && (0..length).all(|at| a[at] == b[at] || a[at] == LOST || b[at] == LOST)
    }

    /// Whether one slip of the fingers leads from one folded syllable to the other: a letter
    /// changed, left out, doubled or added, or two neighbours swapped.
    pub(crate) fn one_slip(self, other: Self) -> bool {
        let (a, b) = (self.0 >> 3, other.0 >> 3);
        let differing = a ^ b;
        if differing == 0 {
            return false;
        }
        let bits = |length: u32| length * LETTER_BITS;
        let first = differing.trailing_zeros() / LETTER_BITS;
        let (short, long) = if a < b { (a, b) } else { (b, a) };
        let length = |letters: u64| (64 - letters.leading_zeros()).div_ceil(LETTER_BITS);
        match length(long) - length(short) {
            0 => {
                let last = (63 - differing.leading_zeros()) / LETTER_BITS;
                let pair = |letters: u64| (letters >> bits(first)) & 0xFFF;
                let swapped = |two: u64| (two >> LETTER_BITS) | (two & 0x3F) << LETTER_BITS;
                last == first || (last == first + 1 && pair(a) == swapped(pair(b)))
            }
            1 => short >> bits(first) == long >> bits(first + 1),
            _ => false,
        }
    }
}

/// Whether the optimal string alignment distance of two sequences is exactly one.
pub(crate) fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 || short == long {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    if short.len() < long.len() {
        return short[head..] == long[head + 1..];
    }
    if short[head + 1..] == long[head + 1..] {
        return true;
    }
    head + 1 < short.len()
        && short[head] == long[head + 1]
        && short[head + 1] == long[head]
        && short[head + 2..] == long[head + 2..]
}

fn letter_code(c: char) -> Option<u8> {
    match c {
        'a'..='z' => Some(c as u8 - b'a' + 1),
        '\u{294}' => Some(LOST),
        _ => match MARKED.iter().position(|(letter, _)| *letter == c) {
            Some(place) => Some(27 + place as u8),
            // Letters of other alphabets and of ethnic names count by the letter below.
            None => match text::fold(c.encode_utf8(&mut [0; 4])).bytes().next() {
                Some(byte) if byte.is_ascii_lowercase() => Some(byte - b'a' + 1),
                _ => None,
            },
        },
    }
}

impl fmt::Display for Syllable {
    /// Small letters; the tone mark stands on the last vowel, which is not always where a printer
    /// would put it, but reads back as the same syllable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (letters, length) = self.letters();
        let mut written = String::new();
        let mut mark_at = 0;
        for &code in &letters[..length] {
            let letter = match code {
                1..=26 => char::from(b'a' + code - 1),
                27..=33 => MARKED[usize::from(code) - 27].0,
                _ => '?',
            };
            written.push(letter);
            if "aeiouyăâêôơư".contains(letter) {
                mark_at = written.len();
            }
        }
        let tone = (self.0 & TONE_MASK) as usize;
        if tone > 0 && mark_at > 0 {
            written.insert(mark_at, TONE_MARKS[tone]);
        }
        f.write_str(&text::nfc(&written))
    }
}

#[cfg(test)]
mod tests {
    use super::Syllable;

    fn syllable(word: &str) -> Syllable {
        Syllable::new(word).unwrap()
    }

    #[test]
    fn spellings_of_one_syllable_are_one_number() {
        assert_eq!(syllable("Hòa"), syllable("HOÀ"));
        assert_eq!(syllable("Quý"), syllable("quy\u{301}"));
        assert_eq!(syllable("Lý"), syllable("lí"));
        assert_ne!(syllable("Hòa"), syllable("Hóa"));
        assert_eq!(syllable("Đặng").folded(), syllable("dang"));
        assert_eq!(syllable("Nghiêng").to_string(), "nghiêng");
        assert_eq!(Syllable::new("*"), None);
    }

    #[test]
    fn slips_and_lost_letters() {
        let folded = |word: &str| syllable(word).folded();
        assert!(folded("Công").one_slip(folded("Cônh")));
        assert!(folded("Thị").one_slip(folded("hTị")));
        assert!(folded("Ngọc").one_slip(folded("NNgọc")));
        assert!(!folded("Công").one_slip(folded("Công")));
        assert!(folded("Th?").agrees(folded("Thị")));
        assert!(folded("T").abbreviates(folded("Thị")));
        assert!(!folded("V").abbreviates(folded("Thị")));
    }
}
