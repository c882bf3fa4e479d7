//! The workbook of problem rows is a list again.

use lists::{Overrides, problem_rows_workbook};

use super::{people, problems, read, read_sheets, sheet};

#[test]
fn is_read_again_with_the_same_problems() {
    let reading = read_sheets(
        "goc.xlsx",
        &[sheet(
            "NCC",
            &[
                "UBND XÃ CẨM BÌNH",
                "STT|Họ tên|Ngày sinh|Giới tính|Số CMND|Thôn|Số tiền|Ghi chú",
                "1|Trần Văn An|05/03/1950|Nam|'042050000001|Thôn Liên Hà|1500000",
                "2|Lê Thị Bình|31/02/1950|Nữ|'18331871|Thôn Liên Hà|150000",
                "3|Ngô Thị Cúc|1950|Nữ||Thôn Liên Hà|1500000",
                "4|Võ Thị Hòa|1951|Nữ|'042051000009|Thôn Liên Hà, xã Cẩm Vĩnh|chưa rõ",
            ],
        )],
    );
    let bytes = problem_rows_workbook(&reading);
    let again = read("dong-can-sua.xlsx", &bytes, &Overrides::default());
    let before: Vec<_> = people(&reading, 0).into_iter().filter(|row| row.row > 3).collect();
    let after = people(&again, 0);
    assert_eq!(again.unit, again.sheets[0].unit);
    assert_eq!(again.unit.as_ref().map(|unit| unit.code.as_str()), Some("18685"));
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(problems(before), problems(after), "row {}", before.row);
        assert_eq!(before.full_name, after.full_name);
        assert_eq!(before.id_number, after.id_number);
        assert_eq!(before.group, after.group);
        assert_eq!(before.unit_code, after.unit_code);
        assert!(after.repairs.is_empty(), "{:?}", after.repairs);
    }
}
