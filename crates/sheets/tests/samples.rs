//! The sample workbooks, cell by cell against what their makers wrote down.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail as tests do")]

use std::path::PathBuf;

use calamine::Reader;
use serde_json::Value as Json;
use sheets::{DateSystem, Format, Limits, Sheet, Value, cell_name, column_letters, read};

/// The folder of samples; says so loudly and gives nothing when it is absent.
fn samples() -> Vec<PathBuf> {
    let shared = std::env::var_os("ANSINH_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let folder = shared.join("data/workbooks/dev");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!(
            "\n*** NO SAMPLES at {}: set ANSINH_SHARED. NOTHING WAS TESTED. ***\n",
            folder.display()
        );
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|e| e.unwrap().path())
        .filter(|p| {
            let name = p.file_name().unwrap().to_string_lossy();
            name.starts_with(|c: char| c.is_ascii_digit()) && !name.contains(".expected.")
        })
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 18, "samples are missing in {}", folder.display());
    paths
}

/// The expectation beside a sample; `None` for the one that is packed.
fn expected(path: &std::path::Path) -> Option<Json> {
    let json = format!("{}.expected.json", path.display());
    Some(serde_json::from_slice(&std::fs::read(json).ok()?).unwrap())
}

fn parse_name(name: &str) -> (u32, u32) {
    let at = name.find(|c: char| c.is_ascii_digit()).unwrap();
    let row = name[at..].parse().unwrap();
    let col = (0..500).find(|c| column_letters(*c) == name[..at]).unwrap();
    (row, col)
}

/// Whether the stored value is the raw value the maker wrote down.
fn same(stored: Option<&Value>, raw: &Json) -> bool {
    match (stored, raw) {
        (None, Json::Null) => true,
        (None, Json::String(s)) => s.trim().is_empty(),
        (Some(Value::Text(t)), Json::String(s)) => t == s,
        (Some(Value::Error(t)), Json::String(s)) => t == s,
        (Some(Value::Number(n)), Json::Number(j)) => j.as_f64() == Some(*n),
        (Some(Value::Text(t)), Json::Number(j)) => *t == j.to_string(),
        // A date cell is written down as an ISO date.
        (Some(Value::Number(_)), Json::String(s)) => s.len() >= 10 && s.as_bytes()[4] == b'-',
        _ => false,
    }
}

fn compare(file: &str, sheet: &Sheet, want: &Json) -> u32 {
    let mut compared = 0;
    for row in want["rows"].as_array().unwrap() {
        let (Some(cells), Some(raw)) = (row["cells"].as_object(), row["raw"].as_object()) else {
            continue;
        };
        for (field, raw) in raw {
            let Some(name) = cells.get(field).and_then(Json::as_str) else { continue };
            let (number, col) = parse_name(name);
            let cell = sheet.cell(number, col);
            let stored = cell.map(|c| &c.value);
            let formula = raw.as_str().is_some_and(|r| r.starts_with('='));
            let known = if formula { cell.is_some_and(|c| c.formula) } else { same(stored, raw) };
            assert!(known, "{file} {:?} {name}: {stored:?}, not {raw}", sheet.name);
            if let (Some(Value::Number(_)), Json::String(_), false) = (stored, raw, formula) {
                assert!(cell.unwrap().date_format, "{file} {name} is a date");
            }
            assert_eq!(cell_name(number, col), name);
            compared += 1;
        }
        let hidden = row["problems"].as_array().unwrap().iter().any(|p| p == "hidden_row");
        let number = row["row"].as_u64().unwrap() as u32;
        let found = sheet.rows.iter().find(|r| r.number == number).unwrap();
        assert_eq!(found.hidden, hidden, "{file} row {number}");
    }
    compared
}

#[test]
fn every_readable_sample_gives_what_was_written() {
    let mut compared = 0;
    for path in samples() {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let book = read(&bytes, &Limits::default());
        let Some(want) = expected(&path) else {
            assert_eq!(book.unwrap().sheets[0].rows.last().unwrap().number, 20_010);
            continue;
        };
        if want["readable"] == false {
            assert_eq!(book.unwrap_err().code(), want["file_problems"][0].as_str().unwrap());
            continue;
        }
        let book = book.unwrap();
        assert_eq!(format!("{:?}", book.format).to_lowercase(), want["format"].as_str().unwrap());
        assert_eq!(book.encoding.as_deref(), want["encoding"].as_str(), "{file}");
        let separator = want["separator"].as_str().map(|s| s.chars().next().unwrap());
        assert_eq!(book.separator, separator, "{file}");
        let system = match want["date_system"].as_u64() {
            Some(1904) => DateSystem::Excel1904,
            _ => DateSystem::Excel1900,
        };
        assert_eq!(book.date_system, system, "{file}");
        let sheets = want["sheets"].as_array().unwrap();
        assert_eq!(book.sheets.len(), sheets.len(), "{file}");
        for (sheet, want) in book.sheets.iter().zip(sheets) {
            assert_eq!(sheet.name.as_deref(), want["sheet"].as_str());
            let hidden: Vec<String> =
                sheet.hidden_columns.iter().map(|c| column_letters(*c)).collect();
            let wanted = want["hidden_columns"].as_array().cloned().unwrap_or_default();
            assert_eq!(hidden, wanted.iter().map(|c| c.as_str().unwrap()).collect::<Vec<_>>());
            compared += compare(&file, sheet, want);
        }
    }
    println!("{compared} cells compared");
    assert!(compared == 0 || compared > 10_000);
}

#[test]
fn fonts_are_those_the_typists_used() {
    for path in samples() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let wanted = match &name[..2] {
            "06" => ".VnTime",
            "07" => "VNI-Times",
            "08" => "Times New Roman",
            _ => continue,
        };
        let book = read(&std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
        let cells = book.sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.cells);
        let fonts: std::collections::BTreeSet<_> = cells.map(|c| c.font.clone()).collect();
        assert!(fonts.iter().flatten().any(|f| &**f == wanted), "{name}: {fonts:?}");
    }
}

/// Another reader of the same files sees the same cells.
#[test]
fn agrees_with_calamine() {
    for path in samples() {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(book) = read(&bytes, &Limits::default()) else { continue };
        if !matches!(book.format, Format::Xlsx | Format::Xls | Format::Ods) {
            continue;
        }
        let mut other =
            calamine::open_workbook_auto_from_rs(std::io::Cursor::new(&bytes[..])).unwrap();
        for sheet in &book.sheets {
            let range = other.worksheet_range(sheet.name.as_deref().unwrap()).unwrap();
            let start = range.start().unwrap_or_default();
            let mut theirs = 0;
            for (row, col, data) in range.used_cells() {
                let (row, col) = (start.0 + row as u32 + 1, start.1 + col as u32);
                if matches!(data, calamine::Data::String(s) if s.is_empty()) {
                    continue;
                }
                theirs += 1;
                let ours = sheet.cell(row, col).map(|c| &c.value);
                let place = format!("{} {:?} {}", path.display(), sheet.name, cell_name(row, col));
                assert!(alike(ours, data), "{place}: {ours:?}, not {data:?}");
            }
            let ours: usize = sheet.rows.iter().map(|r| r.cells.len()).sum();
            assert_eq!(ours, theirs, "{} {:?}", path.display(), sheet.name);
        }
    }
}

fn alike(ours: Option<&Value>, theirs: &calamine::Data) -> bool {
    use calamine::Data;
    match (ours, theirs) {
        (Some(Value::Text(a)), Data::String(b)) => a == b,
        (Some(Value::Number(a)), Data::Float(b)) => a == b,
        (Some(Value::Number(a)), Data::Int(b)) => *a == *b as f64,
        (Some(Value::Number(a)), Data::DateTime(b)) => *a == b.as_f64(),
        (Some(Value::Number(_)), Data::DateTimeIso(_)) => true,
        (Some(Value::Bool(a)), Data::Bool(b)) => a == b,
        (Some(Value::Error(_)), Data::Error(_)) => true,
        _ => false,
    }
}
