//! Days, given-up files, paper.

use super::*;
use crate::{Limits, Value, read};

fn columns() -> Vec<Column> {
    let one = |title: &str, kind| Column { title: title.to_owned(), width: 12.0, kind };
    vec![one("Họ và tên", ColumnKind::Text), one("Số tiền", ColumnKind::Money)]
}

#[test]
fn days_are_counted_as_excel_counts_them() {
    assert_eq!(serial(1970, 1, 1), Some(25_569));
    assert_eq!(serial(2020, 4, 28), Some(43_949));
    assert_eq!(serial(1900, 3, 1), Some(61));
    assert_eq!(serial(2000, 2, 29), Some(36_585));
    assert_eq!((serial(1900, 2, 28), serial(2021, 2, 29), serial(2020, 13, 1)), (None, None, None));
}

#[test]
fn a_file_given_up_does_not_open() {
    let mut bytes = Vec::new();
    {
        let mut writer = XlsxWriter::to(&mut bytes, "Xuất", &columns()).unwrap();
        for _ in 0..20_000 {
            writer.row(&[CellOut::Text("Hồ Một"), CellOut::Whole(1_500_000)]).unwrap();
        }
        let long = "x".repeat(TEXT_MAX + 1);
        assert!(matches!(
            writer.row(&[CellOut::Text(&long)]),
            Err(WriteError::TooLong { cell }) if cell == "A20002"
        ));
        assert!(matches!(writer.row(&[]), Err(WriteError::Broken)));
        assert!(matches!(writer.finish(), Err(WriteError::Broken)));
    }
    assert!(read(&bytes, &Limits::default()).is_err(), "{} bytes", bytes.len());

    let mut bytes = Vec::new();
    drop(XlsxWriter::to(&mut bytes, "Xuất", &columns()).unwrap());
    assert!(read(&bytes, &Limits::default()).is_err());
}

#[test]
fn an_output_that_fails_fails_the_file() {
    struct Small(usize);
    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = XlsxWriter::to(Small(20_000), "Xuất", &columns()).unwrap();
    let mut rows = (0..200_000i64).map(|at| writer.row(&[CellOut::Blank, CellOut::Whole(at * 77)]));
    assert!(rows.any(|row| row.is_err()));
}

#[test]
fn paper_has_its_head_its_table_and_its_foot() {
    let mut writer = XlsxWriter::paper(Vec::new(), "Ký nhận", &columns(), true).unwrap();
    let title = CellOut::Text("DANH SÁCH KÝ NHẬN");
    let centred = Look::BOLD.centred();
    writer.free(&[Spread { from: 0, to: 1, value: title, look: centred }]).unwrap();
    writer.heads().unwrap();
    writer.row(&[CellOut::Text("=1+1"), CellOut::Whole(5)]).unwrap();
    writer.page_break();
    writer.row(&[CellOut::Text("a\u{1}b <c>"), CellOut::Blank]).unwrap();
    let sum = Spread { from: 1, to: 1, value: CellOut::Whole(5), look: Look::BOLD.boxed() };
    writer.free(&[sum]).unwrap();
    let bytes = writer.finish().unwrap();
    let book = read(&bytes, &Limits::default()).unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name.as_deref(), Some("Ký nhận"));
    let cell = |row: u32, col: u32| sheet.cell(row, col).map(|cell| cell.value.clone());
    assert_eq!(cell(1, 0), Some(Value::Text("DANH SÁCH KÝ NHẬN".into())));
    assert_eq!(cell(2, 1), Some(Value::Text("Số tiền".into())));
    assert_eq!(cell(3, 0), Some(Value::Text("=1+1".into())));
    assert_eq!(cell(5, 1), Some(Value::Number(5.0)));
    assert_eq!(sheet.merged.len(), 1);
}

#[test]
fn paper_may_be_scaled_and_its_rows_made_high() {
    let mut writer = XlsxWriter::paper(Vec::new(), "Ký nhận", &columns(), true).unwrap();
    writer.scale(80);
    writer.row_height(32.0);
    writer.heads().unwrap();
    writer.row(&[CellOut::Text("a"), CellOut::Whole(5)]).unwrap();
    let bytes = writer.finish().unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    let mut part = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    std::io::Read::read_to_string(&mut part, &mut xml).unwrap();
    assert!(
        xml.contains("<row r=\"1\">") && xml.contains("<row r=\"2\" ht=\"32\" customHeight=\"1\">")
    );
    assert!(xml.contains("<pageSetup paperSize=\"9\" scale=\"80\" orientation=\"landscape\"/>"));
}
