//! Single-byte Vietnamese encodings of the time before Unicode, as they look today: opened as
//! Latin-1 or Windows-1252, so that `Nguyễn` reads `NguyÔn` (TCVN3) or `Nguyeãn` (VNI).
//!
//! The TCVN3 table is the set VN3 ("ABC") of TCVN 5712:1993; VNI-Windows and VPS are the tables of
//! the fonts of the same names. The font decides; only when it is lost is the text itself asked.

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// An old encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Legacy {
    /// TCVN3, also called ABC: fonts `.VnTime`, `.VnArial` …
    Tcvn3,
    /// TCVN3 shown by a font of capitals (`.VnTimeH`): decode, then upper case.
    Tcvn3Capitals,
    /// VNI-Windows: a base letter and a mark, fonts `VNI-Times` …
    Vni,
    /// VPS: fonts `VPS Times` …
    Vps,
}

/// TCVN3 bytes A0 to FF; `·` marks a byte without a letter.
const TCVN3: &str = "·ĂÂÊÔƠƯĐăâêôơưđ······àảãáạ·ằẳẵắ·······ặầẩẫấậè·ẻẽéẹềểễếệìỉ···ĩíịò·ỏõóọồổỗốộờởỡớợù·ủũúụừửữứựỳỷỹýỵ·";

/// VPS bytes 80 to FF; `·` marks a byte without a letter.
const VPS: &str = "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ··ỀỂỄỐỒỔỖýỷỵỚỜỞ·ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕựầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ·àáâãảạă·èéêẽìí·ĩẴĐòóôõ·Ơụùúủ·ỶẼỳ";

/// Windows-1252 shows these characters for the bytes 80 to 9F (`·`: undefined there).
const CP1252: &str = "€·‚ƒ„…†‡ˆ‰Š‹Œ·Ž··‘’“”•–—˜™š›œ·žŸ";

/// The encoding that a font name betrays, ignoring case: `.VnTime` and the other `.Vn…` fonts are
/// TCVN3, with a trailing `H` its capitals; `VNI-…` is VNI; `VPS…` is VPS. `None` for the rest.
pub fn from_font(font: &str) -> Option<Legacy> {
    let name = font.trim().to_lowercase();
    if name.starts_with(".vn") || name.starts_with(".tmc") || name.starts_with("vntime") {
        // `.VnEnglish` is the one small-letter font of the family whose name ends in h.
        let capitals = name.ends_with('h') && !name.ends_with("english");
        return Some(if capitals { Legacy::Tcvn3Capitals } else { Legacy::Tcvn3 });
    }
    if name.starts_with("vni-") || name.starts_with("vni ") {
        return Some(Legacy::Vni);
    }
    name.starts_with("vps").then_some(Legacy::Vps)
}

/// Decodes text that was opened as Latin-1 or Windows-1252. Control characters, U+00AD and the
/// Windows-1252 punctuation stand for their bytes; what the encoding does not know (also letters
/// that are Unicode already) stays. The result is NFC. Never fails.
pub fn decode(text: &str, legacy: Legacy) -> String {
    match legacy {
        Legacy::Tcvn3 => decode_table(text, TCVN3, 0xA0),
        Legacy::Tcvn3Capitals => text::nfc(&decode_table(text, TCVN3, 0xA0).to_uppercase()),
        Legacy::Vps => decode_table(text, VPS, 0x80),
        Legacy::Vni => decode_vni(text),
    }
}

/// The old encoding of a column whose font is lost, or `None` when it reads best as it is.
///
/// Each candidate decodes the words that are not plain ASCII, and the share of Vietnamese
/// syllables among them decides; a candidate must be clearly better than the text as it stands
/// and make most words possible. One letter decides nothing (`Hé` is a word in both readings), so
/// give the whole column. [`Legacy::Tcvn3Capitals`] is never returned: the letters are the same
/// bytes, only the lost font made them capitals. VPS needs at least six words.
pub fn detect<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Legacy> {
    const CANDIDATES: [Legacy; 3] = [Legacy::Tcvn3, Legacy::Vni, Legacy::Vps];
    let (mut total, mut as_it_is, mut decoded) = (0u32, 0u32, [0u32; 3]);
    for text in texts {
        for word in text::words(text).filter(|word| !word.is_ascii()) {
            total += 1;
            as_it_is += u32::from(text::is_vietnamese_syllable(word));
            for (count, candidate) in decoded.iter_mut().zip(CANDIDATES) {
                let reading = decode(word, candidate);
                *count += u32::from(text::is_vietnamese_syllable(&reading));
            }
        }
    }
    let (best, count) = CANDIDATES.into_iter().zip(decoded).rev().max_by_key(|&(_, n)| n)?;
    let clearly_better = (count - count.min(as_it_is)) * 20 > total * 3;
    let mostly_possible = count * 10 >= total * 6;
    // VPS maps so many bytes to letters that a few words can fit by chance.
    let enough = if best == Legacy::Vps { total >= 6 } else { total > 0 };
    (enough && clearly_better && mostly_possible).then_some(best)
}

/// The byte that a character stood for when the file was opened in the wrong encoding.
fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return (c != '·').then_some(byte).or(Some(0xB7));
    }
    let place = CP1252.chars().position(|known| known == c && c != '·')?;
    u8::try_from(0x80 + place).ok()
}

fn decode_table(text: &str, table: &str, first: u8) -> String {
    let table: Vec<char> = table.chars().collect();
    let letter = |c: char| {
        let place = usize::from(byte_of(c)?.checked_sub(first)?);
        table.get(place).copied().filter(|&found| found != '·')
    };
    let decoded: String = text.chars().map(|c| letter(c).unwrap_or(c)).collect();
    text::nfc(&decoded)
}

/// VNI: a mark byte after its base letter; ơ, ư, đ and the letters over i are one byte each. The
/// mark counts in either case, because capitals are often typed with a small mark.
fn decode_vni(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut base = None;
    for c in text.chars() {
        if let Some(marks) = base.and_then(|base| vni_marks(base, c)) {
            decoded.push_str(marks);
            base = None;
            continue;
        }
        base = Some(vni_base(c));
        decoded.push(vni_single(c));
    }
    decoded.nfc().collect()
}

/// The small letter that marks may follow: a e o u y, and ô ö for ơ ư.
fn vni_base(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn vni_single(c: char) -> char {
    match c {
        'Æ' => 'Ỉ',
        'Ì' => 'Ì',
        'Í' => 'Í',
        'Î' => 'Ỵ',
        'Ñ' => 'Đ',
        'Ò' => 'Ị',
        'Ó' => 'Ĩ',
        'Ô' => 'Ơ',
        'Ö' => 'Ư',
        'æ' => 'ỉ',
        'î' => 'ỵ',
        'ñ' => 'đ',
        'ò' => 'ị',
        'ó' => 'ĩ',
        'ô' => 'ơ',
        'ö' => 'ư',
        other => other,
    }
}

fn vni_marks(base: char, mark: char) -> Option<&'static str> {
    let mark = mark.to_lowercase().next()?;
    let (marks, bases) = match mark {
        'ù' => ("\u{301}", "aeouyôö"),
        'ø' => ("\u{300}", "aeouyôö"),
        'û' => ("\u{309}", "aeouyôö"),
        'õ' => ("\u{303}", "aeouyôö"),
        'ï' => ("\u{323}", "aeouyôö"),
        'â' => ("\u{302}", "aeo"),
        'á' => ("\u{302}\u{301}", "aeo"),
        'à' => ("\u{302}\u{300}", "aeo"),
        'å' => ("\u{302}\u{309}", "aeo"),
        'ã' => ("\u{302}\u{303}", "aeo"),
        'ä' => ("\u{302}\u{323}", "aeo"),
        'ê' => ("\u{306}", "a"),
        'é' => ("\u{306}\u{301}", "a"),
        'è' => ("\u{306}\u{300}", "a"),
        'ú' => ("\u{306}\u{309}", "a"),
        'ü' => ("\u{306}\u{303}", "a"),
        'ë' => ("\u{306}\u{323}", "a"),
        _ => return None,
    };
    bases.contains(base).then_some(marks)
}

#[cfg(test)]
mod tests;
