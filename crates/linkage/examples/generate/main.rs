//! Writes made-up lists of people with the truth of who is who.
//!
//!     cargo run --release -p linkage --example generate -- ROWS LEVEL SEED OUT
//!
//! writes `OUT.csv` (the columns that `ansinh match` reads) and `OUT.truth.csv`. `LEVEL` is
//! `easy`, `medium` or `hard`. Nothing here knows how the crate compares; the shares of slips are
//! judgement, as the crate's README says.

use std::fs::File;
use std::io::{BufWriter, Write};

mod lists;
mod people;
mod rows;
mod tables;

use tables::Noise;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, level, seed, out] = &arguments[..] else {
        return Err("usage: generate ROWS LEVEL SEED OUT".into());
    };
    let (rows, seed): (usize, u64) = (rows.parse()?, seed.parse()?);
    let noise = Noise::of(level).ok_or("LEVEL: easy, medium or hard")?;
    let lists = lists::write(rows, &noise, seed);
    let mut list = BufWriter::new(File::create(format!("{out}.csv"))?);
    let mut truth = BufWriter::new(File::create(format!("{out}.truth.csv"))?);
    writeln!(
        list,
        "record_id,full_name,birth,sex,id_number,bhxh,phone,address,commune_code,district_code,\
         policy_group,amount"
    )?;
    writeln!(truth, "record_id,true_person_id")?;
    for (number, lists::ListRow { row, commune, district, policy, person }) in
        lists.into_iter().enumerate()
    {
        let rows::Row { name, birth, sex, id_number, insurance, phone, address } = row;
        writeln!(
            list,
            "r{number},{name},{birth},{sex},{id_number},{insurance},{phone},\"{address}\",\
             {commune},{district},{policy},750000"
        )?;
        writeln!(truth, "r{number},p{person}")?;
    }
    Ok(())
}
