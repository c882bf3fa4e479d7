//! The zip container of xlsx and ods, opened under limits.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::{Tally, too_large};
use crate::xml::Xml;
use crate::{Limits, ReadError};

/// An opened container: names are known, sizes were checked before anything is unpacked.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
}

impl<'a> Package<'a> {
    /// Reads the directory and refuses bombs by their own declarations; what is really unpacked
    /// is counted again in [`Xml`].
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, ReadError> {
        check_declared_entries(bytes, limits)?;
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(zip_error)?;
        if archive.len() as u64 > limits.zip_entries {
            return Err(too_large("zip entries", limits.zip_entries));
        }
        let mut names = Vec::with_capacity(archive.len());
        let mut unpacked = 0u64;
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index).map_err(zip_error)?;
            names.push(entry.name().map_or_else(
                |_| String::from_utf8_lossy(entry.name_raw()).into_owned(),
                Cow::into_owned,
            ));
            unpacked = unpacked.saturating_add(entry.size());
            if entry.encrypted() {
                return Err(ReadError::Encrypted);
            }
        }
        if unpacked > limits.unpacked_bytes {
            return Err(too_large("unpacked bytes", limits.unpacked_bytes));
        }
        if unpacked > limits.ratio_floor_bytes
            && unpacked / bytes.len().max(1) as u64 > limits.ratio
        {
            return Err(too_large("times its packed size", limits.ratio));
        }
        Ok(Self { archive, names })
    }

    /// Names of all entries, in directory order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Index of an entry; part names are case-insensitive (ECMA-376 part 2, 6.2.2.3).
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim_start_matches('/');
        self.names.iter().position(|n| n == name).or_else(|| {
            let flat = |n: &str| n.replace('\\', "/");
            self.names.iter().position(|n| flat(n).eq_ignore_ascii_case(name))
        })
    }

    /// Opens an XML part for streaming, `None` when the package has no such part.
    pub(crate) fn xml<'p>(
        &'p mut self,
        name: &str,
        tally: &Tally,
    ) -> Result<Option<Xml<'p>>, ReadError> {
        let Some(index) = self.find(name) else { return Ok(None) };
        let entry = self.archive.by_index(index).map_err(zip_error)?;
        Ok(Some(Xml::new(Box::new(entry), tally)))
    }

    /// First bytes of an entry, at most `most`.
    pub(crate) fn head(&mut self, index: usize, most: u64) -> Result<Vec<u8>, ReadError> {
        let mut head = Vec::new();
        let file = self.archive.by_index(index).map_err(zip_error)?;
        file.take(most).read_to_end(&mut head).map_err(|e| ReadError::corrupt(e.to_string()))?;
        Ok(head)
    }
}

/// Looks at the end-of-directory record (APPNOTE 4.3.16) before the directory is loaded, so that
/// a directory of a million entries is never built in memory.
fn check_declared_entries(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    const SIGNATURE: &[u8] = b"PK\x05\x06";
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    let Some(at) = tail.windows(4).rposition(|w| w == SIGNATURE) else {
        return Err(ReadError::corrupt("the zip directory is missing (truncated file)"));
    };
    let declared = tail.get(at + 10..at + 12).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
    if u64::from(declared) > limits.zip_entries {
        return Err(too_large("zip entries", limits.zip_entries));
    }
    Ok(())
}

fn zip_error(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(what) if what.contains("assword") => ReadError::Encrypted,
        other => ReadError::corrupt(format!("zip: {other}")),
    }
}
