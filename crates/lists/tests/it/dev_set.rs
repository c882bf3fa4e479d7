//! The made-up workbooks handed over with the task, when they are there.

use std::path::{Path, PathBuf};

use lists::Overrides;
use serde_json::Value;

/// `ANSINH_SHARED`, or `shared` beside the repository.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::vars_os()
        .find(|(name, _)| name == "ANSINH_SHARED")
        .map_or(beside, |(_, path)| PathBuf::from(path));
    let folder = shared.join("data/workbooks/dev");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: {} is not there, the workbooks were not read", folder.display());
    None
}

const FIELDS: [&str; 15] = [
    "full_name",
    "birth",
    "sex",
    "id_number",
    "phone",
    "address",
    "household_head",
    "relation",
    "household_size",
    "group",
    "unit_code",
    "months",
    "amount",
    "note",
    "note_kind",
];

fn sorted(codes: &Value) -> Vec<String> {
    let mut codes: Vec<String> =
        codes.as_array().into_iter().flatten().map(Value::to_string).collect();
    codes.sort();
    codes
}

fn compare_row(book: &str, want: &Value, got: &Value) {
    let place = format!("{book}, row {}", want["row"]);
    assert_eq!(want["skip"], got["skip"], "{place}");
    if want["skip"] == true {
        assert_eq!(want["kind"], got["kind"], "{place}");
        return;
    }
    for field in FIELDS {
        assert_eq!(want[field], got[field], "{place}: {field}");
    }
    assert_eq!(want["declined"], got["declined"], "{place}");
    assert_eq!(sorted(&want["repairs"]), sorted(&got["repairs"]), "{place}");
    assert_eq!(sorted(&want["problems"]), sorted(&got["problems"]), "{place}");
}

#[test]
fn every_workbook_reads_as_expected() {
    let Some(folder) = folder() else { return };
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(book) = path.to_str().and_then(|path| path.strip_suffix(".expected.json")) else {
            continue;
        };
        let want: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = Path::new(book).file_name().unwrap().to_string_lossy().into_owned();
        let reading = super::read(&name, &std::fs::read(book).unwrap(), &Overrides::default());
        let got = serde_json::to_value(&reading).unwrap();
        assert_eq!(want["readable"], got["readable"], "{name}");
        assert_eq!(want["file_problems"], got["file_problems"], "{name}");
        read += 1;
        if want["readable"] == false {
            continue;
        }
        for key in ["code", "name", "district_code", "district"] {
            assert_eq!(want["unit"][key], got["unit"][key], "{name}");
        }
        assert_eq!(want["date_system"], got["date_system"], "{name}");
        for (want, got) in
            want["sheets"].as_array().unwrap().iter().zip(got["sheets"].as_array().unwrap())
        {
            for key in [
                "sheet",
                "irrelevant",
                "group",
                "unit_code",
                "header_row",
                "header_rows",
                "first_data_row",
                "totals_in_sheet",
            ] {
                assert_eq!(want[key], got[key], "{name}: {key}");
            }
            if want["irrelevant"] == true {
                continue;
            }
            for key in
                ["last_row", "hidden_columns", "amount_unit", "stt_gap_rows", "computed_totals"]
            {
                assert_eq!(want[key], got[key], "{name}: {key}");
            }
            let (rows, found) = (want["rows"].as_array().unwrap(), got["rows"].as_array().unwrap());
            assert_eq!(rows.len(), found.len(), "{name}");
            for found in found {
                let row = rows.iter().find(|row| row["row"] == found["row"]).unwrap();
                compare_row(&name, row, found);
            }
        }
    }
    assert!(read > 0, "no expected files");
}

#[test]
fn the_roll_up_of_a_district() {
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join("12_Tong_hop_huyen_Cam_Xuyen.xlsx")).unwrap();
    let reading = super::read("12_Tong_hop_huyen_Cam_Xuyen.xlsx", &bytes, &Overrides::default());
    let sheet = &reading.sheets[0];
    assert_eq!(reading.unit.as_ref().unwrap().code, "446");
    assert_eq!(
        (sheet.computed_totals.rows, sheet.computed_totals.amount),
        (20_000, 21_290_500_000)
    );
    assert!(
        super::people(&reading, 0)
            .iter()
            .all(|row| row.unit_code.as_deref().is_some_and(|code| code.len() == 5))
    );
}
