//! Which family of file is this? Only the content is asked, never the name.

use crate::ReadError;
use crate::limits::Tally;
use crate::package::Package;
use crate::text::decode;
use crate::{Workbook, csv, html, ods, xls, xlsx};

const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// First bytes of things that are no tables.
const FOREIGN: [(&[u8], &str); 18] = [
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xFF\xD8\xFF", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"RIFF", "media"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xBC\xAF", "archive"),
    (b"\x1F\x8B", "archive"),
    (b"BZh", "archive"),
    (b"\xFD7zXZ", "archive"),
    (b"\x7FELF", "program"),
    (b"MZ\x90", "program"),
    (b"SQLite format 3", "database"),
    (b"MIME-Version:", "mhtml"),
    (b"%!PS", "postscript"),
];

/// Recognises the family and reads.
pub(crate) fn read(bytes: &[u8], tally: &mut Tally) -> Result<Workbook, ReadError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip(bytes, tally);
    }
    if bytes.starts_with(OLE) {
        return xls::read_ole(bytes, tally);
    }
    // A bare BIFF stream without its container: BOF of a workbook (MS-XLS 2.4.21).
    if bytes.starts_with(b"\x09\x08\x10\x00\x00") || bytes.starts_with(b"\x09\x08\x08\x00\x00") {
        return xls::read_stream(bytes, tally);
    }
    for (signature, what) in FOREIGN {
        if bytes.starts_with(signature) {
            return Err(ReadError::Unsupported { what });
        }
    }
    text(bytes, tally)
}

fn zip(bytes: &[u8], tally: &mut Tally) -> Result<Workbook, ReadError> {
    let mut package = Package::open(bytes, tally.limits)?;
    let has = |package: &Package, wanted: &str| {
        package.names().iter().any(|name| {
            let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
            base.eq_ignore_ascii_case(wanted)
        })
    };
    if has(&package, "vbaProject.bin") {
        return Err(ReadError::Macro);
    }
    if let Some(index) = package.find("mimetype") {
        let mime = package.head(index, 100)?;
        let mime = String::from_utf8_lossy(&mime);
        if mime.contains("opendocument.spreadsheet") {
            return ods::read(&mut package, tally);
        }
        return Err(ReadError::Unsupported {
            what: if mime.contains("opendocument.text") { "odt" } else { "zip" },
        });
    }
    match xlsx::workbook_part(&mut package, tally)? {
        Some(main) if main.ends_with(".bin") => Err(ReadError::Unsupported { what: "xlsb" }),
        Some(main) if main.to_ascii_lowercase().starts_with("word/") => {
            Err(ReadError::Unsupported { what: "docx" })
        }
        Some(main) if main.to_ascii_lowercase().starts_with("ppt/") => {
            Err(ReadError::Unsupported { what: "pptx" })
        }
        Some(main) => xlsx::read(&mut package, &main, tally),
        None => Err(ReadError::Unsupported { what: "zip" }),
    }
}

fn text(bytes: &[u8], tally: &mut Tally) -> Result<Workbook, ReadError> {
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if !utf16 && is_binary(bytes) {
        return Err(ReadError::Unsupported { what: "binary" });
    }
    let decoded = decode(bytes, html::declared_charset(bytes));
    let start = decoded.text.trim_start();
    if start.starts_with('<') {
        let head = start.get(..floor(start, 4_096)).unwrap_or(start).to_ascii_lowercase();
        if head.contains("urn:schemas-microsoft-com:office:spreadsheet\"")
            && head.contains("<workbook")
        {
            return Err(ReadError::Unsupported { what: "spreadsheetml 2003" });
        }
        let markup = ["<html", "<table", "<!doctype html", "<head", "<body", "<meta", "<style"];
        if markup.iter().any(|m| head.contains(m)) {
            return html::read(&decoded, tally);
        }
        if head.starts_with("<?xml") {
            return Err(ReadError::Unsupported { what: "xml" });
        }
    }
    csv::read(&decoded, tally)
}

/// Nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// Text has no NUL and next to no control characters.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let control =
        head.iter().filter(|b| matches!(b, 0x00..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)).count();
    head.contains(&0) || control * 100 > head.len()
}
