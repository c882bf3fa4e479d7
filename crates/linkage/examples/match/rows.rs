//! The rows of a CSV file, by the columns that the example `match` names.

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

pub type Row<'a> = [&'a str; COLUMNS.len()];

pub fn raw_record<'a>(row: &Row<'a>) -> RawRecord<'a> {
    RawRecord {
        name: row[1],
        birth: row[2],
        sex: row[3],
        id_number: row[4],
        insurance_number: row[5],
        phone: row[6],
        address: row[7],
        commune: row[8],
        district: row[9],
        list: row[10],
    }
}

/// The rows by the columns this program needs, found by their heads.
pub fn read_rows(text: &str) -> Result<Vec<Row<'_>>, String> {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut at = 0;
    let mut fields = Vec::new();
    next_line(text, &mut at, &mut fields);
    let place = |column: &str| fields.iter().position(|head| *head == column);
    let mut places = [0usize; COLUMNS.len()];
    for (place_of, column) in places.iter_mut().zip(COLUMNS) {
        *place_of = place(column).ok_or_else(|| format!("no column {column}"))?;
    }
    let mut rows = Vec::with_capacity(text.len() / 100);
    while next_line(text, &mut at, &mut fields) {
        if fields.len() > 1 {
            rows.push(places.map(|place| fields.get(place).copied().unwrap_or_default()));
        }
    }
    Ok(rows)
}

/// Reads one line of CSV. Quoted fields may hold commas and line ends; a doubled quote inside stays
/// doubled, which no normalised field notices.
fn next_line<'a>(text: &'a str, at: &mut usize, fields: &mut Vec<&'a str>) -> bool {
    fields.clear();
    let bytes = text.as_bytes();
    if *at >= bytes.len() {
        return false;
    }
    loop {
        let (from, to) = if bytes.get(*at) == Some(&b'"') {
            let from = *at + 1;
            let to = end_of_quoted(bytes, from);
            *at = (to + 1).min(bytes.len());
            (from, to)
        } else {
            let ends = |byte: &u8| matches!(byte, b',' | b'\r' | b'\n');
            let from = *at;
            *at = bytes[from..].iter().position(ends).map_or(bytes.len(), |found| from + found);
            (from, *at)
        };
        fields.push(&text[from..to]);
        if bytes.get(*at) == Some(&b',') {
            *at += 1;
            continue;
        }
        while matches!(bytes.get(*at), Some(b'\r' | b'\n')) {
            *at += 1;
        }
        return true;
    }
}

/// Where the closing quote stands, or the end of the text.
fn end_of_quoted(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'"') {
        at += found;
        if bytes.get(at + 1) != Some(&b'"') {
            return at;
        }
        at += 2;
    }
    bytes.len()
}
