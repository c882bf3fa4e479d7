//! What is written comes back, and what each format can say is understood.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::io::{Cursor, Write};

use proptest::prelude::*;
use sheets::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn book(bytes: &[u8]) -> Workbook {
    read(bytes, &Limits::default()).unwrap()
}

fn text(sheet: &Sheet, row: u32, col: u32) -> &str {
    match sheet.cell(row, col).map(|c| &c.value) {
        Some(Value::Text(text)) => text,
        other => panic!("{} holds {other:?}", cell_name(row, col)),
    }
}

fn pack(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_free_workbook_comes_back() {
    let cell = |row, col, text: &str| FreeCell::new(row, col, Value::Text(text.to_owned()));
    let first = FreeSheet {
        name: "Hộ nghèo".into(),
        cells: vec![
            cell(1, 0, "DANH S¸CH").font(".VnTimeH").bold().centred(),
            cell(3, 0, "  hai  dấu cách "),
            FreeCell::new(3, 1, Value::Number(43_949.0)).number_format("dd/mm/yyyy"),
            FreeCell::new(3, 2, Value::Number(1_500_000.0)).number_format("#,##0\" đ\""),
            FreeCell::new(3, 3, Value::Bool(true)),
            FreeCell::new(4, 2, Value::Number(7.0)).formula("=SUM(C3:C3)"),
            FreeCell::new(4, 3, Value::Error("#REF!".into())).formula("=#REF!"),
            cell(5, 0, "=1+1"),
        ],
        merged: vec![(1, 0, 1, 5)],
        hidden_rows: vec![4],
        hidden_columns: vec![5],
        ..FreeSheet::default()
    };
    let second = FreeSheet { name: "Sheet2".into(), hidden: true, ..FreeSheet::default() };
    let book = book(&write_xlsx(&[first, second]).unwrap());
    assert_eq!((book.format, book.sheets.len()), (Format::Xlsx, 2));
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name.as_deref(), Some("Hộ nghèo"));
    assert!(!sheet.hidden && book.sheets[1].hidden);
    assert_eq!(
        (sheet.merged.as_slice(), sheet.hidden_columns.as_slice()),
        (&[(1, 0, 1, 5)][..], &[5][..])
    );
    assert_eq!(sheet.cell(1, 0).unwrap().font.as_deref(), Some(".VnTimeH"));
    assert_eq!(text(sheet, 3, 0), "  hai  dấu cách ");
    assert!(sheet.cell(3, 1).unwrap().date_format && !sheet.cell(3, 2).unwrap().date_format);
    assert_eq!(sheet.cell(3, 3).unwrap().value, Value::Bool(true));
    let sum = sheet.cell(4, 2).unwrap();
    assert!(sum.formula && sum.value == Value::Number(7.0));
    assert_eq!(sheet.cell(4, 3).unwrap().value, Value::Error("#REF!".into()));
    assert!(sheet.rows.iter().all(|r| r.hidden == (r.number == 4)));
    let risky = sheet.cell(5, 0).unwrap();
    assert!(!risky.formula && risky.value == Value::Text("=1+1".into()));
}

#[test]
fn a_streamed_workbook_comes_back() {
    let kinds = [ColumnKind::Text, ColumnKind::Money, ColumnKind::Date, ColumnKind::Number];
    let columns = kinds.map(|kind| Column { title: format!("{kind:?}"), width: 12.0, kind });
    let mut writer = XlsxWriter::new("Xuất", &columns).unwrap();
    for number in 0..2_500i64 {
        let day = CellOut::Date { year: 2020, month: 4, day: 28 };
        let id = format!("{:012}", number);
        writer
            .row(&[CellOut::Text(&id), CellOut::Whole(number * 500), day, CellOut::Number(0.5)])
            .unwrap();
    }
    let old = CellOut::Date { year: 1899, month: 5, day: 7 };
    writer
        .row(&[
            CellOut::Text("=cmd|'/c calc'!A1"),
            CellOut::Whole(i64::MAX),
            old,
            CellOut::Bool(false),
        ])
        .unwrap();
    let bytes = writer.finish().unwrap();
    let mut told = Vec::new();
    let book = read_with_progress(&bytes, &Limits::default(), &mut |rows| told.push(rows)).unwrap();
    assert_eq!(told, [1_000, 2_000, 2_502]);
    let sheet = &book.sheets[0];
    assert_eq!(text(sheet, 1, 0), "Text");
    assert_eq!(text(sheet, 7, 0), "000000000005");
    assert_eq!(sheet.cell(7, 1).unwrap().value, Value::Number(2_500.0));
    let day = sheet.cell(7, 2).unwrap();
    assert!(day.date_format && day.value == Value::Number(43_949.0));
    assert!(!sheet.cell(2_502, 0).unwrap().formula);
    assert_eq!(text(sheet, 2_502, 1), "9223372036854775807");
    assert_eq!(text(sheet, 2_502, 2), "07/05/1899");
}

const SST: &str = r#"<sst><si><t xml:space="preserve"> a </t></si><si/><si><r><t>Nguy</t></r><r><rPr><rFont val=".VnTime"/></rPr><t>Ôn_x000D_</t></r><rPh sb="0" eb="1"><t>ignored</t></rPh><phoneticPr/></si></sst>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-42A]dd mmm"/></numFmts><fonts><font><name val="Arial"/></font><font><b/><name val="VNI-Times"/></font></fonts><cellStyleXfs><xf fontId="1"/></cellStyleXfs><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="170" fontId="1"/></cellXfs></styleSheet>"#;
const SHEET: &str = r#"<?xml version="1.0"?><x:worksheet xmlns:x="m"><x:cols><x:col min="2" max="3" hidden="1"/></x:cols><x:sheetData>
<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c><x:c t="s" s="1"><x:v>2</x:v></x:c><x:c s="1"><x:v>1e3</x:v></x:c></x:row>
<x:row r="5" hidden="1"><x:c r="C5" t="str"><x:f>A1&amp;B1</x:f><x:v>x&#233;&lt;</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="b"><x:v>0</x:v></x:c><x:c t="d"><x:v>1904-01-02</x:v></x:c><x:c t="s"><x:v>99</x:v></x:c></x:row>
<x:row r="3"><x:c r="B3"><x:v>2</x:v></x:c><x:c r="A3"><x:v>1</x:v></x:c><x:c r="A3"><x:v>9</x:v></x:c></x:row>
<x:row><x:c t="inlineStr"><x:is><x:t><![CDATA[a<b]]></x:t></x:is></x:c></x:row>
</x:sheetData><x:mergeCells><x:mergeCell ref="A1:C2"/></x:mergeCells><x:extLst><x:ext><y:c r="A1"><y:v>5</y:v></y:c></x:ext></x:extLst></x:worksheet>"#;

#[test]
fn every_way_an_xlsx_says_a_value() {
    let bytes = pack(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="1" Type="http://purl.oclc.org/x/officeDocument" Target="/xl/wb.xml"/></Relationships>"#,
        ),
        (
            "xl/wb.xml",
            r#"<workbook><workbookPr date1904="true"/><sheets><sheet name="A &amp; B" sheetId="1" r:id="r1" state="veryHidden"/><sheet name="Chart" sheetId="2" r:id="r2"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/wb.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/><Relationship Id="r2" Type="x/chartsheet" Target="c.xml"/></Relationships>"#,
        ),
        ("xl/sharedStrings.xml", SST),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/s.xml", SHEET),
    ]);
    let book = book(&bytes);
    assert_eq!((book.date_system, book.sheets.len()), (DateSystem::Excel1904, 1));
    let sheet = &book.sheets[0];
    assert!(sheet.hidden && sheet.name.as_deref() == Some("A & B"));
    assert_eq!((text(sheet, 1, 0), text(sheet, 1, 2)), (" a ", "NguyÔn\r"));
    assert_eq!(sheet.cell(1, 2).unwrap().font.as_deref(), Some(".VnTime"));
    assert_eq!(sheet.cell(1, 0).unwrap().font.as_deref(), Some("Arial"));
    let number = sheet.cell(1, 3).unwrap();
    assert!(number.date_format && number.font.as_deref() == Some("VNI-Times"));
    assert_eq!(number.value, Value::Number(1_000.0));
    assert!(sheet.cell(1, 1).is_none());
    assert_eq!(text(sheet, 5, 2), "xé<");
    assert_eq!(sheet.cell(5, 3).unwrap().value, Value::Error("#N/A".into()));
    assert_eq!(sheet.cell(5, 4).unwrap().value, Value::Bool(false));
    let iso = sheet.cell(5, 5).unwrap();
    assert!(iso.date_format && iso.value == Value::Number(1.0));
    assert_eq!(sheet.cell(3, 0).unwrap().value, Value::Number(9.0));
    assert_eq!(text(sheet, 4, 0), "a<b");
    assert_eq!(
        sheet.rows.iter().map(|r| (r.number, r.hidden)).collect::<Vec<_>>(),
        [(1, false), (3, false), (4, false), (5, true)]
    );
    assert_eq!((&sheet.hidden_columns[..], &sheet.merged[..]), (&[1, 2][..], &[(1, 0, 2, 2)][..]));
}

const CONTENT: &str = r#"<office:document-content><office:font-face-decls><style:font-face style:name="F1" svg:font-family="'.VnTime'"/></office:font-face-decls><office:automatic-styles>
<number:date-style style:name="N1"/><style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"><style:text-properties style:font-name="F1"/></style:style>
<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="A"><table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse" table:default-cell-style-name="ce1"/>
<table:table-header-rows><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:span> c</text:span></text:p><text:p>d</text:p><office:annotation><text:p>note</text:p></office:annotation></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row table:number-rows-repeated="1000"/>
<table:table-row table:visibility="filter"><table:table-cell table:style-name="ce1" office:value-type="date" office:date-value="2020-04-28"><text:p>28/04/2020</text:p></table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-spanned="2" table:formula="of:=1" office:value-type="float" office:value="1.5"><text:p>1,5</text:p></table:table-cell><table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell office:value-type="time" office:time-value="PT12H00M00S"/></table:table-row>
</table:table><table:table table:name="B" table:style-name="ta2"/></office:spreadsheet></office:body></office:document-content>"#;

#[test]
fn every_way_an_ods_says_a_value() {
    let mime = "application/vnd.oasis.opendocument.spreadsheet";
    let book = book(&pack(&[("mimetype", mime), ("content.xml", CONTENT)]));
    assert!(book.format == Format::Ods && !book.sheets[0].hidden && book.sheets[1].hidden);
    let sheet = &book.sheets[0];
    assert_eq!(
        sheet.rows.iter().map(|r| (r.number, r.hidden)).collect::<Vec<_>>(),
        [(1, false), (2, false), (1003, true)]
    );
    assert_eq!(text(sheet, 2, 2), "a  b c\nd");
    assert_eq!(sheet.cell(1, 2).unwrap().font.as_deref(), Some(".VnTime"));
    let date = sheet.cell(1003, 0).unwrap();
    assert!(date.date_format && date.value == Value::Number(43_949.0));
    assert!(sheet.cell(1003, 2).unwrap().formula);
    assert_eq!(sheet.cell(1003, 3).unwrap().value, Value::Error("#REF!".into()));
    assert_eq!(sheet.cell(1003, 4).unwrap().value, Value::Bool(true));
    assert_eq!(sheet.cell(1003, 5).unwrap().value, Value::Number(0.5));
    assert_eq!(
        (&sheet.hidden_columns[..], &sheet.merged[..]),
        (&[2][..], &[(1003, 2, 1003, 3)][..])
    );
}

#[test]
fn tables_of_a_page() {
    let page = "<html><head><style>td{a:b}</style></head><body><table><TR><TD rowspan=2>a &amp; b<TD colspan='2'>c<br>d</TR>\
        <tr><td>&nbsp;</td><td><font face='.VnTime, serif'>Nguy&#212;n</font></td></tr></table>\
        <table><tr><td>x<table><tr><td>in</td></tr></table></td><td>y</td></tr><tr style=\"display: none\"><td>z</table>";
    let book = book(page.as_bytes());
    let sheet = &book.sheets[0];
    assert_eq!((text(sheet, 1, 0), text(sheet, 1, 1)), ("a & b", "c\nd"));
    assert!(sheet.cell(2, 1).is_none());
    assert_eq!(text(sheet, 2, 2), "NguyÔn");
    assert_eq!(sheet.cell(2, 2).unwrap().font.as_deref(), Some(".VnTime"));
    assert_eq!((text(sheet, 3, 0), text(sheet, 3, 1), text(sheet, 4, 0)), ("x", "y", "in"));
    assert!(sheet.rows.last().unwrap().hidden && text(sheet, 5, 0) == "z");
    assert_eq!(sheet.merged, [(1, 0, 2, 0), (1, 1, 1, 2)]);
    assert_eq!((book.encoding.as_deref(), book.separator), (Some("utf-8"), None));
    let old = b"<meta charset=windows-1258><table><tr><td>Ho\xF2</table>";
    let old = read(old, &Limits::default()).unwrap();
    assert_eq!(
        (old.encoding.as_deref(), text(&old.sheets[0], 1, 0)),
        (Some("windows-1258"), "Ho\u{323}")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_comes_back(rows in proptest::collection::vec(proptest::collection::vec("[ -~\r\n\tà-ỹ;,\"']{1,12}", 2..5), 1..8)) {
        let mut csv = CsvWriter::with_separator(Vec::new(), ';').unwrap();
        for row in &rows {
            let cells: Vec<CellOut> = row.iter().map(|t| CellOut::Text(t)).collect();
            csv.row(&cells).unwrap();
        }
        let bytes = csv.finish().unwrap();
        let book = book(&bytes);
        prop_assert_eq!(book.encoding.as_deref(), Some("utf-8-sig"));
        // The separator of a few wild rows cannot always be guessed; then nothing more is said.
        if book.separator != Some(';') {
            return Ok(());
        }
        prop_assert_eq!(book.sheets[0].rows.len(), rows.len());
        for (read, written) in book.sheets[0].rows.iter().zip(&rows) {
            for (col, want) in written.iter().enumerate() {
                let Some(Value::Text(found)) = read.cell(col as u32).map(|c| &c.value) else {
                    return Err(TestCaseError::fail("a cell is missing"));
                };
                let guarded = want.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
                let plain = if guarded { found.strip_prefix('\'') } else { Some(found.as_str()) };
                prop_assert_eq!(plain, Some(want.as_str()));
            }
        }
    }

    #[test]
    fn xlsx_text_comes_back(texts in proptest::collection::vec("[ -~\t\nà-ỹ_x0-9]{1,20}|_x000[0-9A-F]_", 1..6)) {
        let cells = texts.iter().enumerate().map(|(at, t)| FreeCell::new(1, at as u32, Value::Text(t.clone())));
        let sheet = FreeSheet { name: "S".into(), cells: cells.collect(), ..FreeSheet::default() };
        let book = book(&write_xlsx(&[sheet]).unwrap());
        for (at, want) in texts.iter().enumerate() {
            prop_assert_eq!(text(&book.sheets[0], 1, at as u32), want);
        }
    }
}
