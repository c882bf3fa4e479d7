//! Slice.
use linkage::RawRecord;
use std::io::Write;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in text.lines().skip(1) {
        let mut fields = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
        }
        rows.push(fields);
    }
    let raws: Vec<RawRecord<'_>> = rows.iter().map(|r| RawRecord {
        name: &r[1], birth: &r[2], sex: &r[3], id_number: &r[4], insurance_number: &r[5], phone: &r[6],
        address: &r[7], commune: &r[8], district: &r[9], list: &r[10],
    }).collect();
    let mut out = std::io::BufWriter::new(std::fs::File::create(&args[2]).unwrap());
    writeln!(out, "record_id_a,record_id_b,score,verdict,reasons").unwrap();
    for (a, b, w, p) in linkage::batch::link(&raws) {
        let v = if w > 10.0 { "certain" } else if w > 0.0 { "suspected" } else { "none" };
        let l: Vec<String> = (0..9).map(|i| p.level(i).to_string()).collect();
        writeln!(out, "{},{},{:.4},{},{}", rows[a as usize][0], rows[b as usize][0], w, v, l.join(" ")).unwrap();
    }
}
