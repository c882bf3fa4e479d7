//! Why a file could not be read.

use thiserror::Error;

/// A file that is refused. The text is for developers; the user's sentence is made from
/// [`ReadError::code`] by the layer above.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Protected by a password to open (ECMA-376 agile/standard, BIFF FILEPASS, encrypted ODF).
    #[error("the file is encrypted")]
    Encrypted,
    /// The container or its content is broken.
    #[error("the file is corrupt: {detail}")]
    Corrupt {
        /// What was broken.
        detail: String,
    },
    /// No bytes at all, or not one cell.
    #[error("the file holds no cell")]
    Empty,
    /// A limit of [`crate::Limits`] was passed.
    #[error("the file is too large: more than {limit} {what}")]
    TooLarge {
        /// What was counted: "bytes", "unpacked bytes", "rows", "columns" …
        what: &'static str,
        /// The limit that was passed, in units of `what`.
        limit: u64,
    },
    /// The workbook carries macros.
    #[error("the workbook carries macros")]
    Macro,
    /// Recognised as something that is no readable table.
    #[error("unsupported file: {what}")]
    Unsupported {
        /// What the file seems to be ("pdf", "docx", "image", "zip" …).
        what: &'static str,
    },
}

impl ReadError {
    /// A stable code, fit for storing and for choosing the user's message.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "unreadable_encrypted",
            Self::Corrupt { .. } => "unreadable_corrupt",
            Self::Empty => "unreadable_empty",
            Self::TooLarge { .. } => "unreadable_too_large",
            Self::Macro => "refused_macro",
            Self::Unsupported { .. } => "unsupported_format",
        }
    }

    pub(crate) fn corrupt(detail: impl Into<String>) -> Self {
        Self::Corrupt { detail: detail.into() }
    }
}
