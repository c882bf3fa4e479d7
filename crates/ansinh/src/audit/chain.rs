//! The chain itself: canonical bytes, hash, heads. Pure; `docs/AUDIT.md` lets anyone recompute it.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// SHA-256, 32 bytes.
pub type Hash = [u8; 32];

/// What the first entry follows.
pub(super) const GENESIS: Hash = [0; 32];

/// An entry as it is hashed.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub province_code: String,
    pub unit_code: String,
    pub commune_code: String,
    pub entries: Option<Vec<u8>>,
    pub detail: String,
}

/// A sealed entry as read for checking.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    pub seq: i64,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub entry: Entry,
}

impl FromQueryResult for Sealed {
    fn from_query_result(row: &sea_orm::QueryResult, pre: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self {
            seq: row.try_get(pre, "seq")?,
            // A missing hash is a fault of the chain, to be told with its seq.
            prev_hash: row.try_get::<Option<Vec<u8>>>(pre, "prev_hash")?.unwrap_or_default(),
            hash: row.try_get::<Option<Vec<u8>>>(pre, "hash")?.unwrap_or_default(),
            entry: Entry::from_query_result(row, pre)?,
        })
    }
}

/// SHA-256 over the previous hash (32 bytes) and netstrings (`length:bytes,`) of: seq, id, instant
/// (UTC, six decimals, `Z`), account or nothing, action, kind and id of the subject, province, unit,
/// commune, ids of the rows concerned (hex) or nothing, detail.
pub(super) fn hash(prev: &[u8], seq: i64, entry: &Entry) -> Hash {
    let mut sha = Sha256::new();
    sha.update(prev);
    let mut field = |text: &str| {
        sha.update(text.len().to_string());
        sha.update(b":");
        sha.update(text);
        sha.update(b",");
    };
    let mut id = Uuid::encode_buffer();
    field(&seq.to_string());
    field(entry.id.hyphenated().encode_lower(&mut id));
    field(&entry.at.to_rfc3339_opts(SecondsFormat::Micros, true));
    field(entry.account_id.map_or("", |account| account.hyphenated().encode_lower(&mut id)));
    field(&entry.action);
    field(&entry.subject_kind);
    field(&entry.subject_id);
    field(&entry.province_code);
    field(&entry.unit_code);
    field(&entry.commune_code);
    field(&entry.entries.as_deref().map_or_else(String::new, hex));
    field(&entry.detail);
    sha.finalize().into()
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An end of the chain: whoever holds it can prove later that nothing before it was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry; 0 for an empty chain.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of an empty chain.
    pub const EMPTY: Self = Self { seq: 0, hash: GENESIS };

    /// The hash in eight groups of eight, as it is printed on paper.
    pub fn grouped(&self) -> String {
        let text = hex(&self.hash);
        let groups: Vec<&str> = (0..8).filter_map(|at| text.get(at * 8..at * 8 + 8)).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, hex(&self.hash))
    }
}

impl std::str::FromStr for Head {
    type Err = String;

    /// Reads `42137:3f2a…`; spaces and line ends within are taken out.
    fn from_str(text: &str) -> Result<Self, String> {
        let told =
            || format!("a head looks like 42137:3f2a… (64 hexadecimal digits), got {text:?}");
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (seq, digits) = plain.split_once(':').ok_or_else(told)?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or_else(told)?;
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(told());
        }
        let mut hash = GENESIS;
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).map_err(|_| told())?;
        }
        Ok(Self { seq, hash })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> Entry {
        Entry {
            id: Uuid::from_u128(0x0172_0000_0000_7000_8000_0000_0000_0001),
            at: DateTime::from_timestamp_micros(1_589_504_400_000_001).unwrap(),
            account_id: None,
            action: "list.post".to_owned(),
            subject_kind: "list".to_owned(),
            subject_id: "x".to_owned(),
            province_code: "42".to_owned(),
            unit_code: "18196".to_owned(),
            commune_code: String::new(),
            entries: None,
            detail: "{\"reason\":\"đủ\"}".to_owned(),
        }
    }

    #[test]
    fn the_documented_bytes_give_the_documented_hash() {
        let text = "1:1,36:01720000-0000-7000-8000-000000000001,27:2020-05-15T01:00:00.000001Z,0:,\
                    9:list.post,4:list,1:x,2:42,5:18196,0:,0:,18:{\"reason\":\"đủ\"},";
        let mut sha = Sha256::new();
        sha.update(GENESIS);
        sha.update(text);
        let expected: Hash = sha.finalize().into();
        assert_eq!(hash(&GENESIS, 1, &entry()), expected);
    }

    #[test]
    fn a_head_is_read_as_printed() {
        let head = Head { seq: 7, hash: hash(&GENESIS, 1, &entry()) };
        assert_eq!(head.to_string().parse(), Ok(head));
        assert_eq!(format!("7: {}", head.grouped()).parse(), Ok(head));
        for wrong in ["", "7", "x:00", "7:ééééééééééééééééééééééééééééééééé", "-1:00"]
        {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn text_that_moves_between_fields_changes_the_hash(a in ".{0,8}", b in ".{1,8}") {
            let one = Entry { action: format!("{a}{b}"), subject_kind: String::new(), ..entry() };
            let two = Entry { action: a, subject_kind: b, ..entry() };
            prop_assert_ne!(hash(&GENESIS, 1, &one), hash(&GENESIS, 1, &two));
        }
    }
}
