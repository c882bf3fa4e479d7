//! Old Excel files: a BIFF stream (MS-XLS; BIFF5 as in the Excel 5/95 SDK) inside a compound file.
//!
//! Own code over the `cfb` container, because the fonts decide how Vietnamese text of that time is
//! to be read, and because a dense grid of 65,536 × 256 cells must not be built for two cells.

mod globals;
mod records;
mod sheet;

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use crate::limits::Tally;
use crate::{Format, ReadError, Workbook};

/// Reads a compound file: a workbook, or something else of the Office family to be refused.
pub(crate) fn read_ole(bytes: &[u8], tally: &mut Tally) -> Result<Workbook, ReadError> {
    let mut file = CompoundFile::open(Cursor::new(bytes))
        .map_err(|e| ReadError::corrupt(format!("compound file: {e}")))?;
    let names: Vec<String> = file.walk().map(|entry| entry.name().to_owned()).collect();
    let has = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    // MS-OFFCRYPTO 1.3.2: a protected xlsx is a compound file with this stream.
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(ReadError::Encrypted);
    }
    let Some(stream) = ["Workbook", "Book"].into_iter().find(|name| has(name)) else {
        let what = match () {
            () if has("WordDocument") => "doc",
            () if has("PowerPoint Document") => "ppt",
            () => "compound file",
        };
        return Err(ReadError::Unsupported { what });
    };
    if has("_VBA_PROJECT_CUR") || has("_VBA_PROJECT") {
        return Err(ReadError::Macro);
    }
    let mut data = Vec::new();
    file.open_stream(format!("/{stream}"))
        .and_then(|s| s.take(tally.limits.unpacked_bytes).read_to_end(&mut data))
        .map_err(|e| ReadError::corrupt(format!("compound file: {e}")))?;
    read_stream(&data, tally)
}

/// Reads a BIFF stream.
pub(crate) fn read_stream(data: &[u8], tally: &mut Tally) -> Result<Workbook, ReadError> {
    let globals = globals::read(data)?;
    tally.sheets(globals.sheets.len())?;
    let mut sheets = Vec::with_capacity(globals.sheets.len());
    for entry in &globals.sheets {
        sheets.push(sheet::read(data, entry, &globals, tally)?);
    }
    Ok(Workbook {
        format: Format::Xls,
        encoding: None,
        separator: None,
        date_system: globals.date_system,
        sheets,
    })
}
