//! The crate from outside: properties that must hold for any rows, and what it finds in made-up
//! lists with truth.

#![cfg(test)]

#[path = "../../examples/generate/lists.rs"]
mod lists;
#[path = "../../examples/generate/people.rs"]
mod people;
mod properties;
mod quality;
#[path = "../../examples/generate/rows.rs"]
mod rows;
mod stories;
#[path = "../../examples/generate/tables.rs"]
mod tables;

use linkage::RawRecord;
use lists::ListRow;

/// Made-up rows, the same for the same seed.
fn made_up(rows: usize, level: &str, seed: u64) -> Vec<ListRow> {
    lists::write(rows, &tables::Noise::of(level).unwrap(), seed)
}

fn raw(row: &ListRow) -> RawRecord<'_> {
    RawRecord {
        name: &row.row.name,
        birth: &row.row.birth,
        sex: &row.row.sex,
        id_number: &row.row.id_number,
        insurance_number: &row.row.insurance,
        phone: &row.row.phone,
        address: &row.row.address,
        commune: &row.commune,
        district: &row.district,
        list: row.policy,
    }
}
