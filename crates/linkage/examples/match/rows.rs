//! The rows of a CSV file, by the columns that the example `match` names.

use std::borrow::Cow;

use linkage::RawRecord;

pub const COLUMNS: [&str; 11] = [
    "record_id",
    "full_name",
    "birth",
    "sex",
    "id_number",
    "bhxh",
    "phone",
    "address",
    "commune_code",
    "district_code",
    "policy_group",
];

pub type Row<'a> = [Cow<'a, str>; COLUMNS.len()];

pub fn raw_record<'a>(row: &'a Row<'_>) -> RawRecord<'a> {
    RawRecord {
        name: &row[1],
        birth: &row[2],
        sex: &row[3],
        id_number: &row[4],
        insurance_number: &row[5],
        phone: &row[6],
        address: &row[7],
        commune: &row[8],
        district: &row[9],
        list: &row[10],
    }
}

/// The rows by the columns this program needs, found by their heads.
pub fn read_rows(text: &str) -> Result<Vec<Row<'_>>, String> {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut at = 0;
    let mut fields = Vec::new();
    next_line(text, &mut at, &mut fields);
    let place = |column: &str| fields.iter().position(|head| head == column);
    let mut places = [0usize; COLUMNS.len()];
    for (place_of, column) in places.iter_mut().zip(COLUMNS) {
        *place_of = place(column).ok_or_else(|| format!("no column {column}"))?;
    }
    let mut rows = Vec::with_capacity(text.len() / 100);
    while next_line(text, &mut at, &mut fields) {
        if fields.len() > 1 {
            rows.push(places.map(|place| fields.get(place).cloned().unwrap_or_default()));
        }
    }
    Ok(rows)
}

/// Reads one line of CSV (quoted fields may hold commas, quotes and line ends).
fn next_line<'a>(text: &'a str, at: &mut usize, fields: &mut Vec<Cow<'a, str>>) -> bool {
    fields.clear();
    if *at >= text.len() {
        return false;
    }
    loop {
        let rest = &text[*at..];
        let ended = if let Some(quoted) = rest.strip_prefix('"') {
            let (field, length) = quoted_field(quoted);
            fields.push(field);
            *at += length + 1;
            text[*at..].starts_with(['\r', '\n']) || *at >= text.len()
        } else {
            let length = rest.find([',', '\r', '\n']).unwrap_or(rest.len());
            fields.push(Cow::Borrowed(&rest[..length]));
            *at += length;
            !text[*at..].starts_with(',')
        };
        if ended {
            *at += text[*at..].find(|c| !matches!(c, '\r' | '\n')).unwrap_or(text.len() - *at);
            return true;
        }
        *at += 1;
    }
}

/// The text up to the closing quote, and how many bytes it took with that quote.
fn quoted_field(text: &str) -> (Cow<'_, str>, usize) {
    let mut length = 0;
    let mut doubled = false;
    while let Some(found) = text[length..].find('"') {
        length += found;
        if text[length + 1..].starts_with('"') {
            doubled = true;
            length += 2;
        } else {
            let field = &text[..length];
            let field =
                if doubled { field.replace("\"\"", "\"").into() } else { Cow::Borrowed(field) };
            return (field, length + 1);
        }
    }
    (Cow::Borrowed(text), text.len())
}
