//! What holds for any file at all.

use lists::{Overrides, Row};
use proptest::prelude::*;
use sheets::{FreeCell, FreeSheet, Value};

use super::read;

fn cell_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => prop::sample::select(vec![
            "STT", "Họ và tên", "Ngày sinh", "Nam", "Nữ", "Số CMND", "Số tiền", "Ghi chú", "Số khẩu", "Đối tượng", "Xã", "Tổng cộng",
            "Cộng", "I. Hộ nghèo", "Bằng chữ: một", "UBND xã Cẩm Bình", "Nguyễn Văn An", "NguyÔn V¨n", "x", "31/02/1950",
            "4.2E+10", "183318711", "1.500.000", "Từ chối nhận", "(1)", "(2)", "(3)", "#REF!", "Đơn vị tính: nghìn đồng",
        ]).prop_map(str::to_owned),
        1 => "[0-9 .,/oO'-]{1,14}",
        1 => "\\PC{0,12}",
    ]
}

fn cells() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(cell_text(), 1..9), 1..25)
}

fn csv(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        row.iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect::<Vec<_>>()
            .join(";")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut sheet = FreeSheet { name: "DS".to_owned(), ..FreeSheet::default() };
    for (number, row) in (1u32..).zip(rows) {
        for (col, text) in (0u32..).zip(row) {
            let value = match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Value::Number(number),
                _ => Value::Text(text.clone()),
            };
            if !text.is_empty() {
                sheet.cells.push(FreeCell::new(number, col, value).font(if col == 1 {
                    ".VnTime"
                } else {
                    "Arial"
                }));
            }
        }
    }
    sheets::write_xlsx(&[sheet]).unwrap()
}

fn check(name: &str, bytes: &[u8]) {
    let reading = read(name, bytes, &Overrides::default());
    for sheet in reading.sheets.iter().filter(|sheet| !sheet.irrelevant) {
        let numbers: Vec<u32> = sheet.rows.iter().map(Row::number).collect();
        let first = sheet.first_data_row.unwrap();
        let all: Vec<u32> = (first..=sheet.last_row).collect();
        assert_eq!(numbers, all);
        for row in sheet.rows.iter().filter_map(Row::data) {
            assert!(row.id_number.as_ref().is_none_or(|id| matches!(id.len(), 9 | 12)));
            for (code, cells) in &row.at {
                assert!(!cells.is_empty(), "{code}");
            }
        }
    }
    assert_eq!(reading, read(name, bytes, &Overrides::default()));
    let _ = lists::problem_rows_workbook(&reading);
    serde_json::to_string(&reading).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_grid_of_text(rows in cells()) {
        check("a.csv", csv(&rows).as_bytes());
    }

    #[test]
    fn any_workbook(rows in cells()) {
        check("a.xlsx", &workbook(&rows));
    }

    #[test]
    fn any_rows_under_a_real_header(rows in cells()) {
        let mut all = vec![
            vec!["UBND XÃ CẨM BÌNH".to_owned()],
            ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CMND", "Thôn", "Số khẩu", "Số tiền"].map(str::to_owned).to_vec(),
        ];
        all.extend(rows);
        check("a.xlsx", &workbook(&all));
        check("a.csv", csv(&all).as_bytes());
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check("a.xlsx", &bytes);
    }
}
