//! Taking a written place apart: which words name the kind of unit and which its name.

use super::UnitLevel;
use crate::text;

/// The kind of unit that stands before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xa,
    Phuong,
    ThiTran,
    DacKhu,
    Huyen,
    Quan,
    ThiXa,
    ThanhPho,
    Tinh,
}

impl Kind {
    /// Whether this word may be written for a unit: any kind of the same level, because kinds
    /// change (a thị xã becomes a thành phố); but `TP Cao Bằng` is not `tỉnh Cao Bằng`.
    pub(super) fn fits(self, level: UnitLevel, actual: Option<Self>) -> bool {
        match self {
            Self::Xa | Self::Phuong | Self::ThiTran | Self::DacKhu => level == UnitLevel::Commune,
            Self::Huyen | Self::Quan | Self::ThiXa => level == UnitLevel::District,
            Self::ThanhPho if level == UnitLevel::Province => actual == Some(Self::ThanhPho),
            Self::ThanhPho => level == UnitLevel::District,
            Self::Tinh => level == UnitLevel::Province,
        }
    }

    /// Whether the word means a unit of the lowest tier.
    pub(super) fn is_commune(self) -> bool {
        matches!(self, Self::Xa | Self::Phuong | Self::ThiTran | Self::DacKhu)
    }
}

/// A piece of an address that may name a unit.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub kind: Option<Kind>,
    pub name: Name,
}

/// The two keys of a name: with tones, and without any marks and i for y.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub tone: String,
    pub fold: String,
}

impl Name {
    /// Hyphens count as spaces, `01` as `1`, and no space stands behind an apostrophe.
    pub(super) fn of(name: &str) -> Self {
        let plain = plain_words(name);
        let fold = text::fold(&plain).replace('y', "i").replace('\'', "");
        Self { tone: text::tone_key(&plain), fold }
    }
}

fn plain_words(name: &str) -> String {
    let name = name.replace(['’', '‘', 'ʼ', '`'], "'").replace("' ", "'");
    let mut plain = String::with_capacity(name.len());
    for word in name.split([' ', '-', '–', '.']).filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        let number = word.bytes().all(|b| b.is_ascii_digit());
        plain.push_str(if number { word.trim_start_matches('0') } else { word });
    }
    plain
}

const FULL_KINDS: [(&str, Kind); 9] = [
    ("Xã ", Kind::Xa),
    ("Phường ", Kind::Phuong),
    ("Thị trấn ", Kind::ThiTran),
    ("Đặc khu ", Kind::DacKhu),
    ("Huyện ", Kind::Huyen),
    ("Quận ", Kind::Quan),
    ("Thị xã ", Kind::ThiXa),
    ("Thành phố ", Kind::ThanhPho),
    ("Tỉnh ", Kind::Tinh),
];

/// The kind of a unit as its official full name begins.
pub(super) fn kind_of(full_name: &str) -> Option<Kind> {
    FULL_KINDS.iter().find(|(prefix, _)| full_name.starts_with(prefix)).map(|&(_, kind)| kind)
}

/// An official full name without its kind.
pub(super) fn split_kind(full_name: &str) -> &str {
    FULL_KINDS.iter().find_map(|(prefix, _)| full_name.strip_prefix(prefix)).unwrap_or(full_name)
}

/// The parts of a written place in their order. `known` tells whether a folded name exists, so
/// that `Bà Rịa - Vũng Tàu` is not cut at its dash.
pub(super) fn parts(written: &str, known: impl Fn(&str) -> bool) -> Vec<Part> {
    let cleaned = text::clean(&text::nfc(written));
    let mut parts = Vec::new();
    for piece in cleaned.split([',', ';', '(', ')', '/', '|', ':']) {
        if !piece.contains(" - ") && !piece.contains(" – ") {
            push_parts(&mut parts, piece, &known);
            continue;
        }
        let tokens = tokens(piece);
        let start = marker(&tokens, 0, true).map_or(0, |(_, length)| length);
        if known(&Name::of(&join(&tokens[start..])).fold) {
            push_parts(&mut parts, piece, &known);
        } else {
            piece
                .split(" - ")
                .flat_map(|p| p.split(" – "))
                .for_each(|p| push_parts(&mut parts, p, &known));
        }
    }
    parts
}

/// Cuts one piece before every word that names a kind: `thôn 3 xã Sơn Kim 1 huyện Hương Sơn`.
fn push_parts(parts: &mut Vec<Part>, piece: &str, known: &impl Fn(&str) -> bool) {
    let tokens = tokens(piece);
    let unmarked = piece.is_ascii();
    let (mut kind, mut start, mut at) = (None, 0, 0);
    while at < tokens.len() {
        // A word right behind a kind belongs to the name.
        let fresh = at == 0 || at > start;
        let cut = marker(&tokens, at, at == 0 || unmarked).filter(|&(_, length)| {
            let in_name = kind.is_some() && length == 1;
            fresh && !(in_name && is_inside_name(&tokens, start, at, known))
        });
        match cut {
            Some((found, length)) => {
                push_part(parts, kind, &tokens[start..at], known);
                at += length;
                (kind, start) = (Some(found), at);
            }
            None => at += 1,
        }
    }
    push_part(parts, kind, &tokens[start.min(tokens.len())..], known);
}

/// Whether the word at a position goes on the name that began before it: `Tam Quan Nam`,
/// `Tứ Xã`.
fn is_inside_name(
    tokens: &[String],
    start: usize,
    at: usize,
    known: &impl Fn(&str) -> bool,
) -> bool {
    let ends = at + 1..=(at + 2).min(tokens.len());
    !tokens[at].ends_with('.')
        && ends.into_iter().any(|end| known(&Name::of(&join(&tokens[start..end])).fold))
}

fn push_part(
    parts: &mut Vec<Part>,
    kind: Option<Kind>,
    tokens: &[String],
    known: &impl Fn(&str) -> bool,
) {
    if tokens.is_empty() {
        return;
    }
    let whole = Name::of(&join(tokens));
    // Headings go on behind the name ("xã Cẩm Bình năm 2020"), but Ngã Năm is a name.
    let end = tokens.iter().skip(1).position(|token| is_heading_word(token)).map(|at| at + 1);
    let name = match end {
        Some(end) if kind.is_some() && !known(&whole.fold) => Name::of(&join(&tokens[..end])),
        _ => whole,
    };
    parts.push(Part { kind, name });
}

fn is_heading_word(token: &str) -> bool {
    matches!(
        text::tone_key(token).as_str(),
        "năm0"
            | "đợt5"
            | "tháng1"
            | "ngày2"
            | "theo0"
            | "được5"
            | "đề2"
            | "về2"
            | "thang0"
            | "dot0"
    )
}

fn join(tokens: &[String]) -> String {
    tokens.join(" ")
}

/// Words, with a dot kept at the end of an abbreviation: `P.Trần` → `P.`, `Trần`; `P1` → `P.`,
/// `1`; `T.P.` → `TP.`.
fn tokens(piece: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for word in piece.replace('.', ". ").split_whitespace() {
        let joins = tokens.last().is_some_and(|last| last.eq_ignore_ascii_case("t."))
            && matches!(word.to_ascii_lowercase().as_str(), "p." | "x." | "t.");
        if joins && let Some(last) = tokens.last_mut() {
            *last = format!("T{word}");
            continue;
        }
        match word.strip_prefix(['P', 'p', 'Q', 'q']) {
            Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
                tokens.push(format!("{}.", &word[..1]));
                tokens.push(number.to_owned());
            }
            _ => tokens.push(word.to_owned()),
        }
    }
    tokens
}

/// The kind that begins at a token, and how many tokens it takes; never the last of a piece.
/// `loose` accepts spellings without marks and bare letters, which elsewhere would be names.
fn marker(tokens: &[String], at: usize, loose: bool) -> Option<(Kind, usize)> {
    let word = text::tone_key(tokens.get(at)?);
    let next = text::tone_key(tokens.get(at + 1)?);
    let two = match (bare(&word), bare(&next)) {
        ("thi", "trân" | "tran") => Some(Kind::ThiTran),
        ("thi", "xa") => Some(Kind::ThiXa),
        ("thanh", "phô" | "pho") => Some(Kind::ThanhPho),
        ("đăc" | "dac", "khu") => Some(Kind::DacKhu),
        _ => None,
    };
    if let Some(kind) = two.filter(|_| at + 2 < tokens.len()) {
        return Some((kind, 2));
    }
    let kind = match word.as_str() {
        "xa4" | "xa0" if is_social(&tokens[at + 1..]) => return None,
        "xa4" => Kind::Xa,
        "phương2" => Kind::Phuong,
        "huyên5" => Kind::Huyen,
        "quân5" => Kind::Quan,
        "tinh3" => Kind::Tinh,
        "tt0" | "tt0." => Kind::ThiTran,
        "tx0" | "tx0." => Kind::ThiXa,
        "tp0" | "tp0." => Kind::ThanhPho,
        "x0." => Kind::Xa,
        "p0." => Kind::Phuong,
        "h0." => Kind::Huyen,
        "q0." => Kind::Quan,
        "t0." => Kind::Tinh,
        "xa0" if loose => Kind::Xa,
        "phuong0" if loose => Kind::Phuong,
        "huyen0" if loose => Kind::Huyen,
        "quan0" if loose => Kind::Quan,
        "tinh0" if loose => Kind::Tinh,
        "x0" if loose && at == 0 => Kind::Xa,
        "p0" if loose && at == 0 => Kind::Phuong,
        "h0" if loose && at == 0 => Kind::Huyen,
        "q0" if loose && at == 0 => Kind::Quan,
        _ => return None,
    };
    Some((kind, 1))
}

/// Whether `xã` goes on as `xã hội` ("Lao động - Thương binh và Xã hội") and not as one of the
/// communes whose name begins with Hội.
fn is_social(behind: &[String]) -> bool {
    const AFTER_HOI: [&str; 8] = ["an", "cu", "hoan", "nghia", "ninh", "son", "thinh", "xuan"];
    let is_hoi =
        behind.first().is_some_and(|word| matches!(text::tone_key(word).as_str(), "hôi5" | "hoi0"));
    let third = behind.get(1).map(|word| text::fold(word)).unwrap_or_default();
    is_hoi && !AFTER_HOI.contains(&third.as_str())
}

/// A tone key without its tone.
fn bare(key: &str) -> &str {
    key.trim_end_matches(|c: char| c.is_ascii_digit())
}
