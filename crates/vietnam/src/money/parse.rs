//! Amounts as lists write them.

use super::Dong;
use crate::text;

/// An amount read from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParsedAmount {
    /// The amount in đồng.
    pub dong: Dong,
    /// The text was digits only, so nothing had to be understood (no repair to report).
    pub plain_digits: bool,
}

/// Reads an amount: `1500000`, `1.500.000`, `1,500,000`, `1 500 000`, `1.500.000đ`, `… đồng`,
/// `… VNĐ`, `1tr5`, `1.5 triệu`, `2 triệu 500 nghìn`, `2 triệu rưỡi`, `750k`; a fraction of only
/// zeros (`1500000.0`, `1.500.000,00`) is dropped. `None` for everything else, also when two
/// readings are possible (`1.5`, `1.500 triệu`) or the amount is no whole đồng.
pub fn parse_amount(text: &str) -> Option<ParsedAmount> {
    let cleaned = text::clean(text);
    if !cleaned.is_empty() && cleaned.bytes().all(|b| b.is_ascii_digit()) {
        let dong = Dong(cleaned.parse().ok()?);
        return Some(ParsedAmount { dong, plain_digits: true });
    }
    let folded = text::fold(&cleaned).replace('₫', "d");
    let (negative, body) = match folded.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, folded.as_str()),
    };
    let body = strip_currency(body.trim_end_matches(['.', '/', ' ']));
    let size = match read_grouped(body).or_else(|| read_plain_fraction(body)) {
        Some(size) => size,
        None => read_units(body)?,
    };
    let signed = if negative { -size } else { size };
    let dong = Dong(i64::try_from(signed).ok()?);
    Some(ParsedAmount { dong, plain_digits: false })
}

fn strip_currency(body: &str) -> &str {
    const NAMES: [&str; 6] = ["dong", "vnd", "vnd.", "dong.", "d.", "d"];
    let stripped = NAMES.iter().find_map(|name| body.strip_suffix(name)).unwrap_or(body);
    stripped.trim_end()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn digits(text: &str) -> Option<i128> {
    (is_digits(text) && text.len() <= 20).then(|| text.parse().ok())?
}

/// Digits, bare or in groups of three behind one kind of separator; zeros of a fraction behind
/// the other separator are allowed after groups.
fn read_grouped(body: &str) -> Option<i128> {
    if is_digits(body) {
        return digits(body);
    }
    let separator = body.chars().find(|c| !c.is_ascii_digit())?;
    let fraction_mark = match separator {
        '.' | ' ' => ',',
        ',' => '.',
        _ => return None,
    };
    let whole = match body.split_once(fraction_mark) {
        Some((whole, fraction)) if is_zeros(fraction) => whole,
        Some(_) => return None,
        None => body,
    };
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    if !is_digits(first) || first.len() > 3 {
        return None;
    }
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        joined.push_str(group);
    }
    digits(&joined)
}

/// `1500000.0`: a number that a program wrote with a fraction of one or two zeros.
fn read_plain_fraction(body: &str) -> Option<i128> {
    let (whole, fraction) = body.split_once(['.', ','])?;
    if is_zeros(fraction) { digits(whole) } else { None }
}

fn is_zeros(fraction: &str) -> bool {
    matches!(fraction, "0" | "00")
}

/// A sequence of number and unit from large to small, and perhaps a last number that continues
/// the unit before it (`1tr5`) or `rưỡi`, half of that unit.
fn read_units(body: &str) -> Option<i128> {
    let mut total: i128 = 0;
    let mut last_unit: Option<i128> = None;
    let mut rest = body.trim();
    while !rest.is_empty() {
        if let Some(unit) = last_unit
            && (rest == "ruoi" || is_digits(rest))
        {
            let fraction = if rest == "ruoi" { "5" } else { rest };
            return total.checked_add(fraction_of(unit, fraction)?);
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
        let (number, behind) = rest.split_at(end);
        let behind = behind.trim_start();
        let word_end = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(word_end);
        let unit = unit_size(word)?;
        if last_unit.is_some_and(|larger| larger <= unit) {
            return None;
        }
        total = total.checked_add(scaled(number, unit)?)?;
        last_unit = Some(unit);
        rest = behind.trim_start();
    }
    last_unit.map(|_| total)
}

fn unit_size(word: &str) -> Option<i128> {
    match word {
        "ty" | "ti" => Some(1_000_000_000),
        "trieu" | "tr" => Some(1_000_000),
        "nghin" | "ngan" | "k" | "ng" => Some(1000),
        _ => None,
    }
}

/// `1`, `1.5`, `1,5`; groups of three only before nghìn, where they cannot be a fraction.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    if let Some(whole) = digits(number) {
        return whole.checked_mul(unit);
    }
    let (whole, fraction) = number.split_once(['.', ','])?;
    if is_digits(fraction) && fraction.len() != 3 {
        return digits(whole)?.checked_mul(unit)?.checked_add(fraction_of(unit, fraction)?);
    }
    if unit == 1000 { read_grouped(number)?.checked_mul(unit) } else { None }
}

/// The digits behind the decimal mark of a unit, if they are whole đồng.
fn fraction_of(unit: i128, fraction: &str) -> Option<i128> {
    let power = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = digits(fraction)?.checked_mul(unit)?;
    (parts % power == 0).then_some(parts / power)
}
