//! Addresses: kept as written, checked for lost letters and for another commune.

use vietnam::text;

use super::{Source, lossy};
use crate::places::{Kind, Places, same_name};
use crate::{DataRow, Field, ProblemCode};

/// Reads and checks the address; the unit of the row must be known before.
pub(crate) fn read(row: &mut DataRow, places: &Places<'_>, source: &Source) {
    let Some(address) = source.filled() else { return };
    let cut = lossy::has_question_mark_in_word(&address);
    let lost = if source.is_tcvn3() { lossy::lost_u(&address) } else { None };
    let lost = lost.filter(|(word, _)| !word.chars().all(char::is_uppercase));
    if cut || lost.is_some() {
        let suggestion = lost.and_then(|(_, suggestion)| suggestion);
        row.problem(source.problem(ProblemCode::LossyFont, Field::Address).suggest(suggestion));
    }
    if let Some(other) = other_commune(row, places, &address) {
        let detail = format!("địa chỉ ghi “{other}”");
        row.problem(source.problem(ProblemCode::UnitMismatch, Field::Address).detail(detail));
    }
    row.address = Some(address);
}

/// A commune named in the address that is not the one of the row.
fn other_commune(row: &DataRow, places: &Places<'_>, address: &str) -> Option<String> {
    let own = places.by_code(row.unit_code.as_deref()?)?;
    if own.code.len() != 5 {
        return None;
    }
    if is_hamlet_alone(address) {
        return None;
    }
    let mentions = places.mentions(address);
    let communes: Vec<_> = mentions.iter().filter(|m| matches!(m.kind, Kind::Commune(_))).collect();
    if communes.iter().any(|mention| same_name(&mention.written, own)) {
        return None;
    }
    if let Some(mention) = communes.first() {
        return Some(mention.written.clone());
    }
    // "Thôn Bắc Mỹ, Cẩm Vĩnh": only what stands after the hamlet and is a commune of the district.
    address.split([',', ';']).skip(1).map(str::trim).find_map(|part| {
        let found = places.exact(part);
        let neighbour = places.choose(&found, &[own.parent?])?;
        let same = neighbour.code == own.code || text::fold(part) == text::fold(own.name);
        (neighbour.parent == own.parent && !same).then(|| part.to_owned())
    })
}

/// "Thôn Bắc Mỹ": the usual cell, which names no commune.
fn is_hamlet_alone(address: &str) -> bool {
    let mut words = address.split(' ');
    let hamlet = words.next().is_some_and(|word| {
        ["thôn", "xóm", "khối", "tổ", "ấp", "bản"].contains(&word.to_lowercase().as_str())
    });
    hamlet && words.count() <= 2 && !address.contains([',', ';', '-', '('])
}
