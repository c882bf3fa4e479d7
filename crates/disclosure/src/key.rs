//! Keys of the log and of its witnesses: C2SP signed-note, Ed25519 only.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::hash::Hash;

/// Who signs with a key, and so over which bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The log: type 0x01, over the text of the note.
    Log,
    /// A witness: type 0x04, over the time and the text (`cosignature/v1`).
    Witness,
}

impl Role {
    /// The signature type of the specification.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }
}

/// Why a text or a name makes no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The name is empty or has a space, a plus sign or a control character.
    #[error("tên khóa không hợp lệ: không được trống, không có dấu cách, dấu + hay xuống dòng")]
    Name,
    /// Not `name+id+key`.
    #[error("khóa phải có dạng tên+mã+base64, ví dụ: nhatky.tinh.gov.vn+1a2b3c4d+AQ…")]
    Form,
    /// The type byte is neither 0x01 nor 0x04.
    #[error("loại chữ ký 0x{0:02x} không được hỗ trợ; chỉ nhận 0x01 và 0x04 (Ed25519)")]
    Algorithm(u8),
    /// The id does not belong to name and key: one of them has a slip.
    #[error("mã khóa {found:08x} không khớp với tên và khóa (đúng ra là {expected:08x})")]
    Id {
        /// What name and key give.
        expected: u32,
        /// What is written.
        found: u32,
    },
    /// The 32 bytes are no point of the curve, or a weak one.
    #[error("khóa công khai không phải là khóa Ed25519 dùng được")]
    Point,
}

/// Whether the name may stand in a signature line: not empty, no space, plus or control character.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// The first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key).
fn id(name: &str, role: Role, public: &[u8; 32]) -> u32 {
    let hash = Hash::of(&[name.as_bytes(), b"\n", &[role.byte()], public]);
    u32::from_be_bytes([hash.0[0], hash.0[1], hash.0[2], hash.0[3]])
}

/// A public key with its name: what a reader of the log has to be given beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    role: Role,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    /// A key from its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError`] when the name or the key cannot be used.
    pub fn new(name: &str, role: Role, public: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        Ok(Self { name: name.to_owned(), role, id: id(name, role, public), key })
    }

    /// Reads `name+id+base64(type ‖ key)`.
    ///
    /// # Errors
    /// [`KeyError`] when the text is no such key, or of an algorithm that is not known.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hex), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let found = u32::from_str_radix(hex, 16).map_err(|_| KeyError::Form)?;
        if format!("{found:08x}") != hex {
            return Err(KeyError::Form);
        }
        let data = STANDARD.decode(data).map_err(|_| KeyError::Form)?;
        let role = match data.first() {
            Some(0x01) => Role::Log,
            Some(0x04) => Role::Witness,
            Some(other) => return Err(KeyError::Algorithm(*other)),
            None => return Err(KeyError::Form),
        };
        let public = data[1..].try_into().map_err(|_| KeyError::Form)?;
        let key = Self::new(name, role, public)?;
        if key.id != found {
            return Err(KeyError::Id { expected: key.id, found });
        }
        Ok(key)
    }

    /// The name in signature lines.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who signs with it.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The id in signature lines.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether the key signed these bytes; signatures that others would read differently count as
    /// wrong.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut data = vec![self.role.byte()];
        data.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, STANDARD.encode(data))
    }
}

/// A private key with its name. It is never shown; the caller keeps the seed.
pub struct SignerKey {
    verifier: VerifierKey,
    key: SigningKey,
}

impl SignerKey {
    /// The key of a seed: 32 bytes that the caller drew at random and keeps secret.
    ///
    /// # Errors
    /// [`KeyError::Name`] when the name cannot stand in a signature line.
    pub fn from_seed(name: &str, role: Role, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, role, key.verifying_key().as_bytes())?;
        Ok(Self { verifier, key })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignerKey").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}
