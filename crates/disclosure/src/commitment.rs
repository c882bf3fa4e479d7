//! Salted commitments: who was paid, said so that only who holds the salt can check it.
//!
//! An identity number has about a million values for a province, a sex and a year of birth, so a
//! hash without salt is guessed in seconds. The salt is drawn for each payment and stands on the
//! payee's slip. When it is destroyed, the commitment says nothing any more.

use crate::hash::Hash;

/// A salt: 16 bytes that the caller drew at random, never used twice.
pub type Salt = [u8; 16];

/// Says what is hashed, so that the value can be taken for nothing else, and in which version.
const DOMAIN: &[u8] = b"ansinh/disclosure/commitment/v1\n";

/// What the log does not show.
///
/// The bytes are hashed as they are handed in: the slip must print them so, in composed Unicode
/// (NFC), or the payee types something that looks the same and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Private<'a> {
    /// The payee's name as it is written on the slip.
    pub payee: &'a str,
    /// The key of the identity number, or nothing when there is none.
    pub identity: &'a str,
    /// The id of the entitlement that was paid.
    pub entitlement: &'a str,
}

/// SHA-256 over domain, salt, the number of fields, and each field with its length before it (64
/// bits, big-endian), so that no two different sets of fields are the same bytes.
#[must_use]
pub fn commit(salt: &Salt, fields: &Private<'_>) -> Hash {
    let fields = [fields.payee, fields.identity, fields.entitlement];
    let lengths = fields.map(|field| (field.len() as u64).to_be_bytes());
    let mut parts: Vec<&[u8]> = vec![DOMAIN, salt, &[3]];
    for (length, field) in lengths.iter().zip(fields) {
        parts.push(length);
        parts.push(field.as_bytes());
    }
    Hash::of(&parts)
}
