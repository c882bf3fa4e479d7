//! How lists write people down: habits of a list, slips in a row.

use vietnam::charset::{self, Legacy};
use vietnam::text;

use crate::people::{Commune, Person};
use crate::tables::*;

/// Habits of one list.
pub struct Style {
    capitals: bool,
    script: Script,
    year_only: bool,
    date_form: usize,
    no_identity: bool,
    zero_lost: bool,
    sex_form: usize,
    hamlet_numbers: bool,
    with_commune: bool,
}

#[derive(PartialEq)]
enum Script {
    Unicode,
    Decomposed,
    Plain,
    Tcvn3,
    Lossy,
}

impl Style {
    pub fn new(dice: &mut Dice, noise: &Noise) -> Self {
        let mut often = |share: f64| dice.chance(share * noise.scale);
        let script = if often(0.02) {
            Script::Plain
        } else if often(0.012) {
            Script::Tcvn3
        } else if often(0.012) {
            Script::Lossy
        } else if often(0.03) {
            Script::Decomposed
        } else {
            Script::Unicode
        };
        let (year_only, no_identity, zero_lost) = (often(0.2), often(0.08), often(0.12));
        Self {
            capitals: dice.chance(0.2),
            script,
            year_only,
            date_form: dice.below(7),
            no_identity,
            zero_lost,
            sex_form: dice.below(4),
            hamlet_numbers: dice.chance(0.06),
            with_commune: dice.chance(0.3),
        }
    }
}

pub struct Row {
    pub name: String,
    pub birth: String,
    pub sex: String,
    pub id_number: String,
    pub insurance: String,
    pub phone: String,
    pub address: String,
}

/// One person written into one list; `family` are others of the household.
pub fn write(
    dice: &mut Dice,
    noise: &Noise,
    style: &Style,
    person: &Person,
    home: &Commune,
    family: &[&Person],
) -> Row {
    Row {
        name: name(dice, noise, style, person),
        birth: birth(dice, noise, style, person),
        sex: sex(dice, noise, style, person),
        id_number: id_number(dice, noise, style, person, family),
        insurance: person.insurance.clone().filter(|_| dice.chance(0.55)).unwrap_or_default(),
        phone: phone(dice, noise, person),
        address: address(dice, noise, style, person, home),
    }
}

fn name(dice: &mut Dice, noise: &Noise, style: &Style, person: &Person) -> String {
    let mut words: Vec<String> = person.name.iter().map(|word| (*word).to_owned()).collect();
    let often = |dice: &mut Dice, share: f64| dice.chance(share * noise.scale);
    if often(dice, 0.008) {
        let last = words.len() - 1;
        let given = if person.female { &GIVEN_FEMALE[..] } else { &GIVEN_MALE[..] };
        words[last] = (*dice.pick(given)).to_owned();
    }
    if words.len() > 2 && often(dice, 0.02) {
        words.remove(1);
    } else if words.len() > 2 && often(dice, 0.015) {
        words[1] = words[1].chars().take(1).chain(['.']).collect();
    }
    let at = dice.below(words.len());
    if often(dice, 0.03) {
        words[at] = slip(dice, &words[at]);
    } else if often(dice, 0.03) {
        words[at] = other_tone(dice, &words[at]);
    }
    let mut written = words.join(if often(dice, 0.02) { "  " } else { " " });
    if often(dice, 0.01) {
        written = format!("{} {written}", dice.pick(&["ông", "Bà", "bà"]));
    }
    if often(dice, 0.006) {
        written.push_str(dice.pick::<&str>(&[" (chết)", " *", " A", " B"]));
    }
    if style.capitals {
        written = written.to_uppercase();
    }
    in_script(&written, &style.script)
}

fn slip(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = dice.below(letters.len());
    match dice.below(4) {
        0 if letters.len() > 2 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters[at] = *dice.pick(&['a', 'h', 'i', 'g', 'n', 't', 'k']),
    }
    letters.into_iter().collect()
}

fn other_tone(dice: &mut Dice, word: &str) -> String {
    const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
    use std::iter::once;
    let tone = *dice.pick(&TONES);
    let letters: Vec<char> = word.chars().collect();
    let mut written = String::new();
    let mut done = false;
    for letter in letters {
        let bare = text::tone_key(&letter.to_string());
        let base: String = bare.chars().filter(|c| !c.is_ascii_digit()).collect();
        if !done && "aăâeêioôơuưy".contains(&base) {
            let upper = letter.is_uppercase();
            let marked = text::nfc(&base.chars().chain(once(tone)).collect::<String>());
            written.push_str(&if upper { marked.to_uppercase() } else { marked });
            done = true;
        } else {
            written.push(letter);
        }
    }
    written
}

fn in_script(written: &str, script: &Script) -> String {
    match script {
        Script::Unicode => written.to_owned(),
        Script::Decomposed => decomposed(written),
        Script::Plain => text::title_case(&text::fold(written)),
        Script::Lossy => written.chars().map(|c| if c > '\u{1E9F}' { '?' } else { c }).collect(),
        Script::Tcvn3 => written.chars().map(tcvn3).collect(),
    }
}

/// The tone as a mark of its own, the way some phones and PDF files write it.
fn decomposed(written: &str) -> String {
    const TONES: [char; 6] = ['\0', '\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
    let mut out = String::new();
    for letter in written.chars() {
        let key = text::tone_key(&letter.to_string());
        let tone = key.chars().last().and_then(|c| c.to_digit(10)).unwrap_or(0) as usize;
        let base: String = key.chars().filter(|c| !c.is_ascii_digit()).collect();
        if tone == 0 || tone > 5 || base.is_empty() {
            out.push(letter);
            continue;
        }
        out.push_str(&if letter.is_uppercase() { base.to_uppercase() } else { base });
        out.push(TONES[tone]);
    }
    out
}

/// The Latin-1 character under which a TCVN3 letter is seen without its font.
fn tcvn3(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    let small = letter.to_lowercase().next().unwrap_or(letter);
    (0xA1u8..=0xFF)
        .map(char::from)
        .find(|byte| {
            let read = charset::decode(&byte.to_string(), Legacy::Tcvn3);
            read == letter.to_string() || read == small.to_string()
        })
        .unwrap_or(letter)
}

fn birth(dice: &mut Dice, noise: &Noise, style: &Style, person: &Person) -> String {
    let (mut year, mut month, mut day) = person.birth;
    let often = |dice: &mut Dice, share: f64| dice.chance(share * noise.scale);
    if often(dice, 0.01) {
        return String::new();
    }
    if often(dice, 0.004) {
        (month, day) = (1 + dice.below(12) as u32, 1 + dice.below(28) as u32);
    }
    if often(dice, 0.006) {
        year = if dice.chance(0.5) { year - 1 } else { year.max(1940) - dice.below(9) as u32 };
    }
    if style.year_only || often(dice, 0.08) {
        return match dice.below(20) {
            0 => format!("01/01/{year}"),
            1 => format!("00/00/{year}"),
            _ => year.to_string(),
        };
    }
    if often(dice, 0.012) {
        return format!("{month:02}/{year}");
    }
    if day <= 12 && often(dice, 0.012) {
        std::mem::swap(&mut month, &mut day);
    }
    match style.date_form {
        0 | 1 => format!("{day:02}/{month:02}/{year}"),
        2 => format!("{day:02}.{month:02}.{year}"),
        3 => format!("{day}/{month}/{year}"),
        4 => format!("{year}-{month:02}-{day:02}"),
        5 => format!("{day}-{month}-{year}"),
        _ => format!("{day:02}/{month:02}/{year}"),
    }
}

fn sex(dice: &mut Dice, noise: &Noise, style: &Style, person: &Person) -> String {
    let female = person.female != dice.chance(0.01 * noise.scale);
    if dice.chance(0.08 * noise.scale) {
        return String::new();
    }
    let (male_word, female_word) =
        [("Nam", "Nữ"), ("M", "F"), ("1", "0"), ("x", "")][style.sex_form];
    if female { female_word } else { male_word }.to_owned()
}

fn id_number(
    dice: &mut Dice,
    noise: &Noise,
    style: &Style,
    person: &Person,
    family: &[&Person],
) -> String {
    let often = |dice: &mut Dice, share: f64| dice.chance(share * noise.scale);
    let whose = if !family.is_empty() && often(dice, 0.004) { *dice.pick(family) } else { person };
    if style.no_identity || often(dice, 0.17) {
        return String::new();
    }
    let old = whose.cmnd.as_ref().filter(|_| dice.chance(0.4));
    let Some(number) = old.or(whose.cccd.as_ref()).or(whose.cmnd.as_ref()) else {
        return String::new();
    };
    let mut digits: Vec<u8> = number.bytes().collect();
    let at = 2 + dice.below(digits.len() - 3);
    if often(dice, 0.01) {
        digits[at] = b'0' + dice.below(10) as u8;
    } else if often(dice, 0.008) {
        digits.swap(at, at + 1);
    } else if often(dice, 0.006) {
        digits.remove(at);
    }
    let number = String::from_utf8(digits).unwrap_or_default();
    if style.zero_lost && number.len() > 9 {
        return number.trim_start_matches('0').to_owned();
    }
    if often(dice, 0.02) { format!("{} {}", &number[..3], &number[3..]) } else { number }
}

fn phone(dice: &mut Dice, noise: &Noise, person: &Person) -> String {
    let Some(number) = person.phone.as_ref().filter(|_| dice.chance(0.48)) else {
        return String::new();
    };
    if dice.chance(0.01 * noise.scale) {
        return format!("{}{}", &number[..9], dice.below(10));
    }
    match dice.below(16) {
        0 => number[1..].to_owned(),
        1 => format!("{}.{}.{}", &number[..4], &number[4..7], &number[7..]),
        _ => number.clone(),
    }
}

fn address(
    dice: &mut Dice,
    noise: &Noise,
    style: &Style,
    person: &Person,
    home: &Commune,
) -> String {
    if dice.chance(0.08 * noise.scale) {
        return String::new();
    }
    let moved = dice.chance(0.04 * noise.scale);
    let at = if moved { dice.below(home.hamlets.len()) } else { person.hamlet };
    let at = at.min(home.hamlets.len() - 1);
    let hamlet = if style.hamlet_numbers { (at + 1).to_string() } else { home.hamlets[at].clone() };
    let kind = *dice.pick(&["Thôn ", "Thôn ", "Thôn ", "thôn ", "Xóm ", "TDP "]);
    let mut written = format!("{kind}{hamlet}");
    if style.with_commune || dice.chance(0.1) {
        written = format!("{written}, {}", home.name);
    }
    if style.script == Script::Plain { text::title_case(&text::fold(&written)) } else { written }
}
