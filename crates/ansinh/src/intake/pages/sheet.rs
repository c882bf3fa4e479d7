//! Facts of the open sheet, and what the clerk may say about it.

use crate::intake::types::{ColumnFact, Decisions, FileRow, SheetFact, Trouble};
use crate::intake::words;
use crate::web::Desk;

/// A choice of a select box.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A column with its choices.
pub(super) struct ColumnView {
    pub(super) fact: ColumnFact,
    pub(super) meaning: String,
    pub(super) choices: Vec<Choice>,
}

/// Facts and choices of the open sheet.
pub(super) struct SheetView {
    pub(super) number: usize,
    pub(super) heading: String,
    pub(super) facts: Vec<(String, String, bool)>,
    pub(super) total: Option<(String, String, bool)>,
    pub(super) columns: Vec<ColumnView>,
    pub(super) groups: Vec<Choice>,
    pub(super) units: Vec<Choice>,
    pub(super) problems: Vec<(String, String)>,
}

/// Facts and choices of a sheet.
pub(super) fn sheet_view(
    desk: &Desk,
    file: &FileRow,
    number: usize,
    fact: &SheetFact,
    decisions: &Decisions,
) -> SheetView {
    let group_name = |code: &str| desk.app.catalogue.group_name(&file.programme_code, code);
    let group = fact.group.as_deref().map(group_name);
    let heading = format!(
        "{}{}, {} dòng",
        if fact.name.is_empty() {
            "Danh sách".to_owned()
        } else {
            format!("Tờ “{}”", fact.name)
        },
        group.as_ref().map(|name| format!(": {name}")).unwrap_or_default(),
        words::count(i64::try_from(fact.rows).unwrap_or(0))
    );
    SheetView {
        number,
        heading,
        facts: facts(fact, group.as_deref()),
        total: total(fact),
        columns: fact.columns.iter().map(|c| column_view(number, c, decisions)).collect(),
        groups: group_choices(desk, file, number, group, decisions),
        units: unit_choices(desk, file, number, fact, decisions),
        problems: fact.problems.iter().map(sheet_problem).collect(),
    }
}

fn sheet_problem(problem: &Trouble) -> (String, String) {
    let place = problem.cells.first().map(|cell| format!(" (ô {cell})")).unwrap_or_default();
    let detail = problem.detail.as_ref().map(|text| format!("{text}. ")).unwrap_or_default();
    (format!("{}{place}", words::title(&problem.code)), format!("{detail}{}", problem.action))
}

/// (what, value, missing).
fn facts(fact: &SheetFact, group: Option<&str>) -> Vec<(String, String, bool)> {
    let found = |value: Option<&str>, place: Option<&String>| match (value, place) {
        (Some(value), Some(place)) => (format!("{value} ({place})"), false),
        (Some(value), None) => (value.to_owned(), false),
        _ => ("chưa nhận ra, chọn bên dưới".to_owned(), true),
    };
    let unit = match (&fact.unit_name, &fact.unit_code) {
        (Some(name), Some(code)) => Some(format!("{name}, mã {code}")),
        (None, Some(code)) => Some(format!("mã {code}")),
        _ => None,
    };
    let (unit, no_unit) = found(unit.as_deref(), fact.unit_found_in.as_ref());
    let (group, no_group) = match group {
        None if fact.columns.iter().any(|c| c.field == "group") => {
            ("theo từng dòng".to_owned(), false)
        }
        group => found(group, fact.group_found_in.as_ref()),
    };
    let rows: Vec<String> = fact.header_rows.iter().map(u32::to_string).collect();
    let first = fact.first_data_row.map(|row| row.to_string()).unwrap_or_default();
    let mut facts = vec![
        ("Đơn vị".to_owned(), unit, no_unit),
        ("Nhóm".to_owned(), group, no_group),
        (
            "Dòng tiêu đề".to_owned(),
            format!("dòng {}; dữ liệu từ dòng {first} đến {}", rows.join(", "), fact.last_row),
            rows.is_empty(),
        ),
    ];
    if let Some(charset) = &fact.charset {
        facts.push(("Phông chữ".to_owned(), format!("{charset}, đã đổi sang Unicode"), false));
    }
    if fact.amount_unit != 1 && fact.amount_unit != 0 {
        let unit = format!("nghìn đồng, đã nhân {}", words::count(fact.amount_unit));
        facts.push(("Đơn vị tính".to_owned(), unit, false));
    }
    if let Some(households) = fact.households {
        let households = i64::try_from(households).unwrap_or(0);
        let told = format!("{} hộ, {} khẩu", words::count(households), words::count(fact.people));
        facts.push(("Hộ, khẩu".to_owned(), told, false));
    }
    if !fact.stt_gap_rows.is_empty() {
        let rows: Vec<String> = fact.stt_gap_rows.iter().take(10).map(u32::to_string).collect();
        facts.push(("Số thứ tự nhảy".to_owned(), format!("ở dòng {}", rows.join(", ")), false));
    }
    let hidden: Vec<&str> =
        fact.columns.iter().filter(|c| c.hidden).map(|c| c.letter.as_str()).collect();
    if !hidden.is_empty() {
        facts.push(("Cột ẩn".to_owned(), format!("{}, vẫn đọc", hidden.join(", ")), false));
    }
    facts
}

/// (place, value, agrees).
fn total(fact: &SheetFact) -> Option<(String, String, bool)> {
    let row = fact.stated_row.map(|row| format!("dòng {row}: ")).unwrap_or_default();
    let stated = fact.stated_amount?;
    if stated == fact.amount {
        let told =
            format!("khớp với cộng {} dòng", words::count(i64::try_from(fact.rows).unwrap_or(0)));
        return Some((format!("{row}{}", words::dong(stated)), told, true));
    }
    let off = (stated - fact.amount).abs();
    let told =
        format!("lệch {}: cộng các dòng được {}", words::dong(off), words::dong(fact.amount));
    Some((format!("{row}{}", words::dong(stated)), told, false))
}

fn column_view(sheet: usize, column: &ColumnFact, decisions: &Decisions) -> ColumnView {
    let chosen = decisions
        .columns
        .iter()
        .find(|(s, c, _)| (*s, *c) == (sheet, column.index))
        .map(|(_, _, field)| if field.is_empty() { "bo" } else { field.as_str() });
    let meaning = if column.field.is_empty() || column.field == "other" {
        "không đọc".to_owned()
    } else {
        words::field(&column.field).to_owned()
    };
    let mut choices = vec![
        Choice { value: String::new(), label: "Theo tệp".to_owned(), chosen: chosen.is_none() },
        Choice {
            value: "bo".into(),
            label: "Không đọc cột này".into(),
            chosen: chosen == Some("bo"),
        },
    ];
    choices.extend(words::COLUMN_FIELDS.iter().map(|field| Choice {
        value: field.as_str().to_owned(),
        label: words::field(field.as_str()).to_owned(),
        chosen: chosen == Some(field.as_str()),
    }));
    ColumnView { fact: column.clone(), meaning, choices }
}

fn group_choices(
    desk: &Desk,
    file: &FileRow,
    sheet: usize,
    found: Option<String>,
    decisions: &Decisions,
) -> Vec<Choice> {
    let chosen = decisions.groups.get(&sheet);
    let told = found.unwrap_or_else(|| "theo từng dòng".to_owned());
    let mut choices = vec![Choice {
        value: String::new(),
        label: format!("Theo tệp ({told})"),
        chosen: chosen.is_none(),
    }];
    let groups = desk.app.catalogue.programme(&file.programme_code);
    choices.extend(groups.iter().flat_map(|p| &p.groups).map(|group| Choice {
        value: group.code.clone(),
        label: group.name.clone(),
        chosen: chosen == Some(&group.code),
    }));
    choices
}

fn unit_choices(
    desk: &Desk,
    file: &FileRow,
    sheet: usize,
    fact: &SheetFact,
    decisions: &Decisions,
) -> Vec<Choice> {
    let chosen = decisions.units.get(&sheet);
    let told = fact.unit_name.clone().unwrap_or_else(|| "theo từng dòng".to_owned());
    let mut choices = vec![Choice {
        value: String::new(),
        label: format!("Theo tệp ({told})"),
        chosen: chosen.is_none(),
    }];
    choices.extend(communes_within(desk, file).into_iter().map(|unit| Choice {
        chosen: chosen == Some(&unit.code),
        value: unit.code,
        label: unit.full_name,
    }));
    choices
}

/// Communes for which the actor may write.
pub(super) fn communes_within(desk: &Desk, file: &FileRow) -> Vec<crate::areas::UnitRow> {
    let (areas, scope) = (&desk.app.areas, &desk.actor.scope);
    if !scope.commune().is_empty() {
        return areas.unit(3, scope.commune(), file.unit_date).cloned().into_iter().collect();
    }
    if scope.district().is_empty() {
        areas.communes(scope.province(), file.unit_date)
    } else {
        areas.communes_of(scope.district(), file.unit_date)
    }
}
