//! Which commune or district a sheet and a file belong to.
//!
//! Looked for in this order: the lines over the table ("UBND XÃ …", "… xã …, huyện …"), the name of
//! the sheet, the place before the date of the signature, the lines that quote a decision, the
//! name of the file. What stands first decides; a district named anywhere chooses among namesakes.

use sheets::cell_name;

use crate::UnitFound;
use crate::grid::Grid;
use crate::header::Header;
use crate::label::Label;
use crate::places::{Kind, Place, Places};

/// Rows under the data that may hold place and date.
const FOOT_ROWS: usize = 40;

/// Finds the unit of a sheet.
pub(crate) fn of_sheet(
    places: &Places<'_>,
    grid: &Grid<'_>,
    header: Option<&Header>,
    file_name: &str,
    has_unit_column: bool,
) -> Option<UnitFound> {
    let head = lines_over(grid, header);
    let (quoted, titles): (Vec<_>, Vec<_>) = head.into_iter().partition(|(_, text)| {
        Label::of(text).has_any(&["quyet dinh", "kem theo", "cong van", "to trinh"])
    });
    let districts =
        districts_in(places, titles.iter().chain(&quoted).map(|(_, text)| text.as_str()));
    let near: Vec<&str> = districts.iter().map(|(code, _)| *code).collect();
    if let Some(found) = commune_in(places, &titles, &near) {
        return Some(found);
    }
    let own_districts = districts_in(places, titles.iter().map(|(_, text)| text.as_str()));
    if has_unit_column && let Some((code, cell)) = own_districts.last() {
        return places.by_code(code).map(|place| found(places, place, cell_of(&titles, *cell)));
    }
    if let Some(name) = grid.sheet.name.as_deref()
        && let Some(place) = places.choose(&places.exact(name), &near)
    {
        return Some(found(places, place, format!("tên tờ “{name}”")));
    }
    if let Some(found) = signing_place(places, grid, &near) {
        return Some(found);
    }
    if let Some(found) = commune_in(places, &quoted, &near) {
        return Some(found);
    }
    if let Some(place) = in_file_name(places, file_name, &near) {
        return Some(found(places, place, "tên tệp".to_owned()));
    }
    let (code, cell) = own_districts.last()?;
    places.by_code(code).map(|place| found(places, place, cell_of(&titles, *cell)))
}

/// The unit of the file: that of its sheets, or the district they share.
pub(crate) fn of_file<'u>(
    places: &Places<'_>,
    sheets: impl Iterator<Item = &'u UnitFound>,
) -> Option<UnitFound> {
    let units: Vec<&UnitFound> = sheets.collect();
    let first = *units.first()?;
    if units.iter().all(|unit| unit.code == first.code) {
        return Some(first.clone());
    }
    let district = first.district_code.clone()?;
    let shared = units.iter().all(|unit| unit.district_code.as_deref() == Some(district.as_str()));
    let place = places.by_code(&district).filter(|_| shared)?;
    Some(found(places, place, first.found_in.clone()))
}

/// A unit as reported.
pub(crate) fn found(places: &Places<'_>, place: &Place, found_in: String) -> UnitFound {
    let district = places.district_of(place);
    UnitFound {
        code: place.code.to_owned(),
        name: place.name.to_owned(),
        district_code: district.map(|d| d.code.to_owned()),
        district: district.map(|d| d.name.to_owned()),
        found_in,
    }
}

type Line = (String, String);

fn lines_over(grid: &Grid<'_>, header: Option<&Header>) -> Vec<Line> {
    let end = header.and_then(|header| header.rows.first().copied()).unwrap_or(30);
    grid.rows()
        .iter()
        .take_while(|row| row.number < end)
        .flat_map(|row| {
            grid.texts(row).into_iter().map(|(col, text)| (cell_name(row.number, col), text))
        })
        .collect()
}

fn cell_of(lines: &[Line], at: usize) -> String {
    lines.get(at).map_or_else(String::new, |(cell, _)| format!("ô {cell}"))
}

fn districts_in<'t, 'p>(
    places: &'p Places<'_>,
    texts: impl Iterator<Item = &'t str>,
) -> Vec<(&'p str, usize)> {
    let mut districts = Vec::new();
    for (line, text) in texts.enumerate() {
        for mention in places.mentions(text).into_iter().filter(|m| m.kind == Kind::District) {
            if let Some(place) = mention.found.first().and_then(|&at| places.units.get(at)) {
                districts.push((place.code, line));
            }
        }
    }
    districts
}

fn commune_in(places: &Places<'_>, lines: &[Line], near: &[&str]) -> Option<UnitFound> {
    lines.iter().find_map(|(cell, text)| {
        places
            .mentions(text)
            .iter()
            .filter(|mention| matches!(mention.kind, Kind::Commune(_)))
            .find_map(|mention| places.choose(&mention.found, near))
            .map(|place| found(places, place, format!("ô {cell}")))
    })
}

/// "Cẩm Bình, ngày 29 tháng 4 năm 2020".
fn signing_place(places: &Places<'_>, grid: &Grid<'_>, near: &[&str]) -> Option<UnitFound> {
    grid.rows().iter().rev().take(FOOT_ROWS).chain(grid.rows().iter().take(FOOT_ROWS)).find_map(
        |row| {
            grid.texts(row).into_iter().find_map(|(col, text)| {
                let label = Label::of(&text);
                if !(label.has("ngay") && label.has("thang") && label.has("nam")) {
                    return None;
                }
                let name = text.split_once(',').map(|(name, _)| name.trim().to_owned())?;
                let place = places.choose(&places.exact(&name), near)?;
                Some(found(places, place, format!("ô {}", cell_name(row.number, col))))
            })
        },
    )
}

fn in_file_name<'p>(places: &'p Places<'_>, file_name: &str, near: &[&str]) -> Option<&'p Place> {
    let stem = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let composed = vietnam::text::nfc(stem);
    let mentioned = places.mentions(&composed);
    let mut communes = mentioned.iter().filter(|m| matches!(m.kind, Kind::Commune(_)));
    if let Some(place) = communes.find_map(|mention| places.choose(&mention.found, near)) {
        return Some(place);
    }
    let districts: Vec<&str> = districts_in(places, std::iter::once(composed.as_str()))
        .into_iter()
        .map(|(code, _)| code)
        .chain(near.iter().copied())
        .collect();
    let found = places.anywhere(&composed);
    match found.as_slice() {
        [] => mentioned
            .iter()
            .filter(|m| m.kind == Kind::District)
            .find_map(|mention| places.units.get(*mention.found.first()?)),
        found => places.choose(found, &districts),
    }
}
