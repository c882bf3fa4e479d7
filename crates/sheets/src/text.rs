//! From bytes to text: which encoding was it?

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};

/// Text and the name of the encoding it was in.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: String,
}

/// Decodes by byte order mark, else by `declared` label, else by what the bytes allow: valid UTF-8
/// is UTF-8; the rest is Windows-1258 when its tone bytes stand after vowels, else Windows-1252.
/// TCVN3 and VNI text comes out as the Latin letters it was stored as; knowing them is the work of
/// the layer above.
pub(crate) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return with(UTF_8, rest, "utf-8-sig");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return with(UTF_16LE, rest, "utf-16le");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return with(UTF_16BE, rest, "utf-16be");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: "utf-8".to_owned() };
    }
    // A declaration of UTF-8 was just shown wrong; one of UTF-16 cannot be read in single bytes.
    let declared = declared
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .filter(|e| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE);
    let encoding = declared.unwrap_or(match is_windows_1258(bytes) {
        true => WINDOWS_1258,
        false if mostly_utf8(bytes) => UTF_8,
        false => WINDOWS_1252,
    });
    with(encoding, bytes, &encoding.name().to_ascii_lowercase())
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8], name: &str) -> Decoded<'a> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, encoding: name.to_owned() }
}

/// A UTF-8 file with a few broken bytes: at least nine of ten high bytes belong to sound sequences.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    let broken: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    high > 0 && broken * 10 < high
}

/// Windows-1258 writes tones as letters of their own (grave CC, acute EC, hook D2, tilde DE, dot
/// F2) right behind the vowel. In TCVN3, VNI and Windows-1252 those bytes are letters that mostly
/// follow consonants.
fn is_windows_1258(bytes: &[u8]) -> bool {
    let mut high = 0usize;
    let mut tones = 0usize;
    let mut after_vowel = 0usize;
    let mut previous = b' ';
    for &byte in bytes {
        if byte >= 0x80 {
            high += 1;
        }
        if matches!(byte, 0xCC | 0xEC | 0xD2 | 0xDE | 0xF2) {
            tones += 1;
            after_vowel += usize::from(is_vowel_1258(previous));
        }
        previous = byte;
    }
    tones > 0 && after_vowel * 10 >= tones * 8 && after_vowel * 6 >= high
}

/// Vowels of Windows-1258: plain ones and Â Ă Ê Ô Ơ Ư in both cases.
fn is_vowel_1258(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
        || matches!(
            byte,
            0xC2 | 0xE2 | 0xC3 | 0xE3 | 0xCA | 0xEA | 0xD4 | 0xF4 | 0xD5 | 0xF5 | 0xDD | 0xFD
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> String {
        decode(bytes, None).encoding
    }

    #[test]
    fn marks_and_guesses() {
        assert_eq!(name("Hà Tĩnh".as_bytes()), "utf-8");
        assert_eq!(name("\u{feff}Hà".as_bytes()), "utf-8-sig");
        assert_eq!(name(b"\xFF\xFEa\0"), "utf-16le");
        assert_eq!(name(b"\xFE\xFF\0a"), "utf-16be");
        assert_eq!(decode(b"\xFE\xFF\x1E\x1F", None).text, "\u{1e1f}");
        assert_eq!(name(b"caf\xE9 cr\xE8me"), "windows-1252");
        // "Họ tên": Ho + dot, te + circumflex letter.
        let decoded = decode(b"Ho\xF2 t\xEAn, \xF0i\xEA\xF2n tho\xE1\xB7i", None);
        assert_ne!(decoded.encoding, "utf-8");
        let decoded = decode(b"Ho\xF2 t\xEAn", None);
        assert_eq!((decoded.encoding.as_str(), &*decoded.text), ("windows-1258", "Ho\u{323} tên"));
        // TCVN3 "Đặng Thị Hường": tone bytes follow consonants.
        assert_eq!(name(b"\xA7\xC6ng Th\xDE H\xAD\xEAng"), "windows-1252");
    }

    #[test]
    fn declarations() {
        assert_eq!(decode(b"\xE9", Some("windows-1258")).encoding, "windows-1258");
        assert_eq!(decode("é".as_bytes(), Some("windows-1258")).encoding, "utf-8");
        assert_eq!(decode(b"\xE9", Some("utf-16")).encoding, "windows-1252");
    }
}
