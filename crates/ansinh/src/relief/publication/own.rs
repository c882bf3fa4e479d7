//! A person's own result, found by two facts: the identity number and the birth date as listed.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbErr;
use uuid::Uuid;
use vietnam::date::PartialDate;

use super::store;
use super::{Standing, masked};
use crate::clock::local;
use crate::database::Conn;

/// How far a person's row has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnState {
    /// The commune is still writing the list.
    Draft,
    /// The list is posted for comment.
    Posted,
    /// The district appraises.
    Submitted,
    /// The province decides.
    Appraised,
    /// Decided; where the money stands.
    Approved(Standing),
    /// Taken off the list, or the list was approved without this row.
    LeftOut,
    /// It is recorded that the person does not want the support.
    Declined,
}

/// Days on which the list took its steps, as far as it took them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepDates {
    /// The commune drew up the list.
    pub listed_on: Option<NaiveDate>,
    /// First day of niêm yết.
    pub posted_on: Option<NaiveDate>,
    /// Last day of niêm yết.
    pub posting_ends_on: Option<NaiveDate>,
    /// The commune sent the list up.
    pub submitted_on: Option<NaiveDate>,
    /// The district agreed.
    pub appraised_on: Option<NaiveDate>,
}

/// The payment that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// Business day.
    pub on: NaiveDate,
    /// Đồng.
    pub dong: i64,
    /// cash, post, bank.
    pub channel: String,
    /// Somebody else signed for it.
    pub by_proxy: bool,
}

/// One row of a list, for the person whose row it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnResult {
    /// Entry id, for the audit record.
    pub entry_id: Uuid,
    /// Name as listed.
    pub full_name: String,
    /// Year of birth as listed.
    pub birth_year: i32,
    /// `042******123`.
    pub masked_id: String,
    /// NQ42 …
    pub programme_code: String,
    /// NCC, BTXH …
    pub group_code: String,
    /// Commune code.
    pub commune_code: String,
    /// District code, or empty.
    pub district_code: String,
    /// The units of this date are meant.
    pub unit_date: NaiveDate,
    /// 2 or 3.
    pub tiers: i16,
    /// The row is a member of a household whose head receives for all.
    pub member: bool,
    /// Đồng a month and person, months and people, once decided.
    pub rate: Option<(i64, i32, i32)>,
    /// Đồng: decided, or due by the programme's rule before; none for a member of a household.
    pub amount_dong: Option<i64>,
    /// How far it has come.
    pub state: OwnState,
    /// Days of the steps.
    pub steps: StepDates,
    /// Number and date of the decision.
    pub decision: Option<(String, NaiveDate)>,
    /// The payment, when paid.
    pub paid: Option<Paid>,
}

/// What one person asks by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnQuestion {
    /// Identity number without leading zeros.
    pub id_key: String,
    /// Birth date as far as it was typed.
    pub birth: PartialDate,
}

/// For each question everything on the lists of a province about the one who has this number and this
/// birth date. Nothing is found by one fact alone.
///
/// # Errors
/// The engine's.
pub async fn own_results<C: Conn>(
    conn: &C,
    province: &str,
    questions: &[&OwnQuestion],
) -> Result<Vec<Vec<OwnResult>>, DbErr> {
    let mut keys: Vec<&str> = questions.iter().map(|question| &*question.id_key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut by_key: HashMap<String, Vec<store::OwnRow>> = HashMap::new();
    for row in rows_of(conn, province, &keys).await? {
        by_key.entry(row.asked.clone()).or_default().push(row);
    }
    let answer = |question: &&OwnQuestion| {
        let rows = by_key.get(&question.id_key).map_or(&[][..], Vec::as_slice);
        // As many as one who asks alone is shown.
        let own = rows.iter().take(store::ROWS_A_KEY).filter(|row| {
            same_birth(question.birth, (row.birth_year, row.birth_month, row.birth_day))
        });
        own.map(result).collect()
    };
    Ok(questions.iter().map(answer).collect())
}

async fn rows_of<C: Conn>(
    conn: &C,
    province: &str,
    keys: &[&str],
) -> Result<Vec<store::OwnRow>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(rows) = store::own_rows(conn, province, keys).await? {
        return Ok(rows);
    }
    // A number that a thousand rows bear (a list of made-up ones) must not hide the others.
    let mut all = Vec::new();
    for key in keys {
        all.extend(store::own_rows(conn, province, &[key]).await?.unwrap_or_default());
    }
    Ok(all)
}

/// Whether a typed birth date is the one listed, as far as the list knows it. Where the list has
/// a full date, the year alone does not do: a CCCD number itself tells the year. 01/01 stands for
/// "day unknown" on many lists, so there any day of the year will do.
fn same_birth(typed: PartialDate, listed: (Option<i32>, Option<i32>, Option<i32>)) -> bool {
    let (Some(year), month, day) = listed else { return false };
    if typed.year != year {
        return false;
    }
    let agrees = |listed: i32, typed: Option<u32>| typed.map(i64::from) == Some(i64::from(listed));
    match (month, day) {
        (Some(1), Some(1)) | (None, _) => true,
        (Some(month), Some(day)) => agrees(month, typed.month) && agrees(day, typed.day),
        (Some(month), None) => agrees(month, typed.month),
    }
}

fn step_dates(row: &store::OwnRow) -> StepDates {
    let day = |instant: DateTime<Utc>| local(instant).0;
    let reached = |states: &[&str]| states.contains(&row.list_state.as_str());
    StepDates {
        listed_on: Some(day(row.prepared_at)),
        posted_on: row.posted_on.filter(|_| !reached(&["draft"])),
        posting_ends_on: row.posting_ends_on.filter(|_| !reached(&["draft"])),
        submitted_on: row.submitted_at.map(day).filter(|_| !reached(&["draft", "posted"])),
        appraised_on: row.appraised_at.map(day).filter(|_| reached(&["appraised", "approved"])),
    }
}

fn paid(row: &store::OwnRow) -> Option<Paid> {
    Some(Paid {
        on: row.paid_on?,
        dong: row.paid_dong?,
        channel: row.channel.clone()?,
        by_proxy: row.payee.as_deref() == Some("proxy"),
    })
}

fn state_of(row: &store::OwnRow) -> OwnState {
    match (row.entry_state.as_str(), row.list_state.as_str()) {
        ("excluded", _) => OwnState::LeftOut,
        ("declined", _) => OwnState::Declined,
        (_, "draft") => OwnState::Draft,
        (_, "posted") => OwnState::Posted,
        (_, "submitted") => OwnState::Submitted,
        (_, "appraised") => OwnState::Appraised,
        _ if row.entitlement_id.is_some() => {
            OwnState::Approved(Standing::of(row.pay_state.as_deref(), row.hold.as_deref()))
        }
        _ => OwnState::LeftOut,
    }
}

fn result(row: &store::OwnRow) -> OwnResult {
    let (state, steps, paid) = (state_of(row), step_dates(row), paid(row));
    let rate = match (row.monthly_dong, row.months, row.people) {
        (Some(monthly), Some(months), Some(people)) => Some((monthly, months, people)),
        _ => None,
    };
    OwnResult {
        entry_id: row.id,
        birth_year: row.birth_year.unwrap_or_default(),
        masked_id: row.id_number.as_deref().map_or_else(String::new, masked),
        full_name: row.full_name.clone(),
        programme_code: row.programme_code.clone(),
        group_code: row.group_code.clone(),
        commune_code: row.commune_code.clone(),
        district_code: row.district_code.clone(),
        unit_date: row.unit_date,
        tiers: row.tiers,
        member: row.household_of.is_some(),
        rate,
        amount_dong: row.decided_dong.or(Some(row.due_dong).filter(|due| *due > 0)),
        state,
        steps,
        decision: row.number.clone().zip(row.decided_on),
        paid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(year: i32, month: u32, day: u32) -> PartialDate {
        PartialDate { year, month: Some(month), day: Some(day) }
    }

    #[test]
    fn a_full_date_is_not_met_by_its_year_alone() {
        let listed = (Some(1940), Some(3), Some(5));
        assert!(same_birth(typed(1940, 3, 5), listed));
        assert!(!same_birth(PartialDate::from_year(1940), listed));
        assert!(!same_birth(typed(1940, 5, 3), listed));
        assert!(!same_birth(typed(1941, 3, 5), listed));
    }

    #[test]
    fn what_the_list_does_not_know_is_not_asked() {
        assert!(same_birth(typed(1940, 3, 5), (Some(1940), None, None)));
        assert!(same_birth(PartialDate::from_year(1940), (Some(1940), None, None)));
        assert!(same_birth(typed(1940, 3, 5), (Some(1940), Some(1), Some(1))));
        assert!(same_birth(typed(1940, 3, 5), (Some(1940), Some(3), None)));
        assert!(!same_birth(typed(1940, 4, 5), (Some(1940), Some(3), None)));
        assert!(!same_birth(typed(1940, 3, 5), (None, None, None)), "one fact finds nobody");
    }
}
