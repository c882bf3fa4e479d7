//! The workbook part of a BIFF stream: sheets, strings, fonts, number formats.

use std::collections::HashMap;
use std::sync::Arc;

use encoding_rs::WINDOWS_1252;

use super::records::*;
use crate::number_format::is_date;
use crate::{DateSystem, ReadError};

/// One sheet as announced by BOUNDSHEET (MS-XLS 2.4.28).
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) position: usize,
}

/// What a cell takes from its style.
#[derive(Clone)]
pub(super) struct Style {
    pub(super) font: Option<Arc<str>>,
    pub(super) date: bool,
}

/// What the sheets need.
pub(super) struct Globals {
    pub(super) coding: Coding,
    pub(super) date_system: DateSystem,
    pub(super) sheets: Vec<Entry>,
    pub(super) strings: Vec<Rich>,
    pub(super) styles: Vec<Style>,
    fonts: Vec<Arc<str>>,
}

impl Globals {
    /// Font by index; index 4 does not exist (MS-XLS 2.5.129), those after it are one lower.
    pub(super) fn font(&self, index: u16) -> Option<Arc<str>> {
        font(&self.fonts, index)
    }
}

fn font(fonts: &[Arc<str>], index: u16) -> Option<Arc<str>> {
    let at = usize::from(if index > 4 { index - 1 } else { index });
    fonts.get(at).filter(|name| !name.is_empty()).cloned()
}

/// Reads to the end of the workbook part.
pub(super) fn read(data: &[u8]) -> Result<Globals, ReadError> {
    let mut records = Records::new(data, 0);
    let mut globals = Globals {
        coding: Coding { unicode: true, code_page: WINDOWS_1252 },
        date_system: DateSystem::Excel1900,
        sheets: Vec::new(),
        strings: Vec::new(),
        styles: Vec::new(),
        fonts: Vec::new(),
    };
    let mut formats: HashMap<u32, String> = HashMap::new();
    let mut styles: Vec<(u16, u16)> = Vec::new();
    match records.next()? {
        Some((BOF, body)) if matches!(u16_at(body, 0), 0x0500 | 0x0600) => {
            globals.coding.unicode = u16_at(body, 0) == 0x0600;
        }
        Some((kind, _)) if kind & 0xFF == BOF & 0xFF => {
            return Err(ReadError::Unsupported { what: "xls before 1995" });
        }
        _ => return Err(ReadError::corrupt("xls: the stream does not begin with BOF")),
    }
    while let Some((kind, body)) = records.next()? {
        let coding = globals.coding;
        match kind {
            EOF => break,
            FILEPASS => return Err(ReadError::Encrypted),
            CODEPAGE => globals.coding.code_page = Coding::code_page(u16_at(body, 0)),
            DATE1904 if u16_at(body, 0) == 1 => globals.date_system = DateSystem::Excel1904,
            FONT => {
                let name = coding.short(body.get(14..).unwrap_or_default(), false);
                globals.fonts.push(Arc::from(name));
            }
            FORMAT => {
                let code = coding.short(body.get(2..).unwrap_or_default(), coding.unicode);
                formats.insert(u32::from(u16_at(body, 0)), code);
            }
            XF => styles.push((u16_at(body, 0), u16_at(body, 2))),
            BOUNDSHEET => match body.get(5) {
                // A worksheet. Charts and dialogues hold no table; sheet type 1 holds the macros
                // of Excel 4.
                Some(0) => globals.sheets.push(Entry {
                    name: coding.short(body.get(6..).unwrap_or_default(), false),
                    hidden: body.get(4).is_some_and(|state| state & 3 != 0),
                    position: u32_at(body, 0) as usize,
                }),
                Some(1) => return Err(ReadError::Macro),
                _ => {}
            },
            SST => globals.strings = strings(records.with_continues(body)?),
            _ => {}
        }
    }
    globals.styles = styles
        .into_iter()
        .map(|(font_index, format)| Style {
            font: font(&globals.fonts, font_index),
            date: is_date(u32::from(format), formats.get(&u32::from(format)).map(String::as_str)),
        })
        .collect();
    Ok(globals)
}

/// The shared string table (MS-XLS 2.4.265); a broken one gives the strings before the break.
fn strings(mut segments: Segments<'_>) -> Vec<Rich> {
    let mut list = Vec::new();
    let (Some(_), Some(unique)) = (segments.u32(), segments.u32()) else { return list };
    while list.len() < unique as usize {
        let Some(rich) = segments.rich() else { break };
        list.push(rich);
    }
    list
}
