//! Which words can be Vietnamese syllables: an onset, a rime and a tone that go together.
//!
//! The tables describe the written language of dictionaries (quốc ngữ); ethnic and foreign names
//! fail on purpose, so a single failure says little and the share over a text says much.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::{clean, nfc, split_tone};

/// Consonants that can open a syllable, longest first. `qu` and `gi` are handled apart.
const ONSETS: [&str; 26] = [
    "ngh", "ch", "gh", "kh", "ng", "nh", "ph", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l",
    "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// Rimes without tone: what can follow an onset.
const RIMES: &str = "\
a ai ao au ay âu ây e eo ê êu i ia iu iêu o oa oe oi oai oay oao oeo ô ôi ơ ơi u ua ui uê uy uơ \
uây uôi uya uyu ư ưa ưi ưu ươi ươu y yêu \
am ăm âm em êm im om ôm ơm um iêm yêm uôm ươm oam oăm uym \
an ăn ân en ên in on ôn ơn un iên yên uôn ươn oan oăn oen uân uên uyên uyn \
ang ăng âng eng ong oong ông ung ưng iêng yêng uông ương oang oăng uâng \
anh ênh inh oanh uênh uynh \
ac ăc âc ec oc ooc ôc uc ưc iêc uôc ươc oac oăc ach êch ich oach uêch uych \
at ăt ât et êt it ot ôt ơt ut ưt iêt yêt uôt ươt oat oăt oet uât uyêt uyt \
ap ăp âp ep êp ip op ôp ơp up iêp ươp oap uyp";

/// Whether the word (any case, NFC or NFD) is spelled as a Vietnamese syllable can be: known
/// onset and rime, an onset that agrees with the vowel (`k`, `gh`, `ngh` before e, ê, i, y), at
/// most one tone, and sắc or nặng before a stop (`p t c ch`).
///
/// A TCVN3 text whose U+00AD (`ư`) was stripped fails here: `Dơng`, `Hng`, `Trờng`.
pub fn is_vietnamese_syllable(word: &str) -> bool {
    let (letters, tones) = split_tone(&nfc(word).to_lowercase());
    if letters.is_empty() || tones.len() > 1 {
        return false;
    }
    let stopped = letters.ends_with(['p', 't', 'c']) || letters.ends_with("ch");
    if stopped && !matches!(tones.first(), Some(1 | 5)) {
        return false;
    }
    if let Some(rest) = letters.strip_prefix("qu") {
        return fits_after_qu(rest);
    }
    if letters.starts_with('g') && !letters.starts_with("gh") {
        return fits_after_g(&letters);
    }
    ONSETS
        .iter()
        .filter_map(|onset| letters.strip_prefix(onset).map(|rime| (*onset, rime)))
        .any(|(onset, rime)| is_rime(rime) && agrees(onset, rime))
}

/// The share (0 to 1) of the words of a text that are Vietnamese syllables. Numbers do not count;
/// a text without words scores 0, because it proves nothing.
pub fn syllable_score(text: &str) -> f32 {
    let (mut valid, mut total) = (0u32, 0u32);
    for word in words(&clean(&nfc(text))) {
        total += 1;
        valid += u32::from(is_vietnamese_syllable(word));
    }
    if total == 0 { 0.0 } else { valid as f32 / total as f32 }
}

/// The words of a text, without ASCII punctuation and numbers. Other symbols stay inside their
/// word, because in a text of an old charset they are letters.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() && c != '\u{85}' || c.is_ascii_punctuation())
        .filter(|word| word.chars().any(|c| !c.is_ascii() || c.is_ascii_alphabetic()))
}

fn is_rime(rime: &str) -> bool {
    static SET: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SET.get_or_init(|| RIMES.split_whitespace().collect()).contains(rime)
}

/// `c g ng` stand before a o u, `k gh ngh` before e ê i y; `iê` needs an onset and `yê` none.
fn agrees(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['e', 'ê', 'i', 'y']);
    let spelled = match onset {
        "c" | "ng" => !front,
        "k" | "gh" | "ngh" => front,
        _ => true,
    };
    let glide_agrees = match onset {
        "" => !rime.starts_with("iê"),
        _ => !rime.starts_with("yê"),
    };
    spelled && glide_agrees
}

/// `qu` is an onset of its own, except in `quốc`, where the rime is `uôc`.
fn fits_after_qu(rest: &str) -> bool {
    if rest == "ôc" {
        return true;
    }
    let rounded = rest.starts_with(['o', 'ô', 'u', 'ư']);
    let glide = is_rime(&format!("u{rest}")) && rest.starts_with(['y', 'ê']);
    !rounded && !rest.starts_with("iê") && (is_rime(rest) || glide)
}

/// `gi` before a vowel is one onset (`giữ`, `giòn`), `gì`, `gìn` and `giếng` are `g` and a rime
/// with i; otherwise `g` keeps away from e and ê.
fn fits_after_g(letters: &str) -> bool {
    let rest = letters.strip_prefix('g').unwrap_or(letters);
    if let Some(after_gi) = rest.strip_prefix('i')
        && is_rime(after_gi)
        && !after_gi.starts_with(['y', 'i'])
    {
        return true;
    }
    let rest = letters.strip_prefix("ng").or(letters.strip_prefix('g')).unwrap_or(letters);
    is_rime(rest) && !rest.starts_with(['e', 'ê', 'y'])
}
