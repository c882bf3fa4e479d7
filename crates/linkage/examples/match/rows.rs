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

/// Rows with their numbers.
#[derive(Default)]
pub struct Rows<'a> {
    pub ids: Vec<&'a str>,
    pub raws: Vec<RawRecord<'a>>,
}

/// The rows by the columns that are needed, found by their heads; read by two threads.
pub fn read_rows(text: &str) -> Result<Rows<'_>, String> {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut at = 0;
    let mut fields = Vec::new();
    next_line(text, &mut at, &mut fields);
    let place = |column: &str| fields.iter().position(|head| *head == column);
    let mut places = [0usize; COLUMNS.len()];
    for (place_of, column) in places.iter_mut().zip(COLUMNS) {
        *place_of = place(column).ok_or_else(|| format!("no column {column}"))?;
    }
    let (first, second) = halves(&text[at..]);
    let mut rows = Rows::default();
    let mut more = Rows::default();
    std::thread::scope(|scope| {
        scope.spawn(|| read_part(second, &places, &mut more));
        read_part(first, &places, &mut rows);
    });
    rows.ids.append(&mut more.ids);
    rows.raws.append(&mut more.raws);
    Ok(rows)
}

/// The text in two parts of whole lines. A line end inside quotes is no end of a line.
fn halves(text: &str) -> (&str, &str) {
    let middle = text.len() / 2;
    let bytes = text.as_bytes();
    let mut quoted = bytes[..middle].iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    for (at, byte) in bytes.iter().enumerate().skip(middle) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return text.split_at(at + 1),
            _ => {}
        }
    }
    (text, "")
}

fn read_part<'a>(text: &'a str, places: &[usize; COLUMNS.len()], rows: &mut Rows<'a>) {
    let mut at = 0;
    let mut fields: Vec<&'a str> = Vec::new();
    rows.ids.reserve(text.len() / 90);
    rows.raws.reserve(text.len() / 90);
    while next_line(text, &mut at, &mut fields) {
        if fields.len() < 2 {
            continue;
        }
        let field = |column: usize| fields.get(places[column]).copied().unwrap_or_default();
        rows.ids.push(field(0));
        rows.raws.push(RawRecord {
            name: field(1),
            birth: field(2),
            sex: field(3),
            id_number: field(4),
            insurance_number: field(5),
            phone: field(6),
            address: field(7),
            commune: field(8),
            district: field(9),
            list: field(10),
        });
    }
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
