//! Rich and plain strings: sharedStrings.xml and the `<is>` of inline cells.

use std::sync::Arc;

use crate::ReadError;
use crate::limits::{Tally, too_large};
use crate::package::Package;
use crate::xml::{self, Event, Tag, Xml};

/// A string item.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) text: String,
    /// Font of the runs: of the first run that says one. Later runs may differ; one cell has one
    /// font here, and in the lists at hand a mixed cell is a typist's accident.
    pub(super) font: Option<Arc<str>>,
}

/// All shared strings; none when the part is missing.
pub(super) fn read(
    package: &mut Package,
    path: &str,
    tally: &mut Tally,
) -> Result<Vec<Shared>, ReadError> {
    let Some(mut xml) = package.xml(path, tally)? else { return Ok(Vec::new()) };
    let mut list = Vec::new();
    let mut item = Shared::default();
    loop {
        match xml.next()? {
            Event::Eof => break,
            Event::Start(e) if e.name == "si" => {
                item = Shared::default();
                read_item(&mut xml, &mut item, tally)?;
                item.text.shrink_to_fit();
                list.push(std::mem::take(&mut item));
            }
            // An empty item still takes its number.
            Event::Empty(e) if e.name == "si" => list.push(std::mem::take(&mut item)),
            _ => {}
        }
        if list.len() as u64 > tally.limits.cells {
            return Err(too_large("shared strings", tally.limits.cells));
        }
    }
    xml.close(tally);
    Ok(list)
}

/// Reads the content of `<si>` or `<is>` up to its end tag, which is consumed.
pub(super) fn read_item(xml: &mut Xml, item: &mut Shared, tally: &Tally) -> Result<(), ReadError> {
    let outside = xml.depth().saturating_sub(1);
    let mut in_text = false;
    loop {
        match xml.next()? {
            Event::Start(e) => match e.name {
                "t" => in_text = true,
                // Phonetic readings repeat the text in another script (18.4.6).
                "rPh" => xml.skip()?,
                "rFont" => run_font(&e, item),
                _ => {}
            },
            Event::Empty(e) if e.name == "rFont" => run_font(&e, item),
            Event::Text(text) if in_text => xml::push_text(text, &mut item.text),
            Event::CData(text) if in_text => item.text.push_str(text),
            Event::End(e) => {
                if in_text && e == "t" {
                    in_text = false;
                }
                if xml.depth() <= outside {
                    break;
                }
            }
            Event::Eof => break,
            _ => {}
        }
        // Runs without end must not gather here before the cell is counted.
        if item.text.len() as u64 > tally.limits.cell_chars.saturating_mul(4) {
            return Err(too_large("characters in a cell", tally.limits.cell_chars));
        }
    }
    if item.text.contains("_x") {
        item.text = unescape_x(&item.text);
    }
    Ok(())
}

fn run_font(start: &Tag<'_>, item: &mut Shared) {
    if item.font.is_none() {
        item.font = start.attr("val").map(Arc::from);
    }
}

/// Resolves `_xHHHH_` (ST_Xstring, 22.9.2.19): characters XML cannot carry, and `_x005F_` for a
/// plain underscore that would read as an escape.
pub(super) fn unescape_x(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let escape = rest.get(at..at + 7).filter(|e| e.ends_with('_'));
        let code = escape
            .and_then(|e| e.get(2..6))
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some(c) => {
                out.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::unescape_x;

    #[test]
    fn escapes() {
        assert_eq!(unescape_x("a_x000D_\nb"), "a\r\nb");
        assert_eq!(unescape_x("_x005F_x000D_"), "_x000D_");
        for same in ["_x", "_x12", "_xZZZZ_", "_xD83D_", "_x00é_", "a_xà"] {
            assert_eq!(unescape_x(same), same);
        }
    }
}
