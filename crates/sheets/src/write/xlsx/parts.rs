//! The small parts of a package around its one sheet, and text inside XML.

use super::look::{HEAD, MAIN};
use crate::write::WriteError;

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(super) fn content_types() -> String {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{kind}.styles+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/>\
         </Types>"
    )
}

pub(super) fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" \
         Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    )
}

pub(super) fn workbook_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{RELATIONS}\">\
         <Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
    )
}

/// `repeated`: the 1-based row that stands at the head of every printed page.
pub(super) fn workbook(sheet_name: &str, repeated: Option<u32>) -> String {
    let mut name = String::new();
    push_escaped(sheet_name, &mut name);
    let titles = repeated.map_or_else(String::new, |row| {
        let quoted = name.replace('\'', "''");
        format!(
            "<definedNames><definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">\
             '{quoted}'!${row}:${row}</definedName></definedNames>"
        )
    });
    format!(
        "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
         <sheet name=\"{name}\" sheetId=\"1\" r:id=\"rId1\"/></sheets>{titles}</workbook>"
    )
}

/// A name that Excel allows on a tab: 1 to 31 characters, none of `[]:*?/\`, no apostrophe at
/// either end.
pub(super) fn check_name(name: &str) -> Result<(), WriteError> {
    let bad = name.is_empty()
        || name.chars().count() > 31
        || name.contains(['[', ']', ':', '*', '?', '/', '\\'])
        || name.starts_with('\'')
        || name.ends_with('\'');
    if bad { Err(WriteError::SheetName(name.to_owned())) } else { Ok(()) }
}

/// Text as it may stand in XML. What XML 1.0 cannot hold is written `_x000B_` as ECMA-376 part 1
/// §22.9.2.19 (ST_Xstring) has it, and what looks like such a code is protected by another.
pub(super) fn push_escaped(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead: &str = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'_' if looks_coded(&text.as_bytes()[at..]) => "_x005F_",
            0..=0x08 | 0x0B | 0x0C | 0x0D | 0x0E..=0x1F => {
                out.push_str(&text[from..at]);
                out.push_str(&format!("_x{byte:04X}_"));
                from = at + 1;
                continue;
            }
            // U+FFFE and U+FFFF, which XML forbids: EF BF BE, EF BF BF.
            0xEF if matches!(text.as_bytes().get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])) => {
                out.push_str(&text[from..at]);
                out.push('\u{FFFD}');
                from = at + 3;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(instead);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

fn looks_coded(rest: &[u8]) -> bool {
    matches!(rest.get(..7), Some([b'_', b'x', a, b, c, d, b'_'])
        if [a, b, c, d].into_iter().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_xml() {
        let escaped = |text: &str| {
            let mut out = String::new();
            push_escaped(text, &mut out);
            out
        };
        assert_eq!(escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
        assert_eq!(escaped("một\u{B}hai\r\n"), "một_x000B_hai_x000D_\n");
        assert_eq!(escaped("_x000D_ _x_"), "_x005F_x000D_ _x_");
        assert_eq!(escaped("Đ\u{FFFF}Ư"), "Đ\u{FFFD}Ư");
    }

    #[test]
    fn names_of_tabs_are_checked() {
        assert!(check_name("Sổ chi").is_ok());
        for bad in ["", "a/b", "'a", &"x".repeat(32)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
