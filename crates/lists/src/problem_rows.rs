//! A workbook of only the rows that need a person, to be mended offline and read again.
//!
//! Columns carry the usual headings, so [`crate::read`] recognises the file; the values are those
//! of the original, not the repaired ones where reading failed, so that nothing typed is lost.

use sheets::{FreeCell, FreeSheet, Value, write_xlsx};

use crate::{DataRow, Field, Raw, Reading, Severity, SheetReading, messages};

const FIELDS: [(Field, &str, f64); 14] = [
    (Field::FullName, "Họ và tên", 26.0),
    (Field::Birth, "Ngày sinh", 12.0),
    (Field::Sex, "Giới tính", 9.0),
    (Field::IdNumber, "Số CMND/CCCD", 16.0),
    (Field::Phone, "Số điện thoại", 13.0),
    (Field::Address, "Thôn", 22.0),
    (Field::Unit, "Xã", 18.0),
    (Field::HouseholdHead, "Họ tên chủ hộ", 22.0),
    (Field::Relation, "Quan hệ", 10.0),
    (Field::HouseholdSize, "Số khẩu", 9.0),
    (Field::Group, "Đối tượng", 14.0),
    (Field::Months, "Số tháng", 9.0),
    (Field::Amount, "Số tiền", 13.0),
    (Field::Note, "Ghi chú", 20.0),
];

const AFTER: [(&str, f64); 4] =
    [("Vấn đề", 70.0), ("Tệp gốc", 28.0), ("Tờ gốc", 14.0), ("Dòng gốc", 9.0)];

const HEADER_ROW: u32 = 4;

/// The rows with a problem above information, in one sheet with standard columns, "Vấn đề", and
/// file, sheet and line of the original. Empty when a workbook cannot be written.
pub fn problem_rows_workbook(reading: &Reading) -> Vec<u8> {
    let mut sheet = FreeSheet { name: "Dòng cần sửa".to_owned(), ..FreeSheet::default() };
    let columns = used_columns(reading);
    head(&mut sheet, reading, &columns);
    let mut line = HEADER_ROW + 1;
    for source in &reading.sheets {
        for row in source.rows.iter().filter_map(|row| row.data()).filter(|row| needs_person(row)) {
            write_row(&mut sheet, line, reading, source, row, &columns);
            line += 1;
        }
    }
    write_xlsx(&[sheet]).unwrap_or_default()
}

fn needs_person(row: &DataRow) -> bool {
    row.severity().is_some_and(|severity| severity > Severity::Info)
}

/// Household columns only where a row has them: an empty column of khẩu would make a household
/// sheet of a list of persons.
fn used_columns(reading: &Reading) -> Vec<(Field, &'static str, f64)> {
    let optional = [
        Field::Phone,
        Field::HouseholdHead,
        Field::Relation,
        Field::HouseholdSize,
        Field::Sex,
        Field::Months,
        Field::Address,
    ];
    let rows: Vec<&DataRow> =
        reading.sheets.iter().flat_map(|sheet| &sheet.rows).filter_map(|row| row.data()).collect();
    let used =
        |field: Field| rows.iter().any(|row| needs_person(row) && value(row, field).is_some());
    FIELDS.into_iter().filter(|(field, ..)| !optional.contains(field) || used(*field)).collect()
}

fn head(sheet: &mut FreeSheet, reading: &Reading, columns: &[(Field, &'static str, f64)]) {
    let unit = reading.unit.as_ref().map_or_else(String::new, |unit| {
        let district = unit.district.as_deref().filter(|district| *district != unit.name);
        district.map_or_else(|| unit.name.clone(), |district| format!("{}, {district}", unit.name))
    });
    sheet.cells.push(text(1, 0, &unit).bold());
    sheet.cells.push(text(2, 0, "CÁC DÒNG CẦN XEM LẠI").bold());
    sheet.cells.push(text(HEADER_ROW, 0, "STT").bold());
    sheet.widths.push((0, 6.0));
    let titles = columns.iter().map(|&(_, title, width)| (title, width)).chain(AFTER);
    for (col, (title, width)) in (1u32..).zip(titles) {
        sheet.cells.push(text(HEADER_ROW, col, title).bold());
        sheet.widths.push((col, width));
    }
}

fn write_row(
    sheet: &mut FreeSheet,
    line: u32,
    reading: &Reading,
    source: &SheetReading,
    row: &DataRow,
    columns: &[(Field, &'static str, f64)],
) {
    sheet.cells.push(FreeCell::new(line, 0, Value::Number(f64::from(line - HEADER_ROW))));
    let mut col = 1;
    for (field, ..) in columns {
        if let Some(value) = value(row, *field) {
            let format = if *field == Field::Amount { "#,##0" } else { "@" };
            sheet.cells.push(FreeCell::new(line, col, value).number_format(format));
        }
        col += 1;
    }
    let problems: Vec<String> = row
        .problems
        .iter()
        .filter(|problem| problem.severity() > Severity::Info)
        .map(|problem| messages::explain(problem).to_string())
        .collect();
    let place =
        [problems.join("\n"), reading.file.clone(), source.sheet.clone().unwrap_or_default()];
    for text_of_cell in place {
        sheet.cells.push(text(line, col, &text_of_cell));
        col += 1;
    }
    sheet.cells.push(FreeCell::new(line, col, Value::Number(f64::from(row.row))));
}

fn text(row: u32, col: u32, text: &str) -> FreeCell {
    FreeCell::new(row, col, Value::Text(text.to_owned()))
}

/// The value that was read, or what the file holds where nothing could be read.
fn value(row: &DataRow, field: Field) -> Option<Value> {
    let as_text = |value: &Option<String>| value.clone().map(Value::Text);
    let as_number = |value: Option<i64>| value.map(|n| Value::Number(n as f64));
    let read = match field {
        Field::FullName => as_text(&row.full_name),
        Field::Birth => row.birth.map(|birth| Value::Text(birth.to_string())),
        Field::Sex => row
            .sex
            .map(|sex| Value::Text(if sex == crate::Sex::Male { "Nam" } else { "Nữ" }.to_owned())),
        Field::IdNumber => as_text(&row.id_number),
        Field::Phone => as_text(&row.phone),
        Field::Address => as_text(&row.address),
        Field::Unit => return as_text(&row.unit_code),
        Field::HouseholdHead => as_text(&row.household_head),
        Field::Relation => as_text(&row.relation),
        Field::HouseholdSize => as_number(row.household_size),
        Field::Group => as_text(&row.group),
        Field::Months => as_number(row.months),
        Field::Amount => as_number(row.amount),
        Field::Note => as_text(&row.note),
        _ => None,
    };
    read.or_else(|| row.raw.get(&field).filter(|raw| !raw.shown().trim().is_empty()).map(raw_value))
}

/// Text stays text, so that a lost zero is not lost again.
fn raw_value(raw: &Raw) -> Value {
    Value::Text(raw.shown())
}
