//! Writes made-up lists of people with the truth of who is who.
//!
//!     cargo run --release -p linkage --example generate -- ROWS LEVEL SEED OUT
//!
//! writes `OUT.csv` (the columns that the example `match` reads) and `OUT.truth.csv`. `LEVEL` is
//! `easy`, `medium` or `hard`. Nothing here knows how the crate compares; the shares of slips are
//! judgement, as the crate's README says.

use std::fs::File;
use std::io::{BufWriter, Write};

mod people;
mod rows;
mod tables;

use people::Person;
use tables::{Dice, Noise, POLICIES};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, level, seed, out] = &arguments[..] else {
        return Err("usage: generate ROWS LEVEL SEED OUT".into());
    };
    let (rows, seed): (usize, u64) = (rows.parse()?, seed.parse()?);
    let noise = Noise::of(level).ok_or("LEVEL: easy, medium or hard")?;
    let mut dice = Dice(seed);
    let communes = people::communes(&mut dice, rows);
    let people = people::people(&mut dice, &communes, rows * 79 / 100, &noise);
    let mut households: Vec<Vec<usize>> = Vec::new();
    for (at, person) in people.iter().enumerate() {
        if households.len() <= person.household {
            households.resize(person.household + 1, Vec::new());
        }
        households[person.household].push(at);
    }
    let styles: Vec<Vec<rows::Style>> = communes
        .iter()
        .map(|_| POLICIES.iter().map(|_| rows::Style::new(&mut dice, &noise)).collect())
        .collect();

    // Who stands in how many lists, in which, in a shuffled order.
    let mut places: Vec<(u64, usize, usize, usize)> = Vec::new();
    for (at, person) in people.iter().enumerate() {
        let times = match dice.below(1000) {
            0..800 => 1,
            800..940 => 2,
            940..985 => 3,
            _ => 4,
        };
        let usual = policy(&mut dice);
        for time in 0..times {
            let commune = elsewhere(&mut dice, person, communes.len(), &noise);
            let policy = if time == 0 { usual } else { policy(&mut dice) };
            places.push((dice.next(), at, commune, policy));
        }
    }
    places.sort_unstable();
    places.truncate(rows);

    let mut list = BufWriter::new(File::create(format!("{out}.csv"))?);
    let mut truth = BufWriter::new(File::create(format!("{out}.truth.csv"))?);
    writeln!(
        list,
        "record_id,full_name,birth,sex,id_number,bhxh,phone,address,commune_code,district_code,\
         policy_group,amount"
    )?;
    writeln!(truth, "record_id,true_person_id")?;
    for (number, (_, at, commune, policy)) in places.into_iter().enumerate() {
        let person = &people[at];
        let family: Vec<&Person> = households[person.household]
            .iter()
            .filter(|&&other| other != at)
            .map(|&other| &people[other])
            .collect();
        let style = &styles[commune][policy];
        let home = &communes[person.commune];
        let row = rows::write(&mut dice, &noise, style, person, home, &family);
        let district = communes[commune].district;
        writeln!(
            list,
            "r{number},{},{},{},{},{},{},\"{}\",{},042-{district},{},750000",
            row.name,
            row.birth,
            row.sex,
            row.id_number,
            row.insurance,
            row.phone,
            row.address,
            18000 + commune * 3,
            POLICIES[policy].0
        )?;
        writeln!(truth, "r{number},p{at}")?;
    }
    Ok(())
}

fn policy(dice: &mut Dice) -> usize {
    let code = dice.weighted(&POLICIES);
    POLICIES.iter().position(|(known, _)| *known == code).unwrap_or(0)
}

/// The commune whose list it is: mostly the person's own, else a near one.
fn elsewhere(dice: &mut Dice, person: &Person, communes: usize, noise: &Noise) -> usize {
    if !dice.chance(0.08 * noise.scale) {
        person.commune
    } else if dice.chance(0.85) {
        (person.commune / 6 * 6 + dice.below(6)).min(communes - 1)
    } else {
        dice.below(communes)
    }
}
