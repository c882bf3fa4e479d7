//! Codes from a telephone: RFC 6238 over RFC 4226, SHA-1, 30 seconds, six digits — what every
//! authenticator app takes. Pure; the instant is a parameter.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::sha256_hex;

/// Bytes of a secret (RFC 4226 §4: at least 16, 20 recommended).
pub const SECRET_BYTES: usize = 20;
/// Seconds a code stands for (RFC 6238 §4.1).
const STEP_SECONDS: i64 = 30;
/// Steps before and after now whose codes are taken, for telephones whose clocks are off.
const DRIFT_STEPS: i64 = 1;
/// How many recovery codes are given.
pub const RECOVERY_CODES: usize = 10;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step of an instant: 30-second periods since 1970.
pub fn step(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP_SECONDS)
}

/// The six digits of a step; `None` for a secret that HMAC refuses.
pub fn code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226 §5.3: the low nibble of the last byte says where the 31 bits begin.
    let start = usize::from(digest.last()? & 0x0f);
    let four: [u8; 4] = digest.get(start..start + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000;
    Some(format!("{number:06}"))
}

/// The step whose code was typed, if it is near `now` and after `last`, the last one taken.
pub fn accepted(secret: &[u8], typed: &str, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let here = step(now);
    let near = (here - DRIFT_STEPS..=here + DRIFT_STEPS).filter(|step| *step > last);
    near.into_iter().find(|step| {
        // Comparing digests hides how many digits agree.
        code(secret, *step)
            .is_some_and(|c| sha256_hex(c.as_bytes()) == sha256_hex(typed.as_bytes()))
    })
}

/// RFC 4648 §6 without padding, as authenticator apps show secrets.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0u8; 5];
        five[..chunk.len()].copy_from_slice(chunk);
        let bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        let letters = (chunk.len() * 8).div_ceil(5);
        for at in 0..letters {
            let index = (bits >> (35 - 5 * at)) & 31;
            text.push(char::from(BASE32[usize::try_from(index).unwrap_or(0)]));
        }
    }
    text
}

/// The bytes of a text of [`base32`]; spaces do not count. `None` for anything but a whole secret.
pub fn secret_of(text: &str) -> Option<[u8; SECRET_BYTES]> {
    let (mut bits, mut count, mut bytes) = (0u64, 0, Vec::new());
    for letter in text.bytes().filter(|byte| *byte != b' ') {
        let value = BASE32.iter().position(|known| *known == letter)?;
        bits = (bits << 5 | u64::try_from(value).ok()?) & 0xffff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    bytes.try_into().ok()
}

/// The address that an app reads from the picture (Key URI Format of Google Authenticator).
pub fn address(secret: &[u8], username: &str) -> String {
    format!(
        "otpauth://totp/An%20Sinh:{}?secret={}&issuer=An%20Sinh",
        crate::web::encode(username),
        base32(secret)
    )
}

/// One recovery code: two groups of five without look-alikes, about 49 bits.
pub fn recovery_code(random: &[u8; 10]) -> String {
    const ALPHABET: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345678";
    let mut text = String::new();
    for (at, byte) in random.iter().enumerate() {
        if at == 5 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    }
    text
}

/// What is kept of a recovery code. The account's id makes equal codes of two accounts differ.
pub fn recovery_hash(account: uuid::Uuid, typed: &str) -> String {
    let plain: String = typed.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    sha256_hex(format!("{account}:{plain}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        // Appendix B, SHA-1, the last six of the eight digits.
        let secret = b"12345678901234567890";
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step(at(seconds))).unwrap(), digits);
        }
    }

    #[test]
    fn a_code_is_taken_one_step_around_now_and_never_twice() {
        let (secret, now) = (b"12345678901234567890", at(1_592_500_000));
        let here = step(now);
        for (off, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code(secret, here + off).unwrap();
            assert_eq!(accepted(secret, &typed, now, 0).is_some(), taken, "{off}");
        }
        let typed = code(secret, here).unwrap();
        assert_eq!(accepted(secret, &typed, now, 0), Some(here));
        assert_eq!(accepted(secret, &typed, now, here), None);
        assert_eq!(accepted(secret, "", now, 0), None);
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let id = uuid::Uuid::nil();
        let code = recovery_code(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(code.len(), 11);
        let shouted = code.to_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(id, &code), recovery_hash(id, &shouted));
        assert_ne!(recovery_hash(id, &code), recovery_hash(uuid::Uuid::max(), &code));
    }

    proptest! {
        #[test]
        fn a_secret_survives_its_letters(secret in any::<[u8; SECRET_BYTES]>()) {
            prop_assert_eq!(secret_of(&base32(&secret)), Some(secret));
        }

        #[test]
        fn any_text_is_read_without_harm(text in "\\PC{0,60}") {
            let _ = secret_of(&text);
            let _ = accepted(b"12345678901234567890", &text, at(0), 0);
        }
    }
}
