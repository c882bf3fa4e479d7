//! From a citizen's own look-up to the form of a complaint: which row is meant, sealed (RFC 8439) with
//! a key of this process, for half an hour. No identity number travels, nobody can name another row,
//! and after a restart she looks herself up again.

use std::sync::OnceLock;

use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::clock::random_bytes;
use crate::web::Error;

const VALID_MINUTES: i64 = 30;
const NONCE_BYTES: usize = 12;
/// Row and last second.
const PLAIN_BYTES: usize = 24;

static KEY: OnceLock<[u8; 32]> = OnceLock::new();

fn cipher() -> Result<ChaCha20Poly1305, getrandom::Error> {
    let fresh = random_bytes::<32>()?;
    Ok(ChaCha20Poly1305::new(KEY.get_or_init(|| fresh).into()))
}

/// Seals the row of a list that was shown to the one whose row it is.
///
/// # Errors
/// The operating system gives no randomness.
pub fn seal_record(entry: Uuid, now: DateTime<Utc>) -> Result<String, Error> {
    let until = (now + Duration::minutes(VALID_MINUTES)).timestamp();
    let plain = [&entry.as_bytes()[..], &until.to_be_bytes()].concat();
    let nonce = random_bytes::<NONCE_BYTES>()?;
    let sealed = cipher()?
        .encrypt(&Nonce::from(nonce), plain.as_slice())
        .map_err(|_| Error::internal("feedback.link", "a record could not be sealed"))?;
    let bytes = [&nonce[..], &sealed].concat();
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The row that was sealed; `None` when the text was tampered with, is old, or is of another process.
pub(super) fn open_record(token: &str, now: DateTime<Utc>) -> Option<Uuid> {
    let bytes = unhex(token)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    let plain = cipher().ok()?.decrypt(&Nonce::from(*nonce), sealed).ok()?;
    if plain.len() != PLAIN_BYTES {
        return None;
    }
    let (entry, until) = plain.split_first_chunk::<16>()?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    (now.timestamp() <= until).then(|| Uuid::from_bytes(*entry))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    const LENGTH_MAX: usize = 200;
    if text.len() > LENGTH_MAX || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_untouched_fresh_seal_opens() {
        let now = DateTime::from_timestamp(1_590_000_000, 0).unwrap();
        let id = Uuid::from_u128(42);
        let token = seal_record(id, now).unwrap();
        assert_eq!(open_record(&token, now), Some(id));
        assert_eq!(open_record(&token, now + Duration::minutes(30)), Some(id));
        assert_eq!(open_record(&token, now + Duration::minutes(31)), None);
        for at in 0..token.len() {
            let mut tampered = token.clone().into_bytes();
            tampered[at] = if tampered[at] == b'0' { b'1' } else { b'0' };
            let tampered = String::from_utf8(tampered).unwrap();
            assert_eq!(open_record(&tampered, now), None, "{at}");
        }
        for wrong in ["", "0", "zz", "+1", "é", &"0".repeat(104), &"0".repeat(1_000_000)] {
            assert_eq!(open_record(wrong, now), None);
        }
    }
}
