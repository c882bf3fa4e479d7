//! Hashes of leaves and nodes: RFC 9162 §2.1.1, SHA-256.

use std::fmt;

use sha2::{Digest, Sha256};

/// A SHA-256 value: of a leaf, of a node, the root of a tree, or a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

/// Bytes in a hash.
pub const LENGTH: usize = 32;

impl Hash {
    /// SHA-256 of the parts, one after the other.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut sha = Sha256::new();
        for part in parts {
            sha.update(part);
        }
        Self(sha.finalize().into())
    }

    /// The leaf hash of an entry: SHA-256(0x00 ‖ entry).
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self::of(&[&[0], entry])
    }

    /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
    #[must_use]
    pub fn of_node(left: &Self, right: &Self) -> Self {
        let mut bytes = [1; 2 * LENGTH + 1];
        bytes[1..=LENGTH].copy_from_slice(&left.0);
        bytes[LENGTH + 1..].copy_from_slice(&right.0);
        Self::of(&[&bytes])
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self::of(&[])
    }

    /// Reads 64 lower-case hexadecimal digits; any other spelling is refused.
    #[must_use]
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        let text: &[u8; 2 * LENGTH] = text.try_into().ok()?;
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; LENGTH];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// Eight groups of eight hexadecimal digits, as the root is printed on the daily report.
    #[must_use]
    pub fn groups(&self) -> String {
        let hex = self.to_string();
        let mut out = String::with_capacity(71);
        for (place, digit) in hex.chars().enumerate() {
            if place > 0 && place % 8 == 0 {
                out.push(' ');
            }
            out.push(digit);
        }
        out
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 2 * LENGTH];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}
