//! Whole lists: who stands in which, in what order, and the truth.

use crate::people::{self, Person};
use crate::rows::{self, Row, Style};
use crate::tables::{Dice, Noise, POLICIES};

/// A row with where it stands and whom it means.
pub struct ListRow {
    pub row: Row,
    pub commune: String,
    pub district: String,
    pub policy: &'static str,
    pub person: usize,
}

/// So many rows of lists, the same for the same seed.
pub fn write(rows: usize, noise: &Noise, seed: u64) -> Vec<ListRow> {
    let mut dice = Dice(seed);
    let communes = people::communes(&mut dice, rows);
    let people = people::people(&mut dice, &communes, rows * 79 / 100, noise);
    let mut households: Vec<Vec<usize>> = Vec::new();
    for (at, person) in people.iter().enumerate() {
        if households.len() <= person.household {
            households.resize(person.household + 1, Vec::new());
        }
        households[person.household].push(at);
    }
    let styles: Vec<Vec<rows::Style>> = communes
        .iter()
        .map(|_| POLICIES.iter().map(|_| Style::new(&mut dice, noise)).collect())
        .collect();

    let mut places = places(&mut dice, noise, &people, communes.len());
    places.sort_unstable();
    places.truncate(rows);
    places
        .into_iter()
        .map(|(_, at, commune, policy)| {
            let person = &people[at];
            let family: Vec<&Person> = households[person.household]
                .iter()
                .filter(|&&other| other != at)
                .map(|&other| &people[other])
                .collect();
            let style = &styles[commune][policy];
            let home = &communes[person.commune];
            ListRow {
                row: rows::write(&mut dice, noise, style, person, home, &family),
                commune: (18000 + commune * 3).to_string(),
                district: format!("042-{}", communes[commune].district),
                policy: POLICIES[policy].0,
                person: at,
            }
        })
        .collect()
}

/// Who stands in how many lists, and in which: a number to shuffle by, person, commune, policy.
fn places(
    dice: &mut Dice,
    noise: &Noise,
    people: &[Person],
    communes: usize,
) -> Vec<(u64, usize, usize, usize)> {
    let mut places = Vec::new();
    for (at, person) in people.iter().enumerate() {
        let times = match dice.below(1000) {
            0..800 => 1,
            800..940 => 2,
            940..985 => 3,
            _ => 4,
        };
        let usual = policy(dice);
        for time in 0..times {
            let commune = elsewhere(dice, person, communes, noise);
            let policy = if time == 0 { usual } else { policy(dice) };
            places.push((dice.next(), at, commune, policy));
        }
    }
    places
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
