//! The tracking code that a citizen writes down, reads over the telephone and types on an old phone.
//!
//! Fourteen symbols of 19 (59 bits) and a check symbol. None of the 19 looks like another in print or
//! handwriting (no 0 O D Q, 1 I L, 2 Z, 5 S, 8 B, 6 G, U V, M N). The check is a weighted sum modulo
//! the prime 19 with weights 1 to 15: every single wrong symbol and every two that changed places are
//! found before the database is asked.

use sha2::{Digest, Sha256};

use crate::identity::sha256_hex;

const SYMBOLS: &[u8; 19] = b"ACEFHJKNPRTWXY34679";
/// Symbols without the check.
const LENGTH: usize = 14;
/// Symbols of a group, as the code is written.
const GROUP: usize = 5;

/// A well-formed code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(Vec<u8>);

impl Code {
    /// The code of a form: whoever holds the form's secret makes the same one again.
    pub fn of_form(secret: &str) -> Self {
        let hash = Sha256::digest(format!("feedback code of form {secret}"));
        let mut rest = hash.iter().take(16).fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
        let base = SYMBOLS.len() as u128;
        let mut digits = Vec::with_capacity(LENGTH + 1);
        for _ in 0..LENGTH {
            digits.push(u8::try_from(rest % base).unwrap_or(0));
            rest /= base;
        }
        digits.push(check(&digits));
        Self(digits)
    }

    /// Reads what was typed: small letters, spaces, dashes and dots do not matter, nor the letters
    /// that are taken for one of the nineteen. The error is a sentence for the field.
    pub fn read(typed: &str) -> Result<Self, String> {
        let mut digits = Vec::with_capacity(LENGTH + 1);
        // Much longer than any code: nobody meant one.
        for c in vietnam::text::fold(typed).chars().take(80) {
            let c = match c.to_ascii_uppercase() {
                ' ' | '-' | '.' | ',' | '_' | '/' | '\u{2013}' | '\u{2014}' => continue,
                'G' => '6',
                'Q' => '9',
                'M' => 'N',
                'V' => 'Y',
                other => other,
            };
            match SYMBOLS.iter().position(|symbol| char::from(*symbol) == c) {
                Some(at) => digits.push(u8::try_from(at).unwrap_or(0)),
                None => return Err(wrong("Mã có ký tự không dùng trong mã tra cứu")),
            }
        }
        match digits.len() {
            0 => Err("Nhập mã tra cứu ghi trên phiếu đã gửi.".to_owned()),
            n if n != LENGTH + 1 => {
                Err(wrong(&format!("Mã vừa nhập có {n} ký tự; mã đúng có {}", LENGTH + 1)))
            }
            _ if check(&digits[..LENGTH]) != digits[LENGTH] => Err(wrong("Mã sai")),
            _ => Ok(Self(digits)),
        }
    }

    /// What the database keeps of it.
    pub fn sha256(&self) -> String {
        sha256_hex(format!("feedback code {self}").as_bytes())
    }
}

impl std::fmt::Display for Code {
    /// `ACEFH-JKNPR-TWXY3`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, digit) in self.0.iter().enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(SYMBOLS[usize::from(*digit) % SYMBOLS.len()]))?;
        }
        Ok(())
    }
}

fn wrong(what: &str) -> String {
    format!(
        "{what}. Xem lại từng chữ trên phiếu: mã không có số 0, 1, 2, 5, 8 và không có chữ B, D, I, \
         L, O, S, U, Z."
    )
}

/// The symbol that makes the weighted sum of all fifteen a multiple of 19.
fn check(digits: &[u8]) -> u8 {
    let sum: u32 =
        digits.iter().zip(1u32..).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    // 15 · 14 ≡ 1 (mod 19), so the last weight is undone by 14.
    let missing = (19 - sum % 19) % 19;
    u8::try_from(missing * 14 % 19).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code::of_form("mot phieu");
        let text = code.to_string();
        assert_eq!(text.len(), 17, "{text}");
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('-', ""),
            format!("  {} ", text.replace('-', " - ")),
            text.replace('6', "G").replace('9', "q").replace('N', "m").replace('Y', "v"),
        ] {
            assert_eq!(Code::read(&typed).as_ref(), Ok(&code), "{typed}");
        }
        for wrong in
            ["", "   ", "ABC", "O0O0O0O0O0O0O0O", &format!("{text}A"), "<script>", "đơn 12"]
        {
            assert!(Code::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_weights_fit() {
        assert_eq!(15 * 14 % 19, 1);
        assert_eq!(check(&[0; LENGTH]), 0);
    }

    proptest! {
        #[test]
        fn one_wrong_symbol_or_two_exchanged_are_found(
            secret in "[a-f0-9]{32}", at in 0usize..15, other in 0usize..15, add in 1u8..19
        ) {
            let code = Code::of_form(&secret);
            let mut wrong = code.clone();
            wrong.0[at] = (wrong.0[at] + add) % 19;
            prop_assert!(Code::read(&wrong.to_string()).is_err());
            let mut swapped = code.clone();
            swapped.0.swap(at, other);
            prop_assert_eq!(Code::read(&swapped.to_string()).is_ok(), swapped == code);
        }

        #[test]
        fn anything_may_be_typed(typed in "\\PC{0,60}") {
            let _ = Code::read(&typed);
        }
    }
}
