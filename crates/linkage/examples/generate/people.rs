//! Made-up communes, households and people.

use crate::tables::*;

#[derive(Clone)]
pub struct Commune {
    pub code: usize,
    pub district: usize,
    pub name: String,
    pub hamlets: Vec<String>,
    families: Vec<&'static str>,
}

#[derive(Clone)]
pub struct Person {
    pub name: Vec<&'static str>,
    pub female: bool,
    pub birth: (u32, u32, u32),
    pub cccd: Option<String>,
    pub cmnd: Option<String>,
    pub insurance: Option<String>,
    pub phone: Option<String>,
    pub commune: usize,
    pub hamlet: usize,
    pub household: usize,
}

pub fn communes(dice: &mut Dice, rows: usize) -> Vec<Commune> {
    (0..(rows / 1850).max(8))
        .map(|code| Commune {
            code,
            district: code / 6,
            name: format!("{} {}", dice.pick(&PLACES), dice.pick(&PLACES)),
            hamlets: (0..8 + dice.below(6))
                .map(|_| format!("{} {}", dice.pick(&PLACES), dice.pick(&PLACES)))
                .collect(),
            families: (0..3).map(|_| dice.weighted(&FAMILIES)).collect(),
        })
        .collect()
}

/// People of households until there are enough, then some more of the same name.
pub fn people(dice: &mut Dice, communes: &[Commune], count: usize, noise: &Noise) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::with_capacity(count + 8);
    let mut household = 0;
    while people.len() < count {
        household += 1;
        let commune = &communes[dice.below(communes.len())];
        if !people.is_empty() && dice.chance(noise.namesake * 2.0) {
            let like = people[dice.below(people.len())].clone();
            people.push(namesake(dice, &like, household));
            continue;
        }
        let hamlet = dice.below(commune.hamlets.len());
        let phone = dice.chance(0.5).then(|| phone(dice));
        let home = (commune.code, hamlet, household);
        family(dice, commune, home, phone, &mut people);
    }
    people.truncate(count);
    people
}

fn family(
    dice: &mut Dice,
    commune: &Commune,
    home: (usize, usize, usize),
    phone: Option<String>,
    people: &mut Vec<Person>,
) {
    let clan = |dice: &mut Dice| {
        if dice.chance(0.45) { *dice.pick(&commune.families) } else { dice.weighted(&FAMILIES) }
    };
    let year = 1930 + dice.below(60) as u32;
    let father = clan(dice);
    let name = new_name(dice, father, false, year, None);
    let head = person(dice, name, false, year, home, phone.clone());
    people.push(head.clone());
    if dice.chance(0.8) {
        let year = year + dice.below(6) as u32;
        let mother = clan(dice);
        let name = new_name(dice, mother, true, year, None);
        people.push(person(dice, name, true, year, home, phone.clone()));
    }
    let middle = dice.chance(0.5).then(|| *dice.pick(&MIDDLES_MALE));
    let mut year = year + 20 + dice.below(8) as u32;
    for _ in 0..dice.below(4) {
        if year > 2020 {
            break;
        }
        let female = dice.chance(0.5);
        let mut name = new_name(dice, father, female, year, middle);
        if !female && dice.chance(0.01) {
            name.clone_from(&head.name);
        }
        let child = person(dice, name, female, year, home, phone.clone());
        if dice.chance(0.012) {
            people.push(twin(dice, &child, father, middle));
        }
        people.push(child);
        year += 1 + dice.below(5) as u32;
    }
}

fn new_name(
    dice: &mut Dice,
    family: &'static str,
    female: bool,
    year: u32,
    shared: Option<&'static str>,
) -> Vec<&'static str> {
    let old = if female { 0.78 } else { 0.40 };
    let mut name = vec![family];
    let modern = f64::from(year.saturating_sub(1960)) / 150.0;
    if dice.chance(old - modern * 0.6) {
        name.push(if female { MIDDLES_FEMALE[0] } else { MIDDLES_MALE[0] });
        if dice.chance(0.2) {
            name.push(*dice.pick(if female { &MIDDLES_FEMALE[..] } else { &MIDDLES_MALE[..] }));
        }
    } else if let Some(shared) = shared.filter(|_| !female) {
        name.push(shared);
    } else {
        name.push(*dice.pick(if female { &MIDDLES_FEMALE[..] } else { &MIDDLES_MALE[..] }));
    }
    name.push(*dice.early(if female { &GIVEN_FEMALE[..] } else { &GIVEN_MALE[..] }));
    name
}

fn person(
    dice: &mut Dice,
    name: Vec<&'static str>,
    female: bool,
    year: u32,
    (commune, hamlet, household): (usize, usize, usize),
    phone: Option<String>,
) -> Person {
    let birth = (year, 1 + dice.below(12) as u32, 1 + dice.below(28) as u32);
    let digit = if year >= 2000 { 2 } else { 0 } + u32::from(female);
    let serial = dice.below(30_000);
    let own_phone = dice.chance(0.25).then(|| self::phone(dice));
    Person {
        name,
        female,
        birth,
        cccd: dice.chance(0.85).then(|| format!("042{digit}{:02}{serial:06}", year % 100)),
        cmnd: (year < 2004).then(|| format!("18{:07}", dice.below(10_000_000))),
        insurance: dice.chance(0.38).then(|| format!("42{:08}", dice.below(100_000_000))),
        phone: own_phone.or(phone.filter(|_| year < 2008)),
        commune,
        hamlet,
        household,
    }
}

fn twin(
    dice: &mut Dice,
    child: &Person,
    family: &'static str,
    middle: Option<&'static str>,
) -> Person {
    let name = new_name(dice, family, child.female, child.birth.0, middle);
    let home = (child.commune, child.hamlet, child.household);
    let mut twin = person(dice, name, child.female, child.birth.0, home, child.phone.clone());
    twin.birth = child.birth;
    twin.cccd = child.cccd.as_ref().and_then(|number| {
        let next = number.parse::<u64>().ok()? + 1 + dice.below(9) as u64;
        Some(format!("{next:012}"))
    });
    twin
}

/// Another person of the same name in the same commune, born about then.
fn namesake(dice: &mut Dice, like: &Person, household: usize) -> Person {
    let year = if dice.chance(0.6) { like.birth.0 } else { like.birth.0 + 1 };
    let hamlet = if dice.chance(0.5) { like.hamlet } else { dice.below(8) };
    let home = (like.commune, hamlet, household);
    person(dice, like.name.clone(), like.female, year, home, None)
}

fn phone(dice: &mut Dice) -> String {
    format!("0{}{:07}", dice.pick(&["91", "36", "97", "85", "33", "39"]), dice.below(10_000_000))
}
