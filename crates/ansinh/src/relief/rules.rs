//! Pure decisions: amounts, conditions, exclusion, households, deadlines. No clock, no database.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use vietnam::calendar::WorkingCalendar;

use super::programmes::{Condition, DayKind, PolicyGroup, Programme, Step};

mod rows;

pub use rows::{Counted, Row};

/// Why a rule says no, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The sentence on the screen.
    pub text: String,
    /// The article.
    pub legal: String,
}

/// Dates known of a person, by the keys of the programme's conditions.
pub type Facts = BTreeMap<String, NaiveDate>;

/// Đồng due for so many people over so many months (days, children; months of contributions where
/// sums go by bands).
///
/// # Errors
/// A refusal when the months lie outside 1 to the group's most, or people is negative.
pub fn amount_due(group: &PolicyGroup, months: i32, people: i64) -> Result<i64, Refusal> {
    let refuse = |text: String| Refusal { text, legal: group.legal.clone() };
    if months < 1 || months > group.months_max {
        let most = group.months_max;
        let label = group.count_label();
        return Err(refuse(format!("{label} phải từ 1 đến {most}, danh sách ghi {months}")));
    }
    match group.sum_dong(months).and_then(|one| one.checked_mul(people)) {
        Some(dong) if people >= 0 => Ok(dong),
        _ => Err(refuse(format!("Số người {people} không hợp lý"))),
    }
}

/// Whether the dates known of a person meet the conditions of the programme and of the group.
/// A date that is not known refuses nothing.
///
/// # Errors
/// The first condition that does not hold.
pub fn eligibility(
    programme: &Programme,
    group: &PolicyGroup,
    facts: &Facts,
) -> Result<(), Refusal> {
    for condition in programme.rules.iter().chain(&group.rules) {
        if !holds(condition, facts) {
            return Err(Refusal {
                text: condition.refusal.clone(),
                legal: condition.legal.clone(),
            });
        }
    }
    Ok(())
}

fn holds(condition: &Condition, facts: &Facts) -> bool {
    let Some(&date) = facts.get(&condition.fact) else { return true };
    if condition.not_before.is_some_and(|first| date < first)
        || condition.not_after.is_some_and(|last| date > last)
    {
        return false;
    }
    let Some(&end) = condition.until_fact.as_ref().and_then(|fact| facts.get(fact)) else {
        return true;
    };
    // The last day counts, so a span of one month from the 1st ends on the day before the next 1st.
    let Some(after) = end.succ_opt() else { return true };
    let months = condition.min_months.unwrap_or(0);
    let long_enough = date.checked_add_months(Months::new(months)).is_none_or(|goal| after >= goal);
    let days = i64::from(condition.min_days.unwrap_or(0));
    long_enough && (after - date).num_days() >= days && end >= date
}

/// The (fact, label) pairs a form asks for, each once, in the order of the conditions.
pub fn fact_fields(programme: &Programme, group: &PolicyGroup) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut add = |fact: &str, label: &str| {
        if !fields.iter().any(|(known, _)| known == fact) {
            fields.push((fact.to_owned(), label.to_owned()));
        }
    };
    for condition in group.rules.iter().chain(&programme.rules) {
        add(&condition.fact, &condition.label);
        if let Some(until) = &condition.until_fact {
            add(until, &condition.until_label);
        }
    }
    fields
}

/// One of several rows of the same person within an exclusion group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Đồng a month; the most it can come to, where rates are not all by the month.
    pub monthly_dong: i64,
    /// Place of the group in the programme's order: the smaller is kept in a tie.
    pub order: usize,
    /// Đồng already paid on this row.
    pub paid_dong: i64,
}

/// Which row is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// This one; all others leave.
    Keep(usize),
    /// A lower row has been paid already. The law is silent on the difference: nothing is paid by
    /// the machine, the paid row stays and a case is opened for people to decide.
    Case {
        /// The row that has been paid.
        paid: usize,
        /// The row that would have been kept.
        higher: usize,
    },
}

/// One policy a person, the highest (Nghị quyết 42/NQ-CP mục I): monthly rates are compared, ties
/// go by the groups' order in the programme file, and then to the row that came first.
/// `None` when there is no claim.
pub fn resolve_exclusion(claims: &[Claim]) -> Option<Resolution> {
    let indexed = claims.iter().enumerate();
    let best = indexed.min_by_key(|(at, c)| (-c.monthly_dong, c.order, *at)).map(|(at, _)| at)?;
    let paid = claims.iter().position(|claim| claim.paid_dong > 0);
    match paid {
        Some(paid) if paid != best && claims[best].paid_dong == 0 => {
            if claims[best].monthly_dong > claims[paid].monthly_dong {
                Some(Resolution::Case { paid, higher: best })
            } else {
                Some(Resolution::Keep(paid))
            }
        }
        _ => Some(Resolution::Keep(best)),
    }
}

/// For how many people the head's row stands beside its member rows; and whether the household's
/// size contradicts the rows. Every member row stands for one, so that the listed rows always add
/// up to the people still in the household, whoever leaves it.
pub fn head_share(size: Option<i32>, members: i32) -> (i32, bool) {
    match size {
        None => (1, false),
        Some(size) if size > members => (size - members, false),
        Some(_) => (1, true),
    }
}

/// The day a step of so many days ends when it begins on `start`.
pub fn step_due(calendar: &WorkingCalendar, step: &Step, start: NaiveDate) -> NaiveDate {
    match step.day_kind {
        DayKind::Working => calendar.add_working_days(start, step.days),
        DayKind::Calendar => calendar.add_calendar_days(start, step.days),
    }
}

/// The last day of niêm yết that begins on `start`: working days, the first not counted (Bộ luật
/// Dân sự 2015 Điều 147, 148).
pub fn posting_ends(
    calendar: &WorkingCalendar,
    group: &PolicyGroup,
    start: NaiveDate,
) -> NaiveDate {
    calendar.add_working_days(start, group.posting_days())
}

/// The code of a paper this person must show, when the remark or address tells so; or empty.
pub fn needed_paper(group: &PolicyGroup, note: &str, address: &str) -> String {
    let text = vietnam::text::fold(&format!("{note} {address}"));
    let told = |need: &&super::programmes::Need| need.when_remark.iter().any(|w| text.contains(w));
    group.needs.iter().find(told).map_or_else(String::new, |need| need.code.clone())
}

/// The key under which a number meets its owner even after a spreadsheet dropped its zeros.
pub fn id_key(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// `042******123`: for everyone but the officer's own page.
pub fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let hidden = |(at, c): (usize, &char)| if at < 3 || at + 3 >= digits.len() { *c } else { '*' };
    if digits.len() < 8 {
        return "*".repeat(digits.len());
    }
    digits.iter().enumerate().map(hidden).collect()
}

/// Keys of a name: the folded one for searching, and one of plain small letters that sorts in
/// Vietnamese order (given name first) under every collation.
pub fn name_keys(full_name: &str) -> (String, String) {
    let toned = vietnam::text::tone_key(full_name);
    let words: Vec<&str> = toned.split_whitespace().collect();
    let mut sort = String::with_capacity(words.len() * 12);
    if let Some((given, before)) = words.split_last() {
        for word in std::iter::once(given).chain(before) {
            push_word(&mut sort, word);
        }
    }
    (vietnam::text::fold(full_name), sort)
}

fn push_word(key: &mut String, word: &str) {
    const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    for letter in letters.chars() {
        let place = ALPHABET.chars().position(|c| c == letter).unwrap_or(40) + 1;
        key.push(char::from(b'a' + u8::try_from(place / 26).unwrap_or(1)));
        key.push(char::from(b'a' + u8::try_from(place % 26).unwrap_or(0)));
    }
    // "aa" is less than every letter, so that An stands before Anh; then the tone in the order of
    // dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
    let tone = word[letters.len()..].bytes().next_back().map_or(0, |digit| match digit {
        b'2' => 1,
        b'3' => 2,
        b'4' => 3,
        b'1' => 4,
        b'5' => 5,
        _ => 0,
    });
    key.push_str("aa");
    key.push(char::from(b'a' + tone));
}

#[cfg(test)]
mod tests;
