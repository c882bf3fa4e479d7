//! `ansinh sheets read`: what the program recognises in a workbook, without a database.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;
use lists::{Context, Overrides, RateCatalogue, Reading, Severity, SheetReading};
use vietnam::units::Gazetteer;

use super::{CliError, say};
use crate::intake::{code_title, field_title, file_refusal};

/// Commands of `ansinh sheets`.
#[derive(Subcommand)]
pub enum Sheets {
    /// Reads a workbook and says what was recognised, repaired and wrong.
    Read {
        /// .xlsx, .xls, .ods, .csv, or an HTML table saved as .xls.
        file: PathBuf,
        /// The whole reading as JSON; exit status 0 also for a file that cannot be read.
        #[arg(long)]
        json: bool,
        /// Units of this date are meant, YYYY-MM-DD.
        #[arg(long, value_name = "DATE", default_value = "2020-06-01")]
        units_on: NaiveDate,
        /// Code of the province whose communes are searched first.
        #[arg(long, value_name = "CODE", default_value = "42")]
        province: String,
    },
}

/// Cells named after each kind of repair or problem.
const CELLS_SHOWN: usize = 5;

pub(super) fn run(command: &Sheets) -> Result<(), CliError> {
    let Sheets::Read { file, json, units_on, province } = command;
    let bytes = std::fs::read(file)
        .map_err(|source| CliError::File { path: file.display().to_string(), source })?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let catalogue = RateCatalogue::resolution_42();
    let context = Context {
        catalogue: &catalogue,
        gazetteer: Gazetteer::builtin(),
        as_of: *units_on,
        province: Some(province),
        home_unit: None,
    };
    let reading = lists::read(&name, &bytes, &context, &Overrides::default(), &mut |_| {});
    if *json {
        let text = serde_json::to_string(&reading)
            .map_err(|error| CliError::Unreadable(error.to_string()))?;
        say(&text);
        return Ok(());
    }
    if !reading.readable {
        let code = reading.file_problems.first().copied().unwrap_or_default();
        let (what, remedy) = file_refusal(code);
        return Err(CliError::Unreadable(format!("{name}: {what}.\n{remedy}")));
    }
    say(&summary(&reading, &catalogue));
    Ok(())
}

fn summary(reading: &Reading, catalogue: &RateCatalogue) -> String {
    let mut lines = vec![format!(
        "{} ({}{}), {} tờ",
        reading.file,
        reading.format.unwrap_or_default(),
        reading.encoding.as_ref().map(|text| format!(", {text}")).unwrap_or_default(),
        reading.sheets.len()
    )];
    for (number, sheet) in reading.sheets.iter().enumerate() {
        lines.push(String::new());
        let name = sheet.sheet.clone().unwrap_or_else(|| format!("tờ {}", number + 1));
        if sheet.irrelevant {
            lines.push(format!("Tờ “{name}”: không có bảng danh sách, không đọc"));
        } else {
            lines.push(format!("Tờ “{name}”"));
            facts(sheet, catalogue, &mut lines);
            findings(sheet, &mut lines);
        }
    }
    lines.join("\n")
}

fn facts(sheet: &SheetReading, catalogue: &RateCatalogue, lines: &mut Vec<String>) {
    let unit = sheet.unit.as_ref().map_or_else(
        || "chưa nhận ra".to_owned(),
        |unit| format!("{}, mã {} ({})", unit.name, unit.code, unit.found_in),
    );
    let group = match &sheet.group {
        Some(code) => catalogue.group(code).map_or_else(|| code.clone(), |rule| rule.name.clone()),
        None => "theo từng dòng".to_owned(),
    };
    let headers: Vec<String> = sheet.header_rows.iter().map(u32::to_string).collect();
    lines.push(format!("  Đơn vị: {unit}"));
    lines.push(format!("  Nhóm: {group}"));
    lines.push(format!(
        "  Dòng tiêu đề: {}; dữ liệu từ dòng {} đến {}",
        headers.join(", "),
        sheet.first_data_row.unwrap_or(0),
        sheet.last_row
    ));
    let columns: Vec<String> = sheet
        .columns
        .iter()
        .filter_map(|column| {
            let field = column.field?;
            Some(format!("{} = {}", column.col, field_title(field.as_str())))
        })
        .collect();
    lines.push(format!("  Cột: {}", columns.join("; ")));
    let sums = &sheet.computed_totals;
    lines.push(format!(
        "  {} dòng, {} người, {}",
        sums.rows,
        sums.people,
        vietnam::money::Dong(sums.amount).with_unit()
    ));
    lines.push(match sheet.totals_in_sheet.amount {
        None => "  Tổng trong tệp: không ghi".to_owned(),
        Some(stated) if stated == sums.amount => "  Tổng trong tệp: khớp".to_owned(),
        Some(stated) => {
            let off = vietnam::money::Dong((stated - sums.amount).abs()).with_unit();
            format!("  Tổng trong tệp: {}, lệch {off}", vietnam::money::Dong(stated).with_unit())
        }
    });
}

/// Numbers and first cells of each code, the gravest problems first, repairs last.
fn findings(sheet: &SheetReading, lines: &mut Vec<String>) {
    let mut problems: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&str>> = BTreeMap::new();
    let mut repairs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let of_rows = sheet.rows.iter().filter_map(lists::Row::data);
    for row in of_rows {
        for problem in &row.problems {
            let key = (std::cmp::Reverse(problem.severity()), problem.code.as_str());
            problems.entry(key).or_default().extend(problem.cells.first().map(String::as_str));
        }
        for repair in &row.repairs {
            let cells = repair.cells.iter().map(String::as_str);
            repairs.entry(repair.code.as_str()).or_default().extend(cells);
        }
    }
    for problem in &sheet.problems {
        let key = (std::cmp::Reverse(problem.severity()), problem.code.as_str());
        problems.entry(key).or_default().extend(problem.cells.first().map(String::as_str));
    }
    for ((severity, code), cells) in &problems {
        let weight = match severity.0 {
            Severity::MustFix => "cần sửa",
            Severity::Check => "cần xem",
            Severity::Info => "để biết",
        };
        lines.push(format!("  [{weight}] {}: {}", code_title(code), first_cells(cells)));
    }
    for (code, cells) in &repairs {
        lines.push(format!("  [đã sửa] {}: {}", code_title(code), first_cells(cells)));
    }
}

fn first_cells(cells: &[&str]) -> String {
    let shown: Vec<&str> = cells.iter().copied().take(CELLS_SHOWN).collect();
    let more = if cells.len() > CELLS_SHOWN { " …" } else { "" };
    format!("{} ô ({}{more})", cells.len(), shown.join(", "))
}
