//! Whether a boundary file is what it is said to be: the units of one day, each of them, and no other.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use maps::Feature;
use maps::country::{ARCHIPELAGOS, reaches};

use super::BoundaryFile;
use crate::areas::Areas;
use crate::web::Error;

/// Units named in a refusal.
const NAMED: usize = 8;

/// 1 tỉnh, 2 huyện, 3 xã: the width of the code says it.
pub(super) fn level(feature: &Feature) -> i16 {
    match feature.code.len() {
        2 => 1,
        3 => 2,
        _ => 3,
    }
}

/// The province of a unit.
pub(super) fn province_of(areas: &Areas, level: i16, code: &str, day: NaiveDate) -> Option<String> {
    let unit = areas.unit(level, code, day)?;
    match level {
        1 => Some(unit.code.clone()),
        2 => Some(unit.parent_code.clone()),
        _ => {
            let district = areas.unit(2, &unit.parent_code, day);
            Some(district.map_or_else(|| unit.parent_code.clone(), |d| d.parent_code.clone()))
        }
    }
}

/// A map names its source: without one, and without terms, nothing is imported.
pub(super) fn described(file: &BoundaryFile<'_>) -> Result<(), Error> {
    for (text, name, example) in [
        (file.source, "--source (nguồn)", "“Sở Tài nguyên và Môi trường, 2020”"),
        (
            file.licence,
            "--licence (quyền sử dụng)",
            "“MIT” hoặc “được phép dùng theo công văn số …”",
        ),
        (file.by, "--by (người nhập)", "“Nguyễn Văn A, Sở Thông tin và Truyền thông”"),
    ] {
        let length = text.trim().chars().count();
        if length == 0 || length > 300 {
            return Err(Error::refused(
                format!("{name} phải có từ 1 đến 300 chữ, đang có {length}"),
                format!("Ví dụ: {example}."),
            ));
        }
    }
    Ok(())
}

/// Holds the file's codes against the units of the day. True for a set of the whole country.
pub(super) fn matched(
    areas: &Areas,
    features: &[Feature],
    province: &str,
    day: NaiveDate,
) -> Result<bool, Error> {
    let provinces: BTreeSet<String> = features
        .iter()
        .filter_map(|feature| province_of(areas, level(feature), &feature.code, day))
        .collect();
    let country = provinces.len() > 1;
    if !country && !provinces.is_empty() && !provinces.contains(province) {
        let found = provinces.iter().next().cloned().unwrap_or_default();
        return Err(Error::refused(
            format!(
                "Tệp là của {}, phần mềm này phục vụ {}",
                name(areas, 1, &found, day),
                name(areas, 1, province, day)
            ),
            "Chọn đúng tệp, hoặc sửa khóa province trong tệp cấu hình.",
        ));
    }
    let (mut missing, mut unknown) = (Vec::new(), Vec::new());
    for at in [1, 2, 3] {
        let found: BTreeSet<&str> =
            features.iter().filter(|f| level(f) == at).map(|f| f.code.as_str()).collect();
        let all = units(areas, at, (!country).then_some(province), day);
        let owed = owed(areas, at, &found, features, &all, day);
        unknown.extend(found.iter().filter(|code| !all.contains(**code)).map(|c| (*c).to_owned()));
        let absent = owed.iter().filter(|code| !found.contains(code.as_str()));
        missing.extend(absent.map(|code| name(areas, at, code, day)));
    }
    let of = if country { "cả nước".to_owned() } else { name(areas, 1, province, day) };
    complete(&of, day, &missing, &unknown)?;
    if country {
        islands_are_there(areas, features, day)?;
    }
    Ok(country)
}

/// Codes of a level on a day: of a province, or of the country.
fn units(areas: &Areas, level: i16, province: Option<&str>, day: NaiveDate) -> BTreeSet<String> {
    let all = areas.of_level(level, day);
    let own = all.filter(|unit| {
        province.is_none_or(|own| {
            province_of(areas, level, &unit.code, day).is_some_and(|of| of == own)
        })
    });
    own.map(|unit| unit.code.clone()).collect()
}

/// What a file with these units must have: all units of each level that it shows. Districts without
/// communes (Hoàng Sa, Cồn Cỏ, Lý Sơn …) stand among the communes, with their own code.
fn owed(
    areas: &Areas,
    level_of: i16,
    found: &BTreeSet<&str>,
    features: &[Feature],
    all: &BTreeSet<String>,
    day: NaiveDate,
) -> BTreeSet<String> {
    let communes_shown = features.iter().any(|feature| level(feature) == 3);
    if level_of != 2 || !communes_shown {
        return if found.is_empty() { BTreeSet::new() } else { all.clone() };
    }
    let alone = |code: &&String| areas.communes_of(code, day).is_empty();
    let alone: BTreeSet<String> = all.iter().filter(alone).cloned().collect();
    let districts_shown = found.iter().any(|code| !alone.contains(*code));
    if districts_shown { all.clone() } else { alone }
}

fn complete(of: &str, day: NaiveDate, missing: &[String], unknown: &[String]) -> Result<(), Error> {
    if missing.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let mut faults = Vec::new();
    for (what, all) in [("thiếu", missing), ("có mã không phải đơn vị của ngày đó:", unknown)]
    {
        if !all.is_empty() {
            let more = all.len().saturating_sub(NAMED);
            let rest =
                if more > 0 { format!(" và {more} đơn vị nữa") } else { String::new() };
            let shown: Vec<&str> = all.iter().take(NAMED).map(String::as_str).collect();
            faults.push(format!("{what} {}{rest}", shown.join(", ")));
        }
    }
    Err(Error::refused(
        format!(
            "Tệp không khớp đơn vị hành chính của {of} ngày {}: {}",
            vietnam::date::vi_date(day),
            faults.join("; ")
        ),
        "Không nhập gì cả. Sửa mã trong tệp, hoặc ghi --valid-from là ngày của đúng bộ đơn vị đó.",
    ))
}

/// A set of the whole country shows Hoàng Sa and Trường Sa: as units of their own, or as ground of
/// the province they belong to.
fn islands_are_there(areas: &Areas, features: &[Feature], day: NaiveDate) -> Result<(), Error> {
    for all in &ARCHIPELAGOS {
        let own = features.iter().find(|f| all.codes.contains(&f.code.as_str()));
        let owner = [2, 3].into_iter().find_map(|level| {
            all.codes.iter().find_map(|code| province_of(areas, level, code, day))
        });
        let province = features.iter().find(|f| owner.as_deref() == Some(&f.code));
        if own.is_none() && !province.is_some_and(|province| reaches(&province.shape, all)) {
            return Err(Error::refused(
                format!("Tệp của cả nước không có {}", all.label),
                "Không nhập gì cả. Bản đồ cả nước phải có quần đảo Hoàng Sa và quần đảo Trường Sa; \
                 dùng tệp có đủ.",
            ));
        }
    }
    Ok(())
}

fn name(areas: &Areas, level: i16, code: &str, day: NaiveDate) -> String {
    let unit = areas.unit(level, code, day);
    unit.map_or_else(|| code.to_owned(), |unit| format!("{} ({code})", unit.full_name))
}
