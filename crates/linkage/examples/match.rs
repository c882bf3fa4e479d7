//! Links the rows of a CSV file with the columns `record_id, full_name, birth, sex, id_number,
//! bhxh, phone, address, commune_code, district_code, policy_group`:
//!
//!     cargo run --release -p linkage --example match -- ROWS.csv PAIRS.csv [MODEL.json]
//!
//! A model file that is there is used; otherwise one is learned from the rows and written.

use std::borrow::Cow;
use std::fs;
use std::io::{BufWriter, Write};
use std::time::Instant;

use linkage::batch::Batch;
use linkage::model::PeopleModel;
use linkage::{RawRecord, reasons};

const COLUMNS: [&str; 11] = [
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

type Row<'a> = [Cow<'a, str>; COLUMNS.len()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (input, output, model_path) = match &arguments[..] {
        [input, output] => (input, output, None),
        [input, output, model] => (input, output, Some(model)),
        _ => return Err("usage: match ROWS.csv PAIRS.csv [MODEL.json]".into()),
    };
    #[expect(clippy::disallowed_methods, reason = "an example that measures itself")]
    let started = Instant::now();
    let progress = |step: &str| eprintln!("{:7.2} s  {step}", started.elapsed().as_secs_f64());
    progress("read");
    let text = fs::read_to_string(input)?;
    let rows = read_rows(&text)?;
    let raws: Vec<RawRecord<'_>> = rows.iter().map(raw_record).collect();
    let model = match model_path {
        Some(path) if fs::exists(path)? => {
            Some(PeopleModel::from_text(&fs::read_to_string(path)?)?)
        }
        _ => None,
    };
    let learned = model.is_none();
    let batch = Batch { progress: &progress, ..Batch::default() };
    let (model, linked) = batch.people(&raws, model);
    progress("write");
    if let Some(path) = model_path.filter(|_| learned) {
        fs::write(path, model.to_text()?)?;
    }
    let schema = model.schema();
    let mut out = BufWriter::new(fs::File::create(output)?);
    writeln!(out, "record_id_a,record_id_b,score,verdict,reasons")?;
    for pair in &linked.pairs {
        let (a, b) = (&rows[pair.a as usize][0], &rows[pair.b as usize][0]);
        let (score, verdict) = (pair.weight, pair.verdict.as_str());
        let why = reasons::of_pair(&schema, &model.weights, pair);
        writeln!(out, "{a},{b},{score:.4},{verdict},\"{why}\"")?;
    }
    out.flush()?;
    progress("done");
    eprintln!("{} pairs, {} clusters", linked.pairs.len(), linked.clusters.len());
    Ok(())
}

fn raw_record<'a>(row: &'a Row<'_>) -> RawRecord<'a> {
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
fn read_rows(text: &str) -> Result<Vec<Row<'_>>, String> {
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
