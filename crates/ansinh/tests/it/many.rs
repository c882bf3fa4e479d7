//! Very many approved people with their payments, written straight into the tables: for exports and
//! measurements. Shared with the examples that measure.

use ansinh::database::{Database, Sql, bulk_insert};
use ansinh::web::Error;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use uuid::Uuid;

use crate::paper_columns::{DECISION, LIST};

const GROUPS: [&str; 4] = ["NCC", "BTXH", "HN", "LDTD"];
const FAMILY: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Phạm", "Hồ", "Phan", "Võ", "Đặng"];
const MIDDLE: [&str; 6] = ["Văn", "Thị", "Đức", "Thị Minh", "Quang", "Xuân"];
const GIVEN: [&str; 12] =
    ["An", "Bình", "Cường", "Dung", "Đào", "Hà", "Hùng", "Lan", "Mai", "Nam", "Thanh", "Yến"];
const REASONS: [&str; 6] = ["dead", "away", "no_papers", "not_in_book", "duplicate", "split"];
const CHANNELS: [&str; 3] = ["cash", "post", "bank"];
/// Rows of one transaction.
const CHUNK: usize = 4_000;
/// Đồng of each.
pub const EACH: i64 = 1_500_000;

/// Where and by whom.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Commune and district codes.
    pub communes: Vec<(String, String)>,
    /// An account.
    pub clerk: Uuid,
    /// When everything was recorded.
    pub now: DateTime<Utc>,
    /// First number: ids and names count from here.
    pub from: usize,
}

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((0x0190_0000_0000_7000_8000u128 << 48) | (kind << 40) | number as u128)
}

fn day(number: usize) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2020, 5, 18).unwrap_or_default();
    first + chrono::Days::new((number % 20) as u64)
}

/// Name, folded name, and the key by which lists are sorted.
fn name(number: usize) -> (String, String, String) {
    let family = FAMILY[number % 8];
    let (middle, given) = (MIDDLE[(number / 8) % 6], GIVEN[(number / 48) % 12]);
    let fold = vietnam::text::fold;
    let full = format!("{family} {middle} {given}");
    let key = format!("{} {} {}", fold(given), fold(family), fold(middle));
    (full.clone(), fold(&full), key)
}

/// paid 7 of 10, waiting 1, not paid 1, held 1.
fn state(number: usize) -> (&'static str, &'static str) {
    match number % 10 {
        7 => ("unpaid", ""),
        8 => ("not_paid", ""),
        9 => ("unpaid", "no_id"),
        _ => ("paid", ""),
    }
}

/// Writes `count` approved people, three decisions over them, and their ledger.
pub async fn entitled(db: &Database, at: &Ground, count: usize) -> Result<(), Error> {
    papers(db, at).await?;
    for first in (at.from..at.from + count).step_by(CHUNK) {
        let numbers = first..(first + CHUNK).min(at.from + count);
        db.run_tx::<_, Error, _, _>("test.many", |tx| {
            let numbers = numbers.clone();
            async move {
                let of = |make: &dyn Fn(usize) -> Vec<Value>| numbers.clone().map(make).collect();
                bulk_insert(
                    &tx,
                    "persons",
                    &["id", "created_at"],
                    of(&|n| vec![id(1, n).into(), at.now.into()]),
                    "",
                )
                .await?;
                bulk_insert(&tx, "list_entries", &ENTRY, of(&|n| entry(at, n)), "").await?;
                bulk_insert(&tx, "entitlements", &CLAIM, of(&|n| claim(at, n)), "").await?;
                let acted = numbers.clone().filter(|n| n % 10 != 7 && n % 10 != 9);
                let ledger: Vec<_> = acted.map(|n| payment(at, n)).collect();
                bulk_insert(&tx, "payment_entries", &PAYMENT, ledger, "").await?;
                Ok((tx, ()))
            }
        })
        .await?;
    }
    db.read().change("ANALYZE", vec![]).await?;
    Ok(())
}

/// The list of a person: one a commune and group.
fn list_number(at: &Ground, number: usize) -> usize {
    let commune = number % at.communes.len();
    let group = (number / at.communes.len()) % GROUPS.len();
    at.from + commune * GROUPS.len() + group
}

fn group(at: &Ground, number: usize) -> &'static str {
    GROUPS[(number / at.communes.len()) % GROUPS.len()]
}

async fn papers(db: &Database, at: &Ground) -> Result<(), Error> {
    db.run_tx::<_, Error, _, _>("test.papers", |tx| async move {
        let decisions = (0..3).map(|n| {
            let number = format!("{}/QĐ-UBND", 1_000 + at.from + n);
            vec![
                id(5, at.from + n).into(),
                "42".into(),
                "".into(),
                number.into(),
                day(n).into(),
                "Nguyễn Văn An".into(),
                "Chủ tịch".into(),
                0i64.into(),
                0i64.into(),
                at.clerk.into(),
                at.now.into(),
            ]
        });
        bulk_insert(&tx, "decisions", &DECISION, decisions.collect(), "").await?;
        let mut lists: Vec<Vec<Value>> = Vec::new();
        for (commune, (code, district)) in at.communes.iter().enumerate() {
            for (group, group_code) in GROUPS.into_iter().enumerate() {
                let number = at.from + commune * GROUPS.len() + group;
                lists.push(vec![
                    id(4, number).into(),
                    "42".into(),
                    district.as_str().into(),
                    code.as_str().into(),
                    3i16.into(),
                    day(14).into(),
                    "NQ42".into(),
                    group_code.into(),
                    i32::try_from(100 + at.from).unwrap_or(0).into(),
                    "approved".into(),
                    at.clerk.into(),
                    at.now.into(),
                    id(5, at.from + number % 3).into(),
                ]);
            }
        }
        bulk_insert(&tx, "beneficiary_lists", &LIST, lists, "").await?;
        Ok((tx, ()))
    })
    .await
}

const ENTRY: [&str; 22] = [
    "province_code",
    "id",
    "list_id",
    "district_code",
    "commune_code",
    "tiers",
    "group_code",
    "person_id",
    "full_name",
    "name_key",
    "sort_key",
    "birth_year",
    "sex",
    "id_number",
    "id_key",
    "hamlet",
    "months",
    "amount_dong",
    "people",
    "due_dong",
    "raw",
    "state",
];
const CLAIM: [&str; 23] = [
    "province_code",
    "id",
    "entry_id",
    "list_id",
    "decision_id",
    "person_id",
    "exclusion_group",
    "group_code",
    "district_code",
    "commune_code",
    "tiers",
    "monthly_dong",
    "months",
    "people",
    "amount_dong",
    "paid_dong",
    "pay_state",
    "reason_code",
    "state",
    "hold",
    "approved_at",
    "entries",
    "last_day",
];
const PAYMENT: [&str; 17] = [
    "province_code",
    "id",
    "entitlement_id",
    "seq",
    "kind",
    "amount_dong",
    "channel",
    "reason_code",
    "business_day",
    "district_code",
    "commune_code",
    "tiers",
    "group_code",
    "decision_id",
    "recorded_by",
    "recorded_at",
    "body_sha256",
];

fn entry(at: &Ground, n: usize) -> Vec<Value> {
    let (code, district) = &at.communes[n % at.communes.len()];
    let (full, folded, key) = name(n);
    let number = (n % 10 != 9).then(|| format!("042{:09}", n));
    vec![
        "42".into(),
        id(2, n).into(),
        id(4, list_number(at, n)).into(),
        district.as_str().into(),
        code.as_str().into(),
        3i16.into(),
        group(at, n).into(),
        id(1, n).into(),
        full.into(),
        folded.into(),
        key.into(),
        i32::try_from(1_930 + n % 85).unwrap_or(0).into(),
        (if n.is_multiple_of(2) { "M" } else { "F" }).into(),
        number.clone().into(),
        number.map(|number| number.trim_start_matches('0').to_owned()).into(),
        format!("Thôn {}", n / at.communes.len() % 12 + 1).into(),
        3i32.into(),
        EACH.into(),
        1i32.into(),
        EACH.into(),
        "{}".into(),
        "listed".into(),
    ]
}

fn claim(at: &Ground, n: usize) -> Vec<Value> {
    let (code, district) = &at.communes[n % at.communes.len()];
    let (pay_state, hold) = state(n);
    let list = list_number(at, n);
    vec![
        "42".into(),
        id(3, n).into(),
        id(2, n).into(),
        id(4, list).into(),
        id(5, at.from + list % 3).into(),
        id(1, n).into(),
        "NQ42".into(),
        group(at, n).into(),
        district.as_str().into(),
        code.as_str().into(),
        3i16.into(),
        500_000i64.into(),
        3i32.into(),
        1i32.into(),
        EACH.into(),
        (if pay_state == "paid" { EACH } else { 0 }).into(),
        pay_state.into(),
        (if pay_state == "not_paid" { REASONS[n / 10 % 6] } else { "" }).into(),
        "approved".into(),
        hold.into(),
        at.now.into(),
        i32::from(pay_state != "unpaid").into(),
        (pay_state != "unpaid").then(|| day(n / 7)).into(),
    ]
}

fn payment(at: &Ground, n: usize) -> Vec<Value> {
    let (code, district) = &at.communes[n % at.communes.len()];
    let paid = state(n).0 == "paid";
    vec![
        "42".into(),
        id(6, n).into(),
        id(3, n).into(),
        1i32.into(),
        (if paid { "paid" } else { "not_paid" }).into(),
        (if paid { EACH } else { 0 }).into(),
        (if paid { CHANNELS[n / 10 % 3] } else { "" }).into(),
        (if paid { "" } else { REASONS[n / 10 % 6] }).into(),
        day(n / 7).into(),
        district.as_str().into(),
        code.as_str().into(),
        3i16.into(),
        group(at, n).into(),
        id(5, at.from + list_number(at, n) % 3).into(),
        at.clerk.into(),
        at.now.into(),
        "".into(),
    ]
}
