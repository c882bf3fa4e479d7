//! Writes a workbook with the columns of a beneficiary list: `make_rows FILE ROWS`.
//! Input of the reading benchmark, the same on every machine.

use std::process::ExitCode;

use sheets::{CellOut, Column, ColumnKind, XlsxWriter};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, rows] = arguments.as_slice() else { return ExitCode::FAILURE };
    let Ok(rows) = rows.parse::<u32>() else { return ExitCode::FAILURE };
    match made(rows).map(|bytes| std::fs::write(file, bytes)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn made(rows: u32) -> Result<Vec<u8>, sheets::WriteError> {
    let titles =
        ["STT", "Họ và tên", "Ngày sinh", "Số CMND/CCCD", "Địa chỉ", "Số tháng", "Số tiền"];
    let columns: Vec<Column> = titles
        .iter()
        .map(|title| Column { title: (*title).to_owned(), width: 16.0, kind: ColumnKind::Text })
        .collect();
    let mut writer = XlsxWriter::new("Danh sách", &columns)?;
    for row in 0..rows {
        let id = format!("042{:09}", row * 7919);
        let name = format!("Nguyễn Thị Hường {row}");
        let birth = format!("{:02}/{:02}/{}", row % 28 + 1, row % 12 + 1, 1940 + row % 60);
        writer.row(&[
            CellOut::Number(f64::from(row + 1)),
            CellOut::Text(&name),
            CellOut::Text(&birth),
            CellOut::Text(&id),
            CellOut::Text("Thôn Bắc Hà, xã Sơn Kim 1"),
            CellOut::Number(3.0),
            CellOut::Number(1_500_000.0),
        ])?;
    }
    writer.finish()
}
