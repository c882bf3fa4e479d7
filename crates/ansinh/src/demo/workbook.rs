//! Workbooks as a commune types them, filled with made-up people: national head, title with the
//! unit's name, a sheet a group, a household list with khẩu, totals, signatures, and a few of the
//! usual slips, so that intake has something to show.

use sheets::{FreeCell, FreeSheet, Value, WriteError, write_xlsx};

use super::people::{Dice, Person};

/// How many rows the sheets of one commune get.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Rows of the NCC, BTXH and HKD/LDTD sheets together, about.
    pub people: usize,
    /// Poor and near-poor households together.
    pub households: usize,
}

/// Somebody whom two communes list: the desk of duplicates has something to decide.
#[derive(Debug, Clone)]
pub enum Double {
    /// Listed here as a veteran, with all her papers.
    Veteran(Person),
    /// Listed here as poor, without a number.
    Poor(Person),
}

/// (group, sheet name, title, đồng a row)
const SHEETS: [(&str, &str, &str, i64); 4] = [
    ("NCC", "NCC", "DANH SÁCH NGƯỜI CÓ CÔNG ĐƯỢC HỖ TRỢ", 1_500_000),
    ("BTXH", "BTXH", "DANH SÁCH ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI ĐƯỢC HỖ TRỢ", 1_500_000),
    ("LDTD", "LĐ tự do", "DANH SÁCH LAO ĐỘNG TỰ DO BỊ MẤT VIỆC ĐƯỢC HỖ TRỢ", 3_000_000),
    ("HKD", "Hộ KD", "DANH SÁCH HỘ KINH DOANH TẠM NGỪNG ĐƯỢC HỖ TRỢ", 3_000_000),
];

/// The workbook of one commune.
///
/// # Errors
/// When the workbook cannot be written.
pub fn commune_workbook(
    dice: &mut Dice,
    commune: &str,
    district: &str,
    size: Size,
    double: Option<&Double>,
) -> Result<Vec<u8>, WriteError> {
    let mut sheets = Vec::new();
    let mut seen: Vec<Person> = Vec::new();
    for (position, (_, name, title, dong)) in SHEETS.iter().enumerate() {
        let rows = match position {
            0 | 1 => size.people * 2 / 5,
            2 => size.people / 5,
            _ => (size.people / 20).max(1),
        };
        let mut people: Vec<Person> = (0..rows).map(|_| somebody(dice, &mut seen)).collect();
        if let (0, Some(Double::Veteran(person))) = (position, double) {
            people.push(person.clone());
        }
        sheets.push(people_sheet(dice, name, title, (commune, district), &people, *dong));
    }
    for (name, title, households) in [
        ("Hộ nghèo", "DANH SÁCH HỘ NGHÈO ĐƯỢC HỖ TRỢ", size.households / 2),
        ("Hộ cận nghèo", "DANH SÁCH HỘ CẬN NGHÈO ĐƯỢC HỖ TRỢ", size.households / 2),
    ] {
        let mut heads: Vec<(Person, usize)> =
            (0..households).map(|_| (Person::made_up(dice), 1 + dice.below(5))).collect();
        if let ("Hộ nghèo", Some(Double::Poor(person))) = (name, double) {
            heads.push((Person { id_number: String::new(), ..person.clone() }, 1));
        }
        sheets.push(household_sheet(name, title, (commune, district), &heads));
    }
    write_xlsx(&sheets)
}

/// A new person, or once in sixty the one listed before: the double entry that 2020 was full of.
fn somebody(dice: &mut Dice, seen: &mut Vec<Person>) -> Person {
    if !seen.is_empty() && dice.once_in(60) {
        return seen[dice.below(seen.len())].clone();
    }
    let person = Person::made_up(dice);
    seen.push(person.clone());
    person
}

fn text(row: u32, col: u32, value: impl Into<String>) -> FreeCell {
    FreeCell::new(row, col, Value::Text(value.into()))
}

fn number(row: u32, col: u32, value: i64) -> FreeCell {
    FreeCell::new(row, col, Value::Number(value as f64)).number_format("#,##0")
}

/// The head every such list has (Nghị định 30/2020/NĐ-CP, Phụ lục I), and the header row.
fn head(title: &str, (commune, district): (&str, &str), columns: &[&str]) -> Vec<FreeCell> {
    let upper = commune.to_uppercase();
    let mut cells = vec![
        text(1, 0, format!("UBND {upper}")).bold(),
        text(1, 4, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").bold(),
        text(2, 4, "Độc lập - Tự do - Hạnh phúc"),
        text(4, 0, title).bold().centred(),
        text(5, 0, format!("{commune}, {district} (theo Nghị quyết 42/NQ-CP)")).centred(),
        text(6, 0, "Đơn vị tính: đồng"),
    ];
    for (col, title) in columns.iter().enumerate() {
        cells.push(text(8, col as u32, *title).bold().centred());
    }
    cells
}

fn foot(row: u32, amount_col: u32, total: i64) -> Vec<FreeCell> {
    vec![
        text(row, 1, "Tổng cộng").bold(),
        number(row, amount_col, total).bold(),
        text(row + 2, 1, "Người lập biểu"),
        text(row + 2, amount_col, "TM. ỦY BAN NHÂN DÂN"),
        text(row + 3, amount_col, "CHỦ TỊCH"),
    ]
}

fn people_sheet(
    dice: &mut Dice,
    name: &str,
    title: &str,
    unit: (&str, &str),
    people: &[Person],
    dong: i64,
) -> FreeSheet {
    let columns = [
        "STT",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Số CMND/CCCD",
        "Địa chỉ",
        "Số tháng",
        "Số tiền",
        "Ghi chú",
    ];
    let mut cells = head(title, unit, &columns);
    let mut row = 9;
    for (at, person) in people.iter().enumerate() {
        let (day, month, year) = person.birth;
        let birth = if dice.once_in(12) {
            format!("{year}")
        } else {
            format!("{day:02}/{month:02}/{year}")
        };
        cells.push(number(row, 0, at as i64 + 1));
        cells.push(text(row, 1, slip_in_name(dice, &person.name)));
        cells.push(text(row, 2, birth));
        cells.push(text(row, 3, if person.woman { "Nữ" } else { "Nam" }));
        if !person.id_number.is_empty() {
            cells.push(id_cell(dice, row, 4, &person.id_number));
        }
        cells.push(text(row, 5, format!("Thôn {}", person.hamlet)));
        cells.push(number(row, 6, 3));
        cells.push(number(row, 7, dong));
        row += 1;
    }
    cells.extend(foot(row, 7, dong * people.len() as i64));
    FreeSheet {
        name: name.to_owned(),
        cells,
        merged: vec![(4, 0, 4, 8), (5, 0, 5, 8)],
        ..FreeSheet::default()
    }
}

fn household_sheet(
    name: &str,
    title: &str,
    unit: (&str, &str),
    heads: &[(Person, usize)],
) -> FreeSheet {
    let columns = [
        "STT",
        "Họ tên chủ hộ",
        "Năm sinh",
        "Giới tính",
        "Số CMND/CCCD",
        "Thôn",
        "Số khẩu",
        "Số tiền",
        "Ghi chú",
    ];
    let mut cells = head(title, unit, &columns);
    let (mut row, mut total) = (9, 0);
    for (at, (person, people)) in heads.iter().enumerate() {
        let dong = 750_000 * *people as i64;
        let (day, month, year) = person.birth;
        cells.push(number(row, 0, at as i64 + 1));
        cells.push(text(row, 1, person.name.clone()));
        cells.push(text(row, 2, format!("{day:02}/{month:02}/{year}")));
        cells.push(text(row, 3, if person.woman { "Nữ" } else { "Nam" }));
        if !person.id_number.is_empty() {
            cells.push(text(row, 4, person.id_number.clone()));
        }
        cells.push(text(row, 5, format!("Thôn {}", person.hamlet)));
        cells.push(number(row, 6, *people as i64));
        cells.push(number(row, 7, dong));
        (row, total) = (row + 1, total + dong);
    }
    cells.extend(foot(row, 7, total));
    FreeSheet {
        name: name.to_owned(),
        cells,
        merged: vec![(4, 0, 4, 8), (5, 0, 5, 8)],
        ..FreeSheet::default()
    }
}

/// Some names are typed in capitals or with two spaces.
fn slip_in_name(dice: &mut Dice, name: &str) -> String {
    match dice.below(25) {
        0 => name.to_uppercase(),
        1 => name.replacen(' ', "  ", 1),
        _ => name.to_owned(),
    }
}

/// Some numbers are typed as numbers, so that Excel drops the leading zero.
fn id_cell(dice: &mut Dice, row: u32, col: u32, id: &str) -> FreeCell {
    match id.parse::<i64>() {
        Ok(value) if dice.once_in(15) => FreeCell::new(row, col, Value::Number(value as f64)),
        _ => text(row, col, id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commune_workbook_reads_back_with_six_sheets() {
        let size = Size { people: 40, households: 10 };
        let bytes =
            commune_workbook(&mut Dice::new(7), "Xã Sơn Tây", "Huyện Hương Sơn", size, None)
                .unwrap();
        let book = sheets::read(&bytes, &sheets::Limits::default()).unwrap();
        assert_eq!(book.sheets.len(), 6);
        assert!(book.sheets.iter().all(|sheet| sheet.rows.len() > 10));
    }
}
