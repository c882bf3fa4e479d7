//! Files that want to hurt, and files that are no tables.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests fail as tests do; a test may measure how long a bomb takes"
)]

use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use sheets::{FreeCell, FreeSheet, Limits, ReadError, Value, read, write_xlsx};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const RELS: &str = r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="x"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets><definedNames><definedName name="broken">#REF!</definedName></definedNames></workbook>"#;
const BOOK_RELS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An xlsx around this sheet part.
fn xlsx(sheet: &str) -> Vec<u8> {
    pack(&[
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn sheet(rows: &str) -> Vec<u8> {
    xlsx(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"))
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"S\">\
         {rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    pack(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

fn code(bytes: &[u8]) -> &'static str {
    read(bytes, &Limits::default()).unwrap_err().code()
}

/// Runs and fails when it takes longer than any honest file may (debug build, busy machine).
fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
    result
}

#[test]
fn nothing_and_no_tables() {
    assert_eq!(code(b""), "unreadable_empty");
    assert_eq!(code(b"\n\n\n"), "unreadable_empty");
    assert_eq!(code(&sheet("<row r=\"1\"><c r=\"A1\"/></row>")), "unreadable_empty");
    assert_eq!(code(b"<html><body>login</body></html>"), "unreadable_empty");
    for foreign in [
        &b"%PDF-1.7\n1 0 obj"[..],
        b"\x89PNG\r\n\x1a\n0000",
        b"\xFF\xD8\xFF\xE0",
        b"{\\rtf1 x}",
        b"\0\x01\x02\x03binary\0",
        b"<?xml version=\"1.0\"?><note/>",
    ] {
        assert_eq!(code(foreign), "unsupported_format");
    }
    let word = RELS.replace("xl/workbook", "word/document");
    let docx = pack(&[("_rels/.rels", word.as_bytes()), ("word/document.xml", b"<w/>")]);
    assert_eq!(
        read(&docx, &Limits::default()).unwrap_err(),
        ReadError::Unsupported { what: "docx" }
    );
    assert_eq!(code(&pack(&[("a.txt", b"x")])), "unsupported_format");
}

#[test]
fn broken_containers() {
    let good = sheet("<row><c><v>1</v></c></row>");
    assert!(read(&good, &Limits::default()).is_ok());
    for cut in [5, 30, good.len() / 2, good.len() - 10] {
        assert_eq!(code(&good[..cut]), "unreadable_corrupt", "cut at {cut}");
    }
    assert_eq!(code(&xlsx("<worksheet><sheetData><row>")), "unreadable_corrupt");
    assert_eq!(code(&xlsx("<worksheet></worksheet></worksheet>")), "unreadable_corrupt");
    assert_eq!(code(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and nothing more"), "unreadable_corrupt");
    assert_eq!(code(&sheet("<row r=\"1048577\"><c><v>1</v></c></row>")), "unreadable_corrupt");
}

#[test]
fn protected_and_with_macros() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap().write_all(b"x").unwrap();
    file.flush().unwrap();
    assert_eq!(code(&file.into_inner().into_inner()), "unreadable_encrypted");

    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(b"x").unwrap();
    file.create_storage("/_VBA_PROJECT_CUR").unwrap();
    file.flush().unwrap();
    assert_eq!(code(&file.into_inner().into_inner()), "refused_macro");

    // BOF of BIFF8, then FILEPASS.
    let stream = [9, 8, 16, 0, 0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2F, 0, 2, 0, 1, 0];
    assert_eq!(code(&stream), "unreadable_encrypted");

    let macros = pack(&[("_rels/.rels", RELS.as_bytes()), ("xl/vbaProject.bin", b"x")]);
    assert_eq!(code(&macros), "refused_macro");

    let manifest = b"<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    let locked = pack(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", b"\x01\x02"),
    ]);
    assert_eq!(code(&locked), "unreadable_encrypted");
}

#[test]
fn a_million_empty_rows_cost_nothing() {
    let mut rows = String::new();
    for number in 1..=1_048_576 {
        write!(rows, "<row r=\"{number}\" spans=\"1:5\"/>").unwrap();
    }
    let file = xlsx(&format!(
        "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>"
    ));
    assert_eq!(quickly(|| code(&file)), "unreadable_empty");
    let last = rows
        .replace("<row r=\"1048576\" spans=\"1:5\"/>", "<row r=\"1048576\"><c><v>7</v></c></row>");
    let book = quickly(|| read(&sheet(&last), &Limits::default()).unwrap());
    assert_eq!(book.sheets[0].rows[0].number, 1_048_576);
}

#[test]
fn bombs() {
    // Empty rows without numbers: a thousand to one.
    let spaces = " ".repeat(290 * 1024 * 1024);
    let file = quickly(|| xlsx(&format!("<worksheet>{spaces}</worksheet>")));
    assert!(file.len() < 2 * 1024 * 1024);
    assert_eq!(quickly(|| code(&file)), "unreadable_too_large");

    // The same with a directory that lies about the size.
    let mut lying = file.clone();
    let real = u32::try_from(spaces.len() + 23).unwrap().to_le_bytes();
    let mut from = 0;
    while let Some(at) = lying[from..].windows(4).position(|w| w == real) {
        lying[from + at..from + at + 4].copy_from_slice(&1000u32.to_le_bytes());
        from += at + 4;
    }
    assert!(quickly(|| read(&lying, &Limits::default())).is_err());

    let entities = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\
        <worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
    assert_eq!(code(&xlsx(entities)), "unreadable_corrupt");

    let deep = "<a>".repeat(1_000_000);
    assert_eq!(quickly(|| code(&xlsx(&deep))), "unreadable_corrupt");

    let names: Vec<String> = (0..3_000).map(|n| format!("xl/{n}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b""[..])).collect();
    assert_eq!(code(&pack(&parts)), "unreadable_too_large");

    let long = "x".repeat(40_000);
    let file = sheet(&format!("<row><c t=\"inlineStr\"><is><t>{long}</t></is></c></row>"));
    assert_eq!(code(&file), "unreadable_too_large");
    assert_eq!(code(&sheet("<row><c r=\"XFD1\"><v>1</v></c></row>")), "unreadable_too_large");
    assert_eq!(code(&vec![b'a'; 21 * 1024 * 1024]), "unreadable_too_large");
}

#[test]
fn a_shared_string_shown_a_million_times() {
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(400);
    let rows = format!("<row>{cells}</row>").repeat(1_000);
    let strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(32_000));
    let rels = BOOK_RELS.replace(
        "</R",
        "<Relationship Id=\"s\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/></R",
    );
    let file = pack(&[
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes(),
        ),
    ]);
    let error = quickly(|| read(&file, &Limits::default()).unwrap_err());
    assert_eq!(error.code(), "unreadable_too_large");
    assert!(error.to_string().contains("text"));
}

#[test]
fn parts_of_nothing_but_tiny_elements() {
    let many = BOOK.replace("<sheets>", &format!("<sheets>{}", "<sheet/>".repeat(2_000_000)));
    let file = pack(&[("_rels/.rels", RELS.as_bytes()), ("xl/workbook.xml", many.as_bytes())]);
    assert_eq!(quickly(|| code(&file)), "unreadable_too_large");
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(5_100_000));
    let styles = format!(
        "<s><fonts>{}</fonts><cellXfs>{}</cellXfs></s>",
        "<font/>".repeat(1_000_000),
        "<xf/>".repeat(1_000_000)
    );
    let file = pack(&[
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
    ]);
    assert_eq!(quickly(|| code(&file)), "unreadable_too_large");
}

#[test]
fn repeated_rows_and_cells_of_ods() {
    let blank = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell \
        table:number-columns-repeated=\"16384\"/></table:table-row>";
    let one = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"5\">\
        <text:p>5</text:p></table:table-cell></table:table-row>";
    let book = quickly(|| read(&ods(&format!("{blank}{one}{blank}")), &Limits::default()).unwrap());
    assert_eq!(book.sheets[0].rows.len(), 1);
    assert_eq!(book.sheets[0].rows[0].number, 1_048_001);
    let many = one.replacen("table-row", "table-row table:number-rows-repeated=\"900000000\"", 1);
    assert_eq!(quickly(|| code(&ods(&many))), "unreadable_too_large");
    let wide =
        one.replacen("table-cell", "table-cell table:number-columns-repeated=\"4000000000\"", 1);
    assert_eq!(quickly(|| code(&ods(&wide))), "unreadable_too_large");
    let spaces = one
        .replace(">5<", "><text:s text:c=\"4000000000\"/><")
        .replace("float", "string")
        .replace("office:value=\"5\"", "");
    assert_eq!(quickly(|| code(&ods(&spaces))), "unreadable_too_large");
}

#[test]
fn sloppy_markup_stays_linear() {
    for piece in
        ["<td a=\"", "<td =\">", "<table>", "<tr><td>", "&amp", "</", "<!--", "<td x", "<font "]
    {
        let page = format!("<html><table><tr><td>x{}", piece.repeat(2_000_000 / piece.len()));
        let _ = quickly(|| read(page.as_bytes(), &Limits::default()));
    }
    for piece in ["\"\"\",", "\",\"", "\"\n", "\"", ",", "\n", "\r"] {
        let text = format!("a,b\n{}", piece.repeat(2_000_000 / piece.len()));
        let _ = quickly(|| read(text.as_bytes(), &Limits::default()));
    }
}

/// Valid files of every family, to be mutated.
fn seeds() -> Vec<Vec<u8>> {
    let cell = |row, col, text: &str| FreeCell::new(row, col, Value::Text(text.to_owned()));
    let free = FreeSheet {
        name: "Danh sách".into(),
        cells: vec![
            cell(1, 0, "DANH SÁCH").font(".VnTime").bold(),
            FreeCell::new(3, 1, Value::Number(43_949.0)).number_format("dd/mm/yyyy"),
        ],
        merged: vec![(1, 0, 1, 3)],
        ..FreeSheet::default()
    };
    let mut seeds = vec![
        write_xlsx(&[free]).unwrap(),
        sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a&amp;b</t></is></c></row>"),
        ods(
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
        ),
        "STT;Họ tên\n1;\"Nguyễn \"\"A\"\"\"\n".as_bytes().to_vec(),
        b"<html><table><tr><td rowspan=2>a<td>b&nbsp;c</table>".to_vec(),
    ];
    let shared = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/workbooks/dev/08_ds_tran_phu.xls"
    );
    match std::fs::read(shared) {
        Ok(bytes) => seeds.push(bytes),
        Err(_) => eprintln!("\n*** NO xls SAMPLE: the BIFF reader is not mutated. ***\n"),
    }
    seeds
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..2_000), head in 0usize..8) {
        let heads: [&[u8]; 8] = [b"", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\x09\x08\x10\x00\x00\x06", b"<table>", b"\xFF\xFE", b"\"", b"<"];
        bytes.splice(0..0, heads[head].iter().copied());
        let _ = read(&bytes, &Limits::default());
    }

    #[test]
    fn mutated_files_never_panic(which in 0usize..6, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in proptest::option::of(any::<prop::sample::Index>())) {
        let seeds = seeds();
        let mut bytes = seeds[which % seeds.len()].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read(&bytes, &Limits::default());
    }

    /// Inside the container, where a mutation is not caught by the checksum.
    #[test]
    fn mutated_parts_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), proptest::sample::select(b"<>/\"'&;=! \x00ac19".to_vec())), 1..10)) {
        let mut part = "<row r=\"2\" hidden=\"1\"><c r=\"B2\" s=\"1\" t=\"inlineStr\"><is><r><rPr><rFont val=\"x\"/></rPr><t xml:space=\"preserve\"> a_x000D_&#233;</t></r></is></c><c r=\"C2\"><f>A1</f><v>1.5</v></c></row>".as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(part.len());
            part[at] = byte;
        }
        let part = String::from_utf8(part).unwrap();
        let _ = read(&sheet(&part), &Limits::default());
        let _ = read(&ods(&part), &Limits::default());
        let _ = read(format!("<table>{part}").as_bytes(), &Limits::default());
    }
}
