//! Vietnamese text: one normal form, harmless cleaning, keys for matching and searching, names in
//! title case, sorting, and the test whether a word can be a Vietnamese syllable at all.
//!
//! The rules follow TCVN 6909:2001 (Unicode, precomposed) and the spelling of the Ministry of
//! Education; both places of the tone mark (`hòa`, `hoà`) are correct and must match.

mod syllable;

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub(crate) use syllable::words;
pub use syllable::{is_vietnamese_syllable, syllable_score};

/// The combining tone marks in the order huyền, sắc, hỏi, ngã, nặng, with the digit of the key.
const TONES: [(char, u8); 5] =
    [('\u{300}', 2), ('\u{301}', 1), ('\u{309}', 3), ('\u{303}', 4), ('\u{323}', 5)];

/// Normalization form C: every letter with its marks as one code point where Unicode has one.
///
/// Also repairs Windows-1258 text (`ê` + U+0301) and the deprecated tone marks U+0340 and U+0341,
/// which are canonically equal to U+0300 and U+0301. Idempotent; never fails.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Removes what nobody can see: NBSP and other spaces become one space, leading and trailing
/// spaces, zero-width characters, byte order marks and C0 control characters go.
///
/// U+00AD stays, because in a TCVN3 text it is the letter `ư` (use [`strip_soft_hyphens`] once the
/// charset is settled); C1 controls stay too, because VPS keeps capitals there. Does not compose:
/// see [`nfc`].
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        // U+0085 is white space for Unicode but the letter Ẩ in a VPS text.
        if c.is_whitespace() && c != '\u{85}' {
            if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if !is_invisible(c) {
            cleaned.push(c);
        }
    }
    if cleaned.ends_with(' ') {
        cleaned.pop();
    }
    cleaned
}

/// Removes U+00AD SOFT HYPHEN. Only safe when the text is known not to be TCVN3, where that code
/// is the letter `ư`.
pub fn strip_soft_hyphens(text: &str) -> String {
    text.replace('\u{AD}', "")
}

/// Replaces the look-alikes of Đ that keyboards and converters leave: U+00D0 `Ð`, U+00F0 `ð`
/// (Latin-1 eth) and U+0189 `Ɖ`, U+0256 `ɖ` (African D) become Đ and đ. Only for decoded text: in
/// a TCVN3 text U+00D0 is the letter `é`.
pub fn eth_to_d(text: &str) -> String {
    let letter = |c| match c {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The text for searching and for file names: lower case, no diacritics, `đ` (and the look-alikes
/// U+00D0/U+00F0 and U+0189/U+0256) as `d`, apostrophes as `'`, single spaces. Idempotent.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return clean(&text.to_ascii_lowercase().replace('`', "'"));
    }
    let lower = clean(&nfc(text)).to_lowercase();
    let bare: String =
        lower.nfd().filter(|&c| !is_combining_mark(c) && c != '\u{AD}').map(bare_letter).collect();
    clean(&bare)
}

/// The key under which two spellings of the same words are equal: per word the letters without
/// tone and then the tone as a digit (0 ngang, 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng).
///
/// So `Hòa` = `Hoà` = `HÒA`, NFC = NFD, and `Lý` = `Lí` (a consonant and `y` alone is written
/// `i`; not after `qu` or another vowel, so `Thuý` ≠ `Thuí`). Numbers stay numbers and carry no
/// tone; apostrophes are one character; other marks (ĭ, ŏ, ñ of ethnic names) are kept.
pub fn tone_key(text: &str) -> String {
    let prepared = clean(&strip_soft_hyphens(&nfc(text))).to_lowercase();
    let mut key = String::with_capacity(prepared.len() + 8);
    let mut word = String::new();
    for c in prepared.chars() {
        if is_word_character(c) {
            word.push(c);
        } else {
            push_word_key(&mut key, &word);
            word.clear();
            key.push(bare_apostrophe(c));
        }
    }
    push_word_key(&mut key, &word);
    key
}

/// The text with its first letter as a capital, as a sentence begins: `đã chi` → `Đã chi`.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Vietnamese Title Case for names of people and places: the first letter of every word is a
/// capital, the rest are small; the result is NFC.
///
/// A letter that stands alone before an apostrophe is a prefix of ethnic names, so the letter
/// after it is a capital too: `H'WƯN` → `H'Wưn`, `k'brỗi` → `K'Brỗi`. Spaces stay as they are.
pub fn title_case(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut letters = 0usize;
    let mut capital = true;
    for c in nfc(text).chars() {
        if c.is_alphabetic() || is_combining_mark(c) {
            if capital {
                titled.extend(c.to_uppercase());
            } else {
                titled.extend(c.to_lowercase());
            }
            capital = false;
            letters += 1;
        } else {
            titled.push(c);
            // TCVN3 ư, or what a program wrote for a letter that it could not.
            let stands_for_letter = c == '\u{AD}' || (letters > 0 && matches!(c, '?' | '\u{FFFD}'));
            if bare_apostrophe(c) == '\'' {
                capital = letters == 1;
            } else if !stands_for_letter {
                capital = true;
            }
            if !stands_for_letter {
                letters = 0;
            }
        }
    }
    nfc(&titled)
}

/// Vietnamese order for sorting: word by word, first by letters (a ă â b c d đ e ê … o ô ơ … u ư …
/// y), then by tone (ngang, huyền, hỏi, ngã, sắc, nặng), case last. Given name first or family
/// name first is the caller's choice of what to compare.
///
/// A total order: equal only when both texts are the same after NFC.
pub fn compare_vi(left: &str, right: &str) -> Ordering {
    let (left, right) = (nfc(left), nfc(right));
    let mut words_left = left.split_whitespace();
    let mut words_right = right.split_whitespace();
    loop {
        let order = match (words_left.next(), words_right.next()) {
            (None, None) => return left.cmp(&right),
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => sort_key(a).cmp(&sort_key(b)),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Letters by their place in the alphabet, and the tone by its place in a dictionary.
fn sort_key(word: &str) -> (Vec<u32>, u8) {
    let (letters, tones) = split_tone(&word.to_lowercase());
    let tone = match tones.first() {
        None => 0,
        Some(2) => 1,
        Some(3) => 2,
        Some(4) => 3,
        Some(1) => 4,
        Some(_) => 5,
    };
    (letters.chars().map(letter_weight).collect(), tone)
}

fn letter_weight(letter: char) -> u32 {
    const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
    match ALPHABET.chars().position(|c| c == letter) {
        Some(place) => 0x100 + place as u32,
        // Digits and punctuation sort before letters, foreign letters after.
        None if letter.is_ascii() => u32::from(letter),
        None => 0x1000 + u32::from(letter),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1F}' | '\u{7F}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

fn bare_apostrophe(c: char) -> char {
    match c {
        '\'' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{2B9}' | '`' | '\u{B4}' => '\'',
        other => other,
    }
}

fn bare_letter(c: char) -> char {
    match c {
        'đ' | 'ð' | 'ɖ' => 'd',
        'ƀ' => 'b',
        other => bare_apostrophe(other),
    }
}

/// Splits a lower-case word into its letters without tone (NFC) and the tones found, in order.
/// The tilde of `ñ` is part of the letter: only vowels carry a tone.
pub(crate) fn split_tone(word: &str) -> (String, Vec<u8>) {
    if word.is_ascii() {
        return (word.to_owned(), Vec::new());
    }
    let mut tones = Vec::new();
    let mut on_vowel = false;
    let mut letters = String::with_capacity(word.len());
    for c in word.nfd() {
        if !is_combining_mark(c) {
            on_vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        } else if on_vowel && let Some(&(_, tone)) = TONES.iter().find(|(mark, _)| *mark == c) {
            tones.push(tone);
            continue;
        }
        letters.push(match c {
            'ð' | 'ɖ' => 'đ',
            other => other,
        });
    }
    (letters.nfc().collect(), tones)
}

fn push_word_key(key: &mut String, word: &str) {
    if word.is_empty() {
        return;
    }
    if word.chars().all(|c| c.is_ascii_digit()) {
        key.push_str(word);
        return;
    }
    let (mut letters, tones) = split_tone(word);
    if let Some(onset) = letters.strip_suffix('y')
        && !onset.is_empty()
        && !onset.ends_with(['a', 'â', 'e', 'ê', 'o', 'ô', 'ơ', 'u', 'ư', 'i', 'y', 'ă'])
    {
        letters = format!("{onset}i");
    }
    key.push_str(&letters);
    if tones.is_empty() {
        key.push('0');
    }
    for tone in tones {
        key.push(char::from(b'0' + tone));
    }
}

#[cfg(test)]
mod tests;
