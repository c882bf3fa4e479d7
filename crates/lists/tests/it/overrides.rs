//! Corrections typed by the clerk.

use lists::{ColumnChoice, Field, Overrides, Row};

use super::{people, problems, read, repairs, sheet};

fn book() -> Vec<u8> {
    sheets::write_xlsx(&[sheet(
        "NCC",
        &[
            "UBND XÃ CẨM BÌNH",
            "STT|Họ tên|Ngày sinh|Giới tính|Số CMND|SĐT|Thôn|Số tháng|Số tiền|Ghi chú",
            "1|TRẦN VĂN AN|24567|Nam|42067012375|861017122|Thôn Liên Hà|3 tháng|1.500.000|Tạm vắng",
            "2|lê  thị bình|31/02/1950|Nữ|18331871|0973 12|Thôn Liên Hà|3|1000000",
        ],
    )])
    .unwrap()
}

#[test]
fn the_same_text_changes_nothing_but_flags() {
    let plain = read("a.xlsx", &book(), &Overrides::default());
    let mut overrides = Overrides::default();
    for row in people(&plain, 0) {
        for (&field, raw) in &row.raw {
            overrides.values.insert((0, row.row, field), raw.shown());
        }
    }
    let again = read("a.xlsx", &book(), &overrides);
    for (before, after) in people(&plain, 0).iter().zip(people(&again, 0)) {
        assert_eq!(problems(before), problems(after));
        assert!(after.repairs.is_empty(), "{:?}", after.repairs);
        let mut bare = (*before).clone();
        bare.repairs = Vec::new();
        bare.typed.clone_from(&after.typed);
        bare.at.clone_from(&after.at);
        assert_eq!(&bare, after);
    }
}

#[test]
fn a_typed_value_is_checked_by_the_same_rules() {
    let mut overrides = Overrides::default();
    overrides.values.insert((0, 4, Field::Birth), "28/02/1950".to_owned());
    overrides.values.insert((0, 4, Field::IdNumber), "042 150 000 001".to_owned());
    overrides.values.insert((0, 4, Field::Amount), "1.500.000".to_owned());
    overrides.values.insert((0, 4, Field::Phone), String::new());
    let reading = read("a.xlsx", &book(), &overrides);
    let row = people(&reading, 0)[1];
    assert!(problems(row).is_empty(), "{:?}", row.problems);
    assert_eq!(row.id_number.as_deref(), Some("042150000001"));
    assert_eq!(
        repairs(row),
        ["name_case", "spaces_in_name"].iter().rev().copied().collect::<Vec<_>>()
    );
    assert_eq!(row.raw[&Field::IdNumber].shown(), "18331871");
}

#[test]
fn columns_groups_and_units_can_be_chosen() {
    let mut overrides = Overrides::default();
    overrides.columns.insert((0, 5), ColumnChoice::Ignore);
    overrides.columns.insert((0, 9), ColumnChoice::Field(Field::Job));
    overrides.groups.insert(0, "BTXH".to_owned());
    overrides.units.insert(0, "18715".to_owned());
    let reading = read("a.xlsx", &book(), &overrides);
    let row = people(&reading, 0)[0];
    assert_eq!(row.phone, None);
    assert_eq!(row.extra.get(&Field::Job).map(String::as_str), Some("Tạm vắng"));
    assert_eq!((row.group.as_deref(), row.unit_code.as_deref()), (Some("BTXH"), Some("18715")));
    assert!(matches!(reading.sheets[0].rows[0], Row::Data(_)));
}
