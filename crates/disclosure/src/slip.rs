//! What stands in the QR code of a payee's slip: where her payment is in the log, and its salt.
//!
//! `AS1.` and base64url without padding over: the log (the first 8 bytes of SHA-256 of its origin),
//! the leaf's number (8 bytes; all ones while the day's book is open and it has none), the salt (16 bytes), the entitlement's id (the rest but four
//! bytes; a UUID as its 16 bytes behind the byte 1, another text behind the byte 2, nothing behind
//! the byte 0), and the first 4 bytes of SHA-256 over all that, so that a slip of the typing hand
//! is told from a payment that is not in the log. With a UUID it has 75 characters.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::commitment::Salt;
use crate::hash::Hash;
use crate::tile::MAX_SIZE;

/// The beginning of every slip's text.
pub const PREFIX: &str = "AS1.";
/// Bytes in the id of an entitlement, at most.
pub const MAX_ENTITLEMENT: usize = 64;
const CHECK: usize = 4;
/// In the place of the number while there is none.
const NOT_YET: u64 = u64::MAX;
const NO_ID: u8 = 0;
const UUID: u8 = 1;
const TEXT: u8 = 2;

/// The short name of a log: the first bytes of SHA-256 of its origin.
pub type LogId = [u8; 8];

/// The short name of the log with this origin.
#[must_use]
pub fn log_id(origin: &str) -> LogId {
    let mut id = LogId::default();
    id.copy_from_slice(&Hash::of(&[origin.as_bytes()]).0[..8]);
    id
}

/// Why a text is no slip's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SlipError {
    /// Another prefix.
    #[error("không phải mã trên phiếu chi trả: phải bắt đầu bằng “AS1.”")]
    Prefix,
    /// Other characters than base64url has.
    #[error("mã có ký tự lạ hoặc bị thiếu; hãy quét lại mã QR")]
    Characters,
    /// Too short or too long.
    #[error("mã bị cắt cụt hoặc thừa ký tự; hãy quét lại mã QR")]
    Length,
    /// The check bytes do not fit.
    #[error("mã bị gõ hoặc quét sai ít nhất một ký tự; hãy quét lại mã QR")]
    Check,
    /// The id of the entitlement has no form that is written.
    #[error("mã khoản hưởng trong phiếu không hợp lệ (tối đa 64 byte, không có ký tự điều khiển)")]
    Entitlement,
    /// A number that no leaf has.
    #[error("số thứ tự trong nhật ký quá lớn")]
    Leaf,
}

/// What the payee holds. Whoever has it and knows her name and number can see her payment in the
/// log, so it is shown to nobody else.
#[derive(Clone, PartialEq, Eq)]
pub struct Slip {
    log: LogId,
    leaf: Option<u64>,
    salt: Salt,
    entitlement: String,
}

impl Slip {
    /// A slip for a leaf of the log with this origin, whose number may not be known yet; the id of
    /// the entitlement may be empty.
    ///
    /// # Errors
    /// [`SlipError`] when number or id cannot be written.
    pub fn new(
        origin: &str,
        leaf: Option<u64>,
        salt: Salt,
        entitlement: &str,
    ) -> Result<Self, SlipError> {
        Self::checked(log_id(origin), leaf, salt, entitlement.to_owned())
    }

    fn checked(
        log: LogId,
        leaf: Option<u64>,
        salt: Salt,
        entitlement: String,
    ) -> Result<Self, SlipError> {
        if leaf.is_some_and(|leaf| leaf >= MAX_SIZE) {
            return Err(SlipError::Leaf);
        }
        if entitlement.len() > MAX_ENTITLEMENT || entitlement.chars().any(char::is_control) {
            return Err(SlipError::Entitlement);
        }
        Ok(Self { log, leaf, salt, entitlement })
    }

    /// The short name of the log.
    #[must_use]
    pub fn log(&self) -> LogId {
        self.log
    }

    /// The leaf's number, if the slip was printed after it had one.
    #[must_use]
    pub fn leaf(&self) -> Option<u64> {
        self.leaf
    }

    /// The salt.
    #[must_use]
    pub fn salt(&self) -> &Salt {
        &self.salt
    }

    /// The id of the entitlement; may be empty.
    #[must_use]
    pub fn entitlement(&self) -> &str {
        &self.entitlement
    }

    /// Reads the text of a slip; whatever it accepts is written back the same.
    ///
    /// # Errors
    /// [`SlipError`] when it is no slip's text or was read wrong.
    pub fn parse(text: &str) -> Result<Self, SlipError> {
        let data = text.strip_prefix(PREFIX).ok_or(SlipError::Prefix)?;
        // A text of any length is not decoded before it is known to be short.
        if data.len() > 160 {
            return Err(SlipError::Length);
        }
        let data = URL_SAFE_NO_PAD.decode(data).map_err(|_| SlipError::Characters)?;
        let (body, check) = data.split_last_chunk::<CHECK>().ok_or(SlipError::Length)?;
        if Hash::of(&[body]).0[..CHECK] != *check {
            return Err(SlipError::Check);
        }
        let (log, rest) = body.split_first_chunk().ok_or(SlipError::Length)?;
        let (leaf, rest) = rest.split_first_chunk().ok_or(SlipError::Length)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(SlipError::Length)?;
        let entitlement = match rest {
            [NO_ID] => String::new(),
            [UUID, id @ ..] => write_uuid(id.try_into().map_err(|_| SlipError::Entitlement)?),
            [TEXT, id @ ..] => {
                let id = std::str::from_utf8(id).map_err(|_| SlipError::Entitlement)?;
                if id.is_empty() || read_uuid(id).is_some() {
                    return Err(SlipError::Entitlement);
                }
                id.to_owned()
            }
            _ => return Err(SlipError::Entitlement),
        };
        let leaf = u64::from_be_bytes(*leaf);
        Self::checked(*log, (leaf != NOT_YET).then_some(leaf), *salt, entitlement)
    }
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut data = self.log.to_vec();
        data.extend_from_slice(&self.leaf.unwrap_or(NOT_YET).to_be_bytes());
        data.extend_from_slice(&self.salt);
        if self.entitlement.is_empty() {
            data.push(NO_ID);
        } else if let Some(id) = read_uuid(&self.entitlement) {
            data.push(UUID);
            data.extend_from_slice(&id);
        } else {
            data.push(TEXT);
            data.extend_from_slice(self.entitlement.as_bytes());
        }
        let check = Hash::of(&[&data]);
        data.extend_from_slice(&check.0[..CHECK]);
        write!(f, "{PREFIX}{}", URL_SAFE_NO_PAD.encode(data))
    }
}

/// The salt is a secret of the payee: it does not get into logs.
impl fmt::Debug for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slip").field("leaf", &self.leaf).finish_non_exhaustive()
    }
}

/// The bytes of a UUID in lower case; a text in another spelling stays a text.
fn read_uuid(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let digits = text.replace('-', "");
    let number = u128::from_str_radix(&digits, 16).ok()?;
    let id = number.to_be_bytes();
    (write_uuid(&id) == text).then_some(id)
}

fn write_uuid(id: &[u8; 16]) -> String {
    let hex = format!("{:032x}", u128::from_be_bytes(*id));
    let part = |range| hex.get::<std::ops::Range<usize>>(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}
