//! Where a person lives as a list says it: the hamlet, and sometimes the commune, in one cell.

use vietnam::text;

use crate::hash;

/// Words for a hamlet or a block of houses that stand before its name.
const HAMLET_KINDS: [&str; 14] = [
    "to dan pho",
    "tdp",
    "thon",
    "xom",
    "ap",
    "ban",
    "buon",
    "khoi pho",
    "khoi",
    "khu pho",
    "khu",
    "to",
    "lang",
    "bon",
];

/// Words for a commune before its name.
const COMMUNE_KINDS: [&str; 5] = ["thi tran", "xa", "phuong", "tt", "p"];

/// The address cell in two names without marks, either of which may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Address {
    /// Name or number of the hamlet, without the word before it.
    pub hamlet: String,
    /// Name of the commune, without the word before it.
    pub commune: String,
}

impl Address {
    /// Cuts `Thôn Phú Bình, xã Sơn Sơn` into `phu binh` and `son son`.
    pub fn parse(written: &str) -> Self {
        let folded = text::fold(written);
        let mut parts = folded
            .split([',', ';'])
            .map(str::trim)
            .filter(|part| part.chars().any(char::is_alphanumeric));
        let hamlet = parts.next().map(|part| bare(part, &HAMLET_KINDS)).unwrap_or_default();
        let commune = parts.next().map(|part| bare(part, &COMMUNE_KINDS)).unwrap_or_default();
        Self { hamlet, commune }
    }

    pub fn written(&self) -> String {
        if self.commune.is_empty() {
            self.hamlet.clone()
        } else {
            format!("{}, {}", self.hamlet, self.commune)
        }
    }
}

/// An address as hashes, for comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Home {
    pub hamlet: u32,
    pub hamlet_is_number: bool,
    pub commune_name: u32,
}

impl Home {
    pub fn of(address: &Address) -> Self {
        Self {
            hamlet: hash::text32(&address.hamlet),
            hamlet_is_number: address.hamlet.bytes().all(|b| b.is_ascii_digit()),
            commune_name: hash::text32(&address.commune),
        }
    }
}

/// The name after the kind, in letters, digits and single spaces; the whole when nothing is left.
fn bare(part: &str, kinds: &[&str]) -> String {
    let letters: String =
        part.chars().map(|c| if c.is_alphanumeric() || c == '?' { c } else { ' ' }).collect();
    let words = letters.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = words.as_str();
    while let Some(name) = kinds
        .iter()
        .find_map(|kind| rest.strip_prefix(kind)?.strip_prefix(' '))
        .filter(|name| !name.is_empty())
    {
        rest = name;
    }
    match rest.trim_start_matches('0') {
        number if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => number,
        _ => rest,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn one_hamlet_has_many_spellings() {
        for written in ["Thôn Vĩnh Hải", "Thon Vinh Hai", "vĩnh hải", "Xóm Vĩnh Hải, xã Mai Hưng"]
        {
            assert_eq!(Address::parse(written).hamlet, "vinh hai", "{written}");
        }
        assert_eq!(Address::parse("Thôn 03").hamlet, "3");
        assert_eq!(Address::parse("3, xã Mai Hưng").commune, "mai hung");
        assert_eq!(Address::parse("").written(), "");
    }
}
