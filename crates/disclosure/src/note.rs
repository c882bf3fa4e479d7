//! C2SP signed-note: a text, a blank line, and lines `— name base64(id ‖ signature)`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::key::{self, Role, SignerKey, VerifierKey};

/// More bytes than that no note has.
pub const MAX_BYTES: usize = 256 * 1024;
/// More signatures than that no note has; the specification asks for 16 at least.
pub const MAX_SIGNATURES: usize = 100;

/// Why bytes are no signed note, or a signature in it is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// More than [`MAX_BYTES`].
    #[error("dài {0} byte, quá giới hạn 256 KiB")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("không phải văn bản UTF-8")]
    Utf8,
    /// A control character other than the newline.
    #[error("dòng {line}: có ký tự điều khiển")]
    Control {
        /// Which line, from 1.
        line: usize,
    },
    /// No blank line with signature lines after it, or no newline at the end.
    #[error("thiếu dòng trống và các dòng chữ ký ở cuối")]
    NoSignatures,
    /// A line after the blank line that is no signature.
    #[error("dòng chữ ký {line} sai dạng; phải là: — tên base64")]
    SignatureLine {
        /// Which signature line, from 1.
        line: usize,
    },
    /// More than [`MAX_SIGNATURES`].
    #[error("có hơn 100 chữ ký")]
    TooMany,
    /// A signature under the name and id of a known key does not verify.
    #[error("chữ ký của {0} không đúng với nội dung")]
    Wrong(String),
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: u32,
    /// What follows the id: the signature, for witnesses with the time before it.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    /// Signs as the log does: Ed25519 over the text.
    pub(crate) fn of_log(signer: &SignerKey, text: &str) -> Self {
        Self::new(signer, signer.sign(text.as_bytes()).to_vec())
    }

    /// Signs as a witness does: Ed25519 over the time and the text, the time before the signature.
    pub(crate) fn of_witness(signer: &SignerKey, text: &str, time: u64) -> Self {
        let mut bytes = time.to_be_bytes().to_vec();
        bytes.extend_from_slice(&signer.sign(&cosigned(text, time)));
        Self::new(signer, bytes)
    }

    fn new(signer: &SignerKey, bytes: Vec<u8>) -> Self {
        let key = signer.verifier();
        Self { name: key.name().to_owned(), id: key.id(), bytes }
    }

    /// Reads one line without its newline.
    fn parse(line: &str) -> Option<Self> {
        let (name, data) = line.strip_prefix("— ")?.split_once(' ')?;
        let data = STANDARD.decode(data).ok()?;
        let (id, bytes) = data.split_first_chunk::<4>()?;
        let fine = key::is_name(name) && !bytes.is_empty();
        fine.then(|| Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }

    /// Whether it claims to be of this key.
    #[must_use]
    pub fn claims(&self, key: &VerifierKey) -> bool {
        self.id == key.id() && self.name == key.name()
    }

    /// Verifies it over the note's text; a witness's signature gives the time it was made.
    ///
    /// # Errors
    /// [`NoteError::Wrong`] when the key did not sign this text.
    pub fn verify(&self, key: &VerifierKey, text: &str) -> Result<Option<u64>, NoteError> {
        let verified = match key.role() {
            Role::Log => {
                let signature = self.bytes.as_slice().try_into().ok();
                signature.filter(|bytes| key.verifies(text.as_bytes(), bytes)).map(|_| None)
            }
            Role::Witness => self.bytes.split_first_chunk::<8>().and_then(|(time, signature)| {
                let time = u64::from_be_bytes(*time);
                let signature = signature.try_into().ok()?;
                let right =
                    i64::try_from(time).is_ok() && key.verifies(&cosigned(text, time), signature);
                right.then_some(Some(time))
            }),
        };
        verified.ok_or_else(|| NoteError::Wrong(self.name.clone()))
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut data = self.id.to_be_bytes().to_vec();
        data.extend_from_slice(&self.bytes);
        writeln!(f, "— {} {}", self.name, STANDARD.encode(data))
    }
}

/// What a witness signs: C2SP tlog-cosignature.
fn cosigned(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// A text with its signatures, none of them verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text with its last newline, without the blank line.
    pub text: String,
    /// The signatures in the order of their lines.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// [`NoteError`] when the bytes are not exactly of the form.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_BYTES {
            return Err(NoteError::TooLong(bytes.len()));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Utf8)?;
        for (line, content) in whole.split('\n').enumerate() {
            if content.bytes().any(|byte| byte < 0x20) {
                return Err(NoteError::Control { line: line + 1 });
            }
        }
        let blank = whole.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, rest) = whole.split_at(blank + 1);
        let lines = rest[1..].strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (number, line) in lines.split('\n').enumerate() {
            if number == MAX_SIGNATURES {
                return Err(NoteError::TooMany);
            }
            let signature = NoteSignature::parse(line);
            signatures.push(signature.ok_or(NoteError::SignatureLine { line: number + 1 })?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}
