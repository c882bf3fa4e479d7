//! Links the rows of a CSV file with the columns `record_id, full_name, birth, sex, id_number,
//! bhxh, phone, address, commune_code, district_code, policy_group`:
//!
//!     cargo run --release -p linkage --example match -- ROWS.csv PAIRS.csv [MODEL.json]
//!
//! A model file that is there is used; otherwise one is learned from the rows and written.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::time::Instant;

use linkage::batch::{Batch, LinkedPair};
use linkage::model::PeopleModel;
use linkage::reasons::Reasons;

mod rows;

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
    let rows = rows::read_rows(&text)?;
    let model = match model_path {
        Some(path) if fs::exists(path)? => {
            Some(PeopleModel::from_text(&fs::read_to_string(path)?)?)
        }
        _ => None,
    };
    let learned = model.is_none();
    let batch = Batch { progress: &progress, ..Batch::default() };
    let (model, linked) = batch.people(&rows.raws, model);
    progress("write");
    if let Some(path) = model_path.filter(|_| learned) {
        fs::write(path, model.to_text()?)?;
    }
    let schema = model.schema();
    let mut out = BufWriter::new(fs::File::create(output)?);
    writeln!(out, "record_id_a,record_id_b,score,verdict,reasons")?;
    let half = linked.pairs.len() / 2;
    let (first, second) = linked.pairs.split_at(half);
    let text_of = |pairs: &[LinkedPair]| {
        let mut reasons = Reasons::new(&schema, &model.weights);
        let mut text = String::with_capacity(pairs.len() * 100);
        for pair in pairs {
            let (a, b) = (rows.ids[pair.a as usize], rows.ids[pair.b as usize]);
            let (score, verdict) = (pair.weight, pair.verdict.as_str());
            let why = reasons.of_pair(pair);
            let _ = writeln!(text, "{a},{b},{score:.4},{verdict},\"{why}\"");
        }
        text
    };
    let texts = std::thread::scope(|scope| {
        let second = scope.spawn(|| text_of(second));
        [text_of(first), second.join().unwrap_or_default()]
    });
    for text in texts {
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    progress("done");
    eprintln!("{} pairs, {} clusters", linked.pairs.len(), linked.clusters.len());
    Ok(())
}
